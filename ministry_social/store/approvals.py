"""Approvals: what the ledger holds about releases, signatures and the policy; and which releases wait."""

from collections.abc import Collection

import sqlalchemy as sa

from ..model.ledger import Entry
from . import queries
from .rows import Rows
from .tables import release


class ApprovalReading(Rows):
    """This part of `ports.Reading`."""

    def unapproved(self) -> frozenset[str]:
        """See `Reading.unapproved`."""
        return self._once("unapproved", lambda: frozenset(self._run(queries.unapproved()).scalars()))

    def approvals(self, messages: Collection[str] | None = None) -> tuple[Entry, ...]:
        """See `Reading.approvals`."""
        if messages is None:
            return self._entries("all")
        return self._entries("some", sorted(set(messages))) if messages else ()

    def policies(self) -> tuple[Entry, ...]:
        """See `Reading.policies`."""
        return self._once("policies", lambda: self._entries("house"))

    def _entries(self, of: str, names: Collection[str] = ()) -> tuple[Entry, ...]:
        rows = self._run(queries.approvals(of), {"names": names} if of == "some" else None).mappings()
        return tuple(Entry(**row) for row in rows)


class ApprovalWriting(ApprovalReading):
    """This part of `ports.Transaction`."""

    def approve(self, digest: str, *, approved: bool) -> None:
        """See `Transaction.approve`."""
        self._changed()
        self._run(sa.update(release).where(release.c.digest == digest).values(confirmed=approved))
