"""Rotating: every secret comes under the first key, each for itself, so that this may be interrupted and run again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from keyring.backend import KeyringBackend

from ..errors import InvalidSettings, MinistryError, NotAllowed
from . import KeyringVault
from .database import SealedRows
from .sealed import SealedFile
from .sealing import Keys, add_key

# Says secrets done and secrets in all.
Tell = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """What lies in a vault, without any of it.

    names  the names of its secrets; None where the backend tells nobody (a desktop's keyring)
    under  name of a key -> how many are sealed under it; "" where it is not known
    keys   those at hand; None where the backend has keys of its own
    """

    kind: str
    names: tuple[str, ...] | None
    under: Mapping[str, int]
    keys: Keys | None

    @property
    def old(self) -> int:
        """How many are not under the key that seals by now."""
        return 0 if self.keys is None else sum(count for name, count in self.under.items() if name != self.keys.names[0])


def inventory(vault: KeyringVault) -> Inventory:
    """What lies in a vault."""
    backend = vault.backend
    if not isinstance(backend, SealedFile | SealedRows):
        return Inventory(kind="desktop", names=None, under={}, keys=None)
    rows = backend.rows()
    keys = [key for _, _, key in rows]
    return Inventory(
        kind="file" if isinstance(backend, SealedFile) else "database",
        names=tuple(name for service, name, _ in rows if service == vault.service),
        under={key: keys.count(key) for key in dict.fromkeys(keys)},
        keys=backend.at_hand.now(),
    )


def new_key(vault: KeyringVault, *, first: bool) -> str:
    """Put a new key into the key file, before the others or after them; returns its name."""
    keys, found = _with_keys(vault.backend).at_hand.look_again(), inventory(vault)
    if found.old:
        raise NotAllowed(
            f"The last rotation has not come to its end: {found.old} secrets are under an older key.",
            remedy="Run: ministry-social vault rotate",
        )
    if keys.file is None:
        raise NotAllowed(
            f"The keys come from {keys.source}, and can't be changed from here.",
            remedy="Put a new one first there (head -c 32 /dev/urandom | base64), then run: ministry-social vault rotate",
        )
    name = add_key(keys.file, first=first)
    _with_keys(vault.backend).at_hand.look_again()
    return name


def rotate(vault: KeyringVault, tell: Tell) -> int:
    """Seal under the first key whatever is sealed under another; returns how many that were. What can't be opened is told at the
    end, and the rest is done."""
    backend = _with_keys(vault.backend)
    backend.at_hand.look_again()
    first = backend.at_hand.now().names[0]
    old = [(service, name) for service, name, key in backend.rows() if key != first]
    if isinstance(backend, SealedFile):
        backend.reseal()
        tell(len(old), len(old))
        return len(old)
    shut: list[MinistryError] = []
    for number, (service, name) in enumerate(old, start=1):
        try:
            backend.reseal(service, name)
        except InvalidSettings as wrong:
            shut.append(wrong)
        tell(number, len(old))
    if shut:
        raise InvalidSettings(f"{len(shut)} of {len(old)} secrets could not be opened. {shut[0].sentence}", remedy=shut[0].remedy)
    return len(old)


def copy(source: KeyringVault, target: KeyringVault, tell: Tell) -> int:
    """Copy every secret of a world into another vault, where nothing of the same name may be; returns how many."""
    names = inventory(source).names
    if names is None:
        raise NotAllowed("A desktop's keyring does not say what lies in it.", remedy="Connect the accounts there anew.")
    there = set(inventory(target).names or ()) & set(names)
    if there and any(_text(source, name) != _text(target, name) for name in there):
        raise NotAllowed("The other vault holds secrets of the same names.", remedy="Look at it first: ministry-social vault show")
    for number, name in enumerate(names, start=1):
        text = _text(source, name)
        if name not in there and text is not None:
            target.backend.set_password(target.service, name, text)
        tell(number, len(names))
    return len(names)


def _text(vault: KeyringVault, name: str) -> str | None:
    return vault.backend.get_password(vault.service, name)


def _with_keys(backend: KeyringBackend) -> SealedFile | SealedRows:
    if not isinstance(backend, SealedFile | SealedRows):
        raise NotAllowed("A desktop's keyring has a key of its own.", remedy="Change the password of the keyring there.")
    return backend
