"""`watch`: what stands on our accounts otherwise than it was signed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import click

from ..app import App
from ..desk import telling
from ..desk import watch as desk
from ..desk.alerting import Told
from ..errors import InvalidSettings
from ..model.account import Account
from ..model.watching import Deviation, Watched
from ..rules.timing import stamp
from ..rules.watch_records import deviation_json, finding
from ..rules.word_diff import diff, shown
from . import show
from .options import did_you_mean, json_option, open_app, print_json
from .progress import copied


@click.group()
def watch() -> None:
    """What stands on our accounts otherwise than it was signed: run, list, explain."""


@watch.command()
@click.option("--account", "names", multiple=True, metavar="NAME", help="Only this account; may be given more than once.")
@json_option
def run(names: tuple[str, ...], as_json: bool) -> None:
    """Look at each account now, and compare what stands there with what was signed.

    What is new goes on record, to the account's responsible person, and to those whom [alerts] names. Ends with 1 where
    something deviates that nobody has explained.

    \b
    Examples:
      ministry-social watch run
      ministry-social watch run --account embassy-paris --account page
    """
    app = open_app()
    accounts = _chosen(app, names)
    seen = []
    with copied("accounts looked at", "Looked at") as bar:
        for number, account in enumerate(accounts, 1):
            seen.append(desk.watch(app.means, account, person=app.person))
            bar(number, len(accounts))
    told = telling.tell_all(app.means, person=app.person)
    if as_json:
        print_json({"accounts": [_row(app, one) for one in seen], "told": [_told_row(one) for one in told]})
    else:
        _print(app, seen)
        for done in told:
            click.echo(f"Told      {done.alert.channel}" if done.error is None else f"NOT told  {done.alert.channel}: {done.error}")
    _exit(seen)


@watch.command("list")
@click.argument("named", required=False, metavar="[ID]")
@click.option("--account", "names", multiple=True, metavar="NAME", help="Only this account; may be given more than once.")
@json_option
def list_(named: str | None, names: tuple[str, ...], as_json: bool) -> None:
    """List what deviates, as it was last seen, with the words as signed and as they stand. No platform is asked.

    \b
    Examples:
      ministry-social watch list
      ministry-social watch list --account embassy-paris --json
    """
    app = open_app()
    with app.store.read() as reading:
        seen = [one for one in reading.all_watched() if not names or one.account in names]
    if named is not None:
        seen = [_only(one, named) for one in seen if any(each.id == named for each in one.open)]
        if not seen:
            raise InvalidSettings(f"There is no open deviation {named}.", remedy="See: ministry-social watch list")
    if as_json:
        print_json([_row(app, one) for one in seen])
    else:
        _print(app, seen)
    _exit(seen)


@watch.command()
@click.argument("named", metavar="ID")
@click.option("--reason", default="", help="Why it is well as it is; it goes on record.")
def explain(named: str, reason: str) -> None:
    """Say why a deviation is well: it is silent as long as it stays as it is.

    \b
    Example:
      ministry-social watch explain 1a2b3c4d5e --reason "typing error, put right with the author"
    """
    app = open_app()
    done = desk.explain(app.means, named, reason=reason.strip(), person=app.person)
    click.echo(f"Explained  {done.kind} on {done.account}: {done.url or done.post.id}. It is silent as long as it stays so.")


def _chosen(app: App, names: Sequence[str]) -> list[Account]:
    known = {one.name: one for one in desk.connected(app.means)}
    for name in names:
        if name not in known:
            hint = did_you_mean(name, list(known)) or " See: ministry-social account list"
            raise click.UsageError(f"There is no connected account {name} that is watched.{hint}")
    return [known[name] for name in dict.fromkeys(names)] or list(known.values())


def _print(app: App, seen: Sequence[Watched]) -> None:
    """Each deviation with what to do; then whoever could not be looked at; a last line that counts."""
    accounts = {one.name: one for one in app.accounts}
    for one in seen:
        for deviation in one.open:
            account = accounts.get(one.account)
            click.echo(f"{deviation.id}  {one.account}  {deviation.kind}  {_words(app, deviation)}".rstrip())
            if account is not None:
                said = finding(deviation, account)
                click.echo(f"  {said.sentence}\n  {said.remedy}")
            click.echo("")
    for one in seen:
        if one.error:
            since = "never" if one.looked is None else f"last {stamp(one.looked)[:16].replace('T', ' ')} UTC"
            click.echo(f"Not looked at  {one.account} ({since}): {one.error}")
    open_, explained = sum(len(one.open) for one in seen), sum(len(one.explained) for one in seen)
    told = f", {explained} explained" if explained else ""
    click.echo(f"{show.number(len(seen), 'account')}: {show.number(open_, 'deviation')}{told}.")


def _words(app: App, one: Deviation) -> str:
    """What was signed and what stands there, word by word."""
    signed, stands = _texts(app, one)
    if signed and one.stands:
        return shown(diff(signed, stands))
    return shown(diff(signed, "")) if signed else shown(diff("", stands))


def _texts(app: App, one: Deviation) -> tuple[str, str]:
    with app.store.read() as reading:
        kept = reading.blobs([digest for digest in (one.signed, one.stands) if digest])
    return kept.get(one.signed, b"").decode(), kept.get(one.stands, b"").decode()


def _only(one: Watched, named: str) -> Watched:
    return replace(one, open=tuple(each for each in one.open if each.id == named))


def _row(app: App, one: Watched) -> dict[str, Any]:
    """An account for machines."""
    return {
        "account": one.account, "looked": stamp(one.looked) if one.looked else "", "error": one.error,
        "deviations": [_deviation_row(app, each) for each in one.open],
        "explained": [
            {"id": each.deviation.id, "kind": each.deviation.kind, "reason": each.reason, "by": each.by, "at": stamp(each.at)}
            for each in one.explained
        ],
    }  # fmt: skip


def _deviation_row(app: App, one: Deviation) -> dict[str, Any]:
    signed, stands = _texts(app, one)
    pieces = [{"sign": piece.sign, "text": piece.text} for piece in diff(signed, stands)]
    return deviation_json(one) | {"signed_text": signed, "stands_text": stands, "diff": pieces}


def _told_row(told: Told) -> dict[str, Any]:
    return {"channel": told.alert.channel, "accounts": list(told.alert.notice.about), "error": str(told.error or "")}


def _exit(seen: Sequence[Watched]) -> None:
    if any(one.open for one in seen):
        click.get_current_context().exit(1)
