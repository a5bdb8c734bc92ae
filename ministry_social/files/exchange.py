"""Files for translators: a message's texts as PO (GNU gettext), one file for each language, and their way back."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InvalidMessage
from ..model.message import Message
from ..model.translation import Unit
from ..rules.exchange import changed_variables
from ..rules.languages import source_digest, units, whole_digest
from . import written
from .body import heading
from .editing import with_confirmed, with_section
from .lines import nearest, read_text

if TYPE_CHECKING:
    from babel.messages import Catalog
    from babel.messages import Message as Entry

__all__ = ["Imported", "merged", "older", "po_text", "read_translation"]

_STRING = r'"(?:[^"\\]|\\.)*"'
_LINE = re.compile(rf"\s*(?:#.*|(msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?)\s+{_STRING}\s*|{_STRING}\s*)?")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # Babel would ask the clock; its header is not written, ours says what matters
_TEXTS = ("headline", "short", "long")
_ON_YOUTUBE = "for youtube "


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What came back: texts by the path of their unit, and the paths that were left out, with the reason."""

    language: str
    texts: Mapping[str, str]
    left_out: Mapping[str, str]


def po_text(message: Message, language: str, notes: Mapping[str, tuple[str, ...]], *, fuzzy: bool) -> str:
    """The file for a translator into a language. `notes` by the path of a unit; `fuzzy` marks what is translated as stale."""
    from babel.messages import Catalog
    from babel.messages.pofile import generate_po

    catalog = Catalog(header_comment="", creation_date=_NEVER)
    for unit in units(message, language):
        was = unit.was.text if unit.was else ""
        entry = catalog.add(
            unit.source.text,
            was,
            locations=[(Path(unit.source.place.file).name, unit.source.place.line)],
            auto_comments=notes[unit.path],
            context=unit.path,
        )
        assert entry is not None
        entry.flags = {"fuzzy"} if was and fuzzy else set()  # not "python-format", which `50 % du` looks like
    return _head(message, language) + "".join(generate_po(catalog, omit_header=True, width=100)).rstrip("\n") + "\n"


def read_translation(path: Path, message: Message) -> Imported:
    """What a translator has sent back, for this very message. Raises `InvalidMessage` with file and line at the first mistake."""
    catalog = _catalog(path)
    _same_source(path, catalog, message)
    language = _language(path, catalog, message)
    wanted = {unit.path: unit for unit in units(message, language)}
    texts: dict[str, str] = {}
    left_out = dict.fromkeys(wanted, "not in the file")
    for entry in catalog:
        if not entry.id:
            continue
        unit = _unit(path, entry, wanted)
        text = str(entry.string).replace("\r\n", "\n").strip("\n")
        if not text.strip() or entry.fuzzy:
            left_out[unit.path] = "marked as fuzzy" if text.strip() else "not translated"
            continue
        _check(path, entry, unit, text)
        texts[unit.path] = text
        del left_out[unit.path]
    if not texts:
        raise InvalidMessage(
            "Nothing in it is translated.", file=str(path), remedy="Fuzzy entries do not count: confirm them first."
        )
    return Imported(language=language, texts=texts, left_out=left_out)


def merged(text: str, message: Message, imported: Imported) -> str:
    """The text of a message's file with what came back: its sections, confirmed where nothing older stands beside them."""
    language = imported.language
    changed = dict(_sections(message, imported))
    for name, section in changed.items():
        text = with_section(text, name, section)
    if older(message, imported):
        return text
    # Once there is a section for the video, its texts are part of what was translated.
    digest = whole_digest(message) if len(changed) > 1 else source_digest(message, language)
    return with_confirmed(text, message.place.file, language, digest)


def older(message: Message, imported: Imported) -> tuple[str, ...]:
    """What was left out and has a translation already, which stays: whether that is right, somebody else must say."""
    there = units(message, imported.language)
    return tuple(unit.path for unit in there if unit.was is not None and unit.path in imported.left_out)


def _sections(message: Message, imported: Imported) -> Iterator[tuple[str, str]]:
    """The sections that an import writes: name and text. What was left out, and what the source has not, stays as it is."""
    language = imported.language
    now = {unit.path: unit.was.text for unit in units(message, language) if unit.was} | dict(_own(message, language))
    now |= imported.texts
    posts = {path: text for path, text in now.items() if not path.startswith(_ON_YOUTUBE)}
    if not any(part in posts for part in _TEXTS):
        sentence = f"None of headline, short and long is translated into {language}."
        raise InvalidMessage(sentence, file=message.place.file, remedy="Translate one of them at least.")
    yield language, _section(sorted(posts.items(), key=lambda one: _rank(one[0])))
    video = [(path.removeprefix(_ON_YOUTUBE), text) for path, text in now.items() if path.startswith(_ON_YOUTUBE)]
    if video:
        yield f"for youtube in {language}", _section(sorted(video, reverse=True))  # title before description


def _head(message: Message, language: str) -> str:
    return (
        f"# The message {message.id}, from {message.source} into {language}.\n"
        "# Lines that begin with #. are notes for you. Send this file back with its header as it is.\n"
        'msgid ""\nmsgstr ""\n'
        f'"Project-Id-Version: {message.id} {whole_digest(message)}\\n"\n'
        f'"Language: {language.replace("-", "_")}\\n"\n'
        '"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n\n'
    )


def _catalog(path: Path) -> "Catalog":
    from babel.messages.pofile import PoFileError, read_po

    lines = read_text(path, InvalidMessage).split("\n")
    _check_lines(path, lines)
    try:
        return read_po(lines, ignore_obsolete=True, abort_invalid=True)
    except PoFileError as error:
        sentence = f"This is not valid PO: {str(error).rpartition(' on ')[0]}."
        raise InvalidMessage(sentence, file=str(path), line=error.lineno + 1) from error
    except (ValueError, LookupError, AttributeError) as error:
        raise InvalidMessage(
            f"This is not valid PO: {error}.", file=str(path), remedy="Save it anew in your translation tool."
        ) from error


def _check_lines(path: Path, lines: list[str]) -> None:
    """Refuse what Babel would pass over: a text without its quotation marks, a translation without its source."""
    before = ""
    for number, line in enumerate(lines, start=1):
        match = _LINE.fullmatch(line)
        if match is None:
            remedy = 'A text stands between double quotes on its line; one within it is written \\".'
            raise InvalidMessage("This line is not PO.", file=str(path), line=number, remedy=remedy)
        keyword = (match[1] or "")[:6]
        if keyword == "msgstr" and before not in ("msgid", "msgid_", "msgstr"):
            raise InvalidMessage("This msgstr stands without its msgid.", file=str(path), line=number, remedy="Export it anew.")
        before = keyword or before


def _same_source(path: Path, catalog: "Catalog", message: Message) -> None:
    """Refuse what translates another message, or another state of its source."""
    here, file = whole_digest(message), message.place.file
    if catalog.project in ("", "PROJECT"):
        sentence = f"This file does not say which message it translates; {file} is {message.id}."
        raise _at(path, "Project-Id-Version", sentence, "Send it back with the header that it was exported with.")
    if catalog.project != message.id:
        sentence = f"This file translates {catalog.project}; {file} is {message.id}."
        raise _at(path, "Project-Id-Version", sentence, "Import it into the message that it was exported from.")
    if catalog.version != here:
        sentence = f"This file translates {message.id} as it was at {catalog.version}; {file} is at {here} now."
        remedy = "Export it anew: what is translated already can be taken over in a translation tool."
        raise _at(path, "Project-Id-Version", sentence, remedy)


def _language(path: Path, catalog: "Catalog", message: Message) -> str:
    try:
        language = written.language((catalog.locale_identifier or "").replace("_", "-"))
    except ValueError as error:
        raise _at(path, "Language", f"Language: {error}") from error
    if language == message.source:
        sentence = f"Its language is {language}, which is the source of {message.place.file}."
        raise _at(path, "Language", sentence, "Write the language of the translation.")
    return language


def _unit(path: Path, entry: "Entry", wanted: Mapping[str, Unit]) -> Unit:
    """The text of the message that an entry translates."""
    unit = wanted.get(entry.context or "")
    if unit is None:
        name = entry.context or "without msgctxt"
        remedy = nearest(name, wanted) or "Leave msgctxt as it was exported."
        raise InvalidMessage(f"The message has no text {name}.", file=str(path), line=entry.lineno, remedy=remedy)
    if entry.id != unit.source.text:
        sentence = f"The source text of {unit.path} (msgid) is not that of the message."
        raise InvalidMessage(sentence, file=str(path), line=entry.lineno, remedy="Leave msgid as it was exported.")
    return unit


def _check(path: Path, entry: "Entry", unit: Unit, text: str) -> None:
    wrong = changed_variables(unit.source.text, text)
    if wrong:
        raise InvalidMessage(f"The translation of {unit.path} {wrong}.", file=str(path), line=entry.lineno)
    headed = next((line for line in text.split("\n") if heading(line)[0]), None)
    if headed is not None:
        sentence = f'In the translation of {unit.path}, "{headed[:30]}" would be a heading of the message.'
        raise InvalidMessage(sentence, file=str(path), line=entry.lineno, remedy="Begin the line with something else than ##.")


def _at(path: Path, header: str, sentence: str, remedy: str = "") -> InvalidMessage:
    """The error to raise where a header stands, else at the first line."""
    lines = read_text(path, InvalidMessage).split("\n")
    found = next((number for number, line in enumerate(lines, start=1) if line.startswith(f'"{header}:')), 1)
    return InvalidMessage(sentence, file=str(path), line=found, remedy=remedy)


def _own(message: Message, language: str) -> Iterator[tuple[str, str]]:
    """The texts of a language that the source does not have."""
    wording = message.wordings.get(language)
    if wording is not None:
        known = {unit.path for unit in units(message, language)}
        every = [(part, getattr(wording, part)) for part in _TEXTS] + [(f"alt {file}", alt) for file, alt in wording.alts.items()]
        yield from ((path, prose.text) for path, prose in every if prose is not None and path not in known)


def _rank(path: str) -> int:
    return _TEXTS.index(path) if path in _TEXTS else len(_TEXTS)


def _section(parts: list[tuple[str, str]]) -> str:
    return "\n".join(f"### {path}\n{text}" for path, text in parts)
