"""Serving the rehearsal: one process for each folder, that keeps what stands there, and can be found and stopped."""

import fcntl
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from ..app import App
from ..errors import InvalidSettings, NotAllowed
from ..model.account import Credential
from ..model.life import Stage
from .account_rows import records

_KEEP_EVERY = 3.0  # seconds of real time between two savings of a rehearsal that has changed


def serve_until_stopped(app: App, *, rate: float | None, idle_exit: float | None) -> None:
    """Serve this folder's rehearsal until a signal comes, or nobody has asked for anything for `idle_exit` seconds."""
    from ..rehearsal import server

    address = urlsplit(app.settings.rehearsal.address)
    stop = threading.Event()
    with _only_one(app):
        world = server.load(state_file(app), app.settings.rehearsal.seed)
        world.clock.set(rate=app.settings.rehearsal.rate if rate is None else rate)
        running = server.Server(world, host=address.hostname or "127.0.0.1", port=address.port or 80)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        with _taken(app), running.running() as base:
            connected = enrol(app, base)
            click.echo(f"Rehearsal of {app.settings.ministry.name}: {base}   {connected} accounts   Ctrl-C stops it.")
            try:
                _serve(running, state_file(app), stop, idle_exit)
            finally:
                running.keep(state_file(app))


def enrol(app: App, base: str) -> int:
    """Give every account a profile on the local platforms, and put the credentials of those in force into the vault.

    An account that is requested or approved has its profile as if its mission had opened it; somebody connects it.
    """
    accounts = [one for one in records(app) if one.stage is not Stage.RETIRED]
    rows = [
        {"platform": a.platform, "id": a.id, "name": a.name, "handle": a.handle, "title": a.title}
        | ({"credential": app.vault.get(a.name).fields()} if app.vault.has(a.name) else {})
        for a in (one.account for one in accounts)
    ]
    given = _request("POST", f"{base}/rehearsal/accounts", rows)
    new = {}
    for one, fields in zip(accounts, given, strict=True):
        if fields.get("token_uri", "").startswith("/"):
            fields["token_uri"] = base + fields["token_uri"]
        if one.stage is Stage.ACTIVE and not app.vault.has(one.name):
            new[one.name] = Credential(fields)
    if new:
        app.vault.put_all(new)
    for platform, fields in _request("GET", f"{base}/rehearsal/apps", None).items():
        app.vault.put_app(platform, Credential(fields))
    return len(rows)


def ask(app: App, method: str, path: str, body: Any = None) -> Any:
    """A request to the rehearsal's control interface. Raises `InvalidSettings` where there is none."""
    import requests

    address = app.settings.rehearsal.address
    try:
        return _request(method, address + path, body)
    except (requests.RequestException, ValueError) as gone:
        remedy = "Start it with: ministry-social rehearsal serve"
        raise InvalidSettings(f"There is no rehearsal at {address}.", remedy=remedy) from gone


def alive(app: App) -> bool:
    """Whether a rehearsal answers at the ministry's address."""
    try:
        return bool(ask(app, "GET", "/rehearsal/health").get("rehearsal") == "ministry_social")
    except InvalidSettings:
        return False


def running_here(app: App) -> int | None:
    """The number of the process that serves this folder's rehearsal. A number that a crash left behind does not count."""
    with _pid_file(app).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            return int(file.read() or 0) or None
    return None


def stop_running(app: App) -> bool:
    """End the process that serves this folder's rehearsal, and wait for its end; true where there was one."""
    number = running_here(app)
    if number is None:
        return False
    try:
        os.kill(number, signal.SIGTERM)
    except ProcessLookupError:
        return False
    for _ in range(200):
        if running_here(app) is None:
            return True
        time.sleep(0.05)
    raise NotAllowed(f"The rehearsal (process {number}) does not stop.", remedy=f"kill {number}")


def state_file(app: App) -> Path:
    """Where the local platforms are kept between two servings."""
    return app.settings.folder / "data" / "rehearsal.state"


def _pid_file(app: App) -> Path:
    """Holds the serving process's number, which holds a lock on it; the system frees the lock however the process ends."""
    folder = app.settings.folder / "data"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "rehearsal.pid"


@contextmanager
def _only_one(app: App) -> Iterator[None]:
    with _pid_file(app).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            remedy = "Look, or: ministry-social rehearsal stop"
            raise NotAllowed(f"This rehearsal runs already: {app.settings.rehearsal.address}", remedy=remedy) from taken
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
        file.truncate(0)


@contextmanager
def _taken(app: App) -> Iterator[None]:
    """Says which setting to change where something else has the port."""
    try:
        yield
    except OSError as wrong:
        address = app.settings.rehearsal.address
        raise InvalidSettings(
            f"The rehearsal cannot serve at {address}: {os.strerror(wrong.errno) if wrong.errno else wrong}.",
            remedy="Choose another port: [rehearsal] address in config/ministry.toml.",
        ) from wrong


def _serve(running: Any, file: Path, stop: threading.Event, idle_exit: float | None) -> None:
    """Wait, and keep what has changed now and then."""
    kept = running.requests
    while not stop.wait(_KEEP_EVERY):
        if running.requests != kept:
            kept = running.requests
            running.keep(file)
        if idle_exit is not None and running.idle_seconds() > idle_exit:
            return


def _request(method: str, url: str, body: Any) -> Any:
    import requests

    with requests.Session() as session:
        session.trust_env = False  # loopback: never through a proxy
        return session.request(method, url, json=body, timeout=30).json()
