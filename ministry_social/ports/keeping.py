"""Where media and secrets lie, and a person's own key."""

from typing import BinaryIO, Protocol

from ..model.account import Credential


class Media(Protocol):
    """Where media lie, under their SHA-256."""

    def open(self, digest: str) -> BinaryIO:
        """The bytes, seekable; the digest is checked when it is opened, and a wrong one raises `LedgerBroken`."""


class Signer(Protocol):
    """A person's own key, opened by its owner."""

    @property
    def key(self) -> str:
        """The name of its public key (see `rules.signing.key_id`)."""

    def sign(self, data: bytes) -> bytes:
        """The signature over these bytes."""


class Vault(Protocol):
    """Where secrets lie."""

    def get(self, account: str) -> Credential:
        """The credential of an account. Raises `Unauthorized` where there is none, `InvalidSettings` where the vault is shut."""

    def put(self, account: str, credential: Credential) -> None:
        """Store it; what was there before is replaced."""

    def forget(self, account: str) -> None:
        """Read it anew when it is next asked for: another process may have stored another one."""

    def has(self, account: str) -> bool:
        """Whether there is one."""

    def remove(self, account: str) -> None:
        """Delete the credential of an account; where there is none, nothing happens."""

    def app(self, platform: str) -> Credential:
        """The credential of our own app at a platform. Raises `InvalidSettings` where there is none."""

    def put_app(self, platform: str, credential: Credential) -> None:
        """Store it; what was there before is replaced."""

    def seal(self, clear: bytes) -> bytes:
        """Encrypt what works like a credential, for the database."""

    def unseal(self, sealed: bytes) -> bytes:
        """The clear bytes. Raises `Unauthorized` where the key is another."""


class Witness(Protocol):
    """A place where others keep our checkpoints. Raises `WitnessFailed` where it cannot be read or written."""

    @property
    def name(self) -> str:
        """As people know it."""

    def notes(self) -> tuple[str, ...]:
        """The checkpoints that it has."""

    def lay(self, size: int, note: str) -> None:
        """Put a checkpoint there. Raises `LedgerBroken` where it has another one of that size."""
