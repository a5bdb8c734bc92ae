"""The timetable: when each account of a wave is due, who stays silent, and what there is to say about it."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ministry_social.model.plan import Assignment, Silence
from ministry_social.model.times import Cause, Closure, Customs, Hours, Note, Rule, Wish
from ministry_social.model.variant import Kind, Reference, Variant
from ministry_social.rules.time_findings import time_findings
from ministry_social.rules.timetable import Frame, Timetable, timetable
from tests.factories import NOW, account, place

GAP, HOUR, MINUTE = timedelta(minutes=10), timedelta(hours=1), timedelta(minutes=1)
NINE = Wish(local=datetime(2026, 12, 2, 9, 0))
PARIS, TOKYO, YORK = "Europe/Paris", "Asia/Tokyo", "America/New_York"
SILENT = Assignment(account=account("silent"), reason="", silence=Silence.NOT_ADDRESSED)


def says(name: str, zone: str = "UTC", *, of: str = "", video: str = "", kind: Kind = Kind.LOCAL, **fields: Any) -> Assignment:
    """What one account does; `of` is whose post it repeats, `video` whose video it shows."""
    reference = Reference(delivery=f"grain/1/{of}/post", field="id", shape="x-id") if of else None
    text = (Reference(delivery=f"grain/1/{video}/video", field="url", shape="youtube-url"),) if video else ("Hello",)
    variant = Variant(account=name, kind=Kind.REPOST if of else kind, of=reference, text=() if of else text)
    return Assignment(account=account(name, zone=zone, **fields), reason="", variant=variant)


def due(
    *wave: Assignment, wish: Wish | None = None, now: datetime = NOW, embargo: datetime | None = None, **more: Any
) -> Timetable:
    return timetable(wave, wish or Wish(), Frame(now=now, embargo=embargo, gap=GAP, **more))


def said(found: Timetable) -> list[tuple[str, str]]:
    return [(finding.name, finding.sentence) for finding in time_findings(found.notes, place())]


class TestDue:
    def test_all_are_due_at_once_and_the_silent_never(self) -> None:
        found = due(says("mfa", kind=Kind.ORIGINAL), says("embassy-paris"), SILENT, says("channel", kind=Kind.VIDEO))
        assert found == Timetable(due={"mfa": NOW, "embassy-paris": NOW, "channel": NOW}, silent={}, notes=())

    def test_a_moment_is_the_same_for_all(self) -> None:
        found = due(says("a", PARIS), says("b", TOKYO), wish=Wish(moment=NOW + HOUR))
        assert set(found.due.values()) == {NOW + HOUR}

    def test_a_local_hour_is_each_accounts_own(self) -> None:
        found = due(says("a", PARIS), says("b", TOKYO), says("c", YORK), wish=NINE)
        utc = [f"{moment:%d %H:%M}" for moment in found.due.values()]
        assert utc == ["02 08:00", "02 00:00", "02 14:00"]

    def test_nothing_is_due_before_the_embargo_and_whoever_waits_for_it_is_named(self) -> None:
        embargo = datetime(2026, 12, 2, 6, 0, tzinfo=UTC)
        found = due(says("a", PARIS), says("b", TOKYO), wish=NINE, embargo=embargo)
        assert found.due == {"a": embargo + 2 * HOUR, "b": embargo}
        assert said(found) == [("moved-time", "1 waits for the end of the embargo (b).")]

    def test_as_soon_as_the_embargo_ends_is_no_finding(self) -> None:
        found = due(says("a"), says("b"), wish=Wish(embargo=True), embargo=NOW + HOUR)
        assert (set(found.due.values()), found.notes) == ({NOW + HOUR}, ())

    def test_an_hour_that_has_passed_means_at_once_and_is_said(self) -> None:
        found = due(says("a", PARIS), says("b", TOKYO), wish=NINE, now=datetime(2026, 12, 2, 1, 0, tzinfo=UTC))
        assert found.due["b"] == datetime(2026, 12, 2, 1, 0, tzinfo=UTC)
        assert said(found) == [("unusual-time", "1 goes out at once, because its hour has passed (b).")]


class TestSpread:
    def test_accounts_are_spread_evenly_in_their_order(self) -> None:
        found = due(*(says(name) for name in "abc"), wish=Wish(moment=NOW + HOUR, spread=timedelta(minutes=30)))
        assert [moment - NOW - HOUR for moment in found.due.values()] == [0 * MINUTE, 10 * MINUTE, 20 * MINUTE]

    def test_it_counts_from_the_end_of_the_embargo(self) -> None:
        for wish in (Wish(embargo=True, spread=20 * MINUTE), Wish(moment=NOW, spread=20 * MINUTE)):
            assert due(says("a"), says("b"), wish=wish, embargo=NOW + HOUR).due == {"a": NOW + HOUR, "b": NOW + HOUR + 10 * MINUTE}

    def test_it_counts_from_now_where_the_hour_has_passed(self) -> None:
        assert due(says("a"), says("b"), wish=Wish(moment=NOW - HOUR, spread=20 * MINUTE)).due["b"] == NOW + 10 * MINUTE

    def test_it_is_the_same_each_time(self) -> None:
        wave = [says(f"e{number}", zone) for number, zone in enumerate((PARIS, TOKYO, YORK) * 5)]
        assert due(*wave, wish=Wish(local=NINE.local, spread=HOUR)) == due(*wave, wish=Wish(local=NINE.local, spread=HOUR))

    def test_what_others_wait_for_comes_first(self) -> None:
        found = due(says("a", video="channel"), says("channel", kind=Kind.VIDEO), wish=Wish(moment=NOW, spread=20 * MINUTE))
        assert found.due == {"channel": NOW, "a": NOW + 10 * MINUTE}

    def test_it_stays_within_what_the_calendar_allows(self) -> None:
        customs = Customs(quiet=Hours(start=time(9, 15), end=time(10)))
        found = due(says("a"), says("b"), wish=Wish(moment=NOW, spread=HOUR), customs=customs)
        assert found.due == {"a": NOW, "b": NOW + HOUR}


class TestReposts:
    def test_they_come_one_after_another_and_the_first_a_gap_later(self) -> None:
        found = due(says("mfa"), *(says(f"embassy-{number}", of="mfa") for number in range(5)))
        assert list(found.due.values()) == [NOW + GAP * turn for turn in range(6)]

    def test_those_of_different_posts_do_not_wait_for_each_other(self) -> None:
        found = due(says("mfa"), says("paris"), says("a", of="mfa"), says("b", of="paris"), says("c", of="mfa"))
        assert found.due == {"mfa": NOW, "paris": NOW, "a": NOW + GAP, "b": NOW + GAP, "c": NOW + 2 * GAP}

    def test_one_whose_own_hour_is_later_has_it(self) -> None:
        found = due(says("mfa", PARIS), says("york", YORK, of="mfa"), wish=NINE)
        assert found.due["york"] - found.due["mfa"] == 6 * HOUR
        assert found.notes == ()

    def test_one_whose_own_hour_is_earlier_waits_for_the_post_and_is_named(self) -> None:
        found = due(says("tokyo", TOKYO, of="mfa"), says("mfa", PARIS), wish=NINE)
        assert found.due["tokyo"] == found.due["mfa"] + GAP
        assert said(found) == [("moved-time", "1 waits for the post or video that it carries (tokyo).")]

    def test_where_the_calendar_moves_several_to_the_same_minute_they_keep_their_distance(self) -> None:
        customs = Customs(quiet=Hours(start=time(9, 5), end=time(10)))
        found = due(says("mfa"), says("a", of="mfa"), says("b", of="mfa"), customs=customs)
        assert found.due == {"mfa": NOW, "a": NOW + HOUR, "b": NOW + HOUR + GAP}

    @given(st.lists(st.tuples(st.sampled_from(["mfa", "paris"]), st.sampled_from([PARIS, TOKYO, YORK, "UTC"])), max_size=12))
    def test_no_two_of_one_post_are_closer_than_the_gap(self, reposts: list[tuple[str, str]]) -> None:
        wave = [says(f"e{n}", zone, of=post) for n, (post, zone) in enumerate(reposts)]
        customs = Customs(window=Hours(start=time(8), end=time(20)))
        found = due(says("mfa"), says("paris", PARIS), *wave, wish=NINE, customs=customs).due
        for post in ("mfa", "paris"):
            times = sorted([found[post], *(found[f"e{n}"] for n, (of, _) in enumerate(reposts) if of == post)])
            assert times[0] == found[post]
            assert all(later - earlier >= GAP for earlier, later in itertools.pairwise(times))


class TestCalendar:
    FEAST = {"TR": {date(2026, 12, 2): "A feast"}}  # noqa: RUF012 - a table of the test

    def test_what_is_moved_is_said_by_country(self) -> None:
        wave = [says(f"t{number}", PARIS, country="TR") for number in range(3)]
        found = due(*wave, says("p", PARIS), wish=NINE, customs=Customs(holidays=Rule.MOVE), holidays=self.FEAST)
        assert [moment.day for moment in found.due.values()] == [3, 3, 3, 2]
        assert said(found) == [("moved-time", "3 wait for the end of a holiday (TR).")]

    def test_what_is_skipped_is_silent_and_so_is_whatever_waits_for_it(self) -> None:
        wave = [says("mfa", PARIS, country="TR"), says("a", PARIS, of="mfa"), says("b", PARIS)]
        found = due(*wave, wish=NINE, customs=Customs(holidays=Rule.SKIP), holidays=self.FEAST)
        assert list(found.due) == ["b"]
        assert found.silent == {
            "mfa": "it does not post at that time: holiday (A feast)",
            "a": "it would wait for mfa, which stays silent at that time",
        }
        assert said(found) == [
            ("skipped-time", "1 stays silent on a holiday (TR)."),
            ("skipped-time", "1 stays silent, because it would wait for another (a)."),
        ]

    def test_what_waits_for_a_moved_video_is_moved_with_it(self) -> None:
        shut = Closure(
            cause=Cause.CLOSURE, first=date(2026, 12, 2), last=date(2026, 12, 2), rule=Rule.MOVE, reason="Works", mission="channel"
        )
        found = due(says("a", video="channel"), says("channel", kind=Kind.VIDEO), wish=NINE, customs=Customs(closures=(shut,)))
        assert found.due["a"] == found.due["channel"] == datetime(2026, 12, 3, 9, 0, tzinfo=UTC)
        assert said(found) == [
            ("moved-time", "1 waits for the end of a closure: Works (channel)."),
            ("moved-time", "1 waits for the post or video that it carries (a)."),
        ]

    def test_a_holiday_is_mentioned_where_it_only_warns(self) -> None:
        found = due(says("a", PARIS, country="TR"), wish=NINE, customs=Customs(holidays=Rule.WARN), holidays=self.FEAST)
        assert said(found) == [("unusual-time", "1 goes out on a holiday (TR).")]

    def test_odd_hours_of_a_change_of_clocks_are_said(self) -> None:
        spring = due(says("a", PARIS), says("b", PARIS), says("c"), wish=Wish(local=datetime(2027, 3, 28, 2, 30)))
        assert said(spring) == [("unusual-time", "2 go out later, because their clocks skip that hour (a, b).")]
        autumn = due(says("a", PARIS), wish=Wish(local=datetime(2027, 10, 31, 2, 30)))
        assert said(autumn) == [("unusual-time", "1 goes out in the first of two such hours (a).")]


@pytest.mark.parametrize("rule", [Rule.MOVE, Rule.SKIP, Rule.WARN])
@pytest.mark.parametrize("cause", list(Cause))
def test_there_are_words_for_everything_that_can_become_of_a_time(cause: Cause, rule: Rule) -> None:
    possible = {
        Rule.MOVE: set(Cause) - {Cause.PASSED, Cause.MISSING_HOUR, Cause.DOUBLE_HOUR},
        Rule.SKIP: set(Cause) - {Cause.PASSED, Cause.MISSING_HOUR, Cause.DOUBLE_HOUR, Cause.EMBARGO},
        Rule.WARN: set(Cause) - {Cause.EMBARGO, Cause.DEPENDS},
    }[rule]
    if cause in possible:
        [one] = time_findings([Note(account="a", country="TR", cause=cause, rule=rule, detail="x")], place())
        [two] = time_findings([Note(account=name, country="TR", cause=cause, rule=rule, detail="x") for name in "ab"], place())
        assert (one.sentence[:2], two.sentence[:2]) == ("1 ", "2 ")
