"""Reconciling: a doubt settles itself by reading, and nothing is ever sent twice."""

import json
import unicodedata
from dataclasses import replace
from datetime import timedelta

import pytest

from ministry_social.desk import deliver, reconcile
from ministry_social.errors import MinistryError, OutcomeUnknown, Rejected, Throttled, Unreachable
from ministry_social.model.delivery import PostRef, State

from .bench import HOUR, MINUTE, NOON, VIDEO_URL, attachment, says, video, with_video
from .wall import Walled, repost

SECOND = timedelta(seconds=1)
LOST = OutcomeUnknown("The answer was lost.")


def in_doubt(walled: Walled, *, stands: bool, text: str = "Good morning") -> None:
    """One delivery of oslo of which nobody knows whether it went out."""
    walled.plan(says("oslo", text))
    lose(walled, stands=stands)


def lose(walled: Walled, *, stands: bool, name: str = "oslo") -> None:
    if stands:
        walled.stage.lost[name] = LOST
    else:
        walled.stage.next.append(LOST)
    walled.send()
    assert walled.delivery(name).state is State.UNKNOWN


def later(walled: Walled, duration: timedelta) -> list[State]:
    """Time passes, and whatever is to be looked for by then is; returns the states of what changed."""
    walled.clock.pass_by(duration)
    return [one.state for one in walled.reconcile()]


def test_what_is_seen_is_believed_at_once(walled: Walled) -> None:
    in_doubt(walled, stands=True)
    walled.clock.pass_by(2 * SECOND)
    [found] = walled.reconcile()
    assert (found.state, found.remote_id, found.url, found.sent_at, found.error, found.look_at) == (
        State.PUBLISHED, "1001", "https://stage.example.org/oslo/1001", NOON, "", None,
    )  # fmt: skip
    assert walled.events("oslo") == ["planned", "started", "lost", "found"]
    facts = walled.story("oslo")[-1]["facts"]
    assert (facts["id"], facts["kind"], facts["url"]) == ("1001", "post", found.url)
    with walled.store.read() as reading:
        assert reading.blob(facts["answer"]) == b'{"text":"Good morning"}'


def test_it_is_not_looked_for_before_it_can_be_seen(walled: Walled) -> None:
    in_doubt(walled, stands=True)
    assert later(walled, SECOND) == []
    assert walled.stage.calls == []


def test_nothing_is_sent_by_looking(walled: Walled) -> None:
    in_doubt(walled, stands=False)
    later(walled, 2 * SECOND)
    assert {call for call, _ in walled.stage.calls} == {"recent"}
    assert len(walled.stage.published) == 1


def test_what_is_not_seen_is_absent_only_after_the_settle_time(walled: Walled) -> None:
    in_doubt(walled, stands=False)
    for _ in range(59):
        assert later(walled, 2 * SECOND) == []
    assert walled.delivery("oslo").state is State.UNKNOWN
    assert later(walled, 2 * SECOND) == [State.PLANNED]
    assert walled.events("oslo") == ["planned", "started", "lost", "absent"]
    assert walled.send()[0].state is State.PUBLISHED
    assert len(walled.stage.posts["oslo"]) == 1


def test_where_the_process_vanished_it_takes_longer(walled: Walled) -> None:
    walled.plan(says("oslo"))
    walled.claim()
    walled.clock.pass_by(MINUTE)
    walled.tidy()
    assert later(walled, 14 * MINUTE + 59 * SECOND) == []
    walled.stage.stand("oslo", "oslo speaks", number="9")  # it comes out after all
    assert later(walled, MINUTE) == [State.PUBLISHED]


def test_a_vanished_process_has_certainly_not_sent_after_that(walled: Walled) -> None:
    walled.plan(says("oslo"))
    walled.claim()
    walled.clock.pass_by(MINUTE)
    walled.tidy()
    assert later(walled, 15 * MINUTE) == [State.PLANNED]
    assert walled.send()[0].state is State.PUBLISHED


def test_a_reading_that_began_too_early_proves_nothing(walled: Walled) -> None:
    """What counts is when the reading began: a post may land while it is read."""
    in_doubt(walled, stands=False)
    walled.clock.pass_by(119 * SECOND)
    sights = [reconcile.look(walled.means, one) for one in walled.looks()]
    walled.clock.pass_by(HOUR)
    assert walled.note(*sights) == []
    assert walled.delivery("oslo").state is State.UNKNOWN


def test_only_its_own_account_waits_for_a_doubt(walled: Walled) -> None:
    walled.plan(says("oslo"), says("bern"))
    walled.plan(says("oslo"), says("bern"), message="wheat")
    walled.stage.lost["oslo"] = LOST
    walled.send()
    walled.send()
    assert walled.delivery("bern", message="wheat").state is State.PUBLISHED
    assert walled.delivery("oslo", message="wheat").state is State.PLANNED
    later(walled, 2 * SECOND)
    assert [one.key for one in walled.send()] == ["wheat/1/oslo/post"]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Café & thé", unicodedata.normalize("NFD", "Café & thé")),
        ("Read example.org today", "Read https://example.org today"),
        ("One\n\ntwo", "One\ntwo "),
    ],
)
def test_a_text_is_recognised_though_the_platform_changed_its_looks(walled: Walled, written: str, shown: str) -> None:
    in_doubt(walled, stands=False, text=written)
    walled.stage.stand("oslo", shown, number="9")
    assert later(walled, 2 * SECOND) == [State.PUBLISHED]
    assert walled.delivery("oslo").remote_id == "9"


def test_what_stood_there_before_is_not_ours(walled: Walled) -> None:
    walled.accounts["oslo"] = says("oslo")[0]
    walled.stage.stand("oslo", "Good morning", number="9")
    walled.clock.pass_by(4 * SECOND)
    in_doubt(walled, stands=False)
    assert later(walled, 2 * MINUTE) == [State.PLANNED]


def test_clocks_may_differ_by_little(walled: Walled) -> None:
    """Platforms tell whole seconds: what stands there since a moment before the attempt may be ours."""
    in_doubt(walled, stands=False)
    walled.stage.stand("oslo", "Good morning", number="9", at=NOON - 3 * SECOND)
    assert later(walled, 2 * SECOND) == [State.PUBLISHED]


def test_somebody_elses_post_of_the_account_is_not_ours(walled: Walled) -> None:
    in_doubt(walled, stands=False)
    walled.stage.stand("oslo", "Good evening", number="9")
    assert later(walled, 2 * MINUTE) == [State.PLANNED]


def test_a_post_that_another_delivery_has_is_not_taken_from_it(walled: Walled) -> None:
    walled.plan(says("oslo", "Good morning"))
    walled.send()
    walled.plan(says("oslo", "Good morning"), message="wheat")
    walled.stage.next.append(LOST)
    walled.send()
    assert later(walled, 2 * MINUTE) == [State.PLANNED]
    assert walled.delivery("oslo", message="wheat").remote_id == ""


def test_pictures_are_recognised_by_what_was_uploaded(walled: Walled) -> None:
    walled.plan(says("oslo", attachments=(attachment(),)))
    walled.prepare()
    walled.stage.next.append(LOST)
    walled.send()
    walled.stage.stand("oslo", "Something was done to the text", number="9", marks=("77",), media=1)
    assert later(walled, 2 * SECOND) == [State.PUBLISHED]


def test_a_post_without_its_picture_is_not_ours(walled: Walled) -> None:
    walled.plan(says("oslo", attachments=(attachment(),)))
    walled.prepare()
    walled.stage.next.append(LOST)
    walled.send()
    walled.stage.stand("oslo", "oslo speaks", number="9")
    assert later(walled, 2 * SECOND) == []


def test_a_video_is_asked_for_by_its_id_and_counts_once_it_is_public(walled: Walled) -> None:
    walled.plan(video())
    walled.prepare()
    walled.stage.next.append(LOST)
    walled.send()
    private = walled.stage.stand(
        "channel", "", post=PostRef(kind="video", id="abcdefghijk"), public=False, marks=("abcdefghijk",), url=VIDEO_URL
    )
    assert later(walled, 2 * SECOND) == []
    walled.stage.posts["channel"] = [replace(private, public=True)]
    assert later(walled, 5 * SECOND) == [State.PUBLISHED]
    assert {call for call, _ in walled.stage.calls} == {"fetch"}
    assert walled.delivery("channel", part="video").url == VIDEO_URL


def test_what_waited_for_a_video_in_doubt_goes_out_when_it_is_found(walled: Walled) -> None:
    walled.plan(video(), with_video("oslo"))
    walled.prepare()
    walled.stage.lost["channel"] = LOST
    walled.send()
    assert walled.send() == []
    later(walled, 2 * SECOND)
    assert [one.account for one in walled.send()] == ["oslo"]
    assert json.loads(walled.stage.published[-1].payload.body)["text"] == f"Watch {VIDEO_URL}"


def test_the_text_that_was_sent_is_looked_for_with_the_address_in_it(walled: Walled) -> None:
    walled.plan(video(), with_video("oslo"))
    walled.prepare()
    walled.send()
    walled.stage.lost["oslo"] = LOST
    walled.send()
    assert later(walled, 2 * SECOND) == [State.PUBLISHED]


def test_a_repost_is_recognised_by_its_original_and_keeps_its_distance(walled: Walled) -> None:
    walled.plan(says("mfa"), repost("oslo"), repost("bern"))
    walled.send()
    walled.clock.pass_by(HOUR)
    walled.stage.lost["oslo"] = LOST
    assert [one.state for one in walled.send()] == [State.UNKNOWN]
    assert later(walled, 2 * SECOND) == [State.PUBLISHED]
    assert walled.story("oslo")[-1]["facts"]["original"] == "1001"
    walled.clock.pass_by(9 * MINUTE + 59 * SECOND)
    assert walled.send() == []
    walled.clock.pass_by(SECOND)
    assert [one.account for one in walled.send()] == ["bern"]


def test_a_repost_that_is_told_under_the_id_of_a_post_is_not_that_post(walled: Walled) -> None:
    """Older answers of X do not tell a repost's own id: it is then that of its original."""
    walled.plan(says("oslo"), message="wheat")
    walled.plan(says("mfa"), repost("oslo"))
    walled.send()
    walled.clock.pass_by(HOUR)
    walled.stage.next.append(LOST)
    walled.send()
    original = walled.delivery("mfa").remote_id
    walled.change("UPDATE delivery SET remote_id = ? WHERE message = 'wheat'", original)
    walled.stage.stand("oslo", "RT", post=PostRef(kind="repost", id=original, original=original))
    assert later(walled, 2 * SECOND) == [State.PUBLISHED]


class TestDuplicate:
    """A refusal because the same stands there already."""

    refusal = Rejected("You have posted this already.", code="duplicate", duplicate=True)

    def test_after_a_doubt_it_is_evidence(self, walled: Walled) -> None:
        in_doubt(walled, stands=False)
        assert later(walled, 2 * MINUTE) == [State.PLANNED]
        walled.stage.stand("oslo", "Good morning", number="9")  # it was there all the time; the timeline was late
        walled.stage.next.append(self.refusal)
        assert walled.send()[0].state is State.UNKNOWN
        assert walled.events("oslo")[-2:] == ["started", "duplicate"]
        assert later(walled, 2 * SECOND) == [State.PUBLISHED]

    def test_it_is_looked_for_as_far_back_as_the_first_attempt(self, walled: Walled) -> None:
        in_doubt(walled, stands=False)
        late = walled.stage.stand("oslo", "Good morning", number="9")
        walled.stage.posts["oslo"].clear()
        later(walled, 2 * MINUTE)
        walled.clock.pass_by(10 * MINUTE)
        walled.stage.next.append(self.refusal)
        walled.send()
        walled.stage.posts["oslo"].append(late)
        assert later(walled, 2 * SECOND) == [State.PUBLISHED]

    def test_it_is_never_called_absent_and_a_person_is_asked(self, walled: Walled) -> None:
        in_doubt(walled, stands=False)
        later(walled, 2 * MINUTE)
        walled.stage.next.append(self.refusal)
        walled.send()
        assert later(walled, 2 * MINUTE) == [State.UNKNOWN]
        stuck = walled.delivery("oslo")
        assert stuck.stuck
        assert "said that it stands there, but it was not found" in stuck.error
        assert later(walled, 24 * HOUR) == []

    def test_without_a_doubt_it_is_a_failure(self, walled: Walled) -> None:
        walled.plan(says("oslo"))
        walled.stage.next.append(self.refusal)
        assert walled.send()[0].state is State.FAILED


class TestUnreadable:
    def test_it_is_never_called_absent(self, walled: Walled) -> None:
        in_doubt(walled, stands=False)
        walled.stage.unread["oslo"].extend([Unreachable("X is down.", code="HTTP 503")] * 9)
        for _ in range(4):
            assert later(walled, MINUTE) == []
        assert walled.delivery("oslo").state is State.UNKNOWN

    def test_after_a_set_time_it_waits_for_a_person_and_is_looked_for_on(self, walled: Walled) -> None:
        in_doubt(walled, stands=True)
        walled.stage.unread["oslo"].extend([Unreachable("X is down.", code="HTTP 503")] * 3)
        later(walled, 2 * MINUTE)
        assert later(walled, 59 * MINUTE) == []
        assert later(walled, MINUTE) == [State.UNKNOWN]
        stuck = walled.delivery("oslo")
        assert stuck.stuck
        assert stuck.error == (
            "In doubt for too long: X is down. Look at the account, then: ministry-social delivery settle grain/1/oslo/post"
        )
        assert walled.events("oslo")[-1] == "stuck"
        assert later(walled, MINUTE) == [State.PUBLISHED], "it can be read again"
        assert not walled.delivery("oslo").stuck

    def test_a_person_is_asked_once(self, walled: Walled) -> None:
        in_doubt(walled, stands=False)
        walled.stage.unread["oslo"].extend([Unreachable("X is down.")] * 9)
        for _ in range(5):
            later(walled, HOUR)
        assert walled.events("oslo").count("stuck") == 1

    @pytest.mark.parametrize(
        "wrong", [Throttled("Slow down."), MinistryError("The vault is shut."), RuntimeError("a secret stands here")]
    )
    def test_whatever_goes_wrong_teaches_nothing(self, walled: Walled, wrong: Exception) -> None:
        in_doubt(walled, stands=False)
        walled.stage.unread["oslo"].append(wrong)
        assert later(walled, 2 * MINUTE) == []
        assert "secret" not in json.dumps(walled.story("oslo"))
        assert later(walled, 2 * MINUTE) == [State.PLANNED]

    def test_where_the_account_is_gone_from_the_config_a_person_is_asked_at_once(self, walled: Walled) -> None:
        in_doubt(walled, stands=True)
        del walled.accounts["oslo"]
        walled.clock.pass_by(2 * SECOND)
        assert walled.reconcile() == []
        assert "gone from the config" in walled.delivery("oslo").error
        assert walled.delivery("oslo").stuck

    def test_where_what_was_sent_is_not_on_record_any_more_a_person_is_asked(self, walled: Walled) -> None:
        in_doubt(walled, stands=True)
        walled.change("DELETE FROM blob WHERE digest = (SELECT payload FROM delivery)")
        walled.clock.pass_by(2 * SECOND)
        walled.reconcile()
        assert "not on record any more" in walled.delivery("oslo").error


class TestFences:
    """What was read for one attempt says nothing of another."""

    def test_a_stale_absence_does_not_reset_a_newer_attempt(self, walled: Walled) -> None:
        in_doubt(walled, stands=False)
        walled.clock.pass_by(2 * MINUTE)
        sights = [reconcile.look(walled.means, one) for one in walled.looks()]
        walled.clock.pass_by(MINUTE)  # longer than the claim: another worker looks too, and is faster
        walled.reconcile()
        walled.stage.next.append(LOST)
        assert walled.send()[0].state is State.UNKNOWN
        before = walled.delivery("oslo")
        assert walled.note(*sights) == []
        assert walled.delivery("oslo") == before

    def test_a_late_answer_of_the_attempt_itself_counts(self, walled: Walled) -> None:
        walled.plan(says("oslo"))
        claims = walled.claim()
        walled.clock.pass_by(MINUTE)
        walled.tidy()
        sights = [reconcile.look(walled.means, one) for one in walled.looks()]
        walled.settle(*[deliver.send(walled.means, one) for one in claims])
        assert walled.delivery("oslo").state is State.PUBLISHED
        assert walled.note(*sights) == []

    def test_two_that_look_at_the_same_time_settle_it_once(self, walled: Walled) -> None:
        in_doubt(walled, stands=True)
        walled.clock.pass_by(2 * SECOND)
        sights = [reconcile.look(walled.means, one) for one in walled.looks()]
        assert len(walled.note(*sights, *sights)) == 1
        assert walled.events("oslo").count("found") == 1

    def test_what_somebody_looks_for_is_left_to_them_for_a_minute(self, walled: Walled) -> None:
        in_doubt(walled, stands=True)
        walled.clock.pass_by(2 * SECOND)
        assert len(walled.looks()) == 1
        assert walled.looks() == []
        walled.clock.pass_by(MINUTE)
        assert len(walled.looks()) == 1
