"""`resume`: let an account, a mission or a platform go on that was paused."""

import click

from ..app import App
from ..desk import pausing
from ..model.account import Account
from ..model.stop import Pause
from . import show
from .account_rows import find
from .options import PLATFORMS, json_option, open_app, print_json
from .stopping import chosen


@click.command()
@click.option("--account", help="One account.")
@click.option("--mission", help="Every account of this mission.")
@click.option("--platform", type=click.Choice(list(PLATFORMS)), help="A whole platform.")
@click.option("--reason", default="", help="What was done; it goes on record.")
@json_option
def resume(account: str | None, mission: str | None, platform: str | None, reason: str, as_json: bool) -> None:
    """Let go on what a platform had shut out; without options, list what is paused.

    Do first what the pause asks for: connect the account again, or pay the platform.

    \b
    Examples:
      ministry-social resume
      ministry-social resume --platform x --reason "credits bought"
      ministry-social resume --account embassy-lima
    """
    app = open_app(looks=not (account or mission or platform))
    wanted = chosen(app, {"account": account, "mission": mission, "platform": platform})
    if wanted is None:
        _list(app, as_json=as_json)
        return
    done = pausing.resume(app.means, _accounts(app, *wanted), platform or "", reason=reason.strip(), person=app.person)
    if as_json:
        print_json({"resumed": [as_row(one) for one in done.pauses], "waiting": done.waiting})
    elif not done.pauses:
        click.echo("Nothing of that is paused.   See: ministry-social resume")
    else:
        for one in done.pauses:
            click.echo(f"Resumed   {one.scope} {one.value}.")
        waits = "delivery goes" if done.waiting == 1 else "deliveries go"
        click.echo(f"{done.waiting} {waits} on: with publish or a worker.")


def as_row(pause: Pause) -> dict[str, str | bool]:
    """A pause for machines."""
    return {
        "scope": pause.scope, "value": pause.value, "reason": pause.reason, "remedy": pause.remedy,
        "asked_after": pause.probe_at is not None,
    }  # fmt: skip


def _accounts(app: App, scope: str, value: str) -> list[Account]:
    if scope == "account":
        return [find(app.accounts, value)]
    return [one for one in app.accounts if scope == "mission" and one.mission == value]


def _list(app: App, *, as_json: bool) -> None:
    with app.store.read() as reading:
        pauses = reading.pauses()
    if as_json:
        print_json([as_row(one) for one in pauses])
    elif not pauses:
        click.echo("Nothing is paused.")
    else:
        for one in pauses:
            more = " It is asked after by itself." if one.probe_at is not None else f" {one.remedy}"
            click.echo(f"{one.scope} {one.value}: {one.reason}{more}")
        click.echo(f"\n{show.number(len(pauses), 'pause')}. Once mended: ministry-social resume --account NAME, or --platform NAME")
