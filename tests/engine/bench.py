"""A bench for both engines: the wall of the desk's tests, on either database, with a clock that runs by itself."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ministry_social import ports
from ministry_social.clock import real_deadline
from ministry_social.desk.means import Means
from ministry_social.engine.embedded import Embedded
from ministry_social.engine.jobs import Jobs, Pulse, conninfo
from ministry_social.engine.procrastinate import Distributed
from ministry_social.model.delivery import Delivery, Prepared, State
from ministry_social.model.variant import Payload
from ministry_social.rules.waiting import nothing_moves
from ministry_social.store import in_file, open_store
from ministry_social.vault import KeyringVault, SealedFile
from ministry_social.vault.cipher import new_key
from tests.desk.bench import HOUR, MINUTE, NOON, Call
from tests.desk.bench import Times as Times
from tests.desk.wall import Wall, Walled

SECOND = timedelta(seconds=1)
LEASE = 10 * SECOND  # longer than a busy machine holds up a test
PATIENCE = 40.0  # seconds of real time after which a test has failed


class Running:
    """A clock that begins at noon and runs as real time does; a test may move it."""

    def __init__(self) -> None:
        self._base, self._began = NOON, time.monotonic()

    def now(self) -> datetime:
        return self._base + timedelta(seconds=time.monotonic() - self._began)

    def real(self, duration: timedelta) -> timedelta:
        return duration

    def sleep_until(self, moment: datetime, at_most: float) -> None:
        time.sleep(max(0.0, min((moment - self.now()).total_seconds(), at_most)))

    def deadline(self, duration: timedelta) -> ports.Deadline:
        return real_deadline(duration)

    def pass_by(self, duration: timedelta) -> None:
        self._base += duration


@dataclass
class Seeing(Wall):
    """A wall that looks into the store, over a connection of its own, at the moment that it is called."""

    store: Any = None

    def _look(self, key: str, payload: Payload, prepared: Prepared | None) -> Call:
        with self.store.read() as reading:
            found = reading.delivery(key)
        return Call(key, payload, prepared, found.state.value if found else "", ())


@dataclass
class Notes:
    """A watcher that writes down what it is told."""

    changes: list[Delivery] = field(default_factory=list)
    bytes_done: list[tuple[str, int, int]] = field(default_factory=list)

    def changed(self, delivery: Delivery) -> None:
        self.changes.append(delivery)

    def progress(self, key: str, done: int, total: int) -> None:
        self.bytes_done.append((key, done, total))


@dataclass
class Ground(Walled):
    """A bench on a database, and the engine that works on it."""

    url: str
    notes: Notes
    said: list[str]

    def engine(self, *, threads: int = 8, watcher: Any = None, means: Means | None = None) -> Embedded | Distributed:
        """A new engine; its `run` takes when it is enough."""
        means, watcher = means or self.means, watcher or self.notes
        if in_file(self.url):
            return Embedded(means, watcher, threads=threads)
        return Distributed(means, self.jobs(), watcher, threads=threads, say=self.said.append)

    def jobs(self) -> Jobs:
        return Jobs(conninfo(self.url), Pulse.of(self.means.lease))

    def engine_means(self, **change: Any) -> Means:
        """Other durations."""
        return replace(self.means, **change)

    def run(self, enough: Callable[[], bool] | None = None, **more: Any) -> None:
        """Let an engine work until nothing moves, or until it is enough."""
        self.engine(**more).run(self.bounded(enough or self.settled))

    def settled(self) -> bool:
        """Whether nothing will move any more within a minute."""
        with self.store.read() as reading:
            return nothing_moves(reading.deliveries(), self.clock.now(), MINUTE)

    def bounded(self, enough: Callable[[], bool]) -> Callable[[], bool]:
        """The same, which fails when it takes too long."""
        end = time.monotonic() + PATIENCE

        def checked() -> bool:
            assert time.monotonic() < end, f"it takes too long: {self.states()}"
            return enough()

        return checked

    def states(self) -> dict[str, str]:
        with self.store.read() as reading:
            return {one.key: one.state.value for one in reading.deliveries()}

    def all_are(self, state: State) -> bool:
        return set(self.states().values()) == {state.value}

    def times_sent(self) -> dict[str, int]:
        """How often each delivery was published."""
        keys = [call.key for call in self.stage.published]
        return {key: keys.count(key) for key in keys}


def until(condition: Callable[[], bool]) -> None:
    """Wait, not for ever, until something has happened in another thread."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)


@contextmanager
def ground(url: str, folder: Path) -> Iterator[Ground]:
    """A ground on a database. Times are short: an engine must show in seconds what it does."""
    clock: Any = Running()
    store = open_store(url, "rehearsal", clock, by="ana")
    eyes = open_store(url, "rehearsal", clock, by="ana")
    wall = Seeing(file=folder / "none", clock=clock, store=eyes)
    vault = KeyringVault(SealedFile(folder / "vault.sealed", new_key()), "rehearsal")
    means = Means(
        store=store, clock=clock, vault=vault, platforms=dict.fromkeys(("x", "facebook", "youtube"), wall), accounts={},
        lease=LEASE, settle=SECOND, settle_vanished=SECOND, look_every=SECOND / 5, probe_gap=SECOND / 2,
    )  # fmt: skip
    made = Ground(
        means=means, store=store, clock=clock, stage=wall, vault=vault, accounts=means.accounts,  # type: ignore[arg-type]  # a dict
        times=Times(repost_gap=timedelta(), stale_after=12 * HOUR), url=url, notes=Notes(), said=[],
    )  # fmt: skip
    try:
        yield made
        made.verify()  # whatever a test does, the chain holds
    finally:
        eyes.close()
        store.close()


def again(made: Ground) -> Means:
    """The means of another process: a store of its own."""
    return replace(made.means, store=open_store(made.url, "rehearsal", made.clock, by="ben"), releases={})
