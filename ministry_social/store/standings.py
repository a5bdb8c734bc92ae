"""What platforms said of accounts: read and written."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from ..model.standing import Inspection
from ..rules.standing import inspection_from, inspection_text
from .rows import Rows
from .tables import standing


class StandingReading(Rows):
    """This part of `ports.Reading`."""

    def standing(self, account: str) -> Inspection | None:
        """See `Reading.standing`."""
        row = self._run(sa.select(standing).where(standing.c.account == account)).mappings().first()
        return None if row is None else inspection_from(row["account"], row["at"], row["body"])

    def standings(self) -> tuple[Inspection, ...]:
        """See `Reading.standings`."""
        rows = self._run(sa.select(standing).order_by(standing.c.account)).mappings()
        return tuple(inspection_from(row["account"], row["at"], row["body"]) for row in rows)

    def inspected(self) -> Mapping[str, datetime]:
        """See `Reading.inspected`."""
        rows = self._run(sa.select(standing.c.account, standing.c.at))
        return {row.account: row.at for row in rows}


class StandingWriting(StandingReading):
    """This part of `ports.Transaction`."""

    def keep_standing(self, inspection: Inspection) -> None:
        """See `Transaction.keep_standing`."""
        self._run(sa.delete(standing).where(standing.c.account == inspection.account))
        row = {"account": inspection.account, "at": inspection.at, "body": inspection_text(inspection)}
        self._run(sa.insert(standing).values(row))
