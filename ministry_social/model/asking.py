"""Asking: what a mission is to write of a message, by when, and how far it has come."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .account import Account


class Answer(StrEnum):
    """How a mission stands with its local text. docs/local-texts.md has a line for each."""

    OWES = "owes"
    ASKED = "asked"
    LATE = "late"
    WRITTEN = "written"
    WRITTEN_LATE = "written late"


@dataclass(frozen=True, kw_only=True)
class Owed:
    """What one mission is to write.

    accounts   those that would say it; none where the mission is not addressed, or has no such account
    languages  those in which it may be written, the first one first
    zone       the mission's own time zone
    otherwise  a sentence for each of its addressed accounts: what that does without it, as things stand
    """

    mission: str
    accounts: tuple[Account, ...]
    languages: tuple[str, ...]
    zone: str
    otherwise: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """That a mission was asked, the last time that it was. `until` is the deadline, `by` the person who asked."""

    until: datetime
    at: datetime
    by: str


@dataclass(frozen=True, kw_only=True)
class Written:
    """That a mission wrote, the last time that it did. `digest` is the SHA-256 of the whole text, hex."""

    digest: str
    at: datetime
    by: str
    late: bool


@dataclass(frozen=True, kw_only=True)
class Reply:
    """How one mission stands. `written` is None where no text is there, or where a text is that nobody has on record."""

    owed: Owed
    answer: Answer
    asked: Asked | None = None
    written: Written | None = None
