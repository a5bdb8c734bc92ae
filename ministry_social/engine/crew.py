"""A crew: takes on one kind of errand in groups, does it on a pool of threads, and writes down what came."""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Condition, Thread
from typing import Any, Protocol

from ..desk import deliver
from ..desk.errands import Errand
from ..desk.means import Means
from ..errors import StoreGone, Unreachable
from ..model.delivery import Delivery
from ..ports import Deadline, Transaction
from .embedded import GATHER, Watcher

_AGAIN = 0.5  # seconds of real time between two tries while the store is gone


class Line(Protocol):
    """What waits to be taken on."""

    def __bool__(self) -> bool:
        """Whether there may be something."""

    def claim(self, tx: Transaction, means: Means, free: int) -> Sequence[Any]:
        """Take on so many."""

    def clear(self) -> None:
        """Nothing of it will be taken on here."""


class Handed:
    """Groups of deliveries that jobs have handed over: they are claimed as hands get free, for what is claimed is in flight."""

    def __init__(self) -> None:
        self._groups: deque[tuple[deque[str], Future[None]]] = deque()
        self._shut = False

    def __bool__(self) -> bool:
        return bool(self._groups)

    def put(self, keys: Sequence[str]) -> Future[None]:
        """Hand over deliveries; the future ends once each is claimed, or was found not to be ready."""
        taken: Future[None] = Future()
        if keys and not self._shut:
            self._groups.append((deque(keys), taken))
        else:
            taken.set_result(None)
        return taken

    def claim(self, tx: Transaction, means: Means, free: int) -> Sequence[Any]:
        """See `Line.claim`. What is lost with a transaction that fails is found again by the sweep."""
        keys: list[str] = []
        ended: list[Future[None]] = []
        while self._groups and len(keys) < free:
            group, taken = self._groups[0]
            keys.append(group.popleft())
            if not group:
                self._groups.popleft()
                ended.append(taken)
        try:
            return deliver.claim(tx, means, tx.deliveries(keys=keys))
        finally:
            for taken in ended:
                taken.set_result(None)

    def clear(self) -> None:
        """See `Line.clear`."""
        self._shut = True
        while self._groups:
            self._groups.popleft()[1].set_result(None)


class Asked:
    """An errand that is to be gone on until nothing is left of it."""

    def __init__(self, errand: Errand) -> None:
        self._errand = errand
        self._more = False

    def __bool__(self) -> bool:
        return self._more

    def ask(self) -> None:
        """There is something to do."""
        self._more = True

    def claim(self, tx: Transaction, means: Means, free: int) -> Sequence[Any]:
        """See `Line.claim`."""
        self._more = False  # whoever asks from now on is not forgotten
        claims = self._errand.claim(tx, means, free)
        self._more = self._more or len(claims) >= free
        return claims

    def clear(self) -> None:
        """See `Line.clear`."""
        self._more = False


class Crew:
    """A thread that claims and settles, and `hands` threads that work. Survives a store that goes away.

    `idle` is called when it has moved something and nothing is left: others may be able to go now.
    """

    def __init__(
        self,
        means: Means,
        errand: Errand,
        line: Line,
        watcher: Watcher,
        *,
        hands: int,
        idle: Callable[[], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._means, self._errand, self._line, self._watcher = means, errand, line, watcher
        self._hands, self._idle, self._failed = hands, idle, failed
        self._under_way: set[Future[Any]] = set()
        self._changed = Condition()
        self._stopping = False
        self._thread = Thread(target=self._run, name=errand.name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """The line has grown."""
        with self._changed:
            self._changed.notify()

    def stop(self) -> None:
        """Take on nothing more. What is under way is still written down."""
        self._stopping = True
        self._line.clear()
        self.wake()

    def join(self) -> None:
        """Wait until all is written down."""
        self._thread.join()

    def _run(self) -> None:
        last: Deadline | None = None
        with ThreadPoolExecutor(self._hands, self._errand.name) as pool:
            while not self._over():
                try:
                    self._round(pool)
                except StoreGone:
                    if self._stopping:
                        last = last or self._means.clock.deadline(self._means.lease)
                        if last.left() <= 0:
                            return  # the leases are over: whoever comes next looks what became of it
                    self._rest(_AGAIN)
                except Exception as wrong:  # noqa: BLE001 - the worker ends, and says why
                    again = self._stopping
                    self._end(wrong)
                    if again:
                        return  # else what has left already is still written down

    def _over(self) -> bool:
        """Wait for something to do; true where nothing will come any more."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or self._done() or (self._line and self._free()))
            if self._done() and not self._stopping:  # half of the others may be about to come: one commit for them all
                self._changed.wait_for(lambda: self._stopping or 2 * len(self._done()) >= len(self._under_way), GATHER)
            if self._stopping and self._under_way:
                self._changed.wait_for(self._done)
        return self._stopping and not self._under_way

    def _round(self, pool: ThreadPoolExecutor) -> None:
        """One group: settle what has come, claim what can start now, in one commit."""
        done = self._done()
        claims: Sequence[Any] = ()
        with self._means.store.begin() as tx:
            changed = self._errand.settle(tx, self._means, [future.result() for future in done])
            free = self._free() + len(done)
            if self._line and free and not self._stopping:
                claims = self._line.claim(tx, self._means, free)
        self._under_way.difference_update(done)
        for claim in claims:
            future = pool.submit(self._errand.do, self._means, claim, self._progress)
            self._under_way.add(future)
            future.add_done_callback(lambda _: self.wake())
        self._tell(changed)
        if changed and not self._under_way and not self._line:
            self._idle()

    def _tell(self, changed: Sequence[Delivery]) -> None:
        """A watcher that fails ends the worker, but never before all that has left is written down."""
        try:
            for delivery in changed:
                self._watcher.changed(delivery)
        except Exception as wrong:  # noqa: BLE001 - whatever it is, the worker ends, and says why
            self._end(wrong)

    def _end(self, wrong: Exception) -> None:
        self._stopping = True
        self._line.clear()
        self._failed(wrong)

    def _progress(self, key: str, done: int, total: int) -> None:
        """Passes on what an upload says; a worker that stops does not wait for hours, since the next one goes on from there."""
        self._watcher.progress(key, done, total)
        if self._stopping and done < total:
            raise Unreachable("Stopped while it was being prepared; it goes on from there.", code="stopped")

    def _done(self) -> list[Future[Any]]:
        return [future for future in self._under_way if future.done()]

    def _free(self) -> int:
        return self._hands - len(self._under_way)

    def _rest(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait(seconds)
