"""What the ledger holds about approval is found quickly, on each database."""

from typing import Any

import pytest
import sqlalchemy as sa

from ministry_social.model.ledger import Event
from ministry_social.model.stop import Stops
from ministry_social.store import SqlStore, queries

from .conftest import NOON, planned, put


def fill(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.record(Event.RELEASED, by="anna", at=NOON, message="grain", facts={"release": "r", "wave": 1})
        put(tx, planned())
        tx.record(Event.PROPOSED, by="boris", at=NOON, facts={"policy": "p"})
        tx.record(Event.SIGNED, by="boris", at=NOON, message="grain", facts={"release": "r"})
        tx.record(Event.SIGNED, by="boris", at=NOON, message="wheat", facts={"release": "s"})
        tx.record(Event.ADOPTED, by="clara", at=NOON, facts={"policy": "p"})


def test_approvals_come_by_message_oldest_first_and_nothing_else_does(store: SqlStore) -> None:
    fill(store)
    with store.read() as reading:
        assert ['"event":"released"' in one.body for one in reading.approvals(["grain"])] == [True, False]
        assert len(reading.approvals(["grain", "wheat"])) == len(reading.approvals()) == 3
        assert reading.approvals([]) == ()
        assert len(reading.policies()) == 2


def test_a_release_waits_until_it_is_noted_as_approved(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.keep_release("grain", 1, "a" * 64, "r", confirmed=False)
        assert tx.unapproved() == {"a" * 64}
        tx.approve("a" * 64, approved=True)
        assert tx.unapproved() == frozenset()
        tx.approve("a" * 64, approved=False)
        assert tx.unapproved() == {"a" * 64}


def test_what_waits_for_approval_is_not_due(store: SqlStore) -> None:
    with store.begin() as tx:
        put(tx, planned())
        stops = Stops(releases=frozenset({planned().release}))
        assert tx.due(NOON, 9, stops) == tx.unprepared(NOON, NOON, 9, stops) == ()
        assert len(tx.due(NOON, 9)) == 1


@pytest.mark.parametrize("of", ["some", "house"])
def test_a_claim_asks_an_index_of_the_few_entries_about_approval(file_store: Any, of: str) -> None:
    with file_store.connection(reading=True) as connection:
        query = queries.approvals(of)
        query = query.params(names=["grain"]) if of == "some" else query
        text = str(query.compile(connection, compile_kwargs={"literal_binds": True}))
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all()
    assert any("entry_approval" in str(row) for row in plan), plan


def test_the_index_of_what_waits_is_used(file_store: Any) -> None:
    with file_store.connection(reading=True) as connection:
        plan = connection.execute(sa.text(f"EXPLAIN QUERY PLAN {queries.unapproved()}")).all()
    assert any("release_waiting" in str(row) for row in plan), plan
