"""Recalling: a copy first, then the deletion, then a look that it is gone; and nothing that is wanted gone goes out again."""

import json
from datetime import timedelta
from typing import Any

import pytest

from ministry_social.desk import deliver, recall
from ministry_social.errors import OutcomeUnknown, PlatformError, Rejected, Throttled, Unauthorized, Unreachable
from ministry_social.model.delivery import PostRef, State
from ministry_social.model.recall import Step

from .bench import HOUR, MINUTE, NOON, VIDEO_URL, attachment, says, video, with_video
from .wall import Walled, repost

SECOND = timedelta(seconds=1)
LOST = OutcomeUnknown("The answer was lost.")
REFUSED = Rejected("This post cannot be deleted.", code="no")


@pytest.fixture
def published(walled: Walled) -> Walled:
    """A post of oslo with a picture, and one of bern without."""
    walled.plan(says("oslo", "Good morning", attachments=(attachment(),)), says("bern"))
    walled.prepare()
    walled.send()
    walled.send()
    return walled


@pytest.fixture
def reposted(walled: Walled) -> Walled:
    """A post of mfa that oslo has reposted; bern would have."""
    walled.plan(says("mfa"), repost("oslo"), repost("bern"))
    walled.send()
    walled.clock.pass_by(HOUR)
    walled.send()
    assert walled.delivery("oslo").state is State.PUBLISHED
    return walled


def copy_of(walled: Walled, name: str) -> dict[str, Any]:
    with walled.store.read() as reading:
        kept = reading.blob(walled.recall(name).copy)
    assert kept is not None
    found: dict[str, Any] = json.loads(kept)
    return found


def deletions(walled: Walled) -> list[str]:
    return [account for call, account in walled.stage.calls if call == "delete"]


def rounds(walled: Walled, number: int = 20) -> None:
    """The engine works for a while."""
    for _ in range(number):
        walled.take_down()
        walled.clock.pass_by(SECOND)


class TestOneAfterTheOther:
    def test_a_copy_is_on_record_before_anything_is_deleted(self, published: Walled) -> None:
        seen: list[list[str]] = []
        published.stage.before_deleting = lambda account: seen.append(published.events(account))
        published.order("oslo")
        assert published.take_down() == []
        assert deletions(published) == []
        assert published.recall("oslo").step is Step.COPIED
        [gone] = published.take_down()
        assert gone.state is State.RECALLED
        assert [events[-2:] for events in seen] == [["recall-asked", "copied"]]

    def test_the_copy_holds_what_stood_there_and_the_medias_digests(self, published: Walled) -> None:
        published.order("oslo")
        rounds(published, 2)
        copy = copy_of(published, "oslo")
        url = published.delivery("oslo").url
        assert (copy["text"], copy["url"], copy["public"]) == ("Good morning", url, True)
        assert copy["media"] == [{"digest": attachment().digest, "alt": "The minister"}]
        with published.store.read() as reading:
            assert reading.blob(copy["answer"]) == b'{"text":"Good morning"}'

    def test_the_ledger_says_who_wanted_it_why_and_that_it_is_gone(self, published: Walled) -> None:
        published.order("oslo", reason="wrong figure")
        rounds(published, 2)
        asked, copied, gone = published.story("oslo")[-3:]
        assert (asked["event"], asked["by"], asked["facts"]) == ("recall-asked", "ben", {"reason": "wrong figure"})
        assert (copied["event"], copied["facts"]["media"]) == ("copied", [attachment().digest])
        assert (gone["event"], gone["by"]) == ("recalled", "engine")
        facts = gone["facts"]
        assert facts["copy"] == copied["facts"]["copy"] == published.recall("oslo").copy
        assert (facts["reason"], facts["by"], facts["gone_before"]) == ("wrong figure", "ben", False)
        assert facts["verified_at"]

    def test_only_what_was_read_back_counts_as_gone(self, published: Walled) -> None:
        """A platform that says yes and does nothing."""
        published.stage.deaf.add("oslo")
        published.order("oslo")
        published.take_down()
        assert published.take_down() == []
        assert published.delivery("oslo").state is State.PUBLISHED
        assert published.recall("oslo").error.startswith("It was deleted, and still stands there.")
        published.stage.deaf.clear()
        published.clock.pass_by(2 * SECOND)
        assert [one.state for one in published.take_down()] == [State.RECALLED]

    def test_what_is_gone_already_is_gone(self, published: Walled) -> None:
        published.stage.posts["oslo"].clear()
        published.order("oslo")
        [gone] = published.take_down()
        assert gone.state is State.RECALLED
        assert published.story("oslo")[-1]["facts"]["gone_before"] is True
        assert published.recall("oslo").copy == ""

    def test_what_is_not_shown_yet_is_deleted_all_the_same(self, published: Walled) -> None:
        """A post that is seconds old may be missing where it is read; not to see it does not mean that it is gone."""
        published.stage.posts["oslo"].clear()
        published.order("oslo")
        published.take_down()
        assert deletions(published) == ["oslo"]

    def test_other_posts_stay(self, published: Walled) -> None:
        published.order("oslo")
        rounds(published)
        assert len(published.stage.posts["bern"]) == 1
        assert published.delivery("bern").state is State.PUBLISHED

    def test_a_video_is_taken_down_as_one(self, walled: Walled) -> None:
        walled.plan(video())
        walled.prepare()
        walled.send()
        walled.order("channel", part="video")
        rounds(walled, 2)
        assert walled.delivery("channel", part="video").state is State.RECALLED
        assert walled.stage.posts["channel"] == []


class TestReposts:
    def test_a_repost_is_undone_before_its_original(self, reposted: Walled) -> None:
        asked = reposted.order("mfa")
        assert [one.account for one in asked.down] == ["mfa", "oslo"]
        rounds(reposted)
        assert deletions(reposted) == ["oslo", "mfa"]
        with reposted.store.read() as reading:
            assert reading.recalls_due(reposted.means.now(), 9) == ()

    def test_its_original_waits_until_that_is_done(self, reposted: Walled) -> None:
        reposted.stage.refused["oslo"].append(Unreachable("X is down."))
        reposted.order("mfa")
        for _ in range(3):
            reposted.take_down()
        assert deletions(reposted) == ["oslo"]
        assert reposted.delivery("mfa").state is State.PUBLISHED
        reposted.clock.pass_by(2 * SECOND)
        rounds(reposted, 5)
        assert deletions(reposted) == ["oslo", "oslo", "mfa"]

    def test_its_original_does_not_wait_for_what_will_never_be_done(self, reposted: Walled) -> None:
        reposted.stage.refused["oslo"].extend([REFUSED] * 3)
        reposted.order("mfa")
        rounds(reposted, 40)
        assert reposted.recall("oslo").step is Step.GIVEN_UP
        assert reposted.delivery("mfa").state is State.RECALLED

    def test_its_original_does_not_wait_for_a_persons_decision(self, walled: Walled) -> None:
        walled.plan(says("mfa"), repost("oslo"))
        walled.send()
        walled.clock.pass_by(HOUR)
        walled.stage.next.append(LOST)
        walled.send()
        walled.stage.unread["oslo"].append(Unreachable("X is down."))
        walled.clock.pass_by(2 * HOUR)
        walled.order("mfa")
        assert walled.orders() == [], "its repost may be settled any moment"
        walled.reconcile()
        assert walled.delivery("oslo").stuck
        rounds(walled, 3)
        assert walled.delivery("mfa").state is State.RECALLED

    def test_a_repost_is_named_as_one(self, reposted: Walled) -> None:
        reposted.order("oslo")
        [one] = reposted.orders()
        assert one.post == PostRef(kind="repost", id="1002", original="1001")

    def test_a_repost_that_was_found_again_is_named_as_one(self, walled: Walled) -> None:
        walled.plan(says("mfa"), repost("oslo"))
        walled.send()
        walled.clock.pass_by(HOUR)
        walled.stage.lost["oslo"] = LOST
        walled.send()
        walled.clock.pass_by(2 * SECOND)
        walled.reconcile()
        walled.order("oslo")
        assert walled.orders()[0].post == PostRef(kind="repost", id="1002", original="1001")

    def test_those_that_are_not_out_yet_are_called_off(self, reposted: Walled) -> None:
        asked = reposted.order("mfa")
        assert [one.account for one in asked.off] == ["bern"]
        assert reposted.delivery("bern").error == "Called off: wrong figure"
        rounds(reposted)
        reposted.clock.pass_by(HOUR)
        assert reposted.send() == []

    def test_a_repost_alone_leaves_its_original(self, reposted: Walled) -> None:
        reposted.order("oslo")
        rounds(reposted)
        assert reposted.delivery("mfa").state is State.PUBLISHED


class TestNotOutYet:
    def test_what_is_planned_is_called_off_at_once(self, walled: Walled) -> None:
        walled.plan(says("oslo"), at=NOON + HOUR)
        asked = walled.order("oslo")
        assert ([one.account for one in asked.off], asked.down) == (["oslo"], ())
        assert walled.delivery("oslo").state is State.CANCELLED
        last = walled.story("oslo")[-1]
        assert (last["event"], last["by"]) == ("cancelled", "ben")
        walled.clock.pass_by(HOUR)
        assert walled.send() == []

    def test_what_never_went_out_needs_nothing(self, walled: Walled) -> None:
        walled.plan(says("oslo"))
        walled.stage.next.append(Rejected("Never."))
        walled.send()
        asked = walled.order("oslo")
        assert ([one.account for one in asked.nothing], asked.keys) == (["oslo"], ())
        with walled.store.read() as reading:
            assert reading.recalls() == ()

    def test_what_waits_for_something_that_was_taken_down_is_called_off(self, walled: Walled) -> None:
        walled.plan(video(), with_video("oslo"))
        walled.prepare()
        walled.send()
        walled.order("channel", part="video")
        rounds(walled, 2)
        walled.tidy()
        assert walled.delivery("oslo").state is State.CANCELLED
        assert "was taken down" in walled.delivery("oslo").error


class TestInDoubt:
    def doubtful(self, walled: Walled, *, stands: bool) -> None:
        walled.plan(says("oslo"))
        if stands:
            walled.stage.lost["oslo"] = LOST
        else:
            walled.stage.next.append(LOST)
        walled.send()

    def test_it_is_settled_first_and_then_taken_down(self, walled: Walled) -> None:
        self.doubtful(walled, stands=True)
        asked = walled.order("oslo")
        assert [one.account for one in asked.doubtful] == ["oslo"]
        assert walled.orders() == []
        walled.clock.pass_by(2 * SECOND)
        walled.reconcile()
        rounds(walled, 2)
        assert walled.events("oslo")[-4:] == ["recall-asked", "found", "copied", "recalled"]
        assert walled.stage.posts["oslo"] == []

    def test_what_turns_out_not_to_be_there_is_called_off_and_never_sent_again(self, walled: Walled) -> None:
        self.doubtful(walled, stands=False)
        walled.order("oslo")
        walled.clock.pass_by(2 * MINUTE)
        assert [one.state for one in walled.reconcile()] == [State.PLANNED]
        assert walled.claim() == [], "an engine sends before it recalls"
        assert walled.orders() == []
        assert walled.delivery("oslo").state is State.CANCELLED
        assert walled.recall("oslo").step is Step.DONE
        assert walled.send() == []
        assert walled.stage.posts["oslo"] == []

    @pytest.mark.parametrize(
        "outcome", [Unreachable("Gone."), Throttled("Slow down.", retry_at=NOON), Unauthorized("No."), None],
        ids=["unreachable", "throttled", "shut-out", "published"],
    )  # fmt: skip
    def test_what_is_on_its_way_is_waited_for(self, walled: Walled, outcome: PlatformError | None) -> None:
        walled.plan(says("oslo"))
        claims = walled.claim()
        walled.order("oslo")
        assert walled.orders() == []
        walled.stage.next.append(outcome)
        walled.settle(*[deliver.send(walled.means, one) for one in claims])
        walled.clock.pass_by(MINUTE)
        assert walled.claim() == []
        rounds(walled, 3)
        assert walled.delivery("oslo").state is (State.RECALLED if outcome is None else State.CANCELLED)
        assert walled.stage.posts["oslo"] == []
        assert len(walled.stage.published) == 1


class TestRefused:
    def test_it_is_tried_again_until_it_is_gone(self, published: Walled) -> None:
        published.stage.refused["oslo"].extend([Unreachable("X is down.", code="HTTP 503"), LOST, None])
        published.order("oslo")
        published.take_down()
        published.take_down()
        again = published.recall("oslo")
        assert (again.step, again.tries, again.next_at, again.error) == (Step.COPIED, 1, NOON + 2 * SECOND, "X is down.")
        assert published.take_down() == []
        published.clock.pass_by(2 * SECOND)
        published.take_down()
        published.clock.pass_by(5 * SECOND)
        assert [one.state for one in published.take_down()] == [State.RECALLED]
        assert published.events("oslo").count("not-recalled") == 2
        assert published.story("oslo")[-1]["facts"]["tries"] == 3

    def test_a_throttle_says_when_and_costs_no_try(self, published: Walled) -> None:
        published.stage.refused["oslo"].append(Throttled("Slow down.", retry_at=NOON + 15 * MINUTE))
        published.order("oslo")
        published.take_down()
        published.take_down()
        again = published.recall("oslo")
        assert (again.tries, again.next_at) == (0, NOON + 15 * MINUTE)

    def test_an_account_that_goes_on_refusing_is_named_and_all_others_are_gone(self, published: Walled) -> None:
        published.stage.refused["oslo"].extend([REFUSED] * 3)
        published.order("oslo", "bern")
        rounds(published, 30)
        assert published.delivery("bern").state is State.RECALLED
        given_up = published.recall("oslo")
        assert (given_up.step, given_up.tries, given_up.error) == (Step.GIVEN_UP, 3, "This post cannot be deleted.")
        assert published.delivery("oslo").state is State.PUBLISHED
        facts = [fact["facts"] for fact in published.story("oslo") if fact["event"] == "not-recalled"]
        assert [one["given_up"] for one in facts] == [False, False, True]
        published.clock.pass_by(HOUR)
        assert published.orders() == []

    def test_an_account_that_must_be_connected_again_is_not_tried_for_nothing(self, published: Walled) -> None:
        published.stage.refused["oslo"].append(Unauthorized("X does not accept the credential.", remedy="Connect it."))
        published.order("oslo")
        rounds(published, 2)
        assert published.recall("oslo").step is Step.GIVEN_UP
        assert published.recall("oslo").error.endswith("Connect it.")

    def test_a_bare_401_is_tried_again(self, published: Walled) -> None:
        published.stage.refused["oslo"].append(Unauthorized("401.", probe=True))
        published.order("oslo")
        rounds(published, 2)
        assert published.recall("oslo").step is Step.COPIED
        rounds(published, 2)
        assert published.delivery("oslo").state is State.RECALLED

    def test_asked_once_more_it_is_tried_once_more_and_the_first_copy_is_kept(self, published: Walled) -> None:
        published.stage.refused["oslo"].extend([REFUSED] * 3)
        published.order("oslo")
        rounds(published, 30)
        copy = published.recall("oslo").copy
        published.order("oslo", reason="mended")
        again = published.recall("oslo")
        assert (again.step, again.tries, again.copy) == (Step.COPIED, 0, copy)
        assert [one.state for one in published.take_down()] == [State.RECALLED]
        assert published.events("oslo").count("copied") == 1

    def test_of_an_account_that_is_retired_or_gone_a_person_takes_it_down_and_is_told_at_once(self, published: Walled) -> None:
        published.order("oslo")
        del published.accounts["oslo"]
        rounds(published, 1)
        assert published.recall("oslo").error.startswith("oslo is retired, or gone from the config, and there is no credential")
        assert published.recall("oslo").step is Step.GIVEN_UP

    def test_whatever_goes_wrong_with_one_does_not_stop_the_others(self, published: Walled) -> None:
        published.stage.refused["oslo"].append(RuntimeError("a secret stands here"))
        published.order("oslo", "bern")
        rounds(published, 2)
        assert published.delivery("bern").state is State.RECALLED
        assert "secret" not in json.dumps(published.story("oslo")) + published.recall("oslo").error

    def test_a_release_that_is_not_whole_does_not_keep_it_there(self, published: Walled) -> None:
        published.change("DELETE FROM blob WHERE digest = (SELECT release FROM delivery LIMIT 1)")
        published.means.releases.clear()
        published.order("oslo")
        rounds(published, 2)
        assert published.delivery("oslo").state is State.RECALLED
        assert copy_of(published, "oslo")["media"] == []


class TestInterrupted:
    def test_what_somebody_works_on_is_left_to_them_for_a_minute(self, published: Walled) -> None:
        published.order("oslo")
        assert len(published.orders()) == 1
        assert published.orders() == []
        published.clock.pass_by(MINUTE)
        assert len(published.orders()) == 1

    def test_killed_after_the_deletion_it_is_read_back_by_the_next(self, published: Walled) -> None:
        published.order("oslo")
        published.take_down()
        for one in published.orders():
            recall.take_down(published.means, one)  # and nobody writes it down
        published.clock.pass_by(MINUTE)
        assert [one.state for one in published.take_down()] == [State.RECALLED]
        assert published.story("oslo")[-1]["facts"]["copy"]

    def test_killed_before_the_copy_was_on_record_it_is_copied_by_the_next(self, published: Walled) -> None:
        published.order("oslo")
        for one in published.orders():
            recall.take_down(published.means, one)
        assert len(published.stage.posts["oslo"]) == 1
        published.clock.pass_by(MINUTE)
        rounds(published, 2)
        assert published.delivery("oslo").state is State.RECALLED
        assert copy_of(published, "oslo")["text"] == "Good morning"

    def test_two_that_work_on_one_write_it_down_once(self, published: Walled) -> None:
        published.order("oslo")
        first = [recall.take_down(published.means, one) for one in published.orders()]
        published.clock.pass_by(MINUTE)
        second = [recall.take_down(published.means, one) for one in published.orders()]
        published.written(*first)
        published.written(*second)
        assert published.events("oslo").count("copied") == 1
        published.take_down()
        assert published.delivery("oslo").state is State.RECALLED
        assert published.written(*first, *second) == []

    def test_a_few_at_a_time_all_come_down(self, published: Walled) -> None:
        published.order("oslo", "bern")
        for _ in range(4):
            published.take_down(limit=1)
        assert [published.delivery(name).state for name in ("oslo", "bern")] == [State.RECALLED] * 2


def test_each_account_has_a_receipt(published: Walled) -> None:
    published.stage.refused["bern"].append(Unauthorized("X does not accept the credential."))
    keys = published.order("oslo", "bern").keys
    rounds(published, 2)
    with published.store.read() as reading:
        bern, oslo = recall.receipts(reading, keys)
    assert (oslo["account"], oslo["state"], oslo["step"], oslo["by"], oslo["reason"]) == (
        "oslo", "recalled", "done", "ben", "wrong figure",
    )  # fmt: skip
    assert oslo["copy"] == published.recall("oslo").copy
    assert oslo["gone_at"].startswith("2026-12-01T12:00:0")
    assert (bern["state"], bern["step"], bern["gone_at"]) == ("published", "given up", "")
    assert "does not accept" in bern["error"]


def test_a_receipt_of_what_was_called_off_says_when(walled: Walled) -> None:
    walled.plan(says("oslo"), at=NOON + HOUR)
    keys = walled.order("oslo").keys
    with walled.store.read() as reading:
        [row] = recall.receipts(reading, keys)
    assert (row["state"], row["step"], row["gone_at"]) == ("cancelled", "done", "2026-12-01T12:00:00.000Z")


def test_the_address_of_a_recalled_video_is_not_forgotten(walled: Walled) -> None:
    walled.plan(video())
    walled.prepare()
    walled.send()
    walled.order("channel", part="video")
    rounds(walled, 2)
    assert walled.story("channel", part="video")[-1]["facts"]["url"] == VIDEO_URL
