"""Recurrence: the days on which a campaign's waves begin, from a rule of RFC 5545 (3.3.10).

The library `dateutil` reads the rule. Days are counted on the wall, without a zone, so that nine o'clock stays nine o'clock when
clocks are put forward; which moment that is, each account's zone says later (`rules.zones`).
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from itertools import islice

from dateutil.rrule import rrulestr

MOST = 200  # waves; nobody means more, and a rule is easily written that gives a thousand

_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_PARTS = ("FREQ", "INTERVAL", "COUNT", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "BYYEARDAY", "BYWEEKNO", "WKST")
_ELSEWHERE = {"UNTIL": "end", "BYHOUR": "at", "BYMINUTE": "at", "BYSECOND": "at"}
_EXAMPLE = "Write one such as FREQ=WEEKLY;BYDAY=TU;COUNT=6."


def read_rule(text: str) -> str:
    """A rule as this campaign keeps it, in capitals. Raises `ValueError` with a sentence that says what is right."""
    rule = text.strip().upper().removeprefix("RRULE:")
    parts = _parts(rule)
    if parts.get("FREQ") not in _FREQUENCIES:
        raise ValueError(f'"{text}" does not say how often. Begin with one of FREQ={", FREQ=".join(_FREQUENCIES)}.')
    for name in ("INTERVAL", "COUNT"):
        if name in parts and not (parts[name].isascii() and parts[name].isdigit() and int(parts[name])):
            raise ValueError(f"{name}={parts[name]} is no number from 1 on. {_EXAMPLE}")
    try:
        rrulestr(rule, dtstart=datetime(2026, 1, 1))
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise ValueError(f'"{text}" is no rule of RFC 5545: {error}. {_EXAMPLE}') from error
    return rule


def counted(rule: str) -> int | None:
    """How many waves the rule itself asks for; None where only the end decides."""
    count = _parts(rule).get("COUNT")
    return None if count is None else int(count)


def beginnings(rule: str, start: date, at: time, end: date) -> tuple[datetime, ...]:
    """When the waves begin, on the wall: those of the rule from `start` to `end`, both included; at most one more than `MOST`."""
    parts = {name: value for name, value in _parts(rule).items() if name != "COUNT"}
    # RFC 5545 allows COUNT or UNTIL; here both hold, so the library gets the end, and the rest is counted off.
    bare = ";".join(f"{name}={value}" for name, value in parts.items())
    found = rrulestr(f"{bare};UNTIL={end:%Y%m%d}T235959", dtstart=datetime.combine(start, at))
    return tuple(islice(found, min(counted(rule) or MOST + 1, MOST + 1)))


def _parts(rule: str) -> Mapping[str, str]:
    parts: dict[str, str] = {}
    for piece in rule.split(";"):
        name, sign, value = piece.partition("=")
        if name in _ELSEWHERE:
            raise ValueError(f"{name} does not belong into repeat: {_ELSEWHERE[name]} says that. {_EXAMPLE}")
        if not sign or not value or name not in _PARTS or name in parts:
            raise ValueError(f'"{piece}" is no part of a rule, or stands there twice. {_EXAMPLE}')
        parts[name] = value
    return parts
