"""The delivery report: a year of deliveries whose figures are counted again here, in another way."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import quantiles
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ministry_social.files.delivery_page import delivery_page
from ministry_social.model.account import Account
from ministry_social.model.delivery import Delivery, State
from ministry_social.rules.courses import Course, courses, long
from ministry_social.rules.delivery_report import DeliveryReport, delivery_report, percentile
from ministry_social.rules.timing import stamp
from tests.factories import NOW, account, delivery

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
ZONES = {"embassy-wellington": "Pacific/Auckland", "embassy-lima": "America/Lima", "embassy-kathmandu": "Asia/Kathmandu"}
ACCOUNTS = {name: account(name, zone=zone) for name, zone in ZONES.items()}


class Year:
    """Deliveries and their entries, and, counted while they are made, what the report must say."""

    def __init__(self, messages: int = 400) -> None:
        self.random = random.Random(6)
        self.deliveries: list[Delivery] = []
        self.bodies: list[dict[str, Any]] = []
        self.late: dict[tuple[str, str], list[float]] = {}
        self.codes: Counter[str] = Counter()
        self.doubts: dict[str, list[float]] = {}
        self.hours: Counter[tuple[str, int]] = Counter()
        for number in range(messages):
            for name in ZONES:
                self.add(number, name)

    def add(self, number: int, name: str) -> None:
        due = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=self.random.randrange(525_600))
        one = delivery(name, key=f"m{number // 4}/{number % 4 + 1}/{name}/post", message=f"m{number // 4}", wave=number % 4 + 1,
                       platform=("x", "facebook")[number % 2], due_at=due + HOUR)  # fmt: skip
        self.tell(one, "planned", due - HOUR, due_at=stamp(due))
        at = due
        for _ in range(self.random.choice((0, 0, 0, 1, 3))):
            code = self.random.choice(("429", "503"))
            self.codes[code] += 1
            at += self.random.randrange(1, 90) * SECOND
            self.tell(one, "throttled", at, code=code)
        fate = self.random.choice(("accepted",) * 6 + ("found", "decided", "absent", "refused", "missed"))
        if fate in ("found", "decided", "absent"):
            lasted = self.random.randrange(1, 4000)
            self.tell(one, "lost", at)
            self.tell(one, fate, at := at + lasted * SECOND, absent=False)
            self.doubts.setdefault(fate, []).append(lasted)
        if fate == "absent":
            self.tell(one, "accepted", at := at + SECOND)
        elif fate == "refused":
            self.codes["187"] += 1
            self.tell(one, "refused", at, code="187")
        elif fate in ("missed", "accepted"):
            self.tell(one, fate, at, why="It was held: storm")
        state = {"refused": State.FAILED, "missed": State.MISSED}.get(fate, State.PUBLISHED)
        self.deliveries.append(replace(one, state=state, sent_at=at if state is State.PUBLISHED else None))
        if state is State.PUBLISHED and fate != "decided":
            for group in (("platform", one.platform), ("wave", f"{one.message}/{one.wave}"), ("account", name), ("all", "")):
                self.late.setdefault(group, []).append((at - due).total_seconds())
            self.hours[name, at.astimezone(ZoneInfo(ZONES[name])).hour] += 1

    def tell(self, one: Delivery, event: str, at: datetime, **facts: Any) -> None:
        self.bodies.append({"about": {"delivery": one.key}, "at": stamp(at), "by": "engine", "event": event, "facts": facts})

    def report(self) -> DeliveryReport:
        costs = {one.key: 15 for one in self.deliveries if one.platform == "x"}
        return delivery_report(courses(self.deliveries, self.bodies), costs, ACCOUNTS, NOW)


@pytest.fixture(scope="module")
def year() -> Year:
    return Year()


@pytest.fixture(scope="module")
def found(year: Year) -> DeliveryReport:
    return year.report()


def rank(values: list[float], percent: int) -> float:
    """The nearest rank by counting: the smallest value that so many of all do not exceed."""
    return next(one for one in sorted(values) if sum(other <= one for other in values) * 100 >= percent * len(values))


def rows(found: DeliveryReport) -> Iterator[tuple[tuple[str, str], Any]]:
    yield ("all", ""), found.together
    for by, group in (("platform", found.platforms), ("wave", found.waves), ("account", found.accounts)):
        for row in group:
            yield (by, row.name), row


def test_every_percentile_is_that_of_counting(year: Year, found: DeliveryReport) -> None:
    for group, row in rows(found):
        values = year.late.get(group, [])
        assert row.sent == len(values)
        for percent, lateness in ((50, row.p50), (95, row.p95), (99, row.p99)):
            assert (lateness and lateness.total_seconds()) == (rank(values, percent) if values else None) or lateness == timedelta()
    cuts = quantiles(year.late["all", ""], n=100, method="inclusive")
    assert found.together.p95 is not None
    assert abs(found.together.p95.total_seconds() - cuts[94]) < 60  # an interpolating definition is near, where there are many


def test_tries_doubts_hours_and_money_are_those_that_were_made(year: Year, found: DeliveryReport) -> None:
    assert {one.code: one.tries for one in found.causes} == year.codes
    assert {one.how: (one.doubts, one.longest) for one in found.settled} == {
        how: (len(lasted), max(lasted) * SECOND) for how, lasted in year.doubts.items()
    }
    for one in found.hours:
        assert one.posts == tuple(year.hours[one.mission, hour] for hour in range(24))
    states = Counter(one.state for one in year.deliveries)
    together = found.together
    assert (together.failed, together.missed, together.deliveries) == (states[State.FAILED], states[State.MISSED], 1200)
    assert together.cost == 15 * sum(one.platform == "x" for one in year.deliveries)
    assert found.missed == (("It was held: storm", states[State.MISSED]),)
    assert [row.name for row in found.waves][:3] == ["m0/1", "m0/2", "m0/3"]


def test_the_nearest_rank_is_always_one_of_the_values() -> None:
    values = [number * SECOND for number in (1, 2, 3, 4)]
    assert [percentile(values, percent) for percent in (1, 50, 75, 76, 99, 100)] == [n * SECOND for n in (1, 2, 3, 4, 4, 4)]
    assert percentile([], 50) is None


def course(*told: tuple[str, datetime, dict[str, Any]], **change: Any) -> Course:
    one = delivery("mfa", **change)
    bodies = [{"about": {"delivery": one.key}, "at": stamp(at), "event": event, "facts": facts} for event, at, facts in told]
    return courses([one], bodies)[0]


def test_the_promise_is_what_was_planned_and_not_what_retries_moved_it_to() -> None:
    planned = ("planned", NOW, {"due_at": stamp(NOW)})
    found = course(planned, ("accepted", NOW + HOUR, {}), due_at=NOW + HOUR, sent_at=NOW + HOUR, state=State.PUBLISHED)
    assert (found.promised, found.late) == (NOW, HOUR)


def test_what_was_planned_anew_begins_anew() -> None:
    refused = ("not-prepared", NOW, {"code": "media"})
    again = ("planned", NOW, {"due_at": stamp(NOW + HOUR)})
    found = course(("planned", NOW, {"due_at": stamp(NOW)}), refused, ("replaced", NOW, {}), again)
    assert (found.promised, found.failures) == (NOW + HOUR, ())


def test_a_person_who_says_that_it_is_out_does_not_say_when() -> None:
    told = (("lost", NOW, {}), ("stuck", NOW + HOUR, {}), ("decided", NOW + 2 * HOUR, {"absent": False}))
    found = course(*told, state=State.PUBLISHED, sent_at=NOW + 2 * HOUR)
    assert (found.late, found.doubts[0].how, found.doubts[0].stuck) == (None, "decided", True)


def test_a_platform_that_counts_whole_seconds_makes_nothing_early() -> None:
    found = course(("planned", NOW, {"due_at": stamp(NOW)}), state=State.PUBLISHED, sent_at=NOW - timedelta(milliseconds=400))
    assert found.late == timedelta()


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.44, "0.4 s"), (42, "42 s"), (423, "7 min 3 s"), (3600, "1 h"), (11_520, "3 h 12 min"), (187_200, "2 d 4 h")],
)
def test_a_length_of_time_in_words(seconds: float, said: str) -> None:
    assert long(timedelta(seconds=seconds)) == said


def test_the_page_needs_nothing_else_and_says_every_number_in_words(found: DeliveryReport) -> None:
    page = delivery_page(ministry="Ministry <of> Tavoria", report=found, about=["Deliveries: all that there are."], made=NOW)
    assert "Ministry &lt;of&gt; Tavoria" in page
    for outside in ("http://", "https://", "<script", "url(", "@import", "<link", "src="):
        assert outside not in page
    hour = max(range(24), key=lambda number: found.hours[0].posts[number])
    assert f'<td class="s4">{max(max(one.posts) for one in found.hours)}</td>' in page
    assert page.count('<th scope="col">') > 24
    assert found.hours[0].posts[hour] > 0
    assert '<html lang="en">' in page


def test_the_page_of_nothing_says_so() -> None:
    none: dict[str, Account] = {}
    page = delivery_page(ministry="Tavoria", report=delivery_report((), {}, none, NOW), about=[], made=NOW)
    for said in ("Nothing went out.", "No try came to nothing.", "Nothing was in doubt.", "Nothing was missed."):
        assert said in page
