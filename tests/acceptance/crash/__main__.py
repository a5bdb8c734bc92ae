"""`python -m tests.acceptance.crash --kills 1000`: the trial at length, with figures: first on SQLite, then on PostgreSQL."""

import argparse
import math
import sys
import tempfile
import time
from pathlib import Path

from .ground import tried
from .traps import STEPS
from .trial import Figures


def main() -> int:
    """Exit code 0 where every delivery was published exactly once, on each engine."""
    asked = _asked()
    engines = ("embedded", "worker") if asked.engine == "both" else (asked.engine,)
    good = [_one(engine, asked) for engine in engines]  # also the second where the first was not good
    return 0 if all(good) else 1


def _one(engine: str, asked: argparse.Namespace) -> bool:
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="crash-") as folder:
        figures = tried(
            Path(folder),
            engine,
            kills=asked.kills,
            each=asked.each,
            seed=asked.seed,
            places=asked.workers,
            minutes=asked.minutes,
            kill_database=asked.kill_database,
        )
    tell(figures, engine, asked.seed, time.monotonic() - started)
    return figures.good


def tell(figures: Figures, engine: str, seed: int, seconds: float) -> None:
    """The figures, for people."""
    print(f"engine {engine}, seed {seed}, {seconds:.0f} s")
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
    print("good" if figures.good else "NOT GOOD", flush=True)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance.crash")
    parser.add_argument("--kills", type=int, default=1000, help="how many kills in all, at least, on each engine")
    parser.add_argument("--each", type=int, default=50, help="how many kills at each step, at least")
    parser.add_argument(
        "--engine", choices=("embedded", "worker", "both"), default="both", help="worker: PostgreSQL, two at a time"
    )
    parser.add_argument("--kill-database", action="store_true", help="kill and restart PostgreSQL in mid-wave besides")
    parser.add_argument("--workers", type=int, default=2, help="how many at a time on PostgreSQL")
    parser.add_argument("--minutes", type=float, default=math.inf, help="kill no more after so long, and judge what was done")
    parser.add_argument("--seed", type=int, default=20261123)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
