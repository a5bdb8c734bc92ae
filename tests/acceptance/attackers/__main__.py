"""`python -m tests.acceptance.attackers --tries 10000`: the trial at length, with figures."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from .ground import made
from .trial import Figures, tried


def main() -> int:
    """Exit code 0 where every attack was found that had to be, and named rightly."""
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance.attackers")
    parser.add_argument("--tries", type=int, default=10_000)
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--databases", type=float, default=0.05, help="the share of tries that are made in a real database, too")
    parser.add_argument("--seed", type=int, default=20261126)
    asked = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="attackers-") as name:
        ground = made(Path(name), asked.entries, asked.seed)
        print(f"ledger   {len(ground.state.rows)} entries, {ground.signed} signed, {ground.seen} seen by a witness", flush=True)
        figures = tried(
            ground, Path(name), tries=asked.tries, seed=asked.seed, databases=asked.databases,
            tell=lambda n: print(f"{n} tries, {time.monotonic() - started:.0f} s", flush=True) if n % 500 == 0 else None,
        )  # fmt: skip
    tell(figures, time.monotonic() - started)
    return 0 if figures.good else 1


def tell(figures: Figures, seconds: float) -> None:
    """The figures, for people."""
    print(f"{seconds:.0f} s; {figures.databases} tries in a real database, too")
    for name in sorted(figures.found | figures.unseen):
        print(f"  found {figures.found[name]:>5}   not found, and not to be {figures.unseen[name]:>5}   {name}")
    for sentence in figures.wrong[:20]:
        print(f"  WRONG {sentence}")
    print(f"wrong    {len(figures.wrong)}")
    print("good" if figures.good else "NOT GOOD")


if __name__ == "__main__":
    sys.exit(main())
