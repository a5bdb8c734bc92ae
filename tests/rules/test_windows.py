"""Windows: what the calendar does with the time of one account."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ministry_social.model.times import Cause, Closure, Customs, Hours, Rule
from ministry_social.rules.windows import Placed, place
from ministry_social.rules.zones import on_the_wall
from tests.factories import account

PARIS = account("embassy-paris")
WINDOW, QUIET = Hours(start=time(8), end=time(20)), Hours(start=time(21), end=time(7))
REPUBLIC_DAY = {date(2026, 10, 29): "Republic Day"}
ANKARA = account("embassy-ankara", zone="Europe/Istanbul", country="TR")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def closure(first: str, last: str = "", rule: Rule = Rule.MOVE, **fields: Any) -> Closure:
    defaults: dict[str, Any] = {"cause": Cause.CLOSURE, "reason": "Moving house"}
    return Closure(first=date.fromisoformat(first), last=date.fromisoformat(last or first), rule=rule, **(defaults | fields))


def placed(text: str, customs: Customs, who: Any = PARIS, holidays: Mapping[date, str] | None = None) -> Placed:
    return place(utc(text), who, customs, holidays or {})


def causes(found: Placed) -> list[tuple[Cause, Rule, str]]:
    return [(note.cause, note.rule, note.detail) for note in found.notes]


def test_without_customs_every_time_is_good() -> None:
    assert placed("2026-12-01 03:00", Customs()) == Placed(due=utc("2026-12-01 03:00"))


def test_what_falls_into_quiet_hours_waits_for_their_end_on_the_wall() -> None:
    # 23:00 in Paris is 22:00 UTC in winter; 07:00 the next morning is 06:00 UTC.
    found = placed("2026-12-01 22:00", Customs(quiet=QUIET))
    assert found.due == utc("2026-12-02 06:00")
    assert causes(found) == [(Cause.QUIET, Rule.MOVE, "21:00-07:00")]


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-12-01 06:59", "2026-12-01 07:00"),  # 07:59 in Paris: a minute early
        ("2026-12-01 07:00", "2026-12-01 07:00"),  # 08:00: open
        ("2026-12-01 18:59", "2026-12-01 18:59"),  # 19:59: still open
        ("2026-12-01 19:00", "2026-12-02 07:00"),  # 20:00: shut, until 08:00 the next day
    ],
)
def test_outside_the_posting_hours_it_waits_until_they_open(asked: str, due: str) -> None:
    assert placed(asked, Customs(window=WINDOW)).due == utc(due)


def test_on_a_holiday_it_waits_for_the_same_hour_of_the_next_day() -> None:
    # 09:00 in Ankara is 06:00 UTC, all year.
    found = placed("2026-10-29 06:00", Customs(holidays=Rule.MOVE), ANKARA, REPUBLIC_DAY)
    assert found.due == utc("2026-10-30 06:00")
    assert causes(found) == [(Cause.HOLIDAY, Rule.MOVE, "Republic Day")]


def test_the_day_is_that_of_the_account_and_not_of_utc() -> None:
    # 22:00 UTC on the 28th is 01:00 on the 29th in Ankara.
    assert placed("2026-10-28 22:00", Customs(holidays=Rule.MOVE), ANKARA, REPUBLIC_DAY).due == utc("2026-10-29 22:00")
    assert placed("2026-10-28 20:00", Customs(holidays=Rule.MOVE), ANKARA, REPUBLIC_DAY).due == utc("2026-10-28 20:00")


def test_a_closure_of_several_days_moves_to_the_first_free_one() -> None:
    found = placed("2026-12-24 08:00", Customs(closures=(closure("2026-12-24", "2026-12-26"),)))
    assert found.due == utc("2026-12-27 08:00")
    assert causes(found) == [(Cause.CLOSURE, Rule.MOVE, "Moving house")]


WHOM = [({"mission": "embassy-paris"}, True), ({"mission": "embassy-rome"}, False), ({"country": "FR"}, True), ({}, True)]


@pytest.mark.parametrize(("whom", "silent"), [*WHOM, ({"country": "TR"}, False)])
def test_a_closure_concerns_its_mission_its_country_or_everybody(whom: dict[str, str], silent: bool) -> None:
    found = placed("2026-12-24 08:00", Customs(closures=(closure("2026-12-24", rule=Rule.SKIP, **whom),)))
    assert (found.due is None) is silent


def test_what_skips_leaves_the_account_silent_and_says_why() -> None:
    mourning = closure("2026-12-24", rule=Rule.SKIP, cause=Cause.MOURNING, reason="National mourning")
    found = placed("2026-12-24 08:00", Customs(closures=(mourning,)))
    assert (found.due, causes(found)) == (None, [(Cause.MOURNING, Rule.SKIP, "National mourning")])


def test_what_is_moved_into_a_day_that_skips_is_silent_too() -> None:
    customs = Customs(quiet=QUIET, closures=(closure("2026-12-02", rule=Rule.SKIP),))
    assert placed("2026-12-01 22:00", customs).due is None


def test_what_only_warns_keeps_its_time() -> None:
    found = placed("2026-12-01 22:00", Customs(quiet=QUIET, quiet_rule=Rule.WARN))
    assert found.due == utc("2026-12-01 22:00")
    assert causes(found) == [(Cause.QUIET, Rule.WARN, "21:00-07:00")]


def test_what_is_ignored_is_not_mentioned() -> None:
    found = placed("2026-10-29 06:00", Customs(holidays=Rule.IGNORE), ANKARA, REPUBLIC_DAY)
    assert found == Placed(due=utc("2026-10-29 06:00"))


def test_several_rules_follow_one_another() -> None:
    # 23:00 on the 28th: quiet until 07:00 of the 29th, a holiday: so 07:00 of the 30th, before the posting hours: 08:00.
    customs = Customs(quiet=QUIET, window=WINDOW, holidays=Rule.MOVE)
    found = placed("2026-10-28 20:00", customs, ANKARA, REPUBLIC_DAY)
    assert found.due == utc("2026-10-30 05:00")
    assert [note.cause for note in found.notes] == [Cause.QUIET, Cause.HOLIDAY, Cause.WINDOW]


def test_who_would_have_to_wait_for_more_than_a_year_stays_silent() -> None:
    never = Customs(quiet=Hours(start=time(7), end=time(21)), window=WINDOW)
    found = placed("2026-12-01 12:00", never)
    assert (found.due, {note.rule for note in found.notes}) == (None, {Rule.SKIP})


def test_quiet_hours_over_the_night_of_a_double_hour_end_once() -> None:
    # Paris, 25 October 2026: 02:30 comes twice. From the second (01:30 UTC), 02:45 is fifteen minutes away.
    found = placed("2026-10-25 01:30", Customs(quiet=Hours(start=time(22), end=time(2, 45))))
    assert found.due == utc("2026-10-25 01:45")


MOMENTS = st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31), timezones=st.just(UTC))
ZONES = st.sampled_from(["Europe/Paris", "America/New_York", "Pacific/Auckland", "Asia/Kolkata", "Africa/Cairo"])


@given(MOMENTS, ZONES)
def test_a_moved_time_is_never_earlier_and_always_good(moment: datetime, zone: str) -> None:
    customs = Customs(window=WINDOW, quiet=QUIET, holidays=Rule.MOVE, closures=(closure("2026-12-20", "2027-01-02"),))
    feasts = {date(2026, 5, 1): "May Day", date(2027, 1, 3): "Feast"}
    found = place(moment, account("somewhere", zone=zone), customs, feasts).due
    assert found is not None
    assert found >= moment
    local = on_the_wall(found, zone)
    assert time(8) <= local.time() < time(20)
    assert local.date() not in feasts
    assert not date(2026, 12, 20) <= local.date() <= date(2027, 1, 2)
    assert found - moment < timedelta(days=17)
