"""Copying a whole store into an empty database, of either kind: backup, move and restore."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ..errors import InvalidSettings, LedgerBroken, NotAllowed
from ..model.delivery import State
from ..model.ledger import Event
from ..rules import chain
from ..rules.timing import unstamp
from . import MOVED, SqlStore, existing, schema
from .reading import SqlReading
from .tables import about, delivery, metadata
from .transaction import SqlTransaction

# Says rows done and rows in all.
Tell = Callable[[int, int], None]

_CHUNK = 1000  # rows in one statement
_LATER = (State.PLANNED, State.FAILED)  # what may be sent, by the engine or because a person asks again


def copy(source: SqlStore, target: sa.Connection, tell: Tell) -> None:
    """Copy every table, row by row, and check that all of it is there and the chain holds. The target is empty."""
    with source.connection(reading=True) as connection:
        total = sum(_count(connection, table) for table in metadata.sorted_tables)
        done = 0
        for table in metadata.sorted_tables:
            target.execute(sa.delete(table)) if table.name == "ledger_head" else None
            for rows in _chunks(connection, table):
                target.execute(sa.insert(table), rows)
                done += len(rows)
                tell(done, total)
            if _count(connection, table) != _count(target, table):
                raise LedgerBroken(f"Not every row of {table.name} was copied; nothing was kept.")
        if SqlReading(target).head() != chain.verify(SqlReading(target).entries()):
            raise LedgerBroken("The copied ledger does not hold together; nothing was kept.")


def move(source: SqlStore, url: str, target: SqlStore, *, by: str, at: datetime, tell: Tell) -> int:
    """Copy the store into an empty database, which goes on from here; the old one says from then on where it went.

    Returns the number of entries. Run again after an interruption, it ends what was begun: nothing is copied twice.
    """
    with source.begin() as tx:  # nobody else writes meanwhile
        if tx.deliveries(states=(State.SENDING,), limit=1):
            raise NotAllowed(
                "Something is being sent just now.", remedy="Stop the engine (or the workers), wait for a minute, then try again."
            )
        position, seal = tx.head()
        if not _is_copy(target, position, seal):
            with target.connection() as connection:
                _make_empty(target, connection)
                copy(source, connection, tell)
                new = SqlTransaction(connection)
                new.record(Event.MOVED, by=by, at=at, facts={"from": source.name, "position": position, "seal": seal})
                new.finish()
        tx.keep_about(MOVED, target.name)
    return position


def restore(file: Path, target: SqlStore, *, by: str, at: datetime, tell: Tell) -> int:
    """Put a backup back into an empty database. What may have gone out since then is looked for before anything is sent.

    Returns how many deliveries that are.
    """
    source = existing(f"sqlite:///{file.absolute()}")
    schema.check(source)
    with target.connection() as connection:
        _make_empty(target, connection)
        copy(source, connection, tell)
        connection.execute(sa.delete(about).where(about.c.key == MOVED))
        tx = SqlTransaction(connection)
        last = tx.last()
        since = unstamp(json.loads(last.body)["at"])
        facts = {"backup": _digest(file), "position": last.position}
        found = tx.deliveries(states=_LATER)
        for one in found:
            change = {"look_first": True, "doubt_since": min(since, one.doubt_since or since)}
            tx.record(Event.RESTORED, by=by, at=at, delivery=one, facts=facts, change=change)
        tx.record(Event.RESTORED, by=by, at=at, facts=facts | {"deliveries": len(found)})
        tx.finish()
    source.close()
    return len(found)


def _make_empty(target: SqlStore, connection: sa.Connection) -> None:
    """Make the tables. Raises `NotAllowed` where there are some already."""
    if sa.inspect(connection).has_table("alembic_version"):
        raise NotAllowed(f"{target.name} holds a store already.", remedy="Name an empty database, or a file that is not there.")
    schema.migrate(connection)


def _is_copy(target: SqlStore, position: int, seal: str) -> bool:
    """Whether the target holds this very ledger already: a move that was interrupted after its copy."""
    if schema.version(target) is None:
        return False
    with target.read() as reading:
        return reading.seal_at(position) == seal


def _chunks(connection: sa.Connection, table: sa.Table) -> Iterator[list[dict[str, Any]]]:
    columns = [column for column in table.c if column.computed is None]
    query = sa.select(*columns).order_by(*table.primary_key.columns).execution_options(yield_per=_CHUNK)
    for rows in connection.execute(query).mappings().partitions(_CHUNK):
        yield [_row(table, row) for row in rows]


def _row(table: sa.Table, row: Mapping[Any, Any]) -> dict[str, Any]:
    values = {str(name): value for name, value in row.items()}
    return values | {"job": None} if table is delivery else values


def _count(connection: sa.Connection, table: sa.Table) -> int:
    return int(connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


def _digest(file: Path) -> str:
    try:
        return sha256(file.read_bytes()).hexdigest()
    except OSError as wrong:
        raise InvalidSettings(f"The backup cannot be read: {wrong.strerror}.", file=str(file)) from wrong
