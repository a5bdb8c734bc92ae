"""`message`: write, check, look at."""

import json
import textwrap
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from ..desk import compose
from ..desk.timetable import Timed
from ..errors import InvalidMessage
from ..files import messages
from ..files.settings import find_config
from ..files.templates import new_message
from ..model.plan import Assignment
from ..model.times import Wish
from ..rules.cost import account_cost, dollars
from ..rules.length import measure
from ..rules.references import plain
from ..rules.timing import stamp
from ..rules.zones import on_the_wall
from . import show
from .account_rows import find
from .exchange import export, import_
from .languages import confirm, languages
from .options import PLATFORMS, json_option, message_file, open_app, print_json
from .publish import at_times, draft, tell_costs_and_checks
from .when import tell, wish


@click.group()
def message() -> None:
    """Messages: new, check, preview, languages, confirm, export, import, list, show."""


for command in (languages, confirm, export, import_):
    message.add_command(command)


@message.command()
@click.option(
    "--from", "form", required=True, help="Which form: statement, press-briefing, travel-advice, national-day, correction."
)
@click.option("--set", "given", multiple=True, metavar="NAME=TEXT", help="Fill in a blank of the form.")
def new(form: str, given: tuple[str, ...]) -> None:
    """Print a new message from a ready form.

    \b
    Example:
      ministry-social message new --from statement --set topic="Grain corridor" > grain.md
    """
    import os

    folder = find_config(os.environ, Path.cwd()).parent / "templates" / "messages"
    click.echo(new_message(form, dict(_pair(one) for one in given), folder), nl=False)


@message.command()
@click.argument("file", type=message_file)
@json_option
def check(file: Path, as_json: bool) -> None:
    """Say what stops a message, and what its author should know.

    \b
    Example:
      ministry-social message check grain.md
    """
    drafted = draft(open_app(), messages.load(file))
    if as_json:
        print_json([_finding(finding) for finding in drafted.findings])
    else:
        show.findings(drafted.findings)
    if drafted.blocked:
        click.get_current_context().exit(1)


@message.command()
@click.argument("file", type=message_file)
@click.option("--account", "name", help="Show exactly what this account will say.")
@click.option("--at", type=wish, metavar="TIME", help="Show when, too: as delivery schedule takes it.")
@json_option
def preview(file: Path, name: str | None, at: Wish | None, as_json: bool) -> None:
    """Show what every account will say, and why. Nothing is sent.

    \b
    Examples:
      ministry-social message preview grain.md
      ministry-social message preview grain.md --account embassy-cairo
      ministry-social message preview grain.md --at "2026-12-01 09:00 local"
    """
    app = open_app()
    drafted = draft(app, messages.load(file))
    times = None if at is None else at_times(app, drafted, at)
    drafted = drafted if times is None else times.draft
    if name is not None:
        find(app.accounts, name)
    due = {} if times is None else times.due
    rows = [_row(app, drafted, a, due) for a in drafted.assignments if name in (None, a.account.name)]
    if as_json:
        print_json(rows)
    elif name is not None:
        _exactly(rows[0])
    else:
        _overview(app, drafted, rows, times)


@message.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the messages that were released, and how far each has come.

    \b
    Example:
      ministry-social message list
    """
    app = open_app()
    with app.store.read() as reading:
        rows = [
            {"message": name, "wave": wave, "release": digest, "revisions": len(reading.revisions(name))}
            | {"deliveries": _count(reading, name, wave)}
            for name, wave, digest, _, _ in reading.releases()
        ]
    if as_json:
        print_json(rows)
        return
    if not rows:
        click.echo("No message was released yet.   ministry-social publish FILE")
        return
    show.table(
        [[str(r["message"]), str(r["wave"]), _states(r["deliveries"]), str(r["release"])[:12]] for r in rows],
        ["message", "wave", "deliveries", "release"],
    )


@message.command("show")
@click.argument("name", metavar="MESSAGE")
@json_option
def show_(name: str, as_json: bool) -> None:
    """Show the record of a message: its revisions and releases.

    \b
    Example:
      ministry-social message show grain-corridor
    """
    app = open_app()
    with app.store.read() as reading:
        entries = [{"position": e.position, **json.loads(e.body)} for e in reading.history(message=name)]
    entries = [e for e in entries if "delivery" not in e["about"]]
    if not entries:
        raise InvalidMessage(f"No message {name} was ever released here.", remedy="See: ministry-social message list")
    if as_json:
        print_json(entries)
    else:
        show.entries(entries)


def _row(app: Any, drafted: compose.Draft, assignment: Assignment, due: Mapping[str, datetime]) -> dict[str, Any]:
    """One account of the preview, as --json gives it: what will be sent, to the byte, under `payload`; with its time in `due`."""
    account, variant = assignment.account, assignment.variant
    row: dict[str, Any] = {"account": account.name, "platform": account.platform, "kind": None, "why": assignment.reason}
    if variant is None:
        return row | {"silence": assignment.silence.value if assignment.silence else ""}
    if account.name in due:
        local = on_the_wall(due[account.name], account.zone)
        row |= {"due_at": stamp(due[account.name]), "local": f"{local:%Y-%m-%d %H:%M}"}
    limits = app.platforms[account.platform].limits(account)
    text = plain(variant.text)
    return row | {
        "kind": variant.kind.value,
        "language": variant.language,
        "title": variant.title,
        "text": text,
        "length": measure(text, limits.counting),
        "limit": limits.text,
        "cost": account_cost(assignment, app.prices),
        "of": variant.of.delivery if variant.of else "",
        "media": [{"file": a.file, "digest": a.digest, "alt": a.alt} for a in variant.attachments],
        "payload": json.loads(drafted.payloads[account.name].body) if account.name in drafted.payloads else None,
    }


def _overview(app: Any, drafted: compose.Draft, rows: list[dict[str, Any]], times: Timed | None) -> None:
    when = [] if times is None else ["UTC", "on the wall there"]
    table = [
        [
            r["account"],
            r["platform"],
            r["kind"] or "silent",
            r.get("language", ""),
            _measured(r),
            _cost(r),
            *_when(r, when),
            r["why"],
        ]
        for r in rows
    ]
    show.table(table, ["account", "platform", "kind", "language", "length", "cost", *when, "why"])
    click.echo(f"\nPlan      {show.plan(drafted.assignments)}")
    owing = [name for finding in drafted.findings if finding.name == "owes-local-text" for name in finding.accounts]
    if owing:
        listed = f"Owing     {show.number(len(owing), 'mission')}, a local text: {', '.join(owing)}"
        click.echo(textwrap.fill(listed, 120, subsequent_indent=" " * 10, break_on_hyphens=False))
    tell_costs_and_checks(app, drafted, click.echo)
    if times is not None:
        tell(times, click.echo, asked=True)


def _when(row: dict[str, Any], titles: list[str]) -> list[str]:
    """The cells below these titles."""
    return [row.get("due_at", "")[:16].replace("T", " "), row.get("local", "")] if titles else []


def _exactly(row: dict[str, Any]) -> None:
    click.echo(f"{row['account']} on {PLATFORMS[row['platform']]}: {row['kind'] or 'silent'} ({row['why']})")
    if row["kind"] is None:
        return
    if "due_at" in row:
        click.echo(f"Goes out {row['due_at'][:16].replace('T', ' ')} UTC, {row['local']} on the wall there.")
    if row["kind"] == "repost":
        click.echo(f"Repeats the post of {row['of'].split('/')[-2]}.")
        return
    if row["title"]:
        click.echo(f"\n{row['title']}")
    click.echo(f"\n{row['text']}\n")
    click.echo(f"Length    {_measured(row)}")
    for one in row["media"]:
        click.echo(f"Media     {one['file']}" + (f"  alt: {one['alt']}" if one["alt"] else ""))


def _measured(row: dict[str, Any]) -> str:
    return f"{row['length']} of {row['limit']}" if row.get("length") else ""


def _cost(row: dict[str, Any]) -> str:
    return dollars(row["cost"]) if row.get("cost") else ""


def _finding(finding: Any) -> dict[str, Any]:
    return {
        "name": finding.name, "weight": finding.weight.value, "sentence": finding.sentence, "accounts": list(finding.accounts),
        "file": finding.place.file if finding.place else None, "line": finding.place.line if finding.place else None,
    }  # fmt: skip


def _count(reading: Any, name: str, wave: int) -> dict[str, int]:
    states = [delivery.state.value for delivery in reading.deliveries(message=name, wave=wave)]
    return {state: states.count(state) for state in dict.fromkeys(states)}


def _states(counted: Any) -> str:
    return ", ".join(f"{number} {state}" for state, number in counted.items())


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise click.BadParameter(f"{text!r} is not NAME=TEXT.", param_hint="--set")
    return name.strip(), value
