"""`account`: the ministry's accounts."""

import click

from ..model.life import Stage
from . import account_files, account_life, inviting, show
from .account_broken import broken, tell_broken
from .account_rows import NEVER, as_row, certified, find, life_row, plain, records
from .connecting import connect
from .inspecting import forecast_, inspect
from .options import PLATFORMS, json_option, open_app, print_json


@click.group()
def account() -> None:
    """The ministry's accounts: their life, invitations, list, import and export."""


@account.command("list")
@click.option("--platform", type=click.Choice(list(PLATFORMS)), help="Only on this platform.")
@click.option("--stage", type=click.Choice([one.value for one in Stage]), help="Only those that have come so far.")
@click.option(
    "--broken", "only_broken", is_flag=True, help="Only what cannot post now: paused or not connected; with what mends it."
)
@json_option
def list_(platform: str | None, stage: str | None, only_broken: bool, as_json: bool) -> None:
    """List every official account, how far it has come, and whether it is connected.

    \b
    Examples:
      ministry-social account list --platform x
      ministry-social account list --stage requested
      ministry-social account list --broken
    """
    app = open_app()
    imported = bool(app.records)
    now = app.clock.now() if imported else NEVER
    chosen = [one for one in records(app) if platform in (None, one.account.platform) and stage in (None, one.stage.value)]
    if only_broken:
        tell_broken(app, broken(app, chosen), as_json=as_json)
        return
    rows = [as_row(one.account) | life_row(one, now) | {"connected": app.vault.has(one.name)} for one in chosen]
    if as_json:
        print_json(rows)
        return
    titles = ["account", "platform", "handle", "languages", "time zone", "connected"]
    cells = [[r["name"], r["platform"], r["handle"], ", ".join(r["languages"]), r["zone"], plain(r["connected"])] for r in rows]
    if imported:
        titles[3:5] = ["languages", "stage", "since", "certified"]
        for cell, one in zip(cells, chosen, strict=True):
            cell[4:5] = [one.stage.value, f"{one.since:%Y-%m-%d}", certified(one, now)]
    show.table(cells, titles)
    missing = sum(1 for r in rows if not r["connected"] and r["stage"] != Stage.RETIRED)
    hint = "   ministry-social account connect NAME" if missing else ""
    due = sum(1 for r in rows if r["due_for_certification"])
    more = f" {due} due for certification: two persons run ministry-social account certify." if due else ""
    click.echo(f"\n{show.number(len(rows), 'account')}, {missing} not connected.{hint}{more}")


@account.command("show")
@click.argument("name")
@json_option
def show_(name: str, as_json: bool) -> None:
    """Show one account, and how far it has come.

    \b
    Example:
      ministry-social account show embassy-paris
    """
    app = open_app()
    imported, known = bool(app.records), records(app)
    now = app.clock.now() if imported else NEVER
    find([one.account for one in known], name)
    [one] = [one for one in known if one.name == name]
    life = life_row(one, now)
    if as_json:
        print_json(as_row(one.account) | life | {"connected": app.vault.has(name)})
        return
    told = {} if not imported else {
        "stage": one.stage.value, "since": f"{one.since:%Y-%m-%d %H:%M} UTC", "asked for by": one.requested_by,
        "certified": " by ".join(filter(None, [certified(one, now), " and ".join(one.certified_by)])),
    }  # fmt: skip
    for key, value in (as_row(one.account) | told | {"connected": app.vault.has(name)}).items():
        click.echo(f"{key:<12} {plain(value)}".rstrip())


for one in (connect, *inviting.COMMANDS, *account_life.COMMANDS, *account_files.COMMANDS, inspect, forecast_):
    account.add_command(one)
