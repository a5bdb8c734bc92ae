"""Traps: a vault and a platform as they are, but the process ends at a chosen step of a renewal."""

import os
import random
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ministry_social.model.account import Account, Credential
from ministry_social.ports import Held

# In the order of the protocol. "asking" means a moment within the request.
STEPS = ("before the lock", "locked", "marked", "asking", "answered", "kept", "stored", "before the pause")
_WITHIN = 0.02  # seconds


@dataclass
class Trap:
    """Kills its own process when `step` is passed for the `passes`-th time; without a step, `after` so many seconds."""

    step: str
    passes: int = 1
    after: float = 0.0

    def set(self) -> None:
        if not self.step:
            self._kill_in(self.after)

    def passed(self, step: str) -> None:
        if self._counts(step):
            os.kill(os.getpid(), signal.SIGKILL)

    def soon(self, step: str) -> None:
        if self._counts(step):
            self._kill_in(random.uniform(0, _WITHIN))

    def _counts(self, step: str) -> bool:
        self.passes -= step == self.step
        return step == self.step and self.passes == 0

    def _kill_in(self, seconds: float) -> None:
        killing = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGKILL))
        killing.daemon = True
        killing.start()


@dataclass
class TrappedHeld:
    """A held credential that is one."""

    held: Held
    trap: Trap

    @property
    def credential(self) -> Credential:
        return self.held.credential

    @property
    def begun(self) -> str:
        return self.held.begun

    def begin(self, at: datetime) -> None:
        self.held.begin(at)
        self.trap.passed("marked")

    def keep(self, renewed: Credential) -> None:
        self.trap.passed("answered")
        self.held.keep(renewed)
        self.trap.passed("kept")

    def unbegin(self) -> None:
        self.held.unbegin()


@dataclass
class TrappedVault:
    """A vault that is one."""

    vault: Any
    trap: Trap

    @contextmanager
    def alone(self, account: str) -> Iterator[TrappedHeld]:
        self.trap.passed("before the lock")
        with self.vault.alone(account) as held:
            self.trap.passed("locked")
            yield TrappedHeld(held, self.trap)
        self.trap.passed("stored")

    def has(self, account: str) -> bool:
        self.trap.passed("before the pause")  # the desk asks this when it is about to pause the account
        return bool(self.vault.has(account))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.vault, name)


@dataclass
class TrappedPlatform:
    """A platform that is one."""

    platform: Any
    trap: Trap

    def renew(self, account: Account, credential: Credential) -> Credential:
        self.trap.soon("asking")
        renewed: Credential = self.platform.renew(account, credential)
        return renewed

    def __getattr__(self, name: str) -> Any:
        return getattr(self.platform, name)
