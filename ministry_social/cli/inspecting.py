"""`account inspect` and `account forecast`: how accounts stand with their platforms, and what ends when."""

from collections.abc import Collection, Sequence
from typing import Any

import click

from ..app import App
from ..desk import proving, telling
from ..desk import standing as desk
from ..desk.alerting import Told
from ..desk.standing import Looked
from ..errors import MinistryError
from ..model.account import Account
from ..model.finding import Finding, Weight
from ..model.standing import Ending, Proof
from ..rules.standing import findings, forecast, standing_json
from . import show
from .options import did_you_mean, json_option, open_app, print_json
from .progress import copied


@click.command()
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every account that was connected.")
@click.option("--accept", metavar="REASON", help="What has changed is right: from now on it is what we compare with.")
@click.option("--test-post", is_flag=True, help="Prove one account by a post that is never public, where the platform allows it.")
@json_option
def inspect(names: tuple[str, ...], everything: bool, accept: str | None, test_post: bool, as_json: bool) -> None:
    """Ask each platform how our account stands: who, whether we may post, until when.

    What is new goes on record, to the account's responsible person, and to those whom [alerts] names. X takes $0.010
    for each question.

    \b
    Examples:
      ministry-social account inspect embassy-paris
      ministry-social account inspect --all
      ministry-social account inspect embassy-paris --accept "our new name since May"
      ministry-social account inspect page --test-post
    """
    if bool(names) == everything:
        raise click.UsageError("Name accounts, or say --all." if not names else "Name accounts, or say --all, not both.")
    if test_post and len(names) != 1:
        raise click.UsageError("--test-post proves one account: name it.")
    app = open_app()
    chosen = _chosen(app, names)
    proof = proving.prove(app.means, app.proofs, chosen[0], person=app.person) if test_post else None
    looked = _look(app, chosen)
    if accept is not None:
        desk.accept(app.means, chosen, reason=accept.strip(), person=app.person)
        looked = [_again(app, one) for one in looked]
    told = telling.tell_all(app.means, person=app.person)
    if as_json:
        print_json(
            {"accounts": [as_row(one) for one in looked], "told": [_told_row(one) for one in told], "proof": _proof_row(proof)}
        )
    else:
        _print(app, looked, told, proof)
    if any(finding.weight is Weight.BLOCKING for one in looked for finding in one.findings) or any(one.error for one in looked):
        click.get_current_context().exit(1)


@click.command("forecast")
@click.option("--days", type=click.IntRange(0), default=30, show_default=True, help="How far to look ahead.")
@json_option
def forecast_(days: int, as_json: bool) -> None:
    """Show what ends soon: permissions, and certifications. No platform is asked.

    \b
    Example:
      ministry-social account forecast --days 60
    """
    app = open_app()
    with app.store.read() as reading:
        standings, records = reading.standings(), reading.accounts()
    rows = forecast(standings, records, app.clock.now(), days)
    if as_json:
        print_json([_ending_row(one) for one in rows])
        return
    if rows:
        show.table(
            [[f"{r.at:%Y-%m-%d}" + (" (over)" if r.over else ""), r.account, r.what, r.remedy] for r in rows],
            ["ends", "account", "what", "what to do"],
        )
        click.echo("")
    asked = show.number(len(standings), "account")
    click.echo(f"{len(rows)} within {show.number(days, 'day')}, as far as {asked} told us.   Ask anew: account inspect --all")


def _chosen(app: App, names: Sequence[str]) -> list[Account]:
    """The accounts that are meant: these, or all that can be asked after."""
    with app.store.read() as reading:
        records = reading.accounts()
    known = desk.inspected(records, () if records else app.accounts)
    for name in names:
        if name not in known:
            hint = did_you_mean(name, list(known)) or " See: ministry-social account list"
            raise click.UsageError(f"There is no connected account {name}.{hint}")
    return [known[name] for name in dict.fromkeys(names)] or list(known.values())


def _look(app: App, accounts: Sequence[Account]) -> list[Looked]:
    looked = []
    with copied("accounts asked after", "Asked") as bar:
        for number, account in enumerate(accounts, 1):
            looked.append(desk.inspect(app.means, account, person=app.person))
            bar(number, len(accounts))
    return looked


def _again(app: App, one: Looked) -> Looked:
    """The same after it was accepted."""
    with app.store.read() as reading:
        kept = reading.standing(one.account.name)
    if kept is None:
        return one
    found = findings(kept, one.account, app.clock.now())
    return Looked(account=one.account, inspection=kept, findings=found, error=one.error)


def _print(app: App, looked: Sequence[Looked], told: Sequence[Told], proof: Proof | None) -> None:
    with app.store.read() as reading:
        paused = {one.value for one in reading.pauses() if one.scope == "account"}
    show.table([_cells(one, paused) for one in looked], ["account", "platform", "who", "may post", "until", "tier", "limits"])
    for one in looked:
        for finding in one.findings:
            click.echo(f"\n{one.account.name}  {finding.weight.value:<8}  {finding.name}  {finding.sentence}\n  {finding.remedy}")
        if one.error is not None:
            click.echo(f"\n{one.account.name}  Nothing was learnt: {one.error}")
    if proof is not None:
        click.echo(
            f"\nProved    A test post that nobody saw ({proof.id}) " + ("is gone again." if proof.gone else "STAYED: delete it.")
        )
    click.echo(
        f"\n{show.number(len(looked), 'account')}: {show.count(f for one in looked for f in one.findings)}.{_who(app, looked)}"
    )
    for name in (one.account.name for one in looked if one.account.name in paused and _may(one) == "yes"):
        click.echo(f"Paused    {name}, though its platform lets it post.   Let it go on: ministry-social resume --account {name}")
    for done in told:
        click.echo(f"Told      {done.alert.channel}" if done.error is None else f"NOT told  {done.alert.channel}: {done.error}")


def _who(app: App, looked: Sequence[Looked]) -> str:
    """That nobody hears of it, where that is so."""
    if app.means.bell.ways or not any(one.findings for one in looked):
        return ""
    return "   Nobody is told: [alerts] is empty."


def _cells(one: Looked, paused: Collection[str]) -> list[str]:
    said = one.inspection.said if one.inspection else None
    may = _may(one) + (", but paused" if _may(one) == "yes" and one.account.name in paused else "")
    if said is None:
        return [one.account.name, one.account.platform, "", may, "", "", ""]
    until = f"{said.until:%Y-%m-%d}" if said.until else "no end"
    who = f"{said.handle or said.id} ({said.name})"
    return [one.account.name, one.account.platform, who, may, until, said.tier, "; ".join(said.limits)]


def _may(one: Looked) -> str:
    if one.inspection is None:
        return "not connected"
    if one.error is not None and one.inspection.said is None:
        return "not known"
    said = one.inspection.said
    return "yes" if said is not None and said.may_post and one.inspection.refusal is None else "no"


def as_row(one: Looked) -> dict[str, Any]:
    """An account's standing for machines."""
    said = one.inspection.said if one.inspection else None
    return {
        "account": one.account.name, "platform": one.account.platform, "may_post": _may(one) == "yes", "says": _may(one),
        "standing": standing_json(said) if said else None, "findings": [_finding_row(finding) for finding in one.findings],
        "error": str(one.error) if one.error else "",
    }  # fmt: skip


def _finding_row(finding: Finding) -> dict[str, str]:
    return {"name": finding.name, "weight": finding.weight.value, "sentence": finding.sentence, "what_to_do": finding.remedy}


def _told_row(told: Told) -> dict[str, Any]:
    error: MinistryError | None = told.error
    return {"channel": told.alert.channel, "accounts": list(told.alert.notice.about), "error": str(error) if error else ""}


def _proof_row(proof: Proof | None) -> dict[str, Any] | None:
    return None if proof is None else {"post": proof.id, "gone": proof.gone}


def _ending_row(one: Ending) -> dict[str, Any]:
    return {"at": one.at.isoformat(), "account": one.account, "what": one.what, "over": one.over, "what_to_do": one.remedy}
