"""Texts as X weighs them: twitter-text configuration version 3, emoji and addresses included.

Source: GitHub twitter/twitter-text, config/v3.json, and the behaviour of npm `twitter-text` 3.1.0 (docs/lengths.md).
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from .x_tables import FLAGS, PRESENTED, TONED
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


def normal(text: str) -> str:
    """The form that is counted: NFC. Two surrogates that make a character are one, as they were in UTF-16."""
    if _SURROGATE.search(text):
        text = _joined(text)
    return unicodedata.normalize("NFC", text)


def _plain(text: str) -> int:
    """The weight of a text without addresses."""
    emoji = 0
    if _JOINING.search(text):
        text, emoji = _sequences().subn("", text)
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
        for match in _sequences().finditer(text):
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


def _class(ranges: Iterable[str]) -> str:
    """The inside of a character class from hexadecimal ranges."""
    return "".join("-".join(rf"\U{int(point, 16):08x}" for point in each.split("-")) for each in ranges)


@cache
def _sequences() -> re.Pattern[str]:
    """Emoji of several characters, as Unicode Emoji 11.0 has them: newer ones count by their parts.

    Compiled when first needed: that takes milliseconds.
    """
    tone, join, show = "[\U0001f3fb-\U0001f3ff]", "\u200d", "\ufe0f"
    man, woman, boy, girl = "\U0001f468", "\U0001f469", "\U0001f466", "\U0001f467"
    adult, child = f"[{man}{woman}]", f"[{boy}{girl}]"
    sign = f"{join}[\u2640\u2642]{show}"  # the female and the male sign
    # Objects that make a profession: with U+FE0F staff, scales and plane; without it the others, from rice to red hair.
    shown_objects = "\u2695\u2696\u2708"
    objects = (
        "\U0001f33e\U0001f373\U0001f393\U0001f3a4\U0001f3a8\U0001f3eb\U0001f3ed\U0001f4bb\U0001f4bc\U0001f527\U0001f52c"
        "\U0001f680\U0001f692\U0001f9b0-\U0001f9b3"
    )
    # Those who act: with a sign they need a tone or U+FE0F, or may have a tone, or have none.
    shown_people = "\U0001f3cb\U0001f3cc\U0001f574\U0001f575\u26f9"
    people = (
        "\U0001f3c3\U0001f3c4\U0001f3ca\U0001f46e\U0001f471\U0001f473\U0001f477\U0001f481\U0001f482\U0001f486\U0001f487"
        "\U0001f645-\U0001f647\U0001f64b\U0001f64d\U0001f64e\U0001f6a3\U0001f6b4-\U0001f6b6\U0001f926\U0001f935"
        "\U0001f937-\U0001f939\U0001f93d\U0001f93e\U0001f9b8\U0001f9b9\U0001f9d6-\U0001f9dd"
    )
    crowds = "\U0001f46f\U0001f93c\U0001f9de\U0001f9df"
    heart, kiss = f"{join}\u2764{show}{join}", f"\U0001f48b{join}"
    couple = f"(?:{man}{heart}(?:{kiss})?{man}|{woman}{heart}(?:{kiss})?{adult})"
    parents = f"(?:{man}{join}{adult}|{woman}{join}{woman}|{adult})"
    family = f"{parents}{join}(?:{boy}{join}{boy}|{girl}{join}{child}|{child})"
    nations = "|".join("".join(chr(0xE0000 + ord(letter)) for letter in name) for name in ("gbeng", "gbsct", "gbwls"))
    flags = "|".join(f"{first}[{seconds}]" for first, seconds in _flags().items())
    both = set(_points(TONED)) & set(_points(PRESENTED))
    kinds = [
        f"{adult}{tone}?{join}(?:[{shown_objects}]{show}|[{objects}])",
        f"[{shown_people}](?:{tone}|{show}){sign}",
        f"[{people}]{tone}?{sign}",
        f"[{crowds}]{sign}",
        couple,
        family,
        f"\U0001f3f3{show}{join}\U0001f308",  # rainbow flag
        f"\U0001f3f4{join}\u2620{show}",  # pirate flag
        f"\U0001f441{join}\U0001f5e8",  # witness
        f"[#*0-9]{show}?\u20e3",  # keycaps
        f"[{''.join(map(chr, sorted(both)))}]{show}{tone}?",
        f"[{_class(TONED)}]{tone}",
        f"[{_class(PRESENTED)}]{show}",
        f"\U0001f3f4(?:{nations})\U000e007f",
        flags,
    ]
    heads = f"#*0-9\U0001f1e6-\U0001f1ff{adult[1:-1]}{crowds}{people}\U0001f3f4{_class(TONED)}{_class(PRESENTED)}"
    # A look at the first character spares trying each kind at every character.
    return re.compile(f"(?=[{heads}])(?:{'|'.join(kinds)})")


def _flags() -> dict[str, str]:
    """The second halves of flags under the first."""
    pairs: dict[str, str] = {}
    for first, second in FLAGS:
        letter, other = (chr(0x1F1E6 + ord(each) - ord("A")) for each in (first, second))
        pairs[letter] = pairs.get(letter, "") + other
    return pairs


def _points(ranges: Iterable[str]) -> Iterable[int]:
    for each in ranges:
        low, _, high = each.partition("-")
        yield from range(int(low, 16), int(high or low, 16) + 1)
