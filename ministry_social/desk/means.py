"""What delivering needs of the house: its store, clock, vault, platforms, and how long things may take."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ..errors import MinistryError
from ..model.account import Account
from ..model.approval import Standing
from ..model.delivery import Delivery, Slot
from ..model.stop import Stops
from ..ports import Clock, Platform, Reading, Store, Transaction, Vault
from ..rules.pacing import Pace, paces
from ..rules.settling import Patience
from ..rules.stopping import stops
from ..rules.timing import whole_milliseconds
from .alerting import Bell
from .policy import Policies
from .roster import Roster

ENGINE = "engine"  # who acts where no person does


@dataclass(frozen=True, kw_only=True)
class Means:
    """What delivering needs. All times are real time; a lease is longer than any request may take, so that its end means
    that the process is gone.

    settle            so long after an attempt of which the process itself says that its answer was lost, not found is absent
    settle_vanished   the same where the process is gone: longer than a platform keeps a connection without a request
    look_every        how soon after an attempt it is first looked for; then less and less often
    unreadable_after  in doubt for so long after that, because the platform can't be read: a person must decide
    probe_gap         between two questions whether an account is really shut out
    prepare_embargoed whether media may be uploaded, seen by nobody, before the embargo ends
    policies          what the config says of people and approval, and what was adopted
    inspect_every     how often each account is asked after, on the clock; zero: not by an engine
    bell              who is told of what, and how
    """

    store: Store
    clock: Clock
    vault: Vault
    platforms: Mapping[str, Platform]
    accounts: Mapping[str, Account]
    lease: timedelta
    repost_gap: timedelta = timedelta()
    prepare_ahead: timedelta = timedelta(hours=1)
    settle: timedelta = timedelta(minutes=2)
    settle_vanished: timedelta = timedelta(minutes=15)
    look_every: timedelta = timedelta(seconds=2)
    unreadable_after: timedelta = timedelta(hours=1)
    probe_gap: timedelta = timedelta(minutes=5)
    prepare_embargoed: bool = False
    policies: Policies = field(default_factory=Policies)
    inspect_every: timedelta = timedelta()
    bell: Bell = field(default_factory=Bell)
    # Releases that were read and found whole, by digest: (key -> promise). Content under its digest never changes.
    releases: dict[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict, repr=False, compare=False)
    # How releases stand, by digest, and at which entries of the ledger that was found (see `approved.standings`).
    standings: dict[str, tuple[tuple[str, int], Standing]] = field(default_factory=dict, repr=False, compare=False)

    def now(self) -> datetime:
        """The time, as the store keeps it."""
        return whole_milliseconds(self.clock.now())

    @property
    def patience(self) -> Patience:
        """How long to wait until a doubt is settled, on the clock."""
        real = self.clock.real
        return Patience(
            settle=real(self.settle),
            settle_vanished=real(self.settle_vanished),
            look_every=real(self.look_every),
            unreadable_after=real(self.unreadable_after),
        )

    def paces(self, account: Account, delivery: Delivery) -> tuple[Pace, ...]:
        """The paces that sending this delivery must keep."""
        original = delivery.waits_for[0] if delivery.waits_for else ""
        return paces(account, delivery.kind, original=original, repost_gap=self.repost_gap)

    def keep_distance(self, tx: Transaction, account: Account, delivery: Delivery, at: datetime) -> None:
        """A gap counts from when a post stood there (`at`), not from when its request began."""
        for pace in self.paces(account, delivery):
            if pace.limit == 1:
                tx.keep_slot(Slot(key=pace.key, next_at=at + pace.window, left=0))

    def stops(self, reading: Reading) -> Stops:
        """What holds and pauses cover now, and what waits for approval: everything, where the policy here is not in force."""
        if isinstance(self.accounts, Roster):
            self.accounts.look(reading)
        if self.policies.refusal(reading) is not None:
            return Stops(everything=True)
        return stops(reading.holds(), reading.pauses(), self.accounts.values(), reading.unapproved())

    def now_or(self, known: datetime) -> datetime:
        """The time; where the clock has gone, one that is known: an outcome must be written down all the same."""
        try:
            return self.now()
        except MinistryError:
            return known
