"""The keys that seal a vault: where they come from, and how they are told apart."""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import InvalidSettings, Unauthorized
from . import cipher
from .own import alone, refuse_others, replace_own, write_own

VARIABLE = "MINISTRY_SOCIAL_VAULT_KEY"
CREDENTIAL = "ministry-social-vault-key"  # what systemd's LoadCredential= and LoadCredentialEncrypted= name it


@dataclass(frozen=True, kw_only=True)
class Keys:
    """The first seals, all open. `source` says where they are, for people; `file` is where they can be changed from here."""

    keys: tuple[bytes, ...] = field(repr=False)
    source: str = ""
    file: Path | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Their names, in order."""
        return tuple(name_of(key) for key in self.keys)

    def seal(self, clear: bytes, purpose: bytes) -> tuple[str, bytes]:
        """The name of the key that was used, and what is sealed."""
        return name_of(self.keys[0]), cipher.seal(self.keys[0], clear, purpose)

    def unseal(self, name: str, sealed: bytes, purpose: bytes) -> bytes | None:
        """The clear bytes; None where the key of this name is not among these. Raises `Unauthorized` where a byte was changed."""
        key = next((one for one in self.keys if name_of(one) == name), None)
        return None if key is None else cipher.unseal(key, sealed, purpose)

    def try_all(self, sealed: bytes, purpose: bytes) -> bytes:
        """The same where nobody knows the key's name. Raises `Unauthorized` where none opens it."""
        for key in self.keys[:-1]:
            try:
                return cipher.unseal(key, sealed, purpose)
            except Unauthorized:
                continue
        return cipher.unseal(self.keys[-1], sealed, purpose)


class KeysAtHand:
    """Keys as they were found when they were last looked for: a worker that runs for months is given new ones meanwhile."""

    def __init__(self, find: Callable[[], Keys]) -> None:
        self._find = find
        self._found: Keys | None = None

    def now(self) -> Keys:
        """Those that are known."""
        return self._found or self.look_again()

    def look_again(self) -> Keys:
        """Those that are there by now."""
        self._found = self._find()
        return self._found


def name_of(key: bytes) -> str:
    """A key's short name, which tells nothing of it."""
    return hashlib.sha256(b"ministry_social/vault-key\n" + key).hexdigest()[:8]


def find_keys(file: Path, environ: Mapping[str, str], *, make: bool) -> Keys:
    """The keys of this machine: from the environment, from systemd, or from a file, which is made where `make` is true."""
    text = environ.get(VARIABLE, "")
    if text:
        return Keys(keys=keys_from(text, source=VARIABLE), source=f"the environment variable {VARIABLE}")
    given = Path(environ.get("CREDENTIALS_DIRECTORY", ""), CREDENTIAL)
    if environ.get("CREDENTIALS_DIRECTORY") and given.exists():
        # Who may read it is systemd's business: with an access list for the service's user its mode looks wider than it is.
        return Keys(keys=keys_from(_text(given), source=str(given)), source=f"systemd ({CREDENTIAL})")
    if make:
        make_key_file(file)
    if not file.exists():
        raise InvalidSettings(f"The vault's key file {file} does not exist.", remedy=f"Set [vault] key_file or {VARIABLE}.")
    refuse_others(file)
    return Keys(keys=keys_from(_text(file), source=str(file)), source=str(file), file=file)


def keys_from(text: str, *, source: str) -> tuple[bytes, ...]:
    """One or several keys: on lines of their own, or with commas between them. A line that begins with # says something."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    parts = [part for line in lines for part in line.split(",") if part.strip()]
    return tuple(key_from(part, source=source) for part in parts or [""])


def key_from(text: str, *, source: str) -> bytes:
    """The 32 bytes of a key in base64. `source` names the setting or file for the error."""
    try:
        key = b64decode(text.strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise InvalidSettings(
            f"{source} does not hold a key: 32 bytes in base64 are needed.",
            remedy="Make one with: head -c 32 /dev/urandom | base64",
        )
    return key


def make_key_file(file: Path) -> None:
    """A file with a new key, where there is none."""
    if file.exists():
        return
    with alone(file):
        if not file.exists():
            write_own(file, _line(cipher.new_key()))


def add_key(file: Path, *, first: bool) -> str:
    """Put a new key into a key file, before those that it holds or after them; returns its name. All of it or nothing."""
    with alone(file):
        key, before = cipher.new_key(), file.read_bytes()
        if not before.endswith(b"\n"):
            before += b"\n"
        replace_own(file, _line(key) + before if first else before + _line(key))
    return name_of(key)


def _line(key: bytes) -> bytes:
    return b64encode(key) + b"\n"


def _text(file: Path) -> str:
    try:
        return file.read_text(errors="replace")
    except OSError as wrong:
        raise InvalidSettings(f"The vault's key cannot be read: {wrong.strerror}.", file=str(file)) from wrong
