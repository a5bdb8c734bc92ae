"""`python -m tests.acceptance.hold --accounts 1000`: the trial by hand, with figures."""

import argparse
import sys
import time

from .trial import Figures, Hold, Trial


def main() -> int:
    """Exit code 0 where every promise was kept."""
    asked = _asked()
    good = [_run(asked, engine) for engine in ("embedded", "worker") if asked.engine in (engine, "both")]
    return 0 if all(good) else 1


def _run(asked: argparse.Namespace, engine: str) -> bool:
    started = time.monotonic()
    if engine == "embedded":
        figures = Trial(accounts=asked.accounts, quiet=asked.quiet).run()
    else:
        from tests.postgres import running

        with running() as server:
            figures = Trial(accounts=asked.accounts, quiet=asked.quiet, store=server.new_database(), workers=asked.workers).run()
    workers = 1 if engine == "embedded" else asked.workers
    database = "SQLite" if engine == "embedded" else "PostgreSQL"
    print(f"engine {engine} ({database}), workers {workers}, accounts {asked.accounts}, {time.monotonic() - started:.0f} s")
    tell(figures)
    return figures.good


def tell(figures: Figures) -> None:
    """The figures, for people."""
    for hold in figures.holds:
        _tell_hold(hold)
    posts, asked = figures.posts.total(), figures.requests.total()
    print(f"  in the end      {posts} posts, {asked} requests, {dict(figures.states)}")
    print("  good" if figures.good else "  NOT GOOD")


def _tell_hold(hold: Hold) -> None:
    late = f"{len(hold.late)} after it" if hold.late else "none after it"
    print(f"  {hold.way}")
    print(f"    out before it {len(hold.ledger.out)}   under way {len(hold.left)}   held {hold.said['stopped']}")
    print(f"    in force      {hold.in_force - hold.asked:.3f} s after it was typed, {hold.waited:.3f} s of it at the store")
    print(f"    returned      {hold.returned - hold.asked:.3f} s after it was typed")
    print(f"    last request  {hold.last_arrival:+.3f} s from the return: {late}; {len(hold.after)} after it was in force")
    for what in hold.wrong:
        print(f"    WRONG: {what}")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance.hold")
    parser.add_argument("--accounts", type=int, default=1000)
    parser.add_argument("--engine", choices=("embedded", "worker", "both"), default="both", help="worker: on PostgreSQL")
    parser.add_argument("--workers", type=int, default=2, help="how many workers share the wave on PostgreSQL")
    parser.add_argument("--quiet", type=float, default=3.0, help="seconds to look on after each hold")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
