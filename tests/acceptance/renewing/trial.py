"""The trial: two workers at a time, killed; after each pair the vault is compared with what the platform knows."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from ministry_social.app import App, build
from ministry_social.desk.accounts import connect
from ministry_social.errors import Unauthorized
from ministry_social.files.ready import write_ready
from ministry_social.files.settings import load_settings
from ministry_social.rehearsal.server import Server
from ministry_social.rehearsal.world import Profile, World
from ministry_social.rules.renewing import LOST
from tests.acceptance.test_secrets import found

from .traps import STEPS

NAME = "channel"
PLACES = 2
_LONGEST = 0.5  # seconds until a worker that has no trap is killed, at most
_PATIENCE = 900.0


@dataclass
class Figures:
    """What came of it. `silent` and `leaks` must stay empty."""

    renewals: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    lost: int = 0  # answers that a kill has lost, found out and told
    told: Counter[str] = field(default_factory=Counter)  # how the state after a pair of workers was
    silent: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not self.silent and not self.leaks


class Recorded(dict[str, str]):
    """A credential at the platform that remembers every refresh token that it has had."""

    def __init__(self, fields: dict[str, str], had: list[str]) -> None:
        super().__init__(fields)
        self.had = had
        had.append(fields["refresh_token"])

    def __setitem__(self, name: str, value: str) -> None:
        if name == "refresh_token":
            self.had.append(value)
        super().__setitem__(name, value)


@dataclass
class Trial:
    """A ministry with its vault in a database, the rehearsal that it speaks to, and what was tried so far."""

    folder: Path
    app: App
    world: World
    address: str
    database: str
    chance: random.Random
    figures: Figures = field(default_factory=Figures)
    had: list[str] = field(default_factory=list)

    @property
    def profile(self) -> Profile:
        found = self.world.named("youtube", NAME)
        assert found is not None
        return found

    def sign_in(self, number: int) -> None:
        """A person connects the account, for the first time or anew."""
        fields = {**self.profile.credential, "refresh_token": f"1//0tell-tale-refresh-{number}-{self.chance.randbytes(8).hex()}"}
        self.profile.credential = Recorded(fields, self.had)
        mine = dict(fields) | {"token_uri": f"{self.address}/api/youtube/token"}
        connect(self.app.store, self.app.clock, self.app.vault, self.app.roster[NAME], mine, person="ana")

    def judge(self) -> None:
        """Nobody works just now: what the vault holds works, or somebody is told."""
        stored = self.app.vault.get(NAME)
        alive = stored["refresh_token"] == self.profile.credential["refresh_token"]
        paused = self.paused()
        with self.app.vault.alone(NAME) as held:
            begun = held.begun
        if alive:
            self.figures.told["works" if not begun else "works, and a renewal is noted as begun"] += 1
            if paused:
                self.figures.silent.append(f"paused, though its token is good: {paused}")
        elif paused:
            self.figures.told["paused: connect again"] += 1
        elif begun:
            self.figures.told["noted as begun, to be told when it is next used"] += 1
        else:
            self.figures.silent.append("a dead token, and nobody knows")

    def paused(self) -> str:
        with self.app.store.read() as reading:
            return next((one.reason for one in reading.pauses() if one.value == NAME), "")

    def settle(self) -> None:
        """One renewal in peace: it works, or the account is paused, with the reason."""
        try:
            renewed = self.app.renewals.renewed(self.app.roster[NAME], self.app.vault.get(NAME))
            assert self.app.platforms["youtube"].inspect(self.app.roster[NAME], renewed).may_post
            if self.paused():
                self.figures.silent.append("it works, and is paused")
        except Unauthorized as shut_out:
            if shut_out.code != LOST or "answer of a renewal was lost" not in self.paused():
                self.figures.silent.append(f"{shut_out.code}, paused because {self.paused()!r}")

    def search(self) -> None:
        """Nothing secret stands in clear in the database, in a file of the ministry, or in what anybody said."""
        tokens = self.world.states["youtube"].tokens
        secrets = [*self.had, *tokens, self.profile.credential["client_secret"]]
        for name, data in self.everything():
            self.figures.leaks += [f"{name}: {secret[:12]}..." for secret in found(data, secrets)]

    def everything(self) -> Iterator[tuple[str, bytes]]:
        with psycopg.connect(self.database) as connection:
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            for (table,) in tables:
                rows = connection.execute(f'SELECT * FROM "{table}"').fetchall()
                yield table, b"\n".join(cell if isinstance(cell, bytes) else str(cell).encode() for row in rows for cell in row)
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                yield str(path), path.read_bytes()


class Place:
    """Where one worker after the other is started; each may kill itself."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.acceptance.renewing.child"]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MINISTRY_SOCIAL_")}
        self._process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def go(self, wish: dict[str, Any]) -> str:
        """One worker, until it ends; returns where it was killed, or nothing."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(wish) + "\n")
        code = int(self._process.stdout.readline())
        if code == 0:
            return ""
        assert code == -signal.SIGKILL, (code, wish["journal"])
        return wish["step"] or "at a random moment"

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()


@contextmanager
def places() -> Iterator[list[Place]]:
    """Two processes that start workers."""
    made = [Place() for _ in range(PLACES)]
    try:
        yield made
    finally:
        for one in made:
            one.close()


def tried(folder: Path, database: str, at: list[Place], *, renewals: int, rotating: bool, seed: int) -> Figures:
    """Kill until so many renewals were asked for, and where tokens rotate until an answer was lost; then judge and search."""
    with _ground(folder, database, rotating=rotating, seed=seed) as (trial, settings), ThreadPoolExecutor(PLACES) as pool:
        end = time.monotonic() + _PATIENCE
        while trial.figures.renewals < renewals or (rotating and not trial.figures.lost):
            assert time.monotonic() < end, "it does not come to its end"
            wishes = [
                {
                    **_trap(trial.chance),
                    "config": str(folder / "config"),
                    "settings": settings,
                    "journal": f"{folder}/worker-{number}.txt",
                }
                for number in range(PLACES)
            ]
            for where in pool.map(Place.go, at, wishes):
                trial.figures.kills[where] += bool(where)
            _after(trial)
        trial.settle()
        trial.judge()
        trial.search()
        return trial.figures


def _trap(chance: random.Random) -> dict[str, Any]:
    step = chance.choice([*STEPS, "", ""])
    return {
        "step": step, "passes": 1 if step == "before the pause" else chance.randint(1, 4), "after": chance.uniform(0.05, _LONGEST),
    }  # fmt: skip


def _after(trial: Trial) -> None:
    """Judge; where the account waits for a person, the person comes."""
    trial.judge()
    trial.figures.renewals = len(trial.world.states["youtube"].tokens)
    if trial.paused():
        trial.settle()  # it is really dead
        trial.figures.lost += 1
        trial.sign_in(len(trial.had))


@contextmanager
def _ground(folder: Path, database: str, *, rotating: bool, seed: int) -> Iterator[tuple[Trial, dict[str, str]]]:
    """A ministry whose vault lies in the database, one channel of it connected."""
    write_ready(folder)
    server = Server()
    with server.running() as address:
        settings = {
            "MINISTRY_SOCIAL_REHEARSAL_ADDRESS": address, "MINISTRY_SOCIAL_STORE_URL": database,
            "MINISTRY_SOCIAL_VAULT_BACKEND": "database",
        }  # fmt: skip
        app = build(load_settings(folder / "config", settings), person="ana")
        try:
            account = app.roster[NAME]
            server.world.profiles.append(_profile(server.world, account.id, account.handle))
            server.world.states["youtube"].settings.rotate_refresh_tokens = rotating
            trial = Trial(folder, app, server.world, address, database, random.Random(seed))
            trial.sign_in(0)
            trial.settle()
            yield trial, settings
        finally:
            app.close()


def _profile(world: World, id: str, handle: str) -> Profile:
    from ministry_social.rehearsal.youtube.tokens import new_credential

    fields: dict[str, Any] = new_credential(world, id)
    return Profile(
        platform="youtube", id=id, name=NAME, handle=handle, title=NAME, credential=fields, made_at=world.clock.now()
    )  # fmt: skip
