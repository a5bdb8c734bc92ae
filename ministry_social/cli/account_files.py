"""`account import`, `account export`: accounts from a file, and back into one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ..app import App
from ..desk import intake as taking_in
from ..desk.life import imported
from ..errors import InvalidSettings
from ..files.account_export import accounts_text
from ..files.account_files import read_accounts
from ..files.accounts import accounts_file
from ..model.intake import AccountsFile, Intake, Wrong
from ..model.life import Stage
from . import show
from .account_rows import NEVER, plain
from .options import json_option, open_app, print_json


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--running", is_flag=True, help="At the first import: these accounts are in force already.")
@json_option
def import_(file: Path, dry_run: bool, running: bool, as_json: bool) -> None:
    """Take in accounts from a file, CSV or TOML: all of it, or nothing.

    From the first import on the database is the truth, and not accounts.toml. The accounts of the ministry's own
    accounts.toml are in force then; others are requested, and somebody else approves them. No import ever removes one.

    \b
    Examples:
      ministry-social account import config/accounts.toml --dry-run
      ministry-social account import config/accounts.toml
      ministry-social account import embassies.csv
    """
    app = open_app(looks=dry_run)
    read = read_accounts(file)
    given = as_import(app, file) | {"running": running, "person": app.person}
    if dry_run:
        with app.store.read() as reading:
            found = taking_in.would_change(reading, read, at=app.clock.now(), **given)
    else:
        found = taking_in.take_in(app.store, app.clock, read, source=file.name, **given)
    if as_json:
        print_json(_as_json(found, done=not dry_run and not found.wrong))
    elif found.wrong:
        _tell_wrong(read, found.wrong)
    else:
        _tell(found, done=not dry_run)
    if found.wrong:
        click.get_current_context().exit(2)


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
def export(file: Path | None) -> None:
    """Write the accounts as accounts.toml, to FILE or to the screen.

    In a stable order, so that a change of one account shows as few lines; how far each has come stands beside it.

    \b
    Examples:
      ministry-social account export > accounts.toml
      ministry-social account export config/accounts.toml
    """
    app = open_app()
    with app.store.read() as reading:
        text = accounts_text(imported(reading))
    if file is None:
        click.echo(text, nl=False)
        return
    file.write_text(text, encoding="utf-8")
    click.echo(f"{file}: {show.number(text.count('[[account]]'), 'account')}.")


COMMANDS = (import_, export)


def as_import(app: App, file: Path) -> dict[str, Any]:
    """Whether a file is the config's own, and else which accounts that has in force."""
    own = accounts_file(app.settings.config)
    if file.resolve() == own.resolve():
        return {"own": True, "speaking": ()}
    speaking = () if app.records or not own.exists() else tuple(one.name for one in app.written_accounts)
    return {"own": False, "speaking": speaking}


def drift(app: App) -> str:
    """One line where config/accounts.toml says something else than the store, of which it was the source; else empty."""
    file = accounts_file(app.settings.config)
    if not app.records or not file.exists():
        return ""
    look = "ministry-social account import --dry-run config/accounts.toml"
    try:
        with app.store.read() as reading:
            found = taking_in.would_change(
                reading, read_accounts(file), own=True, running=False, speaking=(), person=app.person, at=NEVER
            )
    except InvalidSettings:
        return f"config/accounts.toml cannot be read; what counts are the accounts in the database.   {look}"
    return f"config/accounts.toml differs from the accounts in the database, which count.   {look}" if found.differs else ""


def warn_of_drift(app: App) -> None:
    """What an engine says first, where the file is not what counts."""
    if line := drift(app):
        click.echo(line, err=True)


def _tell_wrong(read: AccountsFile, wrong: Sequence[Wrong]) -> None:
    for one in wrong:
        click.echo(str(one), err=True)
    rows = len({one.row for one in wrong if one.row})
    every = rows + sum(1 for one in read.written if one.row not in {w.row for w in wrong})
    are = "row is" if every == 1 else "rows are"
    click.echo(f"{rows} of {every} {are} wrong, so nothing was taken in. Correct the file, and import it again.", err=True)


def _tell(found: Intake, *, done: bool) -> None:
    for one in found.new:
        click.echo(f"new      {one.name}  {one.account.platform}  {one.account.handle}  {one.stage.value}")
    for change in found.changed:
        back = f"  (now {change.after.stage.value})" if change.after.stage is not change.before.stage else ""
        for name, (before, after) in change.fields.items():
            click.echo(f"changed  {change.after.name}  {name}: {_value(before)} -> {_value(after)}{back}")
    for one in found.absent:
        click.echo(f"left     {one.name}  {one.stage.value}; it does not stand in the file, and stays")
    new, changed, unchanged, absent = (len(some) for some in (found.new, found.changed, found.unchanged, found.absent))
    counts = f"{new} new, {changed} changed, {unchanged} unchanged, {absent} not in the file."
    click.echo(counts + ("" if done else "   Nothing was changed: this was a dry run."))
    requested = any(one.stage is Stage.REQUESTED for one in found.new)
    if done and requested:
        click.echo("Next, by somebody else: ministry-social account approve --all")
    elif done and found.new:
        click.echo("From here on these accounts stand in the database.   Next: ministry-social account list")


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name}={inner}" for name, inner in sorted(value.items())) or "nothing"
    return plain(value) or "nothing"


def _as_json(found: Intake, *, done: bool) -> dict[str, Any]:
    return {
        "done": done,
        "new": [{"name": one.name, "stage": one.stage.value} for one in found.new],
        "changed": [
            {
                "name": one.after.name,
                "stage": one.after.stage.value,
                "fields": {name: list(pair) for name, pair in one.fields.items()},
            }
            for one in found.changed
        ],
        "unchanged": [one.name for one in found.unchanged],
        "absent": [one.name for one in found.absent],
        "wrong": [
            {"row": one.row, "line": one.line, "account": one.account, "says": one.sentence, "remedy": one.remedy}
            for one in found.wrong
        ],
    }
