"""The rehearsal's own clock, which runs at a rate and can be moved."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


@dataclass
class Clock:
    """`rate` seconds of the rehearsal pass in one real second; `moved` counts every change, so that others can tell."""

    rate: float = 1.0
    moved: int = 0
    _start: datetime = field(default_factory=lambda: datetime.now(UTC))
    _since: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        """The time in the rehearsal, UTC."""
        return self._start + timedelta(seconds=(time.monotonic() - self._since) * self.rate)

    def set(self, *, now: datetime | None = None, rate: float | None = None) -> None:
        """Move the clock, change its rate, or both."""
        self._start, self._since = now or self.now(), time.monotonic()
        self.rate = self.rate if rate is None else rate
        self.moved += 1

    def __getstate__(self) -> tuple[float, int, datetime]:
        return self.rate, self.moved, self.now()

    def __setstate__(self, state: tuple[float, int, datetime]) -> None:
        # The monotonic clock of another process means nothing here: go on from the same moment.
        self.rate, self.moved, self._start = state
        self._since = time.monotonic()
