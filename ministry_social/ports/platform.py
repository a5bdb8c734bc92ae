"""What the desk needs of one social network."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Protocol

from ..model.account import Account, Credential, Standing
from ..model.delivery import PostRef, Prepared, Receipt, RemotePost
from ..model.variant import Limits, Payload, Variant
from .clock import Deadline


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
        """Ask for a credential that lasts longer, where the platform has that; else the same. It counts once it is stored, and
        the one before may be dead: only `desk.renewing` asks for this."""

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
