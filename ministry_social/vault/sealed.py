"""A keyring backend for machines without a desktop: one sealed file, its key from a file or the environment."""

import fcntl
import json
import os
import stat
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from ..errors import InvalidSettings, Unauthorized
from . import cipher

_PURPOSE = b"ministry_social/keyring"


class SealedFile(KeyringBackend):
    """All secrets of a ministry in one file, AES-GCM; written whole or not at all, under a lock.

    `key` is 32 bytes, see `key_from`. The file and its key are readable by their owner only, or refused.
    """

    priority = 0  # never chosen by keyring itself: only set by `app`

    def __init__(self, file: Path, key: bytes) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring has no annotations there
        self._file = file
        self._key = key
        self._seen: tuple[int, int] | None = None
        self._secrets: dict[str, str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        """keyring's own method."""
        return self._load().get(f"{service}\n{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """keyring's own method."""
        self.set_many(service, {username: password})

    def set_many(self, service: str, passwords: Mapping[str, str]) -> None:
        """Several at once, in one write."""
        with _alone(self._file):
            self._store(self._load() | {f"{service}\n{name}": value for name, value in passwords.items()})

    def delete_password(self, service: str, username: str) -> None:
        """keyring's own method."""
        with _alone(self._file):
            secrets = dict(self._load())
            if secrets.pop(f"{service}\n{username}", None) is None:
                raise PasswordDeleteError("There is no such secret.")
            self._store(secrets)

    def _load(self) -> dict[str, str]:
        try:
            state = self._file.stat()
        except FileNotFoundError:
            return {}
        refuse_others(self._file)
        seen = (state.st_mtime_ns, state.st_ino)
        if seen != self._seen:
            self._secrets = json.loads(self._open())
            self._seen = seen
        return self._secrets

    def _open(self) -> bytes:
        try:
            return cipher.unseal(self._key, self._file.read_bytes(), _PURPOSE)
        except Unauthorized as wrong:
            raise InvalidSettings(
                f"The vault {self._file} does not open: its key is another one, or it was changed.",
                remedy="Put the right key or the backup of the file back.",
            ) from wrong

    def _store(self, secrets: dict[str, str]) -> None:
        new = self._file.with_suffix(".new")
        new.unlink(missing_ok=True)  # left behind by a process that ended in the middle
        write_own(new, cipher.seal(self._key, json.dumps(secrets).encode(), _PURPOSE))
        new.replace(self._file)
        _settle(self._file.parent)


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


def key_file(file: Path, *, make: bool) -> bytes:
    """The key in a file, made (owner-only) where there is none and `make` is true."""
    if make:
        with _alone(file):
            if not file.exists():
                write_own(file, b64encode(cipher.new_key()) + b"\n")
    if not file.exists():
        raise InvalidSettings(
            f"The vault's key file {file} does not exist.", remedy="Set [vault] key_file or MINISTRY_SOCIAL_VAULT_KEY."
        )
    refuse_others(file)
    return key_from(file.read_text(errors="replace"), source=str(file))


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Nobody else writes this file meanwhile, in whatever process."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def write_own(file: Path, data: bytes) -> None:
    """Write a new file that only its owner can read, and be sure that it is on the disk."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        target.write(data)
        target.flush()
        os.fsync(target.fileno())


def _settle(folder: Path) -> None:
    """Make a new name in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def refuse_others(file: Path) -> None:
    """Refuse a file that others may read or write."""
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        raise InvalidSettings(f"{file} can be read by others (mode {mode:03o}).", remedy=f"Run: chmod 600 {file}")
