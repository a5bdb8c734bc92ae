"""What the desk needs of the world, each a Protocol: Platform, Store, Vault, Media, Clock."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, BinaryIO, Protocol

from .model.account import Account, Credential, Standing
from .model.delivery import Delivery, PostRef, Prepared, Receipt, RemotePost, Slot, State
from .model.ledger import Entry, Event
from .model.release import Revision
from .model.variant import Limits, Payload, Variant


class Deadline(Protocol):
    """When a running attempt must not begin to send any more."""

    def left(self) -> float:
        """Seconds of real time until the lease ends; by the wall clock and the monotonic one, whichever is shorter."""


class Clock(Protocol):
    """The only reader of the time. Live: the system's; in the rehearsal: the rehearsal's, which may run fast."""

    def now(self) -> datetime:
        """The time, always aware, UTC."""

    def real(self, duration: timedelta) -> timedelta:
        """What a duration of real time is on this clock (longer where the clock runs fast): for leases and time-outs."""

    def sleep_until(self, moment: datetime, at_most: float) -> None:
        """Wait until `moment` on this clock, but no longer than `at_most` seconds of real time."""

    def deadline(self, duration: timedelta) -> Deadline:
        """A deadline that is `duration` of real time away."""


class Media(Protocol):
    """Where media lie, under their SHA-256."""

    def open(self, digest: str) -> BinaryIO:
        """The bytes, seekable; the digest is checked when it is opened, and a wrong one raises `LedgerBroken`."""


class Vault(Protocol):
    """Where secrets lie."""

    def get(self, account: str) -> Credential:
        """The credential of an account. Raises `Unauthorized` where there is none, `InvalidSettings` where the vault is shut."""

    def put(self, account: str, credential: Credential) -> None:
        """Store it; what was there before is replaced."""

    def has(self, account: str) -> bool:
        """Whether there is one."""

    def seal(self, clear: bytes) -> bytes:
        """Encrypt what works like a credential, for the database."""

    def unseal(self, sealed: bytes) -> bytes:
        """The clear bytes. Raises `Unauthorized` where the key is another."""


class Platform(Protocol):
    """One social network. Every failure is a `PlatformError`; none is a return value.

    `limits` and `render` never touch the network. `publish` is the only one that makes something public:
    one request, no retry, no redirect followed, nothing read before.
    """

    def limits(self, account: Account) -> Limits:
        """What the platform takes from this account."""

    def render(self, account: Account, variant: Variant) -> Payload:
        """The exact bytes that will be sent (canonical JSON). Pure: the same variant gives the same bytes."""

    def inspect(self, account: Account, credential: Credential) -> Standing:
        """What the platform says about the account now."""

    def renew(self, account: Account, credential: Credential) -> Credential:
        """A credential that lasts longer, where the platform has that; else the same."""

    def prepare(
        self,
        account: Account,
        credential: Credential,
        payload: Payload,
        so_far: Prepared | None,
        *,
        keep: Callable[[Prepared], None],
        report: Callable[[int, int], None],
    ) -> Prepared:
        """All that is needed before publishing and seen by nobody: media, a private video. May be lost and repeated.

        `keep` stores what a later try needs before the call goes on; `report` says bytes done and bytes in all.
        A step whose answer was lost raises `Unreachable`: it may be repeated. Returns a complete `Prepared`.
        """

    def publish(
        self,
        account: Account,
        credential: Credential,
        payload: Payload,
        prepared: Prepared,
        *,
        key: str,
        deadline: Deadline,
    ) -> Receipt:
        """Make it public, in one request. References in the payload are resolved already.

        Raises `Unreachable` only where not a byte of the request can have been read, `OutcomeUnknown` wherever it may have
        been carried out.
        """

    def fetch(self, account: Account, credential: Credential, post: PostRef) -> RemotePost | None:
        """What stands there under this reference, or None where nothing does."""

    def recent(self, account: Account, credential: Credential, *, since: datetime) -> Iterator[RemotePost]:
        """The account's own posts (on YouTube: videos, private ones included) since then, newest first."""

    def delete(self, account: Account, credential: Credential, post: PostRef) -> None:
        """Take it down. Done already is done."""


class Reading(Protocol):
    """What can be asked of the store. Lists come in a stable order."""

    def world(self) -> str:
        """`rehearsal` or `live`: written once, when the store was made."""

    def delivery(self, key: str) -> Delivery | None:
        """One delivery."""

    def deliveries(
        self,
        *,
        message: str | None = None,
        wave: int | None = None,
        states: Collection[State] = (),
        account: str | None = None,
    ) -> tuple[Delivery, ...]:
        """Deliveries, by message, wave and key."""

    def due(self, now: datetime, limit: int) -> tuple[Delivery, ...]:
        """Prepared, planned, due, and all that they wait for published; none of an account that has one in flight.

        Earliest first, one per account.
        """

    def unprepared(self, until: datetime, now: datetime, limit: int) -> tuple[Delivery, ...]:
        """Planned, due before `until`, not prepared and not being prepared; earliest first."""

    def expired(self, now: datetime) -> tuple[Delivery, ...]:
        """Sending, with a lease that is over."""

    def overdue(self, now: datetime) -> tuple[Delivery, ...]:
        """Planned, and stale by now."""

    def next_due(self, message: str | None = None) -> datetime | None:
        """When the next planned delivery is due."""

    def in_vain(self) -> tuple[tuple[Delivery, Delivery], ...]:
        """(planned delivery, the one that it waits for) where the latter will never be published."""

    def releases(self) -> tuple[tuple[str, int, str, str, bool], ...]:
        """(message, wave, digest, revision, confirmed) of every release in force."""

    def revisions(self, message: str) -> tuple[Revision, ...]:
        """Every revision of a message that was taken in, oldest first."""

    def blob(self, digest: str) -> bytes | None:
        """Bytes kept under their SHA-256."""

    def slot(self, key: str) -> Slot | None:
        """A rate slot."""

    def preparation(self, key: str) -> tuple[bytes | None, int]:
        """What preparing a delivery has reached (sealed), and how many tries it took."""

    def history(self, *, message: str | None = None, delivery: str | None = None) -> tuple[Entry, ...]:
        """Ledger entries about a message or a delivery, oldest first."""

    def entries(self) -> Iterator[Entry]:
        """The whole ledger, oldest first, at constant memory."""


class Transaction(Reading, Protocol):
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

    def keep_revision(self, revision: Revision) -> None:
        """Note that a revision was taken in."""

    def keep_release(self, message: str, wave: int, digest: str, revision: str, *, confirmed: bool) -> None:
        """Put a release in force for (message, wave)."""

    def keep_slot(self, slot: Slot) -> None:
        """Set a rate slot."""

    def claim_preparation(self, key: str, fence: str, until: datetime) -> None:
        """Mark a delivery as being prepared; counts a try."""

    def release_preparation(self, key: str, fence: str) -> bool:
        """Give the mark back; false where another has it by now."""

    def keep_preparation(self, key: str, fence: str, sealed: bytes, until: datetime) -> bool:
        """Keep what preparing has reached and lengthen its claim; false where another has it by now."""

    def forget_preparation(self, key: str) -> None:
        """What preparing had reached is no longer good."""


class Store(Protocol):
    """Where the ledger and the plan are."""

    def begin(self) -> AbstractContextManager[Transaction]:
        """A writing transaction: committed at the end, rolled back on an error."""

    def read(self) -> AbstractContextManager[Reading]:
        """A consistent view."""

    def backup(self, file: str) -> None:
        """Copy the whole store to a new file while it is in use."""
