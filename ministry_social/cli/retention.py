"""`retention`: how long content is kept, what goes, and what must stay because of the law."""

from typing import Any

import click

from ..app import App
from ..desk import retention as desk
from ..errors import NotAllowed
from ..files.retention import load_retention, retention_file
from ..model.retention import Outlook, Record, Schedule
from ..rules.timing import stamp
from . import show
from .keys import confirm
from .options import json_option, open_app, print_json, world_line


@click.group()
def retention() -> None:
    """How long content is kept: show, dispose, hold, lift."""


@retention.command("show")
@json_option
def show_(as_json: bool) -> None:
    """Show the schedule, what is due to go by now, and every legal hold.

    \b
    Example:
      ministry-social retention show
    """
    app = open_app()
    schedule, found = _looked(app)
    if as_json:
        print_json(_as_json(schedule, found))
        return
    rows = []
    for record in Record:
        due = [one for one in found.due if one.record is record]
        rows.append([record.value, _kept(schedule, record), str(len(due)), str(sum(len(one.digests) for one in due))])
    show.table(rows, ["class", "kept", "due", "files"])
    click.echo("\nKept after the last thing that happened to a message; due: of so many messages.")
    for hold in found.holds:
        click.echo(f"Legal hold on the {hold.scope} {hold.value}, since {hold.at:%Y-%m-%d} by {hold.by}: {hold.reason}")
    if found.due:
        click.echo("To dispose of what is due: ministry-social retention dispose")


@retention.command()
@click.option("--dry-run", is_flag=True, help="Only list what would go.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def dispose(dry_run: bool, yes: bool) -> None:
    """Remove content whose time is over. Its digests stay on record, so that everything still verifies.

    Nothing goes of what is still to be sent, in doubt, to be taken down or under a legal hold, nor what another message needs.
    Releases, signatures and policies always stay. Nobody can bring back what has gone.

    \b
    Examples:
      ministry-social retention dispose --dry-run
      ministry-social retention dispose
    """
    app = open_app(looks=dry_run)
    click.echo(world_line(app), err=True)
    schedule, found = _looked(app)
    if not found.due:
        click.echo("Nothing is due.")
        return
    show.table([[one.message, one.record.value, str(len(one.digests)), f"{one.since:%Y-%m-%d}"] for one in found.due],
               ["message", "class", "files", "last touched"])  # fmt: skip
    count = sum(len(one.digests) for one in found.due)
    if dry_run:
        click.echo(f"\n{show.number(count, 'file')} would go.")
        return
    confirm(f"Dispose of {show.number(count, 'file')}? Nobody can bring them back.", yes=yes)
    gone = desk.dispose(
        app.store, app.clock, app.media, found,
        schedule=lambda name: f"{name}: {_kept(schedule, Record(name))}, config/retention.toml", person=app.person,
    )  # fmt: skip
    click.echo(f"Disposed of {show.number(gone, 'file')}; their digests stay on record.")


_scope = (
    click.option("--message", default="", help="Of this message."),
    click.option("--account", default="", help="Of every message that has spoken on this account."),
    click.option("--reason", default="", help="Why; it goes on record."),
)


def _scoped(command: Any) -> Any:
    for option in reversed(_scope):
        command = option(command)
    return command


@retention.command()
@_scoped
def hold(message: str, account: str, reason: str) -> None:
    """Let nothing go of a message or account, whatever the schedule says.

    A court or a parliament may ask for it.

    \b
    Example:
      ministry-social retention hold --message grain-corridor --reason "inquiry 2026/14"
    """
    scope, value = _asked(message, account, reason)
    app = open_app()
    _refuse_unknown(app, scope, value)
    desk.hold(app.store, app.clock, scope, value, reason=reason, person=app.person)
    click.echo(f"Nothing of the {scope} {value} goes until: ministry-social retention lift --{scope} {value}")


@retention.command()
@_scoped
def lift(message: str, account: str, reason: str) -> None:
    """End a legal hold.

    \b
    Example:
      ministry-social retention lift --message grain-corridor --reason "inquiry 2026/14 is closed"
    """
    scope, value = _asked(message, account, reason)
    app = open_app()
    _, found = _looked(app)
    desk.lift(app.store, app.clock, found.holds, scope, value, reason=reason, person=app.person)
    click.echo(f"The {scope} {value} is kept as long as the schedule says, and no longer.")


def _looked(app: App) -> tuple[Schedule, Outlook]:
    schedule = load_retention(retention_file(app.settings.config))
    return schedule, desk.outlook(app.store, app.clock, schedule, app.media)


def _asked(message: str, account: str, reason: str) -> tuple[str, str]:
    if bool(message) == bool(account):
        raise click.UsageError("Say what: --message MESSAGE, or --account ACCOUNT.")
    if not reason.strip():
        raise click.UsageError("Say why: --reason TEXT. It goes on record.")
    return ("message", message) if message else ("account", account)


def _refuse_unknown(app: App, scope: str, value: str) -> None:
    with app.store.read() as reading:
        known = bool(reading.history(message=value)) if scope == "message" else value in app.roster or reading.account(value)
    if not known:
        raise NotAllowed(f"There is no {scope} {value} on record.", remedy=f"See: ministry-social {scope} list")


def _kept(schedule: Schedule, record: Record) -> str:
    keep = schedule.keep.get(record)
    return "for ever" if keep is None else f"{keep.days}d"


def _as_json(schedule: Schedule, found: Outlook) -> dict[str, Any]:
    return {
        "keep": {record.value: _kept(schedule, record) for record in Record},
        "due": [
            {"message": one.message, "class": one.record.value, "digests": list(one.digests), "since": stamp(one.since)}
            for one in found.due
        ],
        "holds": [{**vars(one), "at": stamp(one.at)} for one in found.holds], "held": list(found.held),
    }  # fmt: skip
