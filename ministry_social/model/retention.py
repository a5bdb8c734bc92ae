"""Retention: how long what is kept, what is due to go, and what must stay because of the law."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Record(StrEnum):
    """A class of records with a time of its own."""

    MEDIA = "media"  # pictures, videos, captions
    WORDS = "words"  # payloads: what was sent, word by word
    ANSWERS = "answers"  # what platforms have answered
    COPIES = "copies"  # what stood there before it was taken down
    MESSAGES = "messages"  # message files and missions' texts as they were taken in


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """How long each class is kept after the last thing that happened to its message; None: for ever."""

    keep: Mapping[Record, timedelta | None]


@dataclass(frozen=True, kw_only=True)
class Due:
    """Records of one message and class that are due to go: blobs of the store, and files of the media folder."""

    message: str
    record: Record
    blobs: tuple[str, ...]
    media: tuple[str, ...]
    since: datetime

    @property
    def digests(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.blobs, *self.media)


@dataclass(frozen=True, kw_only=True)
class LegalHold:
    """Nothing of this message or account goes. `entry` is where it is on record."""

    scope: str
    value: str
    reason: str
    by: str
    at: datetime
    entry: int


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What a schedule means now: what is due, what is held, and up to which entry that was looked at."""

    due: tuple[Due, ...]
    holds: tuple[LegalHold, ...]
    held: tuple[str, ...]
    entry: int
