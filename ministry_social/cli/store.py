"""`store`: the ledger's database."""

from contextlib import ExitStack, closing
from pathlib import Path

import click

from ..app import App
from ..engine.embedded import alone
from ..errors import NotAllowed
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

    Credentials are in it only where the vault is in the database, and sealed.

    \b
    Example:
      ministry-social store backup /backup/ledger-2026-12-01.sqlite
    """
    app = open_app()
    if not file.parent.is_dir():
        raise click.UsageError(f"There is no folder {file.parent}.")
    with closing(existing(app.settings.store.url)) as source:  # whatever its schema is: an upgrade wants a backup first
        source.backup(str(file))
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
    with ExitStack() as held:
        _alone(app, held)
        source, target = held.enter_context(closing(existing(app.settings.store.url))), held.enter_context(closing(empty(url)))
        entries = copying.move(source, target, by=app.person, at=app.clock.now(), tell=held.enter_context(copied("rows")))
    click.echo(f"Moved: {entries:,} entries and all that belongs to them are in {target.name}, and hold together.")
    click.echo(f'Now set, in {app.settings.config / "ministry.toml"}: [store] url = "{target.address}"')


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
        _alone(app, held)
        target = held.enter_context(closing(empty(app.settings.store.url)))
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
    before, after = upgrade_store(app.settings.store.url, app.clock, by=app.person)
    click.echo(
        f"The store has schema {after} now (before: {before})." if before != after else f"The store is up to date (schema {after})."
    )


def _alone(app: App, held: ExitStack) -> None:
    """See that no engine works on the store meanwhile."""
    if not app.distributed:
        held.enter_context(alone(app.engine_lock))
        return
    from ..engine.jobs import Pulse, conninfo, workers

    pulse = Pulse.of(app.settings.sending.lease)
    if workers(conninfo(app.settings.store.url), pulse):
        raise NotAllowed(
            "Workers run on this database.",
            remedy=f"Stop them all, then try again. One that was killed counts for {pulse.dead:.0f} s.",
        )
