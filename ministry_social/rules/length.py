"""Lengths of texts, in the measure of each platform.

X: weighted characters, as the reference implementation counts them (docs/lengths.md). Facebook and the title of a YouTube video:
characters (Unicode code points). The description of a YouTube video: bytes of UTF-8.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ..model.variant import Counting
from .x_text import LIMIT, weigh

FACEBOOK_TEXT = 63_206  # characters of a post; Facebook's documented longest message
YOUTUBE_TITLE = 100  # characters; developers.google.com/youtube/v3/docs/videos, snippet.title
YOUTUBE_DESCRIPTION = 5_000  # bytes; the same page, snippet.description
YOUTUBE_TAGS = 500  # characters; the same page, snippet.tags[]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a text measures, the most that it may, and whether the platform takes it."""

    length: int
    limit: int
    valid: bool


def measure(text: str, counting: Counting) -> int:
    """The length of a text in the platform's measure."""
    if counting is Counting.X_WEIGHTED:
        return weigh(text)[0]
    if counting is Counting.BYTES:
        return _bytes(text)
    return len(text)


def x_length(text: str) -> Measured:
    """What X counts. Not valid: nothing, more than 280, or one of U+FFFE, U+FEFF and U+FFFF in it."""
    length, accepted = weigh(text)
    return Measured(length=length, limit=LIMIT, valid=accepted and 0 < length <= LIMIT)


def facebook_length(text: str) -> Measured:
    """The text of a post on a page."""
    return Measured(length=len(text), limit=FACEBOOK_TEXT, valid=0 < len(text) <= FACEBOOK_TEXT)


def youtube_title_length(text: str) -> Measured:
    """The title of a video: not empty, and without angle brackets."""
    return Measured(length=len(text), limit=YOUTUBE_TITLE, valid=0 < len(text) <= YOUTUBE_TITLE and not _brackets(text))


def youtube_description_length(text: str) -> Measured:
    """The description of a video, in bytes of UTF-8: may be empty, without angle brackets."""
    length = _bytes(text)
    return Measured(length=length, limit=YOUTUBE_DESCRIPTION, valid=length <= YOUTUBE_DESCRIPTION and not _brackets(text))


def youtube_tags_length(tags: Iterable[str]) -> Measured:
    """The tags of a video together, without angle brackets."""
    tags = tuple(tags)
    length = tags_length(tags)
    return Measured(length=length, limit=YOUTUBE_TAGS, valid=length <= YOUTUBE_TAGS and not any(map(_brackets, tags)))


def tags_length(tags: Iterable[str]) -> int:
    """Characters of all tags as YouTube writes them down: commas between them, quotation marks round one with a space."""
    return len(",".join(f'"{tag}"' if " " in tag else tag for tag in tags))


def _brackets(text: str) -> bool:
    return "<" in text or ">" in text


def _bytes(text: str) -> int:
    # Half a surrogate pair has no UTF-8; it is measured as the three bytes that others write for it.
    return len(text.encode("utf-8", "surrogatepass"))
