"""The questions that the store answers, each one statement; those that an engine asks all the time are made once."""

from dataclasses import fields
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa

from ..model.delivery import Delivery, State
from ..model.recall import Step
from ..model.stop import Stops
from ..rules.lifecycle import IN_FLIGHT, IN_VAIN
from .tables import APPROVAL_EVENTS, delivery, dependency, entry, hold, pause, recall, release

_IN_FLIGHT = [state.value for state in IN_FLIGHT]
_IN_VAIN = [state.value for state in IN_VAIN]
_OPEN = [Step.ASKED.value, Step.COPIED.value]
_SETS = 64  # different sets of holds and pauses whose statements are kept

# A delivery as the desk knows it; its table has more columns, which are nothing to the desk.
FIELDS = tuple(field.name for field in fields(Delivery))
COLUMNS = [delivery.c[name] for name in FIELDS]

_needed, _other = delivery.alias("needed"), delivery.alias("other")
_NOW: sa.BindParameter[datetime] = sa.bindparam("now", type_=delivery.c.due_at.type)
_NAMES: sa.BindParameter[Any] = sa.bindparam("names", expanding=True)
_LIMIT: sa.BindParameter[int] = sa.bindparam("limit", type_=sa.Integer)


@lru_cache(_SETS)
def due(stops: Stops, unqueued: bool) -> sa.Select[Any]:
    """Ready to send at `now`, earliest first, an account as often as it comes, `limit` of them: see `Reading.due`."""
    return _ready(sa.select(*COLUMNS), stops, unqueued=unqueued).order_by(delivery.c.due_at, delivery.c.key).limit(_LIMIT)


@lru_cache(_SETS)
def due_once(stops: Stops, unqueued: bool) -> sa.Select[Any]:
    """The same, the first of each account, which the database has to sort them all for."""
    turn = sa.func.row_number().over(partition_by=delivery.c.account, order_by=(delivery.c.due_at, delivery.c.key))
    ready = _ready(sa.select(delivery.c.key, turn.label("turn")), stops, unqueued=unqueued).subquery()
    return (
        sa.select(*COLUMNS)
        .join(ready, ready.c.key == delivery.c.key)
        .where(ready.c.turn == 1)
        .order_by(delivery.c.due_at, delivery.c.key)
        .limit(_LIMIT)
    )


def _ready(query: sa.Select[Any], stops: Stops, *, unqueued: bool) -> sa.Select[Any]:
    planned = (delivery.c.state == State.PLANNED.value, delivery.c.prepared, ~delivery.c.look_first, delivery.c.due_at <= _NOW)
    query = query.where(*planned, ~_busy(), ~_waits(), *_free(stops))
    return query.where(delivery.c.job.is_(None)) if unqueued else query


def _free(stops: Stops) -> list[sa.ColumnElement[bool]]:
    """What no hold and no pause covers."""
    covered = (
        *((delivery.c.platform, stops.platforms), (delivery.c.account, stops.accounts)),
        *((delivery.c.message, stops.messages), (delivery.c.release, stops.releases)),
    )
    free: list[sa.ColumnElement[bool]] = [column.not_in(sorted(names)) for column, names in covered if names]
    return [sa.false()] if stops.everything else free


@lru_cache(_SETS)
def unprepared(stops: Stops) -> sa.Select[Any]:
    """To be prepared, due by `until`: see `Reading.unprepared`."""
    until = sa.bindparam("until", type_=delivery.c.due_at.type)
    free = sa.or_(delivery.c.prepare_until.is_(None), delivery.c.prepare_until <= _NOW)
    return (
        sa.select(*COLUMNS)
        .where(delivery.c.state == State.PLANNED.value, ~delivery.c.prepared, delivery.c.due_at <= until, free, *_free(stops))
        .order_by(delivery.c.due_at, delivery.c.key)
        .limit(_LIMIT)
    )


@cache
def suspects() -> sa.Select[Any]:
    """To be looked for before they are sent: see `Reading.suspects`."""
    planned = (delivery.c.state == State.PLANNED.value, delivery.c.look_first, delivery.c.due_at <= _NOW)
    return sa.select(*COLUMNS).where(*planned, ~_busy(), ~_waits()).order_by(delivery.c.due_at, delivery.c.key).limit(_LIMIT)


@cache
def doubtful() -> sa.Select[Any]:
    """In doubt, and to be looked for: see `Reading.doubtful`."""
    unknown = delivery.c.state == State.UNKNOWN.value
    return sa.select(*COLUMNS).where(unknown, delivery.c.look_at <= _NOW).order_by(delivery.c.look_at, delivery.c.key).limit(_LIMIT)


@cache
def expired() -> sa.Select[Any]:
    """Sending, with a lease that is over."""
    return (
        sa.select(*COLUMNS).where(delivery.c.state == State.SENDING.value, delivery.c.lease_until <= _NOW).order_by(delivery.c.key)
    )


@cache
def overdue() -> sa.Select[Any]:
    """Planned, and stale."""
    return sa.select(*COLUMNS).where(delivery.c.state == State.PLANNED.value, delivery.c.stale_at <= _NOW).order_by(delivery.c.key)


@cache
def in_flight() -> sa.Select[Any]:
    """Those of the accounts `names` that have a delivery in flight."""
    return sa.select(delivery.c.account).where(delivery.c.account.in_(_NAMES), delivery.c.state.in_(_IN_FLIGHT))


@cache
def by_keys() -> sa.Select[Any]:
    """Deliveries by their keys, `names`."""
    return sa.select(*COLUMNS).where(delivery.c.key.in_(_NAMES)).order_by(delivery.c.message, delivery.c.wave, delivery.c.key)


@cache
def named(table: sa.Table, column: str) -> sa.Select[Any]:
    """The rows of a table whose column is one of `names`, in its order."""
    return sa.select(table).where(table.c[column].in_(_NAMES)).order_by(table.c[column])


@cache
def holds() -> sa.Select[Any]:
    """Those in force, oldest first."""
    return sa.select(hold).where(~hold.c.lifted).order_by(hold.c.id)


@cache
def pauses() -> sa.Select[Any]:
    """Oldest first."""
    return sa.select(pause).order_by(pause.c.at, pause.c.scope, pause.c.value)


def dependents(key: str) -> sa.Select[Any]:
    """What waits, or has waited, for this delivery."""
    waiting = sa.select(dependency.c.delivery).where(dependency.c.needs == key)
    return sa.select(*COLUMNS).where(delivery.c.key.in_(waiting)).order_by(delivery.c.key)


def next_due(message: str | None, after: datetime | None) -> sa.Select[Any]:
    """The earliest planned delivery that waits for nothing but its time."""
    query = sa.select(sa.func.min(delivery.c.due_at)).where(delivery.c.state == State.PLANNED.value, ~_busy(), ~_waits())
    if after is not None:
        query = query.where(delivery.c.due_at > after)
    return query if message is None else query.where(delivery.c.message == message)


@cache
def unapproved() -> sa.Select[Any]:
    """Releases that wait for approval."""
    return sa.select(release.c.digest).where(sa.text("NOT confirmed"))


@cache
def approvals(of: str) -> sa.Select[Any]:
    """Entries about releases of the messages `names` (`some`), of all (`all`), or about the policy (`house`), oldest first."""
    # The events are written out, so that the database can use its index of them, which names them too.
    query = sa.select(entry.c.position, entry.c.body, entry.c.seal).where(sa.text(f"entry.event IN ({APPROVAL_EVENTS})"))
    if of == "house":
        query = query.where(entry.c.message.is_(None))
    else:
        query = query.where(entry.c.message.in_(_NAMES) if of == "some" else entry.c.message.is_not(None))
    return query.order_by(entry.c.position)


@cache
def in_vain() -> sa.Select[Any]:
    """Pairs of keys: see `Reading.in_vain`."""
    return (
        sa.select(delivery.c.key, _needed.c.key)
        .join(dependency, dependency.c.delivery == delivery.c.key)
        .join(_needed, _needed.c.key == dependency.c.needs)
        .where(delivery.c.state == State.PLANNED.value, _needed.c.state.in_(_IN_VAIN))
        .order_by(delivery.c.key)
    )


@cache
def recalls_due() -> sa.Select[Any]:
    """Recalls to go on with, and their deliveries' keys: see `Reading.recalls_due`."""
    before, first = recall.alias("before"), dependency.alias("first")
    # What a person must decide first holds nothing up: the original would stand there for as long as that takes.
    stuck = delivery.alias("stuck")
    waits = (
        sa.exists()
        .where(first.c.needs == recall.c.delivery)
        .where(before.c.delivery == first.c.delivery, before.c.step.in_(_OPEN))
        .where(stuck.c.key == first.c.delivery, ~stuck.c.stuck)
    )
    return (
        sa.select(recall)
        .join(delivery, delivery.c.key == recall.c.delivery)
        .where(recall.c.step.in_(_OPEN), recall.c.next_at <= _NOW, delivery.c.state.not_in(_IN_FLIGHT), ~waits)
        .order_by(recall.c.next_at, recall.c.delivery)
        .limit(_LIMIT)
    )


def _busy() -> sa.Exists:
    """Its account has another one in flight."""
    # The states are written out, so that the database can use its index of what is in flight, which names them too.
    return sa.exists().where(_other.c.account == delivery.c.account, sa.text("other.state IN ('sending', 'unknown')"))


def _waits() -> sa.Exists:
    """Something that it needs is not published yet."""
    return (
        sa.exists()
        .where(dependency.c.delivery == delivery.c.key)
        .where(_needed.c.key == dependency.c.needs, _needed.c.state != State.PUBLISHED.value)
    )
