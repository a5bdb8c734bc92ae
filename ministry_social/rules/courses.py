"""Courses: what the record says of a delivery from its planning to its end, and why it was late."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from ..model.delivery import Delivery, State
from ..model.ledger import Event
from .lifecycle import SETTLED
from .timing import unstamp

_OPENS = frozenset({Event.LOST, Event.EXPIRED, Event.DUPLICATE, Event.DOUBTED})
_SETTLES = frozenset({Event.FOUND, Event.ABSENT, Event.DECIDED, Event.ACCEPTED})  # accepted: an answer after the lease's end
_FAILS = frozenset({Event.REFUSED, Event.NOT_SENT, Event.THROTTLED, Event.NOT_PREPARED, Event.PREPARATION_LOST})
# What puts a delivery off, in words that can be counted: `throttled by the platform (3 times)`.
_PUTS_OFF = {
    Event.PACED: "paced: as much was done as may be",
    Event.THROTTLED: "throttled by the platform",
    Event.NOT_SENT: "could not be sent",
    Event.NOT_PREPARED: "could not be prepared",
    Event.PREPARATION_LOST: "had to be prepared anew",
    Event.REFUSED: "refused",
    Event.ASKED_AGAIN: "a person asked again",
    Event.WITHOUT_VIDEO: "waited for a video in vain",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Failure:
    """One try that came to nothing: `code` is the platform's or ours, else the event's name."""

    at: datetime
    event: Event
    code: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """A time in which nobody knew the outcome. `how` is found, absent or decided; empty while it lasts."""

    since: datetime
    until: datetime | None = None
    how: str = ""
    stuck: bool = False


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """A hold or pause that covered the delivery. `until` is None while it lasts."""

    since: datetime
    until: datetime | None
    why: str


@dataclass(frozen=True, kw_only=True)
class Course:
    """A delivery, and what became of it.

    promised  when it was to go out, as it was planned and approved: the plan's own `due_at` moves with every try
    sent      when it went out; None where it did not, or where only a person's word says that it did
    put_off   (when, what) held it up
    """

    delivery: Delivery
    promised: datetime
    sent: datetime | None
    failures: tuple[Failure, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    put_off: tuple[tuple[datetime, str], ...] = ()
    missed: str = ""

    @property
    def late(self) -> timedelta | None:
        """How late it went out: `sent` less `promised`. Platforms tell whole seconds, so a little less than nothing is nothing."""
        return None if self.sent is None else max(self.sent - self.promised, timedelta())

    def overdue(self, now: datetime) -> timedelta | None:
        """The same; of what is not out and may still go, until now; of what will not, nothing."""
        if self.late is not None or self.delivery.state in SETTLED:
            return self.late
        return max(now - self.promised, timedelta())


@dataclass
class _Story:
    promised: datetime | None = None
    failures: list[Failure] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    put_off: list[tuple[datetime, str]] = field(default_factory=list)
    missed: str = ""
    by_word: bool = False

    def add(self, body: Mapping[str, Any]) -> None:
        event, facts, at = Event(body["event"]), body["facts"], unstamp(body["at"])
        if event is Event.PLANNED:
            self.promised = unstamp(facts["due_at"])
        elif event is Event.MISSED:
            self.missed = str(facts.get("why", ""))
        self._doubt(event, facts, at)
        if event in _FAILS:
            failure = Failure(at=at, event=event, code=str(facts.get("code") or event.value), why=str(facts.get("why", "")))
            self.failures.append(failure)
        if event in _PUTS_OFF:
            self.put_off.append((at, _PUTS_OFF[event] + (f" ({facts['code']})" if facts.get("code") else "")))

    def _doubt(self, event: Event, facts: Mapping[str, Any], at: datetime) -> None:
        if event in _OPENS:
            self.doubts.append(Doubt(since=at))
        elif self.doubts and self.doubts[-1].until is None and event is Event.STUCK:
            self.doubts[-1] = replace(self.doubts[-1], stuck=True)
        elif self.doubts and self.doubts[-1].until is None and event in _SETTLES:
            self.doubts[-1] = replace(self.doubts[-1], until=at, how="found" if event is Event.ACCEPTED else event.value)
        if event is Event.DECIDED:
            self.by_word = not facts.get("absent")
        elif event is Event.ACCEPTED:
            self.by_word = False


def courses(deliveries: Iterable[Delivery], bodies: Iterable[Mapping[str, Any]]) -> tuple[Course, ...]:
    """Each delivery with what its entries say, in the order of the deliveries. `bodies`: oldest first; others are left out."""
    wanted = list(deliveries)
    stories = {one.key: _Story() for one in wanted}
    for body in bodies:
        key = body["about"].get("delivery", "")
        if key in stories:
            if body["event"] == Event.PLANNED:  # anew, where it was replaced: what came before was another delivery's
                stories[key] = _Story()
            stories[key].add(body)
    return tuple(_course(one, stories[one.key]) for one in wanted)


def _course(one: Delivery, story: _Story) -> Course:
    out = one.state in (State.PUBLISHED, State.RECALLED) and not story.by_word
    missed = one.error if one.state is State.MISSED else ""
    return Course(
        delivery=one, promised=story.promised or one.due_at, sent=one.sent_at if out else None, failures=tuple(story.failures),
        doubts=tuple(story.doubts), put_off=tuple(story.put_off), missed=story.missed or missed,
    )  # fmt: skip


def why_late(one: Course, now: datetime, approved: datetime | None, stops: Sequence[Stopped]) -> str:
    """Why it was late, in a sentence. `approved`: when its release had all signatures; `stops`: those that covered it."""
    if one.missed:
        return one.missed
    end = one.sent or now
    said = [f"approved only at {approved:%Y-%m-%d %H:%M} UTC"] if approved is not None and approved > one.promised else []
    said += [stop.why for stop in stops if stop.since <= end and (stop.until is None or stop.until > one.promised)]
    put_off = [what for at, what in one.put_off if at <= end]
    said += [what + _times(put_off.count(what)) for what in dict.fromkeys(put_off)]
    said += [f"in doubt for {long((doubt.until or now) - doubt.since)}" for doubt in one.doubts]
    return "; ".join(said) or "nothing on record held it up: no engine ran, or it waited for its turn"


def _times(count: int) -> str:
    return f" ({count} times)" if count > 1 else ""


def long(duration: timedelta) -> str:
    """A length of time in words: `0.4 s`, `42 s`, `7 min 3 s`, `3 h 12 min`, `2 d 4 h`."""
    seconds = duration.total_seconds()
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    for unit, size, below, name in (("d", 86400, 3600, "h"), ("h", 3600, 60, "min"), ("min", 60, 1, "s")):
        if whole >= size:
            rest = whole % size // below
            return f"{whole // size} {unit}" + (f" {rest} {name}" if rest else "")
    return f"{whole} s"
