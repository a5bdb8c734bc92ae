"""A consistent view of the store."""

from collections.abc import Collection, Iterator
from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..errors import LedgerBroken
from ..model.delivery import Delivery, Slot, State
from ..model.ledger import Entry
from ..model.release import Revision
from ..model.variant import Kind
from . import queries
from .tables import about, blob, delivery, entry, preparation, release, revision, slot

_FIELDS = tuple(field.name for field in fields(Delivery))


def as_delivery(row: sa.RowMapping) -> Delivery:
    """A row of the table as the value that the desk knows."""
    values = {name: row[name] for name in _FIELDS}
    return Delivery(**{**values, "kind": Kind(values["kind"]), "state": State(values["state"])})


class SqlReading:
    """`ports.Reading` over one connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def world(self) -> str:
        """See `Reading.world`."""
        return str(self._connection.scalar(sa.select(about.c.value).where(about.c.key == "world")))

    def delivery(self, key: str) -> Delivery | None:
        """See `Reading.delivery`."""
        row = self._connection.execute(sa.select(delivery).where(delivery.c.key == key)).mappings().first()
        return None if row is None else as_delivery(row)

    def deliveries(
        self,
        *,
        message: str | None = None,
        wave: int | None = None,
        states: Collection[State] = (),
        account: str | None = None,
    ) -> tuple[Delivery, ...]:
        """See `Reading.deliveries`."""
        query = sa.select(delivery).order_by(delivery.c.message, delivery.c.wave, delivery.c.key)
        for column, wanted in ((delivery.c.message, message), (delivery.c.wave, wave), (delivery.c.account, account)):
            if wanted is not None:
                query = query.where(column == wanted)
        if states:
            query = query.where(delivery.c.state.in_([state.value for state in states]))
        return self._all(query)

    def due(self, now: datetime, limit: int) -> tuple[Delivery, ...]:
        """See `Reading.due`."""
        return self._all(queries.due(now, limit))

    def unprepared(self, until: datetime, now: datetime, limit: int) -> tuple[Delivery, ...]:
        """See `Reading.unprepared`."""
        return self._all(queries.unprepared(until, now, limit))

    def expired(self, now: datetime) -> tuple[Delivery, ...]:
        """See `Reading.expired`."""
        sending = delivery.c.state == State.SENDING.value
        return self._all(sa.select(delivery).where(sending, delivery.c.lease_until <= now).order_by(delivery.c.key))

    def overdue(self, now: datetime) -> tuple[Delivery, ...]:
        """See `Reading.overdue`."""
        planned = delivery.c.state == State.PLANNED.value
        return self._all(sa.select(delivery).where(planned, delivery.c.stale_at <= now).order_by(delivery.c.key))

    def next_due(self, message: str | None = None) -> datetime | None:
        """See `Reading.next_due`."""
        moment: datetime | None = self._connection.scalar(queries.next_due(message))
        return moment

    def in_vain(self) -> tuple[tuple[Delivery, Delivery], ...]:
        """See `Reading.in_vain`."""
        pairs = self._connection.execute(queries.in_vain()).all()
        return tuple((self._known(waiting), self._known(needed)) for waiting, needed in pairs)

    def releases(self) -> tuple[tuple[str, int, str, str, bool], ...]:
        """See `Reading.releases`."""
        rows = self._connection.execute(sa.select(release).order_by(release.c.message, release.c.wave)).all()
        return tuple((row.message, row.wave, row.digest, row.revision, row.confirmed) for row in rows)

    def revisions(self, message: str) -> tuple[Revision, ...]:
        """See `Reading.revisions`."""
        query = sa.select(revision).where(revision.c.message == message).order_by(revision.c.number)
        return tuple(Revision(**row) for row in self._connection.execute(query).mappings())

    def blob(self, digest: str) -> bytes | None:
        """See `Reading.blob`."""
        return self._connection.scalar(sa.select(blob.c.bytes).where(blob.c.digest == digest))

    def slot(self, key: str) -> Slot | None:
        """See `Reading.slot`."""
        row = self._connection.execute(sa.select(slot).where(slot.c.key == key)).mappings().first()
        return None if row is None else Slot(**row)

    def preparation(self, key: str) -> tuple[bytes | None, int]:
        """See `Reading.preparation`."""
        sealed = self._connection.scalar(sa.select(preparation.c.sealed).where(preparation.c.delivery == key))
        tries = self._connection.scalar(sa.select(delivery.c.prepare_tries).where(delivery.c.key == key))
        return sealed, tries or 0

    def history(self, *, message: str | None = None, delivery: str | None = None) -> tuple[Entry, ...]:
        """See `Reading.history`."""
        query = sa.select(entry.c.position, entry.c.body, entry.c.seal).order_by(entry.c.position)
        if message is not None:
            query = query.where(entry.c.message == message)
        if delivery is not None:
            query = query.where(entry.c.delivery == delivery)
        return tuple(Entry(**row) for row in self._connection.execute(query).mappings())

    def entries(self) -> Iterator[Entry]:
        """See `Reading.entries`."""
        query = sa.select(entry.c.position, entry.c.body, entry.c.seal).order_by(entry.c.position)
        for row in self._connection.execute(query.execution_options(yield_per=5000)):
            yield Entry(position=row.position, body=row.body, seal=row.seal)

    def _all(self, query: sa.Select[Any]) -> tuple[Delivery, ...]:
        return tuple(as_delivery(row) for row in self._connection.execute(query).mappings())

    def _known(self, key: str) -> Delivery:
        found = self.delivery(key)
        if found is None:
            raise LedgerBroken(f"There is no delivery {key}, although another one names it.")
        return found
