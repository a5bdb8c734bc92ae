"""Emoji of several characters, as X knows them: those of Unicode Emoji 11.0. Newer ones count by their parts.

Source of the behaviour: npm `twemoji-parser` 11.0.2 (GitHub twitter/twemoji-parser), which `twitter-text` 3.1.0 counts with.
"""

import re
from collections.abc import Iterable
from functools import cache

from .x_tables import FLAGS, PRESENTED, TONED

_TONE, _JOIN, _SHOW = "[\U0001f3fb-\U0001f3ff]", "\u200d", "\ufe0f"
_MAN, _WOMAN, _BOY, _GIRL = "\U0001f468", "\U0001f469", "\U0001f466", "\U0001f467"
_ADULT, _CHILD = f"[{_MAN}{_WOMAN}]", f"[{_BOY}{_GIRL}]"
# Insides of character classes.
_SHOWN_OBJECTS = "\u2695\u2696\u2708"  # make a profession, with U+FE0F: staff, scales, plane
_OBJECTS = (  # the same without it, and kinds of hair
    "\U0001f33e\U0001f373\U0001f393\U0001f3a4\U0001f3a8\U0001f3eb\U0001f3ed\U0001f4bb\U0001f4bc\U0001f527\U0001f52c"
    "\U0001f680\U0001f692\U0001f9b0-\U0001f9b3"
)
_SHOWN_PEOPLE = "\U0001f3cb\U0001f3cc\U0001f574\U0001f575\u26f9"  # with a tone or U+FE0F before the sign
_PEOPLE = (  # with a tone or without
    "\U0001f3c3\U0001f3c4\U0001f3ca\U0001f46e\U0001f471\U0001f473\U0001f477\U0001f481\U0001f482\U0001f486\U0001f487"
    "\U0001f645-\U0001f647\U0001f64b\U0001f64d\U0001f64e\U0001f6a3\U0001f6b4-\U0001f6b6\U0001f926\U0001f935"
    "\U0001f937-\U0001f939\U0001f93d\U0001f93e\U0001f9b8\U0001f9b9\U0001f9d6-\U0001f9dd"
)
_CROWDS = "\U0001f46f\U0001f93c\U0001f9de\U0001f9df"  # without
_SIGN = f"{_JOIN}[\u2640\u2642]{_SHOW}"  # the female and the male sign


@cache
def sequences() -> re.Pattern[str]:
    """The pattern of one such emoji. Compiled when first needed: that takes milliseconds."""
    toned, presented = set(_points(TONED)), set(_points(PRESENTED))
    kinds = [
        f"{_ADULT}{_TONE}?{_JOIN}(?:[{_SHOWN_OBJECTS}]{_SHOW}|[{_OBJECTS}])",
        f"[{_SHOWN_PEOPLE}](?:{_TONE}|{_SHOW}){_SIGN}",
        f"[{_PEOPLE}]{_TONE}?{_SIGN}",
        f"[{_CROWDS}]{_SIGN}",
        *_families(),
        f"\U0001f3f3{_SHOW}{_JOIN}\U0001f308",  # rainbow flag
        f"\U0001f3f4{_JOIN}\u2620{_SHOW}",  # pirate flag
        f"\U0001f441{_JOIN}\U0001f5e8",  # eye in a speech bubble
        f"[#*0-9]{_SHOW}?\u20e3",  # keycaps
        f"[{_class(toned & presented)}]{_SHOW}{_TONE}?",
        f"[{_class(toned)}]{_TONE}",
        f"[{_class(presented)}]{_SHOW}",
        *_flags(),
    ]
    heads = f"#*0-9\U0001f1e6-\U0001f1ff{_MAN}{_WOMAN}{_CROWDS}{_PEOPLE}\U0001f3f4{_class(toned | presented)}"
    # A look at the first character spares trying each kind at every character.
    return re.compile(f"(?=[{heads}])(?:{'|'.join(kinds)})")


def _families() -> Iterable[str]:
    """Couples in love, then parents with one or two children; the longest first."""
    heart, kiss = f"{_JOIN}\u2764{_SHOW}{_JOIN}", f"\U0001f48b{_JOIN}"
    yield f"{_MAN}{heart}(?:{kiss})?{_MAN}"
    yield f"{_WOMAN}{heart}(?:{kiss})?{_ADULT}"
    parents = f"(?:{_MAN}{_JOIN}{_ADULT}|{_WOMAN}{_JOIN}{_WOMAN}|{_ADULT})"
    yield f"{parents}{_JOIN}(?:{_BOY}{_JOIN}{_BOY}|{_GIRL}{_JOIN}{_CHILD}|{_CHILD})"


def _flags() -> Iterable[str]:
    """Flags of England, Scotland and Wales, then those of two regional indicators."""
    for nation in ("gbeng", "gbsct", "gbwls"):
        yield "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in nation) + "\U000e007f"
    seconds: dict[str, str] = {}
    for pair in FLAGS:
        seconds[pair[0]] = seconds.get(pair[0], "") + _indicator(pair[1])
    for letter, others in seconds.items():
        yield f"{_indicator(letter)}[{others}]"


def _indicator(letter: str) -> str:
    return chr(0x1F1E6 + ord(letter) - ord("A"))


def _class(points: Iterable[int]) -> str:
    """The inside of a character class."""
    return "".join(map(chr, sorted(points)))


def _points(ranges: Iterable[str]) -> Iterable[int]:
    """Code points from ranges in hexadecimal."""
    for each in ranges:
        low, _, high = each.partition("-")
        yield from range(int(low, 16), int(high or low, 16) + 1)
