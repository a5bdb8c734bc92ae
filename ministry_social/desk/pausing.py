"""Pausing: an account or platform that lets nobody post gets nothing, until it does or a person has acted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..errors import PlatformError, Throttled, Unauthorized
from ..model.account import Account
from ..model.delivery import Delivery, State
from ..model.ledger import Event
from ..model.stop import Pause
from ..ports import Transaction
from ..rules.pacing import Pace, filled
from ..rules.retry import Verdict
from ..rules.stopping import covers
from .means import ENGINE, Means


@dataclass(frozen=True, kw_only=True)
class Resumed:
    """What ending pauses did: `waiting` deliveries may go on."""

    pauses: tuple[Pause, ...]
    waiting: int


def follow_up(
    tx: Transaction, means: Means, delivery: Delivery, error: PlatformError, found: Verdict, at: datetime, *, paces: Sequence[Pace]
) -> None:
    """What an error means for others than the delivery: rate slots that are used up, or a pause of its account or platform."""
    if isinstance(error, Throttled) and found.due_at is not None:
        for slot in filled(paces, error.whole_app, found.due_at):
            tx.keep_slot(slot)
    if found.stops:
        means.vault.forget(delivery.account)  # somebody may have connected it anew meanwhile
        pause(tx, means, delivery, error, found, at)


def pause(tx: Transaction, means: Means, delivery: Delivery, error: PlatformError, found: Verdict, at: datetime) -> None:
    """Put a pause in force, unless there is one already."""
    value = delivery.account if found.stops == "account" else delivery.platform
    shut(tx, means, found.stops, value, error, at, probe=found.probe)


def shut(tx: Transaction, means: Means, scope: str, value: str, error: PlatformError, at: datetime, *, probe: bool) -> None:
    """Pause an account or a platform, unless it is; `probe` tells that it is asked after before a person must act."""
    remedy = error.remedy if scope == "account" else f"{error.remedy} Then: ministry-social resume --platform {value}".strip()
    probe_at = at + means.clock.real(means.probe_gap) if probe else None
    _keep(tx, Pause(scope=scope, value=value, reason=error.sentence, remedy=remedy, at=at, probe_at=probe_at))


def shut_out(tx: Transaction, account: str, error: Unauthorized, at: datetime) -> None:
    """Put a pause of an account in force, until a person has acted; unless there is one already."""
    _keep(tx, Pause(scope="account", value=account, reason=error.sentence, remedy=error.remedy, at=at))


def _keep(tx: Transaction, made: Pause) -> None:
    if any((one.scope, one.value) == (made.scope, made.value) for one in tx.pauses()):
        return
    tx.keep_pause(made)
    note(tx, made, made.at)


def note(tx: Transaction, made: Pause, at: datetime) -> None:
    """Say in the ledger that something is paused: until it is asked after, or until a person acts."""
    facts = {
        "scope": made.scope, "value": made.value, "reason": made.reason, "remedy": made.remedy,
        "asked_after": made.probe_at is not None,
    }  # fmt: skip
    tx.record(Event.PAUSED, by=ENGINE, at=at, account=made.value if made.scope == "account" else "", facts=facts)


def resume(means: Means, accounts: Collection[Account], platform: str, *, reason: str, person: str) -> Resumed:
    """A person has acted: end the pauses of these accounts, or that of a platform."""
    names = {account.name for account in accounts}
    with means.store.begin() as tx:
        ended = tuple(
            one for one in tx.pauses()
            if (one.scope == "account" and one.value in names) or (one.scope == "platform" and one.value == platform)
        )  # fmt: skip
        return end(tx, means, ended, reason=reason, by=person)


def end(tx: Transaction, means: Means, pauses: Collection[Pause], *, reason: str, by: str) -> Resumed:
    """End these pauses; what waited for them is due at once."""
    now = means.now()
    for one in pauses:
        tx.lift_pause(one.scope, one.value)
        facts = {"scope": one.scope, "value": one.value, "reason": reason}
        tx.record(Event.RESUMED, by=by, at=now, account=one.value if one.scope == "account" else "", facts=facts)
        if one.scope == "account":
            means.vault.forget(one.value)
    planned = tx.deliveries(states=(State.PLANNED,)) if pauses else ()
    waiting = sum(1 for d in planned if any(covers(one, d, means.accounts.get(d.account)) for one in pauses))
    return Resumed(pauses=tuple(pauses), waiting=waiting)
