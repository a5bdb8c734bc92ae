"""Stopping: hold what is not out yet, wait for what had left, and let the rest go on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from ..errors import NotAllowed
from ..model.delivery import Delivery, State
from ..model.ledger import Event
from ..model.stop import Hold
from ..ports import Transaction
from ..rules.stopping import covers
from ..rules.timing import stamp
from .means import Means
from .tidy import tidy

_LOOK = 0.2  # seconds of real time between two looks at what had left


@dataclass(frozen=True, kw_only=True)
class Held:
    """What a hold did: `already` tells that the same was held before; `stopped` deliveries wait now, `left` were being sent."""

    hold: Hold
    already: bool
    stopped: int
    left: tuple[Delivery, ...]


@dataclass(frozen=True, kw_only=True)
class Lifted:
    """What a release did: `waiting` deliveries may go on, `missed` have become stale meanwhile."""

    holds: tuple[Hold, ...]
    waiting: int
    missed: tuple[Delivery, ...]


def hold(means: Means, scope: str, value: str, *, reason: str, drill: bool, person: str) -> Held:
    """Put a hold in force. From its commit on no delivery that it covers starts: every claim reads the holds.

    A drill does everything but that: it is on record, and in force for nobody.
    """
    now = means.now()
    with means.store.begin() as tx:
        standing = next((h for h in tx.holds() if (h.scope, h.value) == (scope, value)), None)
        wanted = standing or Hold(id=0, scope=scope, value=value, reason=reason, by=person, at=now, drill=drill)
        left = _covered(tx, means, wanted, State.SENDING)
        stopped = len(_covered(tx, means, wanted, State.PLANNED))
        if standing is not None and not drill:
            return Held(hold=standing, already=True, stopped=stopped, left=left)
        if not drill:
            wanted = tx.keep_hold(scope=scope, value=value, reason=reason, by=person, at=now, drill=False)
        facts = {
            "hold": wanted.id, "scope": scope, "value": value, "reason": reason, "drill": drill,
            "stopped": stopped, "left": [one.key for one in left],
        }  # fmt: skip
        tx.record(Event.HOLD, by=person, at=now, facts=facts)
    return Held(hold=wanted, already=False, stopped=stopped, left=left)


def wait(means: Means, held: Held, tell: Callable[[int], None] = lambda left: None) -> tuple[Delivery, ...]:
    """Wait until all that had left has an outcome, or its lease is over; returns them as they are then.

    `tell` is told how many are still under way. A lease that is over is ended here too: there may be no engine to do it.
    """
    attempts = {one.key: one.fence for one in held.left}
    while True:
        with means.store.read() as reading:
            found = reading.deliveries(keys=attempts) if attempts else ()
            over = reading.expired(means.now())
        under_way = [one for one in found if one.state is State.SENDING and one.fence == attempts[one.key]]
        tell(len(under_way))
        if not under_way:
            return found
        if any(one.key in attempts for one in over):
            with means.store.begin() as tx:
                tidy(tx, means)
        else:
            means.clock.sleep_until(means.now() + timedelta(days=1), _LOOK)


def release(means: Means, holds: Sequence[Hold], *, reason: str, person: str) -> Lifted:
    """Lift holds. What went stale meanwhile is missed, with the hold's reason; the rest goes on."""
    now = means.now()
    with means.store.begin() as tx:
        standing = {one.id: one for one in tx.holds()}
        gone = [one.id for one in holds if one.id not in standing]
        if gone:
            raise NotAllowed(f"There is no hold {gone[0]} in force.", remedy="See: ministry-social release")
        waiting = {one.key: one for hold in holds for one in _covered(tx, means, hold, State.PLANNED)}
        missed = tuple(one for one in tidy(tx, means) if one.state is State.MISSED and one.key in waiting)
        for one in holds:
            tx.lift_hold(one.id)
            facts = {"hold": one.id, "scope": one.scope, "value": one.value, "since": stamp(one.at), "reason": reason}
            tx.record(Event.HOLD_LIFTED, by=person, at=now, facts=facts)
    return Lifted(holds=tuple(holds), waiting=len(waiting) - len(missed), missed=missed)


def _covered(tx: Transaction, means: Means, hold: Hold, state: State) -> tuple[Delivery, ...]:
    return tuple(one for one in tx.deliveries(states=(state,)) if covers(hold, one, means.accounts.get(one.account)))
