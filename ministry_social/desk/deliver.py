"""Delivering: claiming and sending (design: the sending protocol). Say first, then do; what came is for `outcomes`."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ..errors import LedgerBroken, MinistryError, OutcomeUnknown, PlatformError, Rejected, Unreachable
from ..model.account import Account
from ..model.delivery import Delivery, Prepared, Receipt, State
from ..model.ledger import Event
from ..model.stop import Stops
from ..model.variant import Payload
from ..ports import Deadline, Transaction
from ..rules.canonical import digest
from ..rules.timing import stamp
from .group import Group
from .means import ENGINE, Means
from .sealed import unseal
from .signed import asked_again, checked


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A delivery that is ours to send, once, since `at`. `payload` is resolved; `sealed` is what preparing has left.

    `bare` tells that nothing had to be prepared.
    """

    delivery: Delivery
    at: datetime
    account: Account
    payload: Payload
    sealed: bytes | None
    deadline: Deadline
    bare: bool = True


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of a claim: a receipt, or an error."""

    claim: Claim
    at: datetime
    receipt: Receipt | None = None
    error: PlatformError | None = None


def claim(tx: Transaction, means: Means, deliveries: Iterable[Delivery], stops: Stops | None = None) -> list[Claim]:
    """Transaction 1, for a group: mark each as being sent and say so in the ledger, before a byte leaves.

    `deliveries` were read in this very transaction, and so were `stops`, where they are given. Left out: what may not go now
    after all; what is not approved waits for that. What finds its pace used up is due again when there is room; what does not
    match its release is refused for good.
    """
    group = Group.read(tx, means, deliveries, stops)
    claims = []
    for delivery in group.ready():
        try:
            ready = _checked(tx, means, delivery, group)
        except MinistryError as wrong:
            _refuse(tx, delivery, str(wrong), at=group.now)
            continue
        full = group.take_slots(means.paces(ready[0], delivery))
        if full is None:
            claims.append(_start(tx, means, delivery, *ready, sealed=group.sealed.get(delivery.key), now=group.now))
        else:
            facts = {"pace": full.key, "due_at": stamp(full.next_at)}
            tx.record(Event.PACED, by=ENGINE, at=group.now, delivery=delivery, facts=facts, change={"due_at": full.next_at})
    for slot in group.taken:
        tx.keep_slot(slot)
    for release in group.unapproved:
        tx.approve(release, approved=False)
    return claims


def send(means: Means, one: Claim) -> Result:
    """The one call that makes something public. Whatever goes wrong becomes one of our errors; nothing escapes."""
    receipt, error, called = None, None, False
    try:
        credential = means.vault.get(one.account.name)
        prepared = _prepared(means, one)
        platform = means.platforms[one.account.platform]
        called = True
        receipt = platform.publish(one.account, credential, one.payload, prepared, key=one.delivery.key, deadline=one.deadline)
    except PlatformError as known:
        error = known
    except Exception as bug:  # noqa: BLE001 - once started, an error that nobody foresaw must not lose the outcome
        error = _unforeseen(bug, called=called)
    return Result(claim=one, at=means.now_or(one.at), receipt=receipt, error=error)


def _checked(tx: Transaction, means: Means, delivery: Delivery, group: Group) -> tuple[Account, Payload]:
    """Account and payload, if they are what was approved. Raises `LedgerBroken` where they are not."""
    standing = group.approved[delivery.release]
    if isinstance(standing, str):
        raise LedgerBroken(standing)
    return checked(
        means, delivery, group.now,
        blob=group.blob, receipts=group.receipts, late=lambda: asked_again(tx, delivery),
    )  # fmt: skip


def _unforeseen(bug: Exception, *, called: bool) -> PlatformError:
    """Before the platform was called, nothing can have gone out; afterwards nobody knows."""
    kind = type(bug).__name__
    if called:
        return OutcomeUnknown(f"Something failed that was not foreseen ({kind}); it may have been published.", code=kind)
    if isinstance(bug, MinistryError):
        return Unreachable(str(bug), code=kind)
    return Unreachable(f"Something failed that was not foreseen ({kind}); it was not sent.", code=kind)


def _start(
    tx: Transaction, means: Means, delivery: Delivery, account: Account, payload: Payload, *, sealed: bytes | None, now: datetime
) -> Claim:
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
    deadline = means.clock.deadline(means.lease)
    bare = not means.releases[delivery.release][delivery.key]["media"]
    return Claim(delivery=started, at=now, account=account, payload=payload, sealed=sealed, deadline=deadline, bare=bare)


def _prepared(means: Means, one: Claim) -> Prepared:
    """What preparing this very delivery has left; where that is not there any more, it is prepared anew."""
    data = unseal(means, one.delivery, one.sealed)
    if data is None and (one.sealed is not None or not one.bare):
        raise Rejected("What was prepared for it is not there.", code="media-invalid")
    return Prepared(complete=True, data=data or {})


def _refuse(tx: Transaction, delivery: Delivery, why: str, *, at: datetime) -> None:
    tx.record(Event.REFUSED, by=ENGINE, at=at, delivery=delivery, facts={"why": why}, change={"state": State.FAILED, "error": why})
