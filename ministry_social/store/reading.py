"""A consistent view of the store."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..errors import LedgerBroken
from ..model.campaign import CampaignRecord
from ..model.delivery import Delivery, Slot, State
from ..model.ledger import Entry
from ..model.recall import Recall
from ..model.release import Revision
from ..model.stop import Stops
from ..model.variant import Kind
from ..rules.campaign_records import read_record
from ..rules.timing import unstamp
from . import queries
from .accounts import AccountReading
from .approvals import ApprovalReading
from .checkpoints import CheckpointReading
from .figures import FigureReading
from .searching import SearchReading
from .standings import StandingReading
from .stops import StopReading, as_recall
from .tables import about, blob, delivery, entry, ledger_head, preparation, release, revision, slot
from .watching import WatchReading

CAMPAIGNS = "campaigns"  # in the table `about`: id -> where its record is; it can be made again from the ledger
_NOTHING = Stops()
_PAGE = 5000  # entries in the memory at a time


def as_delivery(row: Sequence[Any]) -> Delivery:
    """A row of `queries.COLUMNS` as the value that the desk knows."""
    values = dict(zip(queries.FIELDS, row, strict=True))
    return Delivery(**values | {"kind": Kind(values["kind"]), "state": State(values["state"])})


def _first_of_each(found: tuple[Delivery, ...]) -> tuple[Delivery, ...]:
    """The first delivery of each account."""
    seen: dict[str, Delivery] = {}
    for one in found:
        seen.setdefault(one.account, one)
    return tuple(seen.values())


class SqlReading(
    StopReading, ApprovalReading, AccountReading, StandingReading, WatchReading, CheckpointReading, FigureReading, SearchReading
):
    """`ports.Reading` over one connection."""

    def world(self) -> str:
        """See `Reading.world`."""
        return str(self._scalar(sa.select(about.c.value).where(about.c.key == "world")))

    def about(self, key: str) -> str:
        """See `Reading.about`."""
        return str(self._scalar(sa.select(about.c.value).where(about.c.key == key)) or "")

    def delivery(self, key: str) -> Delivery | None:
        """See `Reading.delivery`."""
        row = self._run(sa.select(*queries.COLUMNS).where(delivery.c.key == key)).first()
        return None if row is None else as_delivery(row)

    def deliveries(
        self,
        *,
        message: str | None = None,
        wave: int | None = None,
        states: Collection[State] = (),
        account: str | None = None,
        keys: Collection[str] | None = None,
        since: datetime | None = None,
        limit: int | None = None,
    ) -> tuple[Delivery, ...]:
        """See `Reading.deliveries`."""
        if keys is not None and not states and (message, wave, account, since, limit) == (None,) * 5:
            return self._all(queries.by_keys(), names=sorted(keys))
        query = sa.select(*queries.COLUMNS).order_by(delivery.c.message, delivery.c.wave, delivery.c.key).limit(limit)
        for column, wanted in ((delivery.c.message, message), (delivery.c.wave, wave), (delivery.c.account, account)):
            if wanted is not None:
                query = query.where(column == wanted)
        if states:
            query = query.where(delivery.c.state.in_([state.value for state in states]))
        if keys is not None:
            query = query.where(delivery.c.key.in_(sorted(keys)))
        if since is not None:
            query = query.where(sa.func.coalesce(delivery.c.sent_at, delivery.c.due_at) >= since)
        return self._all(query)

    def due(self, now: datetime, limit: int, stops: Stops = _NOTHING, *, unqueued: bool = False) -> tuple[Delivery, ...]:
        """See `Reading.due`."""
        if limit <= 0 or stops.everything:
            return ()
        # Mostly each account comes once, and the index hands them over in order; only where not are they all looked through.
        found = self._all(queries.due(stops, unqueued), now=now, limit=limit)
        once = _first_of_each(found)
        if len(found) == limit and len(once) < limit:
            return self._all(queries.due_once(stops, unqueued), now=now, limit=limit)
        return once

    def unprepared(self, until: datetime, now: datetime, limit: int, stops: Stops = _NOTHING) -> tuple[Delivery, ...]:
        """See `Reading.unprepared`."""
        if limit <= 0 or stops.everything:
            return ()
        return self._all(queries.unprepared(stops), until=until, now=now, limit=limit)

    def suspects(self, now: datetime, limit: int) -> tuple[Delivery, ...]:
        """See `Reading.suspects`."""
        return _first_of_each(self._all(queries.suspects(), now=now, limit=limit))

    def doubtful(self, now: datetime, limit: int) -> tuple[Delivery, ...]:
        """See `Reading.doubtful`."""
        return self._all(queries.doubtful(), now=now, limit=limit) if limit > 0 else ()

    def in_flight(self, accounts: Collection[str]) -> frozenset[str]:
        """See `Reading.in_flight`."""
        return frozenset(self._run(queries.in_flight(), {"names": sorted(accounts)}).scalars())

    def dependents(self, key: str) -> tuple[Delivery, ...]:
        """See `Reading.dependents`."""
        return self._all(queries.dependents(key))

    def recalls_due(self, now: datetime, limit: int) -> tuple[tuple[Recall, Delivery], ...]:
        """See `Reading.recalls_due`."""
        recalls = [as_recall(row) for row in self._run(queries.recalls_due(), {"now": now, "limit": limit}).mappings()]
        found = {one.key: one for one in self.deliveries(keys=[one.delivery for one in recalls])} if recalls else {}
        return tuple((one, found[one.delivery]) for one in recalls)

    def claimed(self, account: str, ids: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        """See `Reading.claimed`."""
        here = (delivery.c.account == account) & delivery.c.remote_id.in_(sorted(ids))
        found: dict[str, tuple[str, ...]] = {}
        for row in self._run(sa.select(delivery.c.remote_id, delivery.c.key).where(here).order_by(delivery.c.key)):
            found[row.remote_id] = (*found.get(row.remote_id, ()), row.key)
        return found

    def expired(self, now: datetime) -> tuple[Delivery, ...]:
        """See `Reading.expired`."""
        return self._all(queries.expired(), now=now)

    def overdue(self, now: datetime) -> tuple[Delivery, ...]:
        """See `Reading.overdue`."""
        return self._all(queries.overdue(), now=now)

    def next_due(self, message: str | None = None, *, after: datetime | None = None) -> datetime | None:
        """See `Reading.next_due`."""
        moment: datetime | None = self._scalar(queries.next_due(message, after))
        return moment

    def in_vain(self) -> tuple[tuple[Delivery, Delivery], ...]:
        """See `Reading.in_vain`."""
        pairs: list[Any] = list(self._run(queries.in_vain()))
        return tuple((self._known(waiting), self._known(needed)) for waiting, needed in pairs)

    def releases(self) -> tuple[tuple[str, int, str, str, bool], ...]:
        """See `Reading.releases`."""
        rows = self._run(sa.select(release).order_by(release.c.message, release.c.wave)).all()
        return tuple((row.message, row.wave, row.digest, row.revision, row.confirmed) for row in rows)

    def campaigns(self) -> tuple[CampaignRecord, ...]:
        """See `Reading.campaigns`."""
        found: dict[str, dict[str, str]] = json.loads(self.about(CAMPAIGNS) or "{}")
        kept = self.blobs([one["record"] for one in found.values()])
        return tuple(
            read_record(
                kept[one["record"]],
                stopped_at=unstamp(one["stopped_at"]) if one["stopped_at"] else None,
                stopped_by=one["stopped_by"],
                reason=one["reason"],
            )
            for _, one in sorted(found.items())
        )

    def revisions(self, message: str) -> tuple[Revision, ...]:
        """See `Reading.revisions`."""
        query = sa.select(revision).where(revision.c.message == message).order_by(revision.c.number)
        return tuple(Revision(**row) for row in self._run(query).mappings())

    def blob(self, digest: str) -> bytes | None:
        """See `Reading.blob`."""
        kept: bytes | None = self._scalar(sa.select(blob.c.bytes).where(blob.c.digest == digest))
        return kept

    def blobs(self, digests: Collection[str]) -> Mapping[str, bytes]:
        """See `Reading.blobs`."""
        return {row.digest: row.bytes for row in self._named(blob, "digest", digests)}

    def slots(self, keys: Collection[str]) -> Mapping[str, Slot]:
        """See `Reading.slots`."""
        return {row["key"]: Slot(**row) for row in self._named(slot, "key", keys).mappings()}

    def preparation(self, key: str) -> tuple[bytes | None, int]:
        """See `Reading.preparation`."""
        sealed = self._scalar(sa.select(preparation.c.sealed).where(preparation.c.delivery == key))
        tries = self._scalar(sa.select(delivery.c.prepare_tries).where(delivery.c.key == key))
        return sealed, tries or 0

    def preparations(self, keys: Collection[str]) -> Mapping[str, bytes]:
        """See `Reading.preparations`."""
        return {row.delivery: row.sealed for row in self._named(preparation, "delivery", keys)}

    def history(self, *, message: str | None = None, delivery: str | None = None) -> tuple[Entry, ...]:
        """See `Reading.history`."""
        query = sa.select(entry.c.position, entry.c.body, entry.c.seal).order_by(entry.c.position)
        if message is not None:
            query = query.where(entry.c.message == message)
        if delivery is not None:
            query = query.where(entry.c.delivery == delivery)
        return tuple(Entry(**row) for row in self._run(query).mappings())

    def head(self) -> tuple[int, str]:
        """Position and seal of the last entry."""
        row = self._run(sa.select(ledger_head.c.position, ledger_head.c.seal)).one()
        return row.position, row.seal

    def last(self) -> Entry:
        """The last entry."""
        query = sa.select(entry.c.position, entry.c.body, entry.c.seal).order_by(entry.c.position.desc()).limit(1)
        return Entry(**self._run(query).mappings().one())

    def seal_at(self, position: int) -> str:
        """The seal of an entry; empty where there is none."""
        return str(self._scalar(sa.select(entry.c.seal).where(entry.c.position == position)) or "")

    def entries(self) -> Iterator[Entry]:
        """See `Reading.entries`."""
        query = page = sa.select(entry.c.position, entry.c.body, entry.c.seal).order_by(entry.c.position).limit(_PAGE)
        while rows := self._run(page).all():  # page by page: no cursor is left open on a server
            for position, body, seal in rows:
                yield Entry(position=position, body=body, seal=seal)
            page = query.where(entry.c.position > position)

    def _all(self, query: sa.Select[Any], **values: Any) -> tuple[Delivery, ...]:
        return tuple(as_delivery(row) for row in self._run(query, values))

    def _known(self, key: str) -> Delivery:
        found = self.delivery(key)
        if found is None:
            raise LedgerBroken(f"There is no delivery {key}, although another one names it.")
        return found
