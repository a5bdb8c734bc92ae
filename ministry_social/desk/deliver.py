"""Delivering: claim, send, settle (design: the sending protocol). Say first, then do, then say what came."""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..errors import LedgerBroken, MinistryError, OutcomeUnknown, PlatformError
from ..model.account import Account
from ..model.delivery import Delivery, Prepared, Receipt, State
from ..model.ledger import Event
from ..model.variant import Payload
from ..ports import Clock, Deadline, Platform, Store, Transaction, Vault
from ..rules import pacing
from ..rules.canonical import digest
from ..rules.references import resolve
from ..rules.retry import verdict
from ..rules.timing import stamp, whole_milliseconds

ENGINE = "engine"  # who acts where no person does


@dataclass(frozen=True, kw_only=True)
class Means:
    """What delivering needs. `lease` is real time: longer than any request may take, so that its end means the process is gone."""

    store: Store
    clock: Clock
    vault: Vault
    platforms: Mapping[str, Platform]
    accounts: Mapping[str, Account]
    lease: timedelta
    stale_after: timedelta
    prepare_ahead: timedelta = timedelta(hours=1)
    # Releases that were read and found whole, by digest: (key -> promise). Content under its digest never changes.
    releases: dict[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict, repr=False, compare=False)

    def now(self) -> datetime:
        """The time, as the store keeps it."""
        return whole_milliseconds(self.clock.now())


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A delivery that is ours to send, once. `payload` is resolved; `sealed` is what preparing has left."""

    delivery: Delivery
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

    Left out: what is no longer due, what finds its pace used up. What does not match its release is refused for good.
    """
    now = means.now()
    claims = []
    for found in deliveries:
        delivery = tx.delivery(found.key)
        if delivery is None or delivery.state is not State.PLANNED or not delivery.prepared or delivery.due_at > now:
            continue
        if delivery.stale_at is not None and delivery.stale_at <= now:
            continue
        try:
            ready = _checked(tx, means, delivery)
        except MinistryError as wrong:
            _refuse(tx, delivery, str(wrong), at=now)
            continue
        if _take_slots(tx, ready[0], delivery, now):
            claims.append(_start(tx, means, delivery, *ready, now=now))
    return claims


def send(means: Means, one: Claim) -> Result:
    """The one call that makes something public. Whatever goes wrong becomes one of our errors; nothing escapes."""
    try:
        credential = means.vault.get(one.account.name)
        prepared = _prepared(means, one.sealed)
        receipt = means.platforms[one.account.platform].publish(
            one.account, credential, one.payload, prepared, key=one.delivery.key, deadline=one.deadline
        )
    except PlatformError as error:
        return Result(claim=one, at=means.now(), error=error)
    except Exception as bug:  # noqa: BLE001 - once started, an error that nobody foresaw must not lose the outcome
        kind = type(bug).__name__
        unknown = OutcomeUnknown(f"Something failed that was not foreseen ({kind}); it may have been published.", code=kind)
        return Result(claim=one, at=means.now(), error=unknown)
    return Result(claim=one, at=means.now(), receipt=receipt)


def settle(tx: Transaction, means: Means, results: Sequence[Result]) -> list[Delivery]:
    """Transaction 2, for a group, fenced: write down what came. A result whose fence is no longer in force changes nothing."""
    settled = []
    for result in results:
        delivery = tx.delivery(result.claim.delivery.key)
        if (
            delivery is None
            or delivery.fence != result.claim.delivery.fence
            or delivery.state not in (State.SENDING, State.UNKNOWN)
        ):
            continue
        now = _accepted(tx, delivery, result) if result.receipt is not None else _not_accepted(tx, means, delivery, result)
        settled.append(now)
    return settled


def ask_again(means: Means, key: str, *, person: str) -> Delivery:
    """A person wants another try of a delivery that the platform refused."""
    now = means.now()
    with means.store.begin() as tx:
        delivery = tx.delivery(key)
        if delivery is None:
            raise MinistryError(f"There is no delivery {key}.", remedy="See: ministry-social delivery list")
        if delivery.state is not State.FAILED:
            raise MinistryError(f"{key} has not failed: it is {delivery.state}.", remedy="Only a failed delivery can be retried.")
        change = {"state": State.PLANNED, "due_at": now, "stale_at": now + means.stale_after, "error": ""}
        again = tx.record(Event.ASKED_AGAIN, by=person, at=now, delivery=delivery, change=change)
    assert again is not None
    return again


def tidy(tx: Transaction, means: Means) -> list[Delivery]:
    """What time and others have decided: leases that ended, deliveries gone stale, and those that wait in vain."""
    now = means.now()
    changed: list[Delivery | None] = []
    for delivery in tx.expired(now):
        lost = {"state": State.UNKNOWN, "error": "The process that sent it is gone; it may have been published."}
        changed.append(tx.record(Event.EXPIRED, by=ENGINE, at=now, delivery=delivery, change=lost))
    for delivery in tx.overdue(now):
        why = delivery.error or "It could not go out in time."
        missed = {"state": State.MISSED, "error": f"Not sent, because it was worth nothing any more. {why}"}
        changed.append(tx.record(Event.MISSED, by=ENGINE, at=now, delivery=delivery, facts={"why": why}, change=missed))
    for waiting, needed in tx.in_vain():
        current = tx.delivery(waiting.key)
        if current is not None and current.state is State.PLANNED:
            changed.append(_give_up_waiting(tx, current, needed, now))
    return [delivery for delivery in changed if delivery is not None]


def _give_up_waiting(tx: Transaction, delivery: Delivery, needed: Delivery, now: datetime) -> Delivery | None:
    facts = {"needed": needed.key, "state": needed.state.value}
    if delivery.otherwise:
        change = {"payload": delivery.otherwise, "otherwise": "", "waits_for": ()}
        return tx.record(Event.WITHOUT_VIDEO, by=ENGINE, at=now, delivery=delivery, facts=facts, change=change)
    why = f"It waited for {needed.account}'s {needed.part}, which {_PAST[needed.state]}."
    gone = {"state": State.CANCELLED, "error": why}
    return tx.record(Event.CANCELLED, by=ENGINE, at=now, delivery=delivery, facts=facts, change=gone)


_PAST = {
    State.FAILED: "has failed",
    State.CANCELLED: "was called off",
    State.MISSED: "was missed",
    State.RECALLED: "was taken down",
}


def _checked(tx: Transaction, means: Means, delivery: Delivery) -> tuple[Account, Payload]:
    """The account and the resolved payload, after checking that both are what was signed."""
    account = means.accounts.get(delivery.account)
    if account is None:
        raise LedgerBroken(f"There is no account {delivery.account} in the config any more.")
    promise = _promise(tx, means, delivery)
    body = tx.blob(delivery.payload)
    if body is None or digest(body) != delivery.payload or delivery.payload not in (promise["payload"], promise["otherwise"]):
        raise LedgerBroken("What would be sent is not what was approved.")
    if promise["account_id"] != account.id or promise["platform"] != account.platform:
        raise LedgerBroken(f"{account.name} is another account in the config than the one that was approved.")
    receipts = {key: _receipt(tx, key) for key in delivery.waits_for}
    return account, resolve(Payload(platform=delivery.platform, kind=delivery.kind, body=body), receipts)


def _promise(tx: Transaction, means: Means, delivery: Delivery) -> Mapping[str, str]:
    if delivery.release not in means.releases:
        signed = tx.blob(delivery.release)
        if signed is None or digest(signed) != delivery.release:
            raise LedgerBroken("Its release is missing or was changed.")
        means.releases[delivery.release] = {promise["key"]: promise for promise in json.loads(signed)["deliveries"]}
    promise = means.releases[delivery.release].get(delivery.key)
    if promise is None:
        raise LedgerBroken("It is not part of its release.")
    return promise


def _receipt(tx: Transaction, key: str) -> dict[str, str]:
    other = tx.delivery(key)
    return {} if other is None else {"id": other.remote_id, "url": other.url}


def _take_slots(tx: Transaction, account: Account, delivery: Delivery, now: datetime) -> bool:
    """Take one use of every pace, or none."""
    taken = [pacing.take(pace, tx.slot(pace.key), now) for pace in pacing.paces(account, delivery.kind)]
    slots = [slot for slot in taken if slot is not None]
    if len(slots) != len(taken):
        return False
    for slot in slots:
        tx.keep_slot(slot)
    return True


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
    return Claim(delivery=started, account=account, payload=payload, sealed=sealed, deadline=means.clock.deadline(means.lease))


def _prepared(means: Means, sealed: bytes | None) -> Prepared:
    if sealed is None:
        return Prepared(complete=True, data={})
    return Prepared(complete=True, data=json.loads(means.vault.unseal(sealed)))


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


def _not_accepted(tx: Transaction, means: Means, delivery: Delivery, result: Result) -> Delivery:
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
    """Whether its media were refused and prepared once more already. Only what was prepared can have been."""
    _, tries = tx.preparation(delivery.key)
    return tries > 1 and any(json.loads(e.body)["event"] == Event.PREPARATION_LOST for e in tx.history(delivery=delivery.key))


def _refuse(tx: Transaction, delivery: Delivery, why: str, *, at: datetime) -> None:
    tx.record(Event.REFUSED, by=ENGINE, at=at, delivery=delivery, facts={"why": why}, change={"state": State.FAILED, "error": why})
