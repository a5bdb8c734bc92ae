"""The worker's checkpoints: made beside the engine, every `[audit] every`. A ledger that does not hold ends the worker."""

from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread
from types import TracebackType
from typing import Self

from ..app import App
from ..desk import auditing as desk
from ..errors import LedgerBroken, MinistryError, StoreGone
from .auditing import books, witnesses

_ENGINE = "engine"
_BEAT = 5.0  # seconds of real time between two looks whether one is due


class Checkpoints:
    """Around a worker's run. None are made while the ministry has no key.

    One that is due is made before the worker begins, so that nobody can work on a broken ledger by starting again and again.
    """

    def __init__(self, app: App, *, say: Callable[[str], None]) -> None:
        self._app, self._say = app, say
        self._over = Event()
        self._thread = Thread(target=self._run, name="checkpoints", daemon=True)
        self._broken: LedgerBroken | None = None
        self._stop: Callable[[], object] = self._over.set
        self._next: datetime | None = None
        self._said: set[str] = set()

    def __enter__(self) -> Self:
        if self._wanted():
            self._look()
            self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()
        if self._broken is not None and error is None:
            raise self._broken

    def broken_ends(self, stop: Callable[[], object]) -> None:
        """What to call once the ledger turns out to be broken."""
        self._stop = stop

    def _wanted(self) -> bool:
        if not self._app.settings.audit.every:
            return False
        if self._app.ministry_key.keys:
            return True
        if self._app.settings.live:
            self._tell("No checkpoints are made: the ministry has no key yet. Make it: ministry-social register key --new")
        return False

    def _run(self) -> None:
        while not self._over.wait(_BEAT):
            try:
                self._look()
            except LedgerBroken as broken:
                self._broken = broken
                self._stop()
                return

    def _look(self) -> None:
        """Make one if it is due. Raises `LedgerBroken`; anything else that is wrong is told, and tried again the next time."""
        try:
            if self._due():
                self._make()
        except LedgerBroken:
            raise
        except StoreGone:
            return  # the engine tells of that
        except MinistryError as wrong:
            self._tell(f"No checkpoint was made: {wrong}")

    def _due(self) -> bool:
        app, now = self._app, self._app.clock.now()
        every = app.clock.real(app.settings.audit.every)
        if self._next is None:
            with app.store.read() as reading:
                last = reading.last_checkpoint()
            self._next = now if last is None else last.at + every
        if now < self._next:
            return False
        self._next = now + every
        return True

    def _make(self) -> None:
        places = witnesses(self._app)
        kept, _ = desk.checkpoint(books(self._app), self._app.ministry_key.signer(), places, by=_ENGINE)
        for one in desk.lay(kept, places):
            if one.trouble:
                self._tell(f"A witness did not get the checkpoint, and is given it the next time. {one.trouble}")

    def _tell(self, sentence: str) -> None:
        """Say it once, not every hour."""
        if sentence not in self._said:
            self._said.add(sentence)
            self._say(sentence)
