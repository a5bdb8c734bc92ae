"""The sending protocol under kills: whatever happens to the process, every post is made at most once, and none is forgotten."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from ministry_social.app import App, build
from ministry_social.desk import schedule
from ministry_social.desk.compose import Draft
from ministry_social.files.ready import write_ready
from ministry_social.files.settings import load_settings
from ministry_social.model.account import Account, Credential
from ministry_social.model.delivery import State
from ministry_social.model.message import Message, Place
from ministry_social.model.plan import Assignment, Cost
from ministry_social.model.variant import Kind, Variant
from ministry_social.rules import chain
from ministry_social.rules.canonical import digest
from tests.conftest import Rehearsal

SEED = 20261201
KILLS = 20
POSTS = 40


class Deliverer:
    """The process that delivers, as the test sees it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def start(self) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        return int(self._told("started"))

    def ended(self) -> int:
        return int(self._told("ended"))

    def _told(self, word: str) -> str:
        assert self._process.stdout is not None
        said, _, value = self._process.stdout.readline().partition(" ")
        assert said == word, f"the deliverer is gone: {said!r}"
        return value


@contextmanager
def deliverer(config: Path) -> Iterator[Deliverer]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.engine.deliverer", str(config)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Deliverer(process)
    finally:
        process.communicate(timeout=30)


@pytest.fixture
def app(tmp_path: Path, rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch) -> App:
    """The ready ministry against this test's rehearsal, with a short lease, connected."""
    for name in [name for name in os.environ if name.startswith("MINISTRY_SOCIAL_")]:
        monkeypatch.delenv(name)
    settings = {
        "REHEARSAL_ADDRESS": rehearsal.address,
        "SENDING_LEASE": "4s",
        "SENDING_TOTAL_TIMEOUT": "3s",
        "SENDING_CONNECT_TIMEOUT": "1s",
    }
    for name, value in (settings | {"SENDING_WORKERS": "2"}).items():
        monkeypatch.setenv(f"MINISTRY_SOCIAL_{name}", value)
    write_ready(tmp_path)
    made = build(load_settings(tmp_path / "config", os.environ), person="ana")
    made.vault.put_all({a.name: Credential(rehearsal.enrol("x", a.id, a.name, a.handle)) for a in speakers(made)})
    return made


def speakers(app: App) -> list[Account]:
    return [account for account in app.accounts if account.platform == "x"][:POSTS]


def plan(app: App) -> None:
    """A wave of posts, a text of its own for each account."""
    accounts = speakers(app)
    variants = {a.name: Variant(account=a.name, kind=Kind.LOCAL, language="en", text=(f"{a.city}: {a.name}",)) for a in accounts}
    source = b"crash"
    draft = Draft(
        message=Message(id="crash", kind="statement", source="en", place=Place(file="crash.md", line=1)),
        revision=digest(source),
        assignments=tuple(Assignment(account=a, reason="", variant=variants[a.name]) for a in accounts),
        payloads={a.name: app.platforms["x"].render(a, variants[a.name]) for a in accounts},
        otherwise={}, findings=(), cost=Cost(with_link=0, others=POSTS, alt_texts=0, total=0),
    )  # fmt: skip
    schedule.plan(app.store, app.clock, draft, wave=1, times=app.times, at=None, file="crash.md", source=source, person="ana")


def kill(sender: Deliverer, after: float) -> bool:
    """Let it run so many seconds, then kill it; false where it had done all that there was to do."""
    child = sender.start()
    time.sleep(after)
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    return sender.ended() != 0


def test_kills_at_random_moments_make_no_second_post_and_forget_none(app: App, tmp_path: Path, rehearsal: Rehearsal) -> None:
    rehearsal.post("/rehearsal/x/settings", {"duplicates": "accept"})  # X itself shall not save us
    rehearsal.fault("delay-before", "x", seconds=0.1)
    plan(app)
    moments = random.Random(SEED)
    with deliverer(tmp_path / "config") as sender:
        kills = [kill(sender, moments.uniform(0.0, 0.5)) for _ in range(KILLS)]
        rehearsal.post("/rehearsal/clock", {"advance": 5})  # the last leases end
        sender.start()
        assert sender.ended() == 0

    made = Counter(row["account"] for row in rehearsal.records(platform="x"))
    ids = {row["account"]: row["id"] for row in rehearsal.records(platform="x")}
    with app.store.read() as reading:
        chain.verify(reading.entries())
        deliveries = reading.deliveries(message="crash")
    states = Counter(delivery.state for delivery in deliveries)
    print(f"seed {SEED}: {sum(kills)} kills, {dict(states)}, {sum(made.values())} posts made")  # shown where it fails
    assert set(made.values()) == {1}
    assert sum(states.values()) == POSTS
    assert set(states) <= {State.PUBLISHED, State.UNKNOWN}
    assert states[State.UNKNOWN] >= 1, "no kill came in the middle of a post: this test has tested nothing"
    assert all(made[d.account] == 1 and ids[d.account] == d.remote_id for d in deliveries if d.state is State.PUBLISHED)
