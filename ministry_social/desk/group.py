"""A group of deliveries that are to start together: all that claiming them needs, read in a few questions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ..errors import MinistryError
from ..model.approval import Standing
from ..model.delivery import Delivery, Slot, State
from ..model.recall import Step
from ..model.stop import Stops
from ..ports import Transaction
from ..rules import pacing
from ..rules.stopping import allows
from .approved import standings
from .means import Means
from .signed import receipt

_OPEN = (Step.ASKED, Step.COPIED)


@dataclass(frozen=True, kw_only=True)
class Group:
    """Deliveries as they stand in this transaction, and what they need.

    needed  what they wait for, by key
    approved  how their releases stand, by digest, or why they cannot be approved; empty where no policy is in force here
    receipts  of what they wait for, as the ledger has them
    wanted  keys of those that somebody wants taken down: they were on their way then, and must not start again
    bodies  payloads and releases, by digest
    sealed  what preparing has left, by key
    slots   rate slots, by key, as they are after what was taken so far
    """

    now: datetime
    deliveries: tuple[Delivery, ...]
    stops: Stops
    needed: Mapping[str, Delivery]
    approved: Mapping[str, Standing | str]
    receipts: Mapping[str, Mapping[str, str]]
    wanted: frozenset[str]
    busy: set[str]
    bodies: Mapping[str, bytes]
    sealed: Mapping[str, bytes]
    slots: dict[str, Slot]
    taken: list[Slot] = field(default_factory=list)

    @classmethod
    def read(cls, tx: Transaction, means: Means, deliveries: Iterable[Delivery], stops: Stops | None = None) -> "Group":
        """Ask for all of it."""
        found = tuple(deliveries)
        needs = {key for one in found for key in one.waits_for}
        digests = {one.payload for one in found} | {one.release for one in found if one.release not in means.releases}
        keys = [one.key for one in found]
        paces = {pace.key for one in found for pace in _paces(means, one)}
        now = means.now()
        needed = {one.key: one for one in tx.deliveries(keys=needs)} if needs else {}
        return cls(
            now=now,
            deliveries=found,
            stops=means.stops(tx) if stops is None else stops,
            needed=needed,
            approved=_approved(tx, means, found, now),
            receipts={key: receipt(tx, one) for key, one in needed.items() if one.state is State.PUBLISHED},
            wanted=frozenset(one.delivery for one in (tx.recalls(keys=keys) if found else ()) if one.step in _OPEN),
            busy=set(tx.in_flight({one.account for one in found})) if found else set(),
            bodies=tx.blobs(digests) if found else {},
            sealed=tx.preparations(keys) if found else {},
            slots=dict(tx.slots(paces)) if found else {},
        )

    def ready(self) -> Iterator[Delivery]:
        """Those that nothing keeps from going now; one for each account."""
        for one in self.deliveries:
            if self._may_go(one):
                self.busy.add(one.account)
                yield one

    @property
    def unapproved(self) -> tuple[str, ...]:
        """Releases that were thought to be approved, and are not."""
        return tuple(name for name, one in self.approved.items() if isinstance(one, Standing) and not one.complete)

    def blob(self, digest: str) -> bytes | None:
        """Bytes kept under their SHA-256."""
        return self.bodies.get(digest)

    def take_slots(self, paces: Iterable[pacing.Pace]) -> Slot | None:
        """Take one use of every pace, or none: then the slot is returned that is full for longest."""
        before = [(pace, self.slots.get(pace.key)) for pace in paces]
        after = [(slot, pacing.take(pace, slot, self.now)) for pace, slot in before]
        full = [slot for slot, taken in after if taken is None and slot is not None]
        if full:
            return max(full, key=lambda slot: slot.next_at)
        for _, taken in after:
            if taken is not None:
                self.slots[taken.key] = taken
                self.taken.append(taken)
        return None

    def _may_go(self, one: Delivery) -> bool:
        """Whether nothing has come in between since somebody found it due."""
        if one.state is not State.PLANNED or not one.prepared or one.look_first or one.due_at > self.now:
            return False
        if one.stale_at is not None and one.stale_at <= self.now:
            return False
        standing = self.approved.get(one.release)
        if standing is None or (isinstance(standing, Standing) and not standing.complete):
            return False
        if one.account in self.busy or one.key in self.wanted or not allows(self.stops, one):
            return False
        return all(key in self.needed and self.needed[key].state is State.PUBLISHED for key in one.waits_for)


def _paces(means: Means, one: Delivery) -> tuple[pacing.Pace, ...]:
    account = means.accounts.get(one.account)
    return () if account is None else means.paces(account, one)


def _approved(tx: Transaction, means: Means, found: tuple[Delivery, ...], now: datetime) -> Mapping[str, Standing | str]:
    """How their releases stand; nothing where no policy is in force here, so that nothing starts."""
    try:
        return standings(tx, means, found, now)
    except MinistryError:
        return {}
