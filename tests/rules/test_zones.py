"""Zones: what a clock on the wall shows, and which moment that is, on the two odd days of a year too."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from ministry_social.files.accounts import load_accounts
from ministry_social.rules.zones import comes_twice, exists, moment_of, next_day, next_time, on_the_wall

ACCOUNTS = load_accounts(Path(__file__).parents[2] / "config" / "accounts.toml")
ZONES = sorted({account.zone for account in ACCOUNTS})
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_an_hour_on_the_wall_is_another_moment_in_each_zone() -> None:
    nine = wall("2026-12-01 09:00")
    assert moment_of(nine, "Pacific/Auckland") == utc("2026-11-30 20:00")
    assert moment_of(nine, "Africa/Dakar") == utc("2026-12-01 09:00")
    assert moment_of(nine, "America/Los_Angeles") == utc("2026-12-01 17:00")


def test_an_hour_that_does_not_exist_is_moved_forward_by_the_gap() -> None:
    # Paris, 28 March 2027: at 02:00 clocks are put to 03:00. 02:30 is taken as 03:30, which is 01:30 UTC.
    missing = wall("2027-03-28 02:30")
    assert not exists(missing, "Europe/Paris")
    assert moment_of(missing, "Europe/Paris") == utc("2027-03-28 01:30")
    assert on_the_wall(moment_of(missing, "Europe/Paris"), "Europe/Paris") == wall("2027-03-28 03:30")


def test_of_an_hour_that_comes_twice_the_first_is_taken() -> None:
    # Paris, 25 October 2026: at 03:00 clocks are put back to 02:00. The first 02:30 is 00:30 UTC, the second 01:30 UTC.
    double = wall("2026-10-25 02:30")
    assert comes_twice(double, "Europe/Paris")
    assert moment_of(double, "Europe/Paris") == utc("2026-10-25 00:30")


def test_an_ordinary_hour_exists_and_comes_once() -> None:
    assert exists(wall("2026-12-01 02:30"), "Europe/Paris")
    assert not comes_twice(wall("2026-12-01 02:30"), "Europe/Paris")


# Every day from autumn 2026 to the end of 2027 on which some zone of the config puts its clocks forward or back.
CHANGES = [
    (zone, day)
    for zone in ZONES
    for day in (date(2026, 9, 1) + DAY * number for number in range(487))
    if moment_of(datetime.combine(day + DAY, time()), zone) - moment_of(datetime.combine(day, time()), zone) != DAY
]


def test_the_config_has_zones_that_change_their_clocks() -> None:
    both = {zone for zone, _ in CHANGES}
    assert {"Europe/Paris", "Europe/London", "America/New_York", "Australia/Sydney", "Pacific/Auckland", "Africa/Cairo"} <= both
    assert not {"Europe/Istanbul", "Asia/Riyadh", "Africa/Dakar", "America/Mexico_City", "America/Sao_Paulo"} & both


@pytest.mark.parametrize(("zone", "day"), CHANGES, ids=lambda value: str(value))
def test_every_minute_of_a_day_of_change_is_answered_by_the_rule(zone: str, day: date) -> None:
    """Minutes that exist keep their order; those left out lie a gap later, in order; of two the first is taken.

    The other way round, every moment of the day is shown on the wall, and the rule finds it, or the same an hour before.
    """
    minutes = [datetime.combine(day, time()) + MINUTE * number for number in range(25 * 60)]
    shown = [one for one in minutes if exists(one, zone)]
    missing = [one for one in minutes if not exists(one, zone)]
    for some in (shown, missing):
        moments = [moment_of(one, zone) for one in some]
        assert all(earlier < later for earlier, later in itertools.pairwise(moments))
    if missing:
        gap = missing[-1] - missing[0] + MINUTE
        assert gap in (timedelta(minutes=30), timedelta(hours=1))
        assert all(on_the_wall(moment_of(one, zone), zone) == one + gap for one in missing)
    start = moment_of(minutes[0], zone)
    seen: set[datetime] = set()
    for number in range(26 * 60):
        moment = start + MINUTE * number
        local = on_the_wall(moment, zone)
        first = moment_of(local, zone)
        assert first == moment if local not in seen else first < moment
        assert comes_twice(local, zone) or first == moment
        seen.add(local)


@pytest.mark.parametrize("zone", ZONES)
def test_the_next_time_of_day_is_shown_by_the_clock_and_lies_ahead(zone: str) -> None:
    for hour in range(0, 487 * 24, 7):
        after = utc("2026-09-01 00:00") + timedelta(hours=hour)
        found = next_time(after, time(7, 0), zone)
        assert timedelta() < found - after <= timedelta(hours=25)
        assert on_the_wall(found, zone).time() == time(7, 0)


def test_the_next_time_after_the_first_of_a_double_hour_is_the_second() -> None:
    first = moment_of(wall("2026-10-25 02:30"), "Europe/Paris")
    assert next_time(first, time(2, 30), "Europe/Paris") == first + timedelta(hours=1)


def test_a_day_later_it_is_the_same_hour_on_the_wall_over_a_change_of_clocks() -> None:
    before = moment_of(wall("2027-03-27 09:00"), "Europe/Paris")
    assert next_day(before, "Europe/Paris") - before == timedelta(hours=23)
    assert on_the_wall(next_day(before, "Europe/Paris"), "Europe/Paris") == wall("2027-03-28 09:00")
