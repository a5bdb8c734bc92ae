"""Translations: how each language of a message stands, and what is handed to translators."""

from dataclasses import dataclass
from enum import StrEnum

from .message import Prose


class Translated(StrEnum):
    """How a message stands in one language. docs/languages.md has a line for each."""

    SOURCE = "source"
    TRANSLATED = "translated"
    STALE = "stale"
    MISSING = "missing"
    NOT_NEEDED = "not needed"


@dataclass(frozen=True, kw_only=True)
class InLanguage:
    """A message in one language; `accounts` are those that it is for: addressed, of this language, without words of their own."""

    language: str
    state: Translated
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Unit:
    """One text to be translated.

    path  names it: `short`, `alt minister.jpg`, `for youtube title`
    was   its translation so far
    """

    path: str
    source: Prose
    was: Prose | None = None
