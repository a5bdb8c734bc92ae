"""Where secrets lie: in `keyring`, whichever backend the settings choose."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Lock
from urllib.parse import quote

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError, PasswordDeleteError

from ..errors import InvalidSettings, Unauthorized
from ..model.account import Credential
from . import cipher
from .database import SealedRows
from .held import HeldCredential, credential_name, mark_name
from .own import held
from .sealed import SealedFile

__all__ = ["KeyringBackend", "KeyringVault", "SealedFile", "SealedRows", "desktop"]

_SEALING_KEY = "sealing-key"
_WAIT = timedelta(seconds=30)


def desktop() -> KeyringBackend:
    """The desktop's own keyring. Raises `InvalidSettings` where this machine has none."""
    backend = keyring.get_keyring()
    if backend.priority <= 0:
        raise InvalidSettings(
            "This machine has no desktop keyring.",
            remedy='Set [vault] backend = "file" and give it a key (docs/settings.md).',
        )
    return backend


class KeyringVault:
    """`ports.Vault` over a keyring backend. The service's name holds the world, so that none is mistaken for the other.

    locks  folder of the lock files with which one process at a time renews a credential, where the backend has no locks of its
           own; None: no other process uses this vault
    wait   how long such a lock is waited for
    """

    def __init__(self, backend: KeyringBackend, world: str, *, locks: Path | None = None, wait: timedelta = _WAIT) -> None:
        keyring.set_keyring(backend)  # whoever else in this process asks `keyring` gets the same one
        self.backend = backend
        self.service = f"ministry_social/{world}"
        self._locks = locks
        self._wait = wait
        self._known: dict[str, Credential] = {}
        self._texts: dict[str, str] = {}  # as they stood in the vault
        self._key: bytes | None = None
        self._lock = Lock()

    def get(self, account: str) -> Credential:
        """See `Vault.get`. What a desktop gave once is remembered by this process; what others write to is looked at each time,
        so that a worker which runs for months sees an account that was connected anew, or renewed by another."""
        known = self._known.get(account)
        if known is not None and not isinstance(self.backend, SealedFile | SealedRows):
            return known
        text = self._read(self.backend, credential_name(account))
        if known is not None and text == self._texts.get(account):
            return known
        if text is None:
            raise _missing(account)
        self._known[account] = credential = Credential(json.loads(text))
        self._texts[account] = text
        return credential

    def put(self, account: str, credential: Credential) -> None:
        """See `Vault.put`. Whoever renews the one before comes to an end first."""
        with self._alone(account) as inside:
            self._write(inside, credential_name(account), json.dumps(credential.fields()))
        self._known[account] = credential

    def put_all(self, credentials: dict[str, Credential]) -> None:
        """Store many at once, which a sealed file does in one write."""
        if isinstance(self.backend, SealedFile):
            texts = {credential_name(name): json.dumps(c.fields()) for name, c in credentials.items()}
            self.backend.set_many(self.service, texts)
            self._known.update(credentials)
            return
        for account, credential in credentials.items():
            self.put(account, credential)

    def forget(self, account: str) -> None:
        """See `Vault.forget`."""
        self._known.pop(account, None)

    def has(self, account: str) -> bool:
        """See `Vault.has`."""
        return account in self._known or self._read(self.backend, credential_name(account)) is not None

    def remove(self, account: str) -> None:
        """See `Vault.remove`."""
        with self._alone(account) as inside:
            for name in (credential_name(account), mark_name(account)):
                self._write(inside, name, None)
        self.forget(account)

    @contextmanager
    def alone(self, account: str) -> Iterator[HeldCredential]:
        """See `Vault.alone`: a lock of the database on the credential's own row where it has such, else a lock file."""
        with self._alone(account) as inside:
            yield HeldCredential(
                account, inside=inside, outside=self.backend, read=self._read, write=self._write, missing=_missing(account)
            )
        self.forget(account)

    def app(self, platform: str) -> Credential:
        """See `Vault.app`."""
        text = self._read(self.backend, f"app/{platform}")
        if text is None:
            raise InvalidSettings(
                f"There is no credential of our app at {platform}, without which no account can sign in.",
                remedy=f"Run: ministry-social vault app {platform} --credential FILE",
            )
        return Credential(json.loads(text))

    def put_app(self, platform: str, credential: Credential) -> None:
        """See `Vault.put_app`."""
        text = json.dumps(credential.fields())
        if self._read(self.backend, f"app/{platform}") != text:
            self._write(self.backend, f"app/{platform}", text)

    def mark(self, data: bytes) -> bytes:
        """See `Vault.mark`."""
        return cipher.mark(self._sealing_key(), data)

    def secret(self, name: str) -> str | None:
        """A secret of the ministry's own, such as `ministry-key`; None where there is none."""
        return self._read(self.backend, name)

    def put_secret(self, name: str, text: str) -> None:
        """Store it; what was there before is replaced."""
        self._write(self.backend, name, text)

    def alert(self, name: str) -> str:
        """See `Vault.alert`."""
        return self._read(self.backend, f"alert/{name}") or ""

    def put_alert(self, name: str, text: str) -> None:
        """See `Vault.put_alert`."""
        self._write(self.backend, f"alert/{name}", text)

    def seal(self, clear: bytes) -> bytes:
        """See `Vault.seal`."""
        return cipher.seal(self._sealing_key(), clear, b"ministry_social/preparation")

    def unseal(self, sealed: bytes) -> bytes:
        """See `Vault.unseal`."""
        return cipher.unseal(self._sealing_key(), sealed, b"ministry_social/preparation")

    def _sealing_key(self) -> bytes:
        """Made when it is first needed. Threads wait here for each other; of several processes the first makes it."""
        with self._lock:
            if self._key is None:
                text = self._read(self.backend, _SEALING_KEY)
                if text is None:
                    text = self._made_once(_SEALING_KEY, b64encode(cipher.new_key()).decode())
                self._key = b64decode(text)
            return self._key

    @contextmanager
    def _alone(self, account: str) -> Iterator[KeyringBackend]:
        """Nobody else renews or replaces an account's credential; what is to count with the end goes through what this gives."""
        name = credential_name(account)
        if isinstance(self.backend, SealedRows) and self.backend.patient:
            with self.backend.alone(self.service, name) as inside:
                yield inside
        elif self._locks is None:
            yield self.backend
        else:
            with held(self._locks / f"{quote(account, safe='')}.lock", account, self._wait):
                yield self.backend

    def _made_once(self, name: str, text: str) -> str:
        if isinstance(self.backend, SealedFile | SealedRows):
            return self.backend.add_password(self.service, name, text)
        self._write(self.backend, name, text)
        return text

    def _read(self, backend: KeyringBackend, name: str) -> str | None:
        try:
            return backend.get_password(self.service, name)
        except KeyringError as locked:
            raise _unusable(locked) from locked

    def _write(self, backend: KeyringBackend, name: str, text: str | None) -> None:
        """Store a secret; None removes it, where there is one."""
        try:
            if text is not None:
                backend.set_password(self.service, name, text)
            elif self._read(backend, name) is not None:
                backend.delete_password(self.service, name)
        except PasswordDeleteError:
            return  # somebody else has removed it
        except KeyringError as locked:
            raise _unusable(locked) from locked


def _missing(account: str) -> Unauthorized:
    return Unauthorized(
        f"There is no credential for {account}.",
        code="no-credential",
        remedy=f"Run: ministry-social account connect {account} --credential FILE",
    )


def _unusable(locked: KeyringError) -> InvalidSettings:
    """Its own words stay unsaid: nobody knows what a backend puts into them."""
    return InvalidSettings(f"The keyring could not be used ({type(locked).__name__}).", remedy="Unlock it, then try again.")
