"""Approving: a person signs a release, refuses it, or takes that back."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ..errors import NotAllowed
from ..model.approval import Standing, Statement
from ..model.delivery import State
from ..model.ledger import Event
from ..model.policy import Person, Policy, Rule
from ..ports import Reading, Signer, Transaction
from ..rules.approving import lacks
from ..rules.policy import ADOPTERS, may_sign
from ..rules.signing import envelope, key_of, opened, statement_bytes, valid, verified
from .approved import Record, records, standing
from .means import Means
from .policy import InForce


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """A release that stands for a wave of a message, and how it stands. `planned` of its deliveries are not out yet.

    `alone` tells that the message has no other wave.
    """

    message: str
    wave: int
    release: str
    standing: Standing
    planned: int
    alone: bool = True

    @property
    def words(self) -> str:
        """What to type for it after `approval show`."""
        return self.message if self.alone else f"{self.message} --wave {self.wave}"


def submitted(reading: Reading, means: Means, message: str, wave: int = 1) -> Submitted:
    """The release in force of a wave. Raises `NotAllowed` where there is none, or no policy is in force."""
    force = means.policies.in_force(reading)
    waves = _waves(reading, message)
    if wave not in waves:
        what = f"wave {wave} of {message}" if waves else message
        raise NotAllowed(f"Nothing of {what} was submitted.", remedy="ministry-social approval submit FILE")
    return _stands(reading, means, force, message, wave, waves)


def wave_of(reading: Reading, means: Means, message: str) -> int:
    """The wave that is meant where none is named: the only one that waits, else the first one.

    Raises `NotAllowed` where several wait.
    """
    waves = _waves(reading, message)
    if len(waves) < 2:
        return min(waves, default=1)
    force = means.policies.in_force(reading)
    found = [_stands(reading, means, force, message, wave, waves) for wave in sorted(waves)]
    waiting = [one.wave for one in found if one.planned and not one.standing.complete]
    if len(waiting) > 1:
        numbers = ", ".join(str(wave) for wave in waiting)
        raise NotAllowed(
            f"Waves {numbers} of {message} wait for approval.",
            remedy="Say which: --wave NUMBER; or sign a campaign as a whole: ministry-social campaign sign CAMPAIGN",
        )
    return waiting[0] if waiting else min(waves)


def waiting(reading: Reading, means: Means) -> tuple[Submitted, ...]:
    """Every release of which something is not out yet, and that lacks an approval or was refused."""
    force = means.policies.in_force(reading)
    unapproved = reading.unapproved()
    waves: dict[str, dict[int, str]] = {}
    for message, wave, name, *_ in reading.releases():
        waves.setdefault(message, {})[wave] = name
    found = [
        _stands(reading, means, force, message, wave, ours)
        for message, ours in waves.items() for wave, name in ours.items() if name in unapproved
    ]  # fmt: skip
    return tuple(one for one in found if one.planned and not one.standing.complete)


def emergencies(reading: Reading) -> tuple[tuple[str, Statement | None, str, datetime | None], ...]:
    """Every signature that was given for an emergency, for ever: (message, nothing or what was said, person, when)."""
    found: list[tuple[str, Statement | None, str, datetime | None]] = []
    for entry in reading.approvals():
        body = json.loads(entry.body)
        if body["event"] == Event.SIGNED and "emergency" in body["facts"]:
            kept = reading.blob(body["facts"]["statement"])
            said = opened(kept)[0] if kept is not None else None
            statement = said if isinstance(said, Statement) else None
            found.append((body["about"]["message"], statement, body["by"], None if statement is None else statement.at))
    return tuple(found)


def sign(means: Means, signer: Signer, message: str, wave: int, *, release: str, person: str, emergency: str = "") -> Submitted:
    """A person signs a release, whose digest they have seen. `emergency` is the reason where there is one."""
    with means.store.begin() as tx:
        return _sign(tx, means, signer, message, wave, release=release, person=person, emergency=emergency)


def sign_all(means: Means, signer: Signer, shown: Iterable[Submitted], *, person: str) -> tuple[Submitted, ...]:
    """A person signs several releases, as they have seen them: all or none."""
    with means.store.begin() as tx:
        return tuple(_sign(tx, means, signer, one.message, one.wave, release=one.release, person=person) for one in shown)


def theirs(means: Means, found: Iterable[Submitted], person: str) -> tuple[Submitted, ...]:
    """Those of several releases that lack this person's signature. Raises `NotAllowed` where none does, as for the first."""
    wanted: list[Submitted] = []
    refused: list[tuple[bool, NotAllowed]] = []
    for one in found:
        try:
            check_signatory(means, one, person, emergency=False)
            wanted.append(one)
        except NotAllowed as no:
            refused.append((not one.planned, no))
    if not wanted and refused:
        raise min(refused, key=lambda pair: pair[0])[1]  # what is out already is the least of reasons
    return tuple(wanted)


def check_signatory(means: Means, found: Submitted, person: str, *, emergency: bool) -> None:
    """Raise `NotAllowed` where this person's signature is none that somebody needs: before they are asked anything."""
    with means.store.read() as reading:
        force = _force(reading, means)
    _signatory(force.policy, _open(found), person, emergency=emergency)


def refuse(means: Means, message: str, wave: int, *, person: str, reason: str) -> Submitted:
    """A person says no: the release goes nowhere until that is withdrawn, or another one takes its place."""
    now = means.now()
    with means.store.begin() as tx:
        force = _force(tx, means)
        before = _open(submitted(tx, means, message, wave))
        who = force.policy.person(person)
        if who is None or not (any(may_sign(who, rule) for rule in before.standing.rules) or ADOPTERS & set(who.roles)):
            raise NotAllowed(f"{person} has no say in this release.", remedy=f"See: ministry-social approval show {before.words}")
        facts = {"release": before.release, "reason": reason}
        tx.record(Event.DECLINED, by=person, at=now, message=message, facts=facts)
        return _noted(tx, means, force, before)


def withdraw(means: Means, message: str, wave: int, *, person: str, reason: str) -> Submitted:
    """A person takes back their signature or refusal; what has not started by then waits again."""
    now = means.now()
    with means.store.begin() as tx:
        force = _force(tx, means)
        before = submitted(tx, means, message, wave)
        record = records(tx, [message])[message]
        if not record.signed[before.release].get(person) and person not in record.declined[before.release]:
            raise NotAllowed(
                f"{person} has neither signed nor refused it.", remedy=f"See: ministry-social approval show {before.words}"
            )
        facts = {"release": before.release, "reason": reason}
        tx.record(Event.WITHDRAWN, by=person, at=now, message=message, facts=facts)
        return _noted(tx, means, force, before)


def note(means: Means, found: Submitted) -> None:
    """Write down that a release waits no longer, or does again, where the plan says something else (a key has ended)."""
    with means.store.begin() as tx:
        if (found.release in tx.unapproved()) == found.standing.complete:
            tx.approve(found.release, approved=found.standing.complete)


def says(one: Submitted) -> str:
    """How it stands, in a sentence."""
    if one.standing.declined:
        return "; ".join(f"{who} has refused it: {reason}" for who, reason in one.standing.declined)
    if one.standing.missing:
        return lacks(one.standing.missing)
    return "Approved, for an emergency." if one.standing.urgent else "Approved."


def _force(reading: Reading, means: Means) -> InForce:
    found = means.policies.in_force(reading)
    if not found.digest:
        raise NotAllowed("Nobody has to sign in this rehearsal: who publishes confirms.", remedy="Read: docs/approvals.md")
    return found


def _waves(reading: Reading, message: str) -> dict[int, str]:
    """The release in force of each wave of a message."""
    return {row[1]: row[2] for row in reading.releases() if row[0] == message}


def _sign(
    tx: Transaction, means: Means, signer: Signer, message: str, wave: int, *, release: str, person: str, emergency: str = ""
) -> Submitted:
    now, force = means.now(), _force(tx, means)
    before = _unchanged(tx, means, message, wave, release)
    who = _signatory(force.policy, before, person, emergency=bool(emergency))
    one = Statement(release=release, policy=force.digest, person=person, key=signer.key, at=now, emergency=emergency)
    signature = signer.sign(statement_bytes(one))
    _refuse_key(who, one, signature)
    kept = tx.keep(envelope(one, signature))
    facts = {"release": release, "policy": force.digest, "statement": kept, "key": one.key}
    facts |= {"emergency": emergency} if emergency else {}
    tx.record(Event.SIGNED, by=person, at=now, message=message, facts=facts)
    return _noted(tx, means, force, before)


def _stands(reading: Reading, means: Means, force: InForce, message: str, wave: int, waves: Mapping[int, str]) -> Submitted:
    name = waves[wave]
    record = records(reading, [message]).get(message, Record())
    found = Standing(release=name)
    if force.digest:
        found = standing(reading, means, force, name, wave, record, means.now())
    planned = len(reading.deliveries(message=message, wave=wave, states=(State.PLANNED,)))
    return Submitted(message=message, wave=wave, release=name, standing=found, planned=planned, alone=len(waves) == 1)


def _unchanged(tx: Transaction, means: Means, message: str, wave: int, release: str) -> Submitted:
    """The release that was shown, if it is still the one in force."""
    found = submitted(tx, means, message, wave)
    if found.release != release:
        raise NotAllowed(
            f"{message} was submitted anew meanwhile.", remedy=f"Look again: ministry-social approval show {found.words}"
        )
    return _open(found)


def _open(found: Submitted) -> Submitted:
    if not found.planned:
        raise NotAllowed(f"Nothing of {found.message} waits to go out.", remedy="See: ministry-social delivery list")
    return found


def _signatory(policy: Policy, found: Submitted, person: str, *, emergency: bool) -> Person:
    """The person, if their signature is one that somebody needs."""
    who = policy.person(person)
    if who is None:
        raise NotAllowed(f"{person} is not in the policy.", remedy="See: ministry-social person list")
    if person in found.standing.authors:
        raise NotAllowed(f"{person} is an author of it, and nobody approves their own message.", remedy=_others(found))
    if any(one.person == person and bool(one.emergency) >= emergency for one in found.standing.signed):
        raise NotAllowed(f"{person} has signed it already.", remedy=_others(found))
    asked = _asked(found.standing.rules, who) or (emergency and bool(ADOPTERS & set(who.roles)))
    if not asked:
        raise NotAllowed(f"No rule asks for a signature of {person}.", remedy=_others(found))
    return who


def _asked(rules: Iterable[Rule], who: Person) -> bool:
    return any(may_sign(who, rule) for rule in rules)


def _others(found: Submitted) -> str:
    return lacks(found.standing.missing) or f"See: ministry-social approval show {found.words}"


def _refuse_key(who: Person, one: Statement, signature: bytes) -> None:
    key = key_of(who, one.key)
    if key is None or not valid(key, one.at) or not verified(who, one, signature):
        raise NotAllowed(
            f"The key {one.key} of {one.person} does not count now.",
            remedy="It must stand in the adopted policy, and not have ended: ministry-social person list",
        )


def _noted(tx: Transaction, means: Means, force: InForce, before: Submitted) -> Submitted:
    """How it stands now; the plan is told whether it waits."""
    after = _stands(tx, means, force, before.message, before.wave, _waves(tx, before.message))
    tx.approve(after.release, approved=after.standing.complete)
    return after
