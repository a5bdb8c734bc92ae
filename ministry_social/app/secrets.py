"""Which vault a ministry has."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InvalidSettings
from ..vault import KeyringVault, SealedFile, desktop
from ..vault.sealed import key_file, key_from

if TYPE_CHECKING:
    from . import App


def choose_vault(app: "App") -> KeyringVault:
    """A rehearsal's are always in the sealed file of its own folder, never in a desktop's keyring."""
    vault = app.settings.vault
    if not app.settings.live:
        return KeyringVault(_sealed(vault.file, vault.key_file, make=True), "rehearsal")
    if vault.backend == "desktop":
        return KeyringVault(desktop(), "live")
    if vault.backend == "file":
        return KeyringVault(_sealed(vault.file, vault.key_file, make=False), "live")
    try:
        return KeyringVault(desktop(), "live")
    except InvalidSettings:
        return KeyringVault(_sealed(vault.file, vault.key_file, make=False), "live")


def _sealed(file: Path, key: Path, *, make: bool) -> SealedFile:
    text = os.environ.get("MINISTRY_SOCIAL_VAULT_KEY", "")
    if text:
        return SealedFile(file, key_from(text, source="MINISTRY_SOCIAL_VAULT_KEY"))
    return SealedFile(file, key_file(key, make=make))
