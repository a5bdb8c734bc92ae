"""The life of an account: how far it has come in standing for the ministry."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from .account import Account


class Stage(StrEnum):
    """How far an account has come. What is due for certification is active, too (see `rules.life.due_for_certification`)."""

    REQUESTED = "requested"  # a mission asks for it
    APPROVED = "approved"  # somebody else has said yes
    INVITED = "invited"  # the mission has a link with which it connects the account
    CONNECTED = "connected"  # there is a credential, of the right account
    VERIFIED = "verified"  # the platform says that we may post
    ACTIVE = "active"  # it speaks for the ministry, and stands in the register
    RETIRED = "retired"  # it speaks no more; its credential is gone


@dataclass(frozen=True, kw_only=True)
class AccountRecord:
    """An account as the store has it.

    order         its place in the list, counted from 1; new ones come last
    since         when it came to this stage
    requested_by  who asked for it: somebody else approves
    certified_at  when two persons last said that it is ours and well kept; None: never
    certified_by  who they were
    """

    account: Account
    order: int
    stage: Stage
    since: datetime
    requested_by: str
    certified_at: datetime | None = None
    certified_by: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The account's name."""
        return self.account.name

    def changed(self, **change: Any) -> "AccountRecord":
        """The same with some fields changed."""
        return replace(self, **change)


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """A link with which a mission connects one account, once.

    id       names it in the ledger; no secret
    digest   SHA-256 of the link's secret half, hex: the link itself is kept nowhere
    until    it opens nothing from then on
    used_at  when the account was connected through it
    void     whether it was taken back, or a newer one took its place
    """

    id: str
    account: str
    digest: str
    by: str
    at: datetime
    until: datetime
    used_at: datetime | None = None
    void: bool = False
