"""Settling what is in doubt: when to look for it, and from when on not finding it means that it is not there."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..model.delivery import Delivery


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long to wait, on the clock that the record uses. See `desk.means.Means` for what each one is."""

    settle: timedelta
    settle_vanished: timedelta
    look_every: timedelta
    unreadable_after: timedelta


_LONGEST = 30  # times `look_every`: a minute, by the settings' own values; X takes money for every look


def in_doubt(
    delivery: Delivery, now: datetime, settle: timedelta | None, patience: Patience, *, since: datetime | None = None
) -> dict[str, Any]:
    """What changes in a delivery that is in doubt from now on, besides its state.

    `settle`: how long after the end of its attempt (now) "not found" begins to mean "not there"; None where it never will. `since`:
    when the attempt began, where the delivery does not say.
    """
    began = since or delivery.started_at or now
    return {
        "doubt_since": min(began, delivery.doubt_since or began),
        "certain_at": None if settle is None else now + settle,
        "look_at": now + patience.look_every,
        "stuck": False,
    }


def next_look(delivery: Delivery, now: datetime, patience: Patience) -> datetime:
    """When to look again: soon at first, then after as long as it has been in doubt; in any case when absence is certain."""
    began = delivery.started_at or delivery.doubt_since or now
    gap = min(max(patience.look_every, now - began), patience.look_every * _LONGEST)
    certain = delivery.certain_at
    return min(now + gap, certain) if certain is not None and certain > now else now + gap


def certain(delivery: Delivery, looked_at: datetime) -> bool:
    """Whether a look that began then, and found nothing, proves that it is not there."""
    return delivery.certain_at is not None and looked_at >= delivery.certain_at


def overdue(delivery: Delivery, now: datetime, patience: Patience) -> bool:
    """Whether it has been in doubt for so long that a person should know.

    Where absence proves nothing (`certain_at` is None: the platform itself said that it stands there), after `settle`.
    """
    if delivery.certain_at is not None:
        return now >= delivery.certain_at + patience.unreadable_after
    began = delivery.started_at or delivery.doubt_since or now
    return now >= began + patience.settle
