"""The processes of a trial: the platforms, the workers, and the command that is timed. None of them is the trial's own."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ministry_social.rehearsal.server import Server
from tests.acceptance.ministry import stopped

_PATIENCE = 60.0  # seconds after which a command, or a worker's start, has failed


@dataclass(frozen=True)
class Ended:
    """A command that has returned: what it said, and when it was asked and had returned, in epoch seconds."""

    said: dict[str, Any]
    asked: float
    returned: float


@dataclass(frozen=True)
class Desk:
    """Where commands are given: a ministry's folder, and the environment that names its store and its platforms."""

    folder: Path
    environment: Mapping[str, str]

    def command(self, *words: str, meanwhile: Callable[[Future[Any]], None] = lambda ended: None) -> Ended:
        """Give a command in a process of its own; `meanwhile` is called at once, and told when the command has ended."""
        asked = time.time()
        process = self._start(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with stopped(process), ThreadPoolExecutor(1) as waiting:
            ended = waiting.submit(_until_end, process)
            meanwhile(ended)
            out, err, returned = ended.result()
        assert process.returncode == 0, out + err
        return Ended(json.loads(out), asked, returned)

    @contextmanager
    def workers(self, count: int) -> Iterator[None]:
        """Workers, from the moment that all of them work; each must end well when it is told to stop."""
        with ExitStack() as held:
            for journal, process in [held.enter_context(self._worker(number)) for number in range(count)]:
                _until_it_works(journal, process)
            yield

    @contextmanager
    def _worker(self, number: int) -> Iterator[tuple[Path, subprocess.Popen[str]]]:
        journal = self.folder / f"worker-{number}.txt"  # a file never fills up, as a pipe would that nobody reads
        with journal.open("w", encoding="utf-8") as out, stopped(self._start(("worker",), stdout=out, stderr=out)) as process:
            yield journal, process
        assert process.returncode == 0, journal.read_text(encoding="utf-8")[-2000:]

    def _start(self, words: tuple[str, ...], **streams: Any) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "ministry_social", *words]
        return subprocess.Popen(
            command, cwd=self.folder, env=dict(self.environment), stdin=subprocess.DEVNULL, text=True, **streams
        )


def _until_it_works(journal: Path, process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + _PATIENCE
    while "Working, " not in journal.read_text(encoding="utf-8"):
        assert process.poll() is None, journal.read_text(encoding="utf-8")
        assert time.monotonic() < end, "the worker does not begin"
        time.sleep(0.05)


def _until_end(process: subprocess.Popen[str]) -> tuple[str, str, float]:
    out, err = process.communicate(timeout=_PATIENCE)
    return out, err, time.time()


@contextmanager
def platforms() -> Iterator[str]:
    """The rehearsal's address. It is no thread of ours, so that its work does not make us note a return too late."""
    command = [sys.executable, "-m", __name__]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        assert address, "the rehearsal does not begin"
        yield address
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait(20)


def main() -> None:
    """`python -m tests.acceptance.hold.processes`: serve the rehearsal until standard input ends."""
    with Server().running() as address:
        print(address, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
