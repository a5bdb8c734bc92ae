"""Runs what a page shows: its console blocks, as a person would type them, in a folder of its own.

- A block of the kind `console` is a terminal. A line `$ command` is typed; what stands below it must be what it prints, standard
  error included. `...` stands for anything, line ends included.
- A command that fails is followed by `$ echo $?`, so that the page says so.
- `ministry-social rehearsal serve` goes on in the background, as in a second terminal, until the page ends.
- A block with a file name behind its kind (`markdown messages/grain.md`) is a file that the reader writes; `diff FILE` is a change
  that the reader makes in it.

Compared are the words: spaces at the end of a line and the number of spaces between columns do not count, and the port of the
rehearsal is 8700 on every page whatever was free. The rehearsal's clock runs faster than on the page, so that waiting takes
seconds.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .pages import Block, blocks

SERVE = "ministry-social rehearsal serve"
RATE = "600"  # seconds of the rehearsal in one real second: ten minutes between two reposts take one
PATIENCE = 60  # seconds for one command
NOT_RUN = re.compile(r"^make ")  # `make demo` and `make test` have tests of their own


@dataclass(frozen=True, kw_only=True)
class Typed:
    """A command, and what the page shows below it."""

    command: str
    shown: str
    line: int


def typed(block: Block) -> Iterator[Typed]:
    """The commands of a console block."""
    command, shown, line = "", [], block.line
    for number, text in enumerate(block.text.splitlines(), block.line):
        if text.startswith("$ "):
            if command:
                yield Typed(command=command, shown="\n".join(shown), line=line)
            command, shown, line = text[2:], [], number
        else:
            shown.append(text)
    assert command, f"line {block.line}: a console block begins with a command; output alone is `text`"
    yield Typed(command=command, shown="\n".join(shown), line=line)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def same(text: str) -> str:
    """A text as it is compared."""
    lines = (re.sub(r" {2,}", "  ", line.rstrip()) for line in text.splitlines())
    return "\n".join(lines).strip("\n")


def matches(shown: str, printed: str) -> bool:
    """Whether a page shows what was printed."""
    pattern = ".*?".join(re.escape(piece) for piece in same(shown).split("..."))
    return re.fullmatch(pattern, same(printed), re.DOTALL) is not None


@dataclass
class Terminal:
    """A shell with a folder, and a second one for what goes on in the background."""

    folder: Path
    port: int
    status: int = 0
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def follow(self, path: Path) -> None:
        """Do everything that a page says."""
        for block in blocks(path.read_text(encoding="utf-8")):
            if block.kind == "console":
                self._type_all(path, block)
            elif block.file and block.kind == "diff":
                self._change(block)
            elif block.file:
                target = self.folder / block.file
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(block.text, encoding="utf-8")
        assert self.status == 0, f"{path.name}: its last command failed, and it does not say so"

    def run(self, command: str) -> str:
        """Type one command; returns what it prints."""
        where = self.folder / ".where"
        # `$?` is that of the command before; where it leaves us is where the next one begins.
        script = f'(exit {self.status})\n{command}\nstatus=$?\npwd > "{where}"\nexit $status'
        done = subprocess.run(
            ["bash", "-c", script], cwd=self.folder, env=self._environment(), timeout=PATIENCE, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.status = done.returncode
        self.folder = Path(where.read_text().strip()) if where.exists() else self.folder
        where.unlink(missing_ok=True)
        return self._as_shown(done.stdout)

    def serve(self, command: str, shown: str = "Rehearsal of ...") -> str:
        """Start something that goes on, and wait until it prints what the page shows; returns what it printed."""
        log = self.folder / f".terminal-{len(self.running)}"
        with log.open("wb") as output:
            self.running.append(
                subprocess.Popen(
                    ["bash", "-c", f"exec {command}"],
                    cwd=self.folder,
                    env=self._environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                )
            )
        end = time.monotonic() + PATIENCE
        printed = ""
        while time.monotonic() < end and self.running[-1].poll() is None and not (printed and matches(shown, printed)):
            time.sleep(0.1)
            printed = self._as_shown(log.read_bytes())
        return printed

    def close(self) -> None:
        """End what goes on."""
        for process in self.running:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.running:
            process.wait(20)

    def _type_all(self, path: Path, block: Block) -> None:
        for one in typed(block):
            if NOT_RUN.match(one.command):
                continue
            before = self.status
            printed = self.serve(one.command, one.shown) if one.command.startswith(SERVE) else self.run(one.command)
            where = f"docs: {path.name}:{one.line}: $ {one.command}"
            assert matches(one.shown, printed), f"{where}\n--- the page shows\n{one.shown}\n--- it prints\n{printed}"
            assert before == 0 or one.command == "echo $?", f"{where}\nThe command before ended with {before}; show it: $ echo $?"

    def _change(self, block: Block) -> None:
        target = self.folder / block.file
        lines = block.text.splitlines()
        old = "\n".join(line[1:] for line in lines if line[:1] != "+")
        new = "\n".join(line[1:] for line in lines if line[:1] != "-")
        text = target.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"line {block.line}: {block.file} does not hold this once:\n{old}"
        target.write_text(text.replace(old, new), encoding="utf-8")

    def _environment(self) -> dict[str, str]:
        # What a build machine sets for itself (to keep no compiled modules, say) is not what a person has.
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("MINISTRY_SOCIAL_", "PYTHON", "PYTEST"))}
        return plain | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
            "LOGNAME": "anna",  # the press officer of the pages
            "MINISTRY_SOCIAL_REHEARSAL_ADDRESS": f"http://127.0.0.1:{self.port}",
            "MINISTRY_SOCIAL_REHEARSAL_RATE": RATE,
            "MINISTRY_SOCIAL_TIMES_HOLIDAYS": "ignore",  # the pages are true on Christmas Day, too
            "MINISTRY_SOCIAL_SIGNING_KEYS": "keys",  # never in the home of whoever runs the tests
        }

    def _as_shown(self, printed: bytes) -> str:
        return printed.decode("utf-8").replace(f"127.0.0.1:{self.port}", "127.0.0.1:8700")
