"""A vault's sealed secrets: the table `secret`, in transactions of its own that never wait for the ledger."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from ..errors import NotAllowed
from ..ports import Sealed
from ..rules.renewing import busy
from .house_tables import secret
from .lost import gone
from .tables import ledger_head

_LOCK_NOT_AVAILABLE = "55P03"  # SQLSTATE of PostgreSQL

# Opens a transaction.
_Begin = Callable[[], AbstractContextManager[sa.Connection]]


class SqlSecrets:
    """`ports.Secrets`. Each call is a transaction; those within `alone` share one."""

    def __init__(self, name: str, *, begin: _Begin, read: _Begin, alone: _Begin | None = None) -> None:
        self._name, self._begin, self._read, self._alone = name, begin, read, alone

    @property
    def patient(self) -> bool:
        """See `Secrets.patient`: where a database locks rows, and not all of itself."""
        return self._alone is not None

    def load(self, service: str, name: str) -> Sealed | None:
        """See `Secrets.load`."""
        query = sa.select(secret.c.key, secret.c.sealed).where(_here(service, name))
        with gone(self._name), self._read() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else Sealed(key=row.key, data=bytes(row.sealed))

    def save(self, service: str, name: str, one: Sealed) -> None:
        """See `Secrets.save`."""
        with gone(self._name), self._begin() as connection:
            _stay(connection)
            insert = _insert(connection, service, name, one)
            new = {"key": insert.excluded.key, "sealed": insert.excluded.sealed}
            connection.execute(insert.on_conflict_do_update(index_elements=["service", "name"], set_=new))

    def add(self, service: str, name: str, one: Sealed) -> bool:
        """See `Secrets.add`."""
        with gone(self._name), self._begin() as connection:
            _stay(connection)
            insert = _insert(connection, service, name, one).on_conflict_do_nothing().returning(secret.c.name)
            return connection.execute(insert).one_or_none() is not None

    def delete(self, service: str, name: str) -> bool:
        """See `Secrets.delete`."""
        with gone(self._name), self._begin() as connection:
            return connection.execute(sa.delete(secret).where(_here(service, name))).rowcount == 1

    def rows(self) -> tuple[tuple[str, str, str], ...]:
        """See `Secrets.rows`."""
        query = sa.select(secret.c.service, secret.c.name, secret.c.key).order_by(secret.c.service, secret.c.name)
        with gone(self._name), self._read() as connection:
            return tuple((row.service, row.name, row.key) for row in connection.execute(query))

    @contextmanager
    def alone(self, service: str, name: str) -> Iterator["SqlSecrets"]:
        """See `Secrets.alone`."""
        with gone(self._name), (self._alone or self._begin)() as connection:
            _stay(connection)
            try:
                connection.execute(sa.select(secret.c.key).where(_here(service, name)).with_for_update())
            except sa.exc.OperationalError as wrong:
                if getattr(wrong.orig, "sqlstate", "") == _LOCK_NOT_AVAILABLE:
                    raise busy(name.rpartition("/")[2]) from wrong
                raise
            same = _in(connection)
            yield SqlSecrets(self._name, begin=same, read=same)


def locking(engine: sa.Engine, wait: timedelta) -> _Begin:
    """Transactions of PostgreSQL that may be idle for `wait` and wait for a row as long; each on a connection of its own."""
    most = f"{round(wait.total_seconds() * 1000)}ms"

    @contextmanager
    def begin() -> Iterator[sa.Connection]:
        with engine.begin() as connection:
            for name in ("lock_timeout", "idle_in_transaction_session_timeout"):
                connection.exec_driver_sql(f"SET LOCAL {name} = '{most}'")
            yield connection

    return begin


def _stay(connection: sa.Connection) -> None:
    """Refuse to write where nobody will read it. The row is looked at, and not locked."""
    if connection.execute(sa.select(ledger_head.c.one)).first() is None:
        raise NotAllowed("This store was moved, and is not used any more.", remedy="Start again: it says where it is now.")


def _in(connection: sa.Connection) -> _Begin:
    @contextmanager
    def same() -> Iterator[sa.Connection]:
        yield connection

    return same


def _here(service: str, name: str) -> sa.ColumnElement[bool]:
    return (secret.c.service == service) & (secret.c.name == name)


def _insert(connection: sa.Connection, service: str, name: str, one: Sealed) -> postgresql.Insert | sqlite.Insert:
    made = postgresql.insert(secret) if connection.dialect.name == "postgresql" else sqlite.insert(secret)
    return made.values(service=service, name=name, key=one.key, sealed=one.data)
