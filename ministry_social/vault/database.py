"""A keyring backend for servers: every secret a row of the ministry's database, sealed under a key that the database never sees."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from ..errors import InvalidSettings, Unauthorized
from ..ports import Sealed, Secrets
from .sealing import Keys, KeysAtHand


class SealedRows(KeyringBackend):
    """One sealed vault for as many machines as share the database. `secrets` opens the table when it is first needed."""

    priority = 0  # never chosen by keyring itself: only set by `app`
    shared = True  # other machines write to it

    def __init__(self, secrets: Callable[[], Secrets], keys: Callable[[], Keys]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring has no annotations there
        self._secrets = secrets
        self.at_hand = KeysAtHand(keys)

    def get_password(self, service: str, username: str) -> str | None:
        """keyring's own method."""
        found = self._secrets().load(service, username)
        return None if found is None else self._open(service, username, found)

    def set_password(self, service: str, username: str, password: str) -> None:
        """keyring's own method."""
        self._secrets().save(service, username, self._seal(service, username, password))

    def add_password(self, service: str, username: str, password: str) -> str:
        """Store it where there is none; returns what is there now."""
        secrets = self._secrets()
        if secrets.add(service, username, self._seal(service, username, password)):
            return password
        there = self.get_password(service, username)
        return password if there is None else there

    def delete_password(self, service: str, username: str) -> None:
        """keyring's own method."""
        if not self._secrets().delete(service, username):
            raise PasswordDeleteError("There is no such secret.")

    def rows(self) -> tuple[tuple[str, str, str], ...]:
        """Service, name, and name of the sealing key of every secret."""
        return self._secrets().rows()

    @property
    def patient(self) -> bool:
        """Whether `alone` may last while a network is asked."""
        return self._secrets().patient

    @contextmanager
    def alone(self, service: str, username: str) -> Iterator["SealedRows"]:
        """This row for itself; what is done through what it gives is committed with its end."""
        with self._secrets().alone(service, username) as secrets:
            inside = SealedRows(lambda: secrets, self.at_hand.now)
            inside.at_hand = self.at_hand
            yield inside

    def reseal(self, service: str, username: str) -> None:
        """Seal one secret under the first key, unless it is or is gone."""
        with self.alone(service, username) as inside:
            found = inside._secrets().load(service, username)
            if found is not None and found.key != self.at_hand.now().names[0]:
                inside.set_password(service, username, self._open(service, username, found))

    def _seal(self, service: str, username: str, password: str) -> Sealed:
        name, data = self.at_hand.now().seal(password.encode(), _purpose(service, username))
        return Sealed(key=name, data=data)

    def _open(self, service: str, username: str, found: Sealed) -> str:
        for keys in (self.at_hand.now, self.at_hand.look_again):
            here = keys()
            try:
                clear = here.unseal(found.key, found.data, _purpose(service, username))
            except Unauthorized as wrong:
                raise InvalidSettings(
                    f"The secret {username} in the database does not open: it was changed, or is another's.",
                    remedy="Put the backup of the store back, or connect the account again.",
                ) from wrong
            if clear is not None:
                return clear.decode()
        raise InvalidSettings(
            f"The secret {username} is sealed under the key {found.key}, and here is {', '.join(here.names)} ({here.source}).",
            remedy="Put that key back, on a line below the one that seals (docs/vault.md).",
        )


def _purpose(service: str, username: str) -> bytes:
    """Sealed with the secret, so that one row's seal does not open as another's."""
    return b"ministry_social/secret\n" + json.dumps([service, username]).encode()
