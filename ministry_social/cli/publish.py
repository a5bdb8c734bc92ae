"""`publish`: the main job, from a message file to a table of what stands where."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from ..app import App
from ..desk import compose, report, schedule
from ..engine.embedded import Embedded, alone
from ..errors import InvalidMessage, NotAllowed
from ..files import messages, written
from ..model.delivery import State
from ..model.plan import Assignment
from ..rules.waiting import nothing_moves
from . import show
from .options import json_option, open_app, print_json, world_line
from .progress import Bars, Lines

WAVE = 1  # repeats come with campaigns


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--at", metavar="MOMENT", help="When the wave begins, e.g. 2026-12-01T09:00:00Z. Default: now, or when the embargo ends."
)
@click.option("--wait", "patience", default="1h", show_default=True, help="Stay for deliveries that are due within this time.")
@click.option("--yes", is_flag=True, help="Do not ask. Going live needs --live besides.")
@click.option("--live", is_flag=True, help="With --yes: yes, to the public.")
@json_option
def publish(file: Path, at: str | None, patience: str, yes: bool, live: bool, as_json: bool) -> None:
    """Send one message to every account that it addresses, each in its own way, each once.

    Checks first, shows the plan, asks, then sends. Run it again after an interruption: it goes on where it was, and
    nothing that may be public is sent twice.

    \b
    Example:
      ministry-social publish grain.md
      ministry-social publish grain.md --at 2026-12-01T09:00:00Z --yes
    """
    app = open_app()
    say = _silent if as_json else click.echo
    say(world_line(app))
    loaded = messages.load(file)
    message = loaded.message
    schedule.refuse_if_started(app.store, message.id, WAVE, loaded.revision)
    standing = schedule.standing_release(app.store, message.id, WAVE)
    if standing is not None and standing[1] == loaded.revision:
        say(f"Message   {message.id} was released in this very form before: nothing new is planned.")
    else:
        drafted = draft(app, loaded)
        _tell(app, drafted, say)
        if drafted.blocked:
            _refuse(drafted, as_json)
        _confirm(app, drafted, yes=yes, live=live)
        _take_media(app, loaded)
        schedule.plan(
            app.store, app.clock, drafted,
            wave=WAVE, times=app.times, at=_moment(at), file=str(file), source=loaded.description, person=app.person,
        )  # fmt: skip
    follow(app, message.id, _duration(patience), quiet=as_json)
    _results(app, message.id, as_json)


def draft(app: App, loaded: messages.Loaded) -> compose.Draft:
    """A message as all accounts would say it, checked against what they said lately."""
    house = app.house(wave=WAVE)
    since = app.clock.now() - timedelta(days=app.settings.similarity.days)
    with app.store.read() as reading:
        earlier = compose.said_lately(reading, app.platforms, app.accounts, since, but=loaded.message.id)
    return compose.draft(loaded.message, loaded.revision, house, earlier)


def follow(app: App, message: str, patience: timedelta, *, quiet: bool) -> None:
    """Be the engine until everything of this message is settled; where another engine runs, only watch it."""

    def enough() -> bool:
        now = app.clock.now()
        with app.store.read() as reading:
            return nothing_moves(reading.deliveries(message=message), now, app.clock.real(patience))

    if enough():
        return
    with Lines(app, message, quiet=quiet) if quiet or not sys.stderr.isatty() else Bars(app, message) as watcher:
        try:
            with alone(app.engine_lock):
                Embedded(app.means, watcher, threads=app.settings.sending.workers).run(enough)
        except NotAllowed:
            watcher.say("Another engine runs on this store; watching it.")
            while not enough():
                app.clock.sleep_until(app.clock.now() + timedelta(days=1), 0.5)


def plan_line(assignments: tuple[Assignment, ...]) -> str:
    """The plan in one sentence."""
    parts = []
    for platform, noun in (("x", "X accounts"), ("facebook", "Facebook pages"), ("youtube", "YouTube channels")):
        here = [a for a in assignments if a.account.platform == platform]
        kinds = [a.variant.kind.value for a in here if a.variant is not None]
        counted = ", ".join(f"{kinds.count(kind)} {_plural(kind, kinds.count(kind))}" for kind in dict.fromkeys(kinds))
        reasons = [a.silence.value for a in here if a.silence is not None]
        silent = ", ".join(f"{reasons.count(reason)} {reason}" for reason in dict.fromkeys(reasons))
        if here:
            quiet = f"; {len(reasons)} stay silent ({silent})" if reasons else ""
            parts.append(f"{len(here)} {noun if len(here) > 1 else noun[:-1]}: {counted or 'nothing'}{quiet}")
    return ".\n          ".join(parts) + "."


def _plural(kind: str, number: int) -> str:
    if number == 1:
        return {"local": "local text", "page-post": "page post"}.get(kind, kind)
    return {"local": "local texts", "page-post": "page posts"}.get(kind, kind + "s")


def _take_media(app: App, loaded: messages.Loaded) -> None:
    """Copy every file of the message under its digest, before the release that names it."""
    for expected, path in loaded.media.items():
        if app.media.take(path) != expected:
            raise InvalidMessage(f"{path} has changed while it was read.", remedy="Run the command again.")


def _tell(app: App, drafted: compose.Draft, say: Callable[[str], None]) -> None:
    message, x = drafted.message, app.settings.x
    pictures = sum(1 for m in message.media if m.facts.kind != "video")
    videos = len(message.media) - pictures
    lines = [
        f"Message   {message.id} · {len(message.wordings)} languages · {videos} video, {pictures} pictures",
        f"Plan      {plan_line(drafted.assignments)}",
        "          Why: ministry-social message preview FILE",
        f"Checks    {show.count(drafted.findings)}",
        f"Cost      {show.cost(drafted.cost, str(x.prices_date), str(x.price_post_with_link), str(x.price_post))}",
    ]
    for line in lines:
        say(line)


def _silent(line: str) -> None:
    """For --json: only JSON is printed."""


def _refuse(drafted: compose.Draft, as_json: bool) -> None:
    if not as_json:
        click.echo("")
        show.findings(drafted.findings)
    raise InvalidMessage(
        "Nothing was sent: a blocking finding has to be mended first.", remedy="ministry-social message check FILE"
    )


def _confirm(app: App, drafted: compose.Draft, *, yes: bool, live: bool) -> None:
    """The person at the keyboard says yes; for the public, by typing the number of accounts."""
    number = len(drafted.payloads)
    if yes and (live or not app.settings.live):
        return
    if yes:
        raise click.UsageError("This ministry is live. To publish without being asked, say --yes --live.")
    if not sys.stdin.isatty():
        raise click.UsageError("Nobody can be asked here. Say --yes (for a live ministry: --yes --live).")
    if app.settings.live:
        typed = click.prompt(
            f"To publish on {number} accounts, seen by everybody, type that number", default="", show_default=False
        )
        agreed = typed.strip() == str(number)
    else:
        agreed = click.confirm(f"Publish on {number} accounts of the rehearsal?", default=False)
    if not agreed:
        raise click.Abort


def _results(app: App, message: str, as_json: bool) -> None:
    with app.store.read() as reading:
        rows = report.rows(reading, app.clock.now(), message=message, wave=WAVE)
    if as_json:
        print_json(rows)
    else:
        click.echo("")
        show.delivery_table(rows)
        click.echo("\n" + summary(rows) + "   Again: ministry-social delivery list")
        for line in what_to_do(rows):
            click.echo(line)
    bad = {State.FAILED, State.UNKNOWN, State.MISSED}
    if any(State(row["state"]) in bad for row in rows):
        click.get_current_context().exit(1)


def summary(rows: list[dict[str, object]]) -> str:
    """`38 published, 0 failed, 0 being checked, 2 wait.`"""
    states = [row["state"] for row in rows]
    said = [
        f"{states.count('published')} published",
        f"{states.count('failed')} failed",
        f"{states.count('unknown')} being checked",
    ]
    for state, word in (("planned", "wait"), ("missed", "missed"), ("cancelled", "called off")):
        if states.count(state):
            said.append(f"{states.count(state)} {word}")
    return ", ".join(said) + "."


def what_to_do(rows: list[dict[str, object]]) -> list[str]:
    """One line for each delivery that needs a person."""
    lines = [f"  {row['account']}: {row['error']}" for row in rows if row["state"] in ("failed", "missed", "cancelled")]
    unknown = [str(row["account"]) for row in rows if row["state"] == "unknown"]
    if unknown:
        lines.append(
            f"  In doubt: {show.some(unknown)}. Look at the account before anything else; it is never sent again by itself."
        )
    if any(row["state"] == "failed" for row in rows):
        lines.append("  When mended: ministry-social delivery retry ID, then publish the same file again.")
    if any(row["state"] == "planned" for row in rows):
        lines.append("  The rest goes out when its time has come and publish runs on the same file again.")
    return lines


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return written.moment(datetime.fromisoformat(text)).astimezone(UTC)
    except ValueError as wrong:
        raise click.BadParameter(str(wrong), param_hint="--at") from wrong


def _duration(text: str) -> timedelta:
    try:
        return written.duration(text)
    except ValueError as wrong:
        raise click.BadParameter(str(wrong), param_hint="--wait") from wrong
