"""The ledger as auditors read it, page by page and byte by byte, and the checkpoints that were signed of it."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from ..errors import LedgerBroken
from ..model.auditing import Kept
from ..model.ledger import Row
from .lost import lost
from .rows import Rows
from .tables import checkpoint, ledger_head

_PAGE = 8192  # entries in the memory at a time

# The bytes themselves: what somebody has spoilt may be no text any more. (PostgreSQL keeps nothing in a text that is none.)
_BYTES = "SELECT position, CAST(body AS BLOB), CAST(seal AS BLOB) FROM entry WHERE position > ? ORDER BY position LIMIT ?"
_TEXTS = "SELECT position, body, seal FROM entry WHERE position > %s ORDER BY position LIMIT %s"


class CheckpointReading(Rows):
    """This part of `ports.Reading`."""

    def pages(self, after: int = 0) -> Iterator[Sequence[Row]]:
        """See `Reading.pages`."""
        while page := self._page(after):
            yield page
            after = page[-1][0]

    def end(self) -> tuple[int, str] | None:
        """See `Reading.end`."""
        row = self._run(sa.select(ledger_head.c.position, ledger_head.c.seal)).one_or_none()
        return None if row is None else (row.position, row.seal)

    def checkpoints(self) -> tuple[Kept, ...]:
        """See `Reading.checkpoints`."""
        return tuple(Kept(**row) for row in self._run(sa.select(checkpoint).order_by(checkpoint.c.size)).mappings())

    def last_checkpoint(self) -> Kept | None:
        """See `Reading.last_checkpoint`."""
        row = self._run(sa.select(checkpoint).order_by(checkpoint.c.size.desc()).limit(1)).mappings().first()
        return None if row is None else Kept(**row)

    def _page(self, after: int) -> Sequence[Row]:
        """One page; a file that is damaged where it lies is a broken ledger."""
        try:
            if self._connection.dialect.name == "sqlite":
                rows: Sequence[Row] = self._connection.exec_driver_sql(_BYTES, (after, _PAGE)).all()
                return rows
            texts = self._connection.exec_driver_sql(_TEXTS, (after, _PAGE))
            return [(position, body.encode(), seal.encode()) for position, body, seal in texts]
        except sa.exc.DatabaseError as wrong:
            if lost(wrong):
                raise
            said = " ".join(str(wrong.orig).split())
            raise LedgerBroken(f"The database cannot be read after entry {after:,}: {said}.", first=after + 1) from wrong


class CheckpointWriting(CheckpointReading):
    """This part of `ports.Transaction`."""

    def keep_checkpoint(self, one: Kept) -> None:
        """See `Transaction.keep_checkpoint`."""
        self._run(sa.insert(checkpoint).values(size=one.size, at=one.at, note=one.note))
