"""`wave`: one message for many X accounts, ours against the bare loop, side by side."""

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from typing import Any

from ministry_social.engine.embedded import Embedded, alone
from ministry_social.model.delivery import Delivery, State

from . import bare, stub
from .ministry import Ministry, ministry


class Silent:
    """Watches without a word."""

    def changed(self, delivery: Delivery) -> None:
        """Nothing."""

    def progress(self, key: str, done: int, total: int) -> None:
        """Nothing."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be asked."""
    parser.add_argument("--accounts", type=int, default=1000)
    parser.add_argument("--in-flight", type=int, default=None, help="threads, theirs and ours (16; with a latency 64)")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds until the platform answers")
    parser.add_argument("--runs", type=int, default=3, help="alternating; the best of each counts")
    parser.add_argument("--fresh", action="store_true", help="besides, the bare loop with a connection of its own for each post")
    parser.add_argument("--engine", choices=("embedded", "worker"), default="embedded", help="worker: on PostgreSQL")
    parser.add_argument("--workers", type=int, default=1, help="with --engine worker: processes, each with --in-flight")


def run(asked: argparse.Namespace) -> dict[str, Any]:
    """The figures of the best run of each."""
    threads = asked.in_flight or (64 if asked.latency else 16)
    theirs: list[Sequence[float]] = []
    ours: list[Sequence[float]] = []
    fresh: list[Sequence[float]] = []
    with ExitStack() as held:
        server = None
        if asked.engine == "worker":
            from tests.postgres import running

            server = held.enter_context(running())
        for _ in range(asked.runs):
            with stub.running(asked.latency) as address:
                store = server.new_database() if server is not None else ""
                with ministry(address, asked.accounts, threads=threads, store=store) as one:
                    theirs.append(bare.run(address, one.credentials, one.texts, threads))
                    if asked.fresh:
                        fresh.append(bare.run(address, one.credentials, one.texts, threads, fresh=True))
                    ours.append(_workers(one, asked.workers, threads) if server is not None else _embedded(one, threads))
    best, least = min(ours, key=max), min(theirs, key=max)
    ideal = max(asked.accounts / (threads * asked.workers) * asked.latency, max(least) if asked.workers == 1 else 0.0)
    return {
        "accounts": asked.accounts, "in_flight": threads, "latency": asked.latency, "engine": asked.engine,
        "workers": asked.workers, "runs": asked.runs,
        "bare_seconds": max(least), "ours_seconds": max(best),
        "bare_per_second": asked.accounts / max(least), "ours_per_second": asked.accounts / max(best),
        "over_ideal": max(best) / ideal if ideal else None,
        "lateness": {f"p{share}": _percentile(best, share) for share in (50, 95, 99)},
        "fresh_ratio": max(least) / max(min(fresh, key=max)) if fresh else None,
        "ratio": max(least) / max(best),
    }  # fmt: skip


def _embedded(one: Ministry, threads: int) -> Sequence[float]:
    """Seconds from the start to each receipt on record, of a new engine on a plan that is due."""
    one.plan()
    app = one.fresh()
    means = app.means
    assert app.accounts  # config and store are read; vault and client library are first touched below, in the timed part
    started, at = time.perf_counter(), app.clock.now()

    def enough() -> bool:
        with app.store.read() as reading:
            return reading.next_due() is None and not reading.deliveries(states=(State.SENDING,), limit=1)

    with closing(app), alone(app.engine_lock):
        Embedded(means, Silent(), threads=threads).run(enough)
    return _lateness(one, at, time.perf_counter() - started)


def _workers(one: Ministry, workers: int, threads: int) -> Sequence[float]:
    """The same with workers that wait already when the plan is made."""
    command = [sys.executable, "-m", "benchmarks.working", str(one.folder), str(threads)]
    processes = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(workers)]
    try:
        for process in processes:
            assert process.stdout is not None
            process.stdout.readline()
        time.sleep(3)  # until each has looked around once
        one.plan()
        started, at = time.perf_counter(), one.app.clock.now()
        while True:
            with one.app.store.read() as reading:
                if not reading.deliveries(states=(State.PLANNED, State.SENDING), limit=1):
                    break
            time.sleep(0.05)
        return _lateness(one, at, time.perf_counter() - started)
    finally:
        for process in processes:
            process.communicate(timeout=60)


def _lateness(one: Ministry, at: datetime, seconds: float) -> Sequence[float]:
    """When each came, by the record; and when all were on record."""
    with one.app.store.read() as reading:
        deliveries = reading.deliveries()
    assert {delivery.state for delivery in deliveries} == {State.PUBLISHED}, "not all were published"
    sent = [(delivery.sent_at - at) / timedelta(seconds=1) for delivery in deliveries if delivery.sent_at is not None]
    return [*sorted(sent)[:-1], seconds]


def _percentile(values: Sequence[float], share: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)]
