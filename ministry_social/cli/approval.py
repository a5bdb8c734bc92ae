"""`approval`: two pairs of eyes. What will be public, who has signed it, and what is missing."""

import difflib
from pathlib import Path

import click

from ..app import App
from ..desk import approve
from ..desk.paper import before, paper
from ..errors import NotAllowed
from ..files import messages
from ..model.times import Wish
from ..rules.timing import stamp
from . import show
from .keys import confirm, open_own, passphrase_option
from .options import json_option, message_file, open_app, print_json, world_line
from .publish import WAVE, submit_release
from .signatures import found_for, look, row, tell
from .when import wish

wave_option = click.option(
    "--wave",
    type=click.IntRange(1),
    metavar="NUMBER",
    help="Which wave. Default: the only one that waits for approval, else the first.",
)


@click.group()
def approval() -> None:
    """Signatures: submit, show, sign, refuse, withdraw, list."""


@approval.command()
@click.argument("file", type=message_file)
@click.option(
    "--at",
    type=wish,
    metavar="TIME",
    help='When: 2026-12-01T09:00:00Z, "2026-12-01 09:00 local", or embargo. Default: once it is approved.',
)
def submit(file: Path, at: Wish | None) -> None:
    """Put a message before those whose signatures it needs. Nothing is sent.

    \b
    Example:
      ministry-social approval submit grain.md --at 2026-12-01T09:00:00Z
    """
    app = open_app()
    click.echo(world_line(app))
    loaded = messages.load(file)
    with app.store.read() as reading:
        if not app.policies.in_force(reading).digest:
            raise NotAllowed("Nobody has to sign in this rehearsal.", remedy=f"It goes out with: ministry-social publish {file}")
    submit_release(app, loaded, file, at, click.echo)
    tell(found_for(app, loaded.message.id, WAVE))


@approval.command("show")
@click.argument("message", metavar="MESSAGE")
@wave_option
@json_option
def show_(message: str, wave: int | None, as_json: bool) -> None:
    """Show what will be public, account by account, who has signed, and what is missing.

    What has changed since it was submitted before stands at the end.

    \b
    Examples:
      ministry-social approval show grain-corridor
      ministry-social approval show grain-corridor --wave 2
    """
    app = open_app()
    found = found_for(app, message, _chosen(app, message, wave))
    with app.store.read() as reading:
        lines = paper(reading, found.release, app.means.accounts)
        earlier = before(reading, message, found.wave, found.release)
        old = paper(reading, earlier, app.means.accounts) if earlier else {}
    if as_json:
        print_json(row(found) | {"deliveries": {key: list(said) for key, said in lines.items()}, "before": earlier or None})
        return
    for said in lines.values():
        click.echo("\n".join(said) + "\n")
    if earlier:
        click.echo(f"Since it was submitted before ({earlier[:12]}…):")
        click.echo("\n".join(_difference(old, lines)) + "\n")
    tell(found)


@approval.command()
@click.argument("message", metavar="MESSAGE")
@wave_option
@click.option(
    "--emergency", metavar="REASON", default="", help="The usual signatures cannot be waited for: two persons, marked for ever."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@passphrase_option
def sign(message: str, wave: int | None, emergency: str, yes: bool, passphrase_fd: int | None) -> None:
    """Sign a message with your own key: exactly these texts, pictures, accounts and times.

    One changed letter, one added account, and your signature no longer covers it. With --emergency, two persons (an
    approver, and another or an operator) take the place of what the rules ask for; that stands on record for ever.

    \b
    Examples:
      ministry-social approval sign grain-corridor
      ministry-social approval sign travel-mali --emergency "airport closed, nobody of the desk can be reached"
    """
    app = open_app()
    found = found_for(app, message, _chosen(app, message, wave))
    look(app, found)
    approve.check_signatory(app.means, found, app.person, emergency=bool(emergency.strip()))
    confirm("Have you read it, account by account? Sign it?", yes=yes)
    key = open_own(app, passphrase_fd)
    reason = emergency.strip()
    tell(approve.sign(app.means, key, message, found.wave, release=found.release, person=app.person, emergency=reason))


@approval.command()
@click.argument("message", metavar="MESSAGE")
@wave_option
@click.option("--reason", required=True, help="Why; it goes on record.")
def refuse(message: str, wave: int | None, reason: str) -> None:
    """Say no: the message goes nowhere until you withdraw that, or it is submitted anew.

    \b
    Example:
      ministry-social approval refuse grain-corridor --reason "the figure for wheat is last year's"
    """
    app = open_app()
    tell(approve.refuse(app.means, message, _chosen(app, message, wave), person=app.person, reason=reason.strip()))


@approval.command()
@click.argument("message", metavar="MESSAGE")
@wave_option
@click.option("--reason", default="", help="Why; it goes on record.")
def withdraw(message: str, wave: int | None, reason: str) -> None:
    """Take back your signature, or your refusal. What has not started by then waits again.

    \b
    Example:
      ministry-social approval withdraw grain-corridor --reason "talks have begun"
    """
    app = open_app()
    tell(approve.withdraw(app.means, message, _chosen(app, message, wave), person=app.person, reason=reason.strip()))


@approval.command("list")
@click.option("--emergency", is_flag=True, help="Every signature that was ever given for an emergency.")
@json_option
def list_(emergency: bool, as_json: bool) -> None:
    """List what waits for approval, and what each lacks.

    \b
    Examples:
      ministry-social approval list
      ministry-social approval list --emergency
    """
    app = open_app()
    if emergency:
        _list_emergencies(app, as_json=as_json)
        return
    with app.store.read() as reading:
        found = approve.waiting(reading, app.means)
    if as_json:
        print_json([row(one) for one in found])
    elif not found:
        click.echo("Nothing waits for approval.")
    else:
        rows = [[one.message, str(one.wave), str(one.planned), ", ".join(one.standing.authors), approve.says(one)] for one in found]
        show.table(rows, ["message", "wave", "deliveries", "by", "lacks"])


def _chosen(app: App, message: str, wave: int | None) -> int:
    """The wave that was named, else the one that is meant."""
    if wave is not None:
        return wave
    with app.store.read() as reading:
        return approve.wave_of(reading, app.means, message)


def _difference(old: dict[str, tuple[str, ...]], new: dict[str, tuple[str, ...]]) -> list[str]:
    then, now = ([line for key in sorted(side) for line in side[key]] for side in (old, new))
    found = list(difflib.unified_diff(then, now, n=1, lineterm=""))[2:]
    return found or ["  nothing that will be public"]


def _list_emergencies(app: App, *, as_json: bool) -> None:
    with app.store.read() as reading:
        found = approve.emergencies(reading)
    rows = [
        {"message": message, "person": person, "at": None if at is None else stamp(at), "reason": one.emergency if one else "?"}
        for message, one, person, at in found
    ]
    if as_json:
        print_json(rows)
    elif not rows:
        click.echo("Nothing was ever signed for an emergency.")
    else:
        show.table(
            [[str(r["message"]), str(r["person"]), str(r["at"]), str(r["reason"])] for r in rows], ["message", "by", "at", "reason"]
        )
