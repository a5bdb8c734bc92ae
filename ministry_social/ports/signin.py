"""What connecting an account needs of one social network."""

from collections.abc import Mapping
from typing import Protocol

from ..model.account import Account, Credential
from ..model.signin import Begun, Granted


class SignIn(Protocol):
    """A platform's own sign-in. Every failure is a `PlatformError`: `SignInFailed` where the person or the platform said no,
    with a code of `rules.signin.CODES`; `Throttled`, `OutOfCredit` and `Unreachable` as everywhere.

    `app` is the credential of our app at the platform (X: consumer_key, consumer_secret; Facebook: app_id, app_secret;
    YouTube: client_id, client_secret). The account's id may be empty: not known before it is connected. Then the handle
    says which one is expected.
    """

    def begin(self, account: Account, app: Credential, *, callback: str) -> Begun:
        """Start. `callback`: the address of ours that the platform leads back to; empty: by hand, where the platform can."""

    def finish(self, account: Account, app: Credential, begun: Begun, answer: Mapping[str, str], *, callback: str) -> Granted:
        """Turn what came back into a credential. `answer`: the query of the address that the person was led back to, or
        {"pin": ...}. Refuses another account than the expected one, naming both, and a grant that lacks a scope or a task."""

    def accept(self, account: Account, app: Credential, pasted: Mapping[str, str]) -> Granted:
        """Check a credential that an administrator pasted (Facebook: a system user's token); other platforms: `SignInFailed`."""
