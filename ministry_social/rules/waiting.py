"""Waiting: what a planned delivery waits for, and whether there is anything left to wait for."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from ..model.delivery import Delivery, State
from ..model.stop import Hold, Pause, Stops
from .stopping import allows

_NOTHING = Stops()


def waits_for(
    delivery: Delivery,
    others: Mapping[str, Delivery],
    in_flight: Collection[str],
    now: datetime,
    stop: Hold | Pause | None = None,
    unapproved: Collection[str] = (),
) -> str:
    """What a planned delivery waits for; empty for all others.

    `hold NUMBER`, `pause SCOPE VALUE`, `approval`, `delivery KEY`, `account`, `preparation`, `time` or `turn`. `in_flight` are the
    accounts that have a delivery being sent or checked; `stop` is the hold or pause that covers it (see
    `rules.stopping.stopped_by`); `unapproved` are the releases that wait for approval.
    """
    if delivery.state is not State.PLANNED:
        return ""
    if isinstance(stop, Hold):
        return f"hold {stop.id}"
    if stop is not None:
        return f"pause {stop.scope} {stop.value}"
    if delivery.release in unapproved:
        return "approval"
    for key in delivery.waits_for:
        if key not in others or others[key].state is not State.PUBLISHED:
            return f"delivery {key}"
    if delivery.account in in_flight:
        return "account"
    if delivery.due_at > now:
        return "time"
    return "turn" if delivery.prepared else "preparation"


def nothing_moves(
    deliveries: Sequence[Delivery],
    now: datetime,
    patience: timedelta,
    blocked: Collection[str] = frozenset(),
    stops: Stops = _NOTHING,
) -> bool:
    """Whether all is settled, or waits for a person, or for a time that is further away than `patience`.

    What is in doubt settles by itself, unless a person must decide. `blocked` are accounts on which a delivery of another
    message waits for that; `stops` is what waits for a person because of a hold or a pause.
    """
    if any(delivery.state is State.SENDING or settles(delivery, now + patience) for delivery in deliveries):
        return False
    by_key = {delivery.key: delivery for delivery in deliveries if delivery.state is not State.PLANNED or allows(stops, delivery)}
    held = {delivery.account for delivery in deliveries if delivery.state is State.UNKNOWN} | set(blocked)
    planned = [delivery for delivery in by_key.values() if delivery.state is State.PLANNED]
    return not any(_may_go(d, by_key, held) and _due(d, by_key) <= now + patience for d in planned)


def settles(delivery: Delivery, until: datetime) -> bool:
    """Whether a delivery in doubt will be looked for until then, and nobody has to decide."""
    return delivery.state is State.UNKNOWN and not delivery.stuck and delivery.look_at is not None and delivery.look_at <= until


def _may_go(delivery: Delivery, by_key: Mapping[str, Delivery], held: Collection[str]) -> bool:
    """Whether it can still go by itself: nothing that it waits for is in doubt."""
    if delivery.account in held:
        return False
    if any(key not in by_key for key in delivery.waits_for):
        return False  # what it waits for is stopped
    needed = [by_key[key] for key in delivery.waits_for]
    return all(n.state is not State.UNKNOWN and (n.state is not State.PLANNED or _may_go(n, by_key, held)) for n in needed)


def _due(delivery: Delivery, by_key: Mapping[str, Delivery]) -> datetime:
    """When it can go at the earliest: not before what it waits for."""
    needed = (by_key[key] for key in delivery.waits_for if key in by_key and by_key[key].state is State.PLANNED)
    return max([delivery.due_at, *(_due(one, by_key) for one in needed)])
