"""`audit`: proof that the record is whole, for whoever trusts nobody."""

import json
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import click

from ..desk import auditing as desk
from ..desk.auditing import Seen, Verified
from ..errors import LedgerBroken
from ..rules.checkpoint import verifier_key
from ..rules.proofs import proved
from ..rules.timing import stamp, unstamp
from .audit_export import export
from .audit_log import late, log, posts
from .auditing import books, public_key, signer, witnesses
from .options import json_option, open_app, print_json
from .progress import copied

_KEY = click.option(
    "--key",
    "keys",
    metavar="KEY",
    multiple=True,
    help="The ministry's public key, which you have from elsewhere, or a file with it; once for each that it had. Else: our own.",
)


@click.group()
def audit() -> None:
    """What was done, and proof that the record is whole: log, posts, late, verify, checkpoint, prove, check-proof, export."""


for _command in (log, posts, late, export):
    audit.add_command(_command)


@audit.command()
@click.option("--against", multiple=True, metavar="FILE|DIR|URL", help="A witness: a checkpoint, or where some are kept.")
@_KEY
@json_option
def verify(against: tuple[str, ...], keys: tuple[str, ...], as_json: bool) -> None:
    """Walk the whole ledger, and hold it against every checkpoint that is known.

    Names the first entry that was changed, dropped, added or moved; where only a checkpoint shows it, the entries among which
    it is. Checkpoints are our own and those of witnesses: of [audit] publish, and of --against, which must answer.

    \b
    Examples:
      ministry-social audit verify
      ministry-social audit verify --against /mnt/archive/checkpoints --key ministry.pub
    """
    app = open_app()
    asked = witnesses(app, against)
    with copied("entries", "Verified") as tell:
        found = desk.verify(books(app, tuple(map(public_key, keys)), tell), asked)
    if as_json:
        print_json(_as_json(found))
    else:
        _say(found)
    if any(one.trouble for one in found.seen[: len(set(against))]):
        click.get_current_context().exit(1)


@audit.command()
@click.option("--publish", multiple=True, metavar="DIR|URL", help="Lay it there, too, besides [audit] publish.")
@json_option
def checkpoint(publish: tuple[str, ...], as_json: bool) -> None:
    """Sign the ledger as it is now, and lay that where others keep it.

    The whole ledger is verified first, against all that witnesses have: nothing is signed that does not agree. A witness that
    cannot be reached gets it the next time.

    \b
    Examples:
      ministry-social audit checkpoint
      ministry-social audit checkpoint --publish /mnt/archive/checkpoints
    """
    app = open_app()
    key, places = signer(app), witnesses(app, publish)
    with copied("entries", "Verified") as tell:
        here = books(app, tell=tell)
        kept, new = desk.checkpoint(here, key, places, by=app.person)
    laid = desk.lay(kept, places)
    if as_json:
        print_json({"size": kept.size, "new": new, "checkpoint": kept.note, "witnesses": [_witness(one) for one in laid]})
    else:
        click.echo(f"Signed    {_entries(kept.size)}" if new else f"Nothing   new since the checkpoint of {_entries(kept.size)}")
        click.echo(f"Key       {verifier_key(here.origin, b64decode(here.keys[-1]))}")
        for one in laid:
            click.echo(f"Failed    {one.trouble}" if one.trouble else f"Laid      {one.name}")
    if any(one.trouble for one in laid):
        click.get_current_context().exit(1)


@audit.command()
@click.argument("position", type=click.IntRange(1))
@_KEY
def prove(position: int, keys: tuple[str, ...]) -> None:
    """Print the proof that an entry is in the ledger, which shows no other.

    As JSON: the entry, the hashes that lead from it to the last checkpoint, and that checkpoint.

    \b
    Example:
      ministry-social audit prove 42 > entry-42.json
    """
    app = open_app()
    print_json(desk.prove(books(app, tuple(map(public_key, keys))), position))


@audit.command("check-proof")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_KEY
@json_option
def check_proof(file: Path, keys: tuple[str, ...], as_json: bool) -> None:
    """Check the proof of an entry that somebody gives you. With --key, no ministry's folder is needed.

    \b
    Example:
      ministry-social audit check-proof entry-42.json --key ministry.pub
    """
    known = tuple(map(public_key, keys)) or tuple(one.public for one in open_app().ministry_key.keys)
    try:
        found = proved(file.read_bytes(), known)
    except ValueError as wrong:
        raise LedgerBroken(f"This proves nothing: {wrong}.", file=str(file)) from wrong
    if as_json:
        print_json(found)
        return
    click.echo(
        f"Proved    entry {found['position']:,} of the ledger {found['origin']}, in the checkpoint of {_entries(found['size'])}"
    )
    click.echo(f"Entry     {json.dumps(found['entry'], ensure_ascii=False, sort_keys=True)}")


def _say(found: Verified) -> None:
    since = f", since {unstamp(found.since):%Y-%m-%d %H:%M} UTC" if found.since else ""
    click.echo(f"Unbroken  {_entries(found.entries)}{since}. Last seal {found.seal}")
    if found.last is None:
        click.echo("Signed    nothing yet: ministry-social audit checkpoint")
    else:
        click.echo(f"Signed    {_entries(found.last.size)} on {found.last.at:%Y-%m-%d %H:%M} UTC; {_since(found)}")
    for one in found.seen:
        if one.trouble:
            click.echo(f"Not asked {one.name}: {one.trouble}")
        if one.size or not one.trouble:
            click.echo(f"Witness   {one.name} has seen {_entries(one.size)}, and agrees")
    click.echo(f"Unseen    {_unseen(found)}")


def _unseen(found: Verified) -> str:
    if not found.unseen:
        return "none: a witness has seen every entry"
    them = "it" if found.unseen == 1 else "them"
    return f"{_entries(found.unseen)} that no witness has seen: whoever has the database could still change {them} unnoticed"


def _since(found: Verified) -> str:
    more = found.entries - (found.last.size if found.last else 0)
    return f"{_entries(more)} since then"


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count:,} entries"


def _as_json(found: Verified) -> dict[str, Any]:
    last = found.last
    return {
        "entries": found.entries, "seal": found.seal, "root": b64encode(found.root).decode(), "since": found.since,
        "checkpoint": None if last is None else {"size": last.size, "at": stamp(last.at), "note": last.note},
        "witnesses": [_witness(one) for one in found.seen], "unseen": found.unseen,
    }  # fmt: skip


def _witness(one: Seen) -> dict[str, Any]:
    return {"name": one.name, "size": one.size, "trouble": one.trouble}
