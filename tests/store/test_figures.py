"""Figures as time series, on each database."""

from datetime import timedelta

import pytest

from ministry_social.model.figures import Figure
from ministry_social.store import SqlStore

from .conftest import NOON, count, verify

HOUR = timedelta(hours=1)


def figure(post: str = "", name: str = "followers", value: int = 1, *, hours: int = 0, account: str = "oslo") -> Figure:
    return Figure(account=account, post=post, name=name, at=NOON + hours * HOUR, value=value)


@pytest.fixture
def kept(store: SqlStore) -> SqlStore:
    """A store with two readings of a post, one of another, and of the account itself."""
    for hours, likes in ((0, 3), (6, 9)):
        with store.begin() as tx:
            tx.keep_figures(
                [
                    figure(value=100 + hours, hours=hours),
                    figure("7", "likes", likes, hours=hours),
                    figure("7", "views", likes * 50, hours=hours),
                ]
            )
    with store.begin() as tx:
        tx.keep_figures([figure("8", "likes", 1, account="bern")])
    return store


def test_the_newest_figures_of_each_post_are_those_read_last(kept: SqlStore) -> None:
    with kept.read() as reading:
        assert reading.newest_figures(NOON) == {("oslo", "7"): {"likes": 9, "views": 450}, ("bern", "8"): {"likes": 1}}
        assert reading.newest_figures(NOON + HOUR) == {("oslo", "7"): {"likes": 9, "views": 450}}


def test_a_figure_that_was_not_told_again_keeps_its_last_value(kept: SqlStore) -> None:
    with kept.begin() as tx:
        tx.keep_figures([figure("7", "likes", 12, hours=12)])
        assert tx.newest_figures(NOON)["oslo", "7"] == {"likes": 12, "views": 450}


def test_followers_come_as_a_series_of_the_time_that_is_asked_for(kept: SqlStore) -> None:
    with kept.read() as reading:
        series = reading.account_figures("followers", NOON, NOON + 9 * HOUR)
        assert series == {"oslo": ((NOON, 100), (NOON + 6 * HOUR, 106))}
        assert reading.account_figures("followers", NOON, NOON + HOUR) == {"oslo": ((NOON, 100),)}


def test_when_each_post_was_read_last(kept: SqlStore) -> None:
    with kept.read() as reading:
        assert reading.read_at("oslo") == {"": NOON + 6 * HOUR, "7": NOON + 6 * HOUR}
        assert reading.read_at("lima") == {}


def test_reading_twice_in_the_same_moment_is_no_error_and_the_ledger_says_nothing(kept: SqlStore) -> None:
    before = verify(kept)
    with kept.begin() as tx:
        tx.keep_figures([figure(value=107, hours=6)])
        tx.keep_figures([])
        assert tx.account_figures("followers", NOON, NOON + 9 * HOUR)["oslo"][-1] == (NOON + 6 * HOUR, 107)
    assert verify(kept) == before
    assert count(kept, "figure") == 5
