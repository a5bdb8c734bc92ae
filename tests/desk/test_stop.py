"""Stopping: from a hold's commit on nothing starts, what had left is waited for, and a release lets the rest go on."""

from datetime import timedelta

import pytest

from ministry_social.desk import deliver, recall, stop
from ministry_social.desk.report import rows
from ministry_social.errors import NotAllowed, OutcomeUnknown
from ministry_social.model.account import Account
from ministry_social.model.delivery import State
from ministry_social.model.stop import Hold
from ministry_social.model.variant import Variant

from .bench import HOUR, MINUTE, NOON, attachment, says, with_video
from .bench import video as the_video
from .wall import Walled

SECOND = timedelta(seconds=1)
# Two missions on X and a Page, as the config knows them.
WHERE = {
    "oslo": {"country": "NO", "groups": ("europe",)},
    "lima": {"country": "PE", "groups": ("americas",)},
    "page": {"country": "NO", "mission": "oslo"},
}


@pytest.fixture
def planned(walled: Walled) -> Walled:
    """The message `grain` on two accounts of X and on a Page, due now."""
    walled.plan(*(placed(name) for name in WHERE))
    return walled


def placed(name: str) -> tuple[Account, Variant]:
    who, variant = says(name, platform="facebook" if name == "page" else "x")
    values = {field: getattr(who, field) for field in who.__dataclass_fields__}
    return Account(**values | WHERE[name]), variant


def hold(
    walled: Walled, scope: str = "all", value: str = "", *, drill: bool = False, reason: str = "the figures are wrong"
) -> stop.Held:
    return stop.hold(walled.means, scope, value, reason=reason, drill=drill, person="ana")


def release(walled: Walled, *holds: Hold) -> stop.Lifted:
    return stop.release(walled.means, holds, reason="corrected", person="ben")


def holds(walled: Walled) -> tuple[Hold, ...]:
    with walled.store.read() as reading:
        return reading.holds()


@pytest.mark.parametrize(
    ("scope", "value", "go"),
    [
        ("all", "", []),
        ("platform", "x", ["page"]),
        ("platform", "youtube", ["lima", "oslo", "page"]),
        ("country", "NO", ["lima"]),
        ("group", "americas", ["oslo", "page"]),
        ("mission", "oslo", ["lima"]),
        ("account", "oslo", ["lima", "page"]),
        ("message", "grain", []),
        ("message", "wheat", ["lima", "oslo", "page"]),
    ],
)
def test_a_hold_stops_its_scope_and_nothing_else(planned: Walled, scope: str, value: str, go: list[str]) -> None:
    held = hold(planned, scope, value)
    assert (held.already, held.stopped, held.left) == (False, 3 - len(go), ())
    assert [one.account for one in planned.send()] == go
    assert sorted(call.key for call in planned.stage.published) == [f"grain/1/{name}/post" for name in go]


def test_a_claim_that_was_found_before_the_hold_does_not_start_after_it(planned: Walled) -> None:
    """Another worker knows what is due; what counts is the transaction in which it would start."""
    with planned.store.read() as reading:
        due = reading.due(planned.means.now(), 9, planned.means.stops(reading))
    assert len(due) == 3
    hold(planned, "platform", "x")
    with planned.store.begin() as tx:
        assert [one.account.name for one in deliver.claim(tx, planned.means, due)] == ["page"]


def test_a_hold_stops_preparing_too(walled: Walled) -> None:
    walled.plan(says("oslo", attachments=(attachment(),)))
    hold(walled)
    assert walled.prepare() == []
    assert walled.stage.prepared == []


def test_a_hold_does_not_stop_looking_for_what_is_in_doubt(walled: Walled) -> None:
    walled.plan(says("oslo"))
    walled.stage.lost["oslo"] = OutcomeUnknown("Lost.")
    walled.send()
    hold(walled)
    walled.clock.pass_by(2 * SECOND)
    assert [one.state for one in walled.reconcile()] == [State.PUBLISHED]


def test_a_hold_does_not_stop_a_recall(planned: Walled) -> None:
    planned.send()
    hold(planned)
    planned.order("oslo")
    planned.take_down()
    assert [one.state for one in planned.take_down()] == [State.RECALLED]


def test_what_is_certainly_absent_waits_behind_the_hold(walled: Walled) -> None:
    walled.plan(says("oslo"))
    walled.stage.next.append(OutcomeUnknown("Lost."))
    walled.send()
    hold(walled)
    walled.clock.pass_by(2 * MINUTE)
    assert [one.state for one in walled.reconcile()] == [State.PLANNED]
    assert walled.send() == []


def test_a_hold_is_on_record_with_what_it_stopped_and_what_had_left(planned: Walled) -> None:
    planned.plan(says("bern"), message="wheat")
    with planned.store.begin() as tx:
        deliver.claim(tx, planned.means, [planned.delivery("oslo")])
    held = hold(planned)
    [entry] = planned.entries("hold")
    assert entry["by"] == "ana"
    assert entry["facts"] == {
        "hold": held.hold.id, "scope": "all", "value": "", "reason": "the figures are wrong", "drill": False,
        "stopped": 3, "left": ["grain/1/oslo/post"],
    }  # fmt: skip


def test_what_is_held_says_so(planned: Walled) -> None:
    held = hold(planned)
    with planned.store.read() as reading:
        shown = rows(reading, NOON, planned.accounts)
    assert {row["waits_for"] for row in shown} == {f"hold {held.hold.id}"}
    assert {row["says"] for row in shown} == {"held"}
    assert all("the figures are wrong" in row["why"] for row in shown)


def test_held_twice_it_is_one_hold(planned: Walled) -> None:
    first = hold(planned, "platform", "x")
    again = hold(planned, "platform", "x", reason="another")
    assert (again.already, again.hold, again.stopped) == (True, first.hold, 2)
    assert len(holds(planned)) == len(planned.entries("hold")) == 1


class TestDrill:
    def test_it_does_everything_but_stop(self, planned: Walled) -> None:
        held = hold(planned, "platform", "x", drill=True, reason="exercise")
        assert (held.stopped, held.already) == (2, False)
        assert holds(planned) == ()
        assert len(planned.send()) == 3

    def test_it_is_on_record_as_a_drill(self, planned: Walled) -> None:
        hold(planned, drill=True, reason="exercise")
        [entry] = planned.entries("hold")
        assert (entry["facts"]["drill"], entry["facts"]["reason"]) == (True, "exercise")

    def test_it_leaves_a_real_hold_in_force(self, planned: Walled) -> None:
        real = hold(planned)
        hold(planned, drill=True)
        assert holds(planned) == (real.hold,)
        assert planned.send() == []


class TestWhatHadLeft:
    def test_nothing_is_waited_for_where_nothing_had_left(self, planned: Walled) -> None:
        told: list[int] = []
        assert stop.wait(planned.means, hold(planned), told.append) == ()
        assert told == [0]

    def test_it_is_waited_for_and_told_how_it_ended(self, planned: Walled) -> None:
        claims = planned.claim()
        told: list[int] = []

        def tell(under_way: int) -> None:
            told.append(under_way)
            if len(told) in (2, 4):
                planned.settle(deliver.send(planned.means, claims.pop()))
            elif len(told) == 6:
                planned.stage.next.append(OutcomeUnknown("Lost."))
                planned.settle(deliver.send(planned.means, claims.pop()))

        left = stop.wait(planned.means, hold(planned), tell)
        assert told == [3, 3, 2, 2, 1, 1, 0]
        assert sorted(one.state.value for one in left) == ["published", "published", "unknown"]

    def test_a_process_that_is_gone_is_not_waited_for_longer_than_its_lease(self, planned: Walled) -> None:
        planned.claim()
        left = stop.wait(planned.means, hold(planned))
        assert [one.state for one in left] == [State.UNKNOWN] * 3
        assert planned.clock.now() - NOON == MINUTE
        assert planned.events("oslo")[-1] == "expired"

    def test_only_the_attempt_that_had_left_is_waited_for(self, planned: Walled) -> None:
        """With a drill the same delivery may have begun another attempt meanwhile."""
        [*_, claim] = planned.claim()
        held = hold(planned, "account", claim.account.name, drill=True)
        planned.change("UPDATE delivery SET fence = 'another' WHERE key = ?", claim.delivery.key)
        assert [one.fence for one in stop.wait(planned.means, held)] == ["another"]

    def test_what_had_left_outside_of_the_hold_is_not_its_matter(self, planned: Walled) -> None:
        planned.claim()
        assert [one.account for one in hold(planned, "account", "lima").left] == ["lima"]


class TestRelease:
    def test_the_rest_goes_on_once(self, planned: Walled) -> None:
        held = hold(planned)
        planned.clock.pass_by(HOUR)
        done = release(planned, held.hold)
        assert (done.waiting, done.missed) == (3, ())
        assert [one.state for one in planned.send()] == [State.PUBLISHED] * 3
        assert planned.send() == []
        [entry] = planned.entries("hold-lifted")
        assert entry["by"] == "ben"
        assert entry["facts"] == {
            "hold": held.hold.id, "scope": "all", "value": "", "reason": "corrected", "since": "2026-12-01T12:00:00.000Z",
        }  # fmt: skip

    def test_what_went_stale_meanwhile_is_missed_and_says_why(self, planned: Walled) -> None:
        held = hold(planned, "platform", "x")
        planned.clock.pass_by(12 * HOUR)
        done = release(planned, held.hold)
        assert [one.account for one in done.missed] == ["lima", "oslo"]
        assert done.waiting == 0
        assert "It was held: the figures are wrong" in done.missed[0].error
        assert planned.send() == []
        assert planned.delivery("page").state is State.MISSED, "it was late for a reason of its own"

    def test_what_another_hold_still_covers_goes_on_waiting(self, planned: Walled) -> None:
        everything = hold(planned)
        hold(planned, "account", "oslo")
        release(planned, everything.hold)
        assert [one.account for one in planned.send()] == ["lima", "page"]

    def test_several_at_once_count_each_delivery_once(self, planned: Walled) -> None:
        done = release(planned, hold(planned).hold, hold(planned, "platform", "x").hold)
        assert done.waiting == 3
        assert holds(planned) == ()

    def test_a_hold_that_is_lifted_cannot_be_lifted_again(self, planned: Walled) -> None:
        held = hold(planned)
        release(planned, held.hold)
        with pytest.raises(NotAllowed, match=f"There is no hold {held.hold.id} in force"):
            release(planned, held.hold)

    def test_a_new_hold_has_a_number_of_its_own(self, planned: Walled) -> None:
        first = hold(planned)
        release(planned, first.hold)
        assert hold(planned).hold.id != first.hold.id


def test_what_waits_for_a_held_video_waits_too(walled: Walled) -> None:
    walled.plan(the_video(), with_video("oslo"))
    walled.prepare()
    held = hold(walled, "platform", "youtube")
    assert walled.send() == []
    release(walled, held.hold)
    walled.send()
    assert [one.account for one in walled.send()] == ["oslo"]


def test_what_is_called_off_behind_a_hold_does_not_go_out_afterwards(planned: Walled) -> None:
    held = hold(planned)
    asked = recall.order(planned.means, [planned.delivery("oslo")], reason="wrong", person="ana")
    assert [one.account for one in asked.off] == ["oslo"]
    release(planned, held.hold)
    assert [one.account for one in planned.send()] == ["lima", "page"]
