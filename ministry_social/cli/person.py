"""`person`: the people of the ministry, and their keys."""

from datetime import datetime
from typing import Any

import click

from ..app import App
from ..errors import NotAllowed
from ..model.policy import Key, Person
from ..rules.signing import key_id, valid
from ..rules.timing import stamp
from ..vault import desktop
from ..vault.keys import keep_key, key_file, new_key, write_key
from . import show
from .keys import passphrase, passphrase_option
from .options import json_option, open_app, print_json


@click.group()
def person() -> None:
    """People and their keys: list, enrol."""


@person.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the people of config/people.toml, what each may do, and their keys.

    \b
    Example:
      ministry-social person list
    """
    app = open_app()
    now = app.clock.now()
    rows = [_row(one, now) for one in app.policies.written().people]
    if as_json:
        print_json(rows)
    elif not rows:
        click.echo("Nobody is listed in config/people.toml: in this rehearsal everybody may do everything.")
    else:
        cells = [[r["name"], r["os_user"], ", ".join(r["roles"]), ", ".join(r["groups"]), _keys(r["keys"])] for r in rows]
        show.table(cells, ["person", "user", "roles", "groups", "keys"])


@person.command()
@click.option("--keyring", is_flag=True, help="Keep the key in the desktop's keyring, which has a lock of its own.")
@passphrase_option
def enrol(keyring: bool, passphrase_fd: int | None) -> None:
    """Make the key with which you sign, and print what belongs into config/people.toml.

    Its private half stays with you, sealed with your passphrase: nobody can sign in your place, and nobody can open
    it for you. It counts once two persons have adopted the policy with its public half.

    \b
    Examples:
      ministry-social person enrol
      ministry-social person enrol >> config/people.toml
    """
    app = open_app()
    if app.policies.written().person(app.person) is None:
        raise NotAllowed(
            f"{app.person} is not in config/people.toml.",
            remedy=f'First add a [[people]] table with name, roles and os_user = "{app.person}".',
        )
    key = new_key()
    if keyring:
        keep_key(key, desktop(), app.person)
        where = "in the desktop's keyring"
    else:
        file = key_file(app.settings.signing.keys, app.person)
        if file.exists():
            raise NotAllowed(f"There is a key already: {file}.", remedy="Move it away first; what it has signed stays valid.")
        write_key(key, file, passphrase(passphrase_fd, new=True))
        where = f"in {file}"
    _tell(app, where, key.public)


def _tell(app: App, where: str, public: str) -> None:
    click.echo(f"Your key {key_id(public)} lies {where}. Keep a copy of it, and your passphrase, in a safe place.", err=True)
    click.echo("This belongs into config/people.toml; then two persons put it in force: ministry-social policy adopt", err=True)
    click.echo(f'\n[[key]]\nperson = "{app.person}"\npublic = "{public}"\nfrom = {app.clock.now():%Y-%m-%d}')


def _row(one: Person, now: datetime) -> dict[str, Any]:
    return {
        "name": one.name, "os_user": one.os_user, "title": one.title, "roles": [role.value for role in one.roles],
        "groups": list(one.groups), "accounts": list(one.accounts), "keys": [_key(key, now) for key in one.keys],
    }  # fmt: skip


def _key(key: Key, now: datetime) -> dict[str, Any]:
    state = "counts" if valid(key, now) else ("not yet" if now < key.since else "ended")
    until = None if key.until is None else stamp(key.until)
    return {"id": key_id(key.public), "public": key.public, "from": stamp(key.since), "until": until, "state": state}


def _keys(keys: list[dict[str, Any]]) -> str:
    return ", ".join(f"{key['id']} ({key['state']})" for key in keys) or "none"
