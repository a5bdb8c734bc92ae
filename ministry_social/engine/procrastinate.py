"""The engine for many machines: Procrastinate on PostgreSQL hands out groups of what is due; the ledger decides."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.worker import Worker

from ..desk.errands import ERRANDS, SEND, Errand
from ..desk.means import Means
from ..errors import StoreGone
from ..ports import CHANGED
from .crew import Asked, Crew, Handed
from .embedded import Watcher
from .jobs import ERRAND, SENDING, UPKEEP, Jobs
from .jobs import SEND as SEND_TASK
from .jobs import SWEEP as SWEEP_TASK
from .sweep import EVERY, GROUP, Sweep

_GONE = (StoreGone, ConnectorException, psycopg.OperationalError, psycopg.InterfaceError)
_AGAIN = 1.0  # seconds of real time between two tries to reach the database
_LOOK = 0.5  # seconds of real time between two looks whether it is enough
_BREATH = 0.2  # seconds of real time between two sweeps that were asked for because something had changed
_LOST = 5.0  # seconds of real time after which a cancellation was lost
_WAIT = 30.0  # seconds of real time that a connection waits for its socket before it looks at it unasked


class _Patient(psycopg.AsyncConnection[Any]):
    """Waits for its socket, which tells of all that comes and of the end, too.

    psycopg looks ten times a second besides, for the sake of Ctrl-C in programs without a loop of events: on the two connections
    that listen for jobs, that was half of what a worker costs at rest.
    """

    async def wait(self, gen: Any, interval: float = _WAIT, timeout: float | None = None) -> Any:
        """See `psycopg.AsyncConnection.wait`."""
        return await super().wait(gen, interval, timeout)


class Distributed:
    """One worker of many: takes jobs, and does them with crews of threads, one for each kind of errand.

    `say` is told in one sentence what a person should know. A job is only a hint to look at deliveries: every claim reads the
    ledger, so a job may be lost, come twice, or be thrown away.
    """

    def __init__(self, means: Means, jobs: Jobs, watcher: Watcher, *, threads: int, say: Callable[[str], None]) -> None:
        self._means, self._jobs, self._threads, self._say = means, jobs, threads, say
        self._sweep = Sweep(means, jobs, watcher)
        self._handed = Handed()
        self._asked = {errand.name: Asked(errand) for errand in ERRANDS if errand is not SEND}
        self._crews = {errand.name: self._crew(errand, watcher) for errand in ERRANDS}
        self._stopped: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = False
        self._error: Exception | None = None

    def _crew(self, errand: Errand, watcher: Watcher) -> Crew:
        send = errand is SEND
        return Crew(
            self._means, errand, self._handed if send else self._asked[errand.name], watcher,
            hands=self._threads if send else errand.hands, idle=self._ask_for_more, failed=self._fail,
        )  # fmt: skip

    def run(self, enough: Callable[[], bool] | None = None) -> None:
        """Work until `stop`, or until `enough()`; what has left by then is settled. Waits while the database is away."""
        _be_quiet()
        for crew in self._crews.values():
            crew.start()
        try:
            asyncio.run(self._serve(enough))
        finally:
            self.stop()
            for crew in self._crews.values():
                crew.join()
            self._jobs.close()
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """Begin nothing more. May be called from any thread, more than once."""
        self._stopping = True
        self._sweep.stop()
        for crew in self._crews.values():
            crew.stop()
        if self._loop is not None and self._stopped is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stopped.set)

    async def _serve(self, enough: Callable[[], bool] | None) -> None:
        """Work; where the database goes away, wait until it is back."""
        self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
        away = False
        while not self._stopping:
            try:
                await asyncio.to_thread(self._jobs.open)
                if away:
                    self._say("The database is back.")
                away = False
                await self._work(enough)
            except _GONE:
                pass
            if not self._stopping:
                if not away:
                    self._say("The database does not answer; waiting for it. What is under way is written down when it is back.")
                away = True
                await self._pause(_AGAIN)

    async def _work(self, enough: Callable[[], bool] | None) -> None:
        """Be two workers of Procrastinate, so that a full line of deliveries does not hold up the sweep."""
        connector = PsycopgConnector(conninfo=self._jobs.conninfo, connection_class=_Patient, min_size=1, max_size=4, timeout=5)
        upkeep = self._upkeep(connector)
        async with upkeep.open_async():
            workers = [
                self._worker(self._sending(connector), SENDING, concurrency=1 + -(-self._threads // GROUP)),
                self._worker(upkeep, UPKEEP, concurrency=4),
            ]
            running = [asyncio.create_task(_run(worker)) for worker in workers]
            changed = asyncio.Event()
            others = (self._until(enough), _listen(self._jobs.conninfo, changed), self._hurry(changed))
            beside = [asyncio.create_task(other) for other in others]
            await asyncio.wait([*running, *beside], return_when=asyncio.FIRST_COMPLETED)
            for worker in workers:
                _stop(worker)
            for task in beside:
                task.cancel()
            ended = await _ended([*running, *beside])
        for error in ended:
            if error is not None:
                raise error

    def _worker(self, app: App, queue: str, *, concurrency: int) -> Worker:
        return Worker(
            app,
            [queue],
            name=queue,
            concurrency=concurrency,
            delete_jobs="always",
            install_signal_handlers=False,
            update_heartbeat_interval=self._jobs.pulse.beat,
            stalled_worker_timeout=self._jobs.pulse.dead,
            abort_job_polling_interval=3600,  # nobody aborts a job: holds and recalls live in the ledger
        )

    def _sending(self, connector: PsycopgConnector) -> App:
        app = App(connector=connector)

        @app.task(name=SEND_TASK, queue=SENDING)
        async def send(keys: list[str]) -> None:
            taken = self._handed.put(keys)
            self._crews[SEND.name].wake()
            await asyncio.wrap_future(taken)

        return app

    def _upkeep(self, connector: PsycopgConnector) -> App:
        app = App(connector=connector)

        # croniter has the seconds in the last place. A queueing lock only: with a `lock`, a sweep whose worker has died would
        # hold up all others.
        @app.periodic(cron=f"* * * * * */{EVERY}")
        @app.task(name=SWEEP_TASK, queue=UPKEEP, queueing_lock=SWEEP_TASK, priority=100)
        async def sweep(timestamp: int) -> None:
            try:
                await asyncio.to_thread(self._sweep.run)
            except StoreGone:
                pass  # the workers notice it too
            except Exception as wrong:  # noqa: BLE001 - the worker ends, and says why
                self._fail(wrong)

        @app.task(name=ERRAND, queue=UPKEEP)
        async def errand(name: str) -> None:
            if name in self._asked:
                self._asked[name].ask()
                self._crews[name].wake()

        return app

    async def _hurry(self, changed: asyncio.Event) -> None:
        """Ask for a sweep whenever something has changed; the periodic one would find it later."""
        while True:
            await changed.wait()
            changed.clear()
            await asyncio.to_thread(self._ask_for_more)
            await asyncio.sleep(_BREATH)

    async def _until(self, enough: Callable[[], bool] | None) -> None:
        """Wait for a stop, or until it is enough."""
        while not self._stopping:
            await self._pause(_LOOK if enough is not None else None)
            if enough is not None and not self._stopping and await asyncio.to_thread(self._is_enough, enough):
                self.stop()

    def _is_enough(self, enough: Callable[[], bool]) -> bool:
        try:
            return enough()
        except StoreGone:
            return False
        except Exception as wrong:  # noqa: BLE001 - the worker ends, and says why
            self._fail(wrong)
            return True

    async def _pause(self, seconds: float | None) -> None:
        assert self._stopped is not None
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopped.wait(), seconds)

    def _ask_for_more(self) -> None:
        """Something has moved, and others may be able to go now."""
        if not self._stopping:
            with suppress(StoreGone):  # then the periodic sweep will do
                self._jobs.sweep()

    def _fail(self, error: Exception) -> None:
        """This worker cannot go on: it ends, and its error is the person's."""
        self._error = self._error or error
        self.stop()


async def _run(worker: Worker) -> None:
    await worker.run()  # type: ignore[no-untyped-call]  # Procrastinate has no annotation there


async def _listen(conninfo: str, changed: asyncio.Event) -> None:
    """Set it whenever a commit tells that something has changed."""
    async with await _Patient.connect(conninfo, autocommit=True, connect_timeout=5) as connection:
        await connection.execute(f"LISTEN {CHANGED}".encode())
        changed.set()  # what was told before nobody has heard
        while True:
            async for _ in connection.notifies(timeout=_WAIT):
                changed.set()
            await connection.execute("SELECT 1")  # a server that has gone without a word is noticed


async def _ended(tasks: Sequence[asyncio.Task[None]]) -> list[BaseException | None]:
    """What each has ended with, once all have.

    Procrastinate listens with `asyncio.wait_for`, which in Python 3.11 loses a cancellation in whose very moment something comes:
    so whoever has not ended after a while is cancelled once more.
    """
    pending = set(tasks)
    while pending:
        _, pending = await asyncio.wait(pending, timeout=_LOST)
        for task in pending:
            task.cancel()
    return [None if task.cancelled() else task.exception() for task in tasks]


def _stop(worker: Worker) -> None:
    worker.stop()  # type: ignore[no-untyped-call]  # nor there


def _be_quiet() -> None:
    """What these say of a database that is away, we say in one line."""
    for name in ("procrastinate", "psycopg.pool", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
