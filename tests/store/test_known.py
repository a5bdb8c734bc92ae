"""Answers that are known already are never older than the ledger."""

import psycopg
import pytest

from ministry_social.model.delivery import State
from ministry_social.model.ledger import Event
from ministry_social.ports import CHANGED
from ministry_social.store import SqlStore, open_store
from ministry_social.store.known import ON_THE_WAY

from .conftest import NOON, Noon, planned, put


def hold(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.keep_hold(scope="all", value="", reason="quake", by="ana", at=NOON, drill=False)
        tx.record(Event.HOLD, by="ana", at=NOON)


def holds(store: SqlStore) -> int:
    with store.read() as reading:
        return len(reading.holds())


def test_a_hold_of_another_process_is_seen_at_once(store: SqlStore, url: str) -> None:
    assert holds(store) == 0
    other = open_store(url, "rehearsal", Noon(), by="ben")
    hold(other)
    other.close()
    assert holds(store) == 1
    with store.begin() as tx:
        assert len(tx.holds()) == 1


def test_a_hold_is_seen_in_its_own_transaction_and_gone_where_that_failed(store: SqlStore) -> None:
    with pytest.raises(RuntimeError), store.begin() as tx:  # noqa: PT012 - the transaction is what is tested
        assert tx.holds() == ()
        tx.keep_hold(scope="all", value="", reason="quake", by="ana", at=NOON, drill=False)
        assert len(tx.holds()) == 1
        raise RuntimeError
    assert holds(store) == 0


def test_a_release_that_waits_is_seen_though_its_transaction_asked_before(store: SqlStore) -> None:
    with store.begin() as tx:
        assert tx.unapproved() == frozenset()
        tx.keep_release("grain", 1, "digest", "revision", confirmed=False)
        assert tx.unapproved() == {"digest"}
        tx.record(Event.RELEASED, by="ana", at=NOON, message="grain")
        tx.approve("digest", approved=True)
        assert tx.unapproved() == frozenset()


def test_a_commit_tells_those_who_listen_unless_all_of_it_is_about_deliveries_on_their_way(postgres_url: str) -> None:
    store = open_store(postgres_url, "rehearsal", Noon(), by="ana")
    with psycopg.connect(postgres_url, autocommit=True) as listening:
        listening.execute(f"LISTEN {CHANGED}".encode())

        def told() -> int:
            listening.execute("SELECT pg_notify(%s, 'ours')", [CHANGED])  # after it nothing of before will come
            heard: list[str] = []
            while "ours" not in heard:
                heard += [one.payload for one in listening.notifies(timeout=10, stop_after=1)]
            return len(heard) - 1

        def fail() -> None:
            with store.begin() as tx:
                put(tx, planned("oslo"))
                raise RuntimeError

        with store.begin() as tx:
            one = put(tx, planned("bern"))
        assert told() == 1
        with store.begin() as tx:
            tx.record(Event.STARTED, by="engine", at=NOON, delivery=one, change={"state": State.SENDING, "fence": "f"})
        assert told() == 0
        with pytest.raises(RuntimeError):
            fail()
        assert told() == 0
        hold(store)
        assert told() == 1
    store.close()


def test_deliveries_on_their_way_are_not_asked_about_again(store: SqlStore) -> None:
    assert holds(store) == 0
    with store.begin() as tx:
        one = put(tx, planned("bern"))
    assert holds(store) == 0
    with store.begin() as tx:
        tx.record(Event.PACED, by="engine", at=NOON, delivery=one)
        assert tx.holds() == ()
    hold(store)
    assert holds(store) == 1


def test_only_entries_about_one_delivery_count_as_on_the_way() -> None:
    house = {
        Event.HOLD,
        Event.HOLD_LIFTED,
        Event.PAUSED,
        Event.RESUMED,
        Event.PROPOSED,
        Event.ADOPTED,
        Event.RELEASED,
        Event.SIGNED,
    }
    assert not ON_THE_WAY & (house | {Event.DECLINED, Event.WITHDRAWN, Event.CONFIRMED, Event.PLANNED})
