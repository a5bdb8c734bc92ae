"""A trial: engines are killed and frozen while a platform misbehaves; at the end every post stands there once."""

import math
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import requests

from ministry_social.app import App, build
from ministry_social.desk import schedule
from ministry_social.desk.compose import Draft
from ministry_social.files.ready import write_ready
from ministry_social.files.settings import load_settings
from ministry_social.model.account import Account, Credential
from ministry_social.model.delivery import Slot, State
from ministry_social.model.message import Message, Place
from ministry_social.model.plan import Assignment, Cost
from ministry_social.model.variant import Kind, Variant
from ministry_social.rules import chain
from ministry_social.rules.canonical import digest

from .traps import MOST_PASSES, STEPS

# Real seconds. What the platform does late (posts that land, timelines that lag) is always less than SETTLE, as the design
# asks of a platform; a connection without a request is dropped sooner than SETTLE_VANISHED.
LEASE, SETTLE, SETTLE_VANISHED = 3.0, 2.0, 4.0
SETTINGS = {
    "SENDING_LEASE": f"{LEASE:.0f}s", "SENDING_TOTAL_TIMEOUT": "2s", "SENDING_CONNECT_TIMEOUT": "1s",
    "SENDING_SETTLE": f"{SETTLE:.0f}s", "SENDING_SETTLE_VANISHED": f"{SETTLE_VANISHED:.0f}s", "SENDING_LOOK_EVERY": "1s",
    "SENDING_WORKERS": "4",
}  # fmt: skip
FAULTS: tuple[tuple[str, dict[str, float]], ...] = (
    ("drop-before", {}), ("drop-after", {}), ("error", {}), ("error-after", {}), ("html-page-after", {}), ("unparsable", {}),
    ("delay-before", {"seconds": 0.3}), ("delay-after", {"seconds": 0.3}),
)  # fmt: skip
PATIENCE = 2.0  # seconds after which the platform drops a connection on which no request comes
LAG = 1.0  # seconds by which timelines are late
FRESH = 0.5  # a new message is planned when fewer than this share of the accounts have something to say
CROWDED = 0.25  # share of the accounts that may be in doubt: then an engine is left in peace for a while before it is killed
REST = 400.0  # seconds that the last engine has to settle everything
LIFE = {"embedded": 2.5, "worker": 5.0}  # seconds that a child may live without coming to its step


@dataclass
class Figures:
    """What a trial did and what came of it."""

    kills: Counter[str] = field(default_factory=Counter)
    freezes: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    server_kills: int = 0
    planned: int = 0
    states: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    posts: int = 0
    twice: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    untrue: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Every delivery published exactly once, none lost, none in doubt, and what the ledger says is so."""
        once = not self.twice and not self.lost and not self.untrue
        return once and set(self.states) == {State.PUBLISHED.value} and self.posts == self.planned


class Child:
    """One place for an engine: a process that forks them, one after another."""

    def __init__(self, process: subprocess.Popen[str], kind: str) -> None:
        self._process, self._kind = process, kind
        self.ended: int | None = None
        self._waiter: threading.Thread | None = None

    def start(self, step: str = "", passes: int = 1, number: int = signal.SIGKILL) -> int:
        """Fork an engine; returns its process id."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"go {self._kind} {step};{passes};{int(number)}\n")
        self._process.stdin.flush()
        pid = int(self._told("started"))
        self.ended = None
        self._waiter = threading.Thread(target=self._wait, daemon=True)
        self._waiter.start()
        return pid

    def wait(self, timeout: float) -> bool:
        """Whether it has ended within so many seconds."""
        assert self._waiter is not None
        self._waiter.join(timeout)
        return not self._waiter.is_alive()

    def _wait(self) -> None:
        self.ended = int(self._told("ended"))

    def _told(self, word: str) -> str:
        assert self._process.stdout is not None
        said, _, value = self._process.stdout.readline().strip().partition(" ")
        assert said == word, f"the child is gone: {said!r}"
        return value


@dataclass
class Trial:
    """Everything that a trial needs. `engine` is `embedded` (one at a time) or `worker` (two at a time, or `places`).

    After `seconds` no more is killed; what was done by then is judged.
    """

    folder: Path
    address: str
    engine: str
    seed: int
    kills: int
    each: int
    accounts: int = 400
    places: int = 2
    seconds: float = math.inf
    restart_database: Callable[[], None] | None = None
    figures: Figures = field(default_factory=Figures)
    _app: App = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _over: threading.Event = field(default_factory=threading.Event)
    _wave: int = 0
    _end: float = math.inf

    def run(self) -> Figures:
        """All of it; the figures say what came."""
        self._prepare()
        places = self.places if self.engine == "worker" else 1
        self._end = time.monotonic() + self.seconds
        with ExitStack() as open_children:
            children = [open_children.enter_context(_child(self.folder / "config", self.engine)) for _ in range(places)]
            threads = [threading.Thread(target=self._torment, args=(child, n)) for n, child in enumerate(children)]
            threads.append(threading.Thread(target=self._misbehave))
            if self.restart_database is not None:
                threads.append(threading.Thread(target=self._kill_database))
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self._come_to_rest(children[0])
        self._judge()
        self._app.close()
        return self.figures

    def _prepare(self) -> None:
        if not (self.folder / "config").exists():
            write_ready(self.folder)
        self._app = build(load_settings(self.folder / "config", os.environ), person="ana")
        template = next(account for account in self._app.accounts if account.platform == "x")
        named = [replace(template, name=f"fire-{n}", handle=f"fire_{n}", id=str(7_000_000 + n)) for n in range(self.accounts)]
        _write_accounts(self.folder / "config" / "accounts.toml", named)
        self._app.close()
        self._app = build(load_settings(self.folder / "config", os.environ), person="ana")
        rows = [{"platform": "x", "id": a.id, "name": a.name, "handle": a.handle, "title": a.name} for a in named]
        credentials = self._post("/rehearsal/accounts", rows)
        self._app.vault.put_all({a.name: Credential(c) for a, c in zip(named, credentials, strict=True)})
        self._post("/rehearsal/x/settings", {"duplicates": "accept"})  # X itself shall not save us
        self._post("/rehearsal/faults", {"kind": "read-lag", "platform": "x", "action": "read", "seconds": LAG})
        self._plan()

    def _plan(self) -> None:
        """One more message: a text of its own for each account."""
        self._wave += 1
        app, message = self._app, f"fire-{self._wave}"
        source = message.encode()
        variants = {
            a.name: Variant(account=a.name, kind=Kind.LOCAL, language="en", text=(f"{message} as {a.name} says it",))
            for a in app.accounts
        }
        draft = Draft(
            message=Message(id=message, kind="statement", source="en", place=Place(file="fire.md", line=1)),
            revision=digest(source),
            assignments=tuple(Assignment(account=a, reason="", variant=variants[a.name]) for a in app.accounts),
            payloads={a.name: app.platforms["x"].render(a, variants[a.name]) for a in app.accounts},
            otherwise={}, findings=(), cost=Cost(with_link=0, others=self.accounts, alt_texts=0, total=0),
        )  # fmt: skip
        schedule.plan(app.store, app.clock, draft, wave=1, times=app.times, at=None, file="fire.md", source=source, person="ana")
        self.figures.planned += self.accounts

    def _torment(self, child: Child, place: int) -> None:
        """Start an engine, and kill or freeze it: at each step so often, then at random moments."""
        chance = random.Random(self.seed * 10 + place)
        while (step := self._next(chance)) is not None:
            crowded = self._replenish()
            step = "" if crowded else step
            freeze = chance.random() < 0.06
            if freeze:
                self._freeze(child, chance)
                continue
            pid = child.start(step, passes=chance.randint(1, MOST_PASSES.get(step, 1)))
            if child.wait(LIFE[self.engine] if step or crowded else chance.uniform(0.02, 0.8)):
                died = child.ended == -signal.SIGKILL
                self._count(step if died else "")
                continue
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            child.wait(10)
            self._count("at a random moment")

    def _next(self, chance: random.Random) -> str | None:
        """The step to kill at; "" for a random moment; None where it is enough."""
        with self._lock:
            missing = [step for step in STEPS if self.figures.kills[step] < self.each]
            if time.monotonic() > self._end:
                return None
            if missing:
                return chance.choice(missing)
            return "" if sum(self.figures.kills.values()) < self.kills else None

    def _count(self, step: str) -> None:
        with self._lock:
            if step:
                self.figures.kills[step] += 1

    def _freeze(self, child: Child, chance: random.Random) -> None:
        """Freeze an engine, at random or right before it sends: for less, or for more, than lease and settle_vanished."""
        longer = chance.random() < 0.4
        trapped = chance.random() < 0.5
        pid = child.start("before publish" if trapped else "", passes=chance.randint(1, 4), number=signal.SIGSTOP)
        if not trapped:
            time.sleep(chance.uniform(0.1, 0.5))
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
        _until(lambda: _frozen(pid) or child.ended is not None, 2.0)
        time.sleep(LEASE + SETTLE_VANISHED + 1.5 if longer else chance.uniform(0.2, LEASE))
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
        child.wait(0.5)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        child.wait(10)
        with self._lock:
            self.figures.freezes["longer" if longer else "shorter"] += 1

    def _replenish(self) -> bool:
        """See that there is something to send; whether too many accounts are in doubt for that."""
        with self._lock:
            with self._app.store.read() as reading:
                ready = len(reading.due(self._app.clock.now(), self.accounts))
                doubtful = len(reading.deliveries(states=(State.SENDING, State.UNKNOWN)))
                planned = len(reading.deliveries(states=(State.PLANNED,), limit=self.accounts))
            if ready < FRESH * self.accounts and planned < self.accounts:
                self._plan()
                self._next_day()
        return doubtful > CROWDED * self.accounts

    def _next_day(self) -> None:
        """Our own pace for the app is that of a day, too: the trial does not wait for the next one."""
        with self._app.store.begin() as tx:
            tx.keep_slot(Slot(key="x/app", next_at=self._app.clock.now() + timedelta(days=1), left=5000))

    def _misbehave(self) -> None:
        """Now and then a fault, for whoever comes next."""
        chance = random.Random(self.seed * 10 + 7)
        while not self._enough():
            kind, more = chance.choice(FAULTS)
            self._post("/rehearsal/faults", {"kind": kind, "platform": "x", "times": chance.randint(1, 3), **more})
            self.figures.faults[kind] += 1
            if self.figures.faults.total() % 20 == 0:
                missing = {step: self.each - self.figures.kills[step] for step in STEPS if self.figures.kills[step] < self.each}
                print(f"{sum(self.figures.kills.values())} kills; still to come: {missing}", file=sys.stderr, flush=True)
            time.sleep(chance.uniform(0.2, 0.8))

    def _kill_database(self) -> None:
        """Now and then, the database's server is killed and started again."""
        assert self.restart_database is not None
        chance = random.Random(self.seed * 10 + 8)
        while not self._enough():
            time.sleep(chance.uniform(4, 8))
            with self._lock:
                self.restart_database()
                self.figures.server_kills += 1

    def _enough(self) -> bool:
        with self._lock:
            if time.monotonic() > self._end:
                return True
            all_steps = all(self.figures.kills[step] >= self.each for step in STEPS)
            return all_steps and sum(self.figures.kills.values()) >= self.kills

    def _come_to_rest(self, child: Child) -> None:
        """No more faults: one engine is left in peace until everything is settled."""
        requests.delete(f"{self.address}/rehearsal/faults", timeout=10)
        pid = child.start()
        _until(lambda: self._settled() or child.ended is not None, REST)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        child.wait(10)

    def _settled(self) -> bool:
        with self._app.store.read() as reading:
            return not reading.deliveries(states=(State.PLANNED, State.SENDING, State.UNKNOWN), limit=1)

    def _judge(self) -> None:
        """Compare what the ledger says with what the rehearsal recorded."""
        records = requests.get(f"{self.address}/rehearsal/records", params={"platform": "x"}, timeout=60).json()
        made = Counter((row["account"], row["text"]) for row in records)
        ids = {(row["account"], row["text"]): row["id"] for row in records}
        figures = self.figures
        with self._app.store.read() as reading:
            chain.verify(reading.entries())
            deliveries = reading.deliveries()
            for delivery in deliveries:
                said = (delivery.account, f"{delivery.message} as {delivery.account} says it")
                figures.lost += [delivery.key] if made[said] == 0 else []
                figures.twice += [delivery.key] if made[said] > 1 else []
                figures.untrue += [delivery.key] if made[said] == 1 and ids[said] != delivery.remote_id else []
        figures.states = Counter(delivery.state.value for delivery in deliveries)
        figures.posts = sum(made.values())

    def _post(self, path: str, body: object) -> list[dict[str, str]]:
        answer = requests.post(f"{self.address}{path}", json=body, timeout=30)
        answer.raise_for_status()
        return list(answer.json()) if answer.content else []


@contextmanager
def _child(config: Path, kind: str) -> Iterator[Child]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.acceptance.crash.child", str(config)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield Child(process, kind)
    finally:
        process.communicate(timeout=30)


def _write_accounts(file: Path, accounts: list[Account]) -> None:
    lines = []
    for a in accounts:
        lines.append(
            f'[[account]]\nname = "{a.name}"\nplatform = "x"\nhandle = "{a.handle}"\nid = "{a.id}"\nmission = "{a.name}"\n'
            f'title = "{a.name}"\nlanguages = ["en"]\nzone = "UTC"\ncountry = "FR"\ncity = "Paris"\n'
            + ("central = true\n" if a is accounts[0] else "")
        )
    file.write_text("\n".join(lines), encoding="utf-8")


def _frozen(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
    except OSError:
        return False


def _until(true: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return False
