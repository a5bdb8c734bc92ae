"""`report collect` and `report reach`: figures of accounts and posts, and what they say."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import click

from ..app import App
from ..desk import figures as desk
from ..desk.reach import Question, report
from ..errors import MinistryError, Rejected
from ..model.account import Account
from ..model.figures import Figure, told
from ..model.reach import Other
from ..rules.collecting import added, asked, other_name, reading_cost
from ..rules.cost import dollars
from . import reaching, show
from .exporting import write
from .options import PLATFORMS, did_you_mean, json_option, open_app, print_json
from .progress import copied
from .when import since, until

_GROUPS = ("account", "mission", "country", "language", "platform", "message", "campaign")
_X_OFF = (
    "X is left out: it bills each post that is read, and asks governments for an Enterprise contract before they read its "
    "content. [reach] x = true changes that; docs/reach.md says what to clear up before."
)


@click.command()
@click.option(
    "--others",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Other ministries' accounts, too.",
)
@json_option
def collect(others: Path | None, as_json: bool) -> None:
    """Read the figures of accounts and posts now; a worker does so by itself.

    What was read within the last hour is not read again, so that a command which was interrupted goes on where it ended.

    \b
    Examples:
      ministry-social report collect
      ministry-social report collect --others ministries.toml
    """
    app = open_app()
    theirs = _load(others)
    counts, said = _collect(app, theirs)
    if as_json:
        print_json({**counts, "platforms": sorted(app.habit.platforms), "said": said})
    else:
        for line in said:
            click.echo(line)
        failed = f"; {show.number(counts['failed'], 'account')} failed" if counts["failed"] else ""
        read = f"{show.number(counts['accounts'], 'account')} and {show.number(counts['posts'], 'post')}"
        click.echo(f"{counts['figures']:,} figures of {read} were read{failed}.")
    if counts["failed"]:
        click.get_current_context().exit(1)


def _collect(app: App, others: tuple[Other, ...]) -> tuple[dict[str, int], list[str]]:
    """Account after account, each written down at once; returns the counts, and what there is to say."""
    means, habit = app.means, app.habit
    said = [] if "x" in habit.platforms or not any(one.platform == "x" for one in app.accounts) else [_X_OFF]
    accounts = asked(app.accounts, habit)
    counts = added({}, {})
    with app.store.read() as reading:
        tasks = [desk.task_of(reading, one, habit, means.now()) for one in accounts]
    said += _bill(app, tasks)
    with copied("accounts") as bar:
        for number, task in enumerate(tasks):
            bar(number, len(tasks))
            with app.store.read() as reading:
                pause = desk.held_back(reading, [task.account.platform], means.now())
            if pause:
                said.append(f"{task.account.name}: {PLATFORMS[task.account.platform]} wants no questions before {_time(pause)}.")
                counts = added(counts, {"failed": 1})
                continue
            done = desk.collect(means, task)
            counts = added(counts, done.counts)
            said += [f"{task.account.name}: {done.error}"] if done.error else []
            with app.store.begin() as tx:
                desk.keep(tx, done)
        bar(len(tasks), len(tasks))
    for other in others:
        counts = added(counts, _other(app, other, accounts, said))
    with app.store.begin() as tx:
        desk.note(tx, counts, by=app.person, at=means.now())
    return counts, said


def _other(app: App, other: Other, accounts: tuple[Account, ...], said: list[str]) -> dict[str, int]:
    """Somebody else's account, asked for by one of ours on the same platform."""
    ours = next((one for one in accounts if one.platform == other.platform), None)
    if ours is None:
        return {}
    try:
        found = app.figures[other.platform].of_other(ours, app.vault.get(ours.name), other.handle)
    except Rejected as refusal:
        said.append(f"{other.ministry}: {refusal}")
        return {}
    except MinistryError as error:
        said.append(f"{other.ministry}: {error}")
        return {"failed": 1}
    name, at = other_name(other.platform, other.handle), app.means.now()
    rows = [Figure(account=name, post="", name=figure, at=at, value=value) for figure, value in told(found).items()]
    with app.store.begin() as tx:
        tx.keep_figures(rows)
    return {"accounts": 1, "figures": len(rows)}


def _bill(app: App, tasks: list[desk.Task]) -> list[str]:
    """What X will take, where it is asked."""
    on_x = [task for task in tasks if task.account.platform == "x"]
    amount = reading_cost("x", sum(len(task.posts) for task in on_x), len(on_x), app.prices)
    return [f"X takes about {dollars(amount)} for it; prices of {app.settings.x.prices_date}."] if amount else []


def _time(pause: Mapping[str, datetime]) -> str:
    return f"{max(pause.values()):%Y-%m-%d %H:%M} UTC"


@click.command()
@click.option("--by", type=click.Choice(_GROUPS), help="What a row stands for.  [default: account, or message of a campaign]")
@click.option("--account", default="", metavar="NAME", help="This account alone.")
@click.option("--message", default="", metavar="ID", help="This message alone, wave by wave.")
@click.option("--campaign", default="", metavar="ID", help="This campaign alone, wave by wave, against its goal.")
@click.option("--from", "start", type=since, metavar="TIME", help="From this day (UTC) or moment on.  [default: 30 days]")
@click.option("--to", "end", type=until, metavar="TIME", help="To this day, or before this moment.  [default: now]")
@click.option("--others", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE", help="Rank us among these.")
@click.option("--csv", "csv_file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the rows as CSV.")
@click.option(
    "--html", "html_file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write a page with plots."
)
@json_option
def reach(
    by: str | None, account: str, message: str, campaign: str, start: datetime | None, end: datetime | None,
    others: Path | None, csv_file: Path | None, html_file: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Show what was reached: followers, interactions, and whether a message got across.

    \b
    Examples:
      ministry-social report reach
      ministry-social report reach --by mission --from 2026-01-01 --html reach.html
      ministry-social report reach --campaign climate --csv waves.csv
    """
    app = open_app()
    theirs = _load(others)
    _known(app, account, campaign)
    usual = "account" if not campaign else "message"
    now = app.means.now()
    question = Question(by=by or usual, account=account, message=message, campaign=campaign, start=start, end=end or now)
    if start is not None and start >= question.end:
        raise click.UsageError("The time in --from lies after the one in --to.")
    with app.store.read() as reading:
        accounts = {one.name: one for one in app.accounts}
        found = report(reading, accounts, question, ministry=app.settings.ministry.name, others=theirs)
    if as_json:
        print_json(reaching.as_json(found))
    else:
        reaching.tell(found)
    if csv_file is not None:
        write(csv_file, reaching.as_csv(found))
    if html_file is not None:
        write(html_file, reaching.as_html(app.settings.ministry.name, found, now))


def _known(app: App, account: str, campaign: str) -> None:
    """Refuse a name that is not there, with the nearest that is."""
    names = [one.name for one in app.accounts]
    if account and account not in names:
        raise click.UsageError(f"There is no account {account}.{did_you_mean(account, names)}")
    if campaign:
        with app.store.read() as reading:
            ids = [one.id for one in reading.campaigns()]
        if campaign not in ids:
            raise click.UsageError(f"There is no campaign {campaign}.{did_you_mean(campaign, ids)}")


def _load(file: Path | None) -> tuple[Other, ...]:
    if file is None:
        return ()
    from ..files.others import load_others

    return load_others(file)
