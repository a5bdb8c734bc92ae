"""Times: how moments are written, and when each delivery of a wave is due."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ministry_social.model.plan import Assignment, Silence
from ministry_social.model.variant import Kind, Reference, Variant
from ministry_social.rules.timing import due_times, first_due, stamp, unstamp, whole_milliseconds
from tests.factories import NOW, account

GAP = timedelta(minutes=10)
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


def says(name: str, kind: Kind = Kind.LOCAL, of: str = "") -> Assignment:
    reference = Reference(delivery=of, field="id", shape="x-id") if of else None
    return Assignment(account=account(name), reason="", variant=Variant(account=name, kind=kind, of=reference))


class TestDueTimes:
    def test_all_are_due_at_once_and_the_silent_never(self) -> None:
        silent = Assignment(account=account("silent"), reason="", silence=Silence.NOT_ADDRESSED)
        wave = [says("mfa", Kind.ORIGINAL), says("embassy-paris"), silent, says("channel", Kind.VIDEO)]
        assert due_times(wave, NOW, GAP) == {"mfa": NOW, "embassy-paris": NOW, "channel": NOW}

    def test_reposts_of_one_post_come_one_after_another_and_the_first_a_gap_later(self) -> None:
        wave = [says(f"embassy-{number}", Kind.REPOST, "grain/1/mfa/post") for number in range(5)]
        assert list(due_times(wave, NOW, GAP).values()) == [NOW + GAP * turn for turn in (1, 2, 3, 4, 5)]

    def test_reposts_of_different_posts_do_not_wait_for_each_other(self) -> None:
        wave = [says("a", Kind.REPOST, "grain/1/mfa/post"), says("b", Kind.REPOST, "grain/1/paris/post")]
        wave.append(says("c", Kind.REPOST, "grain/1/mfa/post"))
        assert due_times(wave, NOW, GAP) == {"a": NOW + GAP, "b": NOW + GAP, "c": NOW + 2 * GAP}

    @given(st.lists(st.sampled_from(["mfa", "paris", ""]), max_size=12))
    def test_no_two_reposts_of_one_post_are_closer_than_the_gap(self, posts: list[str]) -> None:
        wave = [says(f"e{n}", Kind.REPOST if post else Kind.LOCAL, post) for n, post in enumerate(posts)]
        due = due_times(wave, NOW, GAP)
        for post in ("mfa", "paris"):
            times = sorted(due[f"e{n}"] for n, each in enumerate(posts) if each == post)
            assert all(later - earlier >= GAP for earlier, later in zip([NOW, *times], times, strict=False))
