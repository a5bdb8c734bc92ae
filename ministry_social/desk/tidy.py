"""Tidying: what time and others have decided about deliveries that nobody is working on."""

from datetime import datetime

from ..model.delivery import Delivery, State
from ..model.ledger import Event
from ..model.stop import Hold
from ..ports import Reading, Transaction
from ..rules.lifecycle import IN_FLIGHT
from ..rules.settling import Patience, in_doubt
from ..rules.stopping import stopped_by
from ..rules.waiting import waits_for
from .means import ENGINE, Means

_SUSPECTS = 100  # in one transaction
_PAST = {
    State.FAILED: "has failed",
    State.CANCELLED: "was called off",
    State.MISSED: "was missed",
    State.RECALLED: "was taken down",
}


def anything_to_tidy(reading: Reading, means: Means) -> bool:
    """Whether `tidy` would find something to do."""
    now = means.now()
    return bool(reading.expired(now) or reading.overdue(now) or reading.suspects(now, 1) or reading.in_vain())


def tidy(tx: Transaction, means: Means) -> list[Delivery]:
    """What time and others have decided: leases that ended, deliveries gone stale, and those that wait in vain."""
    now = means.now()
    changed: list[Delivery | None] = []
    patience = means.patience
    for delivery in tx.expired(now):
        lost = {"state": State.UNKNOWN, "error": "The process that sent it is gone; it may have been published."}
        doubt = in_doubt(delivery, delivery.lease_until or now, patience.settle_vanished, patience)
        changed.append(tx.record(Event.EXPIRED, by=ENGINE, at=now, delivery=delivery, change=lost | doubt))
    for delivery in tx.suspects(now, _SUSPECTS):
        changed.append(_look_first(tx, delivery, patience, now))
    for delivery in tx.overdue(now):
        why = _why_late(tx, means, delivery, now)
        missed = {"state": State.MISSED, "error": f"Not sent, because it was worth nothing any more. {why}"}
        changed.append(tx.record(Event.MISSED, by=ENGINE, at=now, delivery=delivery, facts={"why": why}, change=missed))
    for waiting, needed in tx.in_vain():
        current = tx.delivery(waiting.key)
        if current is not None and current.state is State.PLANNED and needed.key in current.waits_for:
            changed.append(_give_up_waiting(tx, current, needed, now))
    return [delivery for delivery in changed if delivery is not None]


def _look_first(tx: Transaction, delivery: Delivery, patience: Patience, now: datetime) -> Delivery | None:
    """It may have gone out after the backup from which the store was restored: look for it before anything is sent."""
    doubt = in_doubt(delivery, now, patience.settle, patience, since=delivery.doubt_since)
    doubted = {"state": State.UNKNOWN, "look_first": False, "error": "The store was restored; it may have been published."}
    return tx.record(Event.DOUBTED, by=ENGINE, at=now, delivery=delivery, change=doubted | doubt)


def _why_late(tx: Transaction, means: Means, delivery: Delivery, now: datetime) -> str:
    """What held it up, in words."""
    others = {key: other for key in delivery.waits_for if (other := tx.delivery(key)) is not None}
    busy = [other.account for other in tx.deliveries(account=delivery.account, states=tuple(IN_FLIGHT))]
    stop = stopped_by(tx.holds(), tx.pauses(), delivery, means.accounts.get(delivery.account))
    waits = waits_for(delivery, others, busy, now, stop, tx.unapproved())
    if stop is not None:
        return f"It was held: {stop.reason}" if isinstance(stop, Hold) else f"Its {stop.scope} was paused: {stop.reason}"
    if waits == "approval":
        return "It was not approved in time."
    for other in others.values():
        if waits == f"delivery {other.key}":
            return f"It waited for the {other.part} of {other.account}."
    if waits == "account":
        return "Another post of its account was being checked."
    if delivery.error:
        return delivery.error
    return "Its media were not ready." if waits == "preparation" else "It could not go out in time."


def _give_up_waiting(tx: Transaction, delivery: Delivery, needed: Delivery, now: datetime) -> Delivery | None:
    facts = {"needed": needed.key, "state": needed.state.value}
    if delivery.otherwise:
        change = {"payload": delivery.otherwise, "otherwise": "", "waits_for": ()}
        return tx.record(Event.WITHOUT_VIDEO, by=ENGINE, at=now, delivery=delivery, facts=facts, change=change)
    why = f"It waited for {needed.account}'s {needed.part}, which {_PAST[needed.state]}."
    gone = {"state": State.CANCELLED, "error": why}
    return tx.record(Event.CANCELLED, by=ENGINE, at=now, delivery=delivery, facts=facts, change=gone)
