"""A small ministry in a temporary folder, for tests that go through the front door."""

import io
import json
import re
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ministry_social.app import App, build
from ministry_social.cli.main import run
from ministry_social.cli.serving import enrol
from ministry_social.files.ready import write_ready
from ministry_social.files.settings import load_settings
from tests.conftest import Rehearsal

RATE = 300.0  # five minutes of the rehearsal pass in a second

STATEMENT = """\
+++
id = "grain-corridor"
audience = "account:mfa + account:embassy-paris + account:embassy-ankara + account:page"
+++

## en
### short
The grain corridor stays open for another year.

## fr
### short
Le couloir céréalier reste ouvert une année encore.
"""
LOCAL_ANKARA = "## tr\n### short\nTahıl koridoru açık kalıyor; teşekkürler Türkiye, limanlarınız dünyayı besliyor.\n"


@dataclass(frozen=True)
class Said:
    """What a command said: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Ministry:
    """A ministry's folder, whose rehearsal may be the one of the test."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    environment: dict[str, str] = field(default_factory=dict)

    def say(self, *arguments: str, stdin: str = "") -> Said:
        """Run one command in this process, in the ministry's folder, without a terminal."""
        out, err = Captured(), Captured()
        with self.monkeypatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.chdir(self.folder)
            for name, value in self.environment.items():
                patch.setenv(name, value)
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
            code = run(list(arguments))
        return Said(code, out.text, err.text)

    def app(self) -> App:
        return build(load_settings(self.folder / "config", self.environment), person="press-officer")

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def serve_at(self, address: str) -> None:
        """Where its rehearsal is."""
        config = self.folder / "config" / "ministry.toml"
        config.write_text(re.sub(r"http://127\.0\.0\.1:\d+", address, config.read_text(encoding="utf-8")), encoding="utf-8")

    def deliveries(self) -> dict[str, dict[str, Any]]:
        """By account, as `delivery list --json` gives them."""
        return {row["account"]: row for row in self.say("delivery", "list", "--json").json}

    def story(self, key: str) -> list[str]:
        """The events that the ledger holds about a delivery, oldest first."""
        return [entry["event"] for entry in self.say("delivery", "show", key, "--json").json["ledger"]]


class Captured(io.TextIOWrapper):
    """A stream that can also be written to in bytes, like the real ones."""

    def __init__(self) -> None:
        self._bytes = io.BytesIO()
        super().__init__(self._bytes, encoding="utf-8", write_through=True)

    @property
    def text(self) -> str:
        return self._bytes.getvalue().decode()


def new_ministry(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Ministry:
    """A ministry as `init` writes it, and a message in it."""
    write_ready(folder)
    ministry = Ministry(folder, monkeypatch)
    ministry.write("messages/grain.md", STATEMENT)
    ministry.write("messages/local/grain-corridor/embassy-ankara.md", LOCAL_ANKARA)
    return ministry


def connected(ministry: Ministry, rehearsal: Rehearsal, *, rate: float = RATE) -> Ministry:
    """The same, with every account known to the rehearsal, whose clock runs fast."""
    ministry.serve_at(rehearsal.address)
    rehearsal.post("/rehearsal/clock", {"rate": rate})
    with closing(ministry.app()) as app:
        enrol(app, rehearsal.address)
    return ministry


@contextmanager
def stopped(process: Any) -> Iterator[Any]:
    """End a process that a test started, however the test ends."""
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(20)
