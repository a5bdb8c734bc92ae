"""A PostgreSQL that goes away: a sentence, nothing half done, and all goes on when it is back."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from ministry_social.errors import InvalidSettings, StoreGone
from ministry_social.model.delivery import State
from ministry_social.model.ledger import Event
from ministry_social.store import PostgresStore, SqliteStore, open_store
from ministry_social.store import postgres as module
from tests.postgres import Postgres

from .conftest import NOON, Noon, count, planned, put, raw, verify


@pytest.fixture
def served(postgres_url: str) -> Iterator[PostgresStore]:
    made = open_store(postgres_url, "rehearsal", Noon(), by="ana")
    assert isinstance(made, PostgresStore)
    yield made
    made.close()


def test_a_server_that_is_killed_is_a_store_that_is_gone_and_works_again_when_it_is_back(
    served: PostgresStore, postgres: Postgres
) -> None:
    with served.begin() as tx:
        put(tx, planned("oslo"), State.PUBLISHED)
    postgres.kill()
    for use in (served.begin, served.read):
        with pytest.raises(StoreGone, match=r"does not answer.*Nothing is sent until it does"), use() as what:
            what.deliveries()
    with pytest.raises(StoreGone):
        served.now()
    postgres.start()
    with served.begin() as tx:
        put(tx, planned("bern"), State.PUBLISHED)
    assert (verify(served), count(served, "delivery")) == (7, 2)


def test_of_a_transaction_that_the_server_did_not_outlive_nothing_is_left(served: PostgresStore, postgres: Postgres) -> None:
    def write_through_a_kill() -> None:
        with served.begin() as tx:
            put(tx, planned("oslo"), State.SENDING)
            tx.history()  # it is written by now, but not committed
            postgres.kill_and_start()

    with pytest.raises(StoreGone):
        write_through_a_kill()
    with served.read() as reading:
        assert reading.deliveries() == ()
    assert verify(served) == 1


def test_a_view_that_the_server_did_not_outlive_is_gone_too(served: PostgresStore, postgres: Postgres) -> None:
    with served.begin() as tx:
        put(tx, planned("oslo"))

    def read_through_a_kill() -> None:
        with served.read() as reading:
            assert len(reading.deliveries()) == 1
            postgres.kill_and_start()
            reading.deliveries()

    with pytest.raises(StoreGone):
        read_through_a_kill()


def test_what_was_committed_outlives_a_kill_of_the_server(served: PostgresStore, postgres: Postgres) -> None:
    for number in range(20):
        with served.begin() as tx:
            put(tx, planned(f"embassy-{number}"), State.PUBLISHED)
    postgres.kill_and_start()
    assert verify(served) == 1 + 3 * 20


def test_a_session_that_the_server_ends_is_gone(served: PostgresStore, postgres_url: str) -> None:
    def be_thrown_out() -> None:
        with served.begin() as tx:
            [(pid,)] = raw(postgres_url, "SELECT pid FROM pg_stat_activity WHERE state = 'idle in transaction' "
                           "AND datname = current_database()")  # fmt: skip
            raw(postgres_url, f"SELECT pg_terminate_backend({pid})")
            tx.record(Event.RECEIVED, by="ana", at=NOON, message="grain")

    with pytest.raises(StoreGone):
        be_thrown_out()
    assert verify(served) == 1


def test_a_process_that_freezes_in_a_transaction_does_not_hold_up_the_others(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_OPTIONS", module._OPTIONS.replace(module._IDLE_IN_TRANSACTION, "300ms"))
    frozen, other = (open_store(postgres_url, "rehearsal", Noon(), by="ana") for _ in range(2))
    locked, over = threading.Event(), threading.Event()
    errors: list[Exception] = []

    def freeze() -> None:
        try:
            with frozen.begin() as tx:
                locked.set()
                over.wait(20)
                put(tx, planned("oslo"), State.SENDING)
        except StoreGone as gone:
            errors.append(gone)

    thread = threading.Thread(target=freeze)
    thread.start()
    assert locked.wait(10)
    with other.begin() as tx:  # gets the lock once the server has ended the frozen one's session
        put(tx, planned("bern"), State.PUBLISHED)
    over.set()
    thread.join(20)
    assert len(errors) == 1, "what it had begun never was"
    assert verify(other) == 4
    frozen.close()
    other.close()


def test_a_server_that_nobody_runs_is_refused_with_a_sentence_without_the_password() -> None:
    with pytest.raises(InvalidSettings, match="The store cannot be opened: ") as refused:
        open_store("postgresql://social:tell-tale@127.0.0.1:9/ledger", "rehearsal", Noon(), by="ana")
    assert "tell-tale" not in str(refused.value)
    assert "127.0.0.1:9/ledger" in str(refused.value)


@pytest.mark.parametrize(
    "url", ["postgresql://social:tell-tale@db:port/ledger", "postgres:/tell-tale@db", "mysql://u:tell-tale@db/l"]
)
def test_an_address_that_is_none_does_not_show_its_password_either(url: str) -> None:
    with pytest.raises(InvalidSettings, match="Set \\[store\\] url to sqlite:///FILE or postgresql://") as refused:
        open_store(url, "rehearsal", Noon(), by="ana")
    assert "tell-tale" not in str(refused.value)


def test_a_file_that_somebody_locks_for_too_long_is_a_store_that_is_gone(file_store: SqliteStore) -> None:
    raw_connection: Any = sqlite3.connect(file_store.file)
    raw_connection.execute("BEGIN IMMEDIATE")
    with file_store.connection(reading=True) as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=50")
    with pytest.raises(StoreGone, match="does not answer"), file_store.begin():
        pass
    raw_connection.close()
    assert verify(file_store) == 1


def test_the_database_tells_its_own_time(served: PostgresStore, postgres_url: str) -> None:
    before = time.time()
    now = served.now().timestamp()
    assert before - 5 < now < time.time() + 5
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
