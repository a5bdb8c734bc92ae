"""`register`: the public list of the ministry's official accounts, and the key that signs it."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from ..app import App
from ..desk import register as desk
from ..errors import NotAllowed
from ..model.policy import Key
from ..model.register import Certification, Listed
from ..rules.canonical import digest
from ..rules.signing import fingerprint, in_groups, key_id
from ..rules.timing import stamp
from . import show
from .keys import confirm
from .options import json_option, open_app, print_json, world_line
from .register_check import ask, verify


@click.group()
def register() -> None:
    """The public list of official accounts: show, key, publish, verify, ask."""


register.add_command(verify)
register.add_command(ask)


@register.command("show")
@json_option
def show_(as_json: bool) -> None:
    """Show what would be published now, and which accounts are due for certification.

    \b
    Example:
      ministry-social register show
    """
    app = open_app()
    now = app.clock.now()
    listed = app.listed(now)
    if as_json:
        print_json([_row(one) for one in listed])
        return
    show.table(
        [[one.name, one.platform, one.handle, one.country, _day(one.since), _stands(one)] for one in listed],
        ["account", "platform", "handle", "country", "since", "certified"],
    )
    ours = [one for one in listed if one.retired_since is None]
    due = sum(1 for one in ours if one.certification is not Certification.CERTIFIED)
    hint = "   ministry-social register publish DIR" if ours else ""
    click.echo(f"\n{show.number(len(ours), 'account')}, {due} to be certified; {len(listed) - len(ours)} no longer ours.{hint}")


@register.command()
@click.option("--new", "make", is_flag=True, help="Make the ministry's key. One that is there stays as it is.")
@click.option("--replace", is_flag=True, help="With --new: put another key in its place, which then signs.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def key(make: bool, replace: bool, yes: bool, as_json: bool) -> None:
    """Show the ministry's public key, and its fingerprint to compare; or make the key.

    The private half lies in the vault and nowhere else. A rehearsal makes its key by itself when it is first needed.

    \b
    Examples:
      ministry-social register key
      ministry-social register key --new
    """
    if replace and not make:
        raise click.UsageError("--replace goes with --new.")
    app = open_app(looks=not make)
    if make:
        _make(app, replace=replace, yes=yes)
    keys = app.ministry_key.keys
    if not keys:
        raise NotAllowed("The ministry has no key yet.", remedy="Make it: ministry-social register key --new")
    if as_json:
        print_json([_key(one) for one in keys])
        return
    click.echo(f"Key          {key_id(keys[-1].public)}, since {_day(keys[-1].since)}")
    click.echo(f"Public       {keys[-1].public}")
    click.echo(f"Fingerprint  {in_groups(fingerprint(keys[-1].public))}")
    for former in reversed(keys[:-1]):
        click.echo(f"Before       {key_id(former.public)}, {_day(former.since)} to {_day(former.until)}  {former.public}")


@register.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
def publish(directory: Path) -> None:
    """Write the register into a folder for the web site: pages, and the signed list.

    Publish it anew when an account has changed, and before the copy that is out expires.

    \b
    Example:
      ministry-social register publish public/accounts
    """
    from ..files.publishing import publish as write
    from ..files.register_pages import Published, register_files

    app = open_app()
    click.echo(world_line(app))
    if not app.settings.live and not app.ministry_key.keys:
        _new_key(app, replace=False)
    now = app.clock.now()
    composed = desk.compose(app.listed(now), _keys(app), app.imprint, now)
    if not composed.accounts:
        raise NotAllowed("No account is active: there is nothing to publish.", remedy="See: ministry-social account list")
    signed = desk.sign(composed, app.ministry_key.signer())
    home, countries = _places(app)
    files = register_files(
        Published(
            register=composed, data=signed.data, line=signed.line, address=app.settings.register.address, home=home,
            countries=countries,
        )
    )  # fmt: skip
    written, gone = write(directory, files, ready=lambda: desk.note_published(app.store, app.clock, signed, person=app.person))
    click.echo(f"Published {show.number(len(composed.accounts), 'account')} in {directory}: {written} files, {gone} removed.")
    click.echo(f"Signed    by {key_id(composed.keys[-1].public)}, SHA-256 {digest(signed.data)}")
    click.echo(f"Counts    until {composed.valid_until:%Y-%m-%d %H:%M} UTC. Check it: ministry-social register verify {directory}")


def _make(app: App, *, replace: bool, yes: bool) -> None:
    if app.settings.live or replace:
        click.echo(world_line(app), err=True)
        after = "Whoever knows the key of now must be told the new one." if replace else "The ministry will be known by it."
        confirm(
            f"Make {'a new key in the place of the one that signs' if replace else 'the key of the ministry'}? {after}", yes=yes
        )
    _new_key(app, replace=replace)


def _new_key(app: App, *, replace: bool) -> None:
    app.ministry_key.make(app.clock.now(), replace=replace)
    desk.note_key(app.store, app.clock, app.ministry_key.keys, person=app.person)
    click.echo("Made the ministry's key. Keep a backup of the vault: nobody can make this key again.", err=True)


def _keys(app: App) -> tuple[Key, ...]:
    app.ministry_key.signer()  # says what to do where there is none
    return app.ministry_key.keys


def _places(app: App) -> tuple[str, dict[str, str]]:
    """The ministry's own country, and what its accounts call countries that have no name in Unicode's list."""
    home = next((one.country for one in app.accounts if one.central), "")
    return home, {one.country: one.variables["country_name"] for one in app.accounts if "country_name" in one.variables}


def _stands(one: Listed) -> str:
    if one.retired_since is not None:
        return f"retired {_day(one.retired_since)}"
    said = {Certification.CERTIFIED: "", Certification.DUE: "  DUE", Certification.NEVER: "never"}[one.certification]
    return said if one.certified_at is None else f"{_day(one.certified_at)}{said}"


def _day(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d}"


def _row(one: Listed) -> dict[str, Any]:
    return {name: stamp(value) if isinstance(value, datetime) else value for name, value in vars(one).items()}


def _key(one: Key) -> dict[str, str | None]:
    until = None if one.until is None else stamp(one.until)
    return {
        "id": key_id(one.public), "public": one.public, "fingerprint": fingerprint(one.public), "since": stamp(one.since),
        "until": until,
    }  # fmt: skip
