"""When: times as people type them, and what is said about the times of a wave."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import click

from ..desk.timetable import Timed
from ..model.finding import Finding
from ..model.times import Wish
from ..rules.zones import moment_of
from .options import moment

_YEARS = range(2000, 2200)
_RIGHT = (
    "Write date, time and zone: 2026-12-01T09:00:00Z or 2026-12-01T10:00:00+01:00; "
    '"2026-12-01 09:00 UTC"; "2026-12-01 09:00 local" for each account\'s own hour; or embargo.'
)
_WORDED = re.compile(r"(?P<time>\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?) +(?P<zone>local|UTC)", re.IGNORECASE)


def wish(value: str | Wish) -> Wish:
    """A parameter's type: a moment, an hour of every account's own, or the end of the embargo."""
    if isinstance(value, Wish):
        return value
    text = value.strip()
    if text.lower() == "embargo":
        return Wish(embargo=True)
    try:
        worded = _WORDED.fullmatch(text)
        found = datetime.fromisoformat(worded["time"] if worded else text)
    except ValueError:
        raise click.BadParameter(f'"{value}" is not a moment. {_RIGHT}') from None
    if found.year not in _YEARS:
        raise click.BadParameter(f'"{value}" lies in the year {found.year}. {_RIGHT}')
    if worded is None and found.tzinfo is None:
        raise click.BadParameter(f'"{value}" says no time zone. {_RIGHT}')
    if worded is not None and worded["zone"].lower() == "local":
        return Wish(local=found)
    return Wish(moment=found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC))


@dataclass(frozen=True, kw_only=True)
class Until:
    """A deadline as somebody types it: a moment, or an hour `on_the_wall`, the ministry's own or each mission's (`theirs`)."""

    moment: datetime | None = None
    on_the_wall: datetime | None = None
    theirs: bool = False

    def at(self, zone: str, own: str) -> datetime:
        """The moment for a mission in a zone; `own` is the ministry's."""
        if self.moment is not None:
            return self.moment
        assert self.on_the_wall is not None
        return moment_of(self.on_the_wall, zone if self.theirs else own)


def deadline(value: str | Until) -> Until:
    """A parameter's type: a moment, an hour of each mission's own ("local"), or, without a zone, of the ministry's own."""
    if isinstance(value, Until):
        return value
    plain = _without_zone(value.strip())
    if plain is not None:
        return Until(on_the_wall=plain)
    found = wish(value)
    if found.embargo:
        raise click.BadParameter(f'"{value}" is no deadline. Write a time: "2026-12-01 12:00", "2026-12-01 12:00 UTC".')
    return Until(moment=found.moment, on_the_wall=found.local, theirs=True)


def _without_zone(text: str) -> datetime | None:
    """A date and time that names no zone; None for anything else."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is None and found.year in _YEARS and ":" in text else None


def since(value: str | datetime) -> datetime:
    """A parameter's type: from a day on (in UTC), or from a moment on."""
    return _day(value, timedelta())


def until(value: str | datetime) -> datetime:
    """A parameter's type: to the end of a day (in UTC), or before a moment."""
    return _day(value, timedelta(days=1))


def _day(value: str | datetime, more: timedelta) -> datetime:
    if isinstance(value, datetime):
        return value
    try:
        return datetime.combine(date.fromisoformat(value), datetime.min.time(), UTC) + more
    except (ValueError, OverflowError):
        return moment(value)


def tell(timed: Timed, say: Callable[[str], None], *, asked: bool) -> None:
    """The times of a plan, before anybody says yes. Where none was asked for: only if there is something to say."""
    if asked or timed.draft.message.embargo is not None or timed.said:
        say(f"Times     {span(timed.due) if timed.due else 'nobody posts then'}")
        for finding in timed.said:
            say(f"          {finding.sentence}")


def tell_planned(due: Mapping[str, datetime], said: tuple[Finding, ...], say: Callable[[str], None]) -> None:
    """What was planned, in one sentence, and one for each thing to know."""
    say(f"{len(due)} deliver{'y' if len(due) == 1 else 'ies'}, {span(due)}.")
    for finding in said:
        say(finding.sentence)


def span(due: Mapping[str, datetime]) -> str:
    """`first 2026-11-30 20:00 UTC (embassy-wellington), last 2026-12-01 17:00 UTC (consulate-los-angeles)`."""
    first, last = min(due, key=lambda name: due[name]), max(due, key=lambda name: due[name])
    if due[first] == due[last]:
        return f"all at {due[first]:%Y-%m-%d %H:%M} UTC"
    return f"first {due[first]:%Y-%m-%d %H:%M} UTC ({first}), last {due[last]:%Y-%m-%d %H:%M} UTC ({last})"
