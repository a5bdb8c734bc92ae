"""`local`: what missions are asked to say in their own words, and what came of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from ..app import App
from ..desk import asking as desk
from ..desk.compose import limits_of
from ..errors import InvalidMessage
from ..files import letters, messages
from ..model.account import Account
from ..model.asking import Answer, Owed, Reply
from ..model.message import Message
from ..rules.asking import missions_of
from ..rules.timing import stamp
from ..rules.zones import on_the_wall
from . import show
from .local_writing import submit, write
from .options import did_you_mean, json_option, message_named, open_app, print_json
from .when import Until, deadline


@click.group()
def local() -> None:
    """What missions say in their own words: ask, list, write, submit."""


@local.command()
@click.argument("named", metavar="MESSAGE")
@click.option(
    "--until",
    type=deadline,
    required=True,
    metavar="TIME",
    help='The deadline: "2026-12-01 12:00" on the ministry\'s clock; with "UTC", or "local" for each mission\'s own.',
)
@click.option(
    "--mission", "only", multiple=True, metavar="NAME", help="Ask this one. Several times for several. Default: all that owe."
)
@click.option("-o", "--output", type=click.Path(file_okay=False, path_type=Path), help="A folder for one letter to each mission.")
def ask(named: str, until: Until, only: tuple[str, ...], output: Path | None) -> None:
    """Tell missions what they owe: a text of their own for a message.

    MESSAGE is its file, or its id. Whom you asked, and until when, is on record. A letter holds the source, the limits, the
    deadline and a form to fill in, which comes back through local submit.

    \b
    Examples:
      ministry-social local ask grain-corridor --until "2026-12-01 12:00" -o letters
      ministry-social local ask grain-corridor --until "2026-12-01 12:00 local" --mission embassy-oslo
    """
    app = open_app()
    message = messages.load_message(message_named(app, named))
    owed = _asked(app, message, only)
    if not owed:
        click.echo(f"No mission owes a local text of {message.id}.   ministry-social local list {named}")
        return
    untils = {name: until.at(one.zone, _own_zone(app.accounts)) for name, one in owed.items()}
    desk.refuse_past(untils.values(), app.clock.now())
    written = _write_letters(app, message, owed, untils, output)
    desk.ask(app.store, app.clock, message.id, untils, person=app.person)
    _tell_asked(app, message, owed, untils)
    if message.embargo is not None and max(untils.values()) > message.embargo:
        click.echo(f"The embargo ends before that, at {message.embargo:%Y-%m-%d %H:%M} UTC: it may go out without them.")
    if written:
        click.echo(f"\n{show.number(len(written), 'letter')} to send: {show.some(map(str, written))}")
    else:
        click.echo(f"\nTo write it: ministry-social local write {named} --mission NAME   As letters with a form: -o DIR")


@local.command("list")
@click.argument("named", metavar="[MESSAGE]", required=False)
@json_option
def list_(named: str | None, as_json: bool) -> None:
    """Show who owes a local text, who has written, who is late.

    Without MESSAGE (its file, or its id): all messages in the ministry's folder messages/.

    \b
    Examples:
      ministry-social local list
      ministry-social local list grain-corridor
    """
    app = open_app()
    paths = [message_named(app, named)] if named else sorted((app.settings.folder / "messages").glob("*.md"))
    found = [(path, loaded.message.id, _replies(app, loaded)) for path, loaded in ((path, messages.load(path)) for path in paths)]
    if as_json:
        print_json([_row(path, name, one) for path, name, each in found for one in each])
        return
    rows = [[name, *_cells(one)] for _, name, each in found for one in each]
    if not rows:
        click.echo("No mission owes a local text, and none has written one.")
        return
    show.table(rows, ["message", "mission", "state", "until there", "UTC", "written by"])
    _count([one.answer for _, _, each in found for one in each])


for command in (write, submit):
    local.add_command(command)


def _asked(app: App, message: Message, only: Sequence[str]) -> Mapping[str, Owed]:
    """Whom to ask. Raises `InvalidMessage` for a mission that there is not, or that cannot say a text of its own."""
    known = missions_of(app.accounts)
    for name in only:
        if name not in known:
            raise InvalidMessage(
                f"There is no mission {name}.{did_you_mean(name, known)}", remedy="See: ministry-social account list"
            )
    owed = desk.owed(message, app.house(), tuple(dict.fromkeys(only)))
    unable = [one for one in owed.values() if not one.accounts]
    if only and unable:
        why = " ".join(unable[0].otherwise) or "None of its accounts is in the audience."
        raise InvalidMessage(f"{unable[0].mission} would not say a text of its own. {why}", file=message.place.file)
    return {name: one for name, one in owed.items() if one.accounts}


def _own_zone(accounts: Sequence[Account]) -> str:
    """The ministry's own time zone: that of its central account."""
    return next((account.zone for account in accounts if account.central), "UTC")


def _write_letters(
    app: App, message: Message, owed: Mapping[str, Owed], untils: Mapping[str, datetime], folder: Path | None
) -> tuple[Path, ...]:
    if folder is None:
        return ()
    limits = limits_of(app.house())
    written = {f"{message.id}.{name}.md": letters.letter(message, one, untils[name], limits) for name, one in owed.items()}
    return letters.write_letters(folder, written)


def _tell_asked(app: App, message: Message, owed: Mapping[str, Owed], untils: Mapping[str, datetime]) -> None:
    limits = limits_of(app.house())
    click.echo(f"{show.number(len(owed), 'mission')} asked for a local text of {message.id}. It is on record.")
    rows = [
        [
            name,
            letters.moment(untils[name], one.zone),
            ", ".join(one.languages),
            "; ".join(letters.at_most(account.platform, limits[account.name]) for account in one.accounts),
            " ".join(one.otherwise),
        ]
        for name, one in owed.items()
    ]
    show.table(rows, ["mission", "until", "languages", "at most", "without an answer"])


def _replies(app: App, loaded: messages.Loaded) -> tuple[Reply, ...]:
    with app.store.read() as reading:
        kept = desk.record(reading, loaded.message.id)
    return desk.replies(loaded.message, app.house(), loaded.local_texts, kept, app.clock.now())


def _cells(one: Reply) -> list[str]:
    until = one.asked.until if one.asked else None
    there = f"{on_the_wall(until, one.owed.zone):%Y-%m-%d %H:%M}" if until else ""
    there_not = one.answer in (Answer.OWES, Answer.ASKED, Answer.LATE)
    by = one.written.by if one.written else "" if there_not else "not on record"
    return [one.owed.mission, one.answer.value, there, f"{until:%Y-%m-%d %H:%M}" if until else "", by]


def _count(answers: Sequence[Answer]) -> None:
    """The last line: how many of each, and what is next."""
    counted = {one: answers.count(one) for one in Answer if one in answers}
    said = ", ".join(f"{number} {'owe' if one is Answer.OWES and number > 1 else one.value}" for one, number in counted.items())
    more = '   ministry-social local ask MESSAGE --until "2026-12-01 12:00"' if Answer.OWES in answers else ""
    click.echo(f"\n{said}.{more}")


def _row(path: Path, name: str, one: Reply) -> dict[str, Any]:
    asked, written = one.asked, one.written
    return {
        "message": name, "file": str(path), "mission": one.owed.mission, "state": one.answer.value,
        "accounts": [account.name for account in one.owed.accounts], "languages": list(one.owed.languages), "zone": one.owed.zone,
        "until": stamp(asked.until) if asked else None, "asked_at": stamp(asked.at) if asked else None,
        "asked_by": asked.by if asked else None, "written_at": stamp(written.at) if written else None,
        "written_by": written.by if written else None, "digest": written.digest if written else None,
        "otherwise": list(one.owed.otherwise),
    }  # fmt: skip
