"""`hold` and `release`: stop everything that is not out yet, and let the rest go on."""

from collections.abc import Callable, Sequence
from typing import Any

import click

from ..app import App
from ..desk import stop
from ..errors import InvalidSettings
from ..model.delivery import Delivery, State
from ..model.stop import Hold
from ..rules.lifecycle import PLAIN
from ..rules.timing import stamp
from . import show
from .options import PLATFORMS, did_you_mean, json_option, open_app, print_json, world_line

_SCOPES = ("platform", "country", "group", "mission", "account", "message")
_HELP = {
    "platform": "Everything on x, facebook or youtube.",
    "country": "Every account that speaks in this country (its code: FR).",
    "group": "Every account of this group.",
    "mission": "Every account of this mission.",
    "account": "One account.",
    "message": "One message, by its id.",
}


def scope_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say what is meant."""
    command = click.option("--all", "everything", is_flag=True, help="Everything.")(command)
    for name in reversed(_SCOPES):
        command = click.option(f"--{name}", help=_HELP[name])(command)
    return command


@click.command()
@scope_options
@click.option("--reason", default="", help="Why; it goes on record.")
@click.option("--no-wait", is_flag=True, help="Do not wait for what had left already.")
@click.option("--drill", is_flag=True, help="Do everything but stop: for practice.")
@json_option
def hold(reason: str, no_wait: bool, drill: bool, as_json: bool, **scopes: Any) -> None:
    """Stop everything that is not out yet; without options, list what is held.

    From the moment it has returned nothing more starts, on no machine. What had left by then is listed with what
    became of it. `ministry-social release` lets the rest go on.

    \b
    Examples:
      ministry-social hold --all --reason "the figures are wrong"
      ministry-social hold --message grain-corridor --reason "talks have begun"
      ministry-social hold --platform x --reason "exercise" --drill
    """
    app = open_app(looks=not any(scopes.values()))
    wanted = chosen(app, scopes)
    if wanted is None:
        _list(app, as_json=as_json)
        return
    if not reason.strip():
        raise click.UsageError("Say why: --reason TEXT. It goes on record.")
    if not as_json:
        click.echo(world_line(app))
    held = stop.hold(app.means, *wanted, reason=reason.strip(), drill=drill, person=app.person)
    if not as_json:
        click.echo(_said(held, drill))
    left = held.left if no_wait else stop.wait(app.means, held, _teller(quiet=as_json))
    if as_json:
        left_rows = [_row(one) for one in left]
        print_json({"hold": as_row(held.hold), "already": held.already, "drill": drill, "stopped": held.stopped, "left": left_rows})
        return
    _tell_left(left, waited=not no_wait)
    if not drill:
        click.echo(f"To go on: ministry-social release {held.hold.id}")


@click.command()
@click.argument("number", type=int, required=False, metavar="[HOLD]")
@scope_options
@click.option("--reason", default="", help="Why; it goes on record.")
@json_option
def release(number: int | None, reason: str, as_json: bool, **scopes: Any) -> None:
    """Let go on what was held; without options, list what is held.

    What became stale meanwhile is not sent: it is missed, and its record says why.

    \b
    Examples:
      ministry-social release 1
      ministry-social release --all --reason "the figures are corrected"
    """
    app = open_app(looks=number is None and not any(scopes.values()))
    everything = scopes.get("everything")
    wanted = None if everything or number is not None else chosen(app, scopes)
    with app.store.read() as reading:
        standing = reading.holds()
    if number is None and not everything and wanted is None:
        _list(app, as_json=as_json)
        return
    lifted = [one for one in standing if everything or one.id == number or (one.scope, one.value) == wanted]
    if not lifted:
        raise InvalidSettings("Nothing of that is held.", remedy="See: ministry-social release")
    done = stop.release(app.means, lifted, reason=reason.strip(), person=app.person)
    if as_json:
        missed = [_row(one) for one in done.missed]
        print_json({"lifted": [as_row(one) for one in done.holds], "waiting": done.waiting, "missed": missed})
        return
    for one in done.holds:
        click.echo(f"Lifted    hold {one.id}: {what(one)}.")
    waits = "waits" if done.waiting == 1 else "wait"
    click.echo(
        f"{show.number(done.waiting, 'delivery').replace('deliverys', 'deliveries')} {waits} to go on: with publish or a worker."
    )
    for late in done.missed:
        click.echo(f"  missed: {late.key}. {late.error}")


def chosen(app: App, scopes: dict[str, Any]) -> tuple[str, str] | None:
    """Scope and value that the options name, checked against the config; None where they name nothing."""
    named = [(name, str(scopes[name])) for name in _SCOPES if scopes.get(name)]
    named += [("all", "")] if scopes.get("everything") else []
    if len(named) > 1:
        raise click.UsageError(
            "Say one thing at a time: one of --platform, --country, --group, --mission, --account, --message, --all."
        )
    if not named:
        return None
    scope, value = named[0]
    known = _known(app, scope)
    if scope != "all" and value not in known:
        raise InvalidSettings(f"There is no {scope} {value}.{did_you_mean(value, known)}")
    return scope, value


def _known(app: App, scope: str) -> set[str]:
    if scope == "message":
        with app.store.read() as reading:
            return {row[0] for row in reading.releases()}
    return {
        "platform": set(PLATFORMS),
        "country": {account.country for account in app.accounts},
        "group": {group for account in app.accounts for group in account.groups},
        "mission": {account.mission for account in app.accounts},
        "account": {account.name for account in app.accounts},
        "all": {""},
    }[scope]


def what(hold: Hold) -> str:
    """What a hold covers, in words."""
    return "everything" if hold.scope == "all" else f"{hold.scope} {hold.value}"


def as_row(hold: Hold) -> dict[str, Any]:
    """A hold for machines."""
    return {
        "id": hold.id, "scope": hold.scope, "value": hold.value, "reason": hold.reason, "by": hold.by, "at": stamp(hold.at),
    }  # fmt: skip


def _list(app: App, *, as_json: bool) -> None:
    with app.store.read() as reading:
        standing = reading.holds()
    if as_json:
        print_json([as_row(one) for one in standing])
    elif not standing:
        click.echo("Nothing is held.   To stop everything: ministry-social hold --all --reason TEXT")
    else:
        rows = [[str(one.id), what(one), one.reason, one.by, stamp(one.at)[:16].replace("T", " ")] for one in standing]
        show.table(rows, ["hold", "what", "reason", "by", "since (UTC)"])
        click.echo("\nTo go on: ministry-social release HOLD")


def _said(held: stop.Held, drill: bool) -> str:
    waits = f"{held.stopped} planned {'delivery' if held.stopped == 1 else 'deliveries'}"
    if drill:
        return f"Drill     {what(held.hold)}: {waits} would wait. Nothing was stopped."
    if held.already:
        since = stamp(held.hold.at)[:16].replace("T", " ")
        return f"Held      {what(held.hold)}, since {since} UTC by {held.hold.by}: {held.hold.reason}. {waits} wait."
    return f"Held      {what(held.hold)}: nothing more starts. {waits} wait."


def _teller(*, quiet: bool) -> Callable[[int], None]:
    """Says once how many are waited for, and each time that it has become fewer."""
    said: list[int] = []

    def tell(under_way: int) -> None:
        if under_way and said[-1:] != [under_way] and not quiet:
            click.echo(f"          {under_way} had left already: waiting for what becomes of them ...", err=True)
        said.append(under_way)

    return tell


def _tell_left(left: Sequence[Delivery], *, waited: bool) -> None:
    if not left:
        click.echo("Nothing was under way.")
        return
    count = len(left)
    click.echo(f"{count} had left already{', and this became of them' if waited else ' and may still come out'}:")
    rows = [[one.account, one.platform, PLAIN[one.state], one.url or one.error] for one in left]
    show.table(rows, ["account", "platform", "state", "address"])
    if any(one.state is State.UNKNOWN for one in left):
        click.echo("What is being checked is looked for on the platform; a hold does not stop that.")


def _row(one: Delivery) -> dict[str, Any]:
    return {"id": one.key, "account": one.account, "state": one.state.value, "url": one.url, "error": one.error}
