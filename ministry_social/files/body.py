"""The body of a message file: `## language` and `## for ...` sections, and their `###` parts."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..errors import InvalidMessage
from ..model.message import Override, Place, Prose, Wording
from . import written
from .lines import nearest

__all__ = ["Body", "heading", "read_body"]

_HEADING = re.compile(r"(#{2,6})\s+(\S.*)")
# Marks that an editor puts around right-to-left text, and that nobody sees.
_INVISIBLE = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"))

_FURTHER = re.compile(r"wording ([0-9]{1,3})")
_TEXTS = ("headline", "short", "long")
# What a section for a platform can hold. X has none: the same text on all accounts is what X forbids.
_FOR = {
    "youtube": ("title", "description", "tags"),
    "facebook": _TEXTS,
}
_IN_LANGUAGE = ("title", "description")  # of `## for youtube in fr`


@dataclass(frozen=True, kw_only=True)
class Body:
    """What stands below the front matter."""

    wordings: dict[str, Wording]
    overrides: tuple[Override, ...]
    more: dict[str, tuple[Wording, ...]] = field(default_factory=dict)


@dataclass(kw_only=True)
class _Part:
    """A `###` heading with the lines below it."""

    name: str
    place: Place
    lines: list[tuple[int, str]] = field(default_factory=list)

    def prose(self) -> Prose:
        """The text without empty lines around it; its place is its first line."""
        lines = list(self.lines)
        while lines and not lines[0][1].strip():
            lines.pop(0)
        while lines and not lines[-1][1].strip():
            lines.pop()
        if not lines:
            raise _wrong(f"### {self.name} has no text.", self.place, "Write it below the heading, or remove the heading.")
        text = "\n".join(line.rstrip() for _, line in lines)
        return Prose(text=text, place=Place(file=self.place.file, line=lines[0][0]))


@dataclass(kw_only=True)
class _Section:
    """A `##` heading with its parts."""

    name: str
    place: Place
    parts: list[_Part] = field(default_factory=list)


def read_body(text: str, file: str, *, first: int = 1, files: Iterable[str] | None = None) -> Body:
    """The sections of a text whose first line is line `first` of the file.

    `files` are the media that an alt text can describe (None: any). Lines above the first `##` heading are notes, and ignored.
    """
    known = None if files is None else tuple(files)
    found: dict[str, dict[int, Wording]] = {}
    overrides: dict[str, Override] = {}
    for section in _sections(text, file, first):
        if section.name.startswith("for ") or section.name == "for":
            override = _override(section)
            name = f"{override.target} in {override.language}" if override.language else override.target
            _once(name in overrides, f"## for {name}", section.place)
            overrides[name] = override
        else:
            wording = _wording(section, known)
            of_language = found.setdefault(wording.language, {})
            _once(wording.number in of_language, f"## {section.name}", section.place)
            of_language[wording.number] = wording
    wordings, more = _in_turn(found)
    for override in overrides.values():
        if override.language and override.language not in wordings:
            remedy = f"Add a section: ## {override.language}"
            raise _wrong(f"There is no text in {override.language}, the language of this section.", override.place, remedy)
    return Body(wordings=wordings, overrides=tuple(overrides.values()), more=more)


def heading(line: str) -> tuple[str, str]:
    """The signs and the name of a heading, `##` and `en`; two empty texts where the line is none."""
    match = _HEADING.fullmatch(line.translate(_INVISIBLE).strip())
    return (match[1], " ".join(match[2].split())) if match else ("", "")


def _sections(text: str, file: str, first: int) -> Iterator[_Section]:
    section: _Section | None = None
    for number, line in enumerate(text.split("\n"), start=first):
        place = Place(file=file, line=number)
        signs, name = heading(line)
        if not signs:
            _text_line(section, number, line, place)
        elif signs == "##":
            if section is not None:
                yield section
            section = _Section(name=name, place=place)
        elif signs == "###":
            if section is None:
                raise _wrong(f"### {name} stands above any section.", place, "Put a language above it, such as: ## en")
            section.parts.append(_Part(name=name, place=place))
        else:
            raise _wrong(f"{signs} is no heading here.", place, "Sections begin with ##, their parts with ###.")
    if section is not None:
        yield section


def _text_line(section: _Section | None, number: int, line: str, place: Place) -> None:
    if section is None:
        return
    if section.parts:
        section.parts[-1].lines.append((number, line))
    elif line.strip():
        remedy = "Put a heading above it, such as: ### short"
        raise _wrong(f"This text stands below ## {section.name}, but in none of its parts.", place, remedy)


def _in_turn(found: dict[str, dict[int, Wording]]) -> tuple[dict[str, Wording], dict[str, tuple[Wording, ...]]]:
    """The first wording in each language, and the further ones, numbered without a gap."""
    for language, numbered in found.items():
        for expected, number in enumerate(sorted(numbered), start=1):
            if number != expected:
                lacking = f"## {language}" if expected == 1 else f"## {language}, wording {expected}"
                sentence = f"There is a wording {number} in {language}, but no wording {expected}."
                raise _wrong(sentence, numbered[number].place, f"Number them one after the other: the next one is {lacking}.")
    more = {language: tuple(numbered[n] for n in sorted(numbered)[1:]) for language, numbered in found.items() if len(numbered) > 1}
    return {language: numbered[1] for language, numbered in found.items()}, more


def _wording(section: _Section, files: tuple[str, ...] | None) -> Wording:
    language, number = _named(section)
    texts: dict[str, Prose] = {}
    alts: dict[str, Prose] = {}
    for part in section.parts:
        word, _, file = part.name.partition(" ")
        if word == "alt":
            _known_file(part, file, files)
            _once(file in alts, f"### alt {file}", part.place)
            alts[file] = part.prose()
        else:
            _known_part(part, (*_TEXTS, "alt FILE"))
            _once(part.name in texts, f"### {part.name}", part.place)
            texts[part.name] = part.prose()
    if not texts:
        raise _wrong(f"## {section.name} has no text.", section.place, "Add ### short, ### long or ### headline below it.")
    return Wording(language=language, place=section.place, number=number, alts=alts, **texts)


def _named(section: _Section) -> tuple[str, int]:
    """The language of a section, and which of its wordings it is: `en` is the first, `en, wording 2` the next."""
    tag, comma, behind = section.name.partition(",")
    if not comma:
        return _language(section, section.name), 1
    match = _FURTHER.fullmatch(behind.strip())
    if match is None:
        remedy = f"A further wording of a language is written: ## {tag.strip()}, wording 2"
        raise _wrong(f"## {section.name} is no section.", section.place, remedy)
    language, number = _language(section, tag.strip()), int(match[1])
    if number < 2:
        raise _wrong("The first wording has no number; further ones count from 2.", section.place, f"Write: ## {language}")
    return language, number


def _language(section: _Section, tag: str) -> str:
    try:
        return written.language(tag)
    except ValueError as error:
        remedy = "Sections are named after a language (## en, ## ar), or: ## for youtube, ## for account NAME."
        raise _wrong(f"## {section.name} is no section: {tag} is not a language tag.", section.place, remedy) from error


def _override(section: _Section) -> Override:
    target = section.name.removeprefix("for").strip()
    language = ""
    if target.startswith("youtube in "):
        target, language = "youtube", _language(section, target.removeprefix("youtube in "))
    kind, _, name = target.partition(" ")
    if kind == "account" and written.NAME.fullmatch(name):
        possible: tuple[str, ...] = (*_TEXTS, "title", "description", "tags")
    elif language:
        possible = _IN_LANGUAGE
    elif target in _FOR:
        possible = _FOR[target]
    elif target == "x":
        remedy = "Write the text below its language, or for one account: ## for account embassy-ankara"
        raise _wrong("## for x would put one text on all accounts on X, which X forbids.", section.place, remedy)
    else:
        remedy = nearest(target, _FOR) or "Possible: ## for youtube, ## for facebook, ## for account NAME."
        raise _wrong(f"## for {target} names no platform and no account.", section.place, remedy)
    parts: dict[str, Prose] = {}
    for part in section.parts:
        _known_part(part, possible)
        _once(part.name in parts, f"### {part.name}", part.place)
        parts[part.name] = part.prose()
    if not parts:
        raise _wrong(f"## {section.name} has no parts.", section.place, f"Possible: {', '.join(possible)}.")
    return Override(target=target, place=section.place, parts=parts, language=language)


def _known_part(part: _Part, possible: tuple[str, ...]) -> None:
    if part.name not in possible:
        raise _wrong(f"There is no part ### {part.name} here.", part.place, nearest(part.name, possible))


def _known_file(part: _Part, file: str, files: tuple[str, ...] | None) -> None:
    if not file:
        raise _wrong("### alt names no file.", part.place, "Write the file's name behind it: ### alt minister.jpg")
    if files is not None and file not in files:
        remedy = nearest(file, files) if files else f'Name it in the front matter: [[media]] and file = "{file}".'
        raise _wrong(f"{file} is not among the message's media.", part.place, remedy)


def _once(twice: bool, heading: str, place: Place) -> None:
    if twice:
        raise _wrong(f"{heading} stands here a second time.", place, "Join the two, or remove one.")


def _wrong(sentence: str, place: Place, remedy: str = "") -> InvalidMessage:
    return InvalidMessage(sentence, file=place.file, line=place.line, remedy=remedy)
