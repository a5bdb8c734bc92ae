"""What a worker must find in place before it sends anything: the right time, the ministry's media folder, its vault."""

import secrets
from base64 import b64decode, b64encode
from datetime import timedelta

from ..app import App
from ..errors import InvalidSettings, Unauthorized

FOLDER_FILE = "folder.id"  # in the media folder: which one it is
_DRIFT = timedelta(seconds=2)  # leases and slots of several machines are compared with one another
_PROBE = b"ministry_social"


def look(app: App, others: int) -> None:
    """Raise `InvalidSettings`, with what to do, where this machine is not ready to share in the work with so many others."""
    check_clock(app.drift())
    _check_media(app)
    _check_vault(app, others)


def check_clock(drift: timedelta) -> None:
    """Refuse a machine whose clock is not the database's."""
    if abs(drift) > _DRIFT:
        how = f"{abs(drift).total_seconds():.1f} s {'ahead of' if drift > timedelta() else 'behind'}"
        raise InvalidSettings(
            f"This machine's clock is {how} the database's.", remedy="Set both by the same time server (NTP), then start again."
        )


def _check_media(app: App) -> None:
    """The folder that all workers share holds a file with a number, which the store knows."""
    _ = app.media  # made, and of this world
    directory = app.settings.media.directory
    file = directory / FOLDER_FILE
    try:
        here = file.read_text(encoding="ascii").strip() if file.exists() else ""
        with app.store.begin() as tx:
            known = tx.about("media-folder")
            if not known:
                known = here or secrets.token_hex(16)
                if not here:
                    file.write_text(known + "\n", encoding="ascii")
                    here = known
                tx.keep_about("media-folder", known)
    except OSError as wrong:
        raise InvalidSettings(f"The media folder cannot be used: {wrong.strerror}.", file=str(directory)) from wrong
    if here != known:
        raise InvalidSettings(
            "This is not the folder in which the ministry's media lie: all workers share one.",
            file=str(directory),
            remedy=f"Mount the shared folder there, or set [media] directory. Whoever moves it takes {FOLDER_FILE} along.",
        )


def _check_vault(app: App, others: int) -> None:
    """Its sealing key must be everybody's: what one worker has prepared another one sends."""
    with app.store.begin() as tx:
        known = tx.about("vault-probe")
        if known and _opens(app, known):
            return
        if known and others:
            raise InvalidSettings(
                "This machine's vault is not the one that the other workers use: its sealing key is another one.",
                file=str(app.settings.vault.file),
                remedy="Copy the sealed file and its key from a machine that works (docs/operations.md).",
            )
        # Within the transaction, so that two workers that start together do not each make a key.
        tx.keep_about("vault-probe", b64encode(app.vault.seal(_PROBE)).decode())


def _opens(app: App, probe: str) -> bool:
    try:
        return app.vault.unseal(b64decode(probe)) == _PROBE
    except Unauthorized:
        return False
