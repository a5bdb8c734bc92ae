"""The delivery report: how late, what failed, what was in doubt, what was missed, and when missions post.

A percentile is that of the nearest rank: p95 is the smallest lateness that at least 95 of 100 do not exceed. So it is always
a lateness that really was, and nothing is interpolated.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from ..model.account import Account
from ..model.delivery import State
from .courses import Course

HOURS = 24
WAYS = ("found", "absent", "decided", "open")  # how a doubt ended; `open`: it has not


@dataclass(frozen=True, kw_only=True)
class Row:
    """One wave, account, platform, or all together.

    sent      went out, at a moment that is known; the percentiles are of these. None where there are none
    failures  tries that came to nothing; `failed`: deliveries that have failed and stand so
    doubts    times in which nobody knew the outcome
    cost      on X, in thousandths of a US dollar
    """

    name: str
    deliveries: int
    sent: int
    p50: timedelta | None
    p95: timedelta | None
    p99: timedelta | None
    longest: timedelta | None
    failures: int
    failed: int
    doubts: int
    missed: int
    cancelled: int
    recalled: int
    cost: int


@dataclass(frozen=True, kw_only=True)
class Cause:
    """A code with which tries came to nothing: how many, of how many deliveries, and how many of those went out in the end."""

    code: str
    tries: int
    deliveries: int
    out: int


@dataclass(frozen=True, kw_only=True)
class Settled:
    """How doubts ended: `how` is one of `WAYS`; `stuck` of them needed a person. Times are None where none has ended."""

    how: str
    doubts: int
    stuck: int
    p50: timedelta | None
    longest: timedelta | None


@dataclass(frozen=True, kw_only=True)
class Hours:
    """How many posts of a mission went out in each hour of its own day."""

    mission: str
    posts: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class DeliveryReport:
    """All of it. `missed` is (why, how many), the most frequent first."""

    together: Row
    platforms: tuple[Row, ...]
    waves: tuple[Row, ...]
    accounts: tuple[Row, ...]
    causes: tuple[Cause, ...]
    settled: tuple[Settled, ...]
    missed: tuple[tuple[str, int], ...]
    hours: tuple[Hours, ...]


def percentile(values: Sequence[timedelta], percent: int) -> timedelta | None:
    """Of sorted values, by the nearest rank; None where there are none."""
    return values[max(ceil(len(values) * percent / 100), 1) - 1] if values else None


def delivery_report(
    found: Sequence[Course], costs: Mapping[str, int], accounts: Mapping[str, Account], now: datetime
) -> DeliveryReport:
    """The report. `costs`: thousandths of a dollar by the key of a delivery; `now`: how long what is in doubt has been."""

    def rows(name: Callable[[Course], str]) -> tuple[Row, ...]:
        groups: dict[str, list[Course]] = defaultdict(list)
        for course in found:
            groups[name(course)].append(course)
        return tuple(_row(key, groups[key], costs) for key in sorted(groups, key=_natural))

    return DeliveryReport(
        together=_row("together", found, costs),
        platforms=rows(lambda course: course.delivery.platform),
        waves=rows(lambda course: f"{course.delivery.message}/{course.delivery.wave}"),
        accounts=rows(lambda course: course.delivery.account),
        causes=_causes(found),
        settled=_settled(found, now),
        missed=tuple(Counter(course.missed or "not said" for course in found if _is(course, State.MISSED)).most_common()),
        hours=_hours(found, accounts),
    )


def _row(name: str, found: Sequence[Course], costs: Mapping[str, int]) -> Row:
    late = sorted(course.late for course in found if course.late is not None)
    states = Counter(course.delivery.state for course in found)
    return Row(
        name=name, deliveries=len(found), sent=len(late), p50=percentile(late, 50), p95=percentile(late, 95),
        p99=percentile(late, 99), longest=late[-1] if late else None, failures=sum(len(course.failures) for course in found),
        failed=states[State.FAILED], doubts=sum(len(course.doubts) for course in found), missed=states[State.MISSED],
        cancelled=states[State.CANCELLED], recalled=states[State.RECALLED],
        cost=sum(costs.get(course.delivery.key, 0) for course in found),
    )  # fmt: skip


def _causes(found: Iterable[Course]) -> tuple[Cause, ...]:
    tries: Counter[str] = Counter()
    hit: dict[str, dict[str, bool]] = defaultdict(dict)
    for course in found:
        out = course.delivery.state in (State.PUBLISHED, State.RECALLED)
        for failure in course.failures:
            tries[failure.code] += 1
            hit[failure.code][course.delivery.key] = out
    return tuple(
        Cause(code=code, tries=tries[code], deliveries=len(hit[code]), out=sum(hit[code].values()))
        for code in sorted(tries, key=lambda code: (-tries[code], code))
    )


def _settled(found: Iterable[Course], now: datetime) -> tuple[Settled, ...]:
    ways: dict[str, list[tuple[timedelta, bool]]] = defaultdict(list)
    for course in found:
        for doubt in course.doubts:
            ways[doubt.how or "open"].append(((doubt.until or now) - doubt.since, doubt.stuck))
    rows = []
    for how in (way for way in WAYS if way in ways):
        lasted = sorted(duration for duration, _ in ways[how])
        stuck = sum(stuck for _, stuck in ways[how])
        rows.append(Settled(how=how, doubts=len(lasted), stuck=stuck, p50=percentile(lasted, 50), longest=lasted[-1]))
    return tuple(rows)


def _hours(found: Iterable[Course], accounts: Mapping[str, Account]) -> tuple[Hours, ...]:
    counts: dict[str, list[int]] = {}
    zones: dict[str, ZoneInfo] = {}
    for course in found:
        account = accounts.get(course.delivery.account)
        if course.sent is None or account is None:
            continue
        zone = zones.setdefault(account.zone, ZoneInfo(account.zone))
        counts.setdefault(account.mission, [0] * HOURS)[course.sent.astimezone(zone).hour] += 1
    return tuple(Hours(mission=mission, posts=tuple(counts[mission])) for mission in sorted(counts))


def _is(course: Course, state: State) -> bool:
    return course.delivery.state is state


def _natural(name: str) -> tuple[str, int]:
    """Wave 2 before wave 10."""
    message, _, wave = name.rpartition("/")
    return (message, int(wave)) if wave.isdigit() else (name, 0)
