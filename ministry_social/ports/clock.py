"""The time, and how much of it an attempt has left."""

from datetime import datetime, timedelta
from typing import Protocol


class Deadline(Protocol):
    """When a running attempt must not begin to send any more."""

    def left(self) -> float:
        """Seconds of real time until the lease ends; by the wall clock and the monotonic one, whichever is shorter."""


class Clock(Protocol):
    """The only reader of the time. Live: the system's; in the rehearsal: the rehearsal's, which may run fast."""

    def now(self) -> datetime:
        """The time, always aware, UTC."""

    def real(self, duration: timedelta) -> timedelta:
        """What a duration of real time is on this clock (longer where the clock runs fast): for leases and time-outs."""

    def sleep_until(self, moment: datetime, at_most: float) -> None:
        """Wait until `moment` on this clock, but no longer than `at_most` seconds of real time."""

    def deadline(self, duration: timedelta) -> Deadline:
        """A deadline that is `duration` of real time away."""
