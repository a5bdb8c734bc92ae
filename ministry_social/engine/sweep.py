"""The sweep: finds in the ledger what is to be done by now, and makes jobs of it. Any worker may run it, at any time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ..desk.errands import ERRANDS, SEND
from ..desk.means import Means
from ..desk.tidy import anything_to_tidy, tidy
from .embedded import Watcher
from .jobs import Jobs

EVERY = 3  # seconds of real time between two periodic sweeps; between them a sweep keeps the very times that are due
GROUP = 8  # deliveries in a job: a worker has 16 hands, and takes the next job when these are claimed
_AHEAD = 40  # jobs at the most that wait for a worker: what is due later must not stand behind thousands
_BEAT = 0.1  # seconds of real time until there may be room for more
_SLICE = 0.25  # seconds of real time: how long a stop may have to wait


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """What a look at the ledger has found."""

    due: bool
    untidy: bool
    errands: tuple[str, ...]
    marks: frozenset[int]
    next_due: datetime | None


class Sweep:
    """Looks, makes jobs, and stays until the next one comes, so that what is due meanwhile goes out at its time."""

    def __init__(self, means: Means, jobs: Jobs, watcher: Watcher) -> None:
        self._means, self._jobs, self._watcher = means, jobs, watcher
        self._stopping = False

    def stop(self) -> None:
        """No more."""
        self._stopping = True

    def run(self) -> None:
        """One sweep."""
        clock = self._means.clock
        end = clock.deadline(timedelta(seconds=EVERY))
        while not self._stopping:
            full, next_due = self._once()
            if full:
                next_due = self._means.now() + clock.real(timedelta(seconds=_BEAT))
            if next_due is None or next_due > self._means.now() + clock.real(timedelta(seconds=max(end.left(), 0.0))):
                return
            while not self._stopping and self._means.now() < next_due:
                clock.sleep_until(next_due, _SLICE)

    def _once(self) -> tuple[bool, datetime | None]:
        """Look and act; returns whether more is due than was taken, and when something is due next."""
        seen = self._look()
        live = self._jobs.live()  # after the marks were read: a job that is marked and not there now will never come
        room = max(0, _AHEAD - len(live)) * GROUP
        dead = seen.marks - live
        taken = 0
        if seen.untidy or dead or (seen.due and room):
            taken = self._take(dead, room)
        for name in seen.errands:
            self._jobs.errand(name)
        return seen.due and (taken == room), seen.next_due

    def _look(self) -> _Seen:
        means, now = self._means, self._means.now()
        with means.store.read() as reading:
            return _Seen(
                marks=reading.jobs(),
                due=bool(reading.due(now, 1, means.stops(reading), unqueued=True)),
                untidy=anything_to_tidy(reading, means),
                errands=tuple(errand.name for errand in ERRANDS if errand is not SEND and errand.any(reading, means)),
                next_due=reading.next_due(after=now),
            )

    def _take(self, dead: frozenset[int], room: int) -> int:
        """One transaction: what time decides, and a job for each group of deliveries that are due and have none."""
        means = self._means
        with means.store.begin() as tx:
            changed = tidy(tx, means)
            if dead:
                tx.unqueue(dead)
            due = [one.key for one in tx.due(means.now(), room, means.stops(tx), unqueued=True)]
            if due:
                self._jobs.send(tx, [due[start : start + GROUP] for start in range(0, len(due), GROUP)])
        for delivery in changed:
            self._watcher.changed(delivery)
        return len(due)
