"""Pausing: who lets nobody post gets nothing, and nothing that waits for it is lost."""

import json
from datetime import timedelta

import pytest

from ministry_social.desk import pausing
from ministry_social.errors import OutOfCredit, PlatformError, Throttled, Unauthorized
from ministry_social.model.delivery import State
from ministry_social.model.stop import Pause

from .bench import HOUR, MINUTE, NOON, attachment, says
from .wall import Walled

SHUT_OUT = Unauthorized("X does not accept the credential of oslo.", code="89", remedy="Connect it: account connect oslo.")
BARE_401 = Unauthorized("X does not accept the credential of oslo.", code="HTTP 401", remedy="Connect it.", probe=True)
NO_CREDIT = OutOfCredit("X wants to be paid first.", code="CreditsDepleted", remedy="Buy credits in the developer portal.")


def pauses(walled: Walled) -> list[tuple[str, str]]:
    return [(one.scope, one.value) for one in standing(walled)]


def standing(walled: Walled) -> tuple[Pause, ...]:
    with walled.store.read() as reading:
        return reading.pauses()


def test_a_shut_out_account_is_paused_and_its_delivery_waits(walled: Walled) -> None:
    walled.plan(says("oslo"), says("bern"))
    walled.stage.next.extend([None, SHUT_OUT])  # bern is first
    walled.send()
    assert pauses(walled) == [("account", "oslo")]
    [made] = standing(walled)
    assert (made.reason, made.remedy, made.at, made.probe_at) == (SHUT_OUT.sentence, SHUT_OUT.remedy, NOON, None)
    waiting = walled.delivery("oslo")
    assert (waiting.state, waiting.attempts, waiting.error) == (State.PLANNED, 0, str(SHUT_OUT))
    assert walled.delivery("bern").state is State.PUBLISHED


def test_nothing_more_is_tried_on_a_paused_account(walled: Walled) -> None:
    walled.plan(says("oslo"))
    walled.plan(says("oslo", attachments=(attachment(),)), message="wheat")
    walled.stage.next.append(SHUT_OUT)
    walled.send()
    walled.clock.pass_by(HOUR)
    assert walled.send() == []
    assert walled.prepare() == []
    assert len(walled.stage.published) == 1
    assert walled.stage.prepared == []


def test_a_pause_is_on_record_with_its_reason_and_what_to_do(walled: Walled) -> None:
    walled.plan(says("oslo"))
    walled.stage.next.append(SHUT_OUT)
    walled.send()
    [entry] = walled.entries("paused")
    assert entry["about"] == {"account": "oslo"}
    assert entry["facts"] == {
        "scope": "account", "value": "oslo", "reason": SHUT_OUT.sentence, "remedy": SHUT_OUT.remedy, "asked_after": False,
    }  # fmt: skip


def test_a_bare_401_pauses_only_until_it_is_asked_after(walled: Walled) -> None:
    walled.plan(says("oslo"))
    walled.stage.next.append(BARE_401)
    walled.send()
    [made] = standing(walled)
    assert made.probe_at == NOON + 5 * MINUTE
    assert walled.entries("paused")[0]["facts"]["asked_after"] is True


def test_no_credit_pauses_every_x_account_of_the_app_and_nobody_else(walled: Walled) -> None:
    walled.plan(says("oslo"), says("bern"), says("page", platform="facebook"))
    walled.stage.next.append(NO_CREDIT)
    walled.send()
    assert pauses(walled) == [("platform", "x")]
    assert standing(walled)[0].remedy == "Buy credits in the developer portal. Then: ministry-social resume --platform x"
    walled.plan(says("lima"), says("page", platform="facebook"), message="wheat")
    walled.clock.pass_by(MINUTE)
    assert {one.platform for one in walled.send()} == {"facebook"}
    assert walled.delivery("lima", message="wheat").state is State.PLANNED


def test_two_that_meet_the_same_wall_make_one_pause(walled: Walled) -> None:
    walled.plan(says("oslo"), says("bern"), says("lima"))
    walled.stage.next.extend([NO_CREDIT, NO_CREDIT, NO_CREDIT])
    walled.send()
    assert pauses(walled) == [("platform", "x")]
    assert len(walled.entries("paused")) == 1
    assert {walled.delivery(name).attempts for name in ("oslo", "bern", "lima")} == {0}


def test_what_is_being_prepared_meets_the_same_wall(walled: Walled) -> None:
    walled.plan(says("oslo", attachments=(attachment(),)))
    walled.stage.next_preparing.append(SHUT_OUT)
    walled.prepare()
    assert pauses(walled) == [("account", "oslo")]
    assert walled.delivery("oslo").state is State.PLANNED


class TestResume:
    @pytest.mark.parametrize("error", [SHUT_OUT, BARE_401, NO_CREDIT], ids=["shut-out", "bare-401", "no-credit"])
    def test_when_a_person_has_acted_it_goes_out_once(self, walled: Walled, error: PlatformError) -> None:
        walled.plan(says("oslo"))
        walled.stage.next.append(error)
        walled.send()
        walled.clock.pass_by(HOUR)
        platform = "x" if error is NO_CREDIT else ""
        done = pausing.resume(walled.means, [walled.accounts["oslo"]], platform, reason="mended", person="ben")
        assert (len(done.pauses), done.waiting) == (1, 1)
        assert standing(walled) == ()
        assert [one.state for one in walled.send()] == [State.PUBLISHED]
        [entry] = walled.entries("resumed")
        assert (entry["by"], entry["facts"]["reason"]) == ("ben", "mended")
        assert len(walled.stage.posts["oslo"]) == 1

    def test_only_what_is_named_goes_on(self, walled: Walled) -> None:
        walled.plan(says("oslo"), says("bern"))
        walled.stage.next.extend([SHUT_OUT, SHUT_OUT])
        walled.send()
        done = pausing.resume(walled.means, [walled.accounts["oslo"]], "", reason="", person="ben")
        assert [one.value for one in done.pauses] == ["oslo"]
        assert [one.account for one in walled.send()] == ["oslo"]

    def test_an_accounts_pause_does_not_end_with_its_platforms(self, walled: Walled) -> None:
        walled.plan(says("oslo"), says("bern"))
        walled.stage.next.extend([NO_CREDIT, SHUT_OUT])  # bern, oslo
        walled.send()
        assert sorted(pauses(walled)) == [("account", "oslo"), ("platform", "x")]
        pausing.resume(walled.means, [], "x", reason="paid", person="ben")
        assert pauses(walled) == [("account", "oslo")]
        assert [one.account for one in walled.send()] == ["bern"]

    def test_where_nothing_is_paused_nothing_happens(self, walled: Walled) -> None:
        walled.plan(says("oslo"))
        done = pausing.resume(walled.means, [walled.accounts["oslo"]], "x", reason="", person="ben")
        assert (done.pauses, done.waiting) == ((), 0)
        assert walled.entries("resumed") == []

    def test_the_credential_is_read_anew(self, walled: Walled) -> None:
        """Another process may have connected the account meanwhile."""
        walled.plan(says("oslo"))
        walled.stage.next.append(SHUT_OUT)
        walled.send()
        other = type(walled.vault)(walled.vault.backend, "rehearsal")
        fresh = type(walled.vault.get("oslo"))({"access_token": "2-tell-tale"})
        other.put("oslo", fresh)
        pausing.resume(walled.means, [walled.accounts["oslo"]], "", reason="", person="ben")
        assert walled.vault.get("oslo") == fresh


def test_what_became_stale_behind_a_pause_is_missed_with_its_reason(walled: Walled) -> None:
    walled.plan(says("oslo"))
    walled.stage.next.append(SHUT_OUT)
    walled.send()
    walled.clock.pass_by(12 * HOUR)
    [missed] = walled.tidy()
    assert missed.state is State.MISSED
    assert "Its account was paused: X does not accept the credential of oslo." in missed.error
    assert walled.send() == []


def test_a_throttle_of_the_whole_app_delays_its_platform_only(walled: Walled) -> None:
    walled.plan(says("oslo"), says("bern"), says("page", platform="facebook"))
    until = NOON + HOUR
    walled.stage.next.append(Throttled("Too many.", retry_at=until, whole_app=True))
    walled.send()  # one round: all three had left together
    walled.plan(says("lima"), says("page", platform="facebook"), message="wheat")
    walled.clock.pass_by(timedelta(seconds=61))
    assert [one.account for one in walled.send()] == ["page"]
    assert walled.delivery("lima", message="wheat").due_at == until
    assert pauses(walled) == []


def test_a_throttle_of_one_account_delays_that_account_only(walled: Walled) -> None:
    walled.plan(says("bern"), says("oslo"))
    walled.stage.next.append(Throttled("Too many.", retry_at=NOON + HOUR))
    walled.send()
    walled.plan(says("bern"), says("oslo"), message="wheat")
    assert [one.key for one in walled.send()] == ["wheat/1/oslo/post"]
    assert walled.delivery("bern", message="wheat").due_at == NOON + HOUR


def test_no_secret_is_told(walled: Walled) -> None:
    walled.plan(says("oslo"))
    walled.stage.next.append(SHUT_OUT)
    walled.send()
    assert "tell-tale" not in json.dumps(walled.entries("paused"))
