"""Whose figures are read, and how often."""

from datetime import timedelta

import pytest

from ministry_social.model.delivery import State
from ministry_social.model.variant import Kind
from ministry_social.rules.collecting import Habit, asked, due, due_now, reading_cost
from ministry_social.rules.cost import Prices
from tests.factories import NOW, account, delivery, page

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("age", "since", "wanted"),
    [
        (2 * HOUR, None, True),
        (10 * HOUR, 6 * HOUR, True),
        (60 * HOUR, 6 * HOUR, False),
        (60 * HOUR, 24 * HOUR, True),
        (60 * HOUR, 23.6 * HOUR, True),
        (200 * HOUR, 24 * HOUR, False),
        (200 * HOUR, 7 * 24 * HOUR, True),
    ],
)
def test_a_post_is_read_often_while_it_is_young_and_seldom_later(age: timedelta, since: timedelta | None, wanted: bool) -> None:
    one = delivery(state=State.PUBLISHED, sent_at=NOW - age, remote_id="7")
    assert due(one, None if since is None else NOW - since, NOW) is wanted


def test_who_asks_for_it_gets_what_was_not_read_just_now() -> None:
    one = delivery(state=State.PUBLISHED, sent_at=NOW - 400 * HOUR, remote_id="7")
    assert due_now(one, NOW - 2 * HOUR, NOW)
    assert not due_now(one, NOW - HOUR / 2, NOW)


@pytest.mark.parametrize("more", [{"kind": Kind.REPOST}, {"state": State.FAILED}, {"remote_id": ""}, {"state": State.RECALLED}])
def test_nobody_asks_after_a_repost_or_what_does_not_stand_there(more: dict[str, object]) -> None:
    values = {"state": State.PUBLISHED, "sent_at": NOW - HOUR, "remote_id": "7"} | more
    assert not due(delivery(**values), None, NOW)  # type: ignore[arg-type]


def test_only_accounts_of_platforms_that_are_to_be_asked() -> None:
    habit = Habit(every=6 * HOUR, days=30, platforms=frozenset({"facebook"}))
    assert asked([account(), page(), page(id="")], habit) == (page(),)


def test_only_x_bills_reading() -> None:
    assert reading_cost("x", 100, 2, Prices()) == 520
    assert reading_cost("youtube", 100, 2, Prices()) == 0
