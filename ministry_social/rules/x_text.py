"""Texts as X weighs them: twitter-text configuration version 3, emoji and addresses included.

Source: GitHub twitter/twitter-text, config/v3.json, and the behaviour of npm `twitter-text` 3.1.0 (docs/lengths.md).
"""

import re
import unicodedata
from collections.abc import Iterable

from .x_emoji import sequences
from .x_urls import addresses

LIMIT = 280  # maxWeightedTweetLength
ADDRESS = 23  # transformedURLLength
EMOJI = 2  # defaultWeight of 200, in a scale of 100
_INVALID = ("\ufffe", "\ufeff", "\uffff")

# The ranges of weight 100: a character in them counts 1, every other one 2.
_HEAVY = re.compile("[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
# An emoji of one character weighs 2 like any character beyond the ranges, so that only these make a difference.
_JOINING = re.compile("[\u200d\u20e3\ufe0f\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff\U000e007f]")


def weigh(text: str) -> tuple[int, bool]:
    """The weighted length of a text, and whether it has only characters that X accepts."""
    if text.isascii():
        return (_with_addresses(text) if "." in text else len(text)), True
    text = normal(text)
    valid = not any(character in text for character in _INVALID)
    return (_with_addresses(text) if "." in text else _plain(text)), valid


def has_address(text: str) -> bool:
    """Whether X sees an address in a text: it links it, and bills the post as one with a link."""
    return "." in text and bool(addresses(_units(normal(text))))


def normal(text: str) -> str:
    """The form that is counted: NFC. Two surrogates that make a character are one, as they were in UTF-16."""
    if _SURROGATE.search(text):
        text = _joined(text)
    return unicodedata.normalize("NFC", text)


def _plain(text: str) -> int:
    """The weight of a text without addresses."""
    emoji = 0
    if _JOINING.search(text):
        text, emoji = sequences().subn("", text)
    # Whatever is not heavy counts 1, the rest 2.
    return 2 * len(text) - len(_HEAVY.sub("", text)) + EMOJI * emoji


def _with_addresses(text: str) -> int:
    """The weight where a dot may stand in an address: addresses first, then emoji, then characters."""
    units = _units(text)
    found = addresses(units)
    if not found:
        return _plain(text)
    spans = {start: (length, EMOJI) for start, length in _emoji(text)} | {start: (length, ADDRESS) for start, length in found}
    weight = at = 0
    between = []
    for start in sorted(spans):
        # The reference goes from left to right: what begins inside something that counted already is never looked at.
        if start >= at:
            length, counts = spans[start]
            between.append(units[at:start])
            weight += counts
            at = start + length
    between.append(units[at:])
    # Spaces keep halves of characters apart; they do not count.
    return weight + _characters(" ".join(between)) - (len(between) - 1)


def _emoji(text: str) -> Iterable[tuple[int, int]]:
    """Where emoji of several characters begin, and their lengths, in UTF-16 units."""
    if _JOINING.search(text):
        for match in sequences().finditer(text):
            yield _unit_length(text[: match.start()]), _unit_length(match[0])


def _characters(units: str) -> int:
    text = _joined(units) if _SURROGATE.search(units) else units
    return 2 * len(text) - len(_HEAVY.sub("", text))


def _units(text: str) -> str:
    """A text as a row of UTF-16 units."""
    return text if text.isascii() else _ASTRAL.sub(_split, text)


def _unit_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _split(match: re.Match[str]) -> str:
    beyond = ord(match[0]) - 0x10000
    return chr(0xD800 + (beyond >> 10)) + chr(0xDC00 + (beyond & 0x3FF))


def _joined(units: str) -> str:
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
