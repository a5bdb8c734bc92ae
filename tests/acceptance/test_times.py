"""46 accounts in their zones over both changes of summer time, with holidays and quiet hours.

The expected times stand here as literals. They were worked out by hand from the offsets that each state has published, group by
group, and not by the code that they test. UTC = the hour on the wall minus the offset.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from ministry_social.files.accounts import load_accounts
from ministry_social.files.public_holidays import public_holidays
from ministry_social.model.account import Account
from ministry_social.model.plan import Assignment
from ministry_social.model.times import Cause, Closure, Customs, Hours, Rule, Wish
from ministry_social.model.variant import Kind, Variant
from ministry_social.rules.timetable import Frame, Timetable, timetable
from tests.acceptance.ministry import Ministry

ACCOUNTS = load_accounts(Path(__file__).parents[2] / "config" / "accounts.toml")
LONG_BEFORE = datetime(2026, 9, 1, tzinfo=UTC)
CITIES = ("Paris", "Berlin", "Madrid", "Rome", "Zurich", "Belgrade")  # Central European Time, with the European Union's dates

# 09:00 on the wall, on the Friday before and the Monday after each change, in UTC. One line for each zone of the config.
#
# The dates.
# European Union and United Kingdom: forward at 01:00 UTC on the last Sunday of March (28 March 2027), back at 01:00 UTC on the last
#   Sunday of October (25 October 2026).
# United States and Canada: forward at 02:00 on the second Sunday of March (14 March 2027), back at 02:00 on the first Sunday of
#   November (1 November 2026).
# Australia (New South Wales): back at 03:00 on the first Sunday of April (4 April 2027), forward on the first Sunday of October (4
#   October 2026).
# New Zealand: back at 03:00 on the first Sunday of April (4 April 2027), forward on the last Sunday of September (27 September
#   2026).
# Egypt: back at 24:00 on the last Thursday of October (29 October 2026), forward at 00:00 on the last Friday of April (30 April
#   2027).
# Morocco is at +1, and at +0 during Ramadan: from 7 February to 14 March 2027.
#
#                    autumn 2026                                        spring 2027
#                    Fri 23 Oct   Mon 26 Oct  Fri 30 Oct   Mon 2 Nov    Fri 12 Mar   Mon 15 Mar  Fri 26 Mar  Mon 29 Mar  Mon 5 Apr
DAYS = (
    "2026-10-23",
    "2026-10-26",
    "2026-10-30",
    "2026-11-02",
    "2027-03-12",
    "2027-03-15",
    "2027-03-26",
    "2027-03-29",
    "2027-04-05",
)
NINE = {
    # Central European Time: +2 in summer, +1 in winter. 9 - 2 = 7, 9 - 1 = 8.
    **dict.fromkeys((f"Europe/{city}" for city in CITIES), "07 08 08 08 08 08 08 07 07"),
    # Western European Time: +1 in summer, +0 in winter.
    "Europe/London": "08 09 09 09 09 09 09 08 08",
    "Europe/Lisbon": "08 09 09 09 09 09 09 08 08",
    # Turkey: +3 all year, since 2016.
    "Europe/Istanbul": "06 06 06 06 06 06 06 06 06",
    # West Africa without summer time: Senegal, Mali and Burkina Faso at +0; Niger, Chad, Nigeria and Algeria at +1.
    "Africa/Dakar": "09 09 09 09 09 09 09 09 09",
    "Africa/Bamako": "09 09 09 09 09 09 09 09 09",
    "Africa/Ouagadougou": "09 09 09 09 09 09 09 09 09",
    "Africa/Niamey": "08 08 08 08 08 08 08 08 08",
    "Africa/Ndjamena": "08 08 08 08 08 08 08 08 08",
    "Africa/Lagos": "08 08 08 08 08 08 08 08 08",
    "Africa/Algiers": "08 08 08 08 08 08 08 08 08",
    # Morocco: +1; in Ramadan, until 14 March 2027, +0.
    "Africa/Casablanca": "08 08 08 08 09 08 08 08 08",
    # Egypt: +3 in summer until 29 October, +2 in winter until 29 April.
    "Africa/Cairo": "06 06 07 07 07 07 07 07 07",
    # Eastern and southern Africa without summer time: Kenya and Ethiopia at +3, South Africa at +2.
    "Africa/Nairobi": "06 06 06 06 06 06 06 06 06",
    "Africa/Addis_Ababa": "06 06 06 06 06 06 06 06 06",
    "Africa/Johannesburg": "07 07 07 07 07 07 07 07 07",
    # Western Asia without summer time: Jordan (+3 all year, since 2022) and Saudi Arabia at +3; Kazakhstan at +5, since March 2024.
    "Asia/Amman": "06 06 06 06 06 06 06 06 06",
    "Asia/Riyadh": "06 06 06 06 06 06 06 06 06",
    "Asia/Almaty": "04 04 04 04 04 04 04 04 04",
    # India at +5:30, western Indonesia at +7, China at +8, Japan and Korea at +9.
    "Asia/Kolkata": "03:30 03:30 03:30 03:30 03:30 03:30 03:30 03:30 03:30",
    "Asia/Jakarta": "02 02 02 02 02 02 02 02 02",
    "Asia/Shanghai": "01 01 01 01 01 01 01 01 01",
    "Asia/Tokyo": "00 00 00 00 00 00 00 00 00",
    "Asia/Seoul": "00 00 00 00 00 00 00 00 00",
    # Sydney: summer (+11) from October to 4 April, then +10. 9 - 11 is 22:00 of the day before (written -2), 9 - 10 is 23:00 (-1).
    "Australia/Sydney": "-2 -2 -2 -2 -2 -2 -2 -2 -1",
    # New Zealand: summer (+13) from September to 4 April, then +12. 9 - 13 is 20:00 of the day before (-4), 9 - 12 is 21:00 (-3).
    "Pacific/Auckland": "-4 -4 -4 -4 -4 -4 -4 -4 -3",
    # Eastern Time: -4 in summer until 1 November and from 14 March, -5 in winter. 9 + 4 = 13, 9 + 5 = 14.
    "America/New_York": "13 13 13 14 14 13 13 13 13",
    "America/Toronto": "13 13 13 14 14 13 13 13 13",
    # Pacific Time: -7 in summer, -8 in winter.
    "America/Los_Angeles": "16 16 16 17 17 16 16 16 16",
    # Latin America without summer time: Mexico City at -6 (since 2022), Brasilia (since 2019) and Buenos Aires at -3.
    "America/Mexico_City": "15 15 15 15 15 15 15 15 15",
    "America/Sao_Paulo": "12 12 12 12 12 12 12 12 12",
    "America/Argentina/Buenos_Aires": "12 12 12 12 12 12 12 12 12",
}


def utc(day: str, hour: str) -> datetime:
    """`07` or `03:30` on that day; `-2` are so many hours before midnight."""
    if hour.startswith("-"):
        number = date.fromisoformat(day).toordinal() - 1
        return datetime.combine(date.fromordinal(number), time(24 + int(hour)), UTC)
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(hour), UTC)


def scheduled(wall: str, customs: Customs | None = None, accounts: tuple[Account, ...] = ACCOUNTS) -> Timetable:
    """Everybody speaks, at this hour of their own."""
    wave = [Assignment(account=a, reason="", variant=Variant(account=a.name, kind=Kind.LOCAL, text=("Hello",))) for a in accounts]
    feasts = public_holidays({account.country for account in accounts}, {2026, 2027, 2028})
    frame = Frame(now=LONG_BEFORE, embargo=None, gap=timedelta(), customs=customs or Customs(), holidays=feasts)
    return timetable(wave, Wish(local=datetime.fromisoformat(wall)), frame)


def by_zone(found: Timetable) -> dict[str, set[datetime]]:
    """All accounts of a zone have one time."""
    return {zone: {found.due[a.name] for a in ACCOUNTS if a.zone == zone and a.name in found.due} for zone in NINE}


def test_the_table_has_every_zone_of_the_46_accounts() -> None:
    assert len(ACCOUNTS) == 46
    assert {account.zone for account in ACCOUNTS} == set(NINE)


@pytest.mark.parametrize("number", range(len(DAYS)), ids=DAYS)
def test_nine_in_the_morning_is_this_moment_everywhere(number: int) -> None:
    found = scheduled(f"{DAYS[number]} 09:00")
    assert len(found.due) == 46
    assert by_zone(found) == {zone: {utc(DAYS[number], hours.split()[number])} for zone, hours in NINE.items()}


# The odd hours themselves: wall, zone, UTC, and what is said.
ODD = [
    # European Union, 28 March 2027, 01:00 UTC: 02:00 becomes 03:00. 02:30 is taken as 03:30 at +2: 01:30 UTC.
    ("2027-03-28 02:30", "Europe/Paris", "2027-03-28 01:30", Cause.MISSING_HOUR),
    # United Kingdom and Portugal, the same moment: 01:00 becomes 02:00. 01:30 is taken as 02:30 at +1: 01:30 UTC.
    ("2027-03-28 01:30", "Europe/London", "2027-03-28 01:30", Cause.MISSING_HOUR),
    ("2027-03-28 01:30", "Europe/Lisbon", "2027-03-28 01:30", Cause.MISSING_HOUR),
    # New York, 14 March 2027: 02:00 becomes 03:00. 02:30 is taken as 03:30 at -4: 07:30 UTC. Los Angeles: 03:30 at -7: 10:30 UTC.
    ("2027-03-14 02:30", "America/New_York", "2027-03-14 07:30", Cause.MISSING_HOUR),
    ("2027-03-14 02:30", "America/Los_Angeles", "2027-03-14 10:30", Cause.MISSING_HOUR),
    # Egypt, 30 April 2027: 00:00 becomes 01:00. 00:30 is taken as 01:30 at +3: 22:30 UTC of the 29th.
    ("2027-04-30 00:30", "Africa/Cairo", "2027-04-29 22:30", Cause.MISSING_HOUR),
    # Morocco, 14 March 2027, the end of Ramadan: 02:00 becomes 03:00. 02:30 is taken as 03:30 at +1: 02:30 UTC.
    ("2027-03-14 02:30", "Africa/Casablanca", "2027-03-14 02:30", Cause.MISSING_HOUR),
    # Sydney, 4 October 2026: 02:00 becomes 03:00. 02:30 is taken as 03:30 at +11: 16:30 UTC of the 3rd.
    ("2026-10-04 02:30", "Australia/Sydney", "2026-10-03 16:30", Cause.MISSING_HOUR),
    # New Zealand, 27 September 2026: 02:00 becomes 03:00. 02:30 is taken as 03:30 at +13: 14:30 UTC of the 26th.
    ("2026-09-27 02:30", "Pacific/Auckland", "2026-09-26 14:30", Cause.MISSING_HOUR),
    # European Union, 25 October 2026: 03:00 becomes 02:00. The first 02:30 is at +2: 00:30 UTC. London: 01:30 at +1, the same.
    ("2026-10-25 02:30", "Europe/Belgrade", "2026-10-25 00:30", Cause.DOUBLE_HOUR),
    ("2026-10-25 01:30", "Europe/London", "2026-10-25 00:30", Cause.DOUBLE_HOUR),
    # New York, 1 November 2026: 02:00 becomes 01:00. The first 01:30 is at -4: 05:30 UTC. Los Angeles: at -7: 08:30 UTC.
    ("2026-11-01 01:30", "America/New_York", "2026-11-01 05:30", Cause.DOUBLE_HOUR),
    ("2026-11-01 01:30", "America/Los_Angeles", "2026-11-01 08:30", Cause.DOUBLE_HOUR),
    # Egypt, 29 October 2026: 24:00 becomes 23:00. The first 23:30 is at +3: 20:30 UTC.
    ("2026-10-29 23:30", "Africa/Cairo", "2026-10-29 20:30", Cause.DOUBLE_HOUR),
    # Morocco, 7 February 2027, Ramadan begins: 03:00 becomes 02:00. The first 02:30 is at +1: 01:30 UTC.
    ("2027-02-07 02:30", "Africa/Casablanca", "2027-02-07 01:30", Cause.DOUBLE_HOUR),
    # Sydney, 4 April 2027: 03:00 becomes 02:00. The first 02:30 is at +11: 15:30 UTC of the 3rd. New Zealand: at +13: 13:30 UTC.
    ("2027-04-04 02:30", "Australia/Sydney", "2027-04-03 15:30", Cause.DOUBLE_HOUR),
    ("2027-04-04 02:30", "Pacific/Auckland", "2027-04-03 13:30", Cause.DOUBLE_HOUR),
]  # fmt: skip


@pytest.mark.parametrize(("wall", "zone", "moment", "cause"), ODD, ids=lambda value: str(value))
def test_the_odd_hours_have_their_one_answer(wall: str, zone: str, moment: str, cause: Cause) -> None:
    found = scheduled(wall)
    names = {account.name for account in ACCOUNTS if account.zone == zone}
    assert {found.due[name] for name in names} == {datetime.fromisoformat(moment).replace(tzinfo=UTC)}
    assert names <= {note.account for note in found.notes if note.cause is cause}


# Holidays and quiet hours together, over the European change of 28 March 2027, which is Easter Sunday. Asked for: 21:30 on the wall
# on Good Friday, 26 March 2027; quiet from 21:00 to 07:00, and holidays move to the same hour of the next day that is none.
NIGHT = Customs(quiet=Hours(start=time(21), end=time(7)), quiet_rule=Rule.MOVE, holidays=Rule.MOVE)
FRIDAY = [
    # Good Friday is a holiday: to 21:30 on Saturday, which is quiet: to 07:00 on Easter Sunday, by then at +2: 05:00 UTC.
    # Sunday is a holiday in none of these lists but where named. Germany, Spain: no national holiday on Easter Sunday.
    ("embassy-berlin", "2027-03-28 05:00"),
    ("embassy-madrid", "2027-03-28 05:00"),
    # United Kingdom: the same, 07:00 at +1 is 06:00 UTC.
    ("embassy-london", "2027-03-28 06:00"),
    # Portugal: Easter Sunday is one too: to 07:00 on Monday, at +1: 06:00 UTC.
    ("embassy-lisbon", "2027-03-29 06:00"),
    # France: Good Friday is none (but in Alsace). 21:30 is quiet: to 07:00 on Saturday, still at +1: 06:00 UTC.
    ("embassy-paris", "2027-03-27 06:00"),
    # Italy: Good Friday is none. 07:00 on Saturday at +1: 06:00 UTC.
    ("embassy-rome", "2027-03-27 06:00"),
    # United States: no federal holiday. 07:00 on Saturday, at -4: 11:00 UTC.
    ("embassy-washington", "2027-03-27 11:00"),
    # Turkey and Japan: none. 07:00 on Saturday at +3: 04:00 UTC; at +9: 22:00 UTC on Friday.
    ("embassy-ankara", "2027-03-27 04:00"),
    ("embassy-tokyo", "2027-03-26 22:00"),
    # New Zealand: Good Friday, to Saturday 21:30, quiet: to Sunday 07:00 at +13: 18:00 UTC on Saturday.
    ("embassy-wellington", "2027-03-27 18:00"),
    # Caldova, which no list of holidays knows: 07:00 on Saturday at +1.
    ("mfa", "2027-03-27 06:00"),
]


@pytest.mark.parametrize(("name", "moment"), FRIDAY)
def test_a_late_good_friday_waits_for_a_morning_that_is_no_holiday(name: str, moment: str) -> None:
    found = scheduled("2027-03-26 21:30", NIGHT)
    assert found.due[name] == datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert name in {note.account for note in found.notes if note.rule is Rule.MOVE}


def test_over_a_year_of_nights_nobody_is_woken_and_nobody_forgotten() -> None:
    closure = Closure(
        cause=Cause.CLOSURE, first=date(2026, 12, 24), last=date(2027, 1, 1), rule=Rule.MOVE, reason="Between the years"
    )
    customs = replace(NIGHT, closures=(closure,))
    feasts = public_holidays({account.country for account in ACCOUNTS}, {2026, 2027, 2028})
    from ministry_social.rules.zones import on_the_wall

    for month in range(1, 13):
        found = scheduled(f"{2026 if month > 9 else 2027}-{month:02d}-01 02:30", customs)
        assert len(found.due) == 46
        for account in ACCOUNTS:
            local = on_the_wall(found.due[account.name], account.zone)
            assert time(7) <= local.time() < time(21), account.name
            assert local.date() not in feasts.get(account.country, {}), account.name


def test_the_calendar_file_shows_the_times_of_the_table(ministry: Ministry) -> None:
    """From the message to the file that a calendar program opens, on the day after Europe's clocks were put forward."""
    ministry.environment["MINISTRY_SOCIAL_TIMES_HOLIDAYS"] = "ignore"
    ministry.write(
        "messages/local/grain-corridor/embassy-wellington.md", "## en\n### short\nWaitemata greets every ship in need.\n"
    )
    ministry.write(
        "messages/local/grain-corridor/embassy-washington.md", "## en\n### short\nAnnapolis remembers who came to help.\n"
    )
    file = ministry.folder / "messages" / "grain.md"
    more = "account:page + account:embassy-wellington + account:embassy-washington"
    file.write_text(file.read_text().replace("account:page", more))
    said = ministry.say("delivery", "schedule", "messages/grain.md", "--at", "2027-03-29 09:00 local", "--yes")
    first, last = "first 2027-03-28 20:00 UTC (embassy-wellington)", "last 2027-03-29 13:00 UTC (embassy-washington)"
    assert f"6 deliveries, {first}, {last}." in said.out
    ministry.say("schedule", "ics", "-o", "all.ics")
    events = Calendar.from_ical((ministry.folder / "all.ics").read_bytes()).walk("VEVENT")
    shown = {str(event["UID"]).split("/")[2]: event.decoded("DTSTART") for event in events}
    zones = {account.name: account.zone for account in ACCOUNTS}
    column = DAYS.index("2027-03-29")
    assert shown == {name: utc("2027-03-29", NINE[zones[name]].split()[column]) for name in shown}
    assert len(shown) == 6
