"""A wave on its way: being the engine until it is done, or watching the one that runs. Ctrl-C is always safe."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from threading import Event

from ..app import App
from ..engine.embedded import Embedded, alone
from ..errors import NotAllowed
from ..model.delivery import State
from ..rules.waiting import nothing_moves
from .progress import Bars, Lines


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
            blocked = {delivery.account for delivery in reading.deliveries(states=(State.UNKNOWN,))}
            return nothing_moves(reading.deliveries(message=message), now, until - now, blocked)

    if enough():
        return True
    lines = quiet or not sys.stderr.isatty()
    with _asked_to_stop() as stop, Lines(message, quiet=quiet) if lines else Bars(app, message) as watcher:

        def enough_or_stopped() -> bool:
            if stop.is_set():
                watcher.say("Stopping. What has left already is waited for; nothing more starts.")
                raise _Stopped
            return enough()

        try:
            _run(app, watcher, enough_or_stopped)
        except _Stopped:
            return False
    return True


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
