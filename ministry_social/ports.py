"""What the desk needs of the world: five ports, each a Protocol."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import BinaryIO, Protocol

from .model.account import Account, Credential, Standing
from .model.delivery import PostRef, Prepared, Receipt, RemotePost
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
        """The credential of an account. Raises `Unauthorized` where there is none."""

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
