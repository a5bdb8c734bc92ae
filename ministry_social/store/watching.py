"""What is known of accounts that are watched: read and written."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from ..model.watching import Watched
from ..rules.watch_records import watched_from, watched_text
from .house_tables import watched
from .rows import Rows


class WatchReading(Rows):
    """This part of `ports.Reading`."""

    def watched(self, account: str) -> Watched | None:
        """See `Reading.watched`."""
        row = self._run(sa.select(watched).where(watched.c.account == account)).mappings().first()
        return None if row is None else watched_from(row["account"], row["at"], row["body"])

    def all_watched(self) -> tuple[Watched, ...]:
        """See `Reading.all_watched`."""
        rows = self._run(sa.select(watched).order_by(watched.c.account)).mappings()
        return tuple(watched_from(row["account"], row["at"], row["body"]) for row in rows)

    def watched_at(self) -> Mapping[str, datetime]:
        """See `Reading.watched_at`."""
        rows = self._run(sa.select(watched.c.account, watched.c.at))
        return {row.account: row.at for row in rows}


class WatchWriting(WatchReading):
    """This part of `ports.Transaction`."""

    def keep_watched(self, one: Watched) -> None:
        """See `Transaction.keep_watched`."""
        self._run(sa.delete(watched).where(watched.c.account == one.account))
        self._run(sa.insert(watched).values({"account": one.account, "at": one.at, "body": watched_text(one)}))
