"""A wave to 1,000 accounts is held in its middle, three times: nothing starts after it, and what had left is what stands there.

`python -m tests.acceptance.hold` is the same trial by hand, and says the figures.
"""

from collections.abc import Iterator

import pytest

from tests.acceptance.hold.trial import Figures, Trial
from tests.postgres import Postgres

ACCOUNTS = 1000


@pytest.fixture(scope="module", params=["embedded", "workers"])
def figures(request: pytest.FixtureRequest) -> Iterator[Figures]:
    """Of one worker on SQLite, and of two that share PostgreSQL."""
    if request.param == "embedded":
        yield Trial(accounts=ACCOUNTS).run()
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    database = postgres.new_database()
    yield Trial(accounts=ACCOUNTS, store=database, workers=2).run()
    postgres.drop(database)


def test_each_hold_came_in_the_middle_of_the_wave(figures: Figures) -> None:
    assert [hold.way.waits for hold in figures.holds] == [True, True, False]
    for hold in figures.holds:
        assert hold.ledger.out, hold.way
        assert hold.said["stopped"], hold.way


def test_something_was_under_way_each_time_with_a_slow_platform(figures: Figures) -> None:
    assert [bool(hold.left) for hold in figures.holds if hold.way.slow] == [True, True]


def test_no_delivery_started_after_it(figures: Figures) -> None:
    assert [hold.ledger.started_after for hold in figures.holds] == [frozenset()] * 3


def test_no_request_came_to_the_platform_after_the_command_had_returned(figures: Figures) -> None:
    for hold in figures.holds:
        if hold.way.waits:
            assert hold.last_arrival < 0, hold.way
            assert not hold.late, hold.way


def test_without_waiting_only_what_it_named_came_after(figures: Figures) -> None:
    [hold] = [hold for hold in figures.holds if not hold.way.waits]
    assert hold.late <= hold.left
    assert {row["state"] for row in hold.said["left"]} == {"sending"}


def test_what_it_named_and_what_was_out_before_is_exactly_what_stands_there(figures: Figures) -> None:
    for hold in figures.holds:
        assert hold.left.isdisjoint(hold.ledger.out), hold.way
        assert hold.left | hold.ledger.out == hold.stands.keys(), hold.way
        assert hold.said["stopped"] == ACCOUNTS - len(hold.stands), hold.way


def test_when_it_had_waited_each_that_it_named_stood_there_at_its_address(figures: Figures) -> None:
    for hold in figures.holds:
        if hold.way.waits:
            assert {row["account"]: row["url"].rpartition("/")[2] for row in hold.said["left"]} == {
                account: hold.stands[account] for account in hold.left
            }
            assert {row["state"] for row in hold.said["left"]} <= {"published"}


def test_every_promise_was_kept(figures: Figures) -> None:
    assert [hold.wrong for hold in figures.holds] == [()] * 3


def test_once_it_was_lifted_everything_went_out_once(figures: Figures) -> None:
    for hold, released in zip(figures.holds, figures.released, strict=True):
        assert (released["waiting"], released["missed"]) == (hold.said["stopped"], []), hold.way
    assert figures.once
    assert figures.posts.total() == figures.requests.total() == ACCOUNTS
