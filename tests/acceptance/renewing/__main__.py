"""`python -m tests.acceptance.renewing --refreshes 200`: the trial at length, with figures, in both modes of the rehearsal."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.postgres import running

from .traps import STEPS
from .trial import Figures, places, tried


def main() -> int:
    """Exit code 0 where the vault never silently held a dead token, and nothing stood anywhere in clear."""
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance.renewing")
    parser.add_argument("--refreshes", type=int, default=200, help="how many renewals in all, at least, in each mode")
    parser.add_argument("--seed", type=int, default=20261126)
    asked = parser.parse_args()
    good = True
    with running() as server, places() as at:
        for rotating in (False, True):
            started = time.monotonic()
            with tempfile.TemporaryDirectory(prefix="renewing-") as folder:
                figures = tried(
                    Path(folder), server.new_database(), at, renewals=asked.refreshes, rotating=rotating, seed=asked.seed
                )
            tell(figures, rotating, asked.seed, time.monotonic() - started)
            good = good and figures.good
    return 0 if good else 1


def tell(figures: Figures, rotating: bool, seed: int, seconds: float) -> None:
    """The figures, for people."""
    print(f"refresh tokens {'rotate' if rotating else 'stay'}, two workers, seed {seed}, {seconds:.0f} s")
    print(f"renewals  {figures.renewals}")
    print(f"kills     {sum(figures.kills.values())}")
    for step in (*STEPS, "at a random moment"):
        print(f"            {figures.kills[step]:>4}  {step}")
    print("after each pair of workers")
    for what, count in sorted(figures.told.items()):
        print(f"            {count:>4}  {what}")
    print(f"lost      {figures.lost} answers: the account was paused, and connected again")
    print(f"silent    {len(figures.silent)}   in clear {len(figures.leaks)}")
    for what in (*figures.silent[:5], *figures.leaks[:5]):
        print(f"            {what}")
    print("good" if figures.good else "NOT GOOD", flush=True)


if __name__ == "__main__":
    sys.exit(main())
