"""What follows from an error of a platform: which event, which state, and when again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ..errors import OutOfCredit, PlatformError, Rejected, Throttled, Unauthorized, Unreachable
from ..model.delivery import State
from ..model.ledger import Event

# Seconds until the next try after the first, second ... failure to get there at all; then the last one again and again,
# until the delivery is stale. Start short: most such failures last seconds.
BACK_OFF = (2, 5, 15, 60, 300, 600)
WITHOUT_A_WORD = timedelta(minutes=15)  # a throttle that does not say when: X's window
WITHOUT_CREDIT = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What to record, and what becomes of the delivery.

    `due_at`: when again. `counts`: whether it cost an attempt. `prepared` is False where it must be prepared anew.
    """

    event: Event
    state: State
    due_at: datetime | None = None
    counts: bool = True
    prepared: bool | None = None


def back_off(attempts: int) -> timedelta:
    """How long to wait after this many attempts (1 for the first)."""
    return timedelta(seconds=BACK_OFF[min(max(attempts, 1), len(BACK_OFF)) - 1])


def verdict(error: PlatformError, attempts: int, now: datetime, *, prepared_again: bool = False) -> Verdict:
    """What follows from an error of `publish`.

    `attempts` counts this one; `prepared_again` tells that media were prepared a second time already.
    """
    if isinstance(error, Throttled):
        return Verdict(event=Event.THROTTLED, state=State.PLANNED, due_at=_again(error, now), counts=False)
    if isinstance(error, OutOfCredit):
        return Verdict(event=Event.NOT_SENT, state=State.PLANNED, due_at=now + WITHOUT_CREDIT, counts=False)
    if isinstance(error, Unreachable):
        return Verdict(event=Event.NOT_SENT, state=State.PLANNED, due_at=now + back_off(attempts))
    if isinstance(error, Rejected) and error.code == "media-invalid" and not prepared_again:
        return Verdict(event=Event.PREPARATION_LOST, state=State.PLANNED, due_at=now + back_off(2), prepared=False)
    if isinstance(error, (Rejected, Unauthorized)):
        return Verdict(event=Event.REFUSED, state=State.FAILED)
    # An outcome that is unknown; and whatever kind of error might be added some day: it may have gone out.
    return Verdict(event=Event.LOST, state=State.UNKNOWN)


def preparation_verdict(error: PlatformError, tries: int, now: datetime) -> Verdict:
    """What follows from an error while preparing: nobody has seen anything, so even a lost answer is only repeated."""
    if isinstance(error, (Rejected, Unauthorized)):
        return Verdict(event=Event.REFUSED, state=State.FAILED)
    if isinstance(error, Throttled):
        return Verdict(event=Event.NOT_PREPARED, state=State.PLANNED, due_at=_again(error, now), counts=False)
    if isinstance(error, OutOfCredit):
        return Verdict(event=Event.NOT_PREPARED, state=State.PLANNED, due_at=now + WITHOUT_CREDIT, counts=False)
    return Verdict(event=Event.NOT_PREPARED, state=State.PLANNED, due_at=now + back_off(tries))


def _again(error: Throttled, now: datetime) -> datetime:
    return max(error.retry_at or now + WITHOUT_A_WORD, now + timedelta(seconds=1))
