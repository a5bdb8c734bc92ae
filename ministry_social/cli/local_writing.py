"""`local write` and `local submit`: a mission's own text, checked at once, and put beside its message."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from ..app import App
from ..desk import asking as desk
from ..desk.compose import Draft
from ..errors import InvalidMessage
from ..files import letters, local_texts, messages
from ..files.beside import local_text
from ..files.lines import read_text
from ..files.messages import Loaded
from ..model.finding import Finding
from ..model.message import LocalText
from ..model.variant import Kind
from ..rules.asking import concerning, missions_of
from ..rules.checks import blocking
from ..rules.languages import whole_digest
from ..rules.length import measure
from ..rules.references import plain
from . import show
from .allowed import refuse_other_missions
from .options import did_you_mean, message_file, message_named, open_app
from .publish import WAVE, draft


@dataclass(frozen=True, kw_only=True)
class _Given:
    """A text that somebody hands in: for which mission, and where it stood, so that a mistake is named there."""

    mission: str
    text: str
    file: str


@click.command()
@click.argument("named", metavar="MESSAGE")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--mission", required=True, metavar="NAME", help="Whose text it is.")
@click.option("--language", metavar="TAG", help="Its language, such as tr. Default: the first of the mission's account.")
@click.option("--text", help="The text itself. Else it is read from FILE, or from standard input.")
@click.option("--replace", "anew", is_flag=True, help="Put it in the place of another text that is there already.")
def write(named: str, file: str | None, mission: str, language: str | None, text: str | None, anew: bool) -> None:
    """Write what a mission says in its own words.

    MESSAGE is its file, or its id. Length, likeness and language are checked at once; nothing is written when something
    blocks. FILE holds the bare text, or a whole local text with its headings.

    \b
    Examples:
      ministry-social local write grain-corridor --mission embassy-ankara --text "Mersin limanından ..."
      ministry-social local write grain-corridor --mission embassy-ankara --language tr text.txt
    """
    if text is not None and file is not None:
        raise click.UsageError("Give --text or FILE, not both.")
    app = open_app()
    path = message_named(app, named)
    loaded = messages.load(path)
    _refuse_unknown(app, mission)
    whole = _read(file) if text is None else text
    if not whole.strip():
        raise click.UsageError("There is no text. Give --text, FILE, or write it to standard input.")
    shaped = local_texts.as_local_text(whole, language or _first_language(app, loaded, mission))
    target = local_texts.place_of(path, loaded.message.id, mission)
    same = file is not None and file != "-" and shaped.strip("\n") == whole.strip("\n")
    given = _Given(mission=mission, text=whole if same else shaped, file=file if same and file else str(target))
    _refuse_other_language(local_text(mission, given.text, given.file, _files(loaded)), language, given)
    _take(app, loaded, target, given, anew=anew)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--message", "message_at", type=message_file, metavar="FILE", help="The message's file, where it is not in messages/."
)
@click.option("--replace", "anew", is_flag=True, help="Put it in the place of another text that is there already.")
def submit(file: Path, message_at: Path | None, anew: bool) -> None:
    """Take a letter of local ask that a mission has filled in.

    It says itself for which message and mission it is. What is above the form stays out of the text. It is checked as local
    write checks it; after its deadline it is taken too, and said to be late.

    \b
    Example:
      ministry-social local submit letters/grain-corridor.embassy-ankara.md
    """
    app = open_app()
    name, mission, source, text = letters.filled_in(read_text(file, InvalidMessage), str(file))
    path = message_at or message_named(app, name, by_id=True)
    loaded = messages.load(path)
    if loaded.message.id != name:
        raise InvalidMessage(f"This letter is about {name}; {path} is {loaded.message.id}.", file=str(file))
    _refuse_unknown(app, mission)
    if source and source != whole_digest(loaded.message):
        click.echo(f"Note      {path} has changed since this letter was written. Read what the ministry says now.")
    target = local_texts.place_of(path, loaded.message.id, mission)
    _take(app, loaded, target, _Given(mission=mission, text=text, file=str(file)), anew=anew)


def _take(app: App, loaded: Loaded, target: Path, given: _Given, *, anew: bool) -> None:
    """Check a text, put it beside its message, and on record."""
    message, mission = loaded.message, given.mission
    refuse_other_missions(app, mission)
    desk.refuse_unless_possible(app.store, message.id)
    local = local_text(mission, given.text, given.file, _files(loaded))
    drafted = draft(app, replace(loaded, message=replace(message, locals={**message.locals, mission: local})))
    found = concerning(drafted.findings, [a.name for a in app.accounts if a.mission == mission], given.file)
    if blocking(found):
        show.findings(found)
        _refuse("Nothing was written.")
    whole, before = given.text.strip("\n") + "\n", loaded.local_texts.get(mission)
    if before is not None and before != whole and not anew:
        _show_difference(target, before, whole)
    if before != whole:
        local_texts.save(target, whole, before)
    written = desk.written(app.store, app.clock, message.id, mission, whole, person=app.person)
    click.echo(f"{target}: {'written' if before != whole else 'this text stands there already'}.")
    _tell(app, drafted, local, found)
    if written.late:
        click.echo(f"It is late: it came at {written.at:%Y-%m-%d %H:%M} UTC, after its deadline. It is taken all the same.")
    _tell_released(app, loaded)


def _tell(app: App, drafted: Draft, local: LocalText, found: Sequence[Finding]) -> None:
    """What the mission's accounts will say, how long it is, and what there is to know."""
    for one in drafted.assignments:
        if one.account.mission == local.mission and one.variant is not None and one.variant.kind is Kind.LOCAL:
            limits = app.platforms[one.account.platform].limits(one.account)
            length = measure(plain(one.variant.text), limits.counting)
            click.echo(f"{one.account.name} will say it in {one.variant.language}: {length} of {limits.text}.")
    show.findings(found)


def _tell_released(app: App, loaded: Loaded) -> None:
    """A text beside a message that was released already makes another revision of it."""
    with app.store.read() as reading:
        released = any(row[:2] == (loaded.message.id, WAVE) for row in reading.releases())
    if released:
        file = loaded.message.place.file
        click.echo(f"{loaded.message.id} was released without this text. To take it in: ministry-social publish {file}")
        click.echo(f"                  or, for another time: ministry-social delivery schedule {file} --at TIME")


def _show_difference(target: Path, before: str, after: str) -> None:
    for line in local_texts.difference(before, after):
        click.echo(line)
    _refuse(f"{target} holds another text. Nothing was written.   To put this one in its place: --replace")


def _refuse(sentence: str) -> None:
    click.echo(sentence, err=True)
    click.get_current_context().exit(1)


def _refuse_unknown(app: App, mission: str) -> None:
    known = missions_of(app.accounts)
    if mission not in known:
        raise InvalidMessage(
            f"There is no mission {mission}.{did_you_mean(mission, known)}", remedy="See: ministry-social account list"
        )


def _refuse_other_language(local: LocalText, language: str | None, given: _Given) -> None:
    if language is not None and local.wording.language != language:
        place = local.wording.place
        raise InvalidMessage(
            f"This text says that it is in {local.wording.language}, and --language says {language}.",
            file=given.file,
            line=place.line,
        )


def _first_language(app: App, loaded: Loaded, mission: str) -> str:
    """The language that a mission's account speaks first."""
    owed = desk.owed(loaded.message, app.house(), (mission,))[mission]
    return (owed.languages or next(account.languages for account in app.accounts if account.mission == mission))[0]


def _files(loaded: Loaded) -> tuple[str, ...]:
    return tuple(media.file for media in loaded.message.media)


def _read(file: str | None) -> str:
    """The text in a file, or on standard input: UTF-8, any line ends."""
    if file is not None and file != "-":
        return read_text(Path(file), InvalidMessage)
    if sys.stdin.isatty():
        click.echo("Write the text; Ctrl-D on a line of its own ends it.", err=True)
    try:
        text = sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"Standard input is not UTF-8 (byte {error.start + 1}). Convert it first.") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")
