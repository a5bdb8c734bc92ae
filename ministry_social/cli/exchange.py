"""`message export` and `message import`: texts to translators, and back."""

from functools import partial
from pathlib import Path

import click

from ..errors import InvalidMessage
from ..files import messages, written
from ..files.editing import rewrite
from ..files.exchange import merged, older, po_text, read_translation
from ..model.message import Message
from ..model.translation import Translated
from ..rules.exchange import notes
from ..rules.languages import in_languages, units
from . import show
from .options import message_file, open_app


@click.command("export")
@click.argument("file", type=message_file)
@click.option("--language", "tag", required=True, metavar="TAG", help="Into which language, such as fr.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file to write. Default: standard output.")
def export(file: Path, tag: str, output: Path | None) -> None:
    """Write a message's texts for a translator, as a PO file.

    One file for each language; Poedit, OmegaT, Weblate and others open it. What is translated already stands in it.

    \b
    Example:
      ministry-social message export grain.md --language fr -o grain.fr.po
    """
    app, message = open_app(), messages.load_message(file)
    language = _target(message, tag)
    limits = {account.platform: app.platforms[account.platform].limits(account) for account in app.accounts}
    told = {unit.path: notes(message, unit, limits) for unit in units(message, language)}
    states = {one.language: one.state for one in in_languages(message, app.accounts)}
    text = po_text(message, language, told, fuzzy=states.get(language) is Translated.STALE)
    if output is None:
        click.echo(text, nl=False)
        return
    _write_new(output, text)
    click.echo(f"{output}: {show.number(len(told), 'text')} of {message.id}, from {message.source} into {language}.")


@click.command("import")
@click.argument("file", type=message_file)
@click.argument("translation", metavar="PO", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(file: Path, translation: Path) -> None:
    """Take a translator's PO file into the message that it was exported from.

    It writes the section of that language, and nothing else, and confirms it. Refused is what translates another message,
    another state of the source, or has lost a {{ variable }}. What is fuzzy or not translated is left out.

    \b
    Example:
      ministry-social message import grain.md grain.fr.po
    """
    message = messages.load_message(file)
    imported = read_translation(translation, message)
    rewrite(file, partial(merged, message=message, imported=imported))
    language = imported.language
    click.echo(f"{file}: {language} has {', '.join(imported.texts)} from {translation}.")
    for path, why in imported.left_out.items():
        click.echo(f"Left out  {path}: {why}")
    if kept := older(message, imported):
        how = f"ministry-social message confirm {file} --language {language}"
        click.echo(f"Not confirmed: {', '.join(kept)} stands as it was.   When it is right: {how}")
    else:
        click.echo(f"Confirmed: {language} says what {message.source} says now.")


def _target(message: Message, tag: str) -> str:
    try:
        language = written.language(tag)
    except ValueError as wrong:
        raise click.BadParameter(str(wrong), param_hint="--language") from wrong
    if language == message.source:
        raise InvalidMessage(f"{language} is the source of {message.place.file}.", remedy="Name the language to translate into.")
    return language


def _write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet: a translator's work is never overwritten."""
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise InvalidMessage(
            "This file is there already.", file=str(path), remedy="Choose another name, or remove it first."
        ) from None
    except OSError as error:
        raise InvalidMessage(f"It cannot be written: {error.strerror}.", file=str(path)) from error
