"""`account`: the ministry's accounts."""

import json
from typing import Any

import click

from ..desk import accounts as desk_accounts
from ..errors import InvalidSettings
from ..model.account import Account
from . import show
from .options import json_option, open_app, print_json


@click.group()
def account() -> None:
    """The ministry's accounts: list, show, connect."""


@account.command("list")
@click.option("--platform", type=click.Choice(["x", "facebook", "youtube"]), help="Only on this platform.")
@json_option
def list_(platform: str | None, as_json: bool) -> None:
    """List every official account, and whether it is connected.

    \b
    Example:
      ministry-social account list --platform x
    """
    app = open_app()
    chosen = [a for a in app.accounts if platform in (None, a.platform)]
    rows = [as_row(a) | {"connected": app.vault.has(a.name)} for a in chosen]
    if as_json:
        print_json(rows)
        return
    show.table(
        [
            [r["name"], r["platform"], r["handle"], ", ".join(r["languages"]), r["zone"], "yes" if r["connected"] else "no"]
            for r in rows
        ],
        ["account", "platform", "handle", "languages", "time zone", "connected"],
    )
    missing = sum(1 for r in rows if not r["connected"])
    click.echo(f"\n{len(rows)} accounts, {missing} not connected." + ("   ministry-social account connect NAME" if missing else ""))


@account.command("show")
@click.argument("name")
@json_option
def show_(name: str, as_json: bool) -> None:
    """Show one account."""
    app = open_app()
    row = as_row(find(app.accounts, name)) | {"connected": app.vault.has(name)}
    if as_json:
        print_json(row)
        return
    for key, value in row.items():
        click.echo(f"{key:<10} {', '.join(value) if isinstance(value, list) else value}")


@account.command()
@click.argument("name")
@click.option(
    "--credential", "file", required=True, type=click.File(), help="JSON file with the credential, or - for standard input."
)
def connect(name: str, file: Any) -> None:
    """Store an account's credential in the keyring, and nowhere else.

    \b
    X:        {"consumer_key", "consumer_secret", "access_token", "access_token_secret"}
    Facebook: {"page_id", "access_token"}
    YouTube:  {"client_id", "client_secret", "refresh_token", "token_uri", "channel_id"}
    \b
    Example:
      ministry-social account connect embassy-paris --credential paris.json
    """
    app = open_app()
    found = find(app.accounts, name)
    try:
        fields = json.load(file)
    except ValueError as wrong:
        # The parser's own words quote the text: a secret must not come back on the screen.
        raise InvalidSettings("The credential is not JSON.", file=getattr(file, "name", None)) from wrong
    if not isinstance(fields, dict):
        raise InvalidSettings("The credential is not a JSON object.", file=getattr(file, "name", None))
    desk_accounts.connect(app.store, app.clock, app.vault, found, fields, person=app.person)
    click.echo(f"{name} is connected.   The file is no longer needed: delete it.")


def find(accounts: tuple[Account, ...], name: str) -> Account:
    """The account of this name. Raises `InvalidSettings` that suggests the nearest."""
    from difflib import get_close_matches

    for one in accounts:
        if one.name == name:
            return one
    near = get_close_matches(name, [one.name for one in accounts], n=1)
    raise InvalidSettings(
        f"There is no account {name}.", remedy=f"Did you mean {near[0]}?" if near else "See: ministry-social account list"
    )


def as_row(one: Account) -> dict[str, Any]:
    """An account as --json gives it."""
    return {
        "name": one.name, "platform": one.platform, "handle": one.handle, "id": one.id, "mission": one.mission, "title": one.title,
        "languages": list(one.languages), "leads": list(one.leads), "zone": one.zone, "country": one.country, "city": one.city,
        "groups": list(one.groups), "official": one.official, "central": one.central,
    }  # fmt: skip
