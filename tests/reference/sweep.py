"""Every character of Unicode in each place that matters, and every pair of short pieces: what a seed could miss."""

from collections.abc import Iterator

from ministry_social.rules.x_tables import TOP_LEVEL, TOP_LEVEL_OTHER

# {} is the character.
PLACES = (
    "{}",
    "{}a.com",
    "a{}.com",
    "b.{}a.com",
    "a.com{}",
    "a.com{}b.com",
    "http://a.com/{}b",
    "http://a.com/b?{}c",
    "http://{}.com",
    "{}http://a.com",
    "a.{}",
    "e{}\u0301.com",
)
# The planes in which all characters are assigned or special; of the others only the ends differ.
EMOJI_PLACES = (
    "{}\ufe0f",
    "{}\ufe0e",
    "{}\U0001f3fd",
    "{}\ufe0f\U0001f3fd",
    "{}\u200d\u2640\ufe0f",
    "{}\ufe0f\u200d\u2642\ufe0f",
    "{}\u20e3",
)
JOINED = (
    "👨\u200d{}",
    "👩\u200d{}\ufe0f",
    "👨\u200d👩\u200d{}",
    "{}\u200d{}",
    "🏳\ufe0f\u200d{}",
    "👨🏽\u200d{}",
    "{}\ufe0f\u200d🌈",
)
TOPS = ("a.{}", "a.{U}x", "http://b.{}日", "http://日.{U}/p", "a.{}-b.{}", "a.{}.{}@")


def sweep() -> Iterator[tuple[str, str]]:
    """Texts with the name of their class."""
    for point in (*range(0xD800), *range(0xE000, 0x30000), *range(0xE0000, 0xE1000), *range(0x10FF00, 0x110000)):
        places = PLACES if point < 0x10000 else PLACES[:4]
        for place in (*places, *(EMOJI_PLACES if point < 0x20000 else ()), *(JOINED if 0x2000 <= point < 0x20000 else ())):
            yield f"sweep {place}", place.replace("{}", chr(point))
    for top in (*TOP_LEVEL, *TOP_LEVEL_OTHER):
        for place in TOPS:
            yield "sweep of top-level domains", place.replace("{}", top).replace("{U}", top.upper())
    for first in range(26):
        for second in range(26):
            for third in range(26):
                yield "sweep of flags", "".join(chr(0x1F1E6 + letter) for letter in (first, second, third))
