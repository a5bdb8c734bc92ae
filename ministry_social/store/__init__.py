"""Where the ledger and the plan are kept: SQL, and nothing but SQL."""

from pathlib import Path

from ..errors import InvalidSettings
from ..model.ledger import Event
from ..ports import Clock
from . import schema
from .sqlite import SqliteStore


def open_store(url: str, world: str, clock: Clock, *, by: str) -> SqliteStore:
    """Open the store at `sqlite:///FILE`, making it where there is none.

    Refuses a store of another world, and one with an older or newer schema.
    """
    store = _at(url)
    if schema.version(store) is None:
        now = clock.now()  # before anything is made: a rehearsal's clock may not answer
        schema.upgrade(store, world=world)
        with store.begin() as tx:
            tx.record(Event.OPENED, by=by, at=now, facts={"world": world})
    schema.check(store)
    with store.read() as reading:
        written = reading.world()
    if written != world:
        raise InvalidSettings(
            f"This store belongs to the world {written!r}, and the setting says {world!r}.",
            file=str(store.file),
            remedy="A rehearsal and the live world never share a store: set [store] url, or [ministry] world.",
        )
    return store


def upgrade_store(url: str) -> tuple[str | None, str]:
    """Bring an existing store's schema up to date; returns the schema before and after."""
    store = _at(url)
    before = schema.version(store)
    if before is None:
        raise InvalidSettings(f"There is no store at {store.file}.")
    schema.upgrade(store)
    return before, str(schema.version(store))


def _at(url: str) -> SqliteStore:
    if not url.startswith("sqlite:///"):
        raise InvalidSettings(f"{url.split('://')[0]}:// is not supported yet; use sqlite:///FILE.")
    file = Path(url.removeprefix("sqlite:///"))
    file.parent.mkdir(parents=True, exist_ok=True)
    return SqliteStore(file)
