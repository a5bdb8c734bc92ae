"""The questions that the store answers, each one statement."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..model.delivery import State
from ..rules.lifecycle import IN_FLIGHT, IN_VAIN
from .tables import delivery, dependency

_IN_FLIGHT = [state.value for state in IN_FLIGHT]
_IN_VAIN = [state.value for state in IN_VAIN]


def due(now: datetime, limit: int) -> sa.Select[Any]:
    """Ready to send, the first of each account: see `Reading.due`."""
    turn = sa.func.row_number().over(partition_by=delivery.c.account, order_by=(delivery.c.due_at, delivery.c.key))
    ready = (
        sa.select(delivery.c.key, turn.label("turn"))
        .where(delivery.c.state == State.PLANNED.value, delivery.c.prepared, delivery.c.due_at <= now)
        .where(~_busy(), ~_waits())
        .subquery()
    )
    return (
        sa.select(delivery)
        .join(ready, ready.c.key == delivery.c.key)
        .where(ready.c.turn == 1)
        .order_by(delivery.c.due_at, delivery.c.key)
        .limit(limit)
    )


def unprepared(until: datetime, now: datetime, limit: int) -> sa.Select[Any]:
    """To be prepared: see `Reading.unprepared`."""
    free = sa.or_(delivery.c.prepare_until.is_(None), delivery.c.prepare_until <= now)
    return (
        sa.select(delivery)
        .where(delivery.c.state == State.PLANNED.value, ~delivery.c.prepared, delivery.c.due_at <= until, free)
        .order_by(delivery.c.due_at, delivery.c.key)
        .limit(limit)
    )


def next_due(message: str | None) -> sa.Select[Any]:
    """The earliest planned delivery that waits for nothing but its time."""
    query = sa.select(sa.func.min(delivery.c.due_at)).where(delivery.c.state == State.PLANNED.value, ~_busy(), ~_waits())
    return query if message is None else query.where(delivery.c.message == message)


def in_vain() -> sa.Select[Any]:
    """Pairs of keys: see `Reading.in_vain`."""
    needed = delivery.alias("needed")
    return (
        sa.select(delivery.c.key, needed.c.key)
        .join(dependency, dependency.c.delivery == delivery.c.key)
        .join(needed, needed.c.key == dependency.c.needs)
        .where(delivery.c.state == State.PLANNED.value, needed.c.state.in_(_IN_VAIN))
        .order_by(delivery.c.key)
    )


def _busy() -> sa.Exists:
    """Its account has another one in flight."""
    other = delivery.alias("other")
    return sa.exists().where(other.c.account == delivery.c.account, other.c.state.in_(_IN_FLIGHT))


def _waits() -> sa.Exists:
    """Something that it needs is not published yet."""
    needed = delivery.alias("needed")
    return (
        sa.exists()
        .where(dependency.c.delivery == delivery.c.key)
        .where(needed.c.key == dependency.c.needs, needed.c.state != State.PUBLISHED.value)
    )
