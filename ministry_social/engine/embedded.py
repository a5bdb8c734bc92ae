"""The embedded engine: one process, a thread pool over what is due."""

import fcntl
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar

from ..desk import deliver, prepare
from ..desk.means import Means
from ..desk.tidy import tidy
from ..errors import NotAllowed, Unreachable
from ..model.delivery import Delivery

T = TypeVar("T")

_BEAT = 0.5  # seconds of real time: how long the engine looks away at the most
_PREPARERS = 4  # uploads at a time


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
    """Claims what is due, sends it on a pool of threads, and settles what came, a group at a time."""

    def __init__(self, means: Means, watcher: Watcher, *, threads: int = 16) -> None:
        self._means = means
        self._watcher = watcher
        self._threads = threads
        self._sending: dict[Future[deliver.Result], str] = {}
        self._preparing: dict[Future[prepare.Outcome], str] = {}
        self._stopping = False

    def run(self, enough: Callable[[], bool]) -> None:
        """Go on until `enough()`; what is in flight then is still settled. On Ctrl-C too."""
        with ThreadPoolExecutor(self._threads, "send") as senders, ThreadPoolExecutor(_PREPARERS, "prepare") as preparers:
            try:
                while not enough():
                    moved = self._round(senders, preparers)
                    self._rest(moved)
            finally:
                self._finish()

    def _round(self, senders: ThreadPoolExecutor, preparers: ThreadPoolExecutor) -> bool:
        """One group: settle what has come, decide what time decides, claim what can start now. One commit, if anything moves."""
        sent, prepared = _done(self._sending), _done(self._preparing)
        results, outcomes = [future.result() for future in sent], [future.result() for future in prepared]
        free = self._threads - len(self._sending) + len(sent)
        if not results and not outcomes and not self._anything_to_do():
            return False
        with self._means.store.begin() as tx:
            changed = deliver.settle(tx, self._means, results) + prepare.settle(tx, outcomes)
            changed += tidy(tx, self._means)
            preparations = prepare.waiting(tx, self._means, _PREPARERS - len(self._preparing) + len(prepared))
            claims = deliver.claim(tx, self._means, tx.due(self._means.now(), free))
        _forget(self._sending, sent)  # only now that their outcome is written down
        _forget(self._preparing, prepared)
        for preparation in preparations:
            self._preparing[preparers.submit(prepare.prepare, self._means, preparation, self._progress)] = ""
        for one in claims:
            self._sending[senders.submit(deliver.send, self._means, one)] = one.delivery.key
        for delivery in changed:
            self._watcher.changed(delivery)
        return True

    def _progress(self, key: str, done: int, total: int) -> None:
        """Passes on what an upload says; an engine that stops does not wait for hours, since the next one goes on from there."""
        self._watcher.progress(key, done, total)
        if self._stopping and done < total:
            raise Unreachable("Stopped while it was being prepared; it goes on from there.", code="stopped")

    def _anything_to_do(self) -> bool:
        now = self._means.now()
        ahead = now + self._means.clock.real(self._means.prepare_ahead)
        with self._means.store.read() as reading:
            return bool(
                reading.due(now, 1)
                or reading.unprepared(ahead, now, 1)
                or reading.expired(now)
                or reading.overdue(now)
                or reading.in_vain()
            )

    def _rest(self, moved: bool) -> None:
        """Wait for a result, or for the next moment that something is due. After a move others may be able to go at once."""
        working: list[Future[Any]] = [*self._sending, *self._preparing]
        if working:
            wait(working, timeout=_BEAT, return_when=FIRST_COMPLETED)
        elif not moved:
            now = self._means.now()
            with self._means.store.read() as reading:
                next_due = reading.next_due()
            # What is due and yet cannot go (somebody else prepares it) is looked at once a beat.
            far = now + timedelta(days=1)
            self._means.clock.sleep_until(next_due if next_due is not None and next_due > now else far, _BEAT)

    def _finish(self) -> None:
        """Settle what was in flight: once started, its outcome must be written down. Uploads stop where they are."""
        self._stopping = True
        in_flight: list[Future[Any]] = [*self._sending, *self._preparing]
        wait(in_flight)
        sent, prepared = _done(self._sending), _done(self._preparing)
        results, outcomes = [future.result() for future in sent], [future.result() for future in prepared]
        if results or outcomes:
            with self._means.store.begin() as tx:
                changed = deliver.settle(tx, self._means, results) + prepare.settle(tx, outcomes)
            _forget(self._sending, sent)
            _forget(self._preparing, prepared)
            for delivery in changed:
                self._watcher.changed(delivery)


def _done(futures: Mapping[Future[T], str]) -> list[Future[T]]:
    """Those that have come to an end."""
    return [future for future in futures if future.done()]


def _forget(futures: dict[Future[T], str], done: Iterable[Future[T]]) -> None:
    for future in done:
        del futures[future]
