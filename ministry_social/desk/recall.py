"""Recalling: keep a copy, take it down, and read back that it is gone."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from ..errors import LedgerBroken, MinistryError, PlatformError, Rejected, Throttled, Unauthorized, Unreachable
from ..model.account import Account
from ..model.delivery import Delivery, PostRef, RemotePost, State
from ..model.ledger import Event
from ..model.recall import Recall, Step
from ..model.variant import Kind
from ..ports import Reading, Transaction
from ..rules.canonical import canonical
from ..rules.lifecycle import IN_FLIGHT
from ..rules.retry import back_off
from ..rules.timing import stamp, whole_milliseconds
from .means import ENGINE, Means
from .signed import promise

_CLAIM = timedelta(minutes=1)  # real time: nobody else tries meanwhile
_REFUSALS = 3  # a platform that refuses so often will go on refusing: a person must look
_NOTHING_THERE = (State.FAILED, State.MISSED, State.CANCELLED)


@dataclass(frozen=True, kw_only=True)
class Order:
    """A recall that is ours to go on with. `media` are (SHA-256, alt text) as they were signed."""

    recall: Recall
    delivery: Delivery
    account: Account | None
    post: PostRef
    media: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Done:
    """What came of one step: `seen` is what stands there (None: nothing any more), or an error."""

    order: Order
    at: datetime
    seen: RemotePost | None = None
    error: PlatformError | None = None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a recall will do: take down, call off at once, wait until a doubt is settled; what there is nothing to do about."""

    down: tuple[Delivery, ...]
    off: tuple[Delivery, ...]
    doubtful: tuple[Delivery, ...]
    nothing: tuple[Delivery, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """All that something will be done about."""
        return tuple(one.key for one in (*self.down, *self.off, *self.doubtful))


def covered(reading: Reading, deliveries: Collection[Delivery]) -> Asked:
    """What recalling these means; the reposts of a post go with it."""
    found = {one.key: one for one in deliveries}
    for one in deliveries:
        found |= {other.key: other for other in reading.dependents(one.key) if other.kind is Kind.REPOST}
    everything = sorted(found.values(), key=lambda one: one.key)
    return Asked(
        down=tuple(one for one in everything if one.state is State.PUBLISHED),
        off=tuple(one for one in everything if one.state is State.PLANNED),
        doubtful=tuple(one for one in everything if one.state in IN_FLIGHT),
        nothing=tuple(one for one in everything if one.state in _NOTHING_THERE or one.state is State.RECALLED),
    )


def order(means: Means, deliveries: Collection[Delivery], *, reason: str, person: str) -> Asked:
    """A person wants them taken down, or called off where they are not out yet."""
    now = means.now()
    with means.store.begin() as tx:
        asked = covered(tx, tx.deliveries(keys=[one.key for one in deliveries]))
        for one in asked.off:
            call_off(tx, one, reason, by=person, at=now)
        for one in (*asked.down, *asked.doubtful):
            before = next(iter(tx.recalls(keys=[one.key])), None)
            # A copy that was kept stays: it shows what stood there when somebody first asked.
            copy = before.copy if before is not None else ""
            step = Step.COPIED if copy else Step.ASKED
            tx.keep_recall(Recall(delivery=one.key, reason=reason, by=person, at=now, step=step, next_at=now, copy=copy))
            tx.record(Event.RECALL_ASKED, by=person, at=now, delivery=one, facts={"reason": reason})
    return asked


def any_due(reading: Reading, means: Means) -> bool:
    """Whether there is something to take down by now."""
    return bool(reading.recalls_due(means.now(), 1))


def claim(tx: Transaction, means: Means, limit: int) -> list[Order]:
    """Take on what is to be taken down by now. What turned out not to be out is called off instead."""
    now = means.now()
    orders = []
    for recall, delivery in tx.recalls_due(now, limit):
        if delivery.state is not State.PUBLISHED:
            if delivery.state is State.PLANNED:
                call_off(tx, delivery, recall.reason, by=recall.by, at=now)
            tx.keep_recall(replace(recall, step=Step.DONE, error=""))
            continue
        tx.keep_recall(replace(recall, next_at=now + means.clock.real(_CLAIM)))
        orders.append(
            Order(
                recall=recall,
                delivery=delivery,
                account=means.accounts.get(delivery.account),
                post=post_of(tx, delivery),
                media=_media(tx, means, delivery),
            )
        )
    return orders


def take_down(means: Means, one: Order) -> Done:
    """The next step: look, so that a copy can be kept; or, once that is on record, delete and look again. Raises nothing.

    Where there is nothing to copy it is deleted at once.
    """
    at = one.recall.at
    try:
        at = means.now()
        if one.account is None:
            said = f"{one.delivery.account} is retired, or gone from the config, and there is no credential for it."
            raise Unauthorized(said, code="no-account", remedy="Take the post down on the platform itself.")
        platform, credential = means.platforms[one.account.platform], means.vault.get(one.account.name)
        seen = platform.fetch(one.account, credential, one.post) if one.recall.step is Step.ASKED else None
        if seen is None:  # or it is not shown yet, because it is so new
            platform.delete(one.account, credential, one.post)
            seen = platform.fetch(one.account, credential, one.post)
        return Done(order=one, at=at, seen=seen)
    except PlatformError as known:
        return Done(order=one, at=at, error=known)
    except MinistryError as wrong:
        return Done(order=one, at=at, error=Unreachable(str(wrong), code=type(wrong).__name__))
    except Exception as bug:  # noqa: BLE001 - deleting may be repeated: say it, and try again later
        kind = type(bug).__name__
        return Done(order=one, at=at, error=Unreachable(f"Something failed that was not foreseen ({kind}).", code=kind))


def settle(tx: Transaction, means: Means, done: Sequence[Done]) -> list[Delivery]:
    """Write down what came of it."""
    changed = []
    for one in done:
        delivery = tx.delivery(one.order.delivery.key)
        recall = next(iter(tx.recalls(keys=[one.order.delivery.key])), None)
        if delivery is None or recall is None or delivery.state is not State.PUBLISHED or recall.step is not one.order.recall.step:
            continue
        if one.error is not None:
            _again(tx, delivery, recall, one.error, one.at)
        elif one.seen is None:
            changed.append(_gone(tx, delivery, recall, one.at))
        elif recall.step is Step.ASKED:
            _copied(tx, delivery, recall, one)
        else:
            _again(tx, delivery, recall, Unreachable("It was deleted, and still stands there.", code="still-there"), one.at)
    return [one for one in changed if one is not None]


def post_of(reading: Reading, delivery: Delivery) -> PostRef:
    """What stands on the platform because of a delivery: as its receipt, or whoever found it, said."""
    for entry in reversed(reading.history(delivery=delivery.key)):
        body = json.loads(entry.body)
        if body["event"] in (Event.ACCEPTED, Event.FOUND, Event.DECIDED) and body["facts"].get("kind"):
            facts = body["facts"]
            original = facts.get("original") or _original(reading, delivery)
            return PostRef(kind=facts["kind"], id=facts["id"], original=original)
    return PostRef(kind="video" if delivery.kind is Kind.VIDEO else "post", id=delivery.remote_id)


def receipts(reading: Reading, keys: Collection[str]) -> list[dict[str, Any]]:
    """A row for each delivery that was to be taken down: what became of it, and the proof."""
    recalls = {one.delivery: one for one in reading.recalls(keys=keys)}
    rows = []
    for delivery in reading.deliveries(keys=keys):
        recall = recalls.get(delivery.key)
        rows.append(
            {
                "id": delivery.key, "account": delivery.account, "platform": delivery.platform, "state": delivery.state.value,
                "url": delivery.url, "reason": recall.reason if recall else "", "by": recall.by if recall else "",
                "step": recall.step.value if recall else Step.DONE.value, "tries": recall.tries if recall else 0,
                "copy": recall.copy if recall else "", "error": recall.error if recall else delivery.error,
                "gone_at": _gone_at(reading, delivery),
            }
        )  # fmt: skip
    return rows


def _media(reading: Reading, means: Means, delivery: Delivery) -> tuple[tuple[str, str], ...]:
    """(SHA-256, alt text) of what was signed with it; nothing where the release is not whole: it must come down all the same."""
    try:
        return tuple((one["digest"], one["alt"]) for one in promise(means, delivery, reading.blob)["media"])
    except LedgerBroken:
        return ()


def call_off(tx: Transaction, delivery: Delivery, reason: str, *, by: str, at: datetime) -> None:
    """What is not out yet will not go out: a person has said so."""
    change = {"state": State.CANCELLED, "error": f"Called off: {reason}"}
    tx.record(Event.CANCELLED, by=by, at=at, delivery=delivery, facts={"reason": reason}, change=change)


def _copied(tx: Transaction, delivery: Delivery, recall: Recall, done: Done) -> None:
    """Keep a copy of what stands there. It is on record before anything is deleted."""
    seen = done.seen
    assert seen is not None
    body = canonical(
        {
            "answer": tx.keep(seen.answer), "text": seen.text, "url": seen.url, "at": stamp(seen.at), "public": seen.public,
            "alts": list(seen.alts), "media": [{"digest": digest, "alt": alt} for digest, alt in done.order.media],
        }
    )  # fmt: skip
    copy = tx.keep(body)
    media = [digest for digest, _ in done.order.media]
    tx.record(Event.COPIED, by=ENGINE, at=done.at, delivery=delivery, facts={"copy": copy, "media": media, "url": seen.url})
    tx.keep_recall(replace(recall, step=Step.COPIED, copy=copy, next_at=done.at, error=""))


def _gone(tx: Transaction, delivery: Delivery, recall: Recall, at: datetime) -> Delivery | None:
    """Read back: nothing stands there any more."""
    tx.keep_recall(replace(recall, step=Step.DONE, error=""))
    facts = {
        "copy": recall.copy, "verified_at": stamp(at), "id": delivery.remote_id, "url": delivery.url,
        "reason": recall.reason, "by": recall.by, "tries": recall.tries + 1, "gone_before": recall.step is Step.ASKED,
    }  # fmt: skip
    return tx.record(
        Event.RECALLED, by=ENGINE, at=at, delivery=delivery, facts=facts, change={"state": State.RECALLED, "error": ""}
    )


def _again(tx: Transaction, delivery: Delivery, recall: Recall, error: PlatformError, at: datetime) -> None:
    """Not done: again later, or a person must do it."""
    tries = recall.tries + (0 if isinstance(error, Throttled) else 1)
    only_a_person = isinstance(error, Unauthorized) and not error.probe
    give_up = only_a_person or (isinstance(error, (Rejected, Unauthorized)) and tries >= _REFUSALS)
    later = (isinstance(error, Throttled) and error.retry_at) or at + back_off(tries)
    step = Step.GIVEN_UP if give_up else recall.step
    facts = {"code": error.code, "why": error.sentence, "given_up": give_up}
    tx.record(Event.NOT_RECALLED, by=ENGINE, at=at, delivery=delivery, facts=facts)
    tx.keep_recall(replace(recall, step=step, tries=tries, next_at=whole_milliseconds(later), error=str(error)))


def _original(reading: Reading, delivery: Delivery) -> str:
    if delivery.kind is not Kind.REPOST or not delivery.waits_for:
        return ""
    original = reading.delivery(delivery.waits_for[0])
    return original.remote_id if original is not None else ""


def _gone_at(reading: Reading, delivery: Delivery) -> str:
    for entry in reversed(reading.history(delivery=delivery.key)):
        body = json.loads(entry.body)
        if body["event"] in (Event.RECALLED, Event.CANCELLED):
            return str(body["at"])
    return ""
