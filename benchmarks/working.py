"""A worker of the product in a process of its own, on the system's clock; ends when standard input does."""

import os
import sys
import threading
from pathlib import Path

from ministry_social.app import build
from ministry_social.clock import SystemClock
from ministry_social.engine.jobs import Jobs, Pulse, conninfo
from ministry_social.engine.procrastinate import Distributed
from ministry_social.files.settings import load_settings

from .wave import Silent


def main() -> None:
    """`python -m benchmarks.working FOLDER THREADS`."""
    folder, threads = Path(sys.argv[1]), int(sys.argv[2])
    app = build(load_settings(folder / "config", os.environ), person="bench", clock=SystemClock())
    jobs = Jobs(conninfo(app.settings.store.url), Pulse.of(app.means.lease))
    engine = Distributed(app.means, jobs, Silent(), threads=threads, say=lambda sentence: None)

    def until_end() -> None:
        sys.stdin.read()
        engine.stop()

    threading.Thread(target=until_end, daemon=True).start()
    print("working", flush=True)
    engine.run()


if __name__ == "__main__":
    main()
