"""Scheduling: a draft becomes a release, and a release becomes deliveries, each planned once."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..errors import LedgerBroken, NotAllowed
from ..model.delivery import State
from ..model.ledger import Entry, Event
from ..model.message import Message
from ..model.release import Release, Revision
from ..ports import Clock, Reading, Store, Transaction
from ..rules.approving import required
from ..rules.canonical import digest
from ..rules.permissions import not_their_own
from ..rules.releasing import planned, release, release_bytes
from ..rules.timing import due_times, first_due, whole_milliseconds
from .approved import whole
from .compose import Draft
from .policy import InForce, Policies


@dataclass(frozen=True, kw_only=True)
class Times:
    """What the settings say about times: how far apart reposts are, and how long after its time a post is still worth sending."""

    repost_gap: timedelta
    stale_after: timedelta


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What `plan` did: `new` deliveries were planned, or the release stood already (`new` is 0).

    `waits` tells that it needs signatures before anything goes out.
    """

    release: str
    new: int
    replaced: bool = False
    waits: bool = False


def proposed(draft: Draft, wave: int, times: Times, now: datetime, at: datetime | None, authors: tuple[str, ...] = ()) -> Release:
    """The release that `plan` would put in force."""
    message = draft.message
    first = first_due(now, at and max(at, now), message.embargo)
    due = due_times(draft.assignments, first, times.repost_gap)
    stale = message.stale_after or times.stale_after
    return release(message, draft.revision, wave, draft.assignments, draft.payloads, draft.otherwise, due, stale, authors)


def plan(
    store: Store, clock: Clock, draft: Draft, *,
    wave: int, times: Times, at: datetime | None, file: str, source: bytes, person: str, policies: Policies | None = None,
) -> Planned:  # fmt: skip
    """Put a release in force and plan its deliveries, all or nothing; `person` at the keyboard has said yes to it.

    Where the policy needs signatures, that is no approval: the deliveries wait for those of others. The same revision again
    changes nothing. Another revision takes the place of one of which nothing has been started; once something has, it is
    refused. `source` are the bytes whose SHA-256 is the revision.
    """
    if draft.blocked:
        raise NotAllowed(f"{draft.message.id} has a blocking finding.", remedy="ministry-social message check FILE")
    if digest(source) != draft.revision:
        raise LedgerBroken("The file that would be kept is not the one that was checked.")
    now = whole_milliseconds(clock.now())
    with store.begin() as tx:
        force = (policies or Policies()).in_force(tx)
        standing = _standing(tx, draft.message.id, wave)
        if standing is not None and standing[1] == draft.revision:
            return Planned(release=standing[0], new=0)
        if standing is not None:
            _replace(tx, draft.message, wave, by=person, at=now)
        wanted = proposed(draft, wave, times, now, at, _authors(tx, draft.message.id, person))
        body = release_bytes(wanted)
        waits = _needs_signatures(force, body, person)
        _take_in(tx, draft, file, source, by=person, at=now)
        name = tx.keep(body)
        tx.keep_release(draft.message.id, wave, name, draft.revision, confirmed=not waits)
        facts = {"release": name, "revision": draft.revision, "deliveries": len(wanted.promises), "wave": wave}
        tx.record(Event.RELEASED, by=person, at=now, message=draft.message.id, facts=facts)
        said = {"release": name, "policy": force.digest} if waits else {"release": name}
        event = Event.SUBMITTED if waits else Event.CONFIRMED
        tx.record(event, by=person, at=now, message=draft.message.id, facts=said)
        for promise in wanted.promises:
            tx.plan(planned(promise, draft.message.id, wave, name), by=person, at=now)
        return Planned(release=name, new=len(wanted.promises), replaced=standing is not None, waits=waits)


def standing_release(store: Store, message: str, wave: int) -> tuple[str, str] | None:
    """(release, revision) in force for a wave of a message, or None."""
    with store.read() as reading:
        return _standing(reading, message, wave)


def refuse_if_started(store: Store, message: str, wave: int, revision: str) -> None:
    """Raise `NotAllowed` where another revision of the message has been started: before a person is asked anything."""
    with store.read() as reading:
        standing = _standing(reading, message, wave)
        if standing is not None and standing[1] != revision:
            _refuse_started(reading, message, wave)


def _standing(reading: Reading, message: str, wave: int) -> tuple[str, str] | None:
    """(release, revision) in force for a wave of a message, or None."""
    return next(((r[2], r[3]) for r in reading.releases() if r[0] == message and r[1] == wave), None)


def _authors(reading: Reading, message: str, person: str) -> tuple[str, ...]:
    """Who has submitted the message so far, in whatever state: none of them approves it."""
    before = [release for entry in reading.approvals([message]) if (release := _released(entry))]
    earlier = [name for release in before[-1:] for name in whole(reading, release).get("authors", ())]
    return tuple(sorted({*earlier, person}))


def _released(entry: Entry) -> str:
    body = json.loads(entry.body)
    return str(body["facts"]["release"]) if body["event"] == Event.RELEASED else ""


def _needs_signatures(force: InForce, body: bytes, person: str) -> bool:
    """Whether a release goes out only with signatures. Raises `NotAllowed` where this person may not submit it."""
    release = json.loads(body)
    who = force.policy.person(person)
    wrong = not_their_own(who, release) if who is not None else ""
    if wrong:
        raise NotAllowed(wrong, remedy="Somebody else must submit the rest.")
    return bool(force.digest) and bool(required(force.policy, release) or force.policy.world != "rehearsal")


def _replace(tx: Transaction, message: Message, wave: int, *, by: str, at: datetime) -> None:
    _refuse_started(tx, message.id, wave)
    for delivery in tx.deliveries(message=message.id, wave=wave):
        tx.withdraw(delivery, by=by, at=at)


def _refuse_started(reading: Reading, message: str, wave: int) -> None:
    """Raise `NotAllowed`, with the ways on, where any delivery has been started, or was settled otherwise."""
    standing = reading.deliveries(message=message, wave=wave)
    started = sum(1 for d in standing if d.started_at is not None or d.state is not State.PLANNED)
    if not started:
        return
    raise NotAllowed(
        f"The file has changed since {message} was released, and {started} of its deliveries have been started already: "
        "what was approved is what is sent.",
        remedy=(
            f"Ways on: put the file back as it was; correct what stands (message new --from correction --set corrects={message}); "
            "or say it as a new message with an id of its own."
        ),
    )


def _take_in(tx: Transaction, draft: Draft, file: str, source: bytes, *, by: str, at: datetime) -> None:
    """Keep the revision and every payload, and say so in the ledger."""
    message = draft.message.id
    number = len(tx.revisions(message)) + 1
    tx.keep(source)
    tx.keep_revision(Revision(message=message, number=number, digest=draft.revision, file=file, at=at))
    tx.record(Event.RECEIVED, by=by, at=at, message=message, facts={"revision": draft.revision, "number": number})
    names = sorted({finding.name for finding in draft.findings})
    tx.record(Event.FINDINGS, by=by, at=at, message=message, facts={"revision": draft.revision, "advisory": names})
    for payload in (*draft.payloads.values(), *draft.otherwise.values()):
        tx.keep(payload.body)
