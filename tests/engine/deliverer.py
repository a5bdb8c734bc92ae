"""A process that forks, for each line that it reads, a child that delivers until nothing moves: quick to start, and to kill.

Lines out: `started PID`, and `ended CODE` once it is over. `go N` in: with N seconds of real time at the most.
"""

import os
import sys
from datetime import timedelta
from pathlib import Path

import ministry_social.platforms.x  # noqa: F401 - loaded once, before the children
from ministry_social.app import build
from ministry_social.engine.embedded import Embedded, alone
from ministry_social.files.settings import load_settings
from ministry_social.model.delivery import Delivery
from ministry_social.rules.waiting import nothing_moves


class Silent:
    """Watches without a word."""

    def changed(self, delivery: Delivery) -> None:
        """Nothing."""

    def progress(self, key: str, done: int, total: int) -> None:
        """Nothing."""


def deliver(config: Path) -> None:
    app = build(load_settings(config, os.environ), person="ana")

    def enough() -> bool:
        with app.store.read() as reading:
            return nothing_moves(reading.deliveries(), app.clock.now(), timedelta(hours=1))

    with alone(app.engine_lock):
        Embedded(app.means, Silent(), threads=app.settings.sending.workers).run(enough)


def main() -> None:
    config = Path(sys.argv[1])
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                deliver(config)
                code = 0
            finally:
                os._exit(code)
        print(f"started {child}", flush=True)
        _, status = os.waitpid(child, 0)
        print(f"ended {os.waitstatus_to_exitcode(status)}", flush=True)


if __name__ == "__main__":
    main()
