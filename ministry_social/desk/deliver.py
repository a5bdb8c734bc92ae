"""Delivering: claim, send, settle (design: the sending protocol). Say first, then do, then say what came."""

import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..errors import MinistryError, OutcomeUnknown, PlatformError, Unreachable
from ..model.account import Account
from ..model.delivery import Delivery, Prepared, Receipt, Slot, State
from ..model.ledger import Event
from ..model.variant import Payload
from ..ports import Deadline, Transaction
from ..rules import pacing
from ..rules.canonical import digest
from ..rules.lifecycle import IN_FLIGHT
from ..rules.retry import verdict
from ..rules.timing import stamp, unstamp, whole_milliseconds
from .means import ENGINE, Means
from .signed import checked, promise


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A delivery that is ours to send, once, since `at`. `payload` is resolved; `sealed` is what preparing has left."""

    delivery: Delivery
    at: datetime
    account: Account
    payload: Payload
    sealed: bytes | None
    deadline: Deadline


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of a claim: a receipt, or an error."""

    claim: Claim
    at: datetime
    receipt: Receipt | None = None
    error: PlatformError | None = None


def claim(tx: Transaction, means: Means, deliveries: Iterable[Delivery]) -> list[Claim]:
    """Transaction 1, for a group: mark each as being sent and say so in the ledger, before a byte leaves.

    Left out: what may not go now after all. What finds its pace used up is due again when there is room; what does not match
    its release is refused for good.
    """
    now = means.now()
    claims = []
    for found in deliveries:
        delivery = tx.delivery(found.key)
        if delivery is None or not _may_go(tx, delivery, now):
            continue
        try:
            ready = checked(tx, means, delivery, now)
        except MinistryError as wrong:
            _refuse(tx, delivery, str(wrong), at=now)
            continue
        full = _take_slots(tx, means, ready[0], delivery, now)
        if full is None:
            claims.append(_start(tx, means, delivery, *ready, now=now))
        else:
            facts = {"pace": full.key, "due_at": stamp(full.next_at)}
            tx.record(Event.PACED, by=ENGINE, at=now, delivery=delivery, facts=facts, change={"due_at": full.next_at})
    return claims


def send(means: Means, one: Claim) -> Result:
    """The one call that makes something public. Whatever goes wrong becomes one of our errors; nothing escapes."""
    receipt, error, called = None, None, False
    try:
        credential = means.vault.get(one.account.name)
        prepared = _prepared(means, one.sealed)
        platform = means.platforms[one.account.platform]
        called = True
        receipt = platform.publish(one.account, credential, one.payload, prepared, key=one.delivery.key, deadline=one.deadline)
    except PlatformError as known:
        error = known
    except Exception as bug:  # noqa: BLE001 - once started, an error that nobody foresaw must not lose the outcome
        error = _unforeseen(bug, called=called)
    return Result(claim=one, at=means.now_or(one.at), receipt=receipt, error=error)


def _unforeseen(bug: Exception, *, called: bool) -> PlatformError:
    """Before the platform was called, nothing can have gone out; afterwards nobody knows."""
    kind = type(bug).__name__
    if called:
        return OutcomeUnknown(f"Something failed that was not foreseen ({kind}); it may have been published.", code=kind)
    if isinstance(bug, MinistryError):
        return Unreachable(str(bug), code=kind)
    return Unreachable(f"Something failed that was not foreseen ({kind}); it was not sent.", code=kind)


def settle(tx: Transaction, means: Means, results: Sequence[Result]) -> list[Delivery]:
    """Transaction 2, for a group, fenced: write down what came. A result whose fence is no longer in force changes nothing."""
    settled = []
    for result in results:
        delivery = tx.delivery(result.claim.delivery.key)
        if delivery is None or delivery.fence != result.claim.delivery.fence or delivery.state not in IN_FLIGHT:
            continue
        if delivery.state is State.UNKNOWN and isinstance(result.error, OutcomeUnknown):
            continue  # its lease ended meanwhile, and we know no more than that
        if result.receipt is not None:
            _keep_distance(tx, means, result)
            settled.append(_accepted(tx, delivery, result))
        else:
            settled.append(_not_accepted(tx, delivery, result))
    return settled


def ask_again(means: Means, key: str, *, person: str) -> Delivery:
    """A person wants another try of a delivery that was refused: now, but never before the time that was approved."""
    now = means.now()
    with means.store.begin() as tx:
        delivery = tx.delivery(key)
        if delivery is None:
            raise MinistryError(f"There is no delivery {key}.", remedy="See: ministry-social delivery list")
        if delivery.state is not State.FAILED:
            raise MinistryError(f"{key} has not failed: it is {delivery.state}.", remedy="Only a failed delivery can be retried.")
        signed = promise(tx, means, delivery)
        first = unstamp(signed["due_at"])
        due = max(now, first)
        stale = signed["stale_at"] and due + (unstamp(signed["stale_at"]) - first)
        # Its media may be what was wrong, or be gone by now: let the platform look at them again.
        prepared = delivery.prepared and not signed["media"]
        change = {"state": State.PLANNED, "due_at": due, "stale_at": stale, "error": "", "prepared": prepared}
        again = tx.record(Event.ASKED_AGAIN, by=person, at=now, delivery=delivery, change=change)
    assert again is not None
    return again


def _may_go(tx: Transaction, delivery: Delivery, now: datetime) -> bool:
    """Whether nothing has come in between since somebody found it due."""
    if delivery.state is not State.PLANNED or not delivery.prepared or delivery.due_at > now:
        return False
    if delivery.stale_at is not None and delivery.stale_at <= now:
        return False
    needed = [tx.delivery(key) for key in delivery.waits_for]
    published = all(other is not None and other.state is State.PUBLISHED for other in needed)
    return published and not tx.deliveries(account=delivery.account, states=tuple(IN_FLIGHT))


def _take_slots(tx: Transaction, means: Means, account: Account, delivery: Delivery, now: datetime) -> Slot | None:
    """Take one use of every pace, or none: then the slot is returned that is full for longest."""
    before = [(pace, tx.slot(pace.key)) for pace in _paces(means, account, delivery)]
    after = [(slot, pacing.take(pace, slot, now)) for pace, slot in before]
    full = [slot for slot, taken in after if taken is None and slot is not None]
    if full:
        return max(full, key=lambda slot: slot.next_at)
    for _, taken in after:
        if taken is not None:
            tx.keep_slot(taken)
    return None


def _paces(means: Means, account: Account, delivery: Delivery) -> tuple[pacing.Pace, ...]:
    original = delivery.waits_for[0] if delivery.waits_for else ""
    return pacing.paces(account, delivery.kind, original=original, repost_gap=means.repost_gap)


def _start(tx: Transaction, means: Means, delivery: Delivery, account: Account, payload: Payload, *, now: datetime) -> Claim:
    lease = now + means.clock.real(means.lease)
    change = {
        "state": State.SENDING,
        "fence": secrets.token_hex(16),
        "started_at": now,
        "lease_until": lease,
        "attempts": delivery.attempts + 1,
    }
    facts = {
        "attempt": delivery.attempts + 1,
        "payload": delivery.payload,
        "resolved": digest(payload.body),
        "release": delivery.release,
        "lease_until": stamp(lease),
    }
    started = tx.record(Event.STARTED, by=ENGINE, at=now, delivery=delivery, facts=facts, change=change)
    assert started is not None
    sealed, _ = tx.preparation(delivery.key)
    deadline = means.clock.deadline(means.lease)
    return Claim(delivery=started, at=now, account=account, payload=payload, sealed=sealed, deadline=deadline)


def _prepared(means: Means, sealed: bytes | None) -> Prepared:
    if sealed is None:
        return Prepared(complete=True, data={})
    return Prepared(complete=True, data=json.loads(means.vault.unseal(sealed)))


def _keep_distance(tx: Transaction, means: Means, result: Result) -> None:
    """A gap counts from when a post stood there, not from when its request began."""
    for pace in _paces(means, result.claim.account, result.claim.delivery):
        if pace.limit == 1:
            tx.keep_slot(Slot(key=pace.key, next_at=result.at + pace.window, left=0))


def _accepted(tx: Transaction, delivery: Delivery, result: Result) -> Delivery:
    receipt = result.receipt
    assert receipt is not None
    change = {
        "state": State.PUBLISHED,
        "sent_at": result.at,
        "remote_id": receipt.post.id,
        "url": receipt.url,
        "error": "",
    }
    facts = {
        "fence": delivery.fence,
        "id": receipt.post.id,
        "kind": receipt.post.kind,
        "url": receipt.url,
        "answer": tx.keep(receipt.answer),
    }
    accepted = tx.record(Event.ACCEPTED, by=ENGINE, at=result.at, delivery=delivery, facts=facts, change=change)
    assert accepted is not None
    return accepted


def _not_accepted(tx: Transaction, delivery: Delivery, result: Result) -> Delivery:
    error = result.error
    assert error is not None
    found = verdict(error, delivery.attempts, result.at, prepared_again=_prepared_again(tx, delivery))
    change: dict[str, object] = {"state": found.state, "error": str(error)}
    if found.due_at is not None:
        change["due_at"] = whole_milliseconds(found.due_at)
    if not found.counts:
        change["attempts"] = delivery.attempts - 1
    if found.prepared is not None:
        change["prepared"] = found.prepared
        tx.forget_preparation(delivery.key)
    facts = {"fence": delivery.fence, "code": error.code, "why": error.sentence}
    changed = tx.record(found.event, by=ENGINE, at=result.at, delivery=delivery, facts=facts, change=change)
    assert changed is not None
    return changed


def _prepared_again(tx: Transaction, delivery: Delivery) -> bool:
    """Whether its media were refused and prepared once more already, since a person last asked for it."""
    _, tries = tx.preparation(delivery.key)
    if tries <= 1:  # only what was prepared can have been
        return False
    events = [json.loads(entry.body)["event"] for entry in tx.history(delivery=delivery.key)]
    asked = max((number for number, event in enumerate(events) if event == Event.ASKED_AGAIN), default=0)
    return Event.PREPARATION_LOST in events[asked:]


def _refuse(tx: Transaction, delivery: Delivery, why: str, *, at: datetime) -> None:
    tx.record(Event.REFUSED, by=ENGINE, at=at, delivery=delivery, facts={"why": why}, change={"state": State.FAILED, "error": why})
