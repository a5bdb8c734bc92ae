"""The embedded engine: one process, a thread pool for each errand."""

import fcntl
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Condition
from typing import Any, Protocol

from ..desk.errands import ERRANDS, SEND, Errand
from ..desk.means import Means
from ..desk.tidy import anything_to_tidy, tidy
from ..errors import NotAllowed, Unreachable
from ..model.delivery import Delivery

# Seconds of real time.
_BEAT = 0.5  # how long the engine looks away at the most
_AT_REST = 1.5  # the same, once nothing has moved for a while
_A_WHILE = 20  # beats
_UPKEEP = timedelta(seconds=0.1)  # between two looks for everything but sending, while much is sent
GATHER = 0.005  # how long the first result waits for others, to be written down together with them


class Watcher(Protocol):
    """Somebody who is told what happens, from the engine's own thread or from a worker's."""

    def changed(self, delivery: Delivery) -> None:
        """A delivery was prepared, published, refused ..."""

    def progress(self, key: str, done: int, total: int) -> None:
        """Bytes of an upload."""


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Hold the engine's lock, which the system frees when the process ends. Raises `NotAllowed` where another holds it."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise NotAllowed("Another engine runs on this store already.", remedy="It will send what is due.") from taken
        yield


class Embedded:
    """Takes on what is due, does it on pools of threads, and writes down what came, a group at a time."""

    def __init__(self, means: Means, watcher: Watcher, *, threads: int = 16) -> None:
        self._means = means
        self._watcher = watcher
        self._hands = {errand.name: errand.hands or threads for errand in ERRANDS}
        self._under_way: dict[str, set[Future[Any]]] = {errand.name: set() for errand in ERRANDS}
        self._back = _Back()
        self._stopping = False
        self._still = 0  # beats in which nothing has moved

    def run(self, enough: Callable[[], bool]) -> None:
        """Go on until `enough()`; what is in flight then is still settled. On Ctrl-C too."""
        with ExitStack() as open_pools:
            pools = {name: open_pools.enter_context(ThreadPoolExecutor(hands, name)) for name, hands in self._hands.items()}
            try:
                self._work(pools, enough)
            finally:
                self._finish()

    def _work(self, pools: Mapping[str, ThreadPoolExecutor], enough: Callable[[], bool]) -> None:
        """Rounds. While much is sent, only now and then one that looks at everything."""
        moved, upkeep = False, self._means.clock.deadline(timedelta())
        while True:
            everything = not moved or upkeep.left() <= 0
            if everything and enough():
                return
            moved = self._round(pools, ERRANDS if everything else (SEND,))
            if everything:
                upkeep = self._means.clock.deadline(_UPKEEP)
            if moved or everything:
                self._rest(moved)

    def _round(self, pools: Mapping[str, ThreadPoolExecutor], errands: tuple[Errand, ...]) -> bool:
        """One group: settle what has come, decide what time decides, claim what can start now. One commit, if anything moves."""
        self._back.none()
        done = self._done(errands)
        everything = errands is ERRANDS
        if not any(done.values()) and not (everything and self._anything_to_do()):
            return False
        claims: list[tuple[Errand, Any]] = []
        with self._means.store.begin() as tx:
            changed = [one for errand in errands for one in errand.settle(tx, self._means, _results(done[errand.name]))]
            if everything:
                changed += tidy(tx, self._means)
            for errand in errands:
                free = self._hands[errand.name] - len(self._under_way[errand.name]) + len(done[errand.name])
                if free > 0:
                    claims += [(errand, claim) for claim in errand.claim(tx, self._means, free)]
        self._forget(done)  # only now that their outcome is written down
        for errand, claim in claims:
            future = pools[errand.name].submit(errand.do, self._means, claim, self._progress)
            self._under_way[errand.name].add(future)
            future.add_done_callback(self._back.add)
        for delivery in changed:
            self._watcher.changed(delivery)
        return True

    def _progress(self, key: str, done: int, total: int) -> None:
        """Passes on what an upload says; an engine that stops does not wait for hours, since the next one goes on from there."""
        self._watcher.progress(key, done, total)
        if self._stopping and done < total:
            raise Unreachable("Stopped while it was being prepared; it goes on from there.", code="stopped")

    def _anything_to_do(self) -> bool:
        with self._means.store.read() as reading:
            free = (errand for errand in ERRANDS if len(self._under_way[errand.name]) < self._hands[errand.name])
            return any(errand.any(reading, self._means) for errand in free) or anything_to_tidy(reading, self._means)

    def _rest(self, moved: bool) -> None:
        """Wait for a result, or for the next moment that something is due. After a move others may be able to go at once."""
        working = sum(len(futures) for futures in self._under_way.values())
        self._still = 0 if moved or working else self._still + 1
        if working:
            # Not for all: while one half is written down, which waits for the disk, the other half is still sending.
            if self._back.wait(1, _BEAT):
                self._back.wait(working // 2, GATHER)
        elif not moved:
            now = self._means.now()
            with self._means.store.read() as reading:
                next_due = reading.next_due()
            # What is due and yet cannot go (somebody else prepares it) is looked at once a beat.
            far = now + timedelta(days=1)
            beat = _BEAT if self._still < _A_WHILE else _AT_REST
            self._means.clock.sleep_until(next_due if next_due is not None and next_due > now else far, beat)

    def _finish(self) -> None:
        """Settle what was in flight: once started, its outcome must be written down. Uploads stop where they are."""
        self._stopping = True
        wait([future for futures in self._under_way.values() for future in futures])
        done = self._done(ERRANDS)
        if any(done.values()):
            with self._means.store.begin() as tx:
                changed = [one for errand in ERRANDS for one in errand.settle(tx, self._means, _results(done[errand.name]))]
            self._forget(done)
            for delivery in changed:
                self._watcher.changed(delivery)

    def _done(self, errands: Iterable[Errand]) -> dict[str, list[Future[Any]]]:
        """Those that have come to an end, by errand."""
        return {errand.name: [one for one in self._under_way[errand.name] if one.done()] for errand in errands}

    def _forget(self, done: Mapping[str, Iterable[Future[Any]]]) -> None:
        for name, futures in done.items():
            self._under_way[name].difference_update(futures)


class _Back:
    """Counts what has come back, and wakes the engine only once it is as much as it waits for: waking costs the senders."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._count, self._wanted = 0, 1

    def add(self, _: object) -> None:
        """One more, from whichever thread has done it."""
        with self._changed:
            self._count += 1
            if self._count >= self._wanted:
                self._changed.notify()

    def none(self) -> None:
        """From now on count anew."""
        self._count = 0

    def wait(self, wanted: int, seconds: float) -> bool:
        """Whether so many have come back, by then or before."""
        with self._changed:
            self._wanted = wanted
            return self._changed.wait_for(lambda: self._count >= wanted, seconds)


def _results(futures: Iterable[Future[Any]]) -> list[Any]:
    return [future.result() for future in futures]
