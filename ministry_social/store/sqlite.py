"""The store on SQLite: one file, WAL, every commit on the disk before it counts."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from sqlite3 import Error as SqliteError
from sqlite3 import connect, sqlite_version_info
from typing import Any

import sqlalchemy as sa

from ..errors import InvalidSettings, NotAllowed
from .known import Known
from .lost import gone
from .reading import SqlReading
from .secrets import SqlSecrets
from .transaction import SqlTransaction


def engine(file: Path) -> sa.Engine:
    """An engine whose writing transactions begin with BEGIN IMMEDIATE, so that each is alone."""
    if sqlite_version_info < (3, 35):
        raise InvalidSettings("This Python has an SQLite older than 3.35; computed columns and RETURNING are missing.")
    made = sa.create_engine(sa.URL.create("sqlite", database=str(file)), connect_args={"timeout": 30})

    @sa.event.listens_for(made, "connect")
    def _prepare(connection: SqliteConnection, _: Any) -> None:
        connection.isolation_level = None  # transactions begin where we say
        for pragma in ("journal_mode=wal", "synchronous=full", "foreign_keys=on", "busy_timeout=30000"):
            connection.execute(f"pragma {pragma}")

    @sa.event.listens_for(made, "begin")
    def _begin(connection: sa.Connection) -> None:
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return made


@contextmanager
def new_file(file: str) -> Iterator[Path]:
    """A file for a backup, which must not be there yet, and is not there afterwards where the backup failed."""
    target = Path(file)
    try:
        target.open("xb").close()
    except FileExistsError as taken:
        raise NotAllowed(f"{file} exists already; a backup never overwrites.", remedy="Name a new file.") from taken
    except OSError as wrong:
        raise InvalidSettings(f"The backup cannot be written: {wrong.strerror}.", file=file) from wrong
    try:
        yield target
    except BaseException as wrong:
        for name in (file, f"{file}-wal", f"{file}-shm", f"{file}-journal"):
            Path(name).unlink(missing_ok=True)
        if isinstance(wrong, SqliteError | sa.exc.DBAPIError):
            said = " ".join(str(wrong.orig if isinstance(wrong, sa.exc.DBAPIError) else wrong).split())
            raise InvalidSettings(f"The backup could not be written: {said}.", file=file) from wrong
        raise


class SqliteStore:
    """`ports.Store` on one SQLite file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.name = str(file)  # for people
        self.address = f"sqlite:///{file}"  # as [store] url has it
        self._engine = engine(file)
        self._house = Known()

    @contextmanager
    def begin(self) -> Iterator[SqlTransaction]:
        """See `Store.begin`."""
        with gone(self.name), self._engine.begin() as connection:
            tx = SqlTransaction(connection, self._house)
            yield tx
            tx.finish()
        tx.over()

    @contextmanager
    def read(self) -> Iterator[SqlReading]:
        """See `Store.read`."""
        with gone(self.name), self._engine.connect().execution_options(reading=True) as connection:
            yield SqlReading(connection, self._house)

    def secrets(self, *, wait: timedelta) -> SqlSecrets:
        """The vault's table. A transaction locks the whole file, so none may last while a network is asked."""
        reading = self._engine.execution_options(reading=True)
        return SqlSecrets(self.name, begin=self._engine.begin, read=reading.connect)

    def backup(self, file: str) -> None:
        """See `Store.backup`: SQLite's own online backup, which comes into the new file whole or not at all."""
        with new_file(file) as target, closing(connect(self.file)) as source, closing(connect(target)) as copy:
            source.backup(copy)

    @contextmanager
    def connection(self, *, reading: bool = False) -> Iterator[sa.Connection]:
        """For the schema alone: a bare connection in a transaction."""
        with self._engine.connect().execution_options(reading=reading) as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()
