"""Where secrets lie: in `keyring`, whichever backend the settings choose."""

import json
from base64 import b64decode, b64encode
from threading import Lock

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError

from ..errors import InvalidSettings, Unauthorized
from ..model.account import Credential
from . import cipher
from .sealed import SealedFile

__all__ = ["KeyringVault", "SealedFile", "desktop"]

_SEALING_KEY = "sealing-key"


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
    """`ports.Vault` over a keyring backend. The service's name holds the world, so that none is mistaken for the other."""

    def __init__(self, backend: KeyringBackend, world: str) -> None:
        keyring.set_keyring(backend)  # whoever else in this process asks `keyring` gets the same one
        self._backend = backend
        self._service = f"ministry_social/{world}"
        self._known: dict[str, Credential] = {}
        self._texts: dict[str, str] = {}  # as they stood in the vault
        self._key: bytes | None = None
        self._lock = Lock()

    def get(self, account: str) -> Credential:
        """See `Vault.get`. What a desktop gave once is remembered by this process; a sealed file is looked at each time, so
        that a worker which runs for months sees an account that was connected anew."""
        known = self._known.get(account)
        if known is not None and not isinstance(self._backend, SealedFile):
            return known
        text = self._read(f"account/{account}")
        if known is not None and text == self._texts.get(account):
            return known
        if text is None:
            raise Unauthorized(
                f"There is no credential for {account}.",
                code="no-credential",
                remedy=f"Run: ministry-social account connect {account} --credential FILE",
            )
        self._known[account] = credential = Credential(json.loads(text))
        self._texts[account] = text
        return credential

    def put(self, account: str, credential: Credential) -> None:
        """See `Vault.put`."""
        self._write(f"account/{account}", json.dumps(credential.fields()))
        self._known[account] = credential

    def put_all(self, credentials: dict[str, Credential]) -> None:
        """Store many at once, which a sealed file does in one write."""
        if isinstance(self._backend, SealedFile):
            self._backend.set_many(self._service, {f"account/{name}": json.dumps(c.fields()) for name, c in credentials.items()})
            self._known.update(credentials)
            return
        for account, credential in credentials.items():
            self.put(account, credential)

    def forget(self, account: str) -> None:
        """See `Vault.forget`."""
        self._known.pop(account, None)

    def has(self, account: str) -> bool:
        """See `Vault.has`."""
        return account in self._known or self._read(f"account/{account}") is not None

    def remove(self, account: str) -> None:
        """See `Vault.remove`."""
        self.forget(account)
        try:
            if self._read(f"account/{account}") is not None:
                self._backend.delete_password(self._service, f"account/{account}")
        except KeyringError as locked:
            raise _unusable(locked) from locked

    def app(self, platform: str) -> Credential:
        """See `Vault.app`."""
        text = self._read(f"app/{platform}")
        if text is None:
            raise InvalidSettings(
                f"There is no credential of our app at {platform}, without which no account can sign in.",
                remedy=f"Run: ministry-social vault app {platform} --credential FILE",
            )
        return Credential(json.loads(text))

    def put_app(self, platform: str, credential: Credential) -> None:
        """See `Vault.put_app`."""
        text = json.dumps(credential.fields())
        if self._read(f"app/{platform}") != text:
            self._write(f"app/{platform}", text)

    def secret(self, name: str) -> str | None:
        """A secret of the ministry's own, such as `ministry-key`; None where there is none."""
        return self._read(name)

    def put_secret(self, name: str, text: str) -> None:
        """Store it; what was there before is replaced."""
        self._write(name, text)

    def seal(self, clear: bytes) -> bytes:
        """See `Vault.seal`."""
        return cipher.seal(self._sealing_key(), clear, b"ministry_social/preparation")

    def unseal(self, sealed: bytes) -> bytes:
        """See `Vault.unseal`."""
        return cipher.unseal(self._sealing_key(), sealed, b"ministry_social/preparation")

    def _sealing_key(self) -> bytes:
        """Made when it is first needed. Only the engine seals, of which there is one; its threads wait here for each other."""
        with self._lock:
            if self._key is None:
                text = self._read(_SEALING_KEY)
                if text is None:
                    text = b64encode(cipher.new_key()).decode()
                    self._write(_SEALING_KEY, text)
                self._key = b64decode(text)
            return self._key

    def _read(self, name: str) -> str | None:
        try:
            return self._backend.get_password(self._service, name)
        except KeyringError as locked:
            raise _unusable(locked) from locked

    def _write(self, name: str, text: str) -> None:
        try:
            self._backend.set_password(self._service, name, text)
        except KeyringError as locked:
            raise _unusable(locked) from locked


def _unusable(locked: KeyringError) -> InvalidSettings:
    """Its own words stay unsaid: nobody knows what a backend puts into them."""
    return InvalidSettings(f"The keyring could not be used ({type(locked).__name__}).", remedy="Unlock it, then try again.")
