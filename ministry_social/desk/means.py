"""What delivering needs of the house: its store, clock, vault, platforms, and how long things may take."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ..errors import MinistryError
from ..model.account import Account
from ..ports import Clock, Platform, Store, Vault
from ..rules.timing import whole_milliseconds

ENGINE = "engine"  # who acts where no person does


@dataclass(frozen=True, kw_only=True)
class Means:
    """What delivering needs. `lease` and `prepare_ahead` are real time; a lease is longer than any request may take, so that its
    end means that the process is gone.
    """

    store: Store
    clock: Clock
    vault: Vault
    platforms: Mapping[str, Platform]
    accounts: Mapping[str, Account]
    lease: timedelta
    repost_gap: timedelta = timedelta()
    prepare_ahead: timedelta = timedelta(hours=1)
    # Releases that were read and found whole, by digest: (key -> promise). Content under its digest never changes.
    releases: dict[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict, repr=False, compare=False)

    def now(self) -> datetime:
        """The time, as the store keeps it."""
        return whole_milliseconds(self.clock.now())

    def now_or(self, known: datetime) -> datetime:
        """The time; where the clock has gone, one that is known: an outcome must be written down all the same."""
        try:
            return self.now()
        except MinistryError:
            return known
