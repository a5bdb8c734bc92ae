"""A wave on its way: being the engine until it is done, or watching the one that runs. Ctrl-C is always safe."""

import signal
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from threading import Event

from ..app import App
from ..engine.embedded import Embedded, alone
from ..errors import NotAllowed
from ..model.delivery import Delivery, State
from ..model.recall import Step
from ..model.stop import Stops
from ..ports import Reading
from ..rules.stopping import stops
from ..rules.waiting import nothing_moves, settles
from .progress import Bars, Lines

_ENDED = (Step.DONE, Step.GIVEN_UP)
_STILL = timedelta(seconds=30)  # of real time in which nothing has moved: then look whether anybody works


class _Stopped(Exception):
    """The person wants to stop. Raised between two rounds of the engine, never in the middle of one."""


def follow(app: App, message: str, patience: timedelta, *, quiet: bool) -> bool:
    """Go on until everything of this message is settled, or waits for a time beyond `patience` (real, from now on).

    Returns false where a person stopped it; what had left by then has been waited for.
    """

    until = app.clock.now() + app.clock.real(patience)

    def enough() -> bool:
        now = app.clock.now()
        with app.store.read() as reading:
            blocked = {one.account for one in reading.deliveries(states=(State.UNKNOWN,)) if not settles(one, until)}
            return nothing_moves(reading.deliveries(message=message), now, until - now, blocked, waits_for_a_person(app, reading))

    return go_on(app, message, patience, enough, quiet=quiet)


def waits_for_a_person(app: App, reading: Reading) -> Stops:
    """What goes on only when somebody says so: releases that lack an approval, and everything where no policy is in force, too.

    An account that is still asked after may go on by itself.
    """
    if app.policies.refusal(reading) is not None:
        return Stops(everything=True)
    final = [pause for pause in reading.pauses() if pause.probe_at is None]
    return stops(reading.holds(), final, app.accounts, reading.unapproved())


def follow_recall(app: App, message: str, keys: Collection[str], patience: timedelta, *, quiet: bool) -> bool:
    """Go on until each of these is taken down, or called off, or waits for a person or for a time beyond `patience`."""
    until = app.clock.now() + app.clock.real(patience)

    def enough() -> bool:
        with app.store.read() as reading:
            going_on = {one.delivery: one for one in reading.recalls(keys=keys) if one.step not in _ENDED}
            deliveries = {one.key: one for one in reading.deliveries(keys=going_on)}
        later = {key for key, one in going_on.items() if one.next_at > until or _stays_in_doubt(deliveries[key], until)}
        while True:  # what one of them is before, comes later still
            behind = {needed for key in later for needed in deliveries[key].waits_for} & going_on.keys()
            if behind <= later:
                return later == going_on.keys()
            later |= behind

    return go_on(app, message, patience, enough, quiet=quiet)


def _stays_in_doubt(delivery: Delivery, until: datetime) -> bool:
    return delivery.state is State.UNKNOWN and not settles(delivery, until)


def go_on(app: App, message: str, patience: timedelta, enough: Callable[[], bool], *, quiet: bool) -> bool:
    """Be the engine, or watch the one that runs, until it is enough. Returns false where a person stopped it."""
    if enough() or (app.distributed and not patience):
        return True
    lines = quiet or not sys.stderr.isatty()
    with _asked_to_stop() as stop, Lines(app, message, quiet=quiet) if lines else Bars(app, message) as watcher:

        def enough_or_stopped() -> bool:
            if stop.is_set():
                watcher.say("Stopping. What has left already is waited for; nothing more starts.")
                raise _Stopped
            return enough()

        try:
            if app.distributed:
                _watch(app, message, watcher, enough_or_stopped)
            else:
                _run(app, watcher, enough_or_stopped)
        except _Stopped:
            return False
    return True


def _watch(app: App, message: str, watcher: Lines | Bars, enough: Callable[[], bool]) -> None:
    """The workers send; say what becomes of it, and where nobody works."""
    from ..engine.jobs import Pulse, conninfo, workers

    before: dict[str, Delivery] = {}
    still, missing = app.clock.deadline(timedelta()), False
    while not enough():
        with app.store.read() as reading:
            now = {one.key: one for one in reading.deliveries(message=message)}
        changed = [one for key, one in now.items() if before.get(key) != one]
        for delivery in changed if before else ():
            watcher.changed(delivery)
        if changed and before:
            still = app.clock.deadline(_STILL)
        elif still.left() <= 0:
            missing, was_missing = not workers(conninfo(app.settings.store.url), Pulse.of(app.means.lease)), missing
            if missing and not was_missing:
                watcher.say("No worker runs. Start one, on any machine: ministry-social worker")
            still = app.clock.deadline(_STILL)
        before = now
        app.clock.sleep_until(app.clock.now() + timedelta(days=1), 0.5)


def _run(app: App, watcher: Lines | Bars, enough: Callable[[], bool]) -> None:
    """Be the engine; where another one runs, watch it, and take its place when it is gone."""
    watching = False
    while not enough():
        with ExitStack() as held:
            try:
                held.enter_context(alone(app.engine_lock))
            except NotAllowed:
                if not watching:
                    watcher.say("Another engine runs on this store; watching it.")
                watching = True
                app.clock.sleep_until(app.clock.now() + timedelta(days=1), 0.5)
                continue
            Embedded(app.means, watcher, threads=app.settings.sending.workers).run(enough)


@contextmanager
def _asked_to_stop() -> Iterator[Event]:
    """Set when Ctrl-C is pressed, or the process is told to end. A second time, it has its usual effect."""
    asked = Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def ask(number: int, frame: object) -> None:
        asked.set()
        signal.signal(number, before[signal.Signals(number)])

    for number in before:
        signal.signal(number, ask)
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
