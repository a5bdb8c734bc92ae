"""A store of its own for each test, on each database, and deliveries to put into it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from ministry_social.model.delivery import Delivery, State
from ministry_social.model.ledger import Event
from ministry_social.model.variant import Kind
from ministry_social.ports import Transaction
from ministry_social.rules import chain
from ministry_social.store import SqliteStore, SqlStore, in_file, open_store, store_file
from tests.postgres import Postgres

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WAYS = {
    State.SENDING: (State.SENDING,),
    State.UNKNOWN: (State.SENDING, State.UNKNOWN),
    State.PUBLISHED: (State.SENDING, State.PUBLISHED),
    State.FAILED: (State.FAILED,),
    State.CANCELLED: (State.CANCELLED,),
    State.MISSED: (State.MISSED,),
    State.PLANNED: (),
}
# What the two databases raise where one of our triggers refuses a statement.
REFUSED = (sqlite3.IntegrityError, psycopg.errors.RaiseException)


class Noon:
    """A clock that stands still at noon."""

    def now(self) -> datetime:
        return NOON


def planned(account: str = "embassy-paris", *, message: str = "grain", part: str = "post", **more: Any) -> Delivery:
    values: dict[str, Any] = {
        "key": f"{message}/1/{account}/{part}", "message": message, "wave": 1, "account": account, "platform": "x", "part": part,
        "kind": Kind.LOCAL, "payload": "0" * 64, "release": "1" * 64, "due_at": NOON, "stale_at": NOON + timedelta(hours=12),
        "prepared": True,
    }  # fmt: skip
    return Delivery(**values | more)


def put(tx: Transaction, delivery: Delivery, state: State = State.PLANNED, **change: Any) -> Delivery:
    """Plan a delivery and bring it, by moves that are allowed, to a state; the last of them changes more of it."""
    tx.plan(delivery, by="ana", at=NOON)
    now: Delivery | None = delivery
    for step in WAYS[state]:
        assert now is not None
        more = change if step is state else {}
        now = tx.record(Event.STARTED, by="engine", at=NOON, delivery=now, change={"state": step, "fence": "f"} | more)
    assert now is not None
    return now


def count(store: SqlStore, table: str) -> int:
    with store.connection(reading=True) as connection:
        return int(connection.scalar(sa.text(f"SELECT count(*) FROM {table}")) or 0)


def verify(store: SqlStore) -> int:
    """The number of entries of a chain that holds."""
    with store.read() as reading:
        return chain.verify(reading.entries())[0]


def raw(url: str, *statements: str) -> list[tuple[Any, ...]]:
    """What somebody with access to the database could do, past the store; what the last statement has found."""
    connection: Any = sqlite3.connect(store_file(url)) if in_file(url) else psycopg.connect(url)
    with closing(connection):
        for statement in statements:
            cursor = connection.execute(statement)
        found = cursor.fetchall() if cursor.description else []
        connection.commit()
    return list(found)


@pytest.fixture
def new_url(tmp_path: Path, postgres: Postgres) -> Iterator[Any]:
    """Makes addresses of empty stores, `new_url("sqlite")` or `new_url("postgres")`; databases are dropped at the end."""
    made: list[str] = []

    def make(database: str) -> str:
        made.append(f"sqlite:///{tmp_path}/ledger-{len(made)}.sqlite" if database == "sqlite" else postgres.new_database())
        return made[-1]

    yield make
    for url in made:
        if not in_file(url):
            postgres.drop(url)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, new_url: Any) -> str:
    """The address of a store that is not made yet, on each database."""
    return str(new_url(request.param))


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    """A new store, on each database."""
    made = open_store(url, "rehearsal", Noon(), by="ana")
    yield made
    made.close()


@pytest.fixture
def file_store(tmp_path: Path) -> Iterator[SqliteStore]:
    """A new store in a file, for what concerns only such a one."""
    made = open_store(f"sqlite:///{tmp_path}/ledger.sqlite", "rehearsal", Noon(), by="ana")
    assert isinstance(made, SqliteStore)
    yield made
    made.close()


@pytest.fixture
def postgres_url(new_url: Any) -> str:
    """The address of an empty database of PostgreSQL, for what concerns only that."""
    return str(new_url("postgres"))
