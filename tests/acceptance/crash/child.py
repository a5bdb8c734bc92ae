"""A process that forks, for each line that it reads, a child that is an engine: quick to start, and to kill.

In: `go KIND STEP;PASSES;SIGNAL`, KIND is `embedded` or `worker`. Out: `started PID`, then `ended CODE` once it is over.
"""

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import ministry_social.engine.procrastinate  # loaded once, before the children
import ministry_social.platforms.x  # noqa: F401 - loaded once, before the children
from ministry_social.app import App, build
from ministry_social.engine.embedded import Embedded, alone
from ministry_social.files.settings import load_settings
from ministry_social.model.delivery import Delivery, State

from .traps import Trap, TrappedPlatform, TrappedStore


class Silent:
    """Watches without a word."""

    def changed(self, delivery: Delivery) -> None:
        """Nothing."""

    def progress(self, key: str, done: int, total: int) -> None:
        """Nothing."""


def trapped(config: Path, trap: Trap) -> App:
    """The ministry, with the trap around its store and around X."""
    app = build(load_settings(config, os.environ), person="ana")
    store = TrappedStore(app.store, trap)
    means = replace(app.means, store=store, platforms={"x": TrappedPlatform(app.platforms["x"], trap)})
    app.__dict__.update(store=store, means=means)  # both are made once and remembered there
    return app


def embedded(app: App) -> None:
    """Until everything is settled."""

    def enough() -> bool:
        with app.store.read() as reading:
            return not reading.deliveries(states=(State.PLANNED, State.SENDING, State.UNKNOWN), limit=1)

    with alone(app.engine_lock):
        Embedded(app.means, Silent(), threads=app.settings.sending.workers).run(enough)


def worker(app: App) -> None:
    """Until it is killed."""
    from ministry_social.engine.jobs import Jobs, Pulse, conninfo
    from ministry_social.engine.procrastinate import Distributed

    jobs = Jobs(conninfo(app.settings.store.url), Pulse.of(app.means.lease))
    threads = app.settings.sending.workers
    Distributed(app.means, jobs, Silent(), threads=threads, say=lambda sentence: None).run()


KINDS = {"embedded": embedded, "worker": worker}


def main() -> None:
    config = Path(sys.argv[1])
    for line in sys.stdin:
        _, kind, what = line.rstrip("\n").split(" ", 2)
        step, passes, number = what.split(";")
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            code = 1
            try:
                KINDS[kind](trapped(config, Trap(step=step, passes=int(passes), signal=int(number))))
                code = 0
            except BaseException as wrong:  # noqa: BLE001 - the child says why it ended, then ends
                print(f"{type(wrong).__name__}: {wrong}", file=sys.stderr, flush=True)
            finally:
                os._exit(code)
        print(f"started {child}", flush=True)
        _, status = os.waitpid(child, 0)
        print(f"ended {os.waitstatus_to_exitcode(status)}", flush=True)


if __name__ == "__main__":
    main()
