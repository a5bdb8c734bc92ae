"""Scheduling: a draft becomes a release, and a release becomes deliveries, each planned once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ..errors import LedgerBroken, NotAllowed
from ..model.campaign import CampaignRecord
from ..model.delivery import State
from ..model.ledger import Entry, Event
from ..model.message import Message
from ..model.release import Release, Revision
from ..model.times import Wish
from ..ports import Clock, Reading, Store, Transaction
from ..rules.approving import required
from ..rules.canonical import digest
from ..rules.permissions import not_their_own
from ..rules.releasing import planned, release, release_bytes
from ..rules.timetable import Frame, timetable
from ..rules.timing import first_due, whole_milliseconds
from .approved import whole
from .compose import Draft
from .policy import InForce, Policies
from .timetable import Times

At = Mapping[str, datetime] | datetime | None  # of each account; the same for all; at once


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What `plan` did: `new` deliveries were planned, or the release stood already (`new` is 0).

    `waits` tells that it needs signatures before anything goes out.
    """

    release: str
    new: int
    replaced: bool = False
    waits: bool = False


def proposed(draft: Draft, wave: int, times: Times, now: datetime, at: At, authors: tuple[str, ...] = ()) -> Release:
    """The release that `plan` would put in force: never before now, nor before the embargo."""
    message = draft.message
    if not isinstance(at, Mapping):
        frame = Frame(now=now, embargo=message.embargo, gap=times.repost_gap)
        at = timetable(draft.assignments, Wish(moment=at), frame).due
    due = {account: first_due(now, max(moment, now), message.embargo) for account, moment in at.items()}
    stale = message.stale_after or times.stale_after
    return release(message, draft.revision, wave, draft.assignments, draft.payloads, draft.otherwise, due, stale, authors)


def plan(
    store: Store, clock: Clock, draft: Draft, *,
    wave: int, times: Times, at: At, file: str, source: bytes, person: str, policies: Policies | None = None, anew: bool = False,
    texts: Sequence[bytes] = (),
) -> Planned:  # fmt: skip
    """Put a release in force and plan its deliveries, all or nothing; `person` at the keyboard has said yes to it.

    Where the policy needs signatures, that is no approval: the deliveries wait for those of others. The same revision again
    changes nothing, unless it is to be timed `anew`: other times are another release, which nobody has signed yet. Another
    revision, or time, takes the place of one of which nothing has been started; once something has, it is refused. `at` are
    the times of `desk.timetable`. `source` are the bytes whose SHA-256 is the revision, `texts` the files that it
    has the digests of.
    """
    if draft.blocked:
        raise NotAllowed(f"{draft.message.id} has a blocking finding.", remedy="ministry-social message check FILE")
    if digest(source) != draft.revision:
        raise LedgerBroken("The file that would be kept is not the one that was checked.")
    now = whole_milliseconds(clock.now())
    with store.begin() as tx:
        force = (policies or Policies()).in_force(tx)
        standing = _standing(tx, draft.message.id, wave)
        same = standing is not None and standing[1] == draft.revision
        if standing is not None and same and not anew:
            return Planned(release=standing[0], new=0)
        before = authors(tx, draft.message.id)
        if standing is not None and digest(release_bytes(proposed(draft, wave, times, now, at, before))) == standing[0]:
            return Planned(release=standing[0], new=0)  # whoever asks: it has these times already, and keeps its signatures
        if standing is not None:
            _replace(tx, draft.message, wave, by=person, at=now, same=same)
        wanted = proposed(draft, wave, times, now, at, tuple(sorted({*before, person})))
        if not same:
            take_in(tx, draft, file, source, texts, by=person, at=now)
        done = put(tx, draft, wanted, force, by=person, at=now)
        return replace(done, replaced=standing is not None)


def put(tx: Transaction, draft: Draft, wanted: Release, force: InForce, *, by: str, at: datetime) -> Planned:
    """Put the release of a draft in force, and plan its deliveries; what the policy in force lets nobody confirm alone waits."""
    message, wave, body = draft.message.id, wanted.wave, release_bytes(wanted)
    waits = _needs_signatures(force, body, by)
    _keep_payloads(tx, draft, by=by, at=at)
    name = tx.keep(body)
    tx.keep_release(message, wave, name, draft.revision, confirmed=not waits)
    facts = {"release": name, "revision": draft.revision, "deliveries": len(wanted.promises), "wave": wave}
    tx.record(Event.RELEASED, by=by, at=at, message=message, facts=facts)
    said = {"release": name, "policy": force.digest} if waits else {"release": name}
    tx.record(Event.SUBMITTED if waits else Event.CONFIRMED, by=by, at=at, message=message, facts=said)
    for promise in wanted.promises:
        tx.plan(planned(promise, message, wave, name), by=by, at=at)
    return Planned(release=name, new=len(wanted.promises), waits=waits)


def standing_release(store: Store, message: str, wave: int) -> tuple[str, str] | None:
    """(release, revision) in force for a wave of a message, or None."""
    with store.read() as reading:
        return _standing(reading, message, wave)


def refuse_if_started(store: Store, message: str, wave: int, revision: str, *, anew: bool = False) -> None:
    """Raise `NotAllowed` where another revision of the message has been started: before a person is asked anything.

    `anew`: or this very one, which is to get other times.
    """
    with store.read() as reading:
        standing = _standing(reading, message, wave)
        if standing is not None and (anew or standing[1] != revision):
            _refuse_started(reading, message, wave, same=standing[1] == revision)


def _standing(reading: Reading, message: str, wave: int) -> tuple[str, str] | None:
    """(release, revision) in force for a wave of a message, or None."""
    return next(((r[2], r[3]) for r in reading.releases() if r[0] == message and r[1] == wave), None)


def authors(reading: Reading, message: str) -> tuple[str, ...]:
    """Who has submitted the message so far, in whatever state: none of them approves it."""
    before = [release for entry in reading.approvals([message]) if (release := _released(entry))]
    return tuple(name for release in before[-1:] for name in whole(reading, release).get("authors", ()))


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


def _replace(tx: Transaction, message: Message, wave: int, *, by: str, at: datetime, same: bool) -> None:
    _refuse_started(tx, message.id, wave, same=same)
    for delivery in tx.deliveries(message=message.id, wave=wave):
        tx.withdraw(delivery, by=by, at=at)


def _refuse_started(reading: Reading, message: str, wave: int, *, same: bool) -> None:
    """Raise `NotAllowed`, with the ways on, where any delivery has been started, or was settled otherwise; or where the wave is
    a campaign's, whose plan was agreed to as a whole.
    """
    campaign = next((one.id for one in reading.campaigns() if one.stopped_at is None and _holds(one, message, wave)), None)
    if campaign is not None:
        raise NotAllowed(
            f"{message} is part of the campaign {campaign}: its waves keep their form and their times.",
            remedy=f'To end it: ministry-social campaign stop {campaign} --reason "..."',
        )
    standing = reading.deliveries(message=message, wave=wave)
    started = sum(1 for d in standing if d.started_at is not None or d.state is not State.PLANNED)
    if started and same:
        raise NotAllowed(
            f"{started} of the deliveries of {message} have been started already: the others keep their times.",
            remedy=f"To stop what waits: ministry-social hold --message {message}",
        )
    if started:
        raise NotAllowed(
            f"The file has changed since {message} was released, and {started} of its deliveries have been started already: "
            "what was approved is what is sent.",
            remedy=(
                f"Ways on: put the file back as it was; correct what stands (message new --from correction --set corrects={message}"
                "); or say it as a new message with an id of its own."
            ),
        )


def _holds(campaign: CampaignRecord, message: str, wave: int) -> bool:
    return any((one.message, one.wave) == (message, wave) for one in campaign.waves)


def take_in(tx: Transaction, draft: Draft, file: str, source: bytes, texts: Sequence[bytes] = (), *, by: str, at: datetime) -> None:
    """Keep the revision, and say so in the ledger."""
    message = draft.message.id
    number = len(tx.revisions(message)) + 1
    for data in (source, *texts):
        tx.keep(data)
    tx.keep_revision(Revision(message=message, number=number, digest=draft.revision, file=file, at=at))
    tx.record(Event.RECEIVED, by=by, at=at, message=message, facts={"revision": draft.revision, "number": number})


def _keep_payloads(tx: Transaction, draft: Draft, *, by: str, at: datetime) -> None:
    """Keep what would be sent, and what there was to say against it."""
    names = sorted({finding.name for finding in draft.findings})
    facts = {"revision": draft.revision, "advisory": names}
    tx.record(Event.FINDINGS, by=by, at=at, message=draft.message.id, facts=facts)
    for payload in (*draft.payloads.values(), *draft.otherwise.values()):
        tx.keep(payload.body)
