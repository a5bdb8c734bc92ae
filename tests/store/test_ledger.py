"""The ledger on both databases: append-only, chained, and moved only together with the plan."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from ministry_social.errors import LedgerBroken
from ministry_social.model.delivery import Slot, State
from ministry_social.model.ledger import Event
from ministry_social.model.release import Revision
from ministry_social.ports import Transaction
from ministry_social.rules import chain
from ministry_social.store import SqlStore, in_file, open_store

from .conftest import NOON, REFUSED, Noon, count, planned, put, raw, verify

EMPTY = "INSERT INTO entry (position, body, seal) VALUES"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET body = '{}'",
        "UPDATE entry SET seal = seal WHERE position = 1",
        "DELETE FROM entry",
        "DELETE FROM entry WHERE position = 1",
        f"{EMPTY} (1, '{{}}', '') ON CONFLICT (position) DO UPDATE SET seal = ''",
        f"{EMPTY} (7, '{{}}', '')",
        f"{EMPTY} (0, '{{}}', '')",
    ],
)
def test_the_database_itself_refuses_to_change_the_ledger(store: SqlStore, url: str, statement: str) -> None:
    with pytest.raises(REFUSED, match="the ledger is append-only"):
        raw(url, statement)
    assert verify(store) == 1


@pytest.mark.parametrize(
    "way",
    [
        "INSERT OR REPLACE INTO entry (position, body, seal) VALUES (1, '{}', '')",
        "REPLACE INTO entry (position, body, seal) VALUES (1, '{}', '')",
    ],
)
def test_nor_does_a_file_let_an_entry_be_replaced(file_store: SqlStore, way: str) -> None:
    with pytest.raises(REFUSED, match="the ledger is append-only"):
        raw(f"sqlite:///{file_store.name}", way)
    assert verify(file_store) == 1


def test_nor_does_a_server_let_it_be_emptied(postgres_url: str) -> None:
    store = open_store(postgres_url, "rehearsal", Noon(), by="ana")
    with pytest.raises(REFUSED, match="the ledger is append-only"):
        raw(postgres_url, "TRUNCATE entry")
    assert verify(store) == 1
    store.close()


def test_the_chain_verifies_and_the_columns_for_filters_follow_the_body(store: SqlStore) -> None:
    with store.begin() as tx:
        put(tx, planned(), State.PUBLISHED)
        tx.record(Event.RECEIVED, by="ana", at=NOON, message="grain", facts={"revision": "a" * 64})
    assert verify(store) == 5
    with store.read() as reading:
        assert [json.loads(e.body)["event"] for e in reading.history(delivery=planned().key)] == ["planned", "started", "started"]
        assert len(reading.history(message="grain")) == 4
        assert reading.history(message="another") == ()


def test_a_changed_entry_is_found(store: SqlStore, url: str) -> None:
    drop = "DROP TRIGGER entry_no_update" if in_file(url) else "DROP TRIGGER entry_no_change ON entry"
    raw(url, drop, "UPDATE entry SET body = replace(body, 'rehearsal', 'live')")
    with pytest.raises(LedgerBroken, match="Entry 1 is not what was sealed"):
        verify(store)


def test_the_state_and_the_ledger_move_together(store: SqlStore) -> None:
    with store.begin() as tx:
        put(tx, planned())
    with store.begin() as tx:
        found = tx.delivery(planned().key)
        now = tx.record(Event.CANCELLED, by="ana", at=NOON, delivery=found, change={"state": State.CANCELLED, "error": "why"})
        assert now is not None
        assert (now.state, now.error) == (State.CANCELLED, "why")
        assert json.loads(tx.history(delivery=planned().key)[-1].body)["event"] == "cancelled"
        assert chain.verify(tx.entries())[0] == 3
    assert verify(store) == 3


def test_nothing_remains_of_a_transaction_that_fails_in_the_middle(store: SqlStore) -> None:
    def fail(tx: Transaction) -> None:
        tx.keep(b"payload")
        tx.keep_slot(Slot(key="x/app", next_at=NOON, left=1))
        put(tx, planned(waits_for=("grain/1/channel/video",)), State.PUBLISHED)
        tx.history()  # what was gathered is written by now
        raise ZeroDivisionError

    before = verify(store)
    with pytest.raises(ZeroDivisionError), store.begin() as tx:
        fail(tx)
    assert verify(store) == before
    assert [count(store, table) for table in ("delivery", "dependency", "blob", "slot")] == [0, 0, 0, 0]


def test_a_move_that_the_table_does_not_have_is_refused(store: SqlStore) -> None:
    with store.begin() as tx:
        published = put(tx, planned(), State.PUBLISHED)
    with pytest.raises(LedgerBroken, match="cannot go from published to planned"), store.begin() as tx:
        tx.record(Event.NOT_SENT, by="engine", at=NOON, delivery=published, change={"state": State.PLANNED})


@pytest.mark.parametrize("stale", [{"state": State.UNKNOWN}, {"fence": "another"}])
def test_a_row_that_has_changed_meanwhile_is_not_written_over(store: SqlStore, stale: dict[str, str]) -> None:
    with store.begin() as tx:
        put(tx, planned())
    with pytest.raises(LedgerBroken, match="no longer as it was read"), store.begin() as tx:
        tx.record(Event.ACCEPTED, by="engine", at=NOON, delivery=replace(planned(), **stale), change={"state": State.FAILED})
    assert verify(store) == 2


@pytest.mark.parametrize("first", [State.SENDING, State.UNKNOWN])
def test_the_database_refuses_a_second_post_in_flight_on_one_account(store: SqlStore, first: State) -> None:
    with store.begin() as tx:
        put(tx, planned(message="grain"), first)
        put(tx, planned(message="wheat"))
    with pytest.raises(sa.exc.IntegrityError), store.begin() as tx:
        tx.record(Event.STARTED, by="engine", at=NOON, delivery=planned(message="wheat"), change={"state": State.SENDING})
    with store.begin() as tx:
        put(tx, planned("embassy-rome"), State.SENDING)  # another account may


def test_a_delivery_is_planned_once(store: SqlStore) -> None:
    with store.begin() as tx:
        put(tx, planned())
    with pytest.raises(sa.exc.IntegrityError), store.begin() as tx:
        put(tx, replace(planned(), key="another-key"))


def test_a_delivery_reads_back_as_it_was_planned(store: SqlStore) -> None:
    whole = planned(waits_for=("a/1/b/video", "a/1/c/post"), otherwise="2" * 64, stale_at=None, due_at=NOON + timedelta(seconds=1))
    with store.begin() as tx:
        tx.plan(whole, by="ana", at=NOON)
    with store.read() as reading:
        assert reading.delivery(whole.key) == whole


def test_what_was_replaced_before_it_started_is_gone_but_on_record(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.withdraw(put(tx, planned(waits_for=("a",))), by="ana", at=NOON)
    assert (count(store, "delivery"), count(store, "dependency")) == (0, 0)
    with store.read() as reading:
        assert [json.loads(e.body)["event"] for e in reading.history(delivery=planned().key)] == ["planned", "replaced"]


@pytest.mark.parametrize("begun", [{"state": State.PUBLISHED}, {"started_at": NOON}])
def test_what_has_been_started_is_never_withdrawn(store: SqlStore, begun: dict[str, object]) -> None:
    with pytest.raises(LedgerBroken, match="has been started"), store.begin() as tx:
        tx.withdraw(replace(planned(), **begun), by="ana", at=NOON)


def test_bytes_are_kept_once_under_their_digest(store: SqlStore) -> None:
    with store.begin() as tx:
        assert tx.keep(b"abc") == tx.keep(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        assert tx.blob(tx.keep(b"abc")) == b"abc"
    assert count(store, "blob") == 1


def test_bytes_that_are_discarded_are_gone_and_the_ledger_stays(store: SqlStore) -> None:
    with store.begin() as tx:
        names = [tx.keep(bytes([number])) for number in range(3)]
        tx.record(Event.RECEIVED, by="ana", at=NOON, message="grain", facts={"revision": names[0]})
    with store.begin() as tx:
        tx.discard(names[:2])
        tx.record(Event.DISPOSED, by="dora", at=NOON, message="grain", facts={"digests": names[:2]})
    with store.read() as reading:
        assert reading.blobs(names) == {names[2]: b"\x02"}
        assert [json.loads(one.body)["event"] for one in reading.history(message="grain")] == ["received", "disposed"]


def test_a_release_takes_the_place_of_the_one_before(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.keep_release("grain", 1, "a" * 64, "r1", confirmed=False)
        tx.keep_release("grain", 1, "b" * 64, "r2", confirmed=True)
        tx.keep_release("wheat", 1, "c" * 64, "r3", confirmed=True)
        assert tx.releases() == (("grain", 1, "b" * 64, "r2", True), ("wheat", 1, "c" * 64, "r3", True))


def test_revisions_and_slots_read_back(store: SqlStore) -> None:
    revision = Revision(message="grain", number=1, digest="a" * 64, file="grain.md", at=NOON)
    with store.begin() as tx:
        tx.keep_revision(revision)
        tx.keep_slot(Slot(key="x/app", next_at=NOON, left=5))
        tx.keep_slot(Slot(key="x/app", next_at=NOON, left=4))
        assert tx.revisions("grain") == (revision,)
        assert tx.slots(["x/app", "another"]) == {"x/app": Slot(key="x/app", next_at=NOON, left=4)}


Step = Callable[[Transaction, str], bool]


STEPS: list[Step] = [
    lambda tx, fence: tx.keep_preparation(planned().key, fence, b"sealed", NOON),
    lambda tx, fence: tx.release_preparation(planned().key, fence),
]


@pytest.mark.parametrize("step", STEPS, ids=["keep", "release"])
def test_only_who_holds_the_claim_may_keep_or_end_a_preparation(store: SqlStore, step: Step) -> None:
    with store.begin() as tx:
        put(tx, planned(prepared=False))
        tx.claim_preparation(planned().key, "mine", NOON)
        assert not step(tx, "another")
        assert tx.preparation(planned().key) == (None, 1)
        assert step(tx, "mine")


def test_what_preparing_has_reached_is_kept_and_can_be_forgotten(store: SqlStore) -> None:
    with store.begin() as tx:
        put(tx, planned(prepared=False))
        for _ in range(2):
            tx.claim_preparation(planned().key, "mine", NOON)
            assert tx.keep_preparation(planned().key, "mine", b"sealed", NOON)
        assert tx.preparation(planned().key) == (b"sealed", 2)
        tx.forget_preparation(planned().key)
        assert tx.preparation(planned().key) == (None, 2)
