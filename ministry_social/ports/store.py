"""Where the ledger and the plan are: what can be read of them, and what one transaction may write."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, Protocol

from ..model.campaign import CampaignRecord
from ..model.delivery import Delivery, Slot, State
from ..model.figures import Figure
from ..model.ledger import Entry, Event
from ..model.recall import Recall
from ..model.release import Revision
from ..model.searching import Search
from ..model.stop import Hold, Pause, Stops
from .house import HouseReading, HouseWriting
from .keeping import Secrets


class Reading(HouseReading, Protocol):
    """What can be asked of the store. Lists come in a stable order."""

    def world(self) -> str:
        """`rehearsal` or `live`: written once, when the store was made."""

    def about(self, key: str) -> str:
        """What is written about the store as a whole under this name, e.g. which media folder is its own; empty for nothing."""

    def delivery(self, key: str) -> Delivery | None:
        """One delivery."""

    def deliveries(
        self,
        *,
        message: str | None = None,
        wave: int | None = None,
        states: Collection[State] = (),
        account: str | None = None,
        keys: Collection[str] | None = None,
        since: datetime | None = None,
        limit: int | None = None,
    ) -> tuple[Delivery, ...]:
        """Deliveries, by message, wave and key; the first `limit` of them. `since`: sent, or else due, at that time or later."""

    def due(self, now: datetime, limit: int, stops: Stops = ..., *, unqueued: bool = False) -> tuple[Delivery, ...]:
        """Prepared, planned, due, and all that they wait for published; none of an account that has one in flight.

        Earliest first, one per account; nothing that `stops` covers, nor what must be looked for first. `unqueued`: nor what
        has a job already.
        """

    def unprepared(self, until: datetime, now: datetime, limit: int, stops: Stops = ...) -> tuple[Delivery, ...]:
        """Planned, due before `until`, not prepared and not being prepared; earliest first, nothing that `stops` covers."""

    def suspects(self, now: datetime, limit: int) -> tuple[Delivery, ...]:
        """Planned, due, and to be looked for before sending; none of an account that has one in flight. One per account."""

    def doubtful(self, now: datetime, limit: int) -> tuple[Delivery, ...]:
        """In doubt, and to be looked for by now; the longest waiting first."""

    def in_flight(self, accounts: Collection[str]) -> frozenset[str]:
        """Those of the accounts that have a delivery being sent or in doubt."""

    def dependents(self, key: str) -> tuple[Delivery, ...]:
        """Deliveries that name this one in `waits_for`."""

    def claimed(self, account: str, ids: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        """Of these ids of posts on an account, those that deliveries have as theirs: id -> their keys."""

    def expired(self, now: datetime) -> tuple[Delivery, ...]:
        """Sending, with a lease that is over."""

    def overdue(self, now: datetime) -> tuple[Delivery, ...]:
        """Planned, and stale by now."""

    def next_due(self, message: str | None = None, *, after: datetime | None = None) -> datetime | None:
        """When the next planned delivery is due; `after`: the next one whose time is not over yet."""

    def in_vain(self) -> tuple[tuple[Delivery, Delivery], ...]:
        """(planned delivery, the one that it waits for) where the latter will never be published."""

    def releases(self) -> tuple[tuple[str, int, str, str, bool], ...]:
        """(message, wave, digest, revision, confirmed) of every release in force."""

    def unapproved(self) -> frozenset[str]:
        """The digests of releases that wait for approval, as far as is known: what starts a delivery looks for itself."""

    def approvals(self, messages: Collection[str] | None = None) -> tuple[Entry, ...]:
        """What the ledger holds about releases and their approval, oldest first: of these messages, or of all."""

    def policies(self) -> tuple[Entry, ...]:
        """What the ledger holds about the policy, oldest first."""

    def campaigns(self) -> tuple[CampaignRecord, ...]:
        """Every campaign that was put in force, by its id."""

    def revisions(self, message: str) -> tuple[Revision, ...]:
        """Every revision of a message that was taken in, oldest first."""

    def blob(self, digest: str) -> bytes | None:
        """Bytes kept under their SHA-256."""

    def blobs(self, digests: Collection[str]) -> Mapping[str, bytes]:
        """The same for many; what is not there is left out."""

    def slots(self, keys: Collection[str]) -> Mapping[str, Slot]:
        """Rate slots by key; what was never used is left out."""

    def preparation(self, key: str) -> tuple[bytes | None, int]:
        """What preparing a delivery has reached (sealed), and how many tries it took."""

    def preparations(self, keys: Collection[str]) -> Mapping[str, bytes]:
        """What preparing has reached, sealed, for many; what needed none is left out."""

    def holds(self) -> tuple[Hold, ...]:
        """Every hold in force, drills included, oldest first."""

    def pauses(self) -> tuple[Pause, ...]:
        """Every pause in force, oldest first."""

    def recalls(self, *, message: str | None = None, keys: Collection[str] | None = None) -> tuple[Recall, ...]:
        """Every recall that was asked for, by delivery."""

    def recalls_due(self, now: datetime, limit: int) -> tuple[tuple[Recall, Delivery], ...]:
        """Recalls that are neither done nor given up, to be tried by now, of deliveries that are not being sent or checked.

        What waits for another delivery comes before it: a repost before its original, which has to wait until that is undone.
        """

    def newest_figures(self, since: datetime) -> Mapping[tuple[str, str], Mapping[str, int]]:
        """The last figures of each post that were read since then: (account, the platform's id of the post) -> name -> number."""

    def account_figures(self, name: str, since: datetime, until: datetime) -> Mapping[str, tuple[tuple[datetime, int], ...]]:
        """One figure of every account itself, as a time series, oldest first."""

    def read_at(self, account: str) -> Mapping[str, datetime]:
        """When the figures of each post of an account were read last; under "", its own."""

    def jobs(self) -> frozenset[int]:
        """The jobs of a queue that planned deliveries are marked with."""

    def history(self, *, message: str | None = None, delivery: str | None = None) -> tuple[Entry, ...]:
        """Ledger entries about a message or a delivery, oldest first."""

    def search(self, asked: Search) -> Iterator[Entry]:
        """The entries that somebody asks for, in the ledger's order, read as they are taken."""

    def entries(self) -> Iterator[Entry]:
        """The whole ledger, oldest first, at constant memory."""


class Transaction(Reading, HouseWriting, Protocol):
    """A writing transaction. Every one is alone: none begins before the last has ended."""

    def record(
        self,
        event: Event,
        *,
        by: str,
        at: datetime,
        delivery: Delivery | None = None,
        message: str = "",
        account: str = "",
        facts: Mapping[str, Any] = ...,
        change: Mapping[str, Any] = ...,
    ) -> Delivery | None:
        """The only writer of the ledger and of deliveries: one entry, and with it the change of the delivery that it is about.

        The move must be one of `rules.lifecycle.NEXT`; the row must still have the state and fence of `delivery`, else
        `LedgerBroken`. Returns the delivery as it is now.
        """

    def plan(self, delivery: Delivery, *, by: str, at: datetime) -> None:
        """Insert a delivery with its `planned` entry."""

    def withdraw(self, delivery: Delivery, *, by: str, at: datetime) -> None:
        """Remove a delivery that was replaced before anything had started, with its entry."""

    def keep(self, data: bytes) -> str:
        """Keep bytes under their SHA-256, which is returned."""

    def discard(self, digests: Collection[str]) -> None:
        """Remove bytes that were kept, for ever. With it goes an entry, which whoever calls records."""

    def keep_revision(self, revision: Revision) -> None:
        """Note that a revision was taken in."""

    def keep_release(self, message: str, wave: int, digest: str, revision: str, *, confirmed: bool) -> None:
        """Put a release in force for (message, wave)."""

    def approve(self, digest: str, *, approved: bool) -> None:
        """Note whether a release waits for approval, so that what waits is not looked at again and again."""

    def keep_campaign(self, record: CampaignRecord) -> str:
        """Note a campaign that was put in force, or that it was stopped; returns the SHA-256 of its record."""

    def keep_about(self, key: str, value: str) -> None:
        """Write down something about the store as a whole; what was there before is replaced."""

    def keep_figures(self, figures: Collection[Figure]) -> None:
        """Keep figures that were read: all of one account and moment at once. No facts for the ledger."""

    def keep_slot(self, slot: Slot) -> None:
        """Set a rate slot."""

    def keep_hold(self, *, scope: str, value: str, reason: str, by: str, at: datetime, drill: bool) -> Hold:
        """Put a hold in force; its number is new. With its `hold` entry goes whoever calls."""

    def lift_hold(self, id: int) -> None:
        """End a hold."""

    def keep_pause(self, pause: Pause) -> None:
        """Put a pause in force, or change the one of the same scope and value."""

    def lift_pause(self, scope: str, value: str) -> None:
        """End a pause."""

    def keep_recall(self, recall: Recall) -> None:
        """Note a recall, or how far it has come."""

    def look_later(self, key: str, at: datetime) -> None:
        """When to look for a delivery in doubt again: a claim and a timetable, not a fact for the ledger."""

    def stale_from(self, keys: Collection[str], at: datetime) -> None:
        """Those of these that are being sent or in doubt are stale from then on: if they turn out not to be out, they stay in."""

    def queue(self, keys: Collection[str], job: int) -> None:
        """Mark planned deliveries with the job that will send them. Any change of state or time takes the mark away."""

    def unqueue(self, jobs: Collection[int]) -> None:
        """Take the marks of these jobs away: they are gone."""

    def driver(self) -> Any:
        """The database driver's own connection, on which this transaction runs: for a queue that lives in the same database."""

    def claim_preparation(self, key: str, fence: str, until: datetime) -> None:
        """Mark a delivery as being prepared; counts a try."""

    def prepare_later(self, key: str, at: datetime) -> None:
        """Not to be prepared before then: a timetable, not a fact for the ledger."""

    def release_preparation(self, key: str, fence: str) -> bool:
        """Give the mark back; false where another has it by now."""

    def keep_preparation(self, key: str, fence: str, sealed: bytes, until: datetime) -> bool:
        """Keep what preparing has reached and lengthen its claim; false where another has it by now."""

    def forget_preparation(self, key: str) -> None:
        """What preparing had reached is no longer good."""


CHANGED = "ministry_social_changed"  # on PostgreSQL: the channel on which a commit says that something new may be able to go


class Store(Protocol):
    """Where the ledger and the plan are."""

    def begin(self) -> AbstractContextManager[Transaction]:
        """A writing transaction: committed at the end, rolled back on an error.

        On a database that many share its commit tells on `CHANGED`, unless all that it wrote is about deliveries on their way.
        """

    def read(self) -> AbstractContextManager[Reading]:
        """A consistent view."""

    def secrets(self, *, wait: timedelta) -> Secrets:
        """Where a vault may keep its sealed secrets. `wait`: how long one may be held, or waited for."""

    def backup(self, file: str) -> None:
        """Copy the whole store to a new file while it is in use."""
