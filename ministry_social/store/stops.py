"""Holds, pauses, recalls and the marks of a queue: read and written."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..model.delivery import State
from ..model.recall import Recall, Step
from ..model.stop import Hold, Pause
from ..rules.lifecycle import IN_FLIGHT
from . import queries
from .rows import Rows
from .tables import delivery, hold, pause, recall


class StopReading(Rows):
    """This part of `ports.Reading`."""

    def holds(self) -> tuple[Hold, ...]:
        """See `Reading.holds`."""
        return self._once("holds", self._holds)

    def pauses(self) -> tuple[Pause, ...]:
        """See `Reading.pauses`."""
        return self._once("pauses", lambda: tuple(Pause(**row) for row in self._run(queries.pauses()).mappings()))

    def recalls(self, *, message: str | None = None, keys: Collection[str] | None = None) -> tuple[Recall, ...]:
        """See `Reading.recalls`."""
        if keys is not None and message is None:
            return tuple(as_recall(row) for row in self._named(recall, "delivery", keys).mappings())
        query = sa.select(recall).order_by(recall.c.delivery)
        if message is not None:
            query = query.join(delivery, delivery.c.key == recall.c.delivery).where(delivery.c.message == message)
        if keys is not None:
            query = query.where(recall.c.delivery.in_(sorted(keys)))
        return tuple(as_recall(row) for row in self._run(query).mappings())

    def jobs(self) -> frozenset[int]:
        """See `Reading.jobs`."""
        query = sa.select(delivery.c.job).distinct().where(delivery.c.state == State.PLANNED.value, delivery.c.job.is_not(None))
        return frozenset(self._run(query).scalars())

    def _holds(self) -> tuple[Hold, ...]:
        rows = self._run(queries.holds()).mappings()
        return tuple(Hold(**{name: value for name, value in row.items() if name != "lifted"}) for row in rows)


class StopWriting(StopReading):
    """This part of `ports.Transaction`."""

    def keep_hold(self, *, scope: str, value: str, reason: str, by: str, at: datetime, drill: bool) -> Hold:
        """See `Transaction.keep_hold`."""
        number = (self._run(sa.select(sa.func.max(hold.c.id))).scalar() or 0) + 1
        made = Hold(id=number, scope=scope, value=value, reason=reason, by=by, at=at, drill=drill)
        self._changed()
        self._run(sa.insert(hold).values(**{column.name: getattr(made, column.name, False) for column in hold.c}))
        return made

    def lift_hold(self, id: int) -> None:
        """See `Transaction.lift_hold`."""
        self._changed()
        self._run(sa.update(hold).where(hold.c.id == id).values(lifted=True))

    def keep_pause(self, paused: Pause) -> None:
        """See `Transaction.keep_pause`."""
        self.lift_pause(paused.scope, paused.value)
        self._run(sa.insert(pause).values(**{column.name: getattr(paused, column.name) for column in pause.c}))

    def lift_pause(self, scope: str, value: str) -> None:
        """See `Transaction.lift_pause`."""
        self._changed()
        self._run(sa.delete(pause).where(pause.c.scope == scope, pause.c.value == value))

    def keep_recall(self, one: Recall) -> None:
        """See `Transaction.keep_recall`."""
        row: dict[str, Any] = {column.name: getattr(one, column.name) for column in recall.c}
        self._run(sa.delete(recall).where(recall.c.delivery == one.delivery))
        self._run(sa.insert(recall).values(**row | {"step": one.step.value}))

    def look_later(self, key: str, at: datetime) -> None:
        """See `Transaction.look_later`."""
        self._run(sa.update(delivery).where(delivery.c.key == key, delivery.c.state == State.UNKNOWN.value).values(look_at=at))

    def stale_from(self, keys: Collection[str], at: datetime) -> None:
        """See `Transaction.stale_from`."""
        under_way = delivery.c.state.in_([state.value for state in IN_FLIGHT])
        self._run(sa.update(delivery).where(delivery.c.key.in_(sorted(keys)), under_way).values(stale_at=at))

    def queue(self, keys: Collection[str], job: int) -> None:
        """See `Transaction.queue`."""
        planned = delivery.c.state == State.PLANNED.value
        self._run(sa.update(delivery).where(delivery.c.key.in_(sorted(keys)), planned).values(job=job))

    def unqueue(self, jobs: Collection[int]) -> None:
        """See `Transaction.unqueue`."""
        self._run(sa.update(delivery).where(delivery.c.job.in_(sorted(jobs))).values(job=None))


def as_recall(row: sa.RowMapping) -> Recall:
    return Recall(**{**row, "step": Step(row["step"])})
