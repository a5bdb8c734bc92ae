"""A trial: one wave to many accounts, stopped several times on its way by the real command, while real workers send it."""

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import requests

from benchmarks.ministry import Ministry, ministry
from ministry_social.cli.serving import enrol
from ministry_social.model.delivery import State
from ministry_social.model.ledger import Entry, Event
from ministry_social.rules import chain

from .processes import Desk, platforms

LATE = 0.3  # seconds by which a slow platform answers late
_MOVING = 10  # so many more are out: the wave is under way, and most of it is still to come
_HANDS = 16  # deliveries at a time, of all workers together
_LOOK = 0.1  # seconds between two looks whether the wave has come so far
_BLINK = 0.005  # seconds between two looks whether a hold is in force
_PATIENCE = 90.0  # seconds after which a wave has stood still
_OUT = (Event.ACCEPTED.value, Event.FOUND.value)


@dataclass(frozen=True, kw_only=True)
class Way:
    """How a hold is put: whether the command waits for what had left, and the fault that makes the platform slow ("" for none)."""

    waits: bool
    slow: str = ""

    def __str__(self) -> str:
        return f"{'waits' if self.waits else '--no-wait'}, platform {'slow' if self.slow else 'quick'}"


# With delay-after a post stands there and nobody knows it yet; with delay-before it comes to stand there after `--no-wait` has
# returned. A command takes a second until it acts, and the wave goes on meanwhile: a thousand accounts have room for three.
WAYS = (Way(waits=True), Way(waits=True, slow="delay-after"), Way(waits=False, slow="delay-before"))


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """What the ledger says about the last hold: accounts that were out and under way at its entry, and that started after it."""

    out: frozenset[str]
    under_way: frozenset[str]
    started_after: frozenset[str]

    @classmethod
    def read(cls, entries: Iterable[Entry]) -> "Ledger":
        """The order of its entries is the order of the commits: no clock is needed."""
        last: dict[str, str] = {}
        at_hold: dict[str, str] = {}
        started_after: set[str] = set()
        for entry in entries:
            body = json.loads(entry.body)
            event, about = body["event"], body["about"]
            if event == Event.HOLD:
                at_hold, started_after = dict(last), set()
            elif "delivery" in about:
                last[about["account"]] = event
                started_after |= {about["account"]} if event == Event.STARTED else set()
        return cls(
            out=frozenset(one for one, event in at_hold.items() if event in _OUT),
            under_way=frozenset(one for one, event in at_hold.items() if event == Event.STARTED),
            started_after=frozenset(started_after),
        )


@dataclass(frozen=True, kw_only=True)
class Hold:
    """One hold and what was seen some seconds after it. Moments are epoch seconds; all else goes by account.

    said      the command's own words
    in_force  when somebody else saw it in the store first
    arrivals  when each request to post came to the platform, by its own log
    stands    ids of the posts by the platform's own records; states, ids by our store
    """

    way: Way
    said: Mapping[str, Any]
    asked: float
    in_force: float
    returned: float
    arrivals: tuple[tuple[str, float], ...]
    stands: Mapping[str, str]
    states: Mapping[str, State]
    ids: Mapping[str, str]
    ledger: Ledger

    @property
    def left(self) -> frozenset[str]:
        """What the command named as gone already."""
        return frozenset(one["account"] for one in self.said["left"])

    @property
    def waited(self) -> float:
        """Seconds that it spent at the store, waiting for its turn included. (The rehearsal's clock runs at rate 1 here.)"""
        return self.in_force - datetime.fromisoformat(self.said["hold"]["at"]).timestamp()

    @property
    def last_arrival(self) -> float:
        """Seconds from the command's return to the last request that came in; less than nothing is before it."""
        return max(moment for _, moment in self.arrivals) - self.returned

    @property
    def late(self) -> frozenset[str]:
        """Whose request came in after the command had returned."""
        return frozenset(account for account, moment in self.arrivals if moment >= self.returned)

    @property
    def after(self) -> frozenset[str]:
        """Whose request came in after the hold was in force."""
        return frozenset(account for account, moment in self.arrivals if moment >= self.in_force)

    @property
    def wrong(self) -> tuple[str, ...]:
        """Every promise that was not kept."""
        published = {one for one, state in self.states.items() if state is State.PUBLISHED}
        waiting = {one for one, state in self.states.items() if state is State.PLANNED}
        kept = {
            "something started after it": not self.ledger.started_after,
            "a request came in after the command had returned": not self.late if self.way.waits else self.late <= self.left,
            "a request came in after it was in force that it did not name": self.after <= self.left,
            "what it named is not what was under way": self.left == self.ledger.under_way,
            "what it named and what was out is not what stands there": self.left | self.ledger.out == set(self.stands),
            "what it named had been out before": not self.left & self.ledger.out,
            "it returned before all it named was out": not self.way.waits or self._all_out(),
            "it counted the rest wrongly": self.said["stopped"] == len(self.states) - len(self.stands) == len(waiting),
            "the store says something else than the platform": published == set(self.stands) and self.ids == self.stands,
            "an account was asked to post twice": len({account for account, _ in self.arrivals}) == len(self.arrivals),
        }
        return tuple(what for what, is_kept in kept.items() if not is_kept)

    def _all_out(self) -> bool:
        rows = self.said["left"]
        return all(one["state"] == State.PUBLISHED and one["url"].endswith(self.stands.get(one["account"], "?")) for one in rows)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """A whole trial: each hold, and what came of the wave when all of it had been let go."""

    accounts: int
    holds: tuple[Hold, ...]
    posts: Counter[str]
    requests: Counter[str]
    states: Counter[str]
    released: tuple[Mapping[str, Any], ...]

    @property
    def once(self) -> bool:
        """Whether every account has one post, was asked for it once, and the store says so."""
        everywhere = len(self.posts) == len(self.requests) == self.accounts and self.states == {State.PUBLISHED: self.accounts}
        return everywhere and set(self.posts.values()) == set(self.requests.values()) == {1}

    @property
    def good(self) -> bool:
        """Whether every promise was kept."""
        return self.once and not any(hold.wrong for hold in self.holds)


@dataclass
class Trial:
    """`store` is a database's address, or "" for SQLite in a folder of its own; `quiet` is how long to look on after a hold."""

    accounts: int
    store: str = ""
    workers: int = 1
    quiet: float = 3.0
    ways: tuple[Way, ...] = WAYS
    _address: str = field(init=False)
    _ministry: Ministry = field(init=False)
    _desk: Desk = field(init=False)

    def run(self) -> Figures:
        """All of it; the figures say what came."""
        with ExitStack() as held:
            self._address = held.enter_context(platforms())
            one = held.enter_context(
                ministry(f"{self._address}/api/x", self.accounts, threads=max(1, _HANDS // self.workers), store=self.store)
            )
            held.callback(one.app.store.close)
            self._ministry = one
            environment = {**os.environ, **one.environment, "MINISTRY_SOCIAL_REHEARSAL_ADDRESS": self._address}
            self._desk = Desk(one.folder, environment)
            enrol(one.app, self._address)
            held.enter_context(self._desk.workers(self.workers))
            one.plan()
            holds, released = zip(*self._stops(), strict=True)
            return self._end(holds, released)

    def _stops(self) -> Iterator[tuple[Hold, Mapping[str, Any]]]:
        self._be_slow(self.ways[0].slow)
        for way, following in zip(self.ways, [*(one.slow for one in self.ways[1:]), ""], strict=True):
            self._until_it_moves()
            hold = self._hold(way)
            # Before it goes on: a quick wave could be over before a busy machine has come to the next hold.
            self._be_slow(following)
            yield hold, self._desk.command("release", "--all", "--reason", "go on", "--json").said
            if hold.wrong:
                return  # what comes after a broken promise would tell nothing more

    def _be_slow(self, fault: str) -> None:
        """From now on the platform has this fault; "" for none."""
        self._ask("DELETE", "faults")
        if fault:
            self._ask("POST", "faults", {"kind": fault, "platform": "x", "seconds": LATE})

    def _hold(self, way: Way) -> Hold:
        """Put it, look on for a while, and gather what everybody says about it."""
        in_force: list[float] = []

        def watch(ended: Future[Any]) -> None:
            while not in_force and not ended.done():
                with self._ministry.app.store.read() as reading:
                    in_force.extend([time.time()] if reading.holds() else [])
                time.sleep(_BLINK)

        more = () if way.waits else ("--no-wait",)
        command = self._desk.command("hold", "--all", "--reason", "the figures are wrong", "--json", *more, meanwhile=watch)
        time.sleep(self.quiet)
        with self._ministry.app.store.read() as reading:
            deliveries, ledger = reading.deliveries(), Ledger.read(reading.entries())
        return Hold(
            way=way, said=command.said, asked=command.asked, returned=command.returned,
            in_force=in_force[0] if in_force else command.returned,
            arrivals=tuple((row["account"], row["arrived"]) for row in self._posted()),
            stands={row["account"]: row["id"] for row in self._ask("GET", "records")},
            states={one.account: one.state for one in deliveries},
            ids={one.account: one.remote_id for one in deliveries if one.remote_id},
            ledger=ledger,
        )  # fmt: skip

    def _end(self, holds: tuple[Hold, ...], released: tuple[Mapping[str, Any], ...]) -> Figures:
        """Nothing is held any more: all the rest goes out."""
        _until(lambda: not self._open(), "not everything went out")
        with self._ministry.app.store.read() as reading:
            chain.verify(reading.entries())
            states = Counter(one.state.value for one in reading.deliveries())
        return Figures(
            accounts=self.accounts, holds=holds, released=released, states=states,
            posts=Counter(row["account"] for row in self._ask("GET", "records")),
            requests=Counter(row["account"] for row in self._posted()),
        )  # fmt: skip

    def _posted(self) -> list[dict[str, Any]]:
        """Every request to post, by the platform's own log; one without a known account would be none of ours."""
        rows = self._ask("GET", "requests?platform=x")
        return [row for row in rows if (row["method"], row["path"]) == ("POST", "/api/x/2/tweets")]

    def _out(self) -> int:
        with self._ministry.app.store.read() as reading:
            return len(reading.deliveries(states=(State.PUBLISHED,)))

    def _until_it_moves(self) -> None:
        enough = self._out() + _MOVING
        _until(lambda: self._out() >= enough, "the wave does not move")

    def _open(self) -> bool:
        with self._ministry.app.store.read() as reading:
            return bool(reading.deliveries(states=(State.PLANNED, State.SENDING, State.UNKNOWN), limit=1))

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        answer = requests.request(method, f"{self._address}/rehearsal/{path}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()


def _until(true: Callable[[], bool], otherwise: str) -> None:
    end = time.monotonic() + _PATIENCE
    while not true():
        assert time.monotonic() < end, otherwise
        time.sleep(_LOOK)
