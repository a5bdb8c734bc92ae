"""Deciding: what only a person can say of a delivery that failed or is in doubt."""

from datetime import datetime

from ..errors import MinistryError, NotAllowed
from ..model.delivery import Delivery, PostRef, RemotePost, State
from ..model.ledger import Event
from ..rules.timing import stamp, unstamp
from .means import Means
from .signed import promise


def ask_again(means: Means, key: str, *, person: str) -> Delivery:
    """A person wants another try of a delivery that was refused: now, but never before the time that was approved."""
    now = means.now()
    with means.store.begin() as tx:
        delivery = tx.delivery(key)
        if delivery is None:
            raise MinistryError(f"There is no delivery {key}.", remedy="See: ministry-social delivery list")
        if delivery.state is not State.FAILED:
            raise MinistryError(f"{key} has not failed: it is {delivery.state}.", remedy="Only a failed delivery can be retried.")
        signed = promise(means, delivery, tx.blob)
        first = unstamp(signed["due_at"])
        due = max(now, first)
        stale = signed["stale_at"] and due + (unstamp(signed["stale_at"]) - first)
        # Its media may be what was wrong, or be gone by now: let the platform look at them again.
        prepared = delivery.prepared and not signed["media"]
        change = {"state": State.PLANNED, "due_at": due, "stale_at": stale, "error": "", "prepared": prepared}
        again = tx.record(Event.ASKED_AGAIN, by=person, at=now, delivery=delivery, change=change)
    assert again is not None
    return again


def settle(means: Means, key: str, *, post: PostRef | None, url: str, reason: str, person: str) -> Delivery:
    """A person decides what became of a delivery in doubt: `post` is what stands there, None says that nothing does.

    That nothing is there is refused while the attempt may still land.
    """
    now = means.now()
    with means.store.begin() as tx:
        delivery = tx.delivery(key)
        if delivery is None or delivery.state is not State.UNKNOWN:
            state = "not there" if delivery is None else delivery.state.value
            raise MinistryError(f"{key} is not in doubt: it is {state}.", remedy="See: ministry-social delivery list --in-doubt")
        done = {"look_at": None, "certain_at": None, "stuck": False}
        facts = {"fence": delivery.fence, "published": url, "absent": post is None, "reason": reason}
        if post is None:
            _refuse_too_early(delivery, now)
            error = f"{person} has looked and says that it is not there."
            change = done | {"state": State.PLANNED, "due_at": max(delivery.due_at, now), "error": error}
        else:
            facts |= {"id": post.id, "kind": post.kind, "original": post.original}
            change = done | {"state": State.PUBLISHED, "sent_at": now, "remote_id": post.id, "url": url, "error": ""}
        decided = tx.record(Event.DECIDED, by=person, at=now, delivery=delivery, facts=facts, change=change)
    assert decided is not None
    return decided


def seen(means: Means, delivery: Delivery, post: PostRef) -> RemotePost | None:
    """What stands there under an address that a person names. Raises `PlatformError` where it cannot be read."""
    account = means.accounts[delivery.account]
    return means.platforms[delivery.platform].fetch(account, means.vault.get(account.name), post)


def _refuse_too_early(delivery: Delivery, now: datetime) -> None:
    until = delivery.certain_at
    if until is not None and now < until:
        raise NotAllowed(
            f"{delivery.key} may still appear: its attempt counts as over at {stamp(until)} only.",
            remedy="Until then it is looked for again and again; wait for that.",
        )
