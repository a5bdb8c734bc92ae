"""The questions that the engine asks, on both databases: what is due, to be prepared, over, late, in vain."""

from datetime import datetime

import pytest

from ministry_social.model.delivery import State
from ministry_social.model.ledger import Event
from ministry_social.store import SqlStore

from .conftest import MINUTE, NOON, planned, put


def due(store: SqlStore, now: datetime = NOON, limit: int = 50) -> list[str]:
    with store.read() as reading:
        return [delivery.account for delivery in reading.due(now, limit)]


def test_the_earliest_is_due_first(store: SqlStore) -> None:
    with store.begin() as tx:
        for number, name in enumerate(("lima", "oslo", "bern")):
            put(tx, planned(name, due_at=NOON - number * MINUTE))
        put(tx, planned("cairo", due_at=NOON + MINUTE))
        put(tx, planned("delhi", prepared=False))
    assert due(store) == ["bern", "oslo", "lima"]
    assert due(store, limit=2) == ["bern", "oslo"]
    assert due(store, NOON + MINUTE) == ["bern", "oslo", "lima", "cairo"]


@pytest.mark.parametrize("state", [State.SENDING, State.UNKNOWN])
def test_an_account_in_flight_has_nothing_due(store: SqlStore, state: State) -> None:
    with store.begin() as tx:
        put(tx, planned("oslo", message="grain"), state)
        put(tx, planned("oslo", message="wheat"))
        put(tx, planned("bern"))
    assert due(store) == ["bern"]


def test_one_per_account_however_many_wait(store: SqlStore) -> None:
    with store.begin() as tx:
        for number in range(600):
            put(tx, planned("oslo", message=f"m{number}", due_at=NOON - MINUTE * (700 - number)))
        put(tx, planned("bern"))
    with store.read() as reading:
        assert [d.key for d in reading.due(NOON, 50)] == ["m0/1/oslo/post", "grain/1/bern/post"]


@pytest.mark.parametrize("state", [State.SENDING, State.UNKNOWN, State.FAILED, State.PLANNED])
def test_what_waits_for_another_is_due_only_when_that_is_published(store: SqlStore, state: State) -> None:
    with store.begin() as tx:
        video = put(tx, planned("channel", part="video", prepared=False), state)
        put(tx, planned("oslo", waits_for=(video.key,)))
    assert due(store) == []


def test_what_waits_for_two_needs_both(store: SqlStore) -> None:
    with store.begin() as tx:
        video = put(tx, planned("channel", part="video"), State.PUBLISHED)
        original = put(tx, planned("mfa"), State.SENDING)
        put(tx, planned("oslo", waits_for=(video.key, original.key)))
        assert tx.due(NOON, 9) == ()
        tx.record(Event.ACCEPTED, by="engine", at=NOON, delivery=original, change={"state": State.PUBLISHED})
        assert [d.account for d in tx.due(NOON, 9)] == ["oslo"]


def test_what_no_longer_waits_is_due(store: SqlStore) -> None:
    with store.begin() as tx:
        video = put(tx, planned("channel", part="video"), State.FAILED)
        post = put(tx, planned("oslo", waits_for=(video.key,)))
        assert [(a.account, b.account) for a, b in tx.in_vain()] == [("oslo", "channel")]
        tx.record(Event.WITHOUT_VIDEO, by="engine", at=NOON, delivery=post, change={"waits_for": ()})
        assert tx.in_vain() == ()
        assert [d.account for d in tx.due(NOON, 9)] == ["oslo"]


def test_what_is_being_prepared_is_not_prepared_by_another(store: SqlStore) -> None:
    with store.begin() as tx:
        for name in ("oslo", "bern"):
            put(tx, planned(name, prepared=False))
        tx.claim_preparation(planned("oslo").key, "mine", NOON + MINUTE)
        assert [d.account for d in tx.unprepared(NOON, NOON, 9)] == ["bern"]
        assert [d.account for d in tx.unprepared(NOON, NOON + MINUTE, 9)] == ["bern", "oslo"]
        assert tx.unprepared(NOON - MINUTE, NOON, 9) == ()


def test_a_lease_that_is_over_is_seen(store: SqlStore) -> None:
    with store.begin() as tx:
        put(tx, planned("oslo", lease_until=NOON))
        with_lease = planned("bern", fence="x", lease_until=NOON + MINUTE)
        put(tx, with_lease)
        tx.record(Event.STARTED, by="engine", at=NOON, delivery=with_lease, change={"state": State.SENDING})
        assert tx.expired(NOON) == ()
        assert [d.account for d in tx.expired(NOON + MINUTE)] == ["bern"]


def test_a_planned_delivery_is_overdue_at_its_stale_time(store: SqlStore) -> None:
    with store.begin() as tx:
        put(tx, planned("oslo", stale_at=NOON))
        put(tx, planned("bern", stale_at=None))
        put(tx, planned("lima", stale_at=NOON), State.SENDING)
        assert tx.overdue(NOON - MINUTE) == ()
        assert [d.account for d in tx.overdue(NOON)] == ["oslo"]


def test_the_next_due_time_passes_over_what_cannot_go_by_itself(store: SqlStore) -> None:
    with store.begin() as tx:
        assert tx.next_due() is None
        original = put(tx, planned("mfa"), State.UNKNOWN)
        put(tx, planned("mfa", message="wheat", due_at=NOON + MINUTE))  # its account is in flight
        put(tx, planned("oslo", waits_for=(original.key,), due_at=NOON + MINUTE))
        put(tx, planned("bern", due_at=NOON + 3 * MINUTE))
        assert tx.next_due() == NOON + 3 * MINUTE
        assert tx.next_due("wheat") is None


def test_deliveries_are_found_by_what_is_asked(store: SqlStore) -> None:
    with store.begin() as tx:
        put(tx, planned("oslo"), State.FAILED)
        put(tx, planned("bern"))
        put(tx, planned("oslo", message="wheat"))
        assert [d.key for d in tx.deliveries()] == ["grain/1/bern/post", "grain/1/oslo/post", "wheat/1/oslo/post"]
        assert [d.key for d in tx.deliveries(message="grain", wave=1, account="oslo")] == ["grain/1/oslo/post"]
        assert [d.key for d in tx.deliveries(states=(State.FAILED,))] == ["grain/1/oslo/post"]
        assert tx.deliveries(wave=2) == ()


def test_what_is_to_be_prepared_later_is_not_asked_for_before(store: SqlStore) -> None:
    with store.begin() as tx:
        put(tx, planned("oslo", prepared=False))
        put(tx, planned("bern", prepared=False))
        tx.prepare_later(planned("oslo").key, NOON + MINUTE)
    with store.read() as reading:
        assert [one.account for one in reading.unprepared(NOON, NOON, 9)] == ["bern"]
        assert [one.account for one in reading.unprepared(NOON + MINUTE, NOON + MINUTE, 9)] == ["bern", "oslo"]
        assert reading.preparation(planned("oslo").key) == (None, 0), "nobody has tried"
