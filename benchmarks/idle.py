"""`idle`: what a worker with nothing to do costs, and how soon the command answers."""

import argparse
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from ministry_social.files.ready import write_ready
from ministry_social.rehearsal.server import Server

COMMAND = (sys.executable, "-m", "ministry_social")

_LIBRARIES = """
import tweepy, facebook, googleapiclient.discovery, google.auth, httplib2, av, alembic.command, psutil
print(psutil.Process().memory_info().rss / 2**20)
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be asked."""
    parser.add_argument("--seconds", type=float, default=20.0, help="how long it is watched")
    parser.add_argument("--engine", choices=("embedded", "worker"), default="embedded", help="worker: on PostgreSQL")
    parser.add_argument("--runs", type=int, default=7, help="of --help; the best counts")


def run(asked: argparse.Namespace) -> dict[str, Any]:
    """Shares of one core, megabytes, seconds."""
    with ExitStack() as held:
        folder = Path(held.enter_context(TemporaryDirectory(prefix="bench-")))
        write_ready(folder)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MINISTRY_SOCIAL_")}
        environment["MINISTRY_SOCIAL_REHEARSAL_ADDRESS"] = held.enter_context(Server().running())
        if asked.engine == "worker":
            from tests.postgres import running

            environment["MINISTRY_SOCIAL_STORE_URL"] = held.enter_context(running()).new_database()
        worker = subprocess.Popen(
            [*COMMAND, "worker"], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        try:
            assert worker.stdout is not None
            worker.stdout.readline()
            time.sleep(3)  # until it has looked around
            watched = psutil.Process(worker.pid)
            before = sum(watched.cpu_times()[:2])
            time.sleep(asked.seconds)
            share = (sum(watched.cpu_times()[:2]) - before) / asked.seconds
            memory = watched.memory_info().rss / 2**20
        finally:
            worker.terminate()
            worker.communicate(timeout=60)
    bare = _bare()
    return {
        "engine": asked.engine, "ratio": memory / bare, "bare_memory_mb": bare, "share_of_a_core": share, "memory_mb": memory,
        "help_seconds": _help(asked.runs),
    }  # fmt: skip


def _bare() -> float:
    """Megabytes of a process that has loaded the three client libraries, PyAV and Alembic, and does nothing."""
    said = subprocess.run([sys.executable, "-W", "ignore", "-c", _LIBRARIES], check=True, capture_output=True, text=True)
    return float(said.stdout)


def _help(runs: int) -> float:
    took = []
    for _ in range(runs):
        started = time.perf_counter()
        subprocess.run([*COMMAND, "--help"], check=True, capture_output=True)
        took.append(time.perf_counter() - started)
    return min(took)
