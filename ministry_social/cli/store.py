"""`store`: the ledger's database."""

from contextlib import ExitStack
from pathlib import Path

import click

from ..engine.embedded import alone
from ..rules import chain
from ..store import copying, empty, existing, upgrade_store
from .options import json_option, open_app, print_json
from .progress import copied


@click.group()
def store() -> None:
    """The ledger's database: verify, backup, restore, move, upgrade."""


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
@click.argument("url")
def move(url: str) -> None:
    """Move the whole store into an empty database, which goes on from here.

    From SQLite to PostgreSQL, or back. Nothing is lost: every row is copied and the ledger is checked before the old store
    says that it has moved. Stop every engine first.

    \b
    Example:
      ministry-social store move postgresql://social@db.example.org/ledger
    """
    app = open_app()
    source = existing(app.settings.store.url)
    with ExitStack() as held:
        if not app.distributed:
            held.enter_context(alone(app.engine_lock))
        target = empty(url)
        entries = copying.move(source, url, target, by=app.person, at=app.clock.now(), tell=held.enter_context(copied("rows")))
    click.echo(f"Moved: {entries:,} entries and all that belongs to them are in {target.name}, and hold together.")
    click.echo(f'Now set, in {app.settings.config / "ministry.toml"}: [store] url = "{target.name}"')


@store.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def restore(file: Path) -> None:
    """Put a backup back, into an empty store.

    A backup does not know what went out after it was made. So everything that it holds as planned is looked for on its
    account before it is sent; what is there is not sent again.

    \b
    Example:
      ministry-social store restore /backup/ledger-2026-12-01.sqlite
    """
    app = open_app()
    with ExitStack() as held:
        if not app.distributed:
            held.enter_context(alone(app.engine_lock))
        target = empty(app.settings.store.url)
        found = copying.restore(file, target, by=app.person, at=app.clock.now(), tell=held.enter_context(copied("rows")))
    click.echo(f"Restored to {target.name}. {found} deliveries are looked for before anything is sent.")
    click.echo("Media lie apart: put back that folder too, then: ministry-social doctor")


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
