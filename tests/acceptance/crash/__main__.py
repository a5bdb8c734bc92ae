"""`python -m tests.acceptance.crash --kills 1000`: the trial at length, with figures."""

import argparse
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from ministry_social.rehearsal.server import Server

from .traps import STEPS
from .trial import PATIENCE, SETTINGS, Figures, Trial


def main() -> int:
    """Exit code 0 where every delivery was published exactly once."""
    asked = _asked()
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="crash-")))
        address = held.enter_context(Server(patience=PATIENCE).running())
        environment = {"REHEARSAL_ADDRESS": address, **SETTINGS}
        restart = None
        if asked.engine == "worker":
            from tests.postgres import running

            server = held.enter_context(running())
            environment["STORE_URL"] = server.new_database()
            restart = server.kill_and_start if asked.kill_database else None
        os.environ.update({f"MINISTRY_SOCIAL_{name}": value for name, value in environment.items()})
        started = time.monotonic()
        trial = Trial(
            folder=folder, address=address, engine=asked.engine, seed=asked.seed,
            kills=asked.kills, each=asked.each, restart_database=restart,
        )  # fmt: skip
        figures = trial.run()
        tell(figures, asked, time.monotonic() - started)
    return 0 if figures.good else 1


def tell(figures: Figures, asked: argparse.Namespace, seconds: float) -> None:
    """The figures, for people."""
    print(f"engine {asked.engine}, seed {asked.seed}, {seconds:.0f} s")
    print(f"kills    {sum(figures.kills.values())}")
    for step in (*STEPS, "at a random moment"):
        print(f"           {figures.kills[step]:>5}  {step}")
    print(f"freezes  {figures.freezes['shorter']} for less, {figures.freezes['longer']} for more than lease + settle_vanished")
    print(f"faults   {dict(figures.faults)}, timelines late all the time")
    if figures.server_kills:
        print(f"database killed and started again: {figures.server_kills} times")
    print(f"planned  {figures.planned}   posts made {figures.posts}   states {dict(figures.states)}")
    print(f"twice    {len(figures.twice)}   lost {len(figures.lost)}   untrue {len(figures.untrue)}")
    for what in ("twice", "lost", "untrue"):
        for key in getattr(figures, what)[:5]:
            print(f"           {what}: {key}")
    print("good" if figures.good else "NOT GOOD")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance.crash")
    parser.add_argument("--kills", type=int, default=1000, help="how many kills in all, at least")
    parser.add_argument("--each", type=int, default=50, help="how many kills at each step, at least")
    parser.add_argument("--engine", choices=("embedded", "worker"), default="embedded", help="worker: PostgreSQL, two at a time")
    parser.add_argument("--kill-database", action="store_true", help="kill and restart the database's server besides")
    parser.add_argument("--seed", type=int, default=20261123)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
