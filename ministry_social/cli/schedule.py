"""`schedule`: what goes out when, in the terminal and for calendar programs."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import IO

import click

from ..app import App
from ..desk.agenda import OPEN, agenda
from ..errors import InvalidSettings
from ..files.ics import calendar_bytes
from ..model.appointment import Appointment
from ..rules.timing import stamp
from . import show
from .options import did_you_mean, json_option, open_app, print_json
from .when import since, until


@click.group()
def schedule() -> None:
    """What goes out when: show, ics."""


@schedule.command("show")
@click.option("--by", type=click.Choice(["day", "mission"]), default="day", show_default=True, help="In which order.")
@click.option("--from", "first", type=since, metavar="DAY", help="From this day on (UTC), or from a moment on.")
@click.option("--to", "last", type=until, metavar="DAY", help="To the end of this day (UTC), or before a moment.")
@click.option("--mission", metavar="NAME", help="Only the accounts of this mission.")
@click.option("--all", "everything", is_flag=True, help="Also what is out, called off or missed.")
@json_option
def show_(by: str, first: datetime | None, last: datetime | None, mission: str | None, everything: bool, as_json: bool) -> None:
    """Show the calendar: what goes out when, per day or per mission.

    \b
    Examples:
      ministry-social schedule show --by mission
      ministry-social schedule show --from 2026-12-01 --to 2026-12-07
    """
    app = open_app()
    found = _found(app, first, last, mission, everything=everything)
    if as_json:
        print_json([_row(one) for one in found])
    elif not found:
        click.echo("Nothing is planned.   ministry-social delivery schedule FILE --at TIME")
    elif by == "day":
        _table(found, "day (UTC)", lambda one: f"{one.at:%Y-%m-%d %a}", "%H:%M")
    else:
        order = {account.mission: number for number, account in reversed(list(enumerate(app.accounts)))}
        ordered = sorted(found, key=lambda one: (order.get(one.mission, len(order)), one.mission))
        _table(ordered, "mission", lambda one: one.mission, "%Y-%m-%d %H:%M")


@schedule.command()
@click.option("--mission", metavar="NAME", help="Only the accounts of this mission.")
@click.option("--from", "first", type=since, metavar="DAY", help="From this day on (UTC), or from a moment on.")
@click.option("--to", "last", type=until, metavar="DAY", help="To the end of this day (UTC), or before a moment.")
@click.option("-o", "--output", type=click.File("wb", lazy=True), default="-", metavar="FILE", help="Where to. Default: print it.")
def ics(mission: str | None, first: datetime | None, last: datetime | None, output: IO[bytes]) -> None:
    """Write the calendar as an iCalendar file, which any calendar program opens. It holds no texts.

    \b
    Example:
      ministry-social schedule ics --mission embassy-ankara -o ankara.ics
    """
    app = open_app()
    found = _found(app, first, last, mission, everything=True)
    name = app.settings.ministry.name + (f": {mission}" if mission else "")
    output.write(calendar_bytes(found, name=name, now=app.clock.now()))
    if output.name not in ("-", "<stdout>"):
        click.echo(f"{show.number(len(found), 'appointment')} in {output.name}.")


def _found(app: App, first: datetime | None, last: datetime | None, mission: str | None, *, everything: bool) -> list[Appointment]:
    missions = {account.mission for account in app.accounts}
    if mission is not None and mission not in missions:
        raise InvalidSettings(
            f"There is no mission {mission}.{did_you_mean(mission, missions)}", remedy="See: ministry-social account list"
        )
    states = () if everything else OPEN
    with app.store.read() as reading:
        return agenda(reading, app.clock.now(), app.means.accounts, since=first, until=last, mission=mission, states=states)


def _table(found: Sequence[Appointment], title: str, group: Callable[[Appointment], str], form: str) -> None:
    """One row each; what they have in common stands once."""
    rows, before = [], ""
    for one in found:
        here = group(one)
        rows.append(
            [
                here if here != before else "",
                f"{one.at:{form}}",
                f"{one.local:%Y-%m-%d %H:%M}",
                one.account,
                one.message,
                one.kind,
                one.says,
            ]
        )
        before = here
    show.table(rows, [title, "UTC", "on the wall there", "account", "message", "kind", "state"])


def _row(one: Appointment) -> dict[str, object]:
    return {
        "id": one.key, "at": stamp(one.at), "local": f"{one.local:%Y-%m-%dT%H:%M:%S}", "zone": one.zone, "account": one.account,
        "mission": one.mission, "platform": one.platform, "kind": one.kind, "message": one.message, "wave": one.wave,
        "state": one.state, "says": one.says, "url": one.url,
    }  # fmt: skip
