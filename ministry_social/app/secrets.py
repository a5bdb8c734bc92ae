"""Which vault a ministry has, and who renews what lies in it."""

import os
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from ..desk.renewing import Renewals
from ..errors import InvalidSettings
from ..ports import Secrets
from ..vault import KeyringBackend, KeyringVault, SealedFile, SealedRows, desktop
from ..vault.sealing import Keys, find_keys

if TYPE_CHECKING:
    from . import App


def choose_vault(app: "App") -> KeyringVault:
    """A rehearsal's are in the sealed file of its own folder, or in its database, and never in a desktop's keyring."""
    return vault_of(app, app.settings.vault.backend)


def vault_of(app: "App", backend: str) -> KeyringVault:
    """The vault with this backend, as `[vault] backend` names it."""
    settings = app.settings
    locks = settings.folder / "data" / "renewing"
    return KeyringVault(_backend(app, backend), settings.ministry.world, locks=locks, wait=_wait(app))


def keys_of(app: "App") -> Keys:
    """The keys of this machine; a rehearsal makes its own."""
    return find_keys(app.settings.vault.key_file, os.environ, make=not app.settings.live)


def renewals(app: "App") -> Renewals:
    """The one place where credentials are renewed."""
    return Renewals(store=app.store, clock=app.clock, vault=app.vault, platforms=app.platforms)


def _backend(app: "App", backend: str) -> KeyringBackend:
    if backend == "database":
        return _rows(app)
    if backend == "file" or not app.settings.live:
        return _file(app)
    if backend == "desktop":
        return desktop()
    try:
        return desktop()
    except InvalidSettings:
        return _file(app)


def _file(app: "App") -> SealedFile:
    keys_of(app)  # a key that is missing or wrong is told at once
    return SealedFile(app.settings.vault.file, lambda: keys_of(app))


def _rows(app: "App") -> SealedRows:
    """The vault gets the database's table when it first needs it: a command that asks for no secret opens no store."""

    @cache
    def table() -> Secrets:
        return app.store.secrets(wait=_wait(app))

    keys_of(app)
    return SealedRows(table, lambda: keys_of(app))


def _wait(app: "App") -> timedelta:
    """How long a credential may be held: two requests, and what is between them."""
    return 2 * app.settings.sending.total_timeout + timedelta(seconds=5)
