"""Scheduling: a release is put in force once, and every delivery of it is planned once."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ministry_social.desk import deliver, schedule
from ministry_social.desk.compose import Draft
from ministry_social.errors import LedgerBroken, NotAllowed, Throttled, Unreachable
from ministry_social.model.delivery import State
from ministry_social.model.finding import Finding, Weight
from ministry_social.model.variant import Kind, Reference
from ministry_social.rules.canonical import digest

from .bench import HOUR, MINUTE, NOON, Bench, account, attachment, says, video, with_video


def history(bench: Bench) -> list[str]:
    with bench.store.read() as reading:
        return [str(json.loads(entry.body)["event"]) for entry in reading.history(message="grain")]


def test_a_release_lists_every_delivery_as_it_was_signed(bench: Bench) -> None:
    planned = bench.plan(video(), with_video("oslo"), says("bern", "Good morning"))
    assert (planned.new, planned.replaced) == (3, False)
    with bench.store.read() as reading:
        [(message, wave, release, revision, confirmed)] = reading.releases()
        signed = json.loads(reading.blob(release) or b"")
    assert (message, wave, release, revision, confirmed) == ("grain", 1, planned.release, digest(b"one"), True)
    bern = signed["deliveries"][2]
    assert (bern["key"], bern["account_id"], bern["kind"]) == ("grain/1/bern/post", "id-bern", "local")
    assert signed["deliveries"][1]["waits_for"] == ["grain/1/channel/video"]
    assert bern["payload"] == bench.delivery("bern").payload


def test_the_ledger_says_who_released_what(bench: Bench) -> None:
    bench.plan(says("oslo"), says("bern"))
    assert history(bench) == ["received", "findings", "released", "confirmed", "planned", "planned"]
    with bench.store.read() as reading:
        bodies = [json.loads(entry.body) for entry in reading.history(message="grain")]
        assert {body["by"] for body in bodies} == {"ana"}
        assert bodies[2]["facts"] == {
            "release": bodies[3]["facts"]["release"],
            "revision": digest(b"one"),
            "deliveries": 2,
            "wave": 1,
        }
        [taken] = reading.revisions("grain")
        assert (taken.number, taken.digest, reading.blob(taken.digest)) == (1, digest(b"one"), b"one")


def test_the_same_revision_again_adds_nothing(bench: Bench) -> None:
    first = bench.plan(says("oslo"))
    bench.send()
    bench.clock.pass_by(HOUR)
    before = history(bench)
    again = bench.plan(says("oslo"))
    assert (again.release, again.new) == (first.release, 0)
    assert history(bench) == before


def test_another_revision_takes_the_place_of_one_that_has_not_started(bench: Bench) -> None:
    first = bench.plan(says("oslo"), says("bern"))
    second = bench.plan(says("oslo", "Better"), says("lima"), source=b"two")
    assert (second.new, second.replaced) == (2, True)
    assert second.release != first.release
    with bench.store.read() as reading:
        assert [d.account for d in reading.deliveries(message="grain")] == ["lima", "oslo"]
        assert [one.number for one in reading.revisions("grain")] == [1, 2]
        assert len(reading.releases()) == 1
    assert bench.events("bern") == ["planned", "replaced"]
    assert bench.events("oslo") == ["planned", "replaced", "planned"]
    assert [now.state for now in bench.send()] == [State.PUBLISHED] * 2


@pytest.mark.parametrize("outcome", [None, Unreachable("Gone."), Throttled("Slow down.")], ids=["published", "unsent", "throttled"])
def test_another_revision_is_refused_once_something_has_started(bench: Bench, outcome: Exception | None) -> None:
    bench.plan(says("oslo"), says("bern"), at=NOON)
    bench.stage.next.append(outcome)
    with bench.store.begin() as tx:
        claims = deliver.claim(tx, bench.means, tx.due(NOON, 1))
    bench.settle(*[deliver.send(bench.means, one) for one in claims])
    with pytest.raises(NotAllowed, match=r"1 of its deliveries have been started already.*put the file back.*correct.*new message"):
        bench.plan(says("oslo", "Better"), says("bern"), source=b"two")
    with pytest.raises(NotAllowed, match="Ways on"):
        schedule.refuse_if_started(bench.store, "grain", 1, digest(b"two"))
    with bench.store.read() as reading:
        assert len(reading.revisions("grain")) == 1


def test_a_preparation_that_runs_while_the_plan_is_replaced_changes_nothing(bench: Bench) -> None:
    bench.plan(says("oslo", attachments=(attachment(),)))

    def replaced() -> None:
        bench.plan(says("oslo", "Better", attachments=(attachment(),)), source=b"two")

    bench.stage.meanwhile = replaced
    assert bench.prepare() == []
    assert not bench.delivery("oslo").prepared
    bench.stage.meanwhile = lambda: None
    assert [now.prepared for now in bench.prepare()] == [True]


@pytest.mark.parametrize("at", [None, NOON, NOON + MINUTE, NOON - HOUR])
def test_the_embargo_is_never_undercut(bench: Bench, at: datetime | None) -> None:
    bench.plan(says("oslo"), at=at, embargo=NOON + HOUR)
    assert bench.delivery("oslo").due_at == NOON + HOUR


def test_a_time_after_the_embargo_is_kept(bench: Bench) -> None:
    bench.plan(says("oslo"), at=NOON + 2 * HOUR, embargo=NOON + HOUR)
    assert bench.delivery("oslo").due_at == NOON + 2 * HOUR


def test_a_time_that_has_passed_means_now(bench: Bench) -> None:
    bench.plan(says("oslo"), at=datetime(2020, 1, 1, tzinfo=UTC))
    assert (bench.delivery("oslo").due_at, bench.delivery("oslo").stale_at) == (NOON, NOON + 12 * HOUR)


def test_a_message_says_itself_how_long_it_is_worth_sending(bench: Bench) -> None:
    bench.plan(says("oslo"), stale_after=HOUR)
    assert bench.delivery("oslo").stale_at == NOON + HOUR


def test_each_account_may_have_a_time_of_its_own(bench: Bench) -> None:
    planned = bench.plan(says("oslo"), says("bern"), at={"oslo": NOON + HOUR, "bern": NOON + 2 * HOUR})
    assert [bench.delivery(name).due_at - NOON for name in ("oslo", "bern")] == [HOUR, 2 * HOUR]
    assert bench.delivery("bern").stale_at == NOON + 14 * HOUR
    with bench.store.read() as reading:
        signed = json.loads(reading.blob(planned.release) or b"")
    assert [one["due_at"] for one in signed["deliveries"]] == ["2026-12-01T13:00:00.000Z", "2026-12-01T14:00:00.000Z"]


def test_no_time_of_its_own_is_before_now_or_the_embargo(bench: Bench) -> None:
    bench.plan(says("oslo"), says("bern"), at={"oslo": NOON - HOUR, "bern": NOON + 2 * HOUR}, embargo=NOON + HOUR)
    assert [bench.delivery(name).due_at - NOON for name in ("oslo", "bern")] == [HOUR, 2 * HOUR]


def test_what_has_not_started_can_be_given_another_time(bench: Bench) -> None:
    bench.plan(says("oslo"), at=NOON + HOUR)
    assert bench.plan(says("oslo"), at=NOON + 2 * HOUR).new == 0, "the same revision again changes nothing"
    moved = bench.plan(says("oslo"), at=NOON + 2 * HOUR, anew=True)
    assert (moved.new, moved.replaced, bench.delivery("oslo").due_at) == (1, True, NOON + 2 * HOUR)
    assert bench.events("oslo") == ["planned", "replaced", "planned"]
    assert history(bench).count("received") == 1, "it is the same revision"
    assert bench.plan(says("oslo"), at=NOON + 2 * HOUR, anew=True).new == 0, "it has that time already"
    bench.verify()


def test_what_has_started_keeps_its_times(bench: Bench) -> None:
    bench.plan(says("oslo"), says("bern"), at={"oslo": NOON, "bern": NOON + HOUR})
    bench.send()
    with pytest.raises(NotAllowed, match="1 of the deliveries of grain have been started already: the others keep their times"):
        bench.plan(says("oslo"), says("bern"), at=NOON + 2 * HOUR, anew=True)
    with pytest.raises(NotAllowed, match="hold --message grain"):
        schedule.refuse_if_started(bench.store, "grain", 1, digest(b"one"), anew=True)
    schedule.refuse_if_started(bench.store, "grain", 1, digest(b"one"))


def test_reposts_come_one_after_another(bench: Bench) -> None:
    original = Reference(delivery="grain/1/mfa/post", field="id", shape="x-id")
    reposts = [(account(name), replace(says(name, kind=Kind.REPOST)[1], of=original)) for name in ("oslo", "bern")]
    bench.plan(says("mfa", kind=Kind.ORIGINAL), *reposts)
    assert [bench.delivery(name).due_at - NOON for name in ("mfa", "oslo", "bern")] == [0 * MINUTE, 10 * MINUTE, 20 * MINUTE]


def plan(bench: Bench, drafted: Draft, source: bytes) -> None:
    schedule.plan(
        bench.store, bench.clock, drafted, wave=1, times=bench.times, at=None, file="grain.md", source=source, person="ana"
    )


def test_what_a_finding_blocks_is_never_planned(bench: Bench) -> None:
    found = Finding(name="too-long", weight=Weight.BLOCKING, sentence="Too long.")
    with pytest.raises(NotAllowed, match="blocking finding"):
        plan(bench, replace(bench.draft(says("oslo")), findings=(found,)), b"one")
    assert history(bench) == []


def test_other_bytes_than_those_checked_are_refused(bench: Bench) -> None:
    with pytest.raises(LedgerBroken, match="not the one that was checked"):
        plan(bench, bench.draft(says("oslo")), b"two")


def test_what_stands_can_be_asked_for(bench: Bench) -> None:
    assert schedule.standing_release(bench.store, "grain", 1) is None
    planned = bench.plan(says("oslo"))
    assert schedule.standing_release(bench.store, "grain", 1) == (planned.release, digest(b"one"))
    schedule.refuse_if_started(bench.store, "grain", 1, digest(b"two"))  # nothing has started
    bench.send()
    schedule.refuse_if_started(bench.store, "grain", 1, digest(b"one"))  # the same revision goes on
