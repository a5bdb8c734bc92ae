"""The watch: one account at a time, each thing on record once, silent while nothing changes, and never believing a failed look."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ministry_social.desk import telling, watch
from ministry_social.desk.alerting import Bell
from ministry_social.errors import InvalidSettings, NotAllowed, OutcomeUnknown, Rejected, Throttled, Unreachable
from ministry_social.model.delivery import PostRef
from ministry_social.model.watching import Watched

from .bench import HOUR, MINUTE, NOON, account, says, with_video
from .bench import video as film
from .test_standing import Ears
from .wall import Walled, make_walled

EVERY = 30 * MINUTE


@pytest.fixture
def walled(tmp_path: Path) -> Walled:
    """Oslo has said something an hour ago, and is looked at every half hour."""
    made = make_walled(tmp_path)
    made.means = replace(made.means, watch_every=EVERY)
    made.plan(says("oslo"))
    made.prepare()
    made.send()
    made.clock.pass_by(HOUR)
    return made


def look(walled: Walled) -> int:
    """An engine's round; returns how many accounts it looked at."""
    with walled.store.begin() as tx:
        questions = watch.claim(tx, walled.means, 9)
    sights = [watch.look(walled.means, one) for one in questions]
    with walled.store.begin() as tx:
        watch.settle(tx, walled.means, sights)
    return len(questions)


def later(walled: Walled) -> None:
    walled.clock.pass_by(EVERY)
    assert look(walled) == 1


def known(walled: Walled, name: str = "oslo") -> Watched:
    with walled.store.read() as reading:
        found = reading.watched(name)
    assert found is not None
    return found


def rewrite(walled: Walled, text: str, name: str = "oslo") -> None:
    [before] = walled.stage.posts[name]
    walled.stage.posts[name] = [replace(before, text=text)]


def test_accounts_are_looked_at_one_after_the_other_each_in_its_time(walled: Walled) -> None:
    walled.plan(says("rome"), message="other")
    assert look(walled) == 1
    assert look(walled) == 0  # the next one a minute later
    walled.clock.pass_by(MINUTE)
    assert look(walled) == 1
    walled.clock.pass_by(MINUTE)
    with walled.store.read() as reading:
        assert not watch.any_due(reading, walled.means)
    later(walled)
    assert [name for how, name in walled.stage.calls if how == "recent"] == ["oslo", "rome", "oslo"]


def test_an_engine_that_is_told_so_looks_at_nobody_and_some_platforms_may_be_left_out(walled: Walled) -> None:
    walled.means = replace(walled.means, watch_every=timedelta())
    assert look(walled) == 0
    walled.means = replace(walled.means, watch_every=EVERY, unwatched=frozenset({"x"}))
    assert look(walled) == 0


def test_a_deviation_is_on_record_once_with_digests_and_again_when_it_is_over(walled: Walled) -> None:
    assert look(walled) == 1
    assert walled.entries("deviation") == []
    rewrite(walled, "oslo is silent")
    later(walled)
    later(walled)
    [entry] = walled.entries("deviation")
    facts = entry["facts"]
    assert (facts["kind"], entry["by"]) == ("edited", "engine")
    assert entry["about"] == {"account": "oslo", "delivery": "grain/1/oslo/post", "message": "grain"}
    assert "silent" not in str(entry)
    with walled.store.read() as reading:
        assert reading.blob(facts["stands"]) == b"oslo is silent"
        assert reading.blob(facts["signed"]) == b"oslo speaks"
    rewrite(walled, "oslo speaks")
    later(walled)
    assert [one["facts"]["id"] for one in walled.entries("deviation-over")] == [facts["id"]]
    assert known(walled).open == ()
    rewrite(walled, "oslo is silent")
    later(walled)
    assert len(walled.entries("deviation")) == 2
    walled.verify()


def test_what_is_explained_is_silent_in_that_state_only(walled: Walled) -> None:
    rewrite(walled, "oslo is silent")
    look(walled)
    [one] = known(walled).open
    watch.explain(walled.means, one.id, reason="they asked us", person="ana")
    assert known(walled).open == ()
    later(walled)
    rewrite(walled, "oslo speaks")
    later(walled)
    rewrite(walled, "oslo is silent")
    later(walled)
    assert len(walled.entries("deviation")) == 1
    assert [(each["by"], each["facts"]["reason"]) for each in walled.entries("explained")] == [("ana", "they asked us")]
    rewrite(walled, "oslo shouts")
    later(walled)
    assert [each["facts"]["kind"] for each in walled.entries("deviation")] == ["edited", "edited"]


def test_nothing_is_explained_without_a_reason_nor_what_is_not_there(walled: Walled) -> None:
    with pytest.raises(NotAllowed, match="for a reason only"):
        watch.explain(walled.means, "abc", reason="", person="ana")
    with pytest.raises(InvalidSettings, match="no open deviation abc"):
        watch.explain(walled.means, "abc", reason="why not", person="ana")


@pytest.mark.parametrize("error", [Unreachable("Gone."), Throttled("Later.", retry_at=NOON), Rejected("No.", code="odd")])
def test_a_look_that_failed_says_nothing_of_the_account(walled: Walled, error: Exception) -> None:
    look(walled)
    rewrite(walled, "oslo is silent")
    walled.stage.unread["oslo"].append(error)
    later(walled)
    seen = known(walled)
    assert (seen.open, seen.looked) == ((), NOON + HOUR)
    assert seen.error == str(error).split("   ")[0]
    later(walled)
    assert (len(known(walled).open), known(walled).error) == (1, "")


def test_a_bug_says_nothing_of_the_account_either(walled: Walled) -> None:
    walled.stage.unread["oslo"].append(RuntimeError("boom"))
    look(walled)
    assert known(walled).error == "Something failed that was not foreseen (RuntimeError)."


def test_what_the_list_leaves_out_is_asked_for_before_it_is_believed(walled: Walled) -> None:
    post = walled.stage.posts["oslo"][0]
    walled.stage.posts["oslo"] = [replace(post, at=NOON - timedelta(days=90))]  # not on the list, and there
    look(walled)
    assert ("fetch", "oslo") in walled.stage.calls
    assert known(walled).open == ()
    walled.stage.posts["oslo"] = []
    later(walled)
    assert [one.kind for one in known(walled).open] == ["removed"]


def test_what_was_published_just_now_may_not_be_shown_yet(walled: Walled) -> None:
    walled.plan(says("oslo", "More."), message="more")
    walled.send()
    walled.stage.posts["oslo"].pop()
    look(walled)
    assert known(walled).open == ()
    later(walled)
    assert [one.kind for one in known(walled).open] == ["removed"]


def test_what_a_platform_holds_back_was_removed_by_it(walled: Walled) -> None:
    walled.stage.posts["oslo"] = []
    walled.stage.unread["oslo"].extend([None, Rejected("X does not show it.", code="resource-unavailable")])
    look(walled)
    [one] = known(walled).open
    assert (one.kind, dict(one.facts)) == ("removed-by-platform", {"reason": "resource-unavailable"})


def test_what_is_in_doubt_is_no_foreign_post(walled: Walled) -> None:
    walled.stage.lost["oslo"] = OutcomeUnknown("Lost.", code="timeout")
    walled.plan(says("oslo", "In doubt."), message="doubt")
    walled.send()
    look(walled)
    assert known(walled).open == ()


def test_a_foreign_post_is_found_unless_it_is_older_than_our_first(walled: Walled) -> None:
    walled.stage.stand("oslo", "Long ago.", number="1", at=NOON - MINUTE)
    walled.stage.stand("oslo", "Buy gold.", number="2")
    look(walled)
    [one] = known(walled).open
    assert (one.kind, one.post, one.delivery) == ("foreign-post", PostRef(kind="post", id="2"), "")
    assert known(walled).began == NOON
    [entry] = walled.entries("deviation")
    assert entry["about"] == {"account": "oslo"}


def test_an_account_that_has_said_nothing_is_watched_from_the_first_look_on(walled: Walled) -> None:
    walled.accounts["lima"] = account("lima")
    walled.vault.put("lima", walled.vault.get("oslo"))
    walled.stage.stand("lima", "Before.", number="1")
    walled.clock.pass_by(MINUTE)
    assert watch.watch(walled.means, walled.accounts["lima"], person="ana").open == ()
    walled.stage.stand("lima", "After.", number="2")
    walled.clock.pass_by(MINUTE)
    assert [one.kind for one in watch.watch(walled.means, walled.accounts["lima"], person="ana").open] == ["foreign-post"]


def test_a_text_with_a_videos_address_is_compared_with_what_was_sent(walled: Walled) -> None:
    walled.plan(film(), with_video("bern", message="film"), message="film")
    walled.prepare()
    walled.send()
    walled.prepare()
    walled.send()
    assert walled.stage.posts["bern"][0].text.startswith("Watch https://youtu.be/")
    walled.clock.pass_by(MINUTE * 5)
    assert watch.watch(walled.means, walled.accounts["bern"], person="ana").open == ()


def test_a_recall_under_way_is_no_deviation_and_one_that_did_not_hold_is(walled: Walled) -> None:
    [post] = walled.stage.posts["oslo"]
    walled.order("oslo")
    walled.stage.posts["oslo"] = []
    look(walled)
    assert known(walled).open == ()
    walled.take_down()
    walled.take_down()
    assert walled.delivery("oslo").state == "recalled"
    later(walled)
    assert known(walled).open == ()
    walled.stage.posts["oslo"] = [post]
    later(walled)
    assert [one.kind for one in known(walled).open] == ["recalled-still-stands"]


def test_what_was_recalled_while_we_looked_is_not_written_down_as_missing(walled: Walled) -> None:
    post = walled.stage.posts["oslo"].pop()
    with walled.store.begin() as tx:
        questions = watch.claim(tx, walled.means, 1)
    sights = [watch.look(walled.means, one) for one in questions]
    walled.stage.posts["oslo"].append(post)
    walled.order("oslo")
    with walled.store.begin() as tx:
        watch.settle(tx, walled.means, sights)
    assert walled.entries("deviation") == []


def test_a_look_that_came_back_late_does_not_undo_a_later_one(walled: Walled) -> None:
    with walled.store.begin() as tx:
        questions = watch.claim(tx, walled.means, 1)
    old = [watch.look(walled.means, one) for one in questions]
    walled.clock.pass_by(MINUTE)
    rewrite(walled, "oslo is silent")
    watch.watch(walled.means, walled.accounts["oslo"], person="ana")
    with walled.store.begin() as tx:
        watch.settle(tx, walled.means, old)
    assert len(known(walled).open) == 1
    assert walled.entries("deviation-over") == []


def test_what_is_too_old_to_be_seen_stays_until_it_is_explained(walled: Walled) -> None:
    rewrite(walled, "oslo is silent")
    look(walled)
    walled.clock.pass_by(timedelta(days=40))
    assert look(walled) == 1
    [one] = known(walled).open
    assert walled.entries("deviation-over") == []
    watch.explain(walled.means, one.id, reason="long over", person="ana")
    later(walled)
    assert known(walled).explained == ()  # nobody needs to know any more


def test_each_deviation_is_told_once_and_again_when_it_comes_back(walled: Walled) -> None:
    mail = Ears()
    walled.means = replace(walled.means, bell=Bell(make=lambda: {"mail": mail}, operators=("ops@example.org",), ways=("mail",)))
    rewrite(walled, "oslo is silent")
    look(walled)
    telling.tell_all(walled.means, person="ana")
    later(walled)
    telling.tell_all(walled.means, person="ana")
    [(to, notice)] = mail.heard
    assert (to, notice.findings, notice.about) == ("ops@example.org", ("edited",), ("oslo",))
    assert "silent" not in str(notice)
    rewrite(walled, "oslo speaks")
    later(walled)
    rewrite(walled, "oslo is silent")
    later(walled)
    telling.tell_all(walled.means, person="ana")
    assert len(mail.heard) == 2
