"""Where media and secrets lie, and a person's own key."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from ..model.account import Account, Credential

# Gives a newer credential than the one that is at its end; whatever goes wrong is a `PlatformError`.
Renew = Callable[[Account, Credential], Credential]


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

    def mark(self, data: bytes) -> bytes:
        """A code over these bytes, 32 bytes, that only who has this vault can make: it proves that a link is ours."""

    def alert(self, name: str) -> str:
        """A secret with which alerts are sent: `smtp-password`, `webhook-key`; empty where there is none."""

    def put_alert(self, name: str, text: str) -> None:
        """Store it; what was there before is replaced."""

    def seal(self, clear: bytes) -> bytes:
        """Encrypt what works like a credential, for the database."""

    def unseal(self, sealed: bytes) -> bytes:
        """The clear bytes. Raises `Unauthorized` where the key is another."""

    def alone(self, account: str) -> AbstractContextManager["Held"]:
        """Nobody else renews or replaces the credential of this account meanwhile, on whatever machine shares the vault.

        What is kept within counts, and is on the disk, once this has ended well. May last while a network is asked; raises
        `Unreachable` where somebody else does not come to an end.
        """


class Held(Protocol):
    """One account's credential in the hands of whoever renews it."""

    @property
    def credential(self) -> Credential:
        """As it stands now. Raises `Unauthorized` where there is none."""

    @property
    def begun(self) -> str:
        """When a renewal of this very refresh token was begun of which no answer was kept; empty where there is none."""

    def begin(self, at: datetime) -> None:
        """Note, for whoever comes after a crash, that the platform is going to be asked. Counts at once."""

    def keep(self, renewed: Credential) -> None:
        """Store the answer; nothing is begun any more."""

    def unbegin(self) -> None:
        """The platform has said no, and changed nothing."""


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """One secret as a database holds it. `key` is the name of the key that sealed it."""

    key: str
    data: bytes


class Secrets(Protocol):
    """Where a database keeps a vault's secrets: beside the ledger, none of its entries, and never under its lock."""

    def load(self, service: str, name: str) -> Sealed | None:
        """The secret of this name."""

    def save(self, service: str, name: str, one: Sealed) -> None:
        """Store it; what was there before is replaced."""

    def add(self, service: str, name: str, one: Sealed) -> bool:
        """Store it where there is none; false where there is one."""

    def delete(self, service: str, name: str) -> bool:
        """Remove it; false where there is none."""

    def rows(self) -> tuple[tuple[str, str, str], ...]:
        """Service, name, and name of the sealing key of every secret, in order."""

    def alone(self, service: str, name: str) -> AbstractContextManager["Secrets"]:
        """A transaction that has this row for itself. What is done through what it gives is committed with its end."""

    @property
    def patient(self) -> bool:
        """Whether `alone` may last while a network is asked, because nobody but this row's own users waits for it."""
