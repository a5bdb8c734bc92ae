"""What proving an account needs of a platform that knows posts which nobody sees."""

from typing import Protocol

from ..model.account import Account, Credential
from ..model.standing import Proof


class Proving(Protocol):
    """A test post that is never public: put there, and taken down again."""

    def prove(self, account: Account, credential: Credential) -> Proof:
        """Post it and take it down. Raises `PlatformError` where it could not be posted."""
