"""A post's text as its readers see it: paragraphs with their lines, and in them what can be clicked."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

# What YouTube and Facebook make clickable: an address with its scheme, without the punctuation after it.
_ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\"'.,;:!?)\]}،؛؟。，、！？：；）」』】]")
_MARKED = re.compile(r"(?<![\w/&])[#@]\w+")
_BLANK = re.compile(r"\n[^\S\n]*\n\s*")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Some words: plain, or a link (`address`), or a hashtag or mention (`mark`)."""

    words: str
    address: str = ""
    mark: str = ""


Line = list[Piece]
Paragraph = list[Line]


def plain(text: str) -> list[Paragraph]:
    """A text of Facebook or YouTube."""
    pieces, done = [], 0
    for found in _ADDRESS.finditer(text):
        pieces += [Piece(words=text[done : found.start()]), Piece(words=found.group(), address=found.group())]
        done = found.end()
    return _paragraphs([*pieces, Piece(words=text[done:])])


def of_x(shown: str, urls: Sequence[dict[str, Any]]) -> list[Paragraph]:
    """A text of X: its t.co links become what X shows for them; the link to the post's own media is not shown."""
    pieces, done = [], 0
    for start in sorted({row["start"] for row in urls}):
        row = next(row for row in urls if row["start"] == start)
        pieces.append(Piece(words=html.unescape(shown[done:start])))
        if "media_key" not in row:
            pieces.append(Piece(words=row["display_url"], address=row["expanded_url"]))
        done = row["end"]
    return _paragraphs([*pieces, Piece(words=html.unescape(shown[done:]))])


def _paragraphs(pieces: list[Piece]) -> list[Paragraph]:
    """Cut at blank lines into paragraphs and at line ends into lines; what is empty at either end goes."""
    found: list[Paragraph] = [[[]]]
    for piece in pieces:
        if piece.address:
            found[-1][-1].append(piece)
            continue
        for number, part in enumerate(_BLANK.split(piece.words.replace("\r\n", "\n"))):
            if number:
                found.append([[]])
            for row, line in enumerate(part.split("\n")):
                if row:
                    found[-1].append([])
                found[-1][-1] += _marked(line)
    trimmed = [_trim(paragraph) for paragraph in found]
    return [paragraph for paragraph in trimmed if paragraph]


def _marked(line: str) -> Iterator[Piece]:
    done = 0
    for found in _MARKED.finditer(line):
        if found.start() > done:
            yield Piece(words=line[done : found.start()])
        yield Piece(words=found.group(), mark=found.group()[0])
        done = found.end()
    if done < len(line):
        yield Piece(words=line[done:])


def _trim(paragraph: Paragraph) -> Paragraph:
    lines = list(paragraph)
    while lines and not _says(lines[-1]):
        lines.pop()
    while lines and not _says(lines[0]):
        lines.pop(0)
    return lines


def _says(line: Line) -> bool:
    return any(piece.words.strip() for piece in line)
