"""`worker`: sends whatever is due, for ever; on PostgreSQL together with others, on any number of machines."""

import os
import signal
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from functools import partial

import click

from ..app import App
from ..desk.means import Means
from ..errors import NotAllowed
from ..model.delivery import Delivery, State
from ..rules.lifecycle import SETTLED
from ..rules.waiting import nothing_moves
from .account_files import warn_of_drift
from .checkpointing import Checkpoints
from .following import waits_for_a_person
from .options import open_app, world_line

_LONG = timedelta(days=1)


class Outcomes:
    """A line for each delivery that is settled, in doubt, or held up; with `verbose` for each change."""

    def __init__(self, *, verbose: bool) -> None:
        self._verbose = verbose
        self._said: dict[str, str] = {}

    def changed(self, delivery: Delivery) -> None:
        """See `Watcher.changed`."""
        if delivery.state in SETTLED or delivery.state is State.UNKNOWN:
            self._said.pop(delivery.key, None)
            self.say(f"{delivery.key}: {delivery.state.value}  {delivery.url or delivery.error}")
        elif delivery.error and self._said.get(delivery.key) != delivery.error:
            self._said[delivery.key] = delivery.error
            self.say(f"{delivery.key}: not yet. {delivery.error} Next try from {delivery.due_at:%H:%M:%S %Z} on.")
        elif self._verbose:
            self.say(f"{delivery.key}: {delivery.state.value}, {'prepared' if delivery.prepared else 'not prepared'}")

    def progress(self, key: str, done: int, total: int) -> None:
        """See `Watcher.progress`."""
        if self._verbose and done >= total:
            self.say(f"{key}: {total:,} bytes uploaded")

    def say(self, line: str) -> None:
        """A line for a person or a journal."""
        click.echo(line.rstrip())


@click.command()
@click.option("--workers", type=click.IntRange(1), help="How many deliveries at the same time. Default: [sending] workers.")
@click.option("--until-idle", is_flag=True, help="End when nothing is left to do for now.")
@click.option("--verbose", is_flag=True, help="A line for each step, not only for each outcome.")
def worker(workers: int | None, until_idle: bool, verbose: bool) -> None:
    """Send whatever is due, until it is told to stop.

    On PostgreSQL any number of workers share the work, on as many machines as you like; on SQLite one is enough, and
    it sends what is planned for later. Ctrl-C or SIGTERM stops it: nothing new starts, and what has left is waited for.
    Every [audit] every it verifies the ledger and signs a checkpoint; a ledger that does not hold ends it.

    \b
    Examples:
      ministry-social worker
      ministry-social worker --until-idle
    """
    app = open_app()
    outcomes = Outcomes(verbose=verbose)
    outcomes.say(world_line(app))
    warn_of_drift(app)
    hands = workers or app.settings.sending.workers
    means = replace(app.means, inspect_every=app.settings.standing.every, watch_every=app.settings.watch.every, habit=app.habit)
    idle = (lambda: _idle(app)) if until_idle else None
    with Checkpoints(app, say=_warn) as checkpoints:
        (_share if app.distributed else _alone)(app, means, outcomes, hands, checkpoints, idle)
    outcomes.say("Stopped. What had left is settled.")


def _share(
    app: App, means: Means, outcomes: Outcomes, hands: int, checkpoints: Checkpoints, idle: Callable[[], bool] | None
) -> None:
    """One of many, on PostgreSQL."""
    from ..engine.jobs import Jobs, Pulse, conninfo, workers
    from ..engine.procrastinate import Distributed
    from ..engine.ready import look

    database, pulse = conninfo(app.settings.store.url), Pulse.of(means.lease)
    look(app, workers(database, pulse))
    engine = Distributed(means, Jobs(database, pulse), outcomes, threads=hands, say=_warn)
    _until_signal(engine.stop)
    checkpoints.broken_ends(engine.stop)
    outcomes.say(f"Working, {hands} deliveries at a time. Ctrl-C stops.")
    engine.run(idle)


def _alone(
    app: App, means: Means, outcomes: Outcomes, hands: int, checkpoints: Checkpoints, idle: Callable[[], bool] | None
) -> None:
    """The only one, on SQLite; where another engine runs, it waits for its turn."""
    from ..engine.embedded import Embedded, alone

    stopping: list[bool] = []
    _until_signal(lambda: stopping.append(True))
    checkpoints.broken_ends(lambda: stopping.append(True))

    def enough() -> bool:
        return bool(stopping) or (idle is not None and idle())

    waiting = False
    while not enough():
        with ExitStack() as held:
            try:
                held.enter_context(alone(app.engine_lock))
            except NotAllowed:
                if not waiting:
                    outcomes.say("Another engine runs on this store; waiting for its end.")
                waiting = True
                app.clock.sleep_until(app.clock.now() + _LONG, 0.5)
                continue
            outcomes.say(f"Working, {hands} deliveries at a time. Ctrl-C stops.")
            Embedded(means, outcomes, threads=hands).run(enough)


def _idle(app: App) -> bool:
    """Whether nothing is left to do for now: no delivery can go, none is in doubt but waits for a person, no recall is due.

    What is held, or not approved, waits for a person; what waits for a delivery that is out already does not wait any more.
    """
    now = app.clock.now()
    with app.store.read() as reading:
        open_ = reading.deliveries(states=(State.PLANNED, State.SENDING, State.UNKNOWN))
        if reading.recalls_due(now, 1) or any(one.state is State.UNKNOWN and not one.stuck for one in open_):
            return False
        needed = {key for one in open_ for key in one.waits_for} - {one.key for one in open_}
        known = (*open_, *reading.deliveries(keys=needed))
        return nothing_moves(known, now, timedelta(seconds=1), stops=waits_for_a_person(app, reading))


def _until_signal(stop: Callable[[], object]) -> None:
    """Until the command ends: stop at Ctrl-C or SIGTERM; a second time, end at once."""
    asked: list[int] = []

    def ask(number: int, frame: object) -> None:
        if asked:
            os._exit(128 + number)
        asked.append(number)
        _warn("Stopping. What has left already is waited for; nothing more starts.")
        stop()

    context = click.get_current_context()
    for number in (signal.SIGINT, signal.SIGTERM):
        context.call_on_close(partial(signal.signal, number, signal.signal(number, ask)))


def _warn(line: str) -> None:
    click.echo(line, err=True)
