"""What follows from each error of a platform."""

from datetime import datetime, timedelta

import pytest

from ministry_social import errors
from ministry_social.errors import OutcomeUnknown, OutOfCredit, PlatformError, Rejected, Throttled, Unauthorized, Unreachable
from ministry_social.model.delivery import State
from ministry_social.model.ledger import Event
from ministry_social.rules.lifecycle import check_move
from ministry_social.rules.retry import BACK_OFF, Verdict, back_off, preparation_verdict, verdict
from tests.factories import NOW

EVERY = [
    Rejected("no"), Rejected("no", code="media-invalid"), Rejected("there already", duplicate=True), Unauthorized("who"),
    Unauthorized("who", probe=True), Throttled("slow"), Throttled("slow", retry_at=NOW + timedelta(minutes=3)), OutOfCredit("pay"),
    Unreachable("gone"), OutcomeUnknown("lost"),
]  # fmt: skip


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def lost() -> Verdict:
    return Verdict(event=Event.LOST, state=State.UNKNOWN)


def refused() -> Verdict:
    return Verdict(event=Event.REFUSED, state=State.FAILED)


class TestPublishing:
    def test_a_lost_outcome_is_unknown_and_nothing_is_due_again(self) -> None:
        assert verdict(OutcomeUnknown("lost"), 1, NOW) == lost()

    def test_a_refusal_is_final(self) -> None:
        assert verdict(Rejected("no"), 1, NOW) == refused()
        assert verdict(Rejected("there already", duplicate=True), 1, NOW) == refused()

    @pytest.mark.parametrize("probe", [True, False])
    def test_a_credential_that_is_not_accepted_stops_its_account_and_costs_no_attempt(self, probe: bool) -> None:
        waits = Verdict(event=Event.NOT_SENT, state=State.PLANNED, due_at=NOW, counts=False, stops="account", probe=probe)
        assert verdict(Unauthorized("who", probe=probe), 1, NOW) == waits

    def test_a_refusal_as_a_duplicate_after_a_doubt_is_evidence(self) -> None:
        evidence = Verdict(event=Event.DUPLICATE, state=State.UNKNOWN)
        assert verdict(Rejected("there already", duplicate=True), 2, NOW, doubted_before=True) == evidence
        assert verdict(Rejected("no"), 2, NOW, doubted_before=True) == refused()

    def test_a_throttle_costs_no_attempt_and_ends_when_the_platform_said(self) -> None:
        throttled = Verdict(event=Event.THROTTLED, state=State.PLANNED, due_at=after(180), counts=False)
        assert verdict(Throttled("slow", retry_at=after(180)), 9, NOW) == throttled

    def test_a_throttle_without_a_time_lasts_a_quarter_of_an_hour(self) -> None:
        assert verdict(Throttled("slow"), 1, NOW).due_at == after(900)

    def test_a_throttle_until_now_or_before_is_not_tried_at_once(self) -> None:
        assert verdict(Throttled("slow", retry_at=after(-5)), 1, NOW).due_at == after(1)

    def test_want_of_credit_stops_the_whole_platform_and_costs_no_attempt(self) -> None:
        unpaid = Verdict(event=Event.NOT_SENT, state=State.PLANNED, due_at=NOW, counts=False, stops="platform")
        assert verdict(OutOfCredit("pay"), 3, NOW) == unpaid

    @pytest.mark.parametrize(("attempts", "seconds"), [(1, 2), (2, 5), (3, 15), (4, 60), (5, 300), (6, 600), (7, 600), (99, 600)])
    def test_what_did_not_get_there_is_tried_again_later_and_later(self, attempts: int, seconds: int) -> None:
        again = Verdict(event=Event.NOT_SENT, state=State.PLANNED, due_at=after(seconds))
        assert verdict(Unreachable("gone"), attempts, NOW) == again

    def test_media_that_are_no_longer_good_are_prepared_again_once(self) -> None:
        invalid = Rejected("gone", code="media-invalid")
        again = Verdict(event=Event.PREPARATION_LOST, state=State.PLANNED, due_at=after(5), prepared=False)
        assert verdict(invalid, 1, NOW) == again
        assert verdict(invalid, 2, NOW, prepared_again=True) == refused()

    def test_an_error_of_a_kind_that_nobody_foresaw_may_have_gone_out(self) -> None:
        class Strange(PlatformError):
            pass

        assert verdict(Strange("what"), 1, NOW) == lost()
        assert verdict(PlatformError("what"), 1, NOW) == lost()


class TestPreparing:
    def test_a_lost_answer_is_only_repeated_because_nobody_has_seen_anything(self) -> None:
        again = Verdict(event=Event.NOT_PREPARED, state=State.PLANNED, due_at=after(2))
        assert preparation_verdict(OutcomeUnknown("lost"), 1, NOW) == again
        assert preparation_verdict(Unreachable("gone"), 1, NOW) == again

    @pytest.mark.parametrize("error", [Rejected("no"), Rejected("no", code="media-invalid")])
    def test_a_refusal_is_final(self, error: PlatformError) -> None:
        assert preparation_verdict(error, 1, NOW) == refused()

    def test_a_throttle_and_want_of_credit_cost_no_try(self) -> None:
        throttled = preparation_verdict(Throttled("slow", retry_at=after(60)), 2, NOW)
        assert throttled == Verdict(event=Event.NOT_PREPARED, state=State.PLANNED, due_at=after(60), counts=False)
        assert preparation_verdict(OutOfCredit("pay"), 2, NOW).counts is False

    def test_who_is_shut_out_waits_for_the_account(self) -> None:
        assert preparation_verdict(Unauthorized("who"), 1, NOW).stops == "account"
        assert preparation_verdict(OutOfCredit("pay"), 1, NOW).stops == "platform"


def test_every_error_class_has_a_case_here() -> None:
    """`SignInFailed` comes of connecting an account only, which is no delivery."""
    classes = {c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, PlatformError)}
    classes -= {PlatformError, errors.SignInFailed}
    assert {type(error) for error in EVERY} == classes


@pytest.mark.parametrize("error", EVERY, ids=repr)
def test_a_verdict_is_a_move_of_the_table_and_says_when_if_there_is_a_next_time(error: PlatformError) -> None:
    for attempts in (1, 5):
        found = verdict(error, attempts, NOW)
        check_move(State.SENDING, found.state)
        assert (found.due_at is not None) == (found.state is State.PLANNED)
        prepared = preparation_verdict(error, attempts, NOW)
        check_move(State.PLANNED, prepared.state)
        assert prepared.state in (State.PLANNED, State.FAILED)


@pytest.mark.parametrize("error", EVERY, ids=repr)
def test_only_what_certainly_did_not_go_out_is_planned_again(error: PlatformError) -> None:
    certain = isinstance(error, (Throttled, OutOfCredit, Unauthorized, Unreachable)) or error.code == "media-invalid"
    assert (verdict(error, 1, NOW).state is State.PLANNED) == certain


def test_waiting_grows_and_never_ends_below_a_second() -> None:
    assert list(BACK_OFF) == sorted(BACK_OFF)
    assert back_off(0) == back_off(1) == timedelta(seconds=2)
