"""`register verify` and `register ask`: for anybody who has a register, with a ministry's folder or without."""

import base64
import os
import re
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from ..app import App
from ..clock import SystemClock
from ..desk.register import compose
from ..errors import InvalidSettings, MinistryError
from ..files.settings import find_config
from ..model.policy import Key
from ..model.register import Answer, Listed, Register, Word
from ..rules.ours import answer
from ..rules.register_check import believed
from ..rules.signing import fingerprint, in_groups, key_id
from ..rules.timing import stamp
from . import show
from .options import PLATFORMS, json_option, open_app, print_json

_KEY = click.option(
    "--key",
    metavar="KEY",
    help="The ministry's key, which you have from elsewhere: public key or fingerprint, or a file that holds it. Here: our own.",
)


@click.command()
@click.argument("source")
@_KEY
@json_option
def verify(source: str, key: str | None, as_json: bool) -> None:
    """Check a register: whether it is whole, by which key, and how old. SOURCE is an address, a file or a folder.

    \b
    Examples:
      ministry-social register verify public/accounts
      ministry-social register verify https://www.mfa-tavoria.example.org/accounts/ --key ministry.pub
    """
    register, pinned = _had(_here(), source, key)
    if as_json:
        print_json(_verified(register, pinned=pinned))
        return
    mine = register.keys[-1].public
    count = f"{show.number(len(register.accounts), 'account')}, and {len(register.retired)} of before"
    click.echo(f"Whole     the register of {register.ministry}: {count}")
    if register.world != "live":
        click.echo("World     rehearsal: nothing in it is real.")
    click.echo(f"Issued    {register.issued_at:%Y-%m-%d %H:%M} UTC; counts until {register.valid_until:%Y-%m-%d %H:%M} UTC")
    click.echo(f"Signed    by {key_id(mine)}, fingerprint {in_groups(fingerprint(mine))}")
    if pinned:
        click.echo("Genuine   it is the key that you know.")
    else:
        click.echo("BUT       whose key that is, nobody has said: compare the fingerprint, or say --key KEY.")


@click.command()
@click.argument("address")
@click.option("--register", "source", metavar="SOURCE", help="The register to ask: an address, a file or a folder. Here: our own.")
@_KEY
@json_option
def ask(address: str, source: str | None, key: str | None, as_json: bool) -> None:
    """Is this account ours? ADDRESS is that of an account or a post, or a handle. Ends with 0 for yes, else with 1.

    \b
    Examples:
      ministry-social register ask https://x.com/TAV_Paris
      ministry-social register ask @TAV_Paris
      ministry-social register ask @TAV_Paris --register https://www.mfa-tavoria.example.org/accounts/ --key ministry.pub
    """
    app = _here()
    pinned = True
    if source is not None:
        register, pinned = _had(app, source, key)
    elif key is not None:
        raise click.UsageError("--key goes with --register.")
    else:
        app = app or open_app()  # says where a ministry's folder is looked for
        now = _now(app)
        register = compose(app.listed(now), (), app.imprint, now)
    found = answer(register, address)
    if as_json:
        print_json(_answer(found, register, pinned=pinned))
    else:
        for line in _said(found, register, pinned=pinned):
            click.echo(line)
    if found.word is not Word.YES:
        click.get_current_context().exit(1)


def _here() -> App | None:
    """The ministry in whose folder we are; None where we are in none."""
    try:
        find_config(os.environ, Path.cwd())
    except InvalidSettings:
        return None
    return open_app()


def _had(app: App | None, source: str, key: str | None) -> tuple[Register, bool]:
    """A register that may be believed, and whether it was held to a key that whoever asks knows."""
    from ..files.register_source import fetched

    keys = _known(key) if key is not None else _own(app)
    data, lines = fetched(source)
    return believed(data, lines, now=_now(app), keys=keys), bool(keys)


def _known(text: str) -> tuple[str, ...]:
    """The fingerprint of a key that somebody gives: of itself, of its public half, or of a file with either."""
    path = Path(text)
    try:
        if len(text) < 200 and path.is_file():
            text = path.read_text(encoding="utf-8")
        plain = "".join(line for line in text.splitlines() if not line.startswith("---")) if "-----" in text else text.strip()
        digits = re.sub(r"[\s:]", "", plain).lower()
        if re.fullmatch("[0-9a-f]{64}", digits):
            return (digits,)
        raw = base64.b64decode(plain, validate=True)
        if len(raw) in (32, 44):  # 44: with the head that PEM files have (RFC 8410)
            return (fingerprint(base64.b64encode(raw[-32:]).decode()),)
    except (OSError, ValueError):
        pass
    raise InvalidSettings(
        "This is no key.",
        remedy="Give the public key (44 signs that end in =), the whole fingerprint (64 digits), or a file with it.",
    )


def _own(app: App | None) -> tuple[str, ...]:
    """The fingerprint of our own ministry's key; nothing where there is none."""
    keys: Collection[Key] = () if app is None else app.ministry_key.keys
    return tuple(fingerprint(one.public) for one in list(keys)[-1:])


def _now(app: App | None) -> datetime:
    """A rehearsal's register is as old as its own clock says, where that can be asked."""
    if app is not None:
        try:
            return app.clock.now()
        except MinistryError:
            pass
    return SystemClock().now().astimezone(UTC)


def _said(found: Answer, register: Register, *, pinned: bool) -> list[str]:
    lines = [] if register.world == "live" else ["World     rehearsal: nothing in this register is real."]
    if not pinned:
        lines.append("BUT       nobody has said whose key this register is signed with: say --key KEY.")
    if found.word is Word.NO:
        lines.append(f"NO        {found.asked.trouble or f'This is no account of {register.ministry}.'}")
        lines += [f"          It resembles {_named(one)}, which is ours: beware." for one in found.resembles]
        if found.asked.near:
            lines.append(f"          It resembles {found.asked.near}: beware.")
        return lines
    for one in found.accounts:
        if one.retired_since is not None:
            lines.append(
                f"WAS       {_named(one)} was ours until {one.retired_since:%Y-%m-%d}: {one.title}. Who has it now is not us."
            )
            continue
        lines.append(f"YES       {_named(one)} is ours: {one.title}, {one.city}.  {one.url}")
        certified = "not certified yet" if one.certified_at is None else f"{one.certification.value} ({one.certified_at:%Y-%m-%d})"
        lines.append(f"          {certified}")
    if found.asked.post:
        lines.append("          That is the account in the address. Whose the post is, the platform shows: look at it.")
    return lines


def _named(one: Listed) -> str:
    return f"{one.handle if one.platform == 'facebook' else f'@{one.handle}'} on {PLATFORMS[one.platform]}"


def _answer(found: Answer, register: Register, *, pinned: bool) -> dict[str, Any]:
    return {
        "answer": found.word.value, "world": register.world, "key_known": pinned, "post": found.asked.post,
        "accounts": [one.name for one in found.accounts], "resembles": [one.name for one in found.resembles],
        "near": found.asked.near, "says": found.asked.trouble,
    }  # fmt: skip


def _verified(register: Register, *, pinned: bool) -> dict[str, Any]:
    public = register.keys[-1].public
    return {
        "ministry": register.ministry, "world": register.world, "accounts": len(register.accounts),
        "retired": len(register.retired),
        "issued_at": stamp(register.issued_at), "valid_until": stamp(register.valid_until), "key": key_id(public),
        "fingerprint": fingerprint(public), "key_known": pinned,
    }  # fmt: skip
