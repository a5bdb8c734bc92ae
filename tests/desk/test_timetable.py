"""Timing: a draft gets the time of each account, and loses those that stay silent then."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from ministry_social.desk.timetable import Times, timed
from ministry_social.errors import InvalidMessage
from ministry_social.model.plan import Assignment, Silence
from ministry_social.model.times import Customs, Hours, Rule, Wish
from ministry_social.model.variant import Kind
from ministry_social.rules.cost import Prices

from .bench import HOUR, NOON, Bench, says

PRICES = Prices(post=15, post_with_link=200, alt_text=5)
FEAST = {date(2026, 12, 1): "A feast"}


class Feasts:
    """Where holidays are looked up: everybody has the same, and what was asked is noted."""

    def __init__(self) -> None:
        self.asked: list[tuple[set[str], set[int]]] = []

    def __call__(self, countries: Collection[str], years: Collection[int]) -> Mapping[str, Mapping[date, str]]:
        self.asked.append((set(countries), set(years)))
        return dict.fromkeys(countries, FEAST)


def times(bench: Bench, feasts: Feasts | None = None, **customs: object) -> Times:
    return replace(bench.times, customs=Customs(**customs), holidays=feasts or Feasts())  # type: ignore[arg-type]


def test_whoever_stays_silent_then_has_a_reason_and_no_payload(bench: Bench) -> None:
    draft = bench.draft(says("oslo"), says("bern"))
    found = timed(draft, Wish(), times(bench, holidays=Rule.SKIP), PRICES, NOON)
    assert [one.silence for one in found.draft.assignments] == [Silence.NOT_THEN] * 2
    assert found.draft.assignments[0].reason == "it does not post at that time: holiday (A feast)"
    assert (found.draft.payloads, found.due, found.draft.cost.total) == ({}, {}, 0)
    assert [(one.name, one.sentence) for one in found.draft.findings] == [("skipped-time", "2 stay silent on a holiday (XT).")]


def test_what_is_moved_is_planned_for_that_time(bench: Bench) -> None:
    quiet = times(bench, quiet=Hours(start=time(11), end=time(14)))
    found = timed(bench.draft(says("oslo")), Wish(), quiet, PRICES, NOON)
    bench.plan(says("oslo"), at=found.due)
    assert bench.delivery("oslo").due_at == NOON + 2 * HOUR
    assert [one.sentence for one in found.said] == ["1 waits for the end of quiet hours (oslo)."]


def test_urgent_kinds_wait_for_none_of_it(bench: Bench) -> None:
    feasts = Feasts()
    urgent = times(bench, feasts, holidays=Rule.SKIP, quiet=Hours(start=time(11), end=time(14)), urgent=frozenset({"statement"}))
    found = timed(bench.draft(says("oslo")), Wish(), urgent, PRICES, NOON)
    assert (found.due, found.said, feasts.asked) == ({"oslo": NOON}, (), [])


def test_but_the_embargo_holds_for_them_too(bench: Bench) -> None:
    urgent = times(bench, urgent=frozenset({"statement"}))
    found = timed(bench.draft(says("oslo"), embargo=NOON + HOUR), Wish(moment=NOON), urgent, PRICES, NOON)
    assert found.due == {"oslo": NOON + HOUR}


def test_holidays_are_looked_up_for_those_who_speak_and_where_they_matter(bench: Bench) -> None:
    feasts = Feasts()
    draft = bench.draft(says("oslo"), says("bern", kind=Kind.LOCAL))
    silent = Assignment(account=replace(draft.assignments[1].account, country="CH"), reason="", silence=Silence.NOT_ADDRESSED)
    draft = replace(draft, assignments=(draft.assignments[0], silent))
    timed(draft, Wish(), times(bench, feasts), PRICES, NOON)
    assert feasts.asked == []
    timed(draft, Wish(local=datetime(2027, 12, 31, 23, 0)), times(bench, feasts, holidays=Rule.WARN), PRICES, NOON)
    [(countries, years)] = feasts.asked
    assert (countries, years) == ({"XT"}, {2025, 2026, 2027, 2028, 2029})


def test_as_soon_as_the_embargo_ends_needs_an_embargo(bench: Bench) -> None:
    with pytest.raises(InvalidMessage, match=r"grain.md:1: The message has no embargo. Add one to its front matter"):
        timed(bench.draft(says("oslo")), Wish(embargo=True), bench.times, PRICES, NOON)
    embargo = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
    found = timed(bench.draft(says("oslo"), embargo=embargo), Wish(embargo=True), bench.times, PRICES, NOON)
    assert found.due == {"oslo": embargo}
