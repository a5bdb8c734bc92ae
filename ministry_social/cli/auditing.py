"""What auditing needs of the ministry at hand: its books, its keys, its witnesses."""

from collections.abc import Iterable
from pathlib import Path

from ..app import App
from ..desk.auditing import Books, Tell
from ..desk.register import note_key
from ..errors import InvalidSettings
from ..files.witnesses import witness
from ..ports import Signer, Witness
from ..rules.checkpoint import origin_of, public_half


def books(app: App, keys: tuple[str, ...] = (), tell: Tell | None = None) -> Books:
    """The ledger, and the keys that its checkpoints may be signed with: those given, else the ministry's own."""
    ministry = app.settings.ministry
    return Books(
        store=app.store, clock=app.clock, origin=origin_of(ministry.website, ministry.world), keys=keys or own_keys(app),
        tell=tell or (lambda done, total: None),
    )  # fmt: skip


def own_keys(app: App) -> tuple[str, ...]:
    """The ministry's public keys; none for an auditor who may not open the vault, and who then names them."""
    try:
        return tuple(one.public for one in app.ministry_key.keys)
    except InvalidSettings:
        return ()


def signer(app: App) -> Signer:
    """The ministry's key. A rehearsal makes its own when it is first needed."""
    if not app.settings.live and not app.ministry_key.keys:
        app.ministry_key.make(app.clock.now())
        note_key(app.store, app.clock, app.ministry_key.keys, person=app.person)
    return app.ministry_key.signer()


def witnesses(app: App, more: Iterable[str] = ()) -> list[Witness]:
    """Those that are named now, then those of the settings, each once. A relative folder of the settings is the ministry's."""
    live, folder = app.settings.live, app.settings.folder
    kept = (one.strip() for one in app.settings.audit.publish.split(","))
    standing = [one if "://" in one else str(folder / Path(one).expanduser()) for one in kept if one]
    return [witness(place, live=live) for place in dict.fromkeys([*more, *standing])]


def public_key(text: str) -> str:
    """A public key that somebody names, or a file with it."""
    path = Path(text)
    try:
        if len(text) < 200 and path.is_file():
            text = path.read_text(encoding="utf-8")
        return public_half(text)
    except (OSError, ValueError):
        raise InvalidSettings(
            "This is no key.", remedy="Give the public key (44 signs that end in =), or a file with it."
        ) from None
