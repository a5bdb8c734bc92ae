"""Campaigns: put in force with all their waves at once, and stopped by one command."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from ..errors import LedgerBroken, NotAllowed
from ..model.campaign import CampaignRecord, WaveRecord
from ..model.delivery import Delivery, State
from ..model.ledger import Event
from ..ports import Clock, Reading, Store, Transaction
from ..rules.campaign import speaks
from ..rules.canonical import digest
from ..rules.lifecycle import IN_FLIGHT
from ..rules.timing import whole_milliseconds
from .approve import Submitted, submitted
from .means import Means
from .policy import InForce, Policies
from .recall import call_off
from .schedule import authors, proposed, put, take_in
from .timetable import Times
from .waves import Material, Plan, Wave, first_wave


@dataclass(frozen=True, kw_only=True)
class Ended:
    """What a stop did: `already` tells that the campaign was stopped before; what had `left` cannot be called off."""

    record: CampaignRecord
    already: bool
    cancelled: int
    left: tuple[Delivery, ...]


def standing(reading: Reading, campaign: str) -> CampaignRecord | None:
    """The campaign of this id, if it was ever put in force."""
    return next((one for one in reading.campaigns() if one.id == campaign), None)


def refuse_if_another(record: CampaignRecord | None, material: Material) -> None:
    """Raise `NotAllowed` where the id stands for another campaign, or for one that was stopped."""
    if record is None or (record.source == material.source and record.stopped_at is None):
        return
    if record.stopped_at is not None:
        raise NotAllowed(
            f"The campaign {record.id} was stopped.", remedy="To begin anew, give it a new id; used wordings stay used."
        )
    raise NotAllowed(
        f"The campaign {record.id} was put in force in another form: what was approved is what is sent.",
        remedy=f"Put the files back; or stop it (campaign stop {record.id}), and give the new form an id of its own.",
    )


def start(
    store: Store, clock: Clock, planned: Plan, times: Times, *, person: str, policies: Policies | None = None
) -> CampaignRecord:
    """Put every wave in force, all or nothing; `person` has said yes to the plan. The same campaign again changes nothing.

    Where the policy needs signatures, each wave waits for those of others.
    """
    material = planned.material
    if planned.blocked:
        raise NotAllowed(f"{material.campaign.id} has a blocking finding.", remedy="ministry-social campaign check FILE")
    if digest(material.description) != material.source:
        raise LedgerBroken("The campaign that would be kept is not the one that was checked.")
    now = whole_milliseconds(clock.now())
    with store.begin() as tx:
        force = (policies or Policies()).in_force(tx)
        before = standing(tx, material.campaign.id)
        refuse_if_another(before, material)
        if before is not None:
            return before
        _not_overtaken(tx, planned)
        record = CampaignRecord(
            id=material.campaign.id,
            goal=material.campaign.goal,
            source=tx.keep(material.description),
            by=person,
            at=now,
            waves=tuple(_put(tx, wave, times, force, now, person) for wave in planned.waves),
            shortage=tuple(finding.sentence for finding in planned.shortage),
        )
        facts = {
            "campaign": record.id, "source": record.source, "record": tx.keep_campaign(record), "goal": record.goal,
            "waves": len(record.waves),
        }  # fmt: skip
        tx.record(Event.CAMPAIGN_PLANNED, by=person, at=now, facts=facts)
        return record


def stop(store: Store, clock: Clock, campaign: str, *, reason: str, person: str) -> Ended:
    """Call off all that has not started, in one transaction: from its commit on nothing more of the campaign leaves."""
    now = whole_milliseconds(clock.now())
    with store.begin() as tx:
        record = standing(tx, campaign)
        if record is None:
            raise NotAllowed(f"There is no campaign {campaign}.", remedy="See: ministry-social campaign list")
        if record.stopped_at is not None:
            return Ended(record=record, already=True, cancelled=0, left=())
        everything = tuple(deliveries(tx, record))
        off = [one for one in everything if one.state is State.PLANNED]
        left = tuple(one for one in everything if one.state in IN_FLIGHT)
        for one in off:
            call_off(tx, one, reason, by=person, at=now)
        tx.stale_from([one.key for one in left], now)  # what turns out not to be out is not sent again
        facts = {"campaign": campaign, "reason": reason, "cancelled": len(off), "left": [one.key for one in left]}
        tx.record(Event.CAMPAIGN_STOPPED, by=person, at=now, facts=facts)
        record = replace(record, stopped_at=now, stopped_by=person, reason=reason)
        tx.keep_campaign(record)
        return Ended(record=record, already=False, cancelled=len(off), left=left)


def deliveries(reading: Reading, record: CampaignRecord) -> Iterator[Delivery]:
    """Everything that a campaign sends or has sent, wave by wave."""
    for wave in record.waves:
        yield from reading.deliveries(message=wave.message, wave=wave.wave)


def signing(reading: Reading, means: Means, record: CampaignRecord) -> tuple[Submitted | str, ...]:
    """How the release of each wave stands, or why that cannot be said; nothing where nobody has to sign."""
    try:
        if not means.policies.in_force(reading).digest:
            return ()
    except (NotAllowed, LedgerBroken) as wrong:  # nothing goes out until that is put right
        return (wrong.sentence,) * len(record.waves)
    return tuple(_stands(reading, means, wave) for wave in record.waves)


def _stands(reading: Reading, means: Means, wave: WaveRecord) -> Submitted | str:
    try:
        return submitted(reading, means, wave.message, wave.wave)
    except LedgerBroken as broken:
        return broken.sentence


def _not_overtaken(tx: Transaction, planned: Plan) -> None:
    """Another release has taken a wave's number since it was planned: what was shown is not what would be sent."""
    if planned.waves[0].wave != first_wave(tx, planned.material) + 1:
        raise NotAllowed("A message of the campaign was released meanwhile.", remedy="Run the command again.")


def _put(tx: Transaction, wave: Wave, times: Times, force: InForce, now: datetime, person: str) -> WaveRecord:
    """Put one wave in force."""
    piece, due = wave.piece, wave.timed.due
    if piece.revision not in [one.digest for one in tx.revisions(piece.message.id)]:
        take_in(tx, wave.draft, piece.file, piece.source, piece.texts, by=person, at=now)
    who = tuple(sorted({*authors(tx, piece.message.id), person}))
    wanted = proposed(wave.draft, wave.wave, times, now, due, who)
    speaking = [one for one in wave.draft.assignments if speaks(one)]
    return WaveRecord(
        number=wave.number,
        message=piece.message.id,
        wave=wave.wave,
        release=put(tx, wave.draft, wanted, force, by=person, at=now).release,
        first=min(due.values()),
        last=max(due.values()),
        wordings={one.account.name: one.wording for one in speaking},
        kinds={one.account.name: one.post_kind.value for one in speaking if one.post_kind is not None},
        cost=wave.draft.cost.total,
    )
