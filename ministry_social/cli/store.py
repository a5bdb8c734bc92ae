"""`store`: the ledger's file."""

from pathlib import Path

import click

from ..rules import chain
from ..store import upgrade_store
from .options import json_option, open_app, print_json


@click.group()
def store() -> None:
    """The ledger's file: verify, backup, upgrade."""


@store.command()
@json_option
def verify(as_json: bool) -> None:
    """Check that every entry of the ledger is the one that was sealed.

    \b
    Example:
      ministry-social store verify
    """
    app = open_app()
    with app.store.read() as reading:
        count, seal = chain.verify(reading.entries())
    if as_json:
        print_json({"entries": count, "seal": seal})
    else:
        click.echo(f"{count:,} entries, unbroken. Last seal {seal}.")


@store.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Copy the store to a new file, while it is in use.

    Credentials are not in it: they stay in the keyring.

    \b
    Example:
      ministry-social store backup /backup/ledger-2026-12-01.sqlite
    """
    app = open_app()
    if not file.parent.is_dir():
        raise click.UsageError(f"There is no folder {file.parent}.")
    app.store.backup(str(file))
    click.echo(f"Copied to {file}. Media lie apart, in {app.settings.media.directory}: copy that folder too.")


@store.command()
def upgrade() -> None:
    """Bring the store up to date with this version of the program.

    Make a backup first.

    \b
    Example:
      ministry-social store upgrade
    """
    app = open_app()
    before, after = upgrade_store(app.settings.store.url)
    click.echo(
        f"The store has schema {after} now (before: {before})." if before != after else f"The store is up to date (schema {after})."
    )
