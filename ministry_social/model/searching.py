"""Searching: what somebody asks of the ledger and of the plan."""

from dataclasses import dataclass
from datetime import datetime

from .delivery import Delivery
from .ledger import Event


@dataclass(frozen=True, kw_only=True)
class Search:
    """Which entries are wanted; what is empty or None asks nothing.

    persons, messages, events  one of these each
    accounts                   one of these; None: of any, or of none at all
    since, until               from this moment on, and before that one, by what the entry itself says
    newest_first               the last entry first
    """

    persons: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    accounts: tuple[str, ...] | None = None
    events: tuple[Event, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    newest_first: bool = False


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which deliveries are wanted; what is None asks nothing.

    waves         (message, wave)
    since, until  by the time for which a delivery was approved
    """

    message: str | None = None
    waves: frozenset[tuple[str, int]] | None = None
    accounts: frozenset[str] | None = None
    platform: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def takes(self, one: Delivery) -> bool:
        """Whether a delivery is wanted, whatever its time."""
        asked = ((self.message, one.message), (self.platform, one.platform))
        if any(wanted not in (None, has) for wanted, has in asked):
            return False
        here = self.accounts is None or one.account in self.accounts
        return here and (self.waves is None or (one.message, one.wave) in self.waves)

    def covers(self, promised: datetime) -> bool:
        """Whether it is of the time that is wanted."""
        return (self.since is None or self.since <= promised) and (self.until is None or promised < self.until)
