"""The life of an account: requested, approved, connected, activated, certified, each step with who and when on record."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Any

from ..errors import InvalidSettings, NotAllowed
from ..model.account import Account
from ..model.ledger import Event
from ..model.life import AccountRecord, Stage
from ..model.stop import Pause
from ..ports import Clock, Reading, Store, Transaction
from ..rules.canonical import digest
from ..rules.intake import facts_of
from ..rules.life import BEFORE, definition, definition_text, due_for_certification, may_become
from ..rules.roster import Clash, clashes, without_central
from ..rules.timing import stamp, unstamp, whole_milliseconds

PROPOSED_FOR = timedelta(days=30)  # so long a first person's word waits for the second's
_PROPOSALS = "certifications"  # in what is written about the store: account -> who proposed it, when, and what it was then


@dataclass(frozen=True, kw_only=True)
class Certified:
    """What a person's word did: `proposed` accounts wait for a second person until `until`, `certified` ones are."""

    proposed: tuple[AccountRecord, ...]
    certified: tuple[AccountRecord, ...]
    until: datetime


def advance(
    tx: Transaction, record: AccountRecord, stage: Stage, *, by: str, at: datetime, event: Event, facts: Mapping[str, Any] = {}
) -> AccountRecord:
    """The next step of an account, with its entry. Raises `NotAllowed` where it may not follow."""
    if not may_become(record, stage):
        befores = [one.value for one in Stage if one in BEFORE.get(stage, frozenset())]
        raise NotAllowed(
            f"{record.name} is {record.stage.value}, and cannot become {stage.value}.",
            remedy=f"Only an account that is {' or '.join(befores)} can.   See: ministry-social account show {record.name}",
        )
    moved = record.changed(stage=stage, since=at)
    tx.keep_account(moved)
    tx.record(event, by=by, at=at, account=record.name, facts=facts)
    return moved


def connected(
    tx: Transaction, record: AccountRecord, *, id: str, by: str, at: datetime, facts: Mapping[str, Any] = {}
) -> AccountRecord:
    """The account's credential was stored: note it, and its id where that was not known. What speaks goes on speaking; where
    the account was paused, that ends."""
    may_connect(tx, record, id)
    known = record.changed(account=replace(record.account, id=id))
    facts = {"platform": record.account.platform, **facts}
    if record.stage is Stage.ACTIVE:
        if known != record:
            tx.keep_account(known)
        tx.record(Event.CONNECTED, by=by, at=at, account=record.name, facts=facts)
    else:
        known = advance(tx, known, Stage.CONNECTED, by=by, at=at, event=Event.CONNECTED, facts=facts)
    lift_pauses(tx, record.name, "It was connected again.", by=by, at=at)
    return known


def may_connect(reading: Reading, record: AccountRecord, id: str) -> None:
    """Raise `NotAllowed` where a credential of the account with this id may not be stored: asked before it is."""
    if record.stage is not Stage.ACTIVE and not may_become(record, Stage.CONNECTED):
        remedy = f"First: ministry-social account approve {record.name}" if record.stage is Stage.REQUESTED else ""
        raise NotAllowed(f"{record.name} is {record.stage.value}, and cannot be connected.", remedy=remedy)
    if record.account.id and record.account.id != id:
        raise NotAllowed(f"{record.name} has the id {record.account.id}, and this credential belongs to {id}.")
    for one in in_use(reading):
        if (one.account.platform, one.account.id) == (record.account.platform, id) and one.name != record.name:
            raise NotAllowed(f"This credential belongs to {one.name}, not to {record.name}.", remedy="Connect the right account.")


def lift_pauses(tx: Transaction, name: str, reason: str, *, by: str, at: datetime) -> tuple[Pause, ...]:
    """End the pause of an account, if there is one."""
    ended = tuple(one for one in tx.pauses() if (one.scope, one.value) == ("account", name))
    for one in ended:
        tx.lift_pause(one.scope, one.value)
        tx.record(Event.RESUMED, by=by, at=at, account=name, facts={"scope": one.scope, "value": one.value, "reason": reason})
    return ended


def request(store: Store, clock: Clock, accounts: Sequence[Account], *, person: str, source: str = "") -> tuple[AccountRecord, ...]:
    """Somebody asks for accounts. Their ids need not be known yet."""
    now = whole_milliseconds(clock.now())
    with store.begin() as tx:
        known = imported(tx)
        for one in accounts:
            if any(other.name == one.name for other in known):
                raise NotAllowed(
                    f"There is an account {one.name} already.", remedy="Choose another name, or change it: account import."
                )
        others = [one.account for one in in_use(tx)]
        _refuse(clashes([*others, *accounts]))
        last = max(one.order for one in known)
        made = tuple(
            AccountRecord(account=one, order=last + number, stage=Stage.REQUESTED, since=now, requested_by=person)
            for number, one in enumerate(accounts, start=1)
        )
        for record in made:
            take(tx, record, by=person, at=now, source=source)
    return made


def take(tx: Transaction, record: AccountRecord, *, by: str, at: datetime, source: str = "") -> None:
    """An account comes into the list."""
    facts = {"account": facts_of(definition(record.account)), "stage": record.stage.value, "source": source}
    tx.keep_account(record)
    tx.record(Event.TAKEN_IN, by=by, at=at, account=record.name, facts=facts)


def approve(store: Store, clock: Clock, names: Collection[str], *, person: str) -> tuple[AccountRecord, ...]:
    """Somebody else than who asked for them says yes. No names: to all that others have asked for."""
    now = whole_milliseconds(clock.now())
    with store.begin() as tx:
        chosen = _chosen(tx, names, lambda one: one.stage is Stage.REQUESTED and one.requested_by != person)
        for one in chosen:
            if one.requested_by == person:
                raise NotAllowed(f"{person} has asked for {one.name}, and cannot approve it too.", remedy="Somebody else does.")
        return tuple(advance(tx, one, Stage.APPROVED, by=person, at=now, event=Event.ACCOUNT_APPROVED) for one in chosen)


def activate(store: Store, clock: Clock, names: Collection[str], *, person: str) -> tuple[AccountRecord, ...]:
    """They speak for the ministry from here on. No names: all that are verified."""
    now = whole_milliseconds(clock.now())
    with store.begin() as tx:
        chosen = _chosen(tx, names, lambda one: one.stage is Stage.VERIFIED)
        made = tuple(advance(tx, one, Stage.ACTIVE, by=person, at=now, event=Event.ACTIVATED) for one in chosen)
        in_force = [one.account for one in tx.accounts() if one.stage is Stage.ACTIVE]
        _refuse([*clashes(in_force), *without_central(in_force)])
    return made


def certify(store: Store, clock: Clock, names: Collection[str], *, person: str) -> Certified:
    """A person says that accounts are ours and well kept; with the second person's word, of the same state, they are certified.

    No names: all that are due.
    """
    now = whole_milliseconds(clock.now())
    proposed, certified = [], []
    with store.begin() as tx:
        chosen = _chosen(tx, names, lambda one: due_for_certification(one, now))
        proposals = proposals_of(tx, now)
        for one in chosen:
            if one.stage is not Stage.ACTIVE:
                raise NotAllowed(f"{one.name} is {one.stage.value}; only an active account is certified.")
            first = proposals.get(one.name)
            if first is None or first["of"] != _state(one):
                proposals[one.name] = {"by": person, "at": stamp(now), "of": _state(one)}
                tx.record(Event.CERTIFICATION_PROPOSED, by=person, at=now, account=one.name, facts={"definition": _state(one)})
                proposed.append(one)
            elif first["by"] == person:
                proposed.append(one)  # said before; it is the second person's turn
            else:
                del proposals[one.name]
                certified.append(_certified(tx, one, (first["by"], person), now))
        tx.keep_about(_PROPOSALS, json.dumps(proposals, sort_keys=True))
    return Certified(proposed=tuple(proposed), certified=tuple(certified), until=now + PROPOSED_FOR)


def proposals_of(reading: Reading, now: datetime) -> dict[str, dict[str, str]]:
    """Accounts that a first person has said are well kept, not too long ago: who, when, and the digest of what they were."""
    found: dict[str, dict[str, str]] = json.loads(reading.about(_PROPOSALS) or "{}")
    return {name: one for name, one in found.items() if now - unstamp(one["at"]) < PROPOSED_FOR}


def imported(reading: Reading) -> tuple[AccountRecord, ...]:
    """Every account. Raises `NotAllowed` as long as accounts.toml is the truth."""
    if not reading.account_changes():
        raise NotAllowed(
            "The accounts still stand in accounts.toml: import them first:",
            remedy="ministry-social account import config/accounts.toml",
        )
    return reading.accounts()


def in_use(reading: Reading) -> tuple[AccountRecord, ...]:
    """Every account that is not retired."""
    return tuple(one for one in reading.accounts() if one.stage is not Stage.RETIRED)


def named(reading: Reading, names: Collection[str]) -> tuple[AccountRecord, ...]:
    """The accounts of these names, each once, in their order. Raises `InvalidSettings` that suggests the nearest."""
    known = {one.name: one for one in imported(reading)}
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            remedy = f"Did you mean {near[0]}?" if near else "See: ministry-social account list"
            raise InvalidSettings(f"There is no account {name}.", remedy=remedy)
    return tuple(one for one in known.values() if one.name in names)


def _chosen(reading: Reading, names: Collection[str], fits: Callable[[AccountRecord], bool]) -> tuple[AccountRecord, ...]:
    return named(reading, names) if names else tuple(one for one in imported(reading) if fits(one))


def _certified(tx: Transaction, record: AccountRecord, persons: tuple[str, str], at: datetime) -> AccountRecord:
    made = record.changed(certified_at=at, certified_by=persons)
    tx.keep_account(made)
    tx.record(Event.CERTIFIED, by=persons[1], at=at, account=record.name, facts={"persons": list(persons)})
    return made


def _state(record: AccountRecord) -> str:
    """The digest of what an account is: both persons must mean the same."""
    return digest(definition_text(record.account).encode())


def _refuse(found: Iterable[Clash]) -> None:
    for clash in found:
        raise NotAllowed(clash.sentence, remedy=clash.remedy)
