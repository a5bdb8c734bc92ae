"""Waiting: what a planned delivery waits for, and when nothing moves any more."""

from datetime import timedelta

import pytest

from ministry_social.model.delivery import Delivery, State
from ministry_social.model.stop import Hold
from ministry_social.rules.waiting import nothing_moves, waits_for
from tests.factories import NOW, delivery

HOUR = timedelta(hours=1)
VIDEO = "grain/1/channel/video"


def waits(one: Delivery, *others: Delivery, busy: tuple[str, ...] = ()) -> str:
    return waits_for(one, {other.key: other for other in others}, busy, NOW)


def quiet(*deliveries: Delivery, **more: tuple[str, ...]) -> bool:
    return nothing_moves(deliveries, NOW, HOUR, **more)


class TestWaitsFor:
    post = delivery(waits_for=(VIDEO,))

    def test_an_approval_comes_before_all_but_a_hold_and_a_pause(self) -> None:
        assert waits_for(self.post, {}, (), NOW, None, {self.post.release}) == "approval"
        held = Hold(id=1, scope="all", value="", reason="", by="ana", at=NOW)
        assert waits_for(self.post, {}, (), NOW, held, {self.post.release}) == "hold 1"

    def test_another_delivery_comes_first(self) -> None:
        video = delivery("channel", part="video")
        assert waits(self.post, video, busy=("mfa",)) == f"delivery {VIDEO}"
        assert waits(self.post) == f"delivery {VIDEO}"

    @pytest.mark.parametrize("state", [state for state in State if state is not State.PUBLISHED])
    def test_another_delivery_is_waited_for_until_it_is_published(self, state: State) -> None:
        assert waits(self.post, delivery("channel", part="video", state=state)) == f"delivery {VIDEO}"

    def test_then_the_account_the_time_and_the_preparation(self) -> None:
        video = delivery("channel", part="video", state=State.PUBLISHED)
        later = delivery(waits_for=(VIDEO,), due_at=NOW + HOUR, prepared=False)
        assert waits(later, video, busy=("mfa",)) == "account"
        assert waits(later, video) == "time"
        assert waits(delivery(waits_for=(VIDEO,), prepared=False), video) == "preparation"
        assert waits(self.post, video) == "turn"

    @pytest.mark.parametrize("state", [state for state in State if state is not State.PLANNED])
    def test_what_is_not_planned_waits_for_nothing(self, state: State) -> None:
        assert waits(delivery(state=state, waits_for=(VIDEO,)), busy=("mfa",)) == ""


class TestNothingMoves:
    def test_when_all_is_settled(self) -> None:
        assert quiet()
        assert quiet(
            *(delivery(f"a{n}", state=state) for n, state in enumerate(State) if state.value not in ("planned", "sending"))
        )

    def test_not_while_something_is_being_sent(self) -> None:
        assert not quiet(delivery(state=State.SENDING))

    def test_not_while_something_is_due_within_our_patience(self) -> None:
        assert not quiet(delivery())
        assert not quiet(delivery(due_at=NOW + HOUR))
        assert not quiet(delivery(prepared=False))

    def test_when_what_is_left_is_due_later_than_our_patience(self) -> None:
        assert quiet(delivery(due_at=NOW + HOUR + timedelta(milliseconds=1)))

    def test_when_what_is_left_waits_for_an_unknown_outcome(self) -> None:
        video = delivery("channel", part="video", state=State.UNKNOWN)
        post = delivery(waits_for=(VIDEO,))
        repost = delivery("embassy-oslo", waits_for=(post.key,))
        assert quiet(video, post, repost)
        assert not quiet(video, post, repost, delivery("embassy-rome"))

    def test_when_the_account_itself_is_in_doubt(self) -> None:
        assert quiet(delivery(state=State.UNKNOWN), delivery(key="grain/1/mfa/second"))
        assert quiet(delivery(), blocked=("mfa",))
        assert not quiet(delivery(), blocked=("embassy-rome",))

    def test_not_while_a_chain_can_still_go_on(self) -> None:
        video = delivery("channel", part="video", prepared=False)
        post = delivery(waits_for=(VIDEO,))
        assert not quiet(video, post)

    def test_when_what_it_waits_for_is_due_later_than_our_patience(self) -> None:
        video = delivery("channel", part="video", due_at=NOW + 2 * HOUR)
        assert quiet(video, delivery(waits_for=(VIDEO,)))

    def test_not_before_a_post_that_waits_in_vain_is_called_off(self) -> None:
        assert not quiet(delivery("channel", part="video", state=State.FAILED), delivery(waits_for=(VIDEO,)))
