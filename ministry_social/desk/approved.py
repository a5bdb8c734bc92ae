"""What may go out: how releases stand, from what the ledger holds and the signatures prove. Asked before anything starts."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..errors import LedgerBroken, MinistryError
from ..model.approval import Missing, Standing, Statement
from ..model.delivery import Delivery, State
from ..model.ledger import Event
from ..model.policy import Rule
from ..ports import Reading, Transaction
from ..rules.approving import Signed, stands
from ..rules.canonical import digest
from ..rules.releasing import FORMAT
from ..rules.signing import opened, verified
from .means import Means
from .policy import InForce


@dataclass(kw_only=True)
class Record:
    """What the ledger holds about one message: the release in force of each wave, and what was said about each release.

    signed    release -> person -> digests of signatures; declined: release -> person -> reason
    position  of the last entry
    """

    current: dict[int, str] = field(default_factory=dict)
    signed: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    declined: dict[str, dict[str, str]] = field(default_factory=dict)
    position: int = 0

    def add(self, position: int, body: Mapping[str, Any]) -> None:
        """Take in one more entry; a later word of the same person takes the place of an earlier one.

        A release that was replaced and is put in force again, as when times go back to what they were, starts without a word.
        """
        facts, person = body["facts"], body["by"]
        self.position = position
        signed = self.signed.setdefault(facts["release"], {})
        declined = self.declined.setdefault(facts["release"], {})
        match body["event"]:
            case Event.RELEASED:
                self.current[facts["wave"]] = facts["release"]
                signed.clear()
                declined.clear()
            case Event.SIGNED:
                signed.setdefault(person, []).append(facts["statement"])
            case Event.DECLINED:
                declined[person] = facts["reason"]
            case Event.WITHDRAWN:
                signed.pop(person, None)
                declined.pop(person, None)


def standings(reading: Reading, means: Means, found: Iterable[Delivery], now: datetime) -> Mapping[str, Standing | str]:
    """How the release of each delivery stands, by its digest; or, in a sentence, why it is not one that can be approved.

    Raises `NotAllowed` or `LedgerBroken` where no policy is in force here.
    """
    force = means.policies.in_force(reading)
    asked = {one.release: (one.message, one.wave) for one in found}
    if not force.digest:
        return {name: Standing(release=name) for name in asked}
    known = records(reading, {message for message, _ in asked.values()})
    result: dict[str, Standing | str] = {}
    for name, (message, wave) in asked.items():
        try:
            result[name] = standing(reading, means, force, name, wave, known.get(message, Record()), now)
        except LedgerBroken as wrong:
            result[name] = wrong.sentence
    return result


def standing(reading: Reading, means: Means, force: InForce, name: str, wave: int, record: Record, now: datetime) -> Standing:
    """How a release stands. What was found is kept until the ledger says more of it, the policy changes or a key ends."""
    if record.current.get(wave) != name:
        raise LedgerBroken("Its release is not the one that is in force for its message.")
    state, earlier = means.standings.get(name, (None, None))
    here = (force.digest, record.position)
    if state == here and earlier is not None and (earlier.until is None or now < earlier.until):
        return earlier
    release = whole(reading, name)
    if release.get("format") != FORMAT:
        lacking = (Missing(rule=Rule(signatures=1), count=1, people=()),)
        return Standing(release=name, missing=lacking)
    kept = [_read(reading, force, person, one) for person, names in record.signed.get(name, {}).items() for one in names]
    signed = [one for one in kept if one is not None]
    result = stands(force.policy, force.known, name, release, signed, record.declined.get(name, {}), now)
    means.standings[name] = (here, result)
    return result


def records(reading: Reading, messages: Collection[str] | None) -> dict[str, Record]:
    """What the ledger holds about approval, by message."""
    found: dict[str, Record] = {}
    for entry in reading.approvals(messages):
        body = json.loads(entry.body)
        found.setdefault(body["about"]["message"], Record()).add(entry.position, body)
    return found


def whole(reading: Reading, name: str) -> dict[str, Any]:
    """A release as it was signed. Raises `LedgerBroken` where it is missing or another."""
    body = reading.blob(name)
    if body is None or digest(body) != name:
        raise LedgerBroken("Its release is missing or was changed.")
    return dict(json.loads(body))


def look_again(tx: Transaction, means: Means) -> None:
    """Note of every release that is not out yet whether it waits for approval now: the policy is another."""
    found = tx.deliveries(states=(State.PLANNED,))
    try:
        for name, one in standings(tx, means, found, means.now()).items():
            tx.approve(name, approved=isinstance(one, Standing) and one.complete)
    except MinistryError:
        return  # this machine's config is not what was adopted: it starts nothing anyhow


def _read(reading: Reading, force: InForce, person: str, name: str) -> Signed | None:
    """A signature as it is kept, and whether it is genuine; None where it is missing or was changed."""
    body = reading.blob(name)
    try:
        if body is None or digest(body) != name:
            return None
        one, signature = opened(body)
    except ValueError:
        return None
    who = force.policy.person(person)
    if not isinstance(one, Statement) or one.person != person:
        return None
    return one, who is not None and verified(who, one, signature)
