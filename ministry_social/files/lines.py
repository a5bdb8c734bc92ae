"""TOML that knows its lines, so that a mistake is reported where a person made it.

`tomllib` gives values without positions. Its grammar is used here a second time, statement by statement: a statement
(one table header, or one key with its value over as many lines as it takes) is the shortest run of lines that is valid
TOML alone. So there is no second grammar to keep right.
"""

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..errors import MinistryError
from ..model.message import Place

Keys = tuple[str | int, ...]

_AT = re.compile(r"^(?P<what>.*) \((?:at line (?P<line>\d+), column (?P<column>\d+)|at end of document)\)$", re.DOTALL)
# What helps against the mistakes that people make most, by what tomllib says.
_REMEDIES = {
    "Invalid value": 'A text stands between double quotes: name = "value".',
    "Expected '=' after a key in a key/value pair": 'Write one setting per line: name = "value".',
    "Cannot overwrite a value": "This name stands here twice: remove one.",
    "Unclosed array": "Close the list with ].",
    "Unescaped '\\' in a string": "Write \\\\ for one backslash.",
    "Illegal character '\\n'": 'Close the text with a double quote (") on its line.',
}


class Toml:
    """Values of one TOML text, and the line of each. `first` is the line of the file on which the text begins."""

    def __init__(self, text: str, file: str, error: type[MinistryError], *, first: int = 1) -> None:
        self.file = file
        self._error = error
        self._first = first
        self._text = text
        self._lines: dict[Keys, int] | None = None
        self.values = self._parse()

    def place(self, *path: str | int) -> Place:
        """Where a value stands; of an absent one, where its nearest known surroundings begin."""
        if self._lines is None:
            self._lines = dict(_positions(self._text))
        known = path
        while known and known not in self._lines:
            known = known[:-1]
        return Place(file=self.file, line=self._first + self._lines.get(known, 1) - 1)

    def problem(self, sentence: str, *path: str | int, remedy: str = "") -> MinistryError:
        """The error to raise for the value at `path`."""
        place = self.place(*path)
        return self._error(sentence, file=place.file, line=place.line, remedy=remedy)

    def check_names(self, found: Mapping[str, Any], known: Iterable[str], what: str, *path: str | int) -> None:
        """Refuse a name that is not known, with the nearest that is. `what` is "setting", "section" ..."""
        known = tuple(known)
        for name in found:
            if name not in known:
                raise self.problem(f"Unknown {what} {name}.", *path, name, remedy=nearest(name, known))

    def _parse(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            match = _AT.match(str(error))
            what = match["what"] if match else str(error)
            line = int(match["line"]) if match and match["line"] else _left_open(self._text)
            raise self._error(
                f"This is not valid TOML: {what}.",
                file=self.file,
                line=self._first + line - 1,
                remedy=next((hint for start, hint in _REMEDIES.items() if what.startswith(start)), ""),
            ) from error


def read_text(path: Path, error: type[MinistryError], *, most: int = 1 << 20) -> str:
    """The text of a file that a person wrote: UTF-8, with or without BOM, any line ends. `most` is in bytes."""
    try:
        if path.stat().st_size > most:
            raise error(f"This file is larger than {most:,} bytes; is it a text?", file=str(path))
        data = path.read_bytes()
    except OSError as problem:
        raise error(f"It cannot be read: {problem.strerror}.", file=str(path)) from problem
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data[: problem.start].count(b"\n") + 1
        remedy = "Save the file as UTF-8 in your editor."
        raise error("This is not UTF-8 text.", file=str(path), line=line, remedy=remedy) from problem
    return text.replace("\r\n", "\n").replace("\r", "\n")


def nearest(name: str, known: Iterable[str]) -> str:
    """A remedy for a name that does not exist: the nearest one that does, or all where there are few."""
    known = tuple(known)
    close = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {close[0]}?"
    return f"Possible: {', '.join(known)}." if len(known) <= 30 else ""


def _positions(text: str) -> Iterator[tuple[Keys, int]]:
    """Each path of a valid TOML text with the line (from 1) of the statement that first names it."""
    found: dict[Keys, int] = {}
    counts: dict[Keys, int] = {}
    table: Keys = ()
    for line, statement in _statements(text):
        value = tomllib.loads(statement)
        if statement.lstrip().startswith("["):
            table = _header(value, counts)
            for end in range(1, len(table) + 1):
                found.setdefault(table[:end], line)
        else:
            for path in _paths(value):
                found.setdefault(table + path, line)
    yield from found.items()


def _statements(text: str) -> Iterator[tuple[int, str]]:
    held: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        held.append(line)
        statement = "\n".join(held) + "\n"
        try:
            value = tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue
        if value:
            yield number - len(held) + 1, statement
        held = []


def _left_open(text: str) -> int:
    """The line (from 1) of the statement that never ends, in a text whose end comes too early."""
    start = 1
    lines = text.split("\n")
    for end in range(1, len(lines) + 1):
        try:
            tomllib.loads("\n".join(lines[start - 1 : end]) + "\n")
        except tomllib.TOMLDecodeError:
            continue
        start = end + 1
    return min(start, len(lines))


def _header(value: Any, counts: dict[Keys, int]) -> Keys:
    """The path of a table header; where a part of it is an array of tables, with the index of its latest element."""
    path: Keys = ()
    while isinstance(value, dict) and value:
        [(name, value)] = value.items()
        path += (name,)
        if isinstance(value, list):
            counts[path] = counts.get(path, 0) + 1
            value = value[0]
        if path in counts:
            path += (counts[path] - 1,)
    return path


def _paths(value: Any) -> Iterator[Keys]:
    pairs: Iterable[tuple[str | int, Any]]
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, list):
        pairs = enumerate(value)
    else:
        return
    for name, inner in pairs:
        yield (name,)
        for path in _paths(inner):
            yield (name, *path)
