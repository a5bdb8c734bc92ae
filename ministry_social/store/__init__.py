"""Where the ledger and the plan are kept: SQL, and nothing but SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from ..errors import InvalidSettings
from ..ports import Clock
from . import schema
from .sqlite import SqliteStore

__all__ = ["SqliteStore", "open_store", "store_file", "upgrade_store"]


def open_store(url: str, world: str, clock: Clock, *, by: str) -> SqliteStore:
    """Open the store at `sqlite:///FILE`, making it where there is none.

    Refuses a store of another world, and one with an older or newer schema.
    """
    file = store_file(url)
    with _sentences(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        store = SqliteStore(file)
        if schema.version(store) is None:
            schema.make(store, world, by=by, at=clock.now())
        schema.check(store)
        with store.read() as reading:
            written = reading.world()
    if written != world:
        raise InvalidSettings(
            f"This store belongs to the world {written!r}, and the setting says {world!r}.",
            file=str(file),
            remedy="A rehearsal and the live world never share a store: set [store] url, or [ministry] world.",
        )
    return store


def upgrade_store(url: str) -> tuple[str, str]:
    """Bring an existing store's schema up to date; returns the schema before and after."""
    file = store_file(url)
    if not file.exists():
        raise InvalidSettings(f"There is no store at {file}.")
    with _sentences(file):
        store = SqliteStore(file)
        before = schema.version(store)
        if before is None:
            raise InvalidSettings(f"There is no store at {file}.")
        if before < schema.newest():
            schema.upgrade(store)
        schema.check(store)
        return before, schema.newest()


def store_file(url: str) -> Path:
    """The file of a store's address."""
    kind, _, name = url.partition(":///")
    if kind != "sqlite" or not name or name == ":memory:" or "?" in name:
        raise InvalidSettings(f"{url} is no store that is known here.", remedy="Set [store] url to sqlite:///FILE.")
    return Path(name)


@contextmanager
def _sentences(file: Path) -> Iterator[None]:
    """What the database or the file system says while a store is opened, in our words."""
    try:
        yield
    except sa.exc.DBAPIError as wrong:
        raise InvalidSettings(f"The store cannot be opened: {wrong.orig}.", file=str(file)) from wrong
    except OSError as wrong:
        raise InvalidSettings(f"The store cannot be opened: {wrong.strerror}.", file=str(file)) from wrong
