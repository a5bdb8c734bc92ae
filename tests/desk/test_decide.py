"""Deciding: what only a person can say of a delivery in doubt, and what even a person may not say."""

import pytest

from ministry_social.desk import decide, reconcile
from ministry_social.desk.recall import post_of
from ministry_social.errors import MinistryError, NotAllowed, OutcomeUnknown, PlatformError, Unreachable
from ministry_social.model.delivery import PostRef, State

from .bench import HOUR, MINUTE, NOON, says
from .wall import Walled, repost

KEY = "grain/1/oslo/post"
URL = "https://x.example.org/oslo/status/9"
LOST = OutcomeUnknown("The answer was lost.")


@pytest.fixture
def doubtful(walled: Walled) -> Walled:
    """A delivery of oslo that cannot be read."""
    walled.plan(says("oslo"))
    walled.stage.next.append(LOST)
    walled.send()
    return walled


def there(walled: Walled, key: str = KEY) -> None:
    decide.settle(walled.means, key, post=PostRef(kind="post", id="9"), url=URL, reason="seen at 10:40", person="ben")


def absent(walled: Walled, key: str = KEY) -> None:
    decide.settle(walled.means, key, post=None, url="", reason="looked at 10:40", person="ben")


def test_a_person_says_that_it_stands_there(doubtful: Walled) -> None:
    doubtful.clock.pass_by(MINUTE)
    there(doubtful)
    decided = doubtful.delivery("oslo")
    assert (decided.state, decided.remote_id, decided.url, decided.error) == (State.PUBLISHED, "9", URL, "")
    assert (decided.sent_at, decided.look_at, decided.certain_at, decided.stuck) == (NOON + MINUTE, None, None, False)
    last = doubtful.story("oslo")[-1]
    assert (last["event"], last["by"]) == ("decided", "ben")
    assert last["facts"] == {
        "fence": decided.fence, "published": URL, "absent": False, "reason": "seen at 10:40", "id": "9", "kind": "post",
        "original": "",
    }  # fmt: skip


def test_a_person_says_that_it_is_not_there_and_it_goes_out_again(doubtful: Walled) -> None:
    doubtful.clock.pass_by(2 * MINUTE)
    absent(doubtful)
    decided = doubtful.delivery("oslo")
    assert (decided.state, decided.due_at, decided.error) == (
        State.PLANNED, NOON + 2 * MINUTE, "ben has looked and says that it is not there.",
    )  # fmt: skip
    assert doubtful.send()[0].state is State.PUBLISHED
    assert len(doubtful.stage.published) == 2


def test_nobody_may_say_so_while_it_may_still_appear(doubtful: Walled) -> None:
    doubtful.clock.pass_by(2 * MINUTE - MINUTE / 60)
    with pytest.raises(NotAllowed, match=r"may still appear: .* 2026-12-01T12:02:00.000Z"):
        absent(doubtful)
    assert doubtful.events("oslo") == ["planned", "started", "lost"]


def test_what_stands_there_may_be_said_at_once(doubtful: Walled) -> None:
    there(doubtful)
    assert doubtful.delivery("oslo").state is State.PUBLISHED


def test_what_is_stuck_is_settled_by_a_person(doubtful: Walled) -> None:
    doubtful.stage.unread["oslo"].extend([Unreachable("X is down.")] * 2)
    doubtful.clock.pass_by(2 * HOUR)
    doubtful.reconcile()
    assert doubtful.delivery("oslo").stuck
    absent(doubtful)
    assert not doubtful.delivery("oslo").stuck
    assert doubtful.send()[0].state is State.PUBLISHED


def test_a_decision_ends_the_wait_of_its_account(doubtful: Walled) -> None:
    doubtful.plan(says("oslo"), message="wheat")
    assert doubtful.send() == []
    there(doubtful)
    assert [one.message for one in doubtful.send()] == ["wheat"]


def test_only_what_is_in_doubt_can_be_decided(doubtful: Walled) -> None:
    there(doubtful)
    for say in (there, absent):
        with pytest.raises(MinistryError, match="is not in doubt: it is published"):
            say(doubtful)
        with pytest.raises(MinistryError, match="is not in doubt: it is not there"):
            say(doubtful, "grain/1/nobody/post")


def test_a_reading_that_comes_after_a_decision_changes_nothing(doubtful: Walled) -> None:
    doubtful.clock.pass_by(2 * MINUTE)
    sights = [reconcile.look(doubtful.means, one) for one in doubtful.looks()]
    there(doubtful)
    assert doubtful.note(*sights) == []
    assert doubtful.delivery("oslo").remote_id == "9"


def test_a_decision_is_taken_down_like_a_receipt(doubtful: Walled) -> None:
    there(doubtful)
    with doubtful.store.read() as reading:
        assert post_of(reading, doubtful.delivery("oslo")) == PostRef(kind="post", id="9")


def test_a_decided_repost_still_knows_its_original(walled: Walled) -> None:
    walled.plan(says("mfa"), repost("oslo"))
    walled.send()
    walled.clock.pass_by(HOUR)
    walled.stage.next.append(LOST)
    walled.send()
    decide.settle(walled.means, KEY, post=PostRef(kind="repost", id="9"), url=URL, reason="seen", person="ben")
    with walled.store.read() as reading:
        assert post_of(reading, walled.delivery("oslo")) == PostRef(kind="repost", id="9", original="1001")


def test_a_person_can_have_an_address_looked_at(doubtful: Walled) -> None:
    stands = doubtful.stage.stand("oslo", "oslo speaks", number="9")
    delivery = doubtful.delivery("oslo")
    assert decide.seen(doubtful.means, delivery, PostRef(kind="post", id="9")) == stands
    assert decide.seen(doubtful.means, delivery, PostRef(kind="post", id="8")) is None
    doubtful.stage.unread["oslo"].append(Unreachable("X is down."))
    with pytest.raises(PlatformError, match="X is down"):
        decide.seen(doubtful.means, delivery, PostRef(kind="post", id="9"))
