"""A person's own key: made, kept where only its owner can open it, and opened to sign.

In a file, sealed with a passphrase: scrypt (RFC 7914) makes a key of it, AES-256-GCM seals with that. Or in the owner's desktop
keyring, which has a lock of its own. A server's key opens neither.
"""

import json
import os
from base64 import b64decode, b64encode
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError

from ..errors import InvalidSettings, NotAllowed
from ..rules.signing import key_id
from .own import refuse_others, write_own

_FORMAT = "ministry_social/person-key/1"
_SERVICE = "ministry_social/person"
_N, _R, _P = 2**17, 8, 1  # OWASP Password Storage Cheat Sheet (2025): scrypt, 128 MiB
SHORTEST = 12  # characters of a passphrase


class OpenKey:
    """`ports.Signer`: a key that its owner has opened. Never printed."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private

    @property
    def public(self) -> str:
        """Its public half, base64: what stands in the policy."""
        return b64encode(self._private.public_key().public_bytes_raw()).decode()

    @property
    def key(self) -> str:
        """See `Signer.key`."""
        return key_id(self.public)

    def sign(self, data: bytes) -> bytes:
        """See `Signer.sign`."""
        return self._private.sign(data)

    def __repr__(self) -> str:
        return f"OpenKey({self.key})"


def new_key() -> OpenKey:
    """A new key."""
    return OpenKey(Ed25519PrivateKey.generate())


def key_text(key: OpenKey) -> str:
    """The private half as text, for a keyring and nobody else."""
    return _text(key._private.private_bytes_raw())


def key_from_text(text: str) -> OpenKey:
    """What `key_text` wrote."""
    return OpenKey(Ed25519PrivateKey.from_private_bytes(b64decode(text)))


def key_file(folder: Path, person: str) -> Path:
    """Where a person's key lies."""
    return folder / f"{person}.key"


def write_key(key: OpenKey, file: Path, passphrase: str) -> None:
    """Seal a key with a passphrase, into a new file that only its owner can read."""
    if len(passphrase) < SHORTEST:
        raise InvalidSettings(f"This passphrase is too short: at least {SHORTEST} characters.", remedy="Take four or more words.")
    if file.exists():
        raise NotAllowed(f"There is a key already: {file}.", remedy="Move it away first; what it has signed stays valid.")
    salt, nonce = os.urandom(16), os.urandom(12)
    sealed = AESGCM(_stretched(passphrase, salt, _N)).encrypt(nonce, key._private.private_bytes_raw(), _purpose(key.public))
    held = {"format": _FORMAT, "public": key.public, "n": _N, "salt": _text(salt), "nonce": _text(nonce), "sealed": _text(sealed)}
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_own(file, json.dumps(held, indent=2).encode() + b"\n")
    except OSError as wrong:
        raise InvalidSettings(f"The key cannot be written: {wrong.strerror}.", file=str(file)) from wrong


def open_key(file: Path, passphrase: str) -> OpenKey:
    """The key in a file. Raises `NotAllowed` on a wrong passphrase."""
    held = _held(file)
    try:
        salt, nonce, sealed = (b64decode(held[name], validate=True) for name in ("salt", "nonce", "sealed"))
        key = _stretched(passphrase, salt, int(held["n"]))
        private = AESGCM(key).decrypt(nonce, sealed, _purpose(held["public"]))
        return OpenKey(Ed25519PrivateKey.from_private_bytes(private))
    except InvalidTag:
        raise NotAllowed("This passphrase does not open the key.", remedy="Try again.") from None
    except (KeyError, TypeError, ValueError):
        raise InvalidSettings("This is no key of a person, or it was changed.", file=str(file)) from None


def keep_key(key: OpenKey, backend: KeyringBackend, person: str) -> None:
    """Put a key into its owner's desktop keyring."""
    if kept_key(backend, person) is not None:
        raise NotAllowed(f"The keyring holds a key of {person} already.", remedy="Remove it there first.")
    try:
        backend.set_password(_SERVICE, person, key_text(key))
    except KeyringError as locked:
        raise _unusable(locked) from locked


def kept_key(backend: KeyringBackend, person: str) -> OpenKey | None:
    """The key in a desktop keyring; None where there is none."""
    try:
        text = backend.get_password(_SERVICE, person)
    except KeyringError as locked:
        raise _unusable(locked) from locked
    return None if text is None else key_from_text(text)


def _held(file: Path) -> dict[str, str]:
    try:
        refuse_others(file)
        held = json.loads(file.read_bytes())
    except OSError as wrong:
        raise InvalidSettings(f"The key cannot be read: {wrong.strerror}.", file=str(file)) from wrong
    except ValueError:
        held = None
    if not isinstance(held, dict) or held.get("format") != _FORMAT:
        raise InvalidSettings("This is no key of a person, or it was changed.", file=str(file))
    return held


def _stretched(passphrase: str, salt: bytes, n: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=min(n, _N), r=_R, p=_P).derive(passphrase.encode())


def _purpose(public: str) -> bytes:
    return f"{_FORMAT} {public}".encode()


def _text(data: bytes) -> str:
    return b64encode(data).decode()


def _unusable(locked: KeyringError) -> InvalidSettings:
    return InvalidSettings(f"The keyring could not be used ({type(locked).__name__}).", remedy="Unlock it, then try again.")
