"""What collecting figures needs of one social network."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from ..model.account import Account, Credential
from ..model.delivery import PostRef
from ..model.figures import AccountFigures, PostFigures


class Figures(Protocol):
    """The figures of a platform. Only reads; every failure is a `PlatformError`, as everywhere."""

    together: int  # posts that one request may ask for

    def of_account(self, account: Account, credential: Credential) -> AccountFigures:
        """What it says of the account."""

    def of_posts(self, account: Account, credential: Credential, posts: Sequence[PostRef]) -> Mapping[PostRef, PostFigures]:
        """What it says of these posts of the account, at most `together`; one that stands there no more is left out."""

    def of_other(self, ours: Account, credential: Credential, handle: str) -> AccountFigures:
        """What it says to everybody of somebody else's account, asked by one of ours. Raises `Rejected` with the code
        `not-for-others` where it tells that to nobody, and `no-account` where there is none of this name."""
