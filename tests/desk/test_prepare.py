"""Preparing: long before, seen by nobody, lost and repeated without harm."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from ministry_social.desk import prepare
from ministry_social.desk.prepare import CLAIM
from ministry_social.errors import InvalidSettings, LedgerBroken, OutOfCredit, Rejected, Throttled, Unauthorized, Unreachable
from ministry_social.model.account import Account
from ministry_social.model.delivery import Prepared, State
from ministry_social.model.variant import Variant

from .bench import HOUR, MINUTE, NOON, Bench, attachment, says, video


def with_picture(name: str = "oslo") -> tuple[Account, Variant]:
    return says(name, attachments=(attachment(),))


def quiet(key: str, done: int, total: int) -> None:
    """Nobody watches."""


def test_what_has_media_is_prepared_before_it_is_due(bench: Bench) -> None:
    bench.plan(with_picture(), at=NOON + 2 * HOUR)
    assert bench.prepare() == []
    bench.clock.pass_by(HOUR)
    [ready] = bench.prepare()
    assert (ready.prepared, ready.state) == (True, State.PLANNED)
    assert bench.prepare() == []
    bench.clock.pass_by(HOUR)
    bench.send()
    [call] = bench.stage.published
    assert call.prepared == Prepared(complete=True, data={"media_id": "77"})
    assert bench.events("oslo") == ["planned", "prepared", "started", "accepted"]


def test_nothing_is_uploaded_before_the_embargo_ends(bench: Bench) -> None:
    bench.plan(with_picture(), video(), embargo=NOON + HOUR)
    for _ in range(59):
        assert bench.prepare() == []
        bench.clock.pass_by(MINUTE)
    assert (bench.stage.prepared, bench.stage.published) == ([], [])
    bench.clock.pass_by(MINUTE)
    assert {now.account for now in bench.prepare()} == {"oslo", "channel"}
    assert {now.state for now in bench.send()} == {State.PUBLISHED}
    assert bench.events("oslo") == ["planned", "prepared", "started", "accepted"], "waiting is no fact for the ledger"


def test_an_engine_does_not_ask_again_and_again_for_what_is_under_embargo(bench: Bench) -> None:
    bench.plan(with_picture(), embargo=NOON + HOUR)
    bench.waiting()
    with bench.store.read() as reading:
        assert not prepare.any_waiting(reading, bench.means)


def test_what_is_under_embargo_does_not_hold_up_what_is_not(bench: Bench) -> None:
    bench.plan(*(with_picture(f"a{number}") for number in range(9)), embargo=NOON + HOUR)
    bench.plan(with_picture("oslo"), message="other", at=NOON + HOUR)
    assert bench.waiting() == []
    assert [one.delivery.account for one in bench.waiting()] == ["oslo"]


def test_a_setting_lets_media_be_uploaded_before_the_embargo_and_nothing_else(bench: Bench) -> None:
    bench.means = replace(bench.means, prepare_embargoed=True)
    bench.plan(with_picture(), embargo=NOON + HOUR)
    assert [now.prepared for now in bench.prepare()] == [True]
    assert bench.send() == []
    bench.clock.pass_by(HOUR)
    assert [now.state for now in bench.send()] == [State.PUBLISHED]


def test_the_embargo_is_that_of_the_release_whatever_the_row_says(bench: Bench) -> None:
    bench.plan(with_picture(), says("bern"), embargo=NOON + HOUR)
    bench.change("UPDATE delivery SET due_at = ?", "2026-12-01T12:00:00.000Z")
    assert bench.prepare() == []
    assert bench.send() == []
    assert "under embargo until 2026-12-01T13:00:00.000Z" in bench.delivery("bern").error
    assert (bench.stage.prepared, bench.stage.published) == ([], [])


def test_what_has_no_media_needs_no_preparing(bench: Bench) -> None:
    bench.plan(says("oslo"))
    assert bench.waiting() == []


def test_it_is_not_sent_before_it_is_prepared(bench: Bench) -> None:
    bench.plan(with_picture())
    assert bench.send() == []
    bench.prepare()
    assert [now.state for now in bench.send()] == [State.PUBLISHED]


def test_what_is_being_prepared_is_nobody_elses(bench: Bench) -> None:
    bench.plan(with_picture())
    assert len(bench.waiting()) == 1
    assert bench.waiting() == []
    bench.clock.pass_by(CLAIM)
    assert len(bench.waiting()) == 1


def test_the_next_try_goes_on_from_what_was_kept(bench: Bench) -> None:
    bench.plan(with_picture())
    bench.stage.next_preparing.append(Unreachable("The line broke."))
    [failed] = bench.prepare()
    assert (failed.prepared, failed.error, failed.due_at) == (False, "The line broke.", NOON + 2 * MINUTE / 60)
    assert bench.story("oslo")[-1]["facts"] == {"code": "", "why": "The line broke."}
    bench.clock.pass_by(MINUTE)
    bench.prepare()
    assert [call.prepared for call in bench.stage.prepared] == [
        None,
        Prepared(complete=False, data={"session": "https://upload.example.org/tell-tale"}),
    ]
    assert bench.events("oslo") == ["planned", "not-prepared", "prepared"]


def test_after_a_failure_it_is_not_tried_again_at_once_however_far_its_time_is(bench: Bench) -> None:
    bench.plan(with_picture(), at=NOON + HOUR)
    bench.stage.next_preparing.extend([Unreachable("Gone."), Unreachable("Gone.")])
    assert bench.prepare()[0].due_at == NOON + HOUR
    assert bench.prepare() == []
    bench.clock.pass_by(2 * MINUTE / 60)
    assert len(bench.prepare()) == 1
    assert bench.prepare() == []


def test_what_is_kept_is_sealed(bench: Bench) -> None:
    bench.plan(with_picture())
    bench.prepare()
    bench.store.close()
    everything = b"".join(file.read_bytes() for file in bench.store.file.parent.iterdir())
    assert b"tell-tale" not in everything
    assert b"media_id" not in everything


def test_a_claim_that_was_lost_to_another_ends_the_work(bench: Bench) -> None:
    bench.plan(with_picture())
    [slow] = bench.waiting()
    bench.clock.pass_by(CLAIM)
    [quick] = bench.waiting()
    done = prepare.prepare(bench.means, quick, quiet)
    late = prepare.prepare(bench.means, slow, quiet)
    assert isinstance(late.error, Unreachable)
    assert late.error.code == "claim"
    with bench.store.begin() as tx:
        assert [now.prepared for now in prepare.settle(tx, bench.means, [late, done])] == [True]
    assert bench.events("oslo") == ["planned", "prepared"]


def test_each_sign_of_life_lengthens_the_claim(bench: Bench) -> None:
    bench.plan(with_picture())
    [one] = bench.waiting()
    bench.clock.pass_by(CLAIM - MINUTE)
    bench.stage.meanwhile = lambda: bench.clock.pass_by(2 * MINUTE)  # `keep` was called just before
    done = prepare.prepare(bench.means, one, quiet)
    assert bench.waiting() == []
    assert done.error is None


@pytest.mark.parametrize(
    ("error", "state", "later"),
    [
        (Rejected("Not a picture."), State.FAILED, 0 * MINUTE),
        (Unauthorized("Who are you?"), State.PLANNED, 0 * MINUTE),
        (Throttled("Slow down.", retry_at=NOON + 5 * MINUTE), State.PLANNED, 5 * MINUTE),
        (OutOfCredit("Pay first."), State.PLANNED, 0 * MINUTE),
        (InvalidSettings("The media folder does not hold it."), State.PLANNED, 2 * MINUTE / 60),
        (LedgerBroken("This file is not what its name says."), State.FAILED, 0 * MINUTE),
        (RuntimeError("a secret stands here"), State.PLANNED, 2 * MINUTE / 60),
    ],
)
def test_each_error_has_what_follows(bench: Bench, error: Exception, state: State, later: timedelta) -> None:
    bench.plan(with_picture())
    bench.stage.next_preparing.append(error)
    [settled] = bench.prepare()
    assert (settled.state, settled.due_at, settled.prepared) == (state, NOON + later, False)
    assert "secret" not in json.dumps(bench.story("oslo")) + settled.error
    assert bench.send() == []


def test_one_that_was_called_off_meanwhile_stays_so(bench: Bench) -> None:
    bench.plan(with_picture(), stale_after=MINUTE)
    [one] = bench.waiting()
    outcome = prepare.prepare(bench.means, one, quiet)
    bench.clock.pass_by(MINUTE)
    bench.tidy()
    with bench.store.begin() as tx:
        assert prepare.settle(tx, bench.means, [outcome]) == []
    assert bench.delivery("oslo").state is State.MISSED


def test_only_what_was_approved_is_prepared(bench: Bench) -> None:
    bench.plan(with_picture("oslo"), video())
    bench.change("UPDATE blob SET bytes = x'7b7d' WHERE digest = (SELECT payload FROM delivery WHERE account = 'oslo')")
    del bench.accounts["channel"]
    assert bench.waiting() == []
    assert (bench.delivery("oslo").state, bench.delivery("oslo").error) == (
        State.FAILED,
        "What would be sent is not what was approved.",
    )
    assert "no account channel in the config" in bench.delivery("channel", part="video").error


def test_bytes_done_are_told_by_delivery(bench: Bench) -> None:
    bench.plan(with_picture())
    told: list[tuple[str, int, int]] = []
    prepare.prepare(bench.means, bench.waiting()[0], lambda key, done, total: told.append((key, done, total)))
    assert told == [("grain/1/oslo/post", 1, 2)]
