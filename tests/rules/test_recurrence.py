"""Recurrence: on which days the waves of a campaign begin."""

from datetime import date, datetime, time

import pytest

from ministry_social.rules.recurrence import MOST, beginnings, counted, read_rule

NINE = time(9)
START, END = date(2026, 12, 1), date(2027, 3, 31)


def days(rule: str, *, start: date = START, end: date = END) -> list[str]:
    return [f"{found:%m-%d}" for found in beginnings(read_rule(rule), start, NINE, end)]


# Worked out with a calendar of 2026 and 2027: 1 December 2026 is a Tuesday.
RULES = [
    ("FREQ=WEEKLY;BYDAY=TU;COUNT=6", ["12-01", "12-08", "12-15", "12-22", "12-29", "01-05"]),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;COUNT=3", ["12-14", "12-28", "01-11"]),
    ("FREQ=MONTHLY;BYDAY=1MO", ["12-07", "01-04", "02-01", "03-01"]),
    ("FREQ=MONTHLY;BYMONTHDAY=-1", ["12-31", "01-31", "02-28", "03-31"]),
    ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2", ["12-31", "01-29"]),
    ("FREQ=DAILY;INTERVAL=40", ["12-01", "01-10", "02-19", "03-31"]),
    ("rrule:freq=weekly;byday=we;count=1", ["12-02"]),
    ("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=8", ["01-08"]),
]


@pytest.mark.parametrize(("rule", "wanted"), RULES)
def test_the_days_are_those_of_the_rule(rule: str, wanted: list[str]) -> None:
    assert days(rule) == wanted


def test_first_and_last_day_are_included_and_the_hour_is_that_of_the_wall() -> None:
    assert days("FREQ=DAILY", end=date(2026, 12, 3)) == ["12-01", "12-02", "12-03"]
    assert beginnings("FREQ=DAILY", START, NINE, START) == (datetime(2026, 12, 1, 9),)
    assert beginnings("FREQ=DAILY", START, time(23, 59), START) == (datetime(2026, 12, 1, 23, 59),)


def test_the_end_cuts_a_count_off() -> None:
    assert days("FREQ=WEEKLY;COUNT=6", end=date(2026, 12, 15)) == ["12-01", "12-08", "12-15"]
    assert (counted("FREQ=WEEKLY;COUNT=6"), counted("FREQ=WEEKLY")) == (6, None)


def test_a_rule_without_an_end_of_its_own_is_not_followed_for_ever() -> None:
    assert len(beginnings("FREQ=DAILY", START, NINE, date(2030, 1, 1))) == MOST + 1


WRONG = [
    ("", "no part of a rule"),
    ("every tuesday", "no part of a rule"),
    ("FREQ=HOURLY", "does not say how often"),
    ("BYDAY=TU", "does not say how often"),
    ("FREQ=WEEKLY;UNTIL=20270101", "end says that"),
    ("FREQ=WEEKLY;BYHOUR=9", "at says that"),
    ("FREQ=WEEKLY;INTERVAL=0", "no number from 1 on"),
    ("FREQ=WEEKLY;COUNT=-1", "no number from 1 on"),
    ("FREQ=WEEKLY;BYDAY=XX", "no rule of RFC 5545"),
    ("FREQ=WEEKLY;FREQ=DAILY", "stands there twice"),
    ("FREQ=MONTHLY;BYMONTHDAY=a", "no rule of RFC 5545"),
]


@pytest.mark.parametrize(("rule", "says"), WRONG)
def test_a_wrong_rule_is_refused_with_what_is_right(rule: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_rule(rule)
