"""Direction: texts written from right to left, with what runs the other way in them kept whole.

A handle, an address, a number or a Latin name in an Arabic, Hebrew, Persian or Urdu text can fall apart: `+41 22` is seen as
`22 41+`. Such a piece is put between LRI (U+2066) and PDI (U+2069), which nobody sees, but only where the line would otherwise
look different. RLM (U+200F) begins a line whose first letter would turn the whole line round (docs/languages.md).
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from .bidi import LRI, OPENING, PDI, kind, rightward, seen

__all__ = ["controls", "directed", "written_rightward"]

RLM = "\u200f"
# Languages written from right to left, where no script says otherwise (Unicode CLDR, likely subtags), and such scripts.
_RIGHTWARD = frozenset(["ar", "he", "fa", "ur", "ps", "sd", "ug", "yi", "dv", "ckb", "ks"])
_SCRIPTS = frozenset(["Arab", "Hebr", "Thaa", "Syrc", "Nkoo"])
# Embeddings and overrides: they change what follows beyond their own line, and can make a text look like another.
_EMBEDDING = re.compile("[\u202a-\u202e]")
# Stands for the video's address while a text is looked at (rules.writing.VIDEO). What comes ends in a letter or digit: the last
# sign of an id on YouTube is one of AEIMQUYcgkosw048.
_ADDRESS_TO_COME = "\ufdd0"

_RIGHT = "\u0590-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc"
_LATIN = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_MARKS = "\u200e\u200f\u061c\u2066-\u2069"
_AFTER = r"""(?<![.,:;!?)\]}'"»”’،؛؟])"""  # an address does not end with these
# What is one piece whatever it holds: an address, an e-mail address, a domain with its path, a handle, a Latin hashtag.
_WHOLE = re.compile(
    rf"{_ADDRESS_TO_COME}"
    rf"|https?://[^\s{_RIGHT}{_MARKS}/]+(?:/[^\s{_MARKS}]*)?{_AFTER}"
    r"|[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
    rf"|(?<![A-Za-z0-9.-])(?:[A-Za-z0-9-]+\.)+[A-Za-z]{{2,}}(?![A-Za-z])(?:/[^\s{_MARKS}]*)?{_AFTER}"
    r"|(?<![A-Za-z0-9_!#$%&*@])@[A-Za-z0-9_]+(?![A-Za-z0-9_@\u00c0-\u024f]|://)"
    rf"|(?<![\w#])#(?=[0-9_]*[{_LATIN}])[{_LATIN}0-9_]+"
)
_SIGNS = r"(?:(?<![^\W_])[-+\u2212]|(?<![^\W\d_])[$€£¥₪₺]){0,2}"  # a hyphen behind a letter joins, and is no minus
# A telephone number; one in the digits of Persian or Arabic (whose groups no isolate could keep in order); then a number, date,
# time, score or range. Dates and ranges in the digits of Persian and Arabic follow the order of their own script.
_NUMBER = re.compile(
    r"(?:\+|\b00)[0-9](?:[ \u00a0./-]?\(?[0-9]+\)?)+|\(\+?[0-9]+\)(?:[ \u00a0./-]?[0-9]+)+"
    r"|\b0[0-9]{1,4}(?:[ \u00a0-][0-9]{2,4}){2,}"
    r"|(?:\+|۰۰)[۰-۹](?:[ \u00a0./-]?\(?[۰-۹]+\)?)+|\+[٠-٩]+(?![ \u00a0]?[٠-٩])"
    rf"|{_SIGNS}[0-9]+(?:[ \u00a0\u202f][0-9]{{3}}(?![0-9]))*"
    rf"(?:(?:[.,:/'’×\u2010-\u2015\u2212-]| [-\u2013\u2014] )[0-9]+)*(?:[ \u00a0]?[%‰€₪])?"
)
_WORD = re.compile(rf"[{_LATIN}][{_LATIN}0-9_]*[+#]*(?![{_LATIN}0-9])|[{_LATIN}][{_LATIN}0-9_]*")
# What may stand between two words, or between a word and a number, of one name: `AT&T`, `Boeing 737-800`, `St. Gallen`.
_JOINT = re.compile(r"(?:[ \u00a0]?[&/+.'’:\u2010-\u2014-])?[ \u00a0]?|, ?")
_SHORT_FORM = re.compile(rf"[ \u00a0]\([{_LATIN}0-9][{_LATIN}0-9 &.-]*\)")  # ` (WHO)` behind a name

_MOST = 100_000  # pieces by characters of a line: where there is more to try, all are isolated, which looks the same

_Span = tuple[int, int]


def written_rightward(language: str) -> bool:
    """Whether a language is written from right to left."""
    tag, *more = language.split("-")
    script = next((part for part in more if len(part) == 4), "")
    return script in _SCRIPTS if script else tag in _RIGHTWARD


def controls(text: str) -> tuple[str, ...]:
    """The controls that a text must not hold, such as `U+202E`, each once: embeddings, overrides, isolates without their pair."""
    found = _EMBEDDING.findall(text)
    for line in text.split("\n"):
        depth: list[str] = []
        for character in line:
            if character in OPENING:
                depth.append(character)
            elif character == PDI:
                found += [] if depth else [PDI]
                depth = depth[:-1]
        found += depth
    return tuple(f"U+{ord(character):04X}" for character in sorted(set(found)))


@lru_cache(maxsize=4096)
def directed(text: str, language: str) -> str:
    """A text as it is sent: each line runs from right to left where its language does, each piece in it stays whole.

    What the author has isolated or marked already stays as it is. A text with wrong controls is left alone: a check says so.
    """
    if not written_rightward(language) or not rightward(text) or controls(text):
        return text
    lines = [_mended(line) for line in text.split("\n")]
    # The first line turns the whole post where a platform looks at that alone.
    first = next(number for number, line in enumerate(lines) if line.strip())
    return "\n".join(_begun(line) if number == first or rightward(line) else line for number, line in enumerate(lines))


def pieces(line: str) -> tuple[_Span, ...]:
    """Where the pieces of a line are that run from left to right; none lies within an isolate of the author's."""
    found: list[_Span] = []
    for start, end in _outside_isolates(line):
        whole = [match.span() for match in _WHOLE.finditer(line, start, end)]
        found += whole
        for (_, left), (right, _) in pairwise([(start, start), *whole, (end, end)]):
            found += _names(line, left, right)
    return tuple(sorted(found))


def _begun(line: str) -> str:
    """A line whose first letter is one from right to left; browsers look into isolates for it, so RLM stands before them."""
    kinds = (kind(character) for character in line.replace(_ADDRESS_TO_COME, "x"))
    first = next((found for found in kinds if found in ("L", "R", "AL")), "")
    return line if first in ("R", "AL") else RLM + line


def _mended(line: str) -> str:
    """A line with the fewest isolates with which it looks as if each piece of it were isolated."""
    spans = list(pieces(line))
    if len(spans) * len(line) > _MOST:
        return _isolated(line, spans)[0]
    wanted = _look(line, spans)
    if not spans or _look(line, []) == wanted:
        return line
    for span in tuple(spans):
        fewer = [one for one in spans if one != span]
        if _look(line, fewer) == wanted:
            spans = fewer
    return _isolated(line, spans)[0]


def _look(line: str, spans: Sequence[_Span]) -> list[int]:
    """Which characters of a line are seen from left to right, once these spans are isolated."""
    isolated, origin = _isolated(line, spans)
    shown = isolated.replace(_ADDRESS_TO_COME, "x")
    return [origin[index] for index in seen(shown) if origin[index] >= 0 and kind(shown[index]) not in ("WS", "BN")]


def _isolated(line: str, spans: Sequence[_Span]) -> tuple[str, list[int]]:
    """A line with isolates around some spans; and of each of its characters the index in the line before, -1 for an isolate."""
    opening, closing = {start for start, _ in spans}, {end for _, end in spans}
    characters, origin = [], []
    for index in range(len(line) + 1):
        added = (PDI if index in closing else "") + (LRI if index in opening else "")
        characters.append(added + line[index : index + 1])
        origin += [-1] * len(added) + [index] * (index < len(line))
    return "".join(characters), origin


def _outside_isolates(line: str) -> Iterator[_Span]:
    """The spans of a line that the author has not isolated."""
    depth = start = 0
    for index, character in enumerate(line):
        if character in OPENING:
            if depth == 0:
                yield start, index
            depth += 1
        elif character == PDI:
            depth, start = depth - 1, index + 1
    yield start, len(line)


def _names(line: str, start: int, end: int) -> list[_Span]:
    """Numbers, and Latin words with the words and numbers beside them, between two indices of a line."""
    found: list[tuple[int, int, bool]] = []
    while start < end:
        word = _WORD.match(line, start, end)
        match = word or _NUMBER.match(line, start, end)
        if match is None:
            start += 1
            continue
        if found and (word or found[-1][2]) and _JOINT.fullmatch(line, found[-1][1], match.start()):
            found[-1] = (found[-1][0], match.end(), True)
        else:
            found.append((match.start(), match.end(), word is not None))
        start = match.end()
        if found[-1][2] and (short := _SHORT_FORM.match(line, start, end)):
            found[-1] = (found[-1][0], short.end(), True)
            start = short.end()
    return [(left, right) for left, right, _ in found]
