"""Times: how moments are written, and how early a wave may begin."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ministry_social.rules.timing import first_due, stamp, unstamp, whole_milliseconds
from tests.factories import NOW

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2200, 1, 1), timezones=ZONES)


class TestStamp:
    def test_is_utc_with_milliseconds(self) -> None:
        assert stamp(datetime(2026, 12, 1, 9, 0, tzinfo=UTC)) == "2026-12-01T09:00:00.000Z"
        assert stamp(datetime(2026, 12, 1, 0, 30, 0, 1_999, timezone(timedelta(hours=1)))) == "2026-11-30T23:30:00.001Z"

    def test_refuses_a_moment_without_a_zone(self) -> None:
        with pytest.raises(ValueError, match="zone"):
            stamp(datetime(2026, 12, 1))

    @given(MOMENTS)
    def test_reads_back_as_the_moment_in_whole_milliseconds(self, moment: datetime) -> None:
        back = unstamp(stamp(moment))
        assert back == whole_milliseconds(moment)
        assert timedelta() <= moment - back < timedelta(milliseconds=1)
        assert back.utcoffset() == timedelta()
        assert stamp(back) == stamp(moment)

    @given(MOMENTS, MOMENTS)
    def test_sorts_as_the_moments_do(self, one: datetime, other: datetime) -> None:
        assert (stamp(one) < stamp(other)) == (whole_milliseconds(one) < whole_milliseconds(other))


class TestFirstDue:
    LATER = NOW + timedelta(hours=2)

    def test_is_now_where_nothing_else_is_asked(self) -> None:
        assert first_due(NOW, None, None) == NOW

    def test_is_the_moment_that_was_asked_for(self) -> None:
        assert first_due(NOW, self.LATER, None) == self.LATER

    def test_is_never_before_the_embargo(self) -> None:
        assert first_due(NOW, None, self.LATER) == self.LATER
        assert first_due(NOW, NOW + timedelta(hours=1), self.LATER) == self.LATER

    def test_is_not_held_back_by_an_embargo_that_is_over(self) -> None:
        assert first_due(NOW, None, NOW - timedelta(hours=1)) == NOW
        assert first_due(NOW, self.LATER, NOW) == self.LATER

    @given(st.integers(0, 999_999))
    def test_is_in_whole_milliseconds_and_not_a_microsecond_too_early(self, microseconds: int) -> None:
        embargo = NOW.replace(microsecond=microseconds)
        due = first_due(NOW, None, embargo)
        assert timedelta() <= due - embargo < timedelta(milliseconds=1)
        assert due == whole_milliseconds(due)
