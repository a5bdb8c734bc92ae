"""Settling what is in doubt: found is believed at once, absent only when it is certain."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from ministry_social.model.delivery import Delivery, State
from ministry_social.rules.settling import Patience, certain, in_doubt, next_look, overdue
from tests.factories import NOW, delivery

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
PATIENCE = Patience(settle=2 * MINUTE, settle_vanished=15 * MINUTE, look_every=2 * SECOND, unreadable_after=HOUR)


def doubtful(**more: Any) -> Delivery:
    values: dict[str, Any] = {"state": State.UNKNOWN, "started_at": NOW, "doubt_since": NOW, "certain_at": NOW + 2 * MINUTE}
    return delivery(**values | more)


class TestInDoubt:
    def test_it_is_looked_for_soon_and_absence_is_certain_only_after_the_settle_time(self) -> None:
        after = NOW + 15 * SECOND
        change = in_doubt(delivery(started_at=NOW), after, PATIENCE.settle, PATIENCE)
        assert change == {
            "doubt_since": NOW, "certain_at": after + 2 * MINUTE, "look_at": after + 2 * SECOND, "stuck": False,
        }  # fmt: skip

    def test_the_search_goes_back_to_the_first_attempt_of_which_nobody_knows(self) -> None:
        second = delivery(started_at=NOW + HOUR, doubt_since=NOW)
        assert in_doubt(second, NOW + HOUR, PATIENCE.settle, PATIENCE)["doubt_since"] == NOW

    def test_it_goes_back_to_a_backup_that_is_older_still(self) -> None:
        change = in_doubt(delivery(started_at=NOW), NOW, PATIENCE.settle, PATIENCE, since=NOW - HOUR)
        assert change["doubt_since"] == NOW - HOUR

    def test_where_the_platform_says_that_it_stands_there_absence_is_never_certain(self) -> None:
        assert in_doubt(delivery(started_at=NOW), NOW, None, PATIENCE)["certain_at"] is None

    def test_what_never_started_is_looked_for_from_now_on(self) -> None:
        assert in_doubt(delivery(), NOW, PATIENCE.settle, PATIENCE)["doubt_since"] == NOW


class TestNextLook:
    @pytest.mark.parametrize(
        ("in_doubt_for", "gap"),
        [(timedelta(0), 2 * SECOND), (10 * SECOND, 10 * SECOND), (MINUTE, MINUTE), (10 * HOUR, MINUTE)],
    )
    def test_it_is_looked_for_less_and_less_often(self, in_doubt_for: timedelta, gap: timedelta) -> None:
        now = NOW + in_doubt_for
        assert next_look(doubtful(certain_at=None), now, PATIENCE) == now + gap

    def test_it_is_looked_for_at_the_very_moment_that_absence_is_certain(self) -> None:
        assert next_look(doubtful(), NOW + 100 * SECOND, PATIENCE) == NOW + 2 * MINUTE

    def test_once_that_moment_is_over_it_goes_on_as_before(self) -> None:
        now = NOW + 2 * MINUTE
        assert next_look(doubtful(), now, PATIENCE) == now + MINUTE

    def test_what_never_started_is_looked_for_too(self) -> None:
        assert next_look(doubtful(started_at=None, certain_at=None), NOW + 4 * SECOND, PATIENCE) == NOW + 8 * SECOND


@pytest.mark.parametrize(
    ("certain_at", "looked_at", "proves"),
    [
        (NOW + 2 * MINUTE, NOW + 2 * MINUTE - SECOND, False),
        (NOW + 2 * MINUTE, NOW + 2 * MINUTE, True),
        (NOW + 2 * MINUTE, NOW + HOUR, True),
        (None, NOW + 100 * HOUR, False),
    ],
)
def test_only_a_look_that_began_late_enough_proves_absence(certain_at: datetime | None, looked_at: datetime, proves: bool) -> None:
    assert certain(doubtful(certain_at=certain_at), looked_at) is proves


class TestOverdue:
    def test_a_person_is_asked_when_it_could_not_be_read_for_long_after_it_should_have_been_certain(self) -> None:
        over = NOW + 2 * MINUTE + HOUR
        assert not overdue(doubtful(), over - SECOND, PATIENCE)
        assert overdue(doubtful(), over, PATIENCE)

    def test_where_absence_proves_nothing_a_person_is_asked_after_the_settle_time(self) -> None:
        said_to_stand = doubtful(certain_at=None)
        assert not overdue(said_to_stand, NOW + 2 * MINUTE - SECOND, PATIENCE)
        assert overdue(said_to_stand, NOW + 2 * MINUTE, PATIENCE)
