"""The rehearsal's HTTP server, on loopback only."""

import asyncio
import ipaddress
import os
import pickle
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiohttp import web

from ..errors import InvalidSettings
from . import control
from .arrivals import Arrivals
from .facebook import Facebook
from .fresh import PATIENCE, Fresh, transports
from .mishaps import Mishaps
from .pages import routes as page_routes
from .wire import WORLD, RehearsedPlatform
from .world import World
from .x import X
from .youtube import YouTube


def platforms(world: World) -> dict[str, RehearsedPlatform]:
    """The rehearsed platforms over one world."""
    return {platform.name: platform for platform in (X(world), Facebook(world), YouTube(world))}


def application(world: World, fresh: Fresh | None = None) -> web.Application:
    """The whole rehearsal: APIs below /api/<platform>/, control below /rehearsal/, pages for people everywhere else."""
    all_platforms = platforms(world)
    arrivals = Arrivals(all_platforms)
    around = [arrivals.around, (fresh or Fresh()).around, Mishaps(all_platforms).around]
    app = web.Application(middlewares=around, client_max_size=1 << 30)
    app[WORLD] = world
    for platform in all_platforms.values():
        app.add_routes(platform.routes())
    app.add_routes(control.routes(all_platforms))
    app.add_routes([web.get("/rehearsal/requests", arrivals.listed)])
    app.add_routes(page_routes())
    return app


def check_loopback(host: str) -> None:
    """Refuse any address that others could reach."""
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise InvalidSettings(f"The rehearsal serves this machine only: {host} is not a loopback address.")


class Server:
    """A running rehearsal in a thread of its own, for tests and for the demo: `with Server().running() as address:`.

    `patience`: after so many seconds of real time without a request a fresh connection is dropped.
    """

    def __init__(self, world: World | None = None, *, host: str = "127.0.0.1", port: int = 0, patience: float = PATIENCE) -> None:
        check_loopback(host)
        self.world = world or World()
        self._host, self._port = host, port
        self._loop: asyncio.AbstractEventLoop | None = None
        self._fresh = Fresh(patience)
        self._asked = time.monotonic()
        self.requests = 0

    @contextmanager
    def running(self) -> Iterator[str]:
        """The base address, `http://127.0.0.1:PORT`. Raises `OSError` where something else has the port."""
        with _listener(self._host, self._port) as listening:
            yield from self._serving(listening)

    def _serving(self, listening: socket.socket) -> Iterator[str]:
        loop = self._loop = asyncio.new_event_loop()
        app = application(self.world, self._fresh)
        app.on_response_prepare.append(self._count)
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.2)
        watching: list[asyncio.Task[None]] = []  # the loop itself holds no task

        async def start() -> None:
            await runner.setup()
            await web.SockSite(runner, listening).start()
            assert runner.server is not None
            watching.append(asyncio.create_task(self._fresh.watch(runner.server)))

        thread = threading.Thread(target=loop.run_forever, name="rehearsal", daemon=True)
        thread.start()
        try:
            asyncio.run_coroutine_threadsafe(start(), loop).result(10)
            yield f"http://{self._host}:{listening.getsockname()[1]}"
        finally:
            asyncio.run_coroutine_threadsafe(_end(runner, listening), loop).result(10)
            loop.call_soon_threadsafe(loop.stop)
            thread.join(10)
            loop.close()
            self._loop = None

    def idle_seconds(self) -> float:
        """Seconds since somebody last asked for anything."""
        return time.monotonic() - self._asked

    def keep(self, file: Path) -> None:
        """Keep the world while it is served: between two requests, never in the middle of one."""

        async def between() -> None:
            keep(self.world, file)

        if self._loop is not None:
            asyncio.run_coroutine_threadsafe(between(), self._loop).result(30)

    async def _count(self, request: web.Request, response: web.StreamResponse) -> None:
        if request.path not in ("/rehearsal/clock", "/rehearsal/health"):
            self.requests += 1
        self._asked = time.monotonic()


def _listener(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=128)


async def _end(runner: web.AppRunner, listening: socket.socket) -> None:
    """Close everything, also what a fault has left half done, and let the loop see it through."""
    asyncio.get_running_loop().remove_reader(listening)
    await _rounds()  # whoever was accepted a moment ago is connected now: asyncio fails halfway once its server is closed
    connected = transports(runner.server)
    await runner.cleanup()
    unfinished = asyncio.all_tasks() - {asyncio.current_task()}
    for task in unfinished:
        task.cancel()
    await asyncio.gather(*unfinished, return_exceptions=True)
    for transport in connected:  # what is still open waits for a reader who has gone
        transport.abort()
    await _rounds()  # an aborted transport closes its socket in the next one


async def _rounds() -> None:
    """Let the loop go round a few times."""
    for _ in range(5):
        await asyncio.sleep(0)


def load(file: Path, seed: int = 1) -> World:
    """The world as it was kept, or a new one with this seed. The file is the rehearsal's own and lies in the ministry's folder."""
    if not file.exists():
        return World(seed=seed)
    try:
        world = pickle.loads(file.read_bytes())
    except Exception:  # noqa: BLE001 - damaged bytes can make unpickling fail in any way
        world = None
    if not isinstance(world, World):
        raise InvalidSettings(f"{file} does not hold a rehearsal.", remedy="Remove it, or run: ministry-social rehearsal reset")
    return world


def keep(world: World, file: Path) -> None:
    """Keep the world for the next start, whole or not at all."""
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    # It holds the platforms' side of every credential: its owner's from the first byte on.
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        target.write(pickle.dumps(world))
    new.replace(file)
