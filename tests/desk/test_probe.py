"""Probing: an account is asked after twice before a person is needed, because platforms have had outages that said 401."""

import pytest

from ministry_social.desk import pausing, probe
from ministry_social.errors import OutcomeUnknown, Throttled, Unauthorized, Unreachable
from ministry_social.model.account import Standing
from ministry_social.model.delivery import State
from ministry_social.model.stop import Pause

from .bench import HOUR, MINUTE, NOON, says
from .wall import Walled

SHUT_OUT = Unauthorized("X does not accept the credential of oslo.", code="HTTP 401", remedy="Connect it.", probe=True)
WELL = Standing(id="id-oslo", handle="oslo", name="Oslo", may_post=True)
SUSPENDED = Standing(id="id-oslo", handle="oslo", name="Oslo", may_post=False, detail="The account is suspended.")


@pytest.fixture
def suspect(walled: Walled) -> Walled:
    """An account that was refused once, with a delivery that waits for it."""
    walled.plan(says("oslo"))
    walled.stage.next.append(SHUT_OUT)
    walled.send()
    return walled


def the_pause(walled: Walled) -> Pause | None:
    with walled.store.read() as reading:
        return next(iter(reading.pauses()), None)


def test_nobody_is_asked_before_the_gap_is_over(suspect: Walled) -> None:
    suspect.clock.pass_by(5 * MINUTE - MINUTE / 60)
    assert suspect.probe() == 0
    with suspect.store.read() as reading:
        assert not probe.any_due(reading, suspect.means)


def test_one_good_answer_ends_the_pause_and_the_delivery_goes_out(suspect: Walled) -> None:
    suspect.stage.asked.append(WELL)
    suspect.clock.pass_by(5 * MINUTE)
    with suspect.store.read() as reading:
        assert probe.any_due(reading, suspect.means)
    assert suspect.probe() == 1
    assert the_pause(suspect) is None
    assert suspect.entries("resumed")[0]["by"] == "engine"
    [sent] = suspect.send()
    assert (sent.state, sent.attempts) == (State.PUBLISHED, 1)


def test_after_two_more_refusals_a_person_is_needed(suspect: Walled) -> None:
    suspect.stage.asked.extend([SHUT_OUT, SHUT_OUT])
    suspect.clock.pass_by(5 * MINUTE)
    suspect.probe()
    once = the_pause(suspect)
    assert once is not None
    assert (once.probes, once.probe_at) == (1, NOON + 10 * MINUTE)
    suspect.clock.pass_by(5 * MINUTE)
    suspect.probe()
    final = the_pause(suspect)
    assert final is not None
    assert (final.probes, final.probe_at, final.remedy) == (2, None, "Connect it.")
    assert [entry["facts"]["probes"] for entry in suspect.entries("probed")] == [1, 2]
    assert [entry["facts"]["asked_after"] for entry in suspect.entries("paused")] == [True, False]
    suspect.clock.pass_by(HOUR)
    assert suspect.probe() == 0
    assert suspect.send() == []


def test_an_outage_between_two_refusals_ends_it(suspect: Walled) -> None:
    suspect.stage.asked.extend([SHUT_OUT, WELL])
    for _ in range(2):
        suspect.clock.pass_by(5 * MINUTE)
        suspect.probe()
    assert the_pause(suspect) is None
    assert suspect.send()[0].state is State.PUBLISHED


def test_an_account_that_is_there_but_may_not_post_is_refused_too(suspect: Walled) -> None:
    suspect.stage.asked.append(SUSPENDED)
    suspect.clock.pass_by(5 * MINUTE)
    suspect.probe()
    assert suspect.entries("probed")[0]["facts"] == {"probes": 1, "why": "The account is suspended."}


@pytest.mark.parametrize(
    "nothing", [Unreachable("X is down."), Throttled("Slow down."), OutcomeUnknown("Lost."), RuntimeError("a secret stands here")]
)
def test_an_answer_that_says_nothing_is_no_answer(suspect: Walled, nothing: Exception) -> None:
    suspect.stage.asked.append(nothing)
    suspect.clock.pass_by(5 * MINUTE)
    suspect.probe()
    again = the_pause(suspect)
    assert again is not None
    assert (again.probes, again.probe_at) == (0, NOON + 10 * MINUTE)
    assert suspect.entries("probed") == []


def test_a_question_is_asked_by_one_worker_at_a_time(suspect: Walled) -> None:
    suspect.clock.pass_by(5 * MINUTE)
    with suspect.store.begin() as tx:
        assert len(probe.claim(tx, suspect.means, 9)) == 1
        assert probe.claim(tx, suspect.means, 9) == []
    suspect.clock.pass_by(MINUTE)  # it is gone, and has said nothing
    suspect.stage.asked.append(WELL)
    assert suspect.probe() == 1


def test_an_answer_that_comes_after_a_person_has_resumed_it_changes_nothing(suspect: Walled) -> None:
    suspect.clock.pass_by(5 * MINUTE)
    with suspect.store.begin() as tx:
        questions = probe.claim(tx, suspect.means, 9)
    suspect.stage.asked.append(SHUT_OUT)
    answers = [probe.ask(suspect.means, one) for one in questions]
    pausing.resume(suspect.means, suspect.accounts.values(), "", reason="", person="ben")
    with suspect.store.begin() as tx:
        probe.settle(tx, suspect.means, answers)
    assert the_pause(suspect) is None
    assert suspect.entries("probed") == []


def test_it_says_nothing_of_a_newer_pause_either(suspect: Walled) -> None:
    suspect.clock.pass_by(5 * MINUTE)
    with suspect.store.begin() as tx:
        questions = probe.claim(tx, suspect.means, 9)
    suspect.stage.asked.append(WELL)
    answers = [probe.ask(suspect.means, one) for one in questions]
    pausing.resume(suspect.means, suspect.accounts.values(), "", reason="", person="ben")
    suspect.stage.next.append(SHUT_OUT)
    suspect.send()
    with suspect.store.begin() as tx:
        probe.settle(tx, suspect.means, answers)
    newer = the_pause(suspect)
    assert newer is not None
    assert newer.at == NOON + 5 * MINUTE


def test_an_account_that_is_gone_from_the_config_is_not_asked_after(suspect: Walled) -> None:
    del suspect.accounts["oslo"]
    suspect.clock.pass_by(5 * MINUTE)
    assert suspect.probe() == 0
    left = the_pause(suspect)
    assert left is not None
    assert left.probe_at is None
