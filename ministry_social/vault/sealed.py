"""A keyring backend for one machine without a desktop: one sealed file."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from ..errors import InvalidSettings, Unauthorized
from .own import alone, refuse_others, replace_own
from .sealing import Keys, KeysAtHand

_PURPOSE = b"ministry_social/keyring"
# Before what is sealed stands the name of the key. Files from before there were several keys have neither.
_HEAD = b"ministry_social/vault/2 "
_NAME = 8


class SealedFile(KeyringBackend):
    """All secrets of a ministry in one file, AES-GCM; written whole or not at all, under a lock.

    `keys` is one key of 32 bytes, or finds several (see `sealing`). The file is readable by its owner only, or refused.
    """

    priority = 0  # never chosen by keyring itself: only set by `app`
    shared = True  # other processes write to it

    def __init__(self, file: Path, keys: bytes | Callable[[], Keys]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring has no annotations there
        self.file = file
        self.at_hand = KeysAtHand((lambda: Keys(keys=(keys,))) if isinstance(keys, bytes) else keys)
        self._seen: tuple[int, int] | None = None
        self._key = ""  # the name of the one under which it is sealed
        self._secrets: dict[str, str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        """keyring's own method."""
        return self._load().get(f"{service}\n{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """keyring's own method."""
        self.set_many(service, {username: password})

    def set_many(self, service: str, passwords: Mapping[str, str]) -> None:
        """Several at once, in one write."""
        with alone(self.file):
            self._store(self._load() | {f"{service}\n{name}": value for name, value in passwords.items()})

    def add_password(self, service: str, username: str, password: str) -> str:
        """Store it where there is none; returns what is there now."""
        with alone(self.file):
            found = self._load()
            if f"{service}\n{username}" in found:
                return found[f"{service}\n{username}"]
            self._store(found | {f"{service}\n{username}": password})
        return password

    def delete_password(self, service: str, username: str) -> None:
        """keyring's own method."""
        with alone(self.file):
            secrets = dict(self._load())
            if secrets.pop(f"{service}\n{username}", None) is None:
                raise PasswordDeleteError("There is no such secret.")
            self._store(secrets)

    def rows(self) -> tuple[tuple[str, str, str], ...]:
        """Service, name, and name of the sealing key of every secret."""
        names = sorted(self._load())
        return tuple((service, name, self._key) for service, _, name in (one.partition("\n") for one in names))

    def reseal(self) -> None:
        """Seal all of it under the first key."""
        with alone(self.file):
            secrets = self._load()
            if secrets and self._key != self.at_hand.now().names[0]:
                self._store(secrets)

    def _load(self) -> dict[str, str]:
        try:
            state = self.file.stat()
        except FileNotFoundError:
            self.at_hand.now()  # a key that is missing is told at once
            return {}
        refuse_others(self.file)
        seen = (state.st_mtime_ns, state.st_ino)
        if seen != self._seen:
            self._secrets = json.loads(self._open())
            self._seen = seen
        return self._secrets

    def _open(self) -> bytes:
        data = self.file.read_bytes()
        if not data.startswith(_HEAD):
            return self._old(data)
        self._key, sealed = data[len(_HEAD) :][:_NAME].decode("ascii", "replace"), data[len(_HEAD) + _NAME + 1 :]
        for keys in (self.at_hand.now, self.at_hand.look_again):
            found = keys()
            try:
                clear = found.unseal(self._key, sealed, _PURPOSE)
            except Unauthorized as wrong:
                raise self._shut("it was changed.") from wrong
            if clear is not None:
                return clear
        raise self._shut(
            f"it is sealed under the key {self._key}, and here is {', '.join(found.names)} ({found.source or 'given'})."
        )

    def _old(self, data: bytes) -> bytes:
        try:
            keys = self.at_hand.now()
            clear, self._key = keys.try_all(data, _PURPOSE), ""
            return clear
        except Unauthorized as wrong:
            raise self._shut("its key is another one, or it was changed.") from wrong

    def _shut(self, why: str) -> InvalidSettings:
        return InvalidSettings(
            f"The vault {self.file} does not open: {why}", remedy="Put the right key or the backup of the file back."
        )

    def _store(self, secrets: dict[str, str]) -> None:
        name, sealed = self.at_hand.now().seal(json.dumps(secrets).encode(), _PURPOSE)
        replace_own(self.file, _HEAD + name.encode() + b"\n" + sealed)
