"""`account request`, `approve`, `verify`, `activate`, `certify`, `retire`: the steps of an account's life."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from ..desk import life, retiring, verifying
from ..errors import InvalidSettings, MinistryError
from ..model.account import Account
from ..model.life import AccountRecord
from ..rules.timing import stamp
from . import show
from .account_rows import as_row, life_row
from .options import PLATFORMS, json_option, open_app, print_json


def several(all_means: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """NAME..., or --all."""

    def options(command: Callable[..., Any]) -> Callable[..., Any]:
        command = click.option("--all", "everything", is_flag=True, help=all_means)(command)
        return click.argument("names", nargs=-1, metavar="NAME...")(command)

    return options


@click.command()
@click.argument("name", required=False)
@click.option("--from", "file", type=click.Path(path_type=Path), help="Ask for every account of this file, CSV or TOML.")
@click.option("--platform", type=click.Choice(list(PLATFORMS)), help="Where it is.")
@click.option("--handle", help="As the public sees it, without @.")
@click.option("--title", help="Its official name.")
@click.option("--languages", help='What it speaks, the first first: "fr en".')
@click.option("--zone", help="Its time zone: Europe/Paris.")
@click.option("--country", help="Where it speaks: FR.")
@click.option("--city", help="Where it sits.")
@click.option("--mission", help="Whose it is; by default its own name.")
@click.option("--groups", help='Its groups: "europe un".')
@click.option("--responsible", help="E-mail address of the person who looks after it.")
@click.option("--id", help="The platform's own id, where it is known.")
@json_option
def request(name: str | None, file: Path | None, as_json: bool, **said: str | None) -> None:
    """Ask for an account that a mission has opened or wants to.

    Somebody else then approves it. Its id need not be known: connecting tells it.

    \b
    Examples:
      ministry-social account request embassy-riga --platform x --handle TAV_Riga --title "Embassy of Tavoria in Riga"
          --languages "lv en" --zone Europe/Riga --country LV --city Riga
      ministry-social account request --from new.csv
    """
    app = open_app()
    if (name is None) == (file is None):
        raise click.UsageError("Say which: NAME with --platform, --handle and so on, or --from FILE.")
    if file is not None:
        accounts, source = _from_file(file), file.name
    else:
        accounts, source = [_described({"name": name} | said)], ""
    made = life.request(app.store, app.clock, accounts, person=app.person, source=source)
    names = " ".join(one.name for one in made)
    _tell(made, app.clock.now(), as_json, "requested", f"Next, by somebody else: ministry-social account approve {names}")


@click.command()
@several("All that others have asked for.")
@json_option
def approve(names: tuple[str, ...], everything: bool, as_json: bool) -> None:
    """Say yes to accounts that somebody else has asked for: all of them, or none.

    \b
    Examples:
      ministry-social account approve embassy-riga
      ministry-social account approve --all
    """
    app = open_app()
    _check(names, everything)
    made = life.approve(app.store, app.clock, names, person=app.person)
    _tell(made, app.clock.now(), as_json, "approved", "Next: ministry-social account invite NAME, or account connect NAME")


@click.command()
@several("All that are connected, and not verified yet.")
@json_option
def verify(names: tuple[str, ...], everything: bool, as_json: bool) -> None:
    """Ask the platform whether accounts are the expected ones, and whether we may post.

    A refusal goes on record, and the account stays as it is.

    \b
    Examples:
      ministry-social account verify embassy-riga
      ministry-social account verify --all
    """
    app = open_app()
    _check(names, everything)
    rows, failed = [], 0
    for one in verifying.verify(app.means, names, person=app.person):
        failed += one.error is not None
        rows.append({"name": one.record.name, "stage": one.record.stage.value, "error": str(one.error) if one.error else ""})
        if not as_json:
            click.echo(f"{one.record.name}: {'verified' if one.error is None else f'NOT verified. {one.error}'}")
    if as_json:
        print_json(rows)
    else:
        done = len(rows) - failed
        click.echo(f"{done} verified, {failed} not." + ("   Next: ministry-social account activate --all" if done else ""))
    if failed:
        click.get_current_context().exit(1)


@click.command()
@several("All that are verified.")
@json_option
def activate(names: tuple[str, ...], everything: bool, as_json: bool) -> None:
    """Let accounts speak for the ministry from here on: all of them, or none.

    \b
    Examples:
      ministry-social account activate embassy-riga
      ministry-social account activate --all
    """
    app = open_app()
    _check(names, everything)
    made = life.activate(app.store, app.clock, names, person=app.person)
    _tell(made, app.clock.now(), as_json, "active", "Next, by two persons: ministry-social account certify NAME")


@click.command()
@several("All that are due for certification.")
@json_option
def certify(names: tuple[str, ...], everything: bool, as_json: bool) -> None:
    """Say that accounts are ours and well kept. Two persons say so, every year.

    The first person's word is kept for 30 days; with the second's, about the same state, the account is certified.

    \b
    Examples:
      ministry-social account certify embassy-riga
      ministry-social account certify --all
    """
    app = open_app()
    _check(names, everything)
    done = life.certify(app.store, app.clock, names, person=app.person)
    if as_json:
        proposed, made = ([one.name for one in some] for some in (done.proposed, done.certified))
        print_json({"proposed": proposed, "certified": made, "until": stamp(done.until)})
        return
    for one in done.certified:
        click.echo(f"{one.name}: certified by {' and '.join(one.certified_by)}")
    for one in done.proposed:
        click.echo(f"{one.name}: waits for a second person")
    hint = f"   Next, by somebody else until {done.until:%Y-%m-%d}: ministry-social account certify NAME" if done.proposed else ""
    click.echo(f"{len(done.certified)} certified, {len(done.proposed)} to be certified by a second person.{hint}")


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option("--reason", default="", help="Why; it goes on record.")
@json_option
def retire(names: tuple[str, ...], reason: str, as_json: bool) -> None:
    """Take accounts out of service, and remove their credentials.

    What was planned for them is called off. Refused while a post of theirs is being sent, checked or taken down.

    \b
    Example:
      ministry-social account retire embassy-riga --reason "the embassy was closed"
    """
    app = open_app()
    if not reason.strip():
        raise click.UsageError("Say why: --reason TEXT. It goes on record.")
    done = retiring.retire(app.means, names, reason=reason.strip(), person=app.person)
    if as_json:
        print_json({"retired": [one.name for one in done.records], "cancelled": [one.key for one in done.cancelled]})
        return
    for one in (*done.records, *done.before):
        click.echo(f"{one.name}: {'retired' if one in done.records else 'was retired before'}; its credential is gone.")
    for off in done.cancelled:
        click.echo(f"  called off: {off.key}")
    click.echo("What stands on the platform stays there, and so does the account: its mission closes it.")


COMMANDS = (request, approve, verify, activate, certify, retire)


def _check(names: Sequence[str], everything: bool) -> None:
    if bool(names) == everything:
        raise click.UsageError("Say which: NAME..., or --all.")


def _tell(made: Sequence[AccountRecord], now: Any, as_json: bool, stage: str, following: str) -> None:
    if as_json:
        print_json([as_row(one.account) | life_row(one, now) for one in made])
        return
    for one in made:
        click.echo(f"{one.name}: {stage}")
    click.echo(f"{show.number(len(made), 'account')} {stage}." + (f"   {following}" if made else ""))


def _described(said: dict[str, str | None]) -> Account:
    """The account that the options describe, checked as a row of a file is."""
    from ..files.account_files import from_words

    account, wrong = from_words({key: value for key, value in said.items() if value})
    if account is None:
        raise InvalidSettings(" ".join(str(one) for one in wrong))
    return account


def _from_file(path: Path) -> list[Account]:
    from ..files.account_files import read_accounts

    found = read_accounts(path)
    for one in found.wrong:
        click.echo(str(one), err=True)
    if found.wrong:
        rows = len({one.row for one in found.wrong})
        raise MinistryError(f"{'1 row is' if rows == 1 else f'{rows} rows are'} wrong, so nothing was requested.")
    return [one.account for one in found.written]
