"""Traps: a store and a platform as they are, but the process ends, or freezes, at a chosen step of the protocol."""

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ministry_social.model.account import Account, Credential
from ministry_social.model.delivery import PostRef, Prepared, Receipt, RemotePost
from ministry_social.model.ledger import Event
from ministry_social.model.variant import Payload
from ministry_social.ports import Deadline, Platform, Reading, Store, Transaction

# Before, during and after each step, in the order of the protocol.
STEPS = (
    "before the claim", "in the claim", "claimed",
    "before publish", "in publish", "after publish",
    "before settling", "in settling", "settled",
    "before the look", "in the look", "after the look",
    "before reconciling", "in reconciling", "reconciled",
    "in expiring", "expired",
)  # fmt: skip
# How often a step may be passed before the trap springs: an engine looks, reconciles and expires far less often than it sends.
MOST_PASSES = dict.fromkeys(STEPS[:9], 6) | dict.fromkeys(STEPS[9:15], 2) | dict.fromkeys(STEPS[15:], 1)
_WITHIN = 0.03  # seconds: "in publish" and "in the look" mean a moment of this time after the call began

_PARTS = {
    Event.STARTED: "claim",
    **dict.fromkeys((Event.ACCEPTED, Event.LOST, Event.NOT_SENT, Event.DUPLICATE), "settling"),
    **dict.fromkeys((Event.FOUND, Event.ABSENT), "reconciling"),
    Event.EXPIRED: "expiring",
}
_BEFORE = {"claim": "before the claim", "settling": "before settling", "reconciling": "before reconciling"}
_IN = {"claim": "in the claim", "settling": "in settling", "reconciling": "in reconciling", "expiring": "in expiring"}
_AFTER = {"claim": "claimed", "settling": "settled", "reconciling": "reconciled", "expiring": "expired"}


@dataclass
class Trap:
    """Sends `signal` to its own process when `step` is passed for the `passes`-th time. An empty step never is."""

    step: str
    passes: int = 1
    signal: int = signal.SIGKILL
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def passed(self, step: str) -> None:
        """The process is at this step now."""
        if self._counts(step):
            os.kill(os.getpid(), self.signal)

    def soon(self, step: str) -> None:
        """The process is within this step for some moments from now on."""
        if self._counts(step):
            threading.Thread(target=self._later, daemon=True).start()

    def _counts(self, step: str) -> bool:
        if step != self.step:
            return False
        with self._lock:
            self.passes -= 1
            return self.passes == 0

    def _later(self) -> None:
        time.sleep(random.uniform(0, _WITHIN))
        os.kill(os.getpid(), self.signal)


@dataclass
class TrappedStore:
    """A store that is one, with traps around its writing transactions."""

    store: Store
    trap: Trap

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        parts: list[str] = []
        with self.store.begin() as tx:
            record: Any = tx.record

            def trapped(event: Event, **more: Any) -> Any:
                part = _PARTS.get(event)
                if part is not None and part not in parts:
                    parts.append(part)
                    if part in _BEFORE:
                        self.trap.passed(_BEFORE[part])
                recorded = record(event, **more)
                if part is not None:
                    self.trap.passed(_IN[part])
                return recorded

            tx.record = trapped  # type: ignore[method-assign]  # this one transaction's own
            yield tx
        for part in parts:
            self.trap.passed(_AFTER[part])

    def read(self) -> AbstractContextManager[Reading]:
        return self.store.read()

    def backup(self, file: str) -> None:
        self.store.backup(file)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


@dataclass
class TrappedPlatform:
    """A platform that is one, with traps around publishing and reading."""

    platform: Platform
    trap: Trap

    def publish(
        self, account: Account, credential: Credential, payload: Payload, prepared: Prepared, *, key: str, deadline: Deadline
    ) -> Receipt:
        self.trap.passed("before publish")
        self.trap.soon("in publish")
        receipt = self.platform.publish(account, credential, payload, prepared, key=key, deadline=deadline)
        self.trap.passed("after publish")
        return receipt

    def recent(self, account: Account, credential: Credential, *, since: datetime) -> Iterator[RemotePost]:
        self.trap.passed("before the look")
        self.trap.soon("in the look")
        found = list(self.platform.recent(account, credential, since=since))
        self.trap.passed("after the look")
        return iter(found)

    def fetch(self, account: Account, credential: Credential, post: PostRef) -> RemotePost | None:
        return self.platform.fetch(account, credential, post)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.platform, name)
