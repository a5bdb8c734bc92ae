"""The plan of one account as the watch needs it: what should stand there, and what may just be coming."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..errors import LedgerBroken
from ..model.account import Account
from ..model.delivery import Delivery, PostRef, State
from ..model.recall import Step
from ..model.variant import Kind, Payload
from ..ports import Reading
from ..rules.lifecycle import IN_FLIGHT
from ..rules.references import resolve
from ..rules.watching import Ours
from .recall import post_of

_MARGIN = timedelta(days=1)  # a platform's clock is not ours: what it says is young may be a little older to us
_SECONDS = timedelta(seconds=3)  # platforms tell whole seconds


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What there should be.

    others     ids of posts that deliveries have which are older than we look back
    coming     what is being sent or in doubt, and not before when its post can have been made
    states     of `ours`, as they were when they were read
    """

    ours: Sequence[Ours]
    others: frozenset[str]
    coming: Sequence[tuple[Payload, datetime]]
    states: Mapping[str, State]

    def named(self, reading: Reading, one: Ours) -> Ours:
        """The same under the name that the platform has for it, which only its receipt tells for certain."""
        delivery = reading.delivery(one.key)
        return one if delivery is None else replace(one, post=post_of(reading, delivery))


def read_plan(reading: Reading, account: Account, since: datetime) -> Plan:
    """All that was published on an account since then, and recalled; and what is in flight."""
    there = reading.deliveries(account=account.name, states=(State.PUBLISHED, State.RECALLED), since=since - _MARGIN)
    flying = reading.deliveries(account=account.name, states=tuple(IN_FLIGHT))
    needed = {key for one in (*there, *flying) for key in one.waits_for}
    receipts = {one.key: one for one in reading.deliveries(keys=needed)} if needed else {}
    bodies = reading.blobs({one.payload for one in (*there, *flying)})
    leaving = {one.delivery for one in reading.recalls(keys=[one.key for one in there]) if one.step is not Step.DONE}
    payloads = {one.key: _payload(one, bodies.get(one.payload), receipts) for one in (*there, *flying)}
    ours = [_ours(one, payloads[one.key], receipts, leaving) for one in there if one.remote_id]
    young = [one for one in ours if one.at >= since]
    coming = [(one, (one.doubt_since or one.started_at or one.due_at) - _SECONDS) for one in flying]
    coming += [(one, (one.started_at or one.due_at) - _SECONDS) for one in there if not one.remote_id]  # a person has said so
    return Plan(
        ours=young,
        others=frozenset(one.post.id for one in ours if one.at < since),
        coming=[(payload, at) for one, at in coming if (payload := payloads[one.key]) is not None],
        states={one.key: one.state for one in there},
    )


def _ours(one: Delivery, payload: Payload | None, receipts: Mapping[str, Delivery], leaving: set[str]) -> Ours:
    kind = "repost" if one.kind is Kind.REPOST else "video" if one.kind is Kind.VIDEO else "post"
    original = receipts[one.waits_for[0]].remote_id if kind == "repost" and one.waits_for and one.waits_for[0] in receipts else ""
    return Ours(
        key=one.key, post=PostRef(kind=kind, id=one.remote_id, original=original), url=one.url, at=one.sent_at or one.due_at,
        standing=one.state is State.PUBLISHED, leaving=one.key in leaving, payload=payload,
    )  # fmt: skip


def _payload(one: Delivery, body: bytes | None, receipts: Mapping[str, Delivery]) -> Payload | None:
    """What was sent, references resolved; None where that cannot be told any more."""
    if body is None:
        return None
    known = {key: {"id": receipts[key].remote_id, "url": receipts[key].url} for key in one.waits_for if key in receipts}
    try:
        return resolve(Payload(platform=one.platform, kind=one.kind, body=body), known)
    except LedgerBroken:
        return None
