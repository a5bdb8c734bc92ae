"""`store`: the ledger's file."""

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
    """Walk the whole ledger and check that every entry is the one that was sealed."""
    app = open_app()
    with app.store.read() as reading:
        count, seal = chain.verify(reading.entries())
    if as_json:
        print_json({"entries": count, "seal": seal})
    else:
        click.echo(f"{count:,} entries, unbroken. Last seal {seal}.")


@store.command()
@click.argument("file", type=click.Path())
def backup(file: str) -> None:
    """Copy the store to a new file, while it is in use.

    Credentials are not in it: they stay in the keyring.

    \b
    Example:
      ministry-social store backup /backup/ledger-2026-12-01.sqlite
    """
    app = open_app()
    app.store.backup(file)
    click.echo(f"Copied to {file}. Media lie apart, in {app.settings.media.directory}: copy that folder too.")


@store.command()
def upgrade() -> None:
    """Bring the store's schema up to date with this version of ministry_social."""
    app = open_app()
    before, after = upgrade_store(app.settings.store.url)
    click.echo(
        f"The store has schema {after} now (before: {before})." if before != after else f"The store is up to date (schema {after})."
    )
