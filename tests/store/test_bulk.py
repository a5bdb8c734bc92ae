"""What a group of deliveries reads at once, on both databases; and what was written in between is always seen."""

from datetime import timedelta

import pytest

from ministry_social.errors import LedgerBroken
from ministry_social.model.delivery import Slot, State
from ministry_social.model.ledger import Event
from ministry_social.model.stop import Stops
from ministry_social.ports import Transaction
from ministry_social.store import SqlStore

from .conftest import MINUTE, NOON, count, planned, put, verify

MANY = 2_000  # a wave's size: more names than fit in one statement of some databases by default
ODD = "ünïçödé 🇪🇺 \t\n \\ ' \" %s :x ? {} \u2028"


def test_a_whole_wave_is_read_by_its_keys_and_the_first_of_it(store: SqlStore) -> None:
    with store.begin() as tx:
        for number in range(MANY):
            tx.plan(planned(f"embassy-{number:04}"), by="ana", at=NOON)
    keys = [f"grain/1/embassy-{number:04}/post" for number in range(0, MANY, 2)]
    with store.read() as reading:
        assert [one.key for one in reading.deliveries(keys=[*keys, "no/1/such/post"])] == keys
        assert [one.key for one in reading.deliveries(keys=keys, limit=2)] == keys[:2]
        assert reading.deliveries(keys=[]) == ()
        assert len(reading.due(NOON, MANY)) == MANY


def test_blobs_slots_and_preparations_come_by_name_and_what_is_not_there_is_left_out(store: SqlStore) -> None:
    slot = Slot(key="x/account/oslo", next_at=NOON + MINUTE, left=3)
    with store.begin() as tx:
        put(tx, planned("oslo", prepared=False))
        tx.claim_preparation(planned("oslo").key, "mine", NOON)
        tx.keep_preparation(planned("oslo").key, "mine", b"\x00sealed\xff", NOON)
        digests = [tx.keep(bytes([number]) * number) for number in range(256)]
        tx.keep_slot(slot)
    with store.read() as reading:
        assert reading.blobs([*digests[:2], digests[255], "f" * 64]) == {
            digests[0]: b"",
            digests[1]: b"\x01",
            digests[255]: b"\xff" * 255,
        }
        assert reading.slots([slot.key, "none"]) == {slot.key: slot}
        assert reading.preparations([planned("oslo").key, "none"]) == {planned("oslo").key: b"\x00sealed\xff"}
        assert (reading.blobs([]), reading.slots([]), reading.preparations([])) == ({}, {}, {})


def test_accounts_in_flight_are_told_apart(store: SqlStore) -> None:
    with store.begin() as tx:
        for name, state in (("oslo", State.SENDING), ("bern", State.UNKNOWN), ("lima", State.PUBLISHED), ("cairo", State.PLANNED)):
            put(tx, planned(name), state)
        assert tx.in_flight(["oslo", "bern", "lima", "cairo", "delhi"]) == {"oslo", "bern"}
        assert tx.in_flight(["bern"]) == {"bern"}
        assert tx.in_flight([]) == frozenset()


def test_what_waits_for_a_delivery_is_found_from_its_side_too(store: SqlStore) -> None:
    with store.begin() as tx:
        original = put(tx, planned("mfa"))
        for name in ("oslo", "bern"):
            put(tx, planned(name, waits_for=(original.key,)))
        assert [one.account for one in tx.dependents(original.key)] == ["bern", "oslo"]
        assert tx.dependents(planned("oslo").key) == ()


def test_posts_that_have_an_owner_are_known_by_their_ids(store: SqlStore) -> None:
    with store.begin() as tx:
        put(tx, planned("oslo"), State.PUBLISHED, remote_id="11")
        put(tx, planned("oslo", message="wheat"), State.PUBLISHED, remote_id="11")
        put(tx, planned("bern"), State.PUBLISHED, remote_id="12")
        assert tx.claimed("oslo", ["11", "12", "13"]) == {"11": ("grain/1/oslo/post", "wheat/1/oslo/post")}
        assert tx.claimed("lima", ["11"]) == {}


def test_doubts_come_when_they_are_to_be_looked_for_the_longest_waiting_first(store: SqlStore) -> None:
    with store.begin() as tx:
        for minutes, name in ((2, "oslo"), (1, "bern"), (9, "lima")):
            put(tx, planned(name), State.UNKNOWN, look_at=NOON + minutes * MINUTE)
        put(tx, planned("cairo"), State.UNKNOWN)  # nothing says when
        assert tx.doubtful(NOON, 9) == ()
        assert [one.account for one in tx.doubtful(NOON + 2 * MINUTE, 9)] == ["bern", "oslo"]
        assert [one.account for one in tx.doubtful(NOON + 2 * MINUTE, 1)] == ["bern"]
        tx.look_later(planned("bern").key, NOON + 8 * MINUTE)
        assert [one.account for one in tx.doubtful(NOON + 2 * MINUTE, 9)] == ["oslo"]


def test_a_look_that_comes_too_late_changes_nothing(store: SqlStore) -> None:
    with store.begin() as tx:
        put(tx, planned(), State.PUBLISHED)
        tx.look_later(planned().key, NOON)
        found = tx.delivery(planned().key)
        assert found is not None
        assert found.look_at is None


def test_suspects_are_not_due_and_come_one_per_account(store: SqlStore) -> None:
    with store.begin() as tx:
        put(tx, planned("oslo", look_first=True))
        put(tx, planned("oslo", message="wheat", look_first=True, due_at=NOON - MINUTE))
        put(tx, planned("bern", look_first=True, due_at=NOON + MINUTE))
        put(tx, planned("lima"))
        assert [one.key for one in tx.suspects(NOON, 9)] == ["wheat/1/oslo/post"]
        assert [one.account for one in tx.due(NOON, 9)] == ["lima"]


def test_what_stops_cover_is_not_due(store: SqlStore) -> None:
    with store.begin() as tx:
        for name, platform, message in (("oslo", "x", "grain"), ("bern", "facebook", "grain"), ("lima", "x", "wheat")):
            put(tx, planned(name, platform=platform, message=message))

        def due(**stops: object) -> list[str]:
            found = tx.due(NOON, 9, Stops(**stops))
            assert len(found) == len(tx.due(NOON, 9, Stops(**stops), unqueued=True))
            return [one.account for one in found]

        assert due() == ["bern", "oslo", "lima"]
        assert due(everything=True) == []
        assert due(platforms=frozenset({"x"})) == ["bern"]
        assert due(accounts=frozenset({"oslo", "bern"})) == ["lima"]
        assert due(messages=frozenset({"grain"}), accounts=frozenset({"lima"})) == []


def test_a_mark_of_a_queue_goes_with_any_move(store: SqlStore) -> None:
    with store.begin() as tx:
        for name in ("oslo", "bern", "lima"):
            put(tx, planned(name))
        tx.queue([planned("oslo").key, planned("bern").key], 7)
        tx.queue([planned("lima").key], 8)
        assert tx.jobs() == {7, 8}
        assert tx.due(NOON, 9, unqueued=True) == ()
        assert len(tx.due(NOON, 9)) == 3
        oslo = tx.delivery(planned("oslo").key)
        tx.record(Event.PACED, by="engine", at=NOON, delivery=oslo, change={"due_at": NOON + MINUTE})
        tx.unqueue([8])
        assert tx.jobs() == {7}
        assert [one.account for one in tx.due(NOON + MINUTE, 9, unqueued=True)] == ["lima", "oslo"]
        bern = tx.delivery(planned("bern").key)
        tx.record(Event.STARTED, by="engine", at=NOON, delivery=bern, change={"state": State.SENDING})
        assert tx.jobs() == frozenset()
        tx.queue([planned("bern").key], 9)  # it has left meanwhile
        assert tx.jobs() == frozenset()


def test_what_was_gathered_is_seen_by_whatever_is_read_next(store: SqlStore) -> None:
    with store.begin() as tx:
        one = put(tx, planned(), State.SENDING)
        assert tx.in_flight(["embassy-paris"]) == {"embassy-paris"}
        tx.record(Event.ACCEPTED, by="engine", at=NOON, delivery=one, change={"state": State.PUBLISHED, "remote_id": "11"})
        assert tx.claimed("embassy-paris", ["11"]) == {"11": (one.key,)}
        assert tx.blob(tx.keep(b"kept")) == b"kept"
        tx.keep_slot(Slot(key="k", next_at=NOON, left=1))
        assert list(tx.slots(["k"])) == ["k"]
        assert tx.head()[0] == tx.last().position == 4
        assert tx.seal_at(4) == tx.head()[1]
        assert (tx.seal_at(3) != "", tx.seal_at(5)) == (True, "")
        tx.record(Event.RECEIVED, by="ana", at=NOON, message="grain")
        assert len(tx.history(message="grain")) == 4
    assert verify(store) == 5


def test_many_changes_of_one_delivery_in_one_transaction_keep_their_order(store: SqlStore) -> None:
    with store.begin() as tx:
        one = put(tx, planned())
        for step in range(5):
            later = tx.record(Event.PACED, by="engine", at=NOON, delivery=one, change={"due_at": NOON + step * MINUTE})
            assert later is not None
            one = later
        started = {"state": State.SENDING, "fence": "a", "lease_until": NOON}
        sending = tx.record(Event.STARTED, by="engine", at=NOON, delivery=one, change=started)
        back = tx.record(Event.NOT_SENT, by="engine", at=NOON, delivery=sending, change={"state": State.PLANNED, "error": "no"})
    with store.read() as reading:
        assert reading.delivery(one.key) == back
    assert (count(store, "entry"), verify(store)) == (9, 9)


def test_a_group_in_which_one_has_changed_meanwhile_is_not_written_at_all(store: SqlStore) -> None:
    with store.begin() as tx:
        for name in ("oslo", "bern", "lima"):
            put(tx, planned(name))

    def start_all(tx: Transaction) -> None:
        for name in ("oslo", "bern", "lima"):
            stale = planned(name, fence="another" if name == "bern" else "")
            tx.record(Event.STARTED, by="engine", at=NOON, delivery=stale, change={"state": State.SENDING})

    with pytest.raises(LedgerBroken, match="no longer as it was read; nothing was changed"), store.begin() as tx:
        start_all(tx)
    with store.read() as reading:
        assert {one.state for one in reading.deliveries()} == {State.PLANNED}
    assert verify(store) == 4


def test_any_text_and_any_moment_read_back_as_they_were_written(store: SqlStore) -> None:
    moment = NOON + timedelta(microseconds=1000)
    with store.begin() as tx:
        whole = put(tx, planned(), State.FAILED, error=ODD, url=f"https://example.org/{ODD}", sent_at=moment)
        tx.record(Event.RECEIVED, by=ODD, at=NOON, message="grain", facts={"text": ODD})
        tx.keep_about("text", ODD)
        tx.keep_about("text", ODD + ODD)
    with store.read() as reading:
        assert reading.delivery(whole.key) == whole
        assert reading.about("text") == ODD + ODD
        assert reading.about("nothing") == ""
    assert verify(store) == 4
