"""`ledger`: verifying a long ledger, and asking it what is due, in a store of as many deliveries."""

import argparse
import json
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ministry_social.clock import SystemClock
from ministry_social.desk import report
from ministry_social.model.delivery import Delivery, State
from ministry_social.model.variant import Kind
from ministry_social.rules import chain
from ministry_social.rules.auditing import walk
from ministry_social.store import open_store

_GROUP = 10_000  # in one transaction
_ACCOUNTS = 1000


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be asked."""
    parser.add_argument("--entries", type=int, default=1_000_000, help="each the plan of one delivery")


def run(asked: argparse.Namespace) -> dict[str, Any]:
    """Made here, measured in a process of its own: its memory is then that of verifying alone."""
    with TemporaryDirectory(prefix="bench-") as name:
        file = Path(name) / "ledger.sqlite"
        started = time.perf_counter()
        _fill(file, asked.entries)
        made = time.perf_counter() - started
        done = subprocess.run([sys.executable, "-m", "benchmarks.ledger", str(file)], capture_output=True, text=True, check=True)
    figures: dict[str, Any] = json.loads(done.stdout)
    return {**figures, "made_per_second": asked.entries / made}


def _fill(file: Path, entries: int) -> None:
    store = open_store(f"sqlite:///{file}", "rehearsal", SystemClock(), by="bench")
    now = datetime.now(UTC).replace(microsecond=0)
    for start in range(0, entries - 1, _GROUP):  # the store's own first entry is one of them
        with store.begin() as tx:
            for number in range(start, min(start + _GROUP, entries - 1)):
                tx.plan(_delivery(number, now), by="bench", at=now)
    store.close()


def _delivery(number: int, now: datetime) -> Delivery:
    """Ninety-eight of a hundred are out; one is due, and one is planned for later."""
    account, message = number % _ACCOUNTS, number // _ACCOUNTS
    kind = (account + message) % 100
    planned = kind in (0, 1)
    return Delivery(
        key=f"m{message}/1/post-{account:04}/post", message=f"m{message}", wave=1, account=f"post-{account:04}", platform="x",
        part="post", kind=Kind.LOCAL, payload=sha256(str(number).encode()).hexdigest(), release="r" * 64,
        due_at=now - timedelta(minutes=1) if kind == 0 else now + timedelta(days=1 + number % 300),
        stale_at=None, state=State.PLANNED if planned else State.PUBLISHED, prepared=True,
    )  # fmt: skip


def _best(question: Callable[[], Any]) -> float:
    """Milliseconds of the best of five."""
    took = []
    for _ in range(5):
        started = time.perf_counter()
        question()
        took.append(time.perf_counter() - started)
    return min(took) * 1000


def _bare(file: str) -> float:
    """Entries a second of the dozen lines in docs/ledger.md, which know nothing of us."""
    started, seal, count = time.perf_counter(), bytes(32), 0
    with closing(sqlite3.connect(file)) as connection:
        for _, body, written in connection.execute("SELECT position, body, seal FROM entry ORDER BY position"):
            count += 1
            seal = sha256(seal + body.encode()).digest()
            assert written == seal.hex()
    return count / (time.perf_counter() - started)


def main() -> None:
    """`python -m benchmarks.ledger FILE`: the part that is measured."""
    store = open_store(f"sqlite:///{sys.argv[1]}", "rehearsal", SystemClock(), by="bench")
    now = datetime.now(UTC)
    with store.read() as reading:
        walked_before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started, busy = time.perf_counter(), time.process_time()
        walked = walk(reading.pages())
        walking, busy = time.perf_counter() - started, time.process_time() - busy
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = time.perf_counter()
        entries, _ = chain.verify(reading.entries())
        seconds = time.perf_counter() - started
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        bare = _bare(sys.argv[1])
        figures = {
            "entries": entries,
            "ratio": (entries / seconds) / bare,
            "bare_per_second": bare,
            "verified_per_second": entries / seconds,
            "memory_grown_mb": grown / 1024,
            "walked_per_second": walked.size / walking,
            "walked_per_second_of_processor": walked.size / busy,
            "walk_memory_grown_mb": (before - walked_before) / 1024,
            "due_ms": _best(lambda: reading.due(now, 16)),
            "next_due_ms": _best(lambda: reading.next_due()),
            "list_ms": _best(lambda: report.rows(reading, now, {}, limit=200)),
            "list_of_an_account_ms": _best(lambda: report.rows(reading, now, {}, account="post-0007", limit=200)),
            "list_of_a_message_ms": _best(lambda: report.rows(reading, now, {}, message="m3", limit=200)),
            "in_doubt_ms": _best(lambda: report.rows(reading, now, {}, states=(State.UNKNOWN,), limit=200)),
        }
    store.close()
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
