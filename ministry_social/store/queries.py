"""The questions that the store answers, each one statement."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..model.delivery import State
from ..model.recall import Step
from ..model.stop import Stops
from ..rules.lifecycle import IN_FLIGHT, IN_VAIN
from .tables import delivery, dependency, recall

_IN_FLIGHT = [state.value for state in IN_FLIGHT]
_IN_VAIN = [state.value for state in IN_VAIN]
_OPEN = [Step.ASKED.value, Step.COPIED.value]


def due(now: datetime, limit: int, stops: Stops, *, unqueued: bool) -> sa.Select[Any]:
    """Ready to send, earliest first, an account as often as it comes: see `Reading.due`."""
    return _ready(sa.select(delivery), now, stops, unqueued=unqueued).order_by(delivery.c.due_at, delivery.c.key).limit(limit)


def due_once(now: datetime, limit: int, stops: Stops, *, unqueued: bool) -> sa.Select[Any]:
    """The same, the first of each account, which the database has to sort them all for."""
    turn = sa.func.row_number().over(partition_by=delivery.c.account, order_by=(delivery.c.due_at, delivery.c.key))
    ready = _ready(sa.select(delivery.c.key, turn.label("turn")), now, stops, unqueued=unqueued).subquery()
    return (
        sa.select(delivery)
        .join(ready, ready.c.key == delivery.c.key)
        .where(ready.c.turn == 1)
        .order_by(delivery.c.due_at, delivery.c.key)
        .limit(limit)
    )


def _ready(query: sa.Select[Any], now: datetime, stops: Stops, *, unqueued: bool) -> sa.Select[Any]:
    planned = (delivery.c.state == State.PLANNED.value, delivery.c.prepared, ~delivery.c.look_first, delivery.c.due_at <= now)
    query = query.where(*planned, ~_busy(), ~_waits(), *_free(stops))
    return query.where(delivery.c.job.is_(None)) if unqueued else query


def _free(stops: Stops) -> list[sa.ColumnElement[bool]]:
    """What no hold and no pause covers."""
    covered = ((delivery.c.platform, stops.platforms), (delivery.c.account, stops.accounts), (delivery.c.message, stops.messages))
    free: list[sa.ColumnElement[bool]] = [column.not_in(sorted(names)) for column, names in covered if names]
    return [sa.false()] if stops.everything else free


def unprepared(until: datetime, now: datetime, limit: int, stops: Stops) -> sa.Select[Any]:
    """To be prepared: see `Reading.unprepared`."""
    free = sa.or_(delivery.c.prepare_until.is_(None), delivery.c.prepare_until <= now)
    return (
        sa.select(delivery)
        .where(delivery.c.state == State.PLANNED.value, ~delivery.c.prepared, delivery.c.due_at <= until, free, *_free(stops))
        .order_by(delivery.c.due_at, delivery.c.key)
        .limit(limit)
    )


def suspects(now: datetime, limit: int) -> sa.Select[Any]:
    """To be looked for before they are sent: see `Reading.suspects`."""
    planned = (delivery.c.state == State.PLANNED.value, delivery.c.look_first, delivery.c.due_at <= now)
    return sa.select(delivery).where(*planned, ~_busy(), ~_waits()).order_by(delivery.c.due_at, delivery.c.key).limit(limit)


def doubtful(now: datetime, limit: int) -> sa.Select[Any]:
    """In doubt, and to be looked for: see `Reading.doubtful`."""
    unknown = delivery.c.state == State.UNKNOWN.value
    return sa.select(delivery).where(unknown, delivery.c.look_at <= now).order_by(delivery.c.look_at, delivery.c.key).limit(limit)


def in_flight(accounts: Collection[str]) -> sa.Select[Any]:
    """Those of the accounts that have a delivery in flight."""
    here = delivery.c.account.in_(sorted(accounts))
    return sa.select(delivery.c.account).where(here, delivery.c.state.in_(_IN_FLIGHT))


def dependents(key: str) -> sa.Select[Any]:
    """What waits, or has waited, for this delivery."""
    waiting = sa.select(dependency.c.delivery).where(dependency.c.needs == key)
    return sa.select(delivery).where(delivery.c.key.in_(waiting)).order_by(delivery.c.key)


def next_due(message: str | None, after: datetime | None) -> sa.Select[Any]:
    """The earliest planned delivery that waits for nothing but its time."""
    query = sa.select(sa.func.min(delivery.c.due_at)).where(delivery.c.state == State.PLANNED.value, ~_busy(), ~_waits())
    if after is not None:
        query = query.where(delivery.c.due_at > after)
    return query if message is None else query.where(delivery.c.message == message)


def in_vain() -> sa.Select[Any]:
    """Pairs of keys: see `Reading.in_vain`."""
    needed = delivery.alias("needed")
    return (
        sa.select(delivery.c.key, needed.c.key)
        .join(dependency, dependency.c.delivery == delivery.c.key)
        .join(needed, needed.c.key == dependency.c.needs)
        .where(delivery.c.state == State.PLANNED.value, needed.c.state.in_(_IN_VAIN))
        .order_by(delivery.c.key)
    )


def recalls_due(now: datetime, limit: int) -> sa.Select[Any]:
    """Recalls to go on with, and their deliveries' keys: see `Reading.recalls_due`."""
    before, first = recall.alias("before"), dependency.alias("first")
    # What a person must decide first holds nothing up: the original would stand there for as long as that takes.
    stuck = delivery.alias("stuck")
    waits = (
        sa.exists()
        .where(first.c.needs == recall.c.delivery)
        .where(before.c.delivery == first.c.delivery, before.c.step.in_(_OPEN))
        .where(stuck.c.key == first.c.delivery, ~stuck.c.stuck)
    )
    return (
        sa.select(recall)
        .join(delivery, delivery.c.key == recall.c.delivery)
        .where(recall.c.step.in_(_OPEN), recall.c.next_at <= now, delivery.c.state.not_in(_IN_FLIGHT), ~waits)
        .order_by(recall.c.next_at, recall.c.delivery)
        .limit(limit)
    )


def _busy() -> sa.Exists:
    """Its account has another one in flight."""
    other = delivery.alias("other")
    # The states are written out, so that the database can use its index of what is in flight, which names them too.
    return sa.exists().where(other.c.account == delivery.c.account, sa.text("other.state IN ('sending', 'unknown')"))


def _waits() -> sa.Exists:
    """Something that it needs is not published yet."""
    needed = delivery.alias("needed")
    return (
        sa.exists()
        .where(dependency.c.delivery == delivery.c.key)
        .where(needed.c.key == dependency.c.needs, needed.c.state != State.PUBLISHED.value)
    )
