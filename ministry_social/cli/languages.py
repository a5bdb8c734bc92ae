"""`message languages` and `message confirm`: which translations there are, and which of them say what the source says."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from ..errors import InvalidMessage
from ..files import messages
from ..files.editing import rewrite, with_confirmed
from ..model.message import Message
from ..model.translation import InLanguage, Translated
from ..rules.languages import in_languages, source_digest
from . import show
from .options import did_you_mean, json_option, message_file, open_app, print_json


@click.command()
@click.argument("files", metavar="[FILE]...", nargs=-1, type=message_file)
@json_option
def languages(files: tuple[Path, ...], as_json: bool) -> None:
    """Show how messages stand in each language.

    A language is source, translated, stale (the source has changed since), missing, or not needed. Without FILE: all
    messages in the ministry's folder messages/.

    \b
    Examples:
      ministry-social message languages
      ministry-social message languages grain.md
    """
    app = open_app()
    paths = files or tuple(sorted((app.settings.folder / "messages").glob("*.md")))
    read = [(path, messages.load_message(path)) for path in paths]
    stand = [(path, message, in_languages(message, app.accounts)) for path, message in read]
    if as_json:
        print_json([_row(path, message, one) for path, message, found in stand for one in found])
    elif not stand:
        click.echo("There is no message yet.   ministry-social message new --from statement")
    elif len(stand) == 1:
        _list(stand[0][2])
    else:
        _matrix([(message.id, found) for _, message, found in stand])
    if not as_json:
        _tell_stale(stand)


@click.command()
@click.argument("file", type=message_file)
@click.option(
    "--language",
    "tags",
    required=True,
    multiple=True,
    metavar="TAG",
    help="Which translation, such as ar. Several times for several.",
)
def confirm(file: Path, tags: tuple[str, ...]) -> None:
    """Confirm that a translation says what the source says now.

    It writes one line into the message, under [translated]: the digest of the source text. When the source changes, the
    translation is stale and blocks, until it is confirmed again.

    \b
    Example:
      ministry-social message confirm grain.md --language ar
    """
    message = messages.load_message(file)
    for tag in dict.fromkeys(tags):
        if tag == message.source or tag not in message.wordings:
            raise _no_translation(message, file, tag)
    for tag in dict.fromkeys(tags):
        digest = source_digest(message, tag)
        rewrite(file, partial(with_confirmed, file=str(file), language=tag, digest=digest))
        click.echo(f"{file}: {tag} says what {message.source} says now ({digest}).")


def _no_translation(message: Message, file: Path, tag: str) -> InvalidMessage:
    there = [one for one in message.wordings if one != message.source]
    what = "is the source itself" if tag == message.source else "has no section here"
    remedy = f"Translations: {', '.join(there) or 'none'}.{did_you_mean(tag, there)}"
    return InvalidMessage(f"{tag} {what}.", file=str(file), remedy=remedy)


def _row(path: Path, message: Message, one: InLanguage) -> dict[str, Any]:
    place = message.wordings[one.language].place if one.language in message.wordings else None
    return {
        "message": message.id, "file": str(path), "line": place.line if place else None, "language": one.language,
        "state": one.state.value, "accounts": list(one.accounts),
    }  # fmt: skip


def _list(found: tuple[InLanguage, ...]) -> None:
    show.table([[one.language, one.state.value, show.some(one.accounts)] for one in found], ["language", "state", "for"])


def _matrix(found: list[tuple[str, tuple[InLanguage, ...]]]) -> None:
    """One line for each message, one column for each language that any of them has or lacks."""
    states = [(name, {one.language: one.state for one in each}) for name, each in found]
    said = {tag: None for _, each in states for tag, state in each.items() if state is not Translated.NOT_NEEDED}
    rows = [[name, *(each.get(tag, Translated.NOT_NEEDED).value for tag in said)] for name, each in states]
    show.table(rows, ["message", *said])


def _tell_stale(stand: list[tuple[Path, Message, tuple[InLanguage, ...]]]) -> None:
    for path, message, found in stand:
        for one in found:
            if one.state is Translated.STALE:
                line = message.wordings[one.language].place.line
                click.echo(
                    f"{path}:{line}  {one.language} is stale: {message.source} has changed since it was translated."
                    f"   ministry-social message confirm {path} --language {one.language}"
                )
