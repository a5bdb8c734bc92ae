"""Copying a whole store into an empty database, of either kind: backup, move and restore."""

import json
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ..errors import InvalidSettings, LedgerBroken, NotAllowed
from ..model.delivery import State
from ..model.ledger import Event
from ..rules import chain
from ..rules.timing import unstamp
from . import MOVED, SqlStore, existing, schema
from .lost import gone
from .reading import SqlReading
from .sqlite import SqliteStore, new_file
from .tables import about, entry, ledger_head, metadata
from .transaction import SqlTransaction

# Says rows done and rows in all.
Tell = Callable[[int, int], None]

_CHUNK = 1000  # rows in one statement
_LATER = (State.PLANNED, State.FAILED)  # what may be sent, by the engine or because a person asks again


def copy(source: SqlStore, target: sa.Connection, tell: Tell) -> None:
    """Copy every table, row by row, and check that all of it is there and the chain holds.

    The target has the tables of the source's schema, which may be older than ours, and nothing in them.
    """
    with gone(source.name), source.connection(reading=True) as connection:
        tables = _tables(target)
        total = sum(_count(connection, table) for table in tables)
        done = 0
        for table, columns in tables.items():
            with closing(_chunks(connection, table, columns)) as chunks:
                for rows in chunks:
                    target.execute(sa.insert(table), rows)
                    done += len(rows)
                    tell(done, total)
            if _count(connection, table) != _count(target, table):
                raise LedgerBroken(f"Not every row of {table.name} was copied; nothing was kept.")
        end = chain.verify(SqlReading(target).entries())
        head = connection.execute(sa.select(ledger_head.c.position, ledger_head.c.seal)).one_or_none()
    if head is not None and end != tuple(head):  # one that was moved has none
        raise LedgerBroken("The copied ledger does not hold together; nothing was kept.")
    target.execute(sa.update(ledger_head).values(position=end[0], seal=end[1]))


def backup(source: SqlStore, file: str) -> None:
    """Copy the store to a new file, a store of SQLite with the same rows and the same schema."""
    with new_file(file) as path, closing(SqliteStore(path)) as target, target.connection() as connection:
        schema.migrate(connection, to=schema.version(source) or "")
        copy(source, connection, lambda done, total: None)


def move(source: SqlStore, target: SqlStore, *, by: str, at: datetime, tell: Tell) -> int:
    """Copy the store into an empty database, which goes on from here; nobody can write to the old one from then on.

    Returns the number of entries. Run again after an interruption, it ends what was begun: nothing is copied twice.
    """
    schema.check(source)
    with gone(source.name), source.connection() as held:
        tx = SqlTransaction(held)  # nobody else writes meanwhile
        if tx.deliveries(states=(State.SENDING,), limit=1):
            raise NotAllowed(
                "Something is being sent just now.", remedy="Stop the engine (or the workers), wait for a minute, then try again."
            )
        position, seal = tx.head()
        if not _is_copy(target, position, seal):
            with _empty(target) as connection:
                schema.migrate(connection)
                copy(source, connection, tell)
                new = SqlTransaction(connection)
                new.record(Event.MOVED, by=by, at=at, facts={"from": source.name, "position": position, "seal": seal})
                new.finish()
        tx.keep_about(MOVED, target.address)
        # Whoever still has the old one open waits for this row, and finds nothing: no engine can go on there.
        held.execute(sa.delete(ledger_head))
    return position


def restore(file: Path, target: SqlStore, *, by: str, at: datetime, tell: Tell) -> int:
    """Put a backup back into an empty database. What may have gone out since then is looked for before anything is sent.

    Returns how many deliveries that are.
    """
    backup = _digest(file)
    with closing(existing(f"sqlite:///{file.absolute()}")) as source, _empty(target) as connection:
        schema.check_not_newer(source)
        schema.migrate(connection, to=schema.version(source) or "")
        copy(source, connection, tell)
        schema.migrate(connection)
        connection.execute(sa.delete(about).where(about.c.key == MOVED))
        return _doubt_all(SqlTransaction(connection), backup, by=by, at=at)


def _doubt_all(tx: SqlTransaction, backup: str, *, by: str, at: datetime) -> int:
    """Mark whatever may still be sent: it is looked for first, as far back as the backup's last entry."""
    last = tx.last()
    since = unstamp(json.loads(last.body)["at"])
    facts = {"backup": backup, "position": last.position}
    found = tx.deliveries(states=_LATER)
    for one in found:
        change = {"look_first": True, "doubt_since": min(since, one.doubt_since or since)}
        tx.record(Event.RESTORED, by=by, at=at, delivery=one, facts=facts, change=change)
    tx.record(Event.RESTORED, by=by, at=at, facts=facts | {"deliveries": len(found)})
    tx.finish()
    return len(found)


@contextmanager
def _empty(target: SqlStore) -> Iterator[sa.Connection]:
    """A transaction on the target. Raises `NotAllowed` where there is something already."""
    for reading in (True, False):  # first without waiting for anybody: it may be the very store that is being moved
        with gone(target.name), target.connection(reading=reading) as connection:
            ours = {table.name for table in metadata.sorted_tables} | {"alembic_version"}
            if ours & set(sa.inspect(connection).get_table_names()):
                raise NotAllowed(
                    f"{target.name} holds a store already.", remedy="Name an empty database, or a file that is not there."
                )
            if not reading:
                yield connection


def _is_copy(target: SqlStore, position: int, seal: str) -> bool:
    """Whether the target holds this very ledger already, and more: a move that was interrupted after its copy."""
    with gone(target.name), target.connection(reading=True) as connection:
        if not sa.inspect(connection).has_table(entry.name):
            return False
        reading = SqlReading(connection)
        return reading.seal_at(position) == seal and reading.seal_at(position + 1) != ""


def _tables(connection: sa.Connection) -> dict[sa.Table, list[sa.Column[Any]]]:
    """Our tables that are to be filled, with those of their columns that can be written; an older schema has fewer."""
    inspector = sa.inspect(connection)
    there = set(inspector.get_table_names())
    found = {}
    for table in metadata.sorted_tables:
        if table.name in there and table is not ledger_head:
            names = {column["name"] for column in inspector.get_columns(table.name)}
            found[table] = [column for column in table.c if column.computed is None and column.name in names]
    return found


def _chunks(connection: sa.Connection, table: sa.Table, columns: list[sa.Column[Any]]) -> Generator[list[dict[str, Any]]]:
    query = sa.select(*columns).order_by(*table.primary_key.columns).execution_options(yield_per=_CHUNK)
    with connection.execute(query) as result:
        for rows in result.mappings().partitions(_CHUNK):
            # A job is a number in the queue of one database.
            yield [{str(name): None if name == "job" else value for name, value in row.items()} for row in rows]


def _count(connection: sa.Connection, table: sa.Table) -> int:
    return int(connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


def _digest(file: Path) -> str:
    try:
        with file.open("rb") as data:
            return file_digest(data, "sha256").hexdigest()
    except OSError as wrong:
        raise InvalidSettings(f"The backup cannot be read: {wrong.strerror}.", file=str(file)) from wrong
