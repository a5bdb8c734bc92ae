"""A writing transaction: the only place that changes the ledger and the plan."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..errors import LedgerBroken, NotAllowed
from ..model.campaign import CampaignRecord
from ..model.delivery import Delivery, Slot, State
from ..model.ledger import Entry, Event
from ..model.release import Revision
from ..rules import chain
from ..rules.campaign_records import record_bytes
from ..rules.canonical import digest as sha256
from ..rules.lifecycle import check_move
from ..rules.timing import stamp
from .accounts import AccountWriting
from .approvals import ApprovalWriting
from .checkpoints import CheckpointWriting
from .figures import FigureWriting
from .gathered import Gathered
from .known import ON_THE_WAY, Known
from .queries import FIELDS
from .reading import CAMPAIGNS, SqlReading
from .standings import StandingWriting
from .stops import StopWriting
from .tables import about, blob, delivery, dependency, ledger_head, preparation, release, revision
from .watching import WatchWriting

_MANY = 500  # names in one statement


class SqlTransaction(
    SqlReading, StopWriting, ApprovalWriting, AccountWriting, StandingWriting, WatchWriting, CheckpointWriting, FigureWriting
):
    """`ports.Transaction` over one connection, which is alone in writing until it ends.

    What a group of deliveries changes is gathered and written in few statements: before anything is read, and at the end.
    """

    def __init__(self, connection: sa.Connection, known: Known | None = None) -> None:
        super().__init__(connection, known)
        # On PostgreSQL this row is the lock that makes every writing transaction alone.
        head = connection.execute(sa.select(ledger_head.c.position, ledger_head.c.seal).with_for_update()).one_or_none()
        if head is None:
            raise NotAllowed("This store was moved, and is not used any more.", remedy="Start again: it says where it is now.")
        self._position, self._seal = head.position, head.seal
        self._began, self._answers = head.position, self._house.at(head.position)
        self._gathered = Gathered()

    def _run(self, statement: Any, parameters: Any = None) -> sa.CursorResult[*tuple[Any, ...]]:
        self.finish()
        return super()._run(statement, parameters)

    def finish(self) -> None:
        """Write what was gathered so far; called before the commit, and before anything is read."""
        if self._gathered:
            gathered, self._gathered = self._gathered, Gathered()
            gathered.write(self._connection, self._position, self._seal)

    @property
    def tells(self) -> bool:
        """Whether others should look: it wrote something that is not only about deliveries on their way."""
        return not self._same

    def over(self) -> None:
        """It is committed: where nothing of it was changed, what was known is known of the ledger as it is now."""
        if self._same:
            self._house.moved(self._began, self._position)
        else:
            self._house.forget()

    def record(
        self,
        event: Event,
        *,
        by: str,
        at: datetime,
        delivery: Delivery | None = None,
        message: str = "",
        account: str = "",
        facts: Mapping[str, Any] = {},
        change: Mapping[str, Any] = {},
    ) -> Delivery | None:
        """See `Transaction.record`."""
        subject = {"account": account, "message": message}
        after = delivery
        if delivery is not None:
            subject = {"account": delivery.account, "delivery": delivery.key, "message": delivery.message}
            if change:
                after = self._change(delivery, change)
        if event not in ON_THE_WAY:
            self._changed()
        self._append(chain.body(event, by=by, at=at, about={name: value for name, value in subject.items() if value}, facts=facts))
        return after

    def plan(self, planned: Delivery, *, by: str, at: datetime) -> None:
        """See `Transaction.plan`."""
        row = {column.name: getattr(planned, column.name) for column in delivery.c if hasattr(planned, column.name)}
        self._gathered.deliveries.append(row)
        self._gathered.dependencies += [{"delivery": planned.key, "needs": needed} for needed in planned.waits_for]
        facts = {"due_at": stamp(planned.due_at), "kind": planned.kind.value, "payload": planned.payload}
        self.record(Event.PLANNED, by=by, at=at, delivery=planned, facts=facts | {"release": planned.release})

    def withdraw(self, planned: Delivery, *, by: str, at: datetime) -> None:
        """See `Transaction.withdraw`."""
        if planned.state is not State.PLANNED or planned.started_at is not None:
            raise LedgerBroken(f"{planned.key} has been started and cannot be replaced.")
        for table, column in ((dependency, dependency.c.delivery), (preparation, preparation.c.delivery)):
            self._run(sa.delete(table).where(column == planned.key))
        self._run(sa.delete(delivery).where(delivery.c.key == planned.key))
        self.record(Event.REPLACED, by=by, at=at, delivery=planned, facts={"payload": planned.payload})

    def keep(self, data: bytes) -> str:
        """See `Transaction.keep`."""
        name = sha256(data)
        self._gathered.blobs[name] = data
        return name

    def discard(self, digests: Collection[str]) -> None:
        """See `Transaction.discard`."""
        names = sorted(digests)
        for start in range(0, len(names), _MANY):
            self._run(sa.delete(blob).where(blob.c.digest.in_(names[start : start + _MANY])))

    def keep_revision(self, taken: Revision) -> None:
        """See `Transaction.keep_revision`."""
        row = {column.name: getattr(taken, column.name) for column in revision.c}
        self._run(sa.insert(revision).values(row))

    def keep_release(self, message: str, wave: int, digest: str, revision: str, *, confirmed: bool) -> None:
        """See `Transaction.keep_release`."""
        self._changed()
        here = (release.c.message == message) & (release.c.wave == wave)
        self._run(sa.delete(release).where(here))
        row = {"message": message, "wave": wave, "digest": digest, "revision": revision, "confirmed": confirmed}
        self._run(sa.insert(release).values(row))

    def keep_campaign(self, record: CampaignRecord) -> str:
        """See `Transaction.keep_campaign`."""
        body = self.keep(record_bytes(record))
        stopped = {"stopped_at": stamp(record.stopped_at) if record.stopped_at else "", "stopped_by": record.stopped_by}
        found = json.loads(self.about(CAMPAIGNS) or "{}")
        found[record.id] = {"record": body, "reason": record.reason, **stopped}
        self.keep_about(CAMPAIGNS, json.dumps(found, ensure_ascii=False))
        return body

    def keep_about(self, key: str, value: str) -> None:
        """See `Transaction.keep_about`."""
        self._run(sa.delete(about).where(about.c.key == key))
        self._run(sa.insert(about).values(key=key, value=value))

    def keep_slot(self, taken: Slot) -> None:
        """See `Transaction.keep_slot`."""
        self._gathered.slots[taken.key] = taken

    def claim_preparation(self, key: str, fence: str, until: datetime) -> None:
        """See `Transaction.claim_preparation`."""
        claim = {"prepare_fence": fence, "prepare_until": until, "prepare_tries": delivery.c.prepare_tries + 1}
        self._run(sa.update(delivery).where(delivery.c.key == key).values(claim))

    def prepare_later(self, key: str, at: datetime) -> None:
        """See `Transaction.prepare_later`."""
        self._run(sa.update(delivery).where(delivery.c.key == key).values(prepare_until=at))

    def release_preparation(self, key: str, fence: str) -> bool:
        """See `Transaction.release_preparation`."""
        mine = (delivery.c.key == key) & (delivery.c.prepare_fence == fence)
        nobody = {"prepare_fence": "", "prepare_until": None}
        return self._run(sa.update(delivery).where(mine).values(nobody)).rowcount == 1

    def keep_preparation(self, key: str, fence: str, sealed: bytes, until: datetime) -> bool:
        """See `Transaction.keep_preparation`."""
        mine = (delivery.c.key == key) & (delivery.c.prepare_fence == fence)
        if self._run(sa.update(delivery).where(mine).values(prepare_until=until)).rowcount == 0:
            return False
        self._run(sa.delete(preparation).where(preparation.c.delivery == key))
        self._run(sa.insert(preparation).values(delivery=key, sealed=sealed))
        return True

    def forget_preparation(self, key: str) -> None:
        """See `Transaction.forget_preparation`."""
        self._run(sa.delete(preparation).where(preparation.c.delivery == key))

    def driver(self) -> Any:
        """See `Transaction.driver`."""
        self.finish()
        return self._connection.connection.driver_connection

    def _change(self, before: Delivery, change: Mapping[str, Any]) -> Delivery:
        check_move(before.state, State(change.get("state", before.state)))
        if before.key in self._gathered.changed or before.key in {row["key"] for row in self._gathered.deliveries}:
            self.finish()  # one change of a delivery at a time, in their order
        self._gathered.change(before, change)
        if "waits_for" in change:
            self._depend(before.key, change["waits_for"])
        # The claim of a preparation is a column of the table, and none of the delivery's own.
        return before.changed({name: value for name, value in change.items() if name in FIELDS})

    def _depend(self, key: str, needs: Sequence[str]) -> None:
        """Keep the table of dependencies equal to the column `waits_for`."""
        self._run(sa.delete(dependency).where(dependency.c.delivery == key))
        if needs:
            self._run(sa.insert(dependency), [{"delivery": key, "needs": needed} for needed in needs])

    def _append(self, body: str) -> None:
        self._position += 1
        self._seal = chain.seal(self._seal, body)
        self._gathered.entries.append({"position": self._position, "body": body, "seal": self._seal})

    def entries(self) -> Iterator[Entry]:
        """See `Reading.entries`; what this transaction has added is part of it."""
        self.finish()
        return super().entries()
