"""The clocks: the system's, and the rehearsal's over HTTP. Nothing else reads the time."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock

import requests

from .errors import InvalidSettings
from .ports import Deadline


@dataclass(frozen=True)
class RealDeadline:
    """A moment on the wall clock and on the monotonic one; whichever comes first counts, so that no jump lengthens it."""

    wall: float
    monotonic: float

    def left(self) -> float:
        """See `Deadline.left`."""
        return min(self.wall - time.time(), self.monotonic - time.monotonic())


def real_deadline(duration: timedelta) -> Deadline:
    """A deadline on this machine's clocks."""
    seconds = duration.total_seconds()
    return RealDeadline(time.time() + seconds, time.monotonic() + seconds)


class SystemClock:
    """`ports.Clock` on this machine."""

    def now(self) -> datetime:
        """See `Clock.now`."""
        return datetime.now(UTC)

    def real(self, duration: timedelta) -> timedelta:
        """See `Clock.real`."""
        return duration

    def sleep_until(self, moment: datetime, at_most: float) -> None:
        """See `Clock.sleep_until`."""
        time.sleep(max(0.0, min((moment - self.now()).total_seconds(), at_most)))

    def deadline(self, duration: timedelta) -> Deadline:
        """See `Clock.deadline`."""
        return real_deadline(duration)


class RehearsalClock:
    """`ports.Clock` of a rehearsal: read over HTTP now and then, and reckoned in between."""

    REFRESH = 0.5  # seconds of real time

    def __init__(self, address: str) -> None:
        self._address = address
        self._lock = Lock()
        self._session = requests.Session()
        self._session.trust_env = False  # loopback: never through a proxy
        self._read_at = float("-inf")
        self._base = datetime.min.replace(tzinfo=UTC)
        self._rate = 1.0
        self._moved = -1

    def now(self) -> datetime:
        """See `Clock.now`."""
        with self._lock:
            if time.monotonic() - self._read_at > self.REFRESH:
                self._read()
            return self._reckoned(time.monotonic())

    def real(self, duration: timedelta) -> timedelta:
        """See `Clock.real`."""
        self.now()
        # A clock that stands still must not make a lease of no length.
        return duration * max(self._rate, 1.0)

    def sleep_until(self, moment: datetime, at_most: float) -> None:
        """See `Clock.sleep_until`."""
        distance = (moment - self.now()).total_seconds() / self._rate if self._rate else at_most
        time.sleep(max(0.0, min(distance, at_most)))

    def deadline(self, duration: timedelta) -> Deadline:
        """See `Clock.deadline`."""
        return real_deadline(duration)

    def _read(self) -> None:
        try:
            answer = self._session.get(f"{self._address}/rehearsal/clock", timeout=5).json()
            now, rate, moved = datetime.fromisoformat(answer["now"]), float(answer["rate"]), answer["moved"]
        except (requests.RequestException, ValueError, KeyError, TypeError) as gone:
            raise InvalidSettings(
                f"There is no rehearsal at {self._address}.", remedy="Start it with: ministry-social rehearsal serve"
            ) from gone
        answered = time.monotonic()
        if moved == self._moved:  # what we reckoned may be ahead by the time that the answer took: never go back for that
            now = max(now, self._reckoned(answered))
        self._base, self._rate, self._moved, self._read_at = now, rate, moved, answered

    def _reckoned(self, at: float) -> datetime:
        return self._base + timedelta(seconds=(at - self._read_at) * self._rate)
