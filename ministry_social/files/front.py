"""The front matter of a message: the TOML between the +++ lines, and how its values are read.

The readers raise `ValueError` with a sentence that says what is right; who calls them adds file and line.
"""

import re
from typing import Any
from urllib.parse import urlsplit

from ..errors import InvalidMessage
from . import written
from .lines import Toml

DIGEST = re.compile("sha256:[0-9a-f]{12}")


def front_matter(text: str, file: str) -> tuple[Toml, str, int]:
    """The TOML between the +++ lines, the text below, and the line on which that begins."""
    lines = text.split("\n")
    start = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if lines[start].strip() != "+++":
        remedy = 'A message begins with +++ on a line of its own, then id = "...", then +++ again.'
        raise InvalidMessage("There is no front matter.", file=file, line=start + 1, remedy=remedy)
    end = next((number for number in range(start + 1, len(lines)) if lines[number].strip() == "+++"), None)
    if end is None:
        remedy = "Put +++ on a line of its own above the first section."
        raise InvalidMessage("The front matter never ends.", file=file, line=start + 1, remedy=remedy)
    toml = Toml("\n".join(lines[start + 1 : end]), file, InvalidMessage, first=start + 2)
    return toml, "\n".join(lines[end + 1 :]), end + 2


def text(raw: Any) -> str:
    """A text that is not empty."""
    if not isinstance(raw, str) or not raw.strip():
        raise ValueError(f'{raw!r} does not fit here. Write a text between double quotes: "...".')
    return raw


def texts(raw: Any) -> tuple[str, ...]:
    """A list of texts."""
    if not isinstance(raw, list):
        raise ValueError(f'{raw!r} does not fit here. Write a list: ["Briefings", "Interviews"].')
    return tuple(text(one) for one in raw)


def name(raw: Any) -> str:
    """The id of a message."""
    if not written.NAME.fullmatch(text(raw)):
        raise ValueError(f'"{raw}" is no id. Write small letters, digits and hyphens, at most 80: 2026-grain-corridor.')
    return str(raw)


def link(raw: Any) -> str:
    """A web address."""
    parts = urlsplit(text(raw))
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", raw):
        raise ValueError(f'"{raw}" is not an address. Write one that begins with https://.')
    return str(raw)


def variables(raw: Any) -> dict[str, str]:
    """The author's own variables."""
    if not isinstance(raw, dict):
        raise ValueError(f"{raw!r} does not fit here. Write [variables] on a line of its own, names and texts below it.")
    for name, value in raw.items():
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or not isinstance(value, str):
            raise ValueError(f'{name} = {value!r} is no variable. Write a name of small letters and _, and a text: year = "2026".')
    return dict(raw)


def translated(raw: Any, tag: str) -> str:
    """The digest of the source text that the translation into a language was confirmed to say."""
    written.language(tag)
    if not isinstance(raw, str) or not DIGEST.fullmatch(raw):
        raise ValueError(f"{raw!r} is no digest. Remove the line, and let message confirm write it anew.")
    return raw
