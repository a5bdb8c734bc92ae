"""`account`: the ministry's accounts."""

import json
import sys
from typing import Any

import click

from ..desk import accounts as desk_accounts
from ..errors import InvalidSettings
from ..model.account import Account
from . import show
from .inspecting import forecast_, inspect
from .options import PLATFORMS, did_you_mean, json_option, open_app, print_json


@click.group()
def account() -> None:
    """The ministry's accounts: list, show, connect, inspect, forecast."""


account.add_command(inspect)
account.add_command(forecast_)


@account.command("list")
@click.option("--platform", type=click.Choice(list(PLATFORMS)), help="Only on this platform.")
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
        [[r["name"], r["platform"], r["handle"], ", ".join(r["languages"]), r["zone"], _plain(r["connected"])] for r in rows],
        ["account", "platform", "handle", "languages", "time zone", "connected"],
    )
    missing = sum(1 for r in rows if not r["connected"])
    hint = "   ministry-social account connect NAME --credential FILE" if missing else ""
    click.echo(f"\n{show.number(len(rows), 'account')}, {missing} not connected.{hint}")


@account.command("show")
@click.argument("name")
@json_option
def show_(name: str, as_json: bool) -> None:
    """Show one account.

    \b
    Example:
      ministry-social account show embassy-paris
    """
    app = open_app()
    row = as_row(find(app.accounts, name)) | {"connected": app.vault.has(name)}
    if as_json:
        print_json(row)
        return
    for key, value in row.items():
        click.echo(f"{key:<10} {_plain(value)}".rstrip())


@account.command()
@click.argument("name")
@click.option(
    "--credential",
    "file",
    required=True,
    type=click.File(encoding="utf-8"),
    help="JSON file with the credential, or - for standard input.",
)
def connect(name: str, file: Any) -> None:
    """Store an account's credential in the keyring, and nowhere else.

    \b
    X:        {"consumer_key", "consumer_secret", "access_token", "access_token_secret"}
    Facebook: {"page_id", "access_token"}
    YouTube:  {"client_id", "client_secret", "refresh_token", "token_uri", "channel_id"}
    \b
    Examples:
      ministry-social account connect embassy-paris --credential paris.json
      ministry-social account connect embassy-paris --credential - < paris.json
    """
    app = open_app()
    found = find(app.accounts, name)
    desk_accounts.connect(app.store, app.clock, app.vault, found, _read(file, found), person=app.person)
    click.echo(f"{name} is connected." + ("" if file is sys.stdin else f"   {file.name} is no longer needed: delete it."))


def _read(file: Any, account: Account) -> dict[str, object]:
    """The fields of a credential. Never says what the text holds: a secret must not come back on the screen."""
    source = None if file is sys.stdin else file.name
    remedy = f"For {PLATFORMS[account.platform]}: {{{', '.join(desk_accounts.FIELDS[account.platform])}}}"
    try:
        fields = json.load(file)
    except (ValueError, RecursionError):
        # Not `from`: the parser's own error holds the whole text.
        raise InvalidSettings("The credential is not JSON.", file=source, remedy=remedy) from None
    if not isinstance(fields, dict):
        raise InvalidSettings("The credential is not a JSON object.", file=source, remedy=remedy)
    return fields


def find(accounts: tuple[Account, ...], name: str) -> Account:
    """The account of this name. Raises `InvalidSettings` that suggests the nearest."""
    for one in accounts:
        if one.name == name:
            return one
    near = did_you_mean(name, [one.name for one in accounts])
    raise InvalidSettings(f"There is no account {name}.{near}", remedy="" if near else "See: ministry-social account list")


def as_row(one: Account) -> dict[str, Any]:
    """An account as --json gives it."""
    return {
        "name": one.name, "platform": one.platform, "handle": one.handle, "id": one.id, "mission": one.mission, "title": one.title,
        "languages": list(one.languages), "leads": list(one.leads), "zone": one.zone, "country": one.country, "city": one.city,
        "groups": list(one.groups), "official": one.official, "central": one.central,
    }  # fmt: skip


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, list) else str(value)
