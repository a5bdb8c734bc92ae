"""`rehearsal`: the local platforms."""

import signal
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from ..app import App
from ..errors import InvalidSettings, NotAllowed
from ..model.account import Credential
from . import show
from .options import json_option, open_app, print_json

_KEEP_EVERY = 3.0  # seconds of real time between two savings of a rehearsal that has changed


@click.group()
def rehearsal() -> None:
    """The local X, Facebook and YouTube: nothing leaves this machine."""


@rehearsal.command()
@click.option(
    "--rate",
    type=click.FloatRange(0, 100_000),
    help="Seconds of the rehearsal's clock in one real second. Default: [rehearsal] rate.",
)
@click.option("--idle-exit", type=click.FloatRange(0), metavar="SECONDS", help="Stop when nobody has asked for anything so long.")
def serve(rate: float | None, idle_exit: float | None) -> None:
    """Serve the local platforms until Ctrl-C, with an account for each in accounts.toml, and connect them.

    What stands there is kept in the ministry's folder for the next time.

    \b
    Example:
      ministry-social rehearsal serve --rate 60
    """
    from ..rehearsal import server

    app = rehearsing()
    address = urlsplit(app.settings.rehearsal.address)
    file = state_file(app)
    world = server.load(file, app.settings.rehearsal.seed)
    world.clock.set(rate=app.settings.rehearsal.rate if rate is None else rate)
    running = server.Server(world, host=address.hostname or "127.0.0.1", port=address.port or 80)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with running.running() as base:
        connected = enrol(app, base)
        click.echo(f"Rehearsal of {app.settings.ministry.name}: {base}   {connected} accounts   Ctrl-C stops it.")
        pid_file(app).write_text(str(_pid()))
        try:
            _serve(running, file, stop, idle_exit)
        finally:
            running.keep(file)
            pid_file(app).unlink(missing_ok=True)
    click.echo("Stopped. What stands there is kept for the next time.")


@rehearsal.command()
@click.argument("kind", required=False)
@click.option("--platform", type=click.Choice(["x", "facebook", "youtube"]), help="On which platform.")
@click.option("--account", help="Only for this account.")
@click.option("--action", help="Only for publish, prepare, read, delete or token.")
@click.option("--times", type=click.IntRange(1), help="Only for so many requests.")
@click.option("--seconds", type=click.FloatRange(0), help="How long, for faults that have a length.")
@click.option("--status", type=click.IntRange(400, 599), help="The HTTP status, for error and error-after.")
@click.option("--clear", is_flag=True, help="Turn every fault off.")
@json_option
def fault(kind: str | None, platform: str | None, clear: bool, as_json: bool, **details: Any) -> None:
    """Make something go wrong, to see what happens. Without a KIND: list what is on, and what there is.

    \b
    Example:
      ministry-social rehearsal fault drop-after --platform x --account embassy-oslo --times 1
      ministry-social rehearsal fault --clear
    """
    app = rehearsing()
    if clear:
        click.echo(f"{ask(app, 'DELETE', '/rehearsal/faults')['removed']} faults turned off.")
        return
    if kind is None:
        _list_faults(ask(app, "GET", "/rehearsal/faults"), as_json)
        return
    if platform is None:
        raise click.UsageError("Say on which platform: --platform x, facebook or youtube.")
    wish = {"kind": kind, "platform": platform} | {name: value for name, value in details.items() if value is not None}
    made = ask(app, "POST", "/rehearsal/faults", wish)
    if "error" in made:
        raise click.UsageError(made["error"])
    click.echo(f"Fault {made['id']} is on: {kind} on {platform}.   ministry-social rehearsal fault --clear")


@rehearsal.command()
@click.option("--rate", type=click.FloatRange(0, 100_000), help="Seconds of the rehearsal in one real second.")
@click.option("--advance", metavar="DURATION", help="Move it forward, e.g. 2h.")
@json_option
def clock(rate: float | None, advance: str | None, as_json: bool) -> None:
    """Show the rehearsal's clock, move it, or change how fast it runs.

    \b
    Example:
      ministry-social rehearsal clock --advance 2h
    """
    from ..files.written import duration

    app = rehearsing()
    wish: dict[str, Any] = {} if rate is None else {"rate": rate}
    if advance is not None:
        try:
            wish["advance"] = duration(advance).total_seconds()
        except ValueError as wrong:
            raise click.BadParameter(str(wrong), param_hint="--advance") from wrong
    told = ask(app, "POST" if wish else "GET", "/rehearsal/clock", wish or None)
    if as_json:
        print_json(told)
    else:
        click.echo(f"{told['now']}   {told['rate']:g} seconds in one")


@rehearsal.command()
def reset() -> None:
    """Empty the local platforms: posts, faults and limits. Accounts stay connected; the ledger keeps its record."""
    app = rehearsing()
    if alive(app):
        ask(app, "POST", "/rehearsal/reset", {})
    else:
        state_file(app).unlink(missing_ok=True)
    click.echo("The local platforms are empty. The ledger keeps its record of what was published before.")


@rehearsal.command()
def stop() -> None:
    """Stop the rehearsal of this folder, wherever it was started."""
    click.echo("Stopped." if stop_running(rehearsing()) else "No rehearsal of this folder is running.")


def rehearsing() -> App:
    """The ministry at hand, which must be a rehearsal."""
    app = open_app()
    if app.settings.live:
        raise NotAllowed(
            "This ministry is live: it has no rehearsal.", remedy='Set [ministry] world = "rehearsal" in a folder of its own.'
        )
    return app


def enrol(app: App, base: str) -> int:
    """Give every account a profile on the local platforms, and put the credentials into the vault."""
    import requests

    rows = [
        {"platform": a.platform, "id": a.id, "name": a.name, "handle": a.handle, "title": a.title}
        | ({"credential": app.vault.get(a.name).fields()} if app.vault.has(a.name) else {})
        for a in app.accounts
    ]
    session = requests.Session()
    session.trust_env = False  # loopback: never through a proxy
    given = session.post(f"{base}/rehearsal/accounts", json=rows, timeout=30).json()
    new = {}
    for account, fields in zip(app.accounts, given, strict=True):
        if fields.get("token_uri", "").startswith("/"):
            fields["token_uri"] = base + fields["token_uri"]
        if not app.vault.has(account.name):
            new[account.name] = Credential(fields)
    if new:
        app.vault.put_all(new)
    return len(rows)


def ask(app: App, method: str, path: str, body: Any = None) -> Any:
    """A request to the rehearsal's control interface."""
    import requests

    session = requests.Session()
    session.trust_env = False
    try:
        return session.request(method, app.settings.rehearsal.address + path, json=body, timeout=10).json()
    except (requests.RequestException, ValueError) as gone:
        raise InvalidSettings(
            f"There is no rehearsal at {app.settings.rehearsal.address}.", remedy="Start it with: ministry-social rehearsal serve"
        ) from gone


def alive(app: App) -> bool:
    """Whether a rehearsal answers at the ministry's address."""
    try:
        return bool(ask(app, "GET", "/rehearsal/health").get("rehearsal") == "ministry_social")
    except InvalidSettings:
        return False


def stop_running(app: App) -> bool:
    """End the process that serves this folder's rehearsal; true where there was one."""
    import os

    try:
        number = int(pid_file(app).read_text())
        os.kill(number, signal.SIGTERM)
    except (FileNotFoundError, ValueError, ProcessLookupError):
        return False
    for _ in range(100):
        if not pid_file(app).exists():
            return True
        time.sleep(0.05)
    return True


def state_file(app: App) -> Path:
    """Where the local platforms are kept between two servings."""
    return app.settings.folder / "data" / "rehearsal.state"


def pid_file(app: App) -> Path:
    """The serving process's number; there only while it serves."""
    folder = app.settings.folder / "data"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "rehearsal.pid"


def _serve(running: Any, file: Path, stop: threading.Event, idle_exit: float | None) -> None:
    """Wait, and keep what has changed now and then."""
    kept = running.requests
    while not stop.wait(_KEEP_EVERY):
        if running.requests != kept:
            kept = running.requests
            running.keep(file)
        if idle_exit is not None and running.idle_seconds() > idle_exit:
            return


def _list_faults(told: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(told)
        return
    for one in told["on"]:
        click.echo(
            f"on   {one['id']}  {one['kind']} on {one['platform']}  {one['account'] or 'every account'}  met {one['met']} times"
        )
    if not told["on"]:
        click.echo("No fault is on.")
    click.echo("")
    show.table([[kind, what] for kind, what in told["kinds"].items()], ["kind", "what it does"])


def _pid() -> int:
    import os

    return os.getpid()
