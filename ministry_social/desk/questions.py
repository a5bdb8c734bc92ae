"""What an auditor asks: the record in words, what stands there and who signed it, what was late and why."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import merge

from ..model.account import Account
from ..model.delivery import Delivery, State
from ..model.ledger import Entry, Event
from ..model.searching import Search, Wanted
from ..model.stop import Hold
from ..ports import Reading
from ..rules.courses import Course, Stopped, courses, why_late
from ..rules.entries import SCOPED, Told, answers, brings_to, events_for, told, touches
from ..rules.stopping import covers
from ..rules.timing import unstamp

_OUT = (State.PUBLISHED, State.RECALLED)
_ENDS = {Event.HOLD_LIFTED: Event.HOLD, Event.RESUMED: Event.PAUSED}
_FEW_ACCOUNTS = 3  # of so many everything is read; of more, all that their messages have
_FEW = 20  # so many messages are asked for by their names


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked. `words` are of `rules.entries.QUESTIONS`; `scopes` name what else an entry may be about, to be meant."""

    search: Search
    words: tuple[str, ...] = ()
    states: tuple[State, ...] = ()
    scopes: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Signers:
    """Who has signed a release, in the order in which they did; `emergency`: the reason that was given, where one was.

    complete  when the last of them did
    """

    persons: tuple[str, ...] = ()
    emergency: str = ""
    complete: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Stands:
    """A post that stands on an account, by our record."""

    delivery: Delivery
    signers: Signers


@dataclass(frozen=True, kw_only=True)
class Late:
    """A delivery that was late, by how much, and why. `by` is None of what will not go out any more."""

    course: Course
    by: timedelta | None
    why: str


def entries(reading: Reading, asked: Question) -> Iterator[Told]:
    """The record as it was asked for, in words, read as it is taken."""
    events = events_for(asked.search.events, asked.words, asked.states)
    if events is None:
        return
    search = replace(asked.search, events=events)
    found = (told(entry) for entry in reading.search(search))
    house = tuple(one for one in SCOPED if not events or one in events)
    if asked.scopes and house:
        wider = replace(search, accounts=None, messages=(), events=house)
        others = (one for one in map(told, reading.search(wider)) if touches(one, asked.scopes))
        found = merge(found, others, key=lambda one: one.position, reverse=search.newest_first)
    last = 0
    for one in found:
        if one.position != last and answers(one, asked.words) and brings_to(one, asked.states):
            last = one.position
            yield one


def posts(reading: Reading, wanted: Wanted, *, at: datetime | None = None) -> list[Stands]:
    """What stands there, now or at another moment, by the record; and who signed it."""
    found = [one for one in reading.deliveries(states=_OUT, message=wanted.message) if wanted.takes(one)]
    if at is None:
        there = [one for one in found if one.state is State.PUBLISHED]
    else:
        gone = _recalled(reading)
        there = [one for one in found if one.sent_at is not None and one.sent_at <= at and gone.get(one.key, _after(at)) > at]
    signed = signers(reading, {one.message for one in there})
    there.sort(key=lambda one: (one.account, one.sent_at or one.due_at, one.key))
    return [Stands(delivery=one, signers=signed.get(one.release, Signers())) for one in there]


def signers(reading: Reading, messages: Collection[str]) -> Mapping[str, Signers]:
    """Release -> who has signed it; where nobody has to, who has put it in force."""
    found: dict[str, Signers] = {}
    begun: dict[str, Signers] = {}
    for entry in reading.approvals(messages if len(messages) <= _FEW else None):
        body = json.loads(entry.body)
        event, facts, who, at = body["event"], body["facts"], body["by"], unstamp(body["at"])
        release = facts.get("release", "")
        before = found.get(release, Signers())
        if event == Event.RELEASED:
            begun[release] = Signers(persons=(who,), complete=at)
            found.pop(release, None)
        elif event == Event.SIGNED:
            persons = (*(one for one in before.persons if one != who), who)
            found[release] = Signers(persons=persons, emergency=facts.get("emergency", before.emergency), complete=at)
        elif event == Event.WITHDRAWN:
            found[release] = replace(before, persons=tuple(one for one in before.persons if one != who))
    return begun | {release: one for release, one in found.items() if one.persons}


def read_courses(reading: Reading, wanted: Wanted) -> tuple[Course, ...]:
    """What became of each delivery, by its entries."""
    deliveries = [one for one in reading.deliveries(message=wanted.message) if wanted.takes(one)]
    names = tuple(sorted({one.account for one in deliveries}))
    found = reading.search(Search(accounts=names)) if len(names) <= _FEW_ACCOUNTS else _by_message(reading, deliveries)
    return tuple(one for one in courses(deliveries, (json.loads(entry.body) for entry in found)) if wanted.covers(one.promised))


def _by_message(reading: Reading, deliveries: Collection[Delivery]) -> Iterator[Entry]:
    """Message by message, so that no more is read than there is of them."""
    for message in sorted({one.message for one in deliveries}):
        yield from reading.history(message=message)


def late(reading: Reading, wanted: Wanted, accounts: Mapping[str, Account], now: datetime, than: timedelta) -> list[Late]:
    """What went out later than that, or not in time at all, and why; the latest first."""
    found = [(course, course.overdue(now)) for course in read_courses(reading, wanted)]
    slow = [(course, by) for course, by in found if (by is not None and by > than) or course.delivery.state is State.MISSED]
    signed = signers(reading, {course.delivery.message for course, _ in slow}) if slow else {}
    stopped = _stopped(reading)
    rows = []
    for course, by in slow:
        one = course.delivery
        covering = [span for stop, span in stopped if covers(stop, one, accounts.get(one.account))]
        complete = signed.get(one.release, Signers()).complete
        rows.append(Late(course=course, by=by, why=why_late(course, now, complete, covering)))
    return sorted(rows, key=lambda row: (row.by is None, -(row.by or timedelta()), row.course.delivery.key))


def _recalled(reading: Reading) -> dict[str, datetime]:
    found = map(told, reading.search(Search(events=(Event.RECALLED,))))
    return {one.body["about"]["delivery"]: unstamp(one.at) for one in found}


def _after(at: datetime) -> datetime:
    return at + timedelta(days=1)


def _stopped(reading: Reading) -> list[tuple[Hold, Stopped]]:
    """Every hold and pause that ever was, with its time; drills stop nothing."""
    running: dict[tuple[str, str, str], tuple[Hold, Stopped]] = {}
    over = []
    for one in map(told, reading.search(Search(events=(Event.HOLD, Event.HOLD_LIFTED, Event.PAUSED, Event.RESUMED)))):
        event, facts, at = Event(one.event), one.body["facts"], unstamp(one.at)
        key = (_ENDS.get(event, event), facts["scope"], facts["value"])
        if event in _ENDS and key in running:
            stop, span = running.pop(key)
            over.append((stop, replace(span, until=at)))
        elif event not in _ENDS and not facts.get("drill"):
            word = f"stopped by {one.who}" if event is Event.HOLD else f"its {facts['scope']} was paused"
            stop = Hold(id=0, scope=facts["scope"], value=facts["value"], reason=one.why, by=one.who, at=at, drill=False)
            running[key] = stop, Stopped(since=at, until=None, why=word + (f": {one.why}" if one.why else ""))
    return over + list(running.values())
