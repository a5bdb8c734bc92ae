"""Asking: missions are asked for texts of their own, and what was asked and written is on record."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ..errors import NotAllowed
from ..model.asking import Asked, Owed, Reply, Written
from ..model.delivery import State
from ..model.ledger import Event
from ..model.message import Message
from ..ports import Clock, Reading, Store
from ..rules import asking
from ..rules.canonical import digest
from ..rules.timing import stamp, unstamp, whole_milliseconds
from .compose import House, assigned


@dataclass(frozen=True, kw_only=True)
class Record:
    """What the ledger says of a message's local texts: the last of each kind, by mission."""

    asked: Mapping[str, Asked] = field(default_factory=dict)
    written: Mapping[str, Written] = field(default_factory=dict)


def owed(message: Message, house: House, missions: Collection[str] = ()) -> Mapping[str, Owed]:
    """What missions owe, each with what becomes of its accounts without it: these, or all that have not written and should."""
    chosen = missions or asking.owing(assigned(message, house))
    silent = asking.without(message, chosen)
    found = asking.owed(message, assigned(silent, house), assigned(asking.supposing(silent, chosen), house))
    return {name: found[name] for name in chosen}


def record(reading: Reading, message: str) -> Record:
    """What is on record of a message's local texts."""
    asked: dict[str, Asked] = {}
    written: dict[str, Written] = {}
    for entry in reading.history(message=message):
        body = json.loads(entry.body)
        facts, at, by = body["facts"], unstamp(body["at"]), body["by"]
        if body["event"] == Event.LOCAL_ASKED:
            asked |= {name: Asked(until=unstamp(facts["until"]), at=at, by=by) for name in facts["missions"]}
        elif body["event"] == Event.LOCAL_WRITTEN:
            written[facts["mission"]] = Written(digest=facts["digest"], at=at, by=by, late=facts["late"])
    return Record(asked=asked, written=written)


def replies(message: Message, house: House, texts: Mapping[str, str], kept: Record, now: datetime) -> tuple[Reply, ...]:
    """How every mission stands that owes a text, was asked for one, or has written one. `texts` are whole, by mission."""
    known = asking.missions_of(house.accounts)
    today = assigned(message, house)
    named = {*asking.owing(today), *kept.asked, *texts}
    supposed = assigned(asking.supposing(message, named & set(known)), house)
    found = asking.owed(message, today, supposed)
    return tuple(
        asking.reply(one, kept.asked.get(name), digest(texts[name].encode()) if name in texts else "", kept.written.get(name), now)
        for name, one in found.items()
        if name in named and (one.accounts or name in texts)
    )


def ask(store: Store, clock: Clock, message: str, untils: Mapping[str, datetime], *, person: str) -> None:
    """Put on record that missions were asked, each until a moment: one entry for each moment."""
    now = whole_milliseconds(clock.now())
    with store.begin() as tx:
        for until in sorted(set(untils.values())):
            facts = {"missions": [name for name, moment in untils.items() if moment == until], "until": stamp(until)}
            tx.record(Event.LOCAL_ASKED, by=person, at=now, message=message, facts=facts)


def refuse_past(untils: Iterable[datetime], now: datetime) -> None:
    """Raise `NotAllowed` where a deadline is over before anybody is asked."""
    first = min(untils, default=now)
    if first < now:
        raise NotAllowed(f"{first:%Y-%m-%d %H:%M} UTC is over: it is {now:%Y-%m-%d %H:%M} UTC.", remedy="Give a later --until.")


def refuse_unless_possible(store: Store, message: str) -> None:
    """Raise `NotAllowed` where it is too late for any text of this message."""
    with store.read() as reading:
        started = sum(one.started_at is not None or one.state is not State.PLANNED for one in reading.deliveries(message=message))
    if started:
        raise NotAllowed(
            f"{started} of the deliveries of {message} have been started already: what was approved is what is sent, and a text "
            "that is added now would not be.",
            remedy="Say it as a message of its own, to this mission's account: ministry-social message new --from statement",
        )


def written(store: Store, clock: Clock, message: str, mission: str, text: str, *, person: str) -> Written:
    """Put on record that a mission's text stands beside the message; once, however often it is handed in."""
    now, name = whole_milliseconds(clock.now()), digest(text.encode())
    with store.begin() as tx:
        kept = record(tx, message)
        before = kept.written.get(mission)
        if before is not None and before.digest == name:
            return before
        late = asking.is_late(kept.asked.get(mission), now)
        tx.keep(text.encode())
        facts = {"digest": name, "late": late, "mission": mission}
        tx.record(Event.LOCAL_WRITTEN, by=person, at=now, message=message, facts=facts)
    return Written(digest=name, at=now, by=person, late=late)
