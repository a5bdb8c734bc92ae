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


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What to record, and what becomes of the delivery.

    due_at    when again
    counts    whether it cost an attempt
    prepared  False where it must be prepared anew
    stops     whether nothing more may be sent meanwhile: of its `account`, or of the whole `platform`; "" for neither
    probe     whether the platform is asked after it, before a person is needed
    """

    event: Event
    state: State
    due_at: datetime | None = None
    counts: bool = True
    prepared: bool | None = None
    stops: str = ""
    probe: bool = False


def back_off(attempts: int) -> timedelta:
    """How long to wait after this many attempts (1 for the first)."""
    return timedelta(seconds=BACK_OFF[min(max(attempts, 1), len(BACK_OFF)) - 1])


def verdict(
    error: PlatformError, attempts: int, now: datetime, *, prepared_again: bool = False, doubted_before: bool = False
) -> Verdict:
    """What follows from an error of `publish`.

    `attempts` counts this one; `prepared_again` tells that media were prepared a second time already; `doubted_before` that
    the outcome of an earlier attempt was never seen: then a refusal as a duplicate is evidence that it went out.
    """
    if isinstance(error, Rejected) and error.duplicate and doubted_before:
        return Verdict(event=Event.DUPLICATE, state=State.UNKNOWN)
    if isinstance(error, Throttled):
        return Verdict(event=Event.THROTTLED, state=State.PLANNED, due_at=_again(error, now), counts=False)
    if isinstance(error, (OutOfCredit, Unauthorized)):
        return _shut_out(error, Event.NOT_SENT, now)
    if isinstance(error, Unreachable):
        return Verdict(event=Event.NOT_SENT, state=State.PLANNED, due_at=now + back_off(attempts))
    if isinstance(error, Rejected) and error.code == "media-invalid" and not prepared_again:
        return Verdict(event=Event.PREPARATION_LOST, state=State.PLANNED, due_at=now + back_off(2), prepared=False)
    if isinstance(error, Rejected):
        return Verdict(event=Event.REFUSED, state=State.FAILED)
    # An outcome that is unknown; and whatever kind of error might be added some day: it may have gone out.
    return Verdict(event=Event.LOST, state=State.UNKNOWN)


def preparation_verdict(error: PlatformError, tries: int, now: datetime) -> Verdict:
    """What follows from an error while preparing: nobody has seen anything, so even a lost answer is only repeated."""
    if isinstance(error, Rejected):
        return Verdict(event=Event.REFUSED, state=State.FAILED)
    if isinstance(error, (OutOfCredit, Unauthorized)):
        return _shut_out(error, Event.NOT_PREPARED, now)
    if isinstance(error, Throttled):
        return Verdict(event=Event.NOT_PREPARED, state=State.PLANNED, due_at=_again(error, now), counts=False)
    return Verdict(event=Event.NOT_PREPARED, state=State.PLANNED, due_at=now + back_off(tries))


def _shut_out(error: OutOfCredit | Unauthorized, event: Event, now: datetime) -> Verdict:
    """It is not the delivery's fault: it waits for its account, or for the whole platform, and goes on when that does."""
    if isinstance(error, OutOfCredit):
        return Verdict(event=event, state=State.PLANNED, due_at=now, counts=False, stops="platform")
    return Verdict(event=event, state=State.PLANNED, due_at=now, counts=False, stops="account", probe=error.probe)


def _again(error: Throttled, now: datetime) -> datetime:
    return max(error.retry_at or now + WITHOUT_A_WORD, now + timedelta(seconds=1))
