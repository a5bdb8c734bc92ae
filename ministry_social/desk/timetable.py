"""Timing: a draft gets the time of each account, and loses those that stay silent at that time."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from ..errors import InvalidMessage
from ..model.finding import Finding
from ..model.message import Message
from ..model.plan import Silence
from ..model.times import Customs, Note, Rule, Wish
from ..rules.checks import in_order
from ..rules.cost import Prices, wave_cost
from ..rules.time_findings import time_findings
from ..rules.timetable import Frame, Timetable, timetable
from ..rules.timing import whole_milliseconds
from .compose import Draft

# The public holidays of countries in some years: country -> day -> name.
Holidays = Callable[[Collection[str], Collection[int]], Mapping[str, Mapping[date, str]]]


def no_holidays(countries: Collection[str], years: Collection[int]) -> Mapping[str, Mapping[date, str]]:
    """Nobody has any."""
    return {}


@dataclass(frozen=True, kw_only=True)
class Times:
    """What the settings say about times: how far apart reposts are, how long after its time a post is still worth sending, when
    accounts post, and where public holidays are looked up."""

    repost_gap: timedelta
    stale_after: timedelta
    customs: Customs = field(default_factory=Customs)
    holidays: Holidays = no_holidays


@dataclass(frozen=True, kw_only=True)
class Timed:
    """A draft whose every account has its time: `due` by name. `said` are the findings about times, which the draft has too."""

    draft: Draft
    due: Mapping[str, datetime]
    notes: tuple[Note, ...]
    said: tuple[Finding, ...]


def timed(draft: Draft, wish: Wish, times: Times, prices: Prices, now: datetime) -> Timed:
    """When each account of the draft is due, as the calendar and the embargo allow."""
    found = due_then(draft, wish, times, now)
    assignments = tuple(
        replace(one, variant=None, silence=Silence.NOT_THEN, reason=found.silent[one.account.name])
        if one.account.name in found.silent
        else one
        for one in draft.assignments
    )
    said = tuple(time_findings(found.notes, draft.message.place))
    lasting = replace(
        draft,
        assignments=assignments,
        payloads={name: payload for name, payload in draft.payloads.items() if name not in found.silent},
        otherwise={name: payload for name, payload in draft.otherwise.items() if name not in found.silent},
        findings=in_order((*draft.findings, *said)),
        cost=wave_cost(assignments, prices),
    )
    return Timed(draft=lasting, due=found.due, notes=found.notes, said=said)


def due_then(draft: Draft, wish: Wish, times: Times, now: datetime) -> Timetable:
    """The timetable alone."""
    message = draft.message
    if wish.embargo and message.embargo is None:
        raise InvalidMessage(
            "The message has no embargo.",
            file=message.place.file,
            line=message.place.line,
            remedy="Add one to its front matter (embargo = 2026-12-01T09:00:00Z), or say a time.",
        )
    now = whole_milliseconds(now)
    customs = Customs() if message.kind in times.customs.urgent else times.customs
    holidays: Mapping[str, Mapping[date, str]] = {}
    if customs.holidays is not Rule.IGNORE:
        countries = {one.account.country for one in draft.assignments if one.variant is not None}
        holidays = times.holidays(countries, _years(message, wish, now))
    frame = Frame(now=now, embargo=message.embargo, gap=times.repost_gap, customs=customs, holidays=holidays)
    return timetable(draft.assignments, wish, frame)


def _years(message: Message, wish: Wish, now: datetime) -> set[int]:
    """Every year in which a time of the wave may come to lie: a zone may be a year behind or ahead, a move may end in the next."""
    asked = [moment.year for moment in (now, message.embargo, wish.moment, wish.local) if moment is not None]
    return {year + more for year in asked for more in (-1, 0, 1, 2)}
