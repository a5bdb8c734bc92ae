"""Reconciling: settle what is in doubt by reading the account's own posts; nothing is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..errors import MinistryError, OutcomeUnknown, PlatformError, Unreachable
from ..model.account import Account
from ..model.delivery import Delivery, PostRef, Prepared, RemotePost, State
from ..model.ledger import Event
from ..model.variant import Kind, Payload
from ..ports import Reading, Transaction
from ..rules import matching
from ..rules.references import resolve
from ..rules.settling import certain, next_look, overdue
from .means import ENGINE, Means
from .sealed import unseal

# Platforms tell whole seconds, and their clocks are not ours.
_MARGIN = timedelta(seconds=3)


@dataclass(frozen=True, kw_only=True)
class Look:
    """A delivery in doubt that is ours to look for. `payload` is resolved; `taken` are the posts that others have."""

    delivery: Delivery
    account: Account
    payload: Payload
    sealed: bytes | None


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What was seen by a look that began at `at`: the post, nothing, or an error (it could not be read)."""

    look: Look
    at: datetime
    posts: tuple[RemotePost, ...] = ()
    error: PlatformError | None = None


def any_doubtful(reading: Reading, means: Means) -> bool:
    """Whether something is to be looked for by now."""
    return bool(reading.doubtful(means.now(), 1))


def claim(tx: Transaction, means: Means, limit: int) -> list[Look]:
    """Take on what is to be looked for by now. Nobody else looks for as long as a lease; twice would do no harm."""
    now = means.now()
    looks = []
    for delivery in tx.doubtful(now, limit):
        tx.look_later(delivery.key, now + means.clock.real(means.lease))
        account, payload = means.accounts.get(delivery.account), _payload(tx, delivery)
        if account is None or payload is None:
            why = "its account is gone from the config" if account is None else "what was sent is not on record any more"
            _stuck(tx, delivery, why, at=now)
            continue
        sealed = tx.preparations([delivery.key]).get(delivery.key)
        looks.append(Look(delivery=delivery, account=account, payload=payload, sealed=sealed))
    return looks


def look(means: Means, one: Look) -> Sight:
    """Read the platform. What cannot be read becomes an error in the sight; nothing escapes."""
    at = one.delivery.look_at or one.delivery.started_at
    assert at is not None
    try:
        at = means.now()  # before the reading begins: what lands while we read was not absent
        return Sight(look=one, at=at, posts=_read(means, one))
    except PlatformError as known:
        return Sight(look=one, at=at, error=known)
    except MinistryError as wrong:
        return Sight(look=one, at=at, error=Unreachable(str(wrong), code=type(wrong).__name__))
    except Exception as bug:  # noqa: BLE001 - whatever it is: nothing was learnt
        kind = type(bug).__name__
        return Sight(look=one, at=at, error=OutcomeUnknown(f"Something failed that was not foreseen ({kind}).", code=kind))


def settle(tx: Transaction, means: Means, sights: Sequence[Sight]) -> list[Delivery]:
    """Write down what was seen, where the very attempt that was looked for is still in doubt."""
    changed: list[Delivery | None] = []
    for sight in sights:
        before = sight.look.delivery
        delivery = tx.delivery(before.key)
        if delivery is None or delivery.state is not State.UNKNOWN or delivery.fence != before.fence:
            continue
        post = _ours(tx, means, sight, delivery)
        if post is not None:
            changed.append(_found(tx, means, sight, delivery, post))
        elif sight.error is None and certain(delivery, sight.at):
            changed.append(_absent(tx, sight, delivery))
        else:
            changed.append(_later(tx, means, sight, delivery))
    return [delivery for delivery in changed if delivery is not None]


def _read(means: Means, one: Look) -> tuple[RemotePost, ...]:
    """The account's posts since the first attempt; of a video the video itself, which has its id since it was prepared."""
    platform, credential = means.platforms[one.account.platform], means.vault.get(one.account.name)
    marks = _marks(means, one)
    if one.payload.kind is Kind.VIDEO and marks:
        seen = platform.fetch(one.account, credential, PostRef(kind="video", id=marks[0]))
        return () if seen is None else (seen,)
    return tuple(platform.recent(one.account, credential, since=_since(means, one.delivery)))


def _ours(tx: Transaction, means: Means, sight: Sight, delivery: Delivery) -> RemotePost | None:
    """The post among those seen, if it is there and nobody else's."""
    if not sight.posts:
        return None
    owners = tx.claimed(delivery.account, [post.post.id for post in sight.posts])
    others = {key for keys in owners.values() for key in keys if key != delivery.key}
    kinds = {one.key: "repost" if one.kind is Kind.REPOST else "" for one in tx.deliveries(keys=others)} if others else {}
    taken = {
        (post.post.kind, post.post.id)
        for post in sight.posts
        for key in owners.get(post.post.id, ())
        if key in kinds and (kinds[key] == "repost") == (post.post.kind == "repost")
    }
    wanted = matching.expected(sight.look.payload, _marks(means, sight.look), _since(means, delivery))
    return matching.found(wanted, sight.posts, taken)


def _found(tx: Transaction, means: Means, sight: Sight, delivery: Delivery, post: RemotePost) -> Delivery | None:
    change = {
        "state": State.PUBLISHED, "sent_at": post.at, "remote_id": post.post.id, "url": post.url, "error": "",
        "look_at": None, "certain_at": None, "stuck": False,
    }  # fmt: skip
    facts = {
        "fence": delivery.fence, "id": post.post.id, "kind": post.post.kind, "original": post.post.original, "url": post.url,
        "answer": tx.keep(post.answer),
    }  # fmt: skip
    means.keep_distance(tx, sight.look.account, delivery, sight.at)
    return tx.record(Event.FOUND, by=ENGINE, at=sight.at, delivery=delivery, facts=facts, change=change)


def _absent(tx: Transaction, sight: Sight, delivery: Delivery) -> Delivery | None:
    """It is certainly not there: it waits for its turn again. How far back to look is kept, for a refusal as a duplicate."""
    change = {
        "state": State.PLANNED, "due_at": max(delivery.due_at, sight.at), "look_at": None, "certain_at": None, "stuck": False,
        "error": "It was looked for and is certainly not there.",
    }  # fmt: skip
    return tx.record(Event.ABSENT, by=ENGINE, at=sight.at, delivery=delivery, facts={"fence": delivery.fence}, change=change)


def _later(tx: Transaction, means: Means, sight: Sight, delivery: Delivery) -> Delivery | None:
    """Nothing is certain yet; where that lasts too long, a person is asked, and looking goes on."""
    tx.look_later(delivery.key, next_look(delivery, sight.at, means.patience))
    if delivery.stuck or not overdue(delivery, sight.at, means.patience):
        return None
    why = str(sight.error) if sight.error is not None else "the platform said that it stands there, but it was not found"
    return _stuck(tx, delivery, why, at=sight.at)


def _stuck(tx: Transaction, delivery: Delivery, why: str, *, at: datetime) -> Delivery | None:
    if delivery.stuck:
        return None
    error = f"In doubt for too long: {why.rstrip('.')}. Look at the account, then: ministry-social delivery settle {delivery.key}"
    change = {"stuck": True, "error": error}
    return tx.record(Event.STUCK, by=ENGINE, at=at, delivery=delivery, facts={"why": why}, change=change)


def _since(means: Means, delivery: Delivery) -> datetime:
    began = delivery.doubt_since or delivery.started_at or delivery.due_at
    return began - means.clock.real(_MARGIN)


def _marks(means: Means, one: Look) -> tuple[str, ...]:
    if one.sealed is None:
        return ()
    return Prepared(complete=True, data=unseal(means, one.delivery, one.sealed) or {}).marks


def _payload(tx: Transaction, delivery: Delivery) -> Payload | None:
    """What was sent, references resolved."""
    body = tx.blob(delivery.payload)
    if body is None:
        return None
    needed: Mapping[str, Delivery] = {one.key: one for one in tx.deliveries(keys=delivery.waits_for)} if delivery.waits_for else {}
    receipts = {key: {"id": one.remote_id, "url": one.url} for key, one in needed.items()}
    return resolve(Payload(platform=delivery.platform, kind=delivery.kind, body=body), receipts)
