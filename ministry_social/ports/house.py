"""What the store knows of the ministry's own accounts, of what platforms say of them, and of the ledger as a whole."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from ..model.auditing import Kept
from ..model.ledger import Row
from ..model.life import AccountRecord, Invitation
from ..model.standing import Inspection
from ..model.watching import Watched


class HouseReading(Protocol):
    """This part of `Reading`."""

    def accounts(self) -> tuple[AccountRecord, ...]:
        """Every account, in order; nothing as long as the config is the truth (see `desk.roster`)."""

    def account(self, name: str) -> AccountRecord | None:
        """One account."""

    def account_changes(self) -> int:
        """How often an account was changed: where it is the same as before, so are the accounts. 0: the config is the truth."""

    def marks(self) -> Mapping[str, str]:
        """The platform's own mark of each account that had one when it was last asked after."""

    def invitations(self, of: str | None = None) -> tuple[Invitation, ...]:
        """Every invitation, oldest first: of one account, or of all."""

    def standing(self, account: str) -> Inspection | None:
        """What is known of an account's standing."""

    def standings(self) -> tuple[Inspection, ...]:
        """The same of every account that was asked after, by name."""

    def watched(self, account: str) -> Watched | None:
        """How far an account was watched, and what stands there otherwise than signed."""

    def all_watched(self) -> tuple[Watched, ...]:
        """The same of every account that was looked at, by name."""

    def watched_at(self) -> Mapping[str, datetime]:
        """When somebody last began to look at each account."""

    def inspected(self) -> Mapping[str, datetime]:
        """When each account was last asked after."""

    def pages(self, after: int = 0) -> Iterator[Sequence[Row]]:
        """The ledger behind an entry as the very bytes that are kept, oldest first, some thousands at a time."""

    def end(self) -> tuple[int, str] | None:
        """How many entries were written, and the seal of the last; None where the store was moved."""

    def checkpoints(self) -> tuple[Kept, ...]:
        """Every checkpoint that was signed, the smallest first."""

    def last_checkpoint(self) -> Kept | None:
        """The largest of them."""


class HouseWriting(Protocol):
    """This part of `Transaction`."""

    def keep_account(self, record: AccountRecord) -> None:
        """Note an account, or how far it has come. With it goes an entry, which whoever calls records."""

    def keep_invitation(self, invitation: Invitation) -> None:
        """Note an invitation, or that it was used."""

    def keep_standing(self, inspection: Inspection) -> None:
        """Note what is known of an account's standing; what was known before is replaced."""

    def keep_watched(self, one: Watched) -> None:
        """Note what is known of a watched account; what was known before is replaced."""

    def keep_checkpoint(self, one: Kept) -> None:
        """Keep a signed checkpoint, larger than all before. With it goes its entry, which whoever calls records."""
