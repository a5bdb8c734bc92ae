"""The vault's table: beside the ledger, never under its lock, and one row held while a network is asked."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta

import psycopg
import pytest

from ministry_social.errors import NotAllowed, StoreGone, Unreachable
from ministry_social.model.ledger import Event
from ministry_social.ports import Sealed, Secrets
from ministry_social.store import SqlStore, open_store

from .conftest import NOON, Noon, raw, verify

WORLD, NAME = "ministry_social/rehearsal", "account/channel"
ONE, TWO = Sealed(key="k1", data=b"\x00one"), Sealed(key="k2", data=b"two")


@pytest.fixture
def secrets(store: SqlStore) -> Secrets:
    return store.secrets(wait=timedelta(seconds=5))


@pytest.fixture
def database(postgres_url: str) -> Iterator[SqlStore]:
    """A new store in a database of PostgreSQL, for what concerns only that."""
    made = open_store(postgres_url, "rehearsal", Noon(), by="ana")
    yield made
    made.close()


@pytest.fixture
def shared(database: SqlStore) -> Callable[..., Secrets]:
    """Its table, as each process has it."""
    return lambda **wait: database.secrets(wait=timedelta(**wait))


def test_a_secret_comes_back_and_is_replaced(secrets: Secrets) -> None:
    secrets.save(WORLD, NAME, ONE)
    assert secrets.load(WORLD, NAME) == ONE
    secrets.save(WORLD, NAME, TWO)
    assert secrets.load(WORLD, NAME) == TWO
    assert secrets.load("ministry_social/live", NAME) is None
    assert secrets.rows() == ((WORLD, NAME, "k2"),)


def test_a_secret_is_added_once_and_removed_once(secrets: Secrets) -> None:
    assert secrets.add(WORLD, NAME, ONE)
    assert not secrets.add(WORLD, NAME, TWO)
    assert secrets.load(WORLD, NAME) == ONE
    assert secrets.delete(WORLD, NAME)
    assert not secrets.delete(WORLD, NAME)


def test_what_is_done_alone_counts_with_its_end_or_not_at_all(secrets: Secrets) -> None:
    secrets.save(WORLD, NAME, ONE)
    with suppress(KeyError), secrets.alone(WORLD, NAME) as inside:
        inside.save(WORLD, NAME, TWO)
        raise KeyError
    assert secrets.load(WORLD, NAME) == ONE
    with secrets.alone(WORLD, NAME) as inside:
        inside.save(WORLD, NAME, TWO)
        assert inside.load(WORLD, NAME) == TWO
    assert secrets.load(WORLD, NAME) == TWO


def test_nothing_is_stored_where_nobody_will_read_it(url: str, store: SqlStore, secrets: Secrets) -> None:
    raw(url, "DELETE FROM ledger_head")  # what is left of a store that was moved
    with pytest.raises(NotAllowed, match="This store was moved"):
        secrets.save(WORLD, NAME, ONE)


def test_it_is_no_entry_of_the_ledger(store: SqlStore, secrets: Secrets) -> None:
    before = verify(store)
    secrets.save(WORLD, NAME, ONE)
    assert verify(store) == before


def test_a_row_that_is_held_holds_up_neither_the_ledger_nor_other_rows(database: SqlStore) -> None:
    secrets = database.secrets(wait=timedelta(seconds=5))
    assert secrets.patient
    secrets.save(WORLD, NAME, ONE)
    with secrets.alone(WORLD, NAME):
        with database.begin() as tx:
            tx.record(Event.CONNECTED, by="ana", at=NOON, account="channel")
        secrets.save(WORLD, "renewal/channel", TWO)
        assert secrets.load(WORLD, NAME) == ONE


def test_with_the_ledger_locked_a_secret_is_stored_all_the_same(database: SqlStore) -> None:
    with database.begin():
        database.secrets(wait=timedelta(seconds=5)).save(WORLD, NAME, ONE)


def test_who_stores_waits_for_who_holds(shared: Callable[..., Secrets]) -> None:
    """An account that is connected anew while it is renewed: the new credential is the one that stays."""
    secrets = shared(seconds=5)
    secrets.save(WORLD, NAME, ONE)
    with secrets.alone(WORLD, NAME) as inside:
        connects = threading.Thread(target=lambda: secrets.save(WORLD, NAME, Sealed(key="k", data=b"anew")))
        connects.start()
        inside.save(WORLD, NAME, TWO)
    connects.join(5)
    assert secrets.load(WORLD, NAME) == Sealed(key="k", data=b"anew")


def test_a_row_that_is_held_too_long_is_not_waited_for(shared: Callable[..., Secrets]) -> None:
    shared(seconds=5).save(WORLD, NAME, ONE)
    with (
        shared(seconds=5).alone(WORLD, NAME),
        pytest.raises(Unreachable, match="held the credential of channel for too long"),
        shared(milliseconds=50).alone(WORLD, NAME),
    ):
        pass


def test_a_process_that_is_frozen_loses_its_hold_and_what_it_had_begun(shared: Callable[..., Secrets], postgres_url: str) -> None:
    secrets = shared(milliseconds=100)
    secrets.save(WORLD, NAME, ONE)

    def wakes_up_too_late() -> None:
        with secrets.alone(WORLD, NAME) as frozen:
            with psycopg.connect(postgres_url) as other:
                other.execute("SELECT * FROM secret FOR UPDATE")  # waits until the server has ended the frozen one's session
            frozen.save(WORLD, NAME, TWO)

    with pytest.raises(StoreGone):
        wakes_up_too_late()
    assert secrets.load(WORLD, NAME) == ONE
