"""Outcomes: what came of an attempt is written down, fenced (design: transaction 2)."""

import json
from collections.abc import Sequence

from ..errors import OutcomeUnknown
from ..model.delivery import Delivery, State
from ..model.ledger import Event
from ..ports import Transaction
from ..rules.lifecycle import IN_FLIGHT
from ..rules.retry import verdict
from ..rules.settling import in_doubt
from ..rules.timing import whole_milliseconds
from .deliver import Result
from .means import ENGINE, Means
from .pausing import follow_up


def settle(tx: Transaction, means: Means, results: Sequence[Result]) -> list[Delivery]:
    """Transaction 2, for a group, fenced: write down what came. A result whose fence is no longer in force changes nothing."""
    settled = []
    found = {one.key: one for one in tx.deliveries(keys=[r.claim.delivery.key for r in results])} if results else {}
    for result in results:
        delivery = found.get(result.claim.delivery.key)
        if delivery is None or delivery.fence != result.claim.delivery.fence or delivery.state not in IN_FLIGHT:
            continue
        if delivery.state is State.UNKNOWN and isinstance(result.error, OutcomeUnknown):
            continue  # its lease ended meanwhile, and we know no more than that
        if result.receipt is not None:
            means.keep_distance(tx, result.claim.account, result.claim.delivery, result.at)
            settled.append(_accepted(tx, delivery, result))
        else:
            settled.append(_not_accepted(tx, means, delivery, result))
    return settled


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
    found = verdict(
        error, delivery.attempts, result.at,
        prepared_again=_prepared_again(tx, delivery), doubted_before=delivery.doubt_since is not None,
    )  # fmt: skip
    change: dict[str, object] = {"state": found.state, "error": str(error)}
    if found.state is State.UNKNOWN:
        # Where the platform itself says that it stands there, not finding it proves nothing.
        after = None if found.event is Event.DUPLICATE else means.patience.settle
        change |= in_doubt(delivery, result.at, after, means.patience)
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
    follow_up(tx, means, delivery, error, found, result.at, paces=means.paces(result.claim.account, delivery))
    return changed


def _prepared_again(tx: Transaction, delivery: Delivery) -> bool:
    """Whether its media were refused and prepared once more already, since a person last asked for it."""
    _, tries = tx.preparation(delivery.key)
    if tries <= 1:  # only what was prepared can have been
        return False
    events = [json.loads(entry.body)["event"] for entry in tx.history(delivery=delivery.key)]
    asked = max((number for number, event in enumerate(events) if event == Event.ASKED_AGAIN), default=0)
    return Event.PREPARATION_LOST in events[asked:]
