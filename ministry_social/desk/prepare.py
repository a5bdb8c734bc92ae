"""Preparing: media and private videos, long before and seen by nobody, under a claim of its own."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..errors import LedgerBroken, MinistryError, PlatformError, Rejected, Unreachable
from ..model.account import Account
from ..model.approval import Standing
from ..model.delivery import Delivery, Prepared, State
from ..model.ledger import Event
from ..model.variant import Payload
from ..ports import Reading, Transaction
from ..rules.pacing import closed, upload_paces
from ..rules.retry import preparation_verdict
from ..rules.timing import stamp, whole_milliseconds
from .approved import standings
from .means import ENGINE, Means
from .pausing import follow_up
from .sealed import seal, unseal
from .signed import matched, promise, under_embargo

# A claim lasts this long after the last sign of life; every `keep` renews it. Longer than the longest single request.
CLAIM = timedelta(minutes=3)

# Says bytes done and bytes in all of a delivery, by its key.
Report = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """A delivery that is ours to prepare, since `at`."""

    delivery: Delivery
    at: datetime
    account: Account
    payload: Payload
    so_far: bytes | None
    tries: int
    fence: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of preparing: the last state kept, or an error."""

    preparation: Preparation
    at: datetime
    prepared: Prepared | None = None
    error: PlatformError | None = None


def any_waiting(reading: Reading, means: Means) -> bool:
    """Whether something is to be prepared by now."""
    now = means.now()
    return bool(reading.unprepared(now + means.clock.real(means.prepare_ahead), now, 1, means.stops(reading)))


def waiting(tx: Transaction, means: Means, limit: int) -> list[Preparation]:
    """Claim what is to be prepared by now. The embargo that was signed is a wall: nothing is uploaded before it ends, though nobody
    would see it, unless the settings allow that. Nor is anything uploaded that was not approved; what does not match is
    refused for good."""
    now = means.now()
    ready = []
    found = tx.unprepared(now + means.clock.real(means.prepare_ahead), now, limit, means.stops(tx))
    approved = standings(tx, means, found, now) if found else {}
    for delivery in found:
        standing = approved[delivery.release]
        try:
            walled = None if means.prepare_embargoed else under_embargo(promise(means, delivery, tx.blob), now)
            if walled is not None:
                tx.prepare_later(delivery.key, walled)
                continue
            if isinstance(standing, Standing) and not standing.complete:
                tx.approve(delivery.release, approved=False)
                continue
            account, body = _approved(tx, means, delivery, standing)
        except LedgerBroken as wrong:
            change = {"state": State.FAILED, "error": wrong.sentence}
            tx.record(Event.REFUSED, by=ENGINE, at=now, delivery=delivery, facts={"why": wrong.sentence}, change=change)
            continue
        full = closed(upload_paces(account), tx.slots([pace.key for pace in upload_paces(account)]), now)
        if full is not None:
            later: dict[str, object] = {"due_at": max(full.next_at, delivery.due_at), "prepare_until": full.next_at}
            facts = {"pace": full.key, "due_at": stamp(full.next_at)}
            tx.record(Event.PACED, by=ENGINE, at=now, delivery=delivery, facts=facts, change=later)
            continue
        fence = secrets.token_hex(16)
        tx.claim_preparation(delivery.key, fence, now + means.clock.real(CLAIM))
        sealed, tries = tx.preparation(delivery.key)
        payload = Payload(platform=delivery.platform, kind=delivery.kind, body=body)
        ready.append(
            Preparation(delivery=delivery, at=now, account=account, payload=payload, so_far=sealed, tries=tries, fence=fence)
        )
    return ready


def _approved(tx: Transaction, means: Means, delivery: Delivery, standing: Standing | str) -> tuple[Account, bytes]:
    if isinstance(standing, str):
        raise LedgerBroken(standing)
    return matched(means, delivery, blob=tx.blob)


def prepare(means: Means, one: Preparation, report: Report) -> Outcome:
    """Do it. What is reached is kept on the way, so that the next try goes on from there."""

    def keep(prepared: Prepared) -> None:
        _keep(means, one, prepared)

    prepared: Prepared | None = None
    error: PlatformError | None = None
    try:
        credential = means.vault.get(one.account.name)
        prepared = means.platforms[one.account.platform].prepare(
            one.account, credential, one.payload, _so_far(means, one),
            keep=keep, report=lambda done, total: report(one.delivery.key, done, total),
        )  # fmt: skip
        keep(prepared)
    except PlatformError as known:
        error = known
    except LedgerBroken as changed:  # a file that is not what was approved never will be
        error = Rejected(str(changed), code="media")
    except MinistryError as wrong:
        error = Unreachable(str(wrong), code="media")
    except Exception as bug:  # noqa: BLE001 - nobody has seen anything yet: say it, and try again later
        error = Unreachable(f"Something failed that was not foreseen ({type(bug).__name__}).", code=type(bug).__name__)
    return Outcome(preparation=one, at=means.now_or(one.at), prepared=prepared, error=error)


def settle(tx: Transaction, means: Means, outcomes: Sequence[Outcome]) -> list[Delivery]:
    """Write down what came of preparing, where the claim is still ours."""
    settled = []
    for outcome in outcomes:
        one = outcome.preparation
        delivery = tx.delivery(one.delivery.key)
        if delivery is None or not tx.release_preparation(delivery.key, one.fence) or delivery.state is not State.PLANNED:
            continue
        changed = _write_down(tx, means, delivery, outcome)
        if changed is not None:
            settled.append(changed)
    return settled


def _write_down(tx: Transaction, means: Means, delivery: Delivery, outcome: Outcome) -> Delivery | None:
    at, error = outcome.at, outcome.error
    if error is None:
        change: dict[str, object] = {"prepared": True, "error": ""}
        return tx.record(Event.PREPARED, by=ENGINE, at=at, delivery=delivery, facts={"payload": delivery.payload}, change=change)
    found = preparation_verdict(error, outcome.preparation.tries, at)
    change = {"state": found.state, "error": str(error)}
    if found.due_at is not None:
        again = whole_milliseconds(found.due_at)
        # Not before then, even where it is due much later.
        change |= {"due_at": max(again, delivery.due_at), "prepare_until": again}
    facts = {"code": error.code, "why": error.sentence}
    follow_up(tx, means, delivery, error, found, at, paces=upload_paces(outcome.preparation.account))
    return tx.record(found.event, by=ENGINE, at=at, delivery=delivery, facts=facts, change=change)


def _keep(means: Means, one: Preparation, prepared: Prepared) -> None:
    sealed = seal(means, one.delivery, prepared)
    until = means.now() + means.clock.real(CLAIM)
    with means.store.begin() as tx:
        mine = tx.keep_preparation(one.delivery.key, one.fence, sealed, until)
    if not mine:
        raise Unreachable("Another worker prepares this by now.", code="claim")


def _so_far(means: Means, one: Preparation) -> Prepared | None:
    data = unseal(means, one.delivery, one.so_far)
    return None if data is None else Prepared(complete=False, data=data)
