"""Rows of holds, pauses and recalls, on both databases."""

from dataclasses import replace

from ministry_social.model.delivery import State
from ministry_social.model.recall import Recall, Step
from ministry_social.model.stop import Hold, Pause
from ministry_social.store import SqlStore

from .conftest import MINUTE, NOON, planned, put

PAUSE = Pause(scope="account", value="oslo", reason="401", remedy="Connect it again.", at=NOON, probe_at=NOON + MINUTE)


def order(delivery: str, **more: object) -> Recall:
    values = {"delivery": delivery, "reason": "wrong", "by": "ben", "at": NOON, "step": Step.ASKED, "next_at": NOON}
    return Recall(**values | more)  # type: ignore[arg-type]  # values of many types


def test_a_hold_gets_a_number_of_its_own_that_is_never_used_again(store: SqlStore) -> None:
    held = {"reason": "wait", "by": "ben", "at": NOON, "drill": False}
    with store.begin() as tx:
        first = tx.keep_hold(scope="all", value="", **held)
        second = tx.keep_hold(scope="platform", value="x", **held)
        assert first == Hold(id=1, scope="all", value="", reason="wait", by="ben", at=NOON)
        tx.lift_hold(2)
        third = tx.keep_hold(scope="account", value="oslo", **held | {"drill": True})
        assert (second.id, third.id, third.drill) == (2, 3, True)
        tx.lift_hold(99)
    with store.read() as reading:
        assert reading.holds() == (first, third)


def test_a_pause_is_kept_changed_and_lifted(store: SqlStore) -> None:
    later = replace(PAUSE, scope="platform", value="x", at=NOON + MINUTE, probe_at=None, probes=2)
    with store.begin() as tx:
        tx.keep_pause(later)
        tx.keep_pause(PAUSE)
        assert tx.pauses() == (PAUSE, later)
        again = replace(PAUSE, probes=1)
        tx.keep_pause(again)
        assert tx.pauses() == (again, later)
        tx.lift_pause("account", "oslo")
        tx.lift_pause("account", "nobody")
    with store.read() as reading:
        assert reading.pauses() == (later,)


def test_a_recall_is_kept_and_says_how_far_it_has_come(store: SqlStore) -> None:
    with store.begin() as tx:
        for name, message in (("oslo", "grain"), ("bern", "wheat")):
            put(tx, planned(name, message=message), State.PUBLISHED)
        first, second = order("grain/1/oslo/post"), order("wheat/1/bern/post")
        tx.keep_recall(second)
        tx.keep_recall(first)
        assert tx.recalls() == (first, second)
        copied = replace(first, step=Step.COPIED, copy="a" * 64, tries=1, error="Not yet.")
        tx.keep_recall(copied)
    with store.read() as reading:
        assert reading.recalls(message="grain") == (copied,)
        assert reading.recalls(keys=[second.delivery, "none"]) == (second,)
        assert reading.recalls(keys=[]) == ()


def test_recalls_come_at_their_time_and_reposts_before_what_they_repost(store: SqlStore) -> None:
    with store.begin() as tx:
        original = put(tx, planned("mfa"), State.PUBLISHED)
        repost = put(tx, planned("oslo", waits_for=(original.key,)), State.PUBLISHED)
        tx.keep_recall(order(original.key))
        tx.keep_recall(order(repost.key))
        put(tx, planned("bern"), State.UNKNOWN)
        tx.keep_recall(order(planned("bern").key))  # what is in doubt is settled first
        put(tx, planned("lima"), State.PUBLISHED)
        tx.keep_recall(order(planned("lima").key, next_at=NOON + MINUTE))
        assert [one.account for _, one in tx.recalls_due(NOON, 9)] == ["oslo"]
        tx.keep_recall(order(repost.key, step=Step.DONE))
        assert [one.account for _, one in tx.recalls_due(NOON + MINUTE, 9)] == ["mfa", "lima"]
        assert [recall.delivery for recall, _ in tx.recalls_due(NOON + MINUTE, 1)] == [original.key]
        tx.keep_recall(order(original.key, step=Step.GIVEN_UP))
        assert [one.account for _, one in tx.recalls_due(NOON, 9)] == []


def test_nothing_of_a_stop_is_left_of_a_transaction_that_fails(store: SqlStore) -> None:
    try:
        with store.begin() as tx:
            tx.keep_hold(scope="all", value="", reason="wait", by="ben", at=NOON, drill=False)
            tx.keep_pause(PAUSE)
            tx.keep_recall(order("grain/1/oslo/post"))
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    with store.read() as reading:
        assert (reading.holds(), reading.pauses(), reading.recalls()) == ((), (), ())
