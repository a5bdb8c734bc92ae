"""Searching: what somebody asks the ledger."""

from dataclasses import dataclass
from datetime import datetime

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
