"""A writing transaction: the only place that changes the ledger and the plan."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..errors import LedgerBroken
from ..model.delivery import Delivery, Slot, State
from ..model.ledger import Entry, Event
from ..model.release import Revision
from ..rules import chain
from ..rules.canonical import digest as sha256
from ..rules.lifecycle import check_move
from ..rules.timing import stamp
from .reading import SqlReading
from .tables import blob, delivery, dependency, entry, ledger_head, preparation, release, revision, slot


class SqlTransaction(SqlReading):
    """`ports.Transaction` over one connection, which is alone in writing until it ends."""

    def __init__(self, connection: sa.Connection) -> None:
        super().__init__(connection)
        head = connection.execute(sa.select(ledger_head.c.position, ledger_head.c.seal)).one()
        self._position, self._seal = head.position, head.seal
        self._entries: list[dict[str, Any]] = []

    def finish(self) -> None:
        """Write the entries gathered so far and the new head; called before the commit, and before the ledger is read."""
        if not self._entries:
            return
        self._connection.execute(sa.insert(entry), self._entries)
        self._connection.execute(sa.update(ledger_head).values(position=self._position, seal=self._seal))
        self._entries = []

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
        about = {"account": account, "message": message}
        if delivery is not None:
            about = {"account": delivery.account, "delivery": delivery.key, "message": delivery.message}
            if change:
                self._change(delivery, change)
        self._append(chain.body(event, by=by, at=at, about={name: value for name, value in about.items() if value}, facts=facts))
        return self.delivery(delivery.key) if delivery is not None and change else delivery

    def plan(self, planned: Delivery, *, by: str, at: datetime) -> None:
        """See `Transaction.plan`."""
        row = {column.name: getattr(planned, column.name) for column in delivery.c if hasattr(planned, column.name)}
        self._connection.execute(sa.insert(delivery).values(row))
        self._depend(planned.key, planned.waits_for)
        facts = {"due_at": stamp(planned.due_at), "kind": planned.kind.value, "payload": planned.payload}
        self.record(Event.PLANNED, by=by, at=at, delivery=planned, facts=facts | {"release": planned.release})

    def withdraw(self, planned: Delivery, *, by: str, at: datetime) -> None:
        """See `Transaction.withdraw`."""
        if planned.state is not State.PLANNED or planned.started_at is not None:
            raise LedgerBroken(f"{planned.key} has been started and cannot be replaced.")
        for table, column in ((dependency, dependency.c.delivery), (preparation, preparation.c.delivery)):
            self._connection.execute(sa.delete(table).where(column == planned.key))
        self._connection.execute(sa.delete(delivery).where(delivery.c.key == planned.key))
        self.record(Event.REPLACED, by=by, at=at, delivery=planned, facts={"payload": planned.payload})

    def keep(self, data: bytes) -> str:
        """See `Transaction.keep`."""
        name = sha256(data)
        if self._connection.scalar(sa.select(blob.c.digest).where(blob.c.digest == name)) is None:
            self._connection.execute(sa.insert(blob).values(digest=name, bytes=data))
        return name

    def keep_revision(self, taken: Revision) -> None:
        """See `Transaction.keep_revision`."""
        row = {column.name: getattr(taken, column.name) for column in revision.c}
        self._connection.execute(sa.insert(revision).values(row))

    def keep_release(self, message: str, wave: int, digest: str, revision: str, *, confirmed: bool) -> None:
        """See `Transaction.keep_release`."""
        here = (release.c.message == message) & (release.c.wave == wave)
        self._connection.execute(sa.delete(release).where(here))
        row = {"message": message, "wave": wave, "digest": digest, "revision": revision, "confirmed": confirmed}
        self._connection.execute(sa.insert(release).values(row))

    def keep_slot(self, taken: Slot) -> None:
        """See `Transaction.keep_slot`."""
        values = {"next_at": taken.next_at, "left": taken.left}
        changed = self._connection.execute(sa.update(slot).where(slot.c.key == taken.key).values(values))
        if changed.rowcount == 0:
            self._connection.execute(sa.insert(slot).values(key=taken.key, **values))

    def claim_preparation(self, key: str, fence: str, until: datetime) -> None:
        """See `Transaction.claim_preparation`."""
        claim = {"prepare_fence": fence, "prepare_until": until, "prepare_tries": delivery.c.prepare_tries + 1}
        self._connection.execute(sa.update(delivery).where(delivery.c.key == key).values(claim))

    def release_preparation(self, key: str, fence: str) -> bool:
        """See `Transaction.release_preparation`."""
        mine = (delivery.c.key == key) & (delivery.c.prepare_fence == fence)
        nobody = {"prepare_fence": "", "prepare_until": None}
        return self._connection.execute(sa.update(delivery).where(mine).values(nobody)).rowcount == 1

    def keep_preparation(self, key: str, fence: str, sealed: bytes, until: datetime) -> bool:
        """See `Transaction.keep_preparation`."""
        mine = (delivery.c.key == key) & (delivery.c.prepare_fence == fence)
        if self._connection.execute(sa.update(delivery).where(mine).values(prepare_until=until)).rowcount == 0:
            return False
        self._connection.execute(sa.delete(preparation).where(preparation.c.delivery == key))
        self._connection.execute(sa.insert(preparation).values(delivery=key, sealed=sealed))
        return True

    def forget_preparation(self, key: str) -> None:
        """See `Transaction.forget_preparation`."""
        self._connection.execute(sa.delete(preparation).where(preparation.c.delivery == key))

    def _change(self, before: Delivery, change: Mapping[str, Any]) -> None:
        check_move(before.state, State(change.get("state", before.state)))
        as_it_was = (delivery.c.state == before.state.value) & (delivery.c.fence == before.fence)
        statement = sa.update(delivery).where(delivery.c.key == before.key, as_it_was).values(dict(change))
        if self._connection.execute(statement).rowcount != 1:
            raise LedgerBroken(f"{before.key} is no longer as it was read; nothing was changed.")
        if "waits_for" in change:
            self._depend(before.key, change["waits_for"])

    def _depend(self, key: str, needs: Sequence[str]) -> None:
        """Keep the table of dependencies equal to the column `waits_for`."""
        self._connection.execute(sa.delete(dependency).where(dependency.c.delivery == key))
        if needs:
            self._connection.execute(sa.insert(dependency), [{"delivery": key, "needs": needed} for needed in needs])

    def _append(self, body: str) -> None:
        self._position += 1
        self._seal = chain.seal(self._seal, body)
        self._entries.append({"position": self._position, "body": body, "seal": self._seal})

    def history(self, *, message: str | None = None, delivery: str | None = None) -> tuple[Entry, ...]:
        """See `Reading.history`; what this transaction has added is part of it."""
        self.finish()
        return super().history(message=message, delivery=delivery)

    def entries(self) -> Iterator[Entry]:
        """See `Reading.entries`; what this transaction has added is part of it."""
        self.finish()
        return super().entries()
