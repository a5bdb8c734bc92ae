"""Waiting: what a planned delivery waits for, and whether there is anything left to wait for."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from ..model.delivery import Delivery, State


def waits_for(delivery: Delivery, others: Mapping[str, Delivery], in_flight: Collection[str], now: datetime) -> str:
    """What a planned delivery waits for: `delivery KEY`, `account`, `preparation`, `time` or `turn`; empty for all others.

    `in_flight` are the accounts that have a delivery being sent or checked.
    """
    if delivery.state is not State.PLANNED:
        return ""
    for key in delivery.waits_for:
        if key not in others or others[key].state is not State.PUBLISHED:
            return f"delivery {key}"
    if delivery.account in in_flight:
        return "account"
    if delivery.due_at > now:
        return "time"
    return "turn" if delivery.prepared else "preparation"


def nothing_moves(
    deliveries: Sequence[Delivery], now: datetime, patience: timedelta, blocked: Collection[str] = frozenset()
) -> bool:
    """Whether all is settled, or waits for a person, or for a time that is further away than `patience`.

    `blocked` are accounts on which a delivery of another message is in doubt.
    """
    if any(delivery.state is State.SENDING for delivery in deliveries):
        return False
    by_key = {delivery.key: delivery for delivery in deliveries}
    held = {delivery.account for delivery in deliveries if delivery.state is State.UNKNOWN} | set(blocked)
    return not any(_may_go(d, by_key, held) and _due(d, by_key) <= now + patience for d in deliveries if d.state is State.PLANNED)


def _may_go(delivery: Delivery, by_key: Mapping[str, Delivery], held: Collection[str]) -> bool:
    """Whether it can still go by itself: nothing that it waits for is in doubt."""
    if delivery.account in held:
        return False
    needed = [by_key[key] for key in delivery.waits_for if key in by_key]
    return all(n.state is not State.UNKNOWN and (n.state is not State.PLANNED or _may_go(n, by_key, held)) for n in needed)


def _due(delivery: Delivery, by_key: Mapping[str, Delivery]) -> datetime:
    """When it can go at the earliest: not before what it waits for."""
    needed = (by_key[key] for key in delivery.waits_for if key in by_key and by_key[key].state is State.PLANNED)
    return max([delivery.due_at, *(_due(one, by_key) for one in needed)])
