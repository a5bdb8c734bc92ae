"""`audit export`: everything that proves what was published, in one file that needs no program of ours."""

from datetime import datetime
from pathlib import Path

import click

from ..app import App
from ..desk import auditing as desk
from ..desk.evidence import gather
from ..errors import InvalidSettings, NotAllowed
from ..model.evidence import Evidence, Question
from ..ports import Signer
from ..rules.permissions import may_run
from .auditing import books, public_key, signer, witnesses
from .options import moment, open_app
from .progress import copied


@click.command()
@click.option("--message", metavar="MESSAGE", default="", help="Everything about this message.")
@click.option("--account", metavar="ACCOUNT", default="", help="Everything about this account.")
@click.option("--from", "since", type=moment, help="From this moment on: 2026-12-01T09:00:00Z")
@click.option("--to", "until", type=moment, help="Before this moment.")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The file to write.")
@click.option("--key", "keys", metavar="KEY", multiple=True, help="The ministry's public key, where the vault is not at hand.")
def export(message: str, account: str, since: datetime | None, until: datetime | None, output: Path, keys: tuple[str, ...]) -> None:
    """Write evidence on a message, account or time into one file that anybody can check.

    In it: entries with their proofs, signed checkpoints, the words, pictures and answers, the signatures with their keys, a
    report to read, and a verifier. Entries that no checkpoint has are signed first, where you may and the key is here.

    \b
    Examples:
      ministry-social audit export --message grain-corridor -o evidence.zip
      ministry-social audit export --account embassy-paris --from 2026-11-01T00:00:00Z --to 2026-12-01T00:00:00Z -o paris.zip
    """
    from ..files.bundle import write_bundle

    question = Question(message=message, account=account, since=since, until=until)
    if not question:
        raise click.UsageError("Say what is asked: --message, --account, or --from and --to.")
    app = open_app()
    evidence = _gathered(app, question, tuple(map(public_key, keys)))
    key = _key(app)
    written = write_bundle(output, evidence, app.media, None if key is None else key.sign)
    click.echo(f"Wrote     {output}: {len(evidence.entries):,} entries, {written.files:,} files, {_size(written.size)}")
    _say(evidence)
    click.echo("Signed    by the ministry's key" if key else "Signed    by nobody: the ministry's key is not here (--unsigned)")
    click.echo(f"SHA-256   {written.digest}")
    click.echo(f"Check     python -I verify.py {output} --key KEY   (verify.py is in it)")


def _gathered(app: App, question: Question, keys: tuple[str, ...]) -> Evidence:
    """The evidence; where entries are in no checkpoint yet, one is made first, if this person may and the key is here."""
    ministry = app.settings.ministry.name
    with copied("entries", "Verified") as tell:
        here = books(app, keys, tell)
        found = gather(here, question, ministry=ministry)
        key = _checkpoint_key(app) if found.only_sealed else None
        if key is not None:
            here = books(app, keys, tell)  # a rehearsal may have made its key just now
            desk.lay(desk.checkpoint(here, key, witnesses(app), by=app.person)[0], witnesses(app))
        present = frozenset(name for name in found.media if app.media.has(name))
        return gather(here, question, ministry=ministry, present=present)


def _checkpoint_key(app: App) -> Signer | None:
    who = app.policies.written().person(app.person)
    if who is not None and not may_run(who, "audit checkpoint"):
        return None
    try:
        return signer(app)
    except (InvalidSettings, NotAllowed):
        return None


def _key(app: App) -> Signer | None:
    try:
        return app.ministry_key.signer()
    except (InvalidSettings, NotAllowed):
        return None


def _say(evidence: Evidence) -> None:
    if evidence.checkpoint is not None:
        proved = len(evidence.entries) - evidence.only_sealed
        click.echo(f"Proved    {proved:,} entries, in the checkpoint of {evidence.checkpoint.size:,}")
    if evidence.only_sealed:
        click.echo(f"Sealed    {evidence.only_sealed:,} entries are in no checkpoint: ministry-social audit checkpoint")
    gone = [one for one in evidence.lacking if one.entry]
    if gone:
        click.echo(f"Disposed  {len(gone):,} files are not kept any more, as the record says")
    if len(evidence.lacking) > len(gone):
        click.echo(f"Missing   {len(evidence.lacking) - len(gone):,} files are not there, and nothing on record says why")


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size / 1e3:,.1f} kB"
