"""`publish`: the main job, from a message file to a table of what stands where."""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click

from ..app import App
from ..desk import approve, compose, costs, report, schedule
from ..desk.timetable import Timed, timed
from ..errors import InvalidMessage, LedgerBroken
from ..files import messages
from ..files.settings import foreign_addresses
from ..model.delivery import State
from ..model.times import Wish
from ..rules.signing import in_groups
from . import results, show
from .account_files import warn_of_drift
from .following import follow
from .options import duration, json_option, message_file, open_app, world_line
from .when import tell, wish

WAVE = 1  # repeats come with campaigns


@click.command()
@click.argument("file", type=message_file)
@click.option(
    "--at",
    type=wish,
    metavar="TIME",
    help='When: 2026-12-01T09:00:00Z, "2026-12-01 09:00 local", or embargo. Default: now, or when the embargo ends.',
)
@click.option(
    "--wait", "patience", type=duration, default="1h", show_default=True, help="Stay for deliveries due within this time."
)
@click.option("--yes", is_flag=True, help="Do not ask. Going live needs --live besides.")
@click.option("--live", is_flag=True, help="With --yes: yes, to the public.")
@json_option
def publish(file: Path, at: Wish | None, patience: timedelta, yes: bool, live: bool, as_json: bool) -> None:
    """Send one message to every account that it addresses, each in its own way, each once.

    Checks first, shows the plan, asks, then sends. Run it again after an interruption: it goes on where it was, and
    nothing that may be public is sent twice.

    \b
    Examples:
      ministry-social publish grain.md
      ministry-social publish grain.md --at 2026-12-01T09:00:00Z --yes
    """
    app = open_app()
    say = silent if as_json else click.echo
    say(world_line(app))
    warn_of_drift(app)
    loaded = messages.load(file)
    message = loaded.message.id
    schedule.refuse_if_started(app.store, message, WAVE, loaded.revision)
    standing = schedule.standing_release(app.store, message, WAVE)
    if standing is not None and standing[1] == loaded.revision:
        say(f"Message   {message} was released in this very form before: nothing new is planned.")
        if at is not None:
            _tell_other_times(file, say)
    else:
        put_in_force(app, loaded, file, at or Wish(), lambda drafted: confirm(app, drafted, yes=yes, live=live), say)
    tell_approval(app, message, say)
    finished = follow(app, message, patience, quiet=as_json)
    _results(app, message, finished=finished, as_json=as_json)


def submit_release(app: App, loaded: messages.Loaded, file: Path, at: Wish | None, say: Callable[[str], None]) -> None:
    """Check and show; then put the release before those whose signatures it needs. Nobody is asked: nothing is sent."""
    message = loaded.message.id
    schedule.refuse_if_started(app.store, message, WAVE, loaded.revision)
    standing = schedule.standing_release(app.store, message, WAVE)
    if standing is not None and standing[1] == loaded.revision:
        say(f"Message   {message} was submitted in this very form before.")
        if at is not None:
            _tell_other_times(file, say)
    else:
        put_in_force(app, loaded, file, at or Wish(), lambda drafted: None, say)


def draft(app: App, loaded: messages.Loaded) -> compose.Draft:
    """A message as all accounts would say it, checked against what they said lately."""
    house = app.house(wave=WAVE)
    since = app.clock.now() - timedelta(days=app.settings.similarity.days)
    with app.store.read() as reading:
        earlier = compose.said_lately(reading, app.platforms, app.accounts, since, but=loaded.message.id)
        drafted = compose.draft(loaded.message, loaded.revision, house, earlier)
        return costs.priced(reading, drafted, {}, app.clock.now(), WAVE, app.purse)


def at_times(app: App, drafted: compose.Draft, wished: Wish) -> Timed:
    """A draft at the time of each account, and what it costs in the month of that time."""
    now = app.clock.now()
    found = timed(drafted, wished, app.times, app.prices, now)
    with app.store.read() as reading:
        return replace(found, draft=costs.priced(reading, found.draft, found.due, now, WAVE, app.purse))


def tell_costs_and_checks(app: App, drafted: compose.Draft, say: Callable[[str], None]) -> None:
    """The two lines that preview and publish have in common."""
    x = app.settings.x
    say(f"Checks    {show.count(drafted.findings)}")
    say(f"Cost      {show.cost(drafted.cost, str(x.prices_date), str(x.price_post_with_link), str(x.price_post))}")
    for finding in drafted.findings:
        if finding.name == "over-budget":
            say(f"Budget    {finding.sentence}")


def put_in_force(
    app: App,
    loaded: messages.Loaded,
    file: Path,
    wished: Wish,
    ask: Callable[[compose.Draft], None],
    say: Callable[[str], None],
    *,
    anew: bool = False,
) -> Timed:
    """Check, show, ask; then put the release in force. `anew`: at these times, though the same was planned for others."""
    found = at_times(app, draft(app, loaded), wished)
    drafted = found.draft
    _tell(app, drafted, file, say)
    tell(found, say, asked=wished != Wish())
    if drafted.blocked:
        raise _blocked(drafted, file, say)
    if not drafted.payloads:
        raise InvalidMessage(
            "No account would say anything.", file=str(file), remedy=f"Why: ministry-social message preview {file}"
        )
    ask(drafted)
    take_media(app, loaded)
    schedule.plan(
        app.store, app.clock, drafted,
        wave=WAVE, times=app.times, at=found.due, file=str(file), source=loaded.description, person=app.person,
        policies=app.policies, anew=anew, texts=loaded.texts,
    )  # fmt: skip
    return found


def _tell_other_times(file: Path, say: Callable[[str], None]) -> None:
    say(f"          Its times stay as they are. Others: ministry-social delivery schedule {file} --at TIME")


def tell_approval(app: App, message: str, say: Callable[[str], None], wave: int = WAVE) -> str:
    """What is missing before it goes out, which is returned, too; empty where nothing is.

    Raises `NotAllowed` where no policy is in force.
    """
    try:
        with app.store.read() as reading:
            found = approve.submitted(reading, app.means, message, wave)
            wrong = (found.release in reading.unapproved()) == found.standing.complete
    except LedgerBroken as broken:  # what is due is refused, on record
        say(f"Approval  {broken}")
        return str(broken)
    if wrong:
        approve.note(app.means, found)
    if found.standing.complete:
        return ""
    lacks = approve.says(found)
    say(f"Approval  {lacks}")
    say(f"          Digest {in_groups(found.release)}.   They sign it: ministry-social approval sign {found.words}")
    return lacks


def take_media(app: App, loaded: messages.Loaded) -> None:
    """Copy every file of the message under its digest, before the release that names it."""
    for expected, path in loaded.media.items():
        if app.media.take(path) != expected:
            raise InvalidMessage(f"{path} has changed while it was read.", remedy="Run the command again.")


def _tell(app: App, drafted: compose.Draft, file: Path, say: Callable[[str], None]) -> None:
    message = drafted.message
    pictures = sum(1 for m in message.media if m.facts.kind != "video")
    counted = [(len(message.wordings), "language"), (len(message.media) - pictures, "video"), (pictures, "picture")]
    say(f"Message   {message.id} · {' · '.join(show.number(count, noun) for count, noun in counted if count)}")
    say(f"Plan      {show.plan(drafted.assignments)}")
    say(f"          Why: ministry-social message preview {file}")
    tell_costs_and_checks(app, drafted, say)


def silent(line: str) -> None:
    """For --json: only JSON is printed."""


def _blocked(drafted: compose.Draft, file: Path, say: Callable[[str], None]) -> InvalidMessage:
    if say is not silent:
        say("")
        show.findings(drafted.findings)
    return InvalidMessage(
        "Nothing was sent: what blocks it has to be mended first.", remedy=f"See: ministry-social message check {file}"
    )


def confirm(app: App, drafted: compose.Draft, *, yes: bool, live: bool) -> None:
    """The person at the keyboard says yes to one message."""
    agree(app, len(drafted.payloads), yes=yes, live=live)


def agree(app: App, number: int, *, yes: bool, live: bool) -> None:
    """The person at the keyboard says yes; for the public, by typing the number of accounts."""
    if yes and (live or not app.settings.live):
        return
    if yes:
        raise click.UsageError("This ministry is live. To publish without being asked, say --yes --live.")
    if not sys.stdin.isatty():
        raise click.UsageError(f"Nobody can be asked here. Say {'--yes --live' if app.settings.live else '--yes'}.")
    if app.settings.live:
        foreign = ", ".join(foreign_addresses(app.settings))
        if foreign:
            click.echo(f"Caution   not the platform's own address: {foreign}")
        asked = f"To publish on {number} accounts, seen by everybody, type that number"
        agreed = click.prompt(asked, default="", show_default=False).strip() == str(number)
    else:
        agreed = click.confirm(f"Publish on {show.number(number, 'account')} of the rehearsal?", default=False)
    if not agreed:
        raise click.Abort


def _results(app: App, message: str, *, finished: bool, as_json: bool) -> None:
    with app.store.read() as reading:
        rows = report.rows(reading, app.clock.now(), app.means.accounts, message=message, wave=WAVE)
    if not as_json:
        click.echo("")
    results.tell(rows, as_json=as_json, hint="   Again: ministry-social delivery list")
    if not finished:
        under_way = [row["account"] for row in rows if row["state"] == State.SENDING]
        click.echo(
            f"Stopped. Still under way: {show.some(under_way) or 'nothing'}. Publish the same file again to go on.", err=True
        )
    if not finished or not results.all_well(rows):
        click.get_current_context().exit(1)
