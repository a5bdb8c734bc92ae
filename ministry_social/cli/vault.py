"""`vault`: where credentials lie, and under which keys."""

from typing import Any

import click

from ..app import App
from ..app.secrets import vault_of
from ..desk import apps
from ..desk.chores import note
from ..model.ledger import Event
from ..vault.rotating import Inventory, copy, inventory, new_key, rotate
from . import show
from .credential import credential_option, no_longer_needed, read_credential
from .options import PLATFORMS, json_option, open_app, print_json
from .progress import copied

_KINDS = {"desktop": "the desktop's keyring", "file": "a sealed file", "database": "the store's database"}


@click.group()
def vault() -> None:
    """Where credentials lie: show, app, rotate, move."""


@vault.command("show")
@json_option
def show_(as_json: bool) -> None:
    """Show where credentials lie, how many, and under which keys; nothing secret.

    \b
    Example:
      ministry-social vault show
    """
    app = open_app()
    found = inventory(app.vault)
    row = _row(app, found)
    if as_json:
        print_json(row)
        return
    click.echo(f"world     {row['world']}")
    click.echo(f"vault     {_KINDS[found.kind]}  {row['file']}".rstrip())
    click.echo(f"accounts  {row['connected']} of {len(app.accounts)} connected")
    click.echo(f"apps      {', '.join(PLATFORMS[name] for name in row['apps']) or 'none'}")
    for key in row["keys"]:
        does = "seals, opens" if key["seals"] else ("opens" if key["here"] else "NOT HERE")
        click.echo(f"key       {key['name'] or 'unnamed'}  {does}  {show.number(key['secrets'], 'secret')}")
    if found.keys is not None:
        click.echo(f"keys in   {found.keys.source}")
    if found.old:
        click.echo(f"{show.number(found.old, 'secret')} not yet under the key that seals.   ministry-social vault rotate")


@vault.command("app")
@click.argument("platform", type=click.Choice(list(PLATFORMS)))
@credential_option
def app_(platform: str, file: Any) -> None:
    """Store what proves our own app to a platform: without it nobody signs in there.

    \b
    X:        {"consumer_key", "consumer_secret"}
    Facebook: {"app_id", "app_secret"}
    YouTube:  {"client_id", "client_secret"}, or the file that Google's console gives, as it is
    \b
    Example:
      ministry-social vault app youtube --credential client_secret.json
    """
    app = open_app()
    remedy = f"For {PLATFORMS[platform]}: {{{', '.join(apps.FIELDS[platform])}}}"
    app.vault.put_app(platform, apps.checked(platform, read_credential(file, remedy)))
    note(app.store, app.clock, Event.APP_KEPT, {"platform": platform}, person=app.person)
    click.echo(f"Our app at {PLATFORMS[platform]} is known." + no_longer_needed(file))


@vault.command("rotate")
@click.option("--new-key", "make", is_flag=True, help="Make a new key in the key file first.")
def rotate_(make: bool) -> None:
    """Seal every secret under the first of the keys.

    Interrupted, it goes on when it is run again. Where several machines share the database, --new-key puts the new key last,
    where it opens and does not seal yet: give it to all machines, put it first on all, then run this without --new-key.

    \b
    Example:
      ministry-social vault rotate --new-key
    """
    app = open_app()
    shared = app.distributed and inventory(app.vault).kind == "database"
    if make:
        name = new_key(app.vault, first=not shared)
        note(app.store, app.clock, Event.VAULT_KEY, {"key": name}, person=app.person)
        if shared:
            click.echo(f"The new key {name} is the last in {app.settings.vault.key_file}: it opens, and does not seal yet.")
            click.echo("Next: the same on every machine that shares this database; then its line comes first on all of them;")
            click.echo("then: ministry-social vault rotate")
            return
        click.echo(f"The new key {name} is the first in {app.settings.vault.key_file}.")
    with copied("secrets") as tell:
        done = rotate(app.vault, tell)
    found = inventory(app.vault)
    keys = found.keys
    if keys is None:
        return
    note(app.store, app.clock, Event.VAULT_ROTATED, {"key": keys.names[0], "secrets": done}, person=app.person)
    click.echo(f"{show.number(done, 'secret')} sealed anew; all {sum(found.under.values())} are under {keys.names[0]}.")
    if len(keys.names) > 1:
        click.echo(f"Next: take {', '.join(keys.names[1:])} out of {keys.source}, on every machine.")
        click.echo("Keep them elsewhere as long as you keep backups that were made before.")


@vault.command("move")
@click.option("--to", "backend", required=True, type=click.Choice(["database", "file"]), help="Where secrets shall lie.")
def move(backend: str) -> None:
    """Copy every secret from the sealed file into the database, or back.

    \b
    Example:
      ministry-social vault move --to database
    """
    app = open_app()
    with copied("secrets") as tell:
        count = copy(app.vault, vault_of(app, backend), tell)
    note(app.store, app.clock, Event.VAULT_COPIED, {"to": backend, "secrets": count}, person=app.person)
    click.echo(f"{show.number(count, 'secret')} copied into {_KINDS[backend]}; they are still in the old place, too.")
    click.echo(f'Next: set [vault] backend = "{backend}" on every machine, start the workers anew, then remove the old place.')


def _row(app: App, found: Inventory) -> dict[str, Any]:
    names = set(found.names or ())
    if found.names is None:
        names = {f"account/{one.name}" for one in app.accounts if app.vault.has(one.name)}
    here = found.keys.names if found.keys else ()
    return {
        "world": app.settings.ministry.world,
        "backend": found.kind,
        "file": str(app.settings.vault.file) if found.kind == "file" else "",
        "secrets": None if found.names is None else len(found.names),
        "connected": sum(1 for one in app.accounts if f"account/{one.name}" in names),
        "apps": [name for name in PLATFORMS if f"app/{name}" in names],
        "keys": [
            {"name": name, "here": name in here, "seals": name == (here or [None])[0], "secrets": found.under.get(name, 0)}
            for name in dict.fromkeys((*here, *found.under))
        ],
        "keys_from": found.keys.source if found.keys else "",
    }
