"""The store on PostgreSQL: one database for workers on many machines."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from ..ports import CHANGED
from .known import Known
from .lost import gone
from .reading import SqlReading
from .secrets import SqlSecrets, locking
from .transaction import SqlTransaction

# A process that is frozen in the middle of a transaction holds the lock that all others wait for: the server ends its session
# after this time, and what it had begun never was. Far longer than any transaction of ours, shorter than a lease.
_IDLE_IN_TRANSACTION = "10s"
_CONNECT_SECONDS = 5
_OPTIONS = f"-c idle_in_transaction_session_timeout={_IDLE_IN_TRANSACTION} -c timezone=UTC"
_TELL = sa.select(sa.func.pg_notify(CHANGED, ""))


def address(url: str) -> sa.URL:
    """The address with the driver that we use."""
    return sa.make_url(url).set(drivername="postgresql+psycopg")


class PostgresStore:
    """`ports.Store` on a PostgreSQL database."""

    def __init__(self, url: str) -> None:
        self.url = address(url)
        self.name = self.url.set(drivername="postgresql").render_as_string(hide_password=True)  # for people
        self.address = self.name  # as [store] url has it, but for a password
        arguments = {"connect_timeout": _CONNECT_SECONDS, "options": _OPTIONS}
        self._engine = sa.create_engine(self.url, connect_args=arguments, pool_pre_ping=True, pool_size=4, max_overflow=12)
        self._house = Known()
        # Whoever holds a row while a network is asked must not take a connection that others need.
        self._apart = sa.create_engine(self.url, connect_args=arguments, poolclass=sa.NullPool)

    @contextmanager
    def begin(self) -> Iterator[SqlTransaction]:
        """See `Store.begin`. Its first statement locks the end of the chain, so that it is alone."""
        with gone(self.name), self._engine.begin() as connection:
            tx = SqlTransaction(connection, self._house)
            yield tx
            tx.finish()
            if tx.tells:
                connection.execute(_TELL)
        tx.over()

    @contextmanager
    def read(self) -> Iterator[SqlReading]:
        """See `Store.read`."""
        view = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with gone(self.name), view.connect() as connection:
            yield SqlReading(connection, self._house)

    def secrets(self, *, wait: timedelta) -> SqlSecrets:
        """The vault's table. A row may be held for `wait`, while a network is asked."""
        return SqlSecrets(self.name, begin=self._engine.begin, read=self._engine.begin, alone=locking(self._apart, wait))

    def now(self) -> datetime:
        """The database's own time, which every machine's must agree with."""
        with gone(self.name), self._engine.connect() as connection:
            moment: datetime = connection.execute(sa.text("SELECT clock_timestamp()")).scalar_one()
        return moment.astimezone(UTC)

    @contextmanager
    def connection(self, *, reading: bool = False) -> Iterator[sa.Connection]:
        """For the schema and for copies: a bare connection in a transaction, which may take its time."""
        level = {"isolation_level": "REPEATABLE READ"} if reading else {}
        with self._engine.execution_options(**level).connect() as connection, connection.begin():
            connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
            yield connection

    def backup(self, file: str) -> None:
        """See `Store.backup`: a store of SQLite with the same rows."""
        from .copying import backup

        backup(self, file)

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()
