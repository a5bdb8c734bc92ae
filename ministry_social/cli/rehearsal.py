"""`rehearsal`: the local platforms."""

from datetime import datetime, timedelta
from typing import Any

import click

from ..app import App
from ..desk.chores import note
from ..errors import NotAllowed
from ..model.ledger import Event
from ..rehearsal.faults import ACTIONS, KINDS
from ..rehearsal.meddling import MEDDLING
from . import show
from .account_rows import find, records
from .options import PLATFORMS, duration, json_option, open_app, print_json
from .serving import alive, ask, serve_until_stopped, state_file, stop_running


@click.group()
def rehearsal() -> None:
    """The local X, Facebook and YouTube: nothing leaves this machine."""


@rehearsal.command()
@click.option(
    "--rate", type=click.FloatRange(0, 100_000), help="Seconds of its clock in one real second. Default: [rehearsal] rate."
)
@click.option("--idle-exit", type=click.FloatRange(0), metavar="SECONDS", help="Stop when nobody has asked for anything so long.")
def serve(rate: float | None, idle_exit: float | None) -> None:
    """Serve the local platforms until Ctrl-C, and connect every account.

    Each account of accounts.toml gets a profile there. What stands there is kept in the ministry's folder for the next time.

    \b
    Example:
      ministry-social rehearsal serve --rate 60
    """
    serve_until_stopped(rehearsing(), rate=rate, idle_exit=idle_exit)
    click.echo("Stopped. What stands there is kept for the next time.")


@rehearsal.command("open")
@click.argument("name")
def open_(name: str) -> None:
    """Give an account its profile there, as if its mission had just opened it.

    Those that are known when the rehearsal starts have one. One that is asked for later gets it so, and its mission connects it.

    \b
    Example:
      ministry-social rehearsal open embassy-riga
    """
    app = rehearsing()
    one = find([record.account for record in records(app)], name)
    row = {"platform": one.platform, "id": one.id, "name": one.name, "handle": one.handle, "title": one.title}
    ask(app, "POST", "/rehearsal/accounts", [row])
    click.echo(f"{name} has a profile on the rehearsed {PLATFORMS[one.platform]}. Its mission can sign in there.")


@rehearsal.command()
@click.argument("kind", required=False, type=click.Choice(list(KINDS)), metavar="[KIND]")
@click.option("--platform", type=click.Choice(list(PLATFORMS)), help="On which platform.")
@click.option("--account", help="Only for this account.")
@click.option("--action", type=click.Choice(ACTIONS), help="Only for requests that do this.")
@click.option("--times", type=click.IntRange(1), help="Only for so many requests.")
@click.option("--seconds", type=click.FloatRange(0), help="How long, for faults that have a length.")
@click.option("--status", type=click.IntRange(400, 599), help="The HTTP status, for error and error-after.")
@click.option("--clear", is_flag=True, help="Turn every fault off.")
@json_option
def fault(kind: str | None, platform: str | None, clear: bool, as_json: bool, **details: Any) -> None:
    """Make something go wrong. Without KIND: what is on, and what there is.

    \b
    Examples:
      ministry-social rehearsal fault drop-after --platform x --account embassy-oslo --times 1
      ministry-social rehearsal fault
      ministry-social rehearsal fault --clear
    """
    app = rehearsing()
    if clear:
        told = ask(app, "DELETE", "/rehearsal/faults")
        said = f"{show.number(told['removed'], 'fault')} turned off."
    elif kind is None:
        told = ask(app, "GET", "/rehearsal/faults")
        said = ""
    else:
        told = _turn_on(app, kind, platform, details)
        said = f"Fault {told['id']} is on: {kind} on {PLATFORMS[told['platform']]}.   ministry-social rehearsal fault --clear"
    if as_json:
        print_json(told)
    elif said:
        click.echo(said)
    else:
        _list_faults(told["on"])


@rehearsal.command()
@click.argument("kind", required=False, type=click.Choice(list(MEDDLING)), metavar="[KIND]")
@click.option("--account", help="On this account.")
@click.option("--post", help="The id of the post; else the newest that stands there.")
@click.option("--text", help="What they write.")
@json_option
def meddle(kind: str | None, account: str | None, post: str | None, text: str | None, as_json: bool) -> None:
    """Play what others do on an account, for the watch to find. Without KIND: what there is.

    \b
    Examples:
      ministry-social rehearsal meddle edit --account embassy-paris --text "We are sorry."
      ministry-social rehearsal meddle block --account channel
    """
    if kind is None:
        show.table(list(MEDDLING.items()), ["kind", "what it does"])
        return
    if account is None:
        raise click.UsageError("Say on which account: --account NAME.")
    app = rehearsing()
    wish = {"kind": kind, "platform": find(app.accounts, account).platform, "account": account, "post": post, "text": text}
    told = ask(app, "POST", "/rehearsal/meddle", wish)
    if "error" in told:
        raise NotAllowed(f"That cannot be played: {told['error']}.", remedy="See: ministry-social rehearsal meddle")
    if as_json:
        print_json(told)
    else:
        click.echo(f"Played: {MEDDLING[kind]} ({told['post']}).")


@rehearsal.command()
@click.option("--rate", type=click.FloatRange(0, 100_000), help="Seconds of the rehearsal in one real second.")
@click.option("--advance", type=duration, help="Move it forward, e.g. 2h.")
@json_option
def clock(rate: float | None, advance: timedelta | None, as_json: bool) -> None:
    """Show the rehearsal's clock, move it, or change how fast it runs.

    \b
    Example:
      ministry-social rehearsal clock --advance 2h
    """
    wish: dict[str, Any] = {} if rate is None else {"rate": rate}
    if advance is not None:
        wish["advance"] = advance.total_seconds()
    told = ask(rehearsing(), "POST" if wish else "GET", "/rehearsal/clock", wish or None)
    if as_json:
        print_json(told)
    else:
        click.echo(f"{datetime.fromisoformat(told['now']):%Y-%m-%d %H:%M:%S %Z}, {told['rate']:g} seconds pass in one.")


@rehearsal.command()
def reset() -> None:
    """Empty the local platforms: posts, faults and limits.

    Accounts stay connected; the ledger keeps its record.

    \b
    Example:
      ministry-social rehearsal reset
    """
    app = rehearsing()
    if alive(app):
        ask(app, "POST", "/rehearsal/reset", {})
        note(app.store, app.clock, Event.REHEARSAL_EMPTIED, {}, person=app.person)
    else:
        state_file(app).unlink(missing_ok=True)
    click.echo("The local platforms are empty. The ledger keeps its record of what was published before.")


@rehearsal.command()
def stop() -> None:
    """Stop the rehearsal of this folder, wherever it was started.

    \b
    Example:
      ministry-social rehearsal stop
    """
    click.echo("Stopped." if stop_running(rehearsing()) else "No rehearsal of this folder is running.")


def rehearsing() -> App:
    """The ministry at hand, which must be a rehearsal."""
    app = open_app()
    if app.settings.live:
        remedy = 'Set [ministry] world = "rehearsal" in a folder of its own.'
        raise NotAllowed("This ministry is live: it has no rehearsal.", remedy=remedy)
    return app


def _turn_on(app: App, kind: str, platform: str | None, details: dict[str, Any]) -> Any:
    account = details["account"]
    if account is not None:
        own = find([one.account for one in records(app)], account).platform
        if platform not in (None, own):
            raise click.UsageError(f"{account} is on {PLATFORMS[own]}, not on {PLATFORMS[platform]}.")
        platform = own
    if platform is None:
        raise click.UsageError("Say on which platform (--platform x, facebook or youtube), or for which account (--account).")
    wish = {"kind": kind, "platform": platform} | {name: value for name, value in details.items() if value is not None}
    return ask(app, "POST", "/rehearsal/faults", wish)


def _list_faults(on: list[dict[str, Any]]) -> None:
    if on:
        show.table(
            [[str(f["id"]), f["kind"], f["platform"], f["account"] or "every", f["action"] or "every", str(f["met"])] for f in on],
            ["fault", "kind", "platform", "account", "action", "times met"],
        )
    else:
        click.echo("No fault is on.")
    click.echo("")
    show.table(list(KINDS.items()), ["kind", "what it does"])
