"""Where the ledger and the plan are kept: SQL, and nothing but SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from ..errors import InvalidSettings, MinistryError
from ..ports import Clock
from . import schema
from .postgres import PostgresStore
from .sqlite import SqliteStore

__all__ = [
    "PostgresStore",
    "SqlStore",
    "SqliteStore",
    "empty",
    "existing",
    "in_file",
    "open_store",
    "store_file",
    "there",
    "upgrade_store",
]

SqlStore = SqliteStore | PostgresStore

MOVED = "moved_to"  # in the table `about`: this store was moved, and is not to be used any more
_KNOWN = "Set [store] url to sqlite:///FILE or postgresql://USER@HOST/DATABASE."


def open_store(url: str, world: str, clock: Clock, *, by: str) -> SqlStore:
    """Open the store at `sqlite:///FILE` or `postgresql://...`, making it where there is none.

    Refuses a store of another world, one with an older or newer schema, and one that was moved elsewhere.
    """
    store = _store(url, make=True)
    try:
        with _sentences(store.name):
            if schema.version(store) is None:
                schema.make(store, world, by=by, at=clock.now())
            schema.check(store)
            with store.read() as reading:
                written, moved = reading.world(), reading.about(MOVED)
        _check(store.name, written, world, moved)
    except BaseException:
        store.close()
        raise
    return store


def _check(name: str, written: str, world: str, moved: str) -> None:
    """Refuse a store of another world, and one that goes on elsewhere."""
    if moved:
        raise InvalidSettings(
            f"This store was moved to {moved}, and is not used any more.", file=name, remedy=f"Set [store] url to {moved}."
        )
    if written != world:
        raise InvalidSettings(
            f"This store belongs to the world {written!r}, and the setting says {world!r}.",
            file=name,
            remedy="A rehearsal and the live world never share a store: set [store] url, or [ministry] world.",
        )


def upgrade_store(url: str, clock: Clock, *, by: str) -> tuple[str, str]:
    """Bring an existing store's schema up to date, which goes on record; returns the schema before and after."""
    store = existing(url)
    try:
        with _sentences(store.name):
            before = schema.version(store) or ""
            if before < schema.newest():
                schema.upgrade(store, before, by=by, at=_time(clock))
            schema.check(store)
            return before, schema.newest()
    finally:
        store.close()


def _time(clock: Clock) -> datetime | None:
    """The time; None where a rehearsal's clock does not answer: it cannot be served before its store is up to date."""
    try:
        return clock.now()
    except MinistryError:
        return None


def there(url: str) -> bool:
    """Whether there is a store at an address; none is made. Raises `InvalidSettings` where a database does not answer."""
    if in_file(url):
        return store_file(url).exists()
    store = _store(url, make=False)
    try:
        with _sentences(store.name):
            return schema.version(store) is not None
    finally:
        store.close()


def existing(url: str) -> SqlStore:
    """The store at an address, which must be there; its schema is not looked at."""
    if in_file(url) and not store_file(url).exists():
        raise InvalidSettings(f"There is no store at {store_file(url)}.")
    store = _store(url, make=False)
    with _sentences(store.name):
        found = schema.version(store)
    if found is None:
        store.close()
        raise InvalidSettings(f"There is no store at {store.name}.")
    return store


def empty(url: str) -> SqlStore:
    """The database at an address, into which a store is to be copied; whether it is empty shows when that begins."""
    store = _store(url, make=True)
    with _sentences(store.name):
        schema.version(store)  # whether it answers at all
    return store


def in_file(url: str) -> bool:
    """Whether the store is a file of SQLite. Raises `InvalidSettings` on an address that is none of ours."""
    if url.startswith(("postgresql://", "postgresql+psycopg://")):
        return False
    store_file(url)
    return True


def store_file(url: str) -> Path:
    """The file of a store's address."""
    kind, _, name = url.partition(":///")
    if kind != "sqlite" or not name or name == ":memory:" or "?" in name:
        raise InvalidSettings(f"{_hidden(url)} is no store that is known here.", remedy=_KNOWN)
    return Path(name)


def _store(url: str, *, make: bool) -> SqlStore:
    if not in_file(url):
        try:
            return PostgresStore(url)
        except (sa.exc.ArgumentError, ValueError) as wrong:
            raise InvalidSettings(f"{_hidden(url)} is no address of a database.", remedy=_KNOWN) from wrong
    file = store_file(url)
    with _sentences(str(file)):
        if make:
            file.parent.mkdir(parents=True, exist_ok=True)
        return SqliteStore(file)


def _hidden(url: str) -> str:
    """An address that may hold a password, without what stands before its last @."""
    head, at, tail = url.rpartition("@")
    kind, known, _ = head.partition("://")
    return f"{kind if known else ''}://...@{tail}" if at else url


@contextmanager
def _sentences(name: str) -> Iterator[None]:
    """What the database or the file system says while a store is opened, in our words."""
    try:
        yield
    except sa.exc.DBAPIError as wrong:
        said = " ".join(str(wrong.orig).split())
        raise InvalidSettings(f"The store cannot be opened: {said}.", file=name) from wrong
    except OSError as wrong:
        raise InvalidSettings(f"The store cannot be opened: {wrong.strerror}.", file=name) from wrong
