"""Readable for everybody: what screen readers stumble over in a text. Each finding's name stands in docs/findings.md."""

import re
import unicodedata
from collections.abc import Iterator

from ..model.finding import Finding
from ..model.message import Place
from ..model.variant import Variant
from .findings import advises, blocks, listed
from .references import plain

__all__ = ["check_readable", "emoji", "hard_hashtags", "styled"]

_HASHTAG = re.compile(r"(?<![\w&#])[#＃](\w+)")
_LONG = 8  # letters: a longer hashtag all in small or all in capital letters is hard to hear as words

# One emoji as a reader hears it: a flag, a keycap, or a picture with its skin tone and what is joined to it.
_PICTURE = "[\u231a-\u23ff\u2600-\u27bf\u2b05-\u2b55\U0001f000-\U0001f1e5\U0001f200-\U0001faff]"
_TONED = f"{_PICTURE}[\ufe0f\U0001f3fb-\U0001f3ff]*"
_EMOJI = re.compile(f"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{_TONED}(?:\u200d{_TONED})*")
_BETWEEN = re.compile(r"\s*")
_ROW, _ALL = 3, 8  # emoji one after the other, and in one text, that are no wall yet

# Letters that only look like letters: mathematical, in circles and squares, phonetic small capitals, struck through.
_STYLED = re.compile(
    "(?:[\U0001d400-\U0001d7cb\U0001d7ce-\U0001d7ff\u24b6-\u24e9\U0001f110-\U0001f12b\U0001f130-\U0001f169\U0001f170-\U0001f189"
    "\u1d00-\u1d2b\ua730\ua731\u0262\u026a\u0274\u0280\u028f\u0299\u029c\u029f]|\\w[\u0334-\u0338]){2,}"
)
_WIDE = re.compile("[\uff21-\uff3a\uff41-\uff5a\uff10-\uff19]{2,}")
_WRITTEN_WIDE = ("ja", "zh", "ko")  # where full-width letters are ordinary


def check_readable(variant: Variant, place: Place, who: tuple[str, ...]) -> list[Finding]:
    """What a screen reader would make of a variant's texts."""
    texts = (plain(variant.text), variant.title, *(text for both in variant.localizations.values() for text in both))
    found = []
    tags = dict.fromkeys(tag for text in texts for tag in hard_hashtags(text))
    if tags:
        sentence = f"Hashtags that cannot be heard as words: {listed(tags)}. Begin each word with a capital: #GrainCorridor."
        found.append(advises("hashtag-case", sentence, place, who))
    row, number = max((emoji(text) for text in texts), default=(0, 0))
    if row > _ROW or number > _ALL:
        sentence = f"{number} emoji, {row} of them in a row. A screen reader says the name of each. Leave some out."
        found.append(advises("emoji-wall", sentence, place, who))
    alts = tuple(one.alt for one in variant.attachments)
    fancy = dict.fromkeys(run for text in (*texts, *alts) for run in styled(text, variant.language))
    if fancy:
        said = listed(f"{run} ({_as_letters(run)})" for run in fancy)
        sentence = f"These only look like letters, and a screen reader cannot read them: {said}. Type them as plain letters."
        found.append(blocks("styled-letters", sentence, place, who))
    return found


def hard_hashtags(text: str) -> Iterator[str]:
    """Hashtags of many letters without a change between small and capital ones, in scripts that have both."""
    for match in _HASHTAG.finditer(text):
        letters = [sign for sign in match[1] if sign.isalpha()]
        cased = all(sign.lower() != sign.upper() for sign in letters)
        if len(letters) > _LONG and cased and match[1] in (match[1].lower(), match[1].upper()):
            yield match[0]


def emoji(text: str) -> tuple[int, int]:
    """The most emoji that stand in a row, with nothing but white space between them, and how many there are."""
    longest = row = number = end = 0
    for match in _EMOJI.finditer(text):
        row = row + 1 if _BETWEEN.fullmatch(text, end, match.start()) else 1
        longest, number, end = max(longest, row), number + 1, match.end()
    return longest, number


def styled(text: str, language: str) -> Iterator[str]:
    """Runs of characters that only look like letters."""
    yield from (match[0] for match in _STYLED.finditer(text))
    if language.split("-")[0] not in _WRITTEN_WIDE:
        yield from _WIDE.findall(text)


def _as_letters(run: str) -> str:
    """What was meant, as far as Unicode knows."""
    return "".join(map(_letter, unicodedata.normalize("NFKC", re.sub("[\u0334-\u0338]", "", run))))


def _letter(sign: str) -> str:
    """`A` for a circled, squared or small capital A that has no plain form in Unicode's tables."""
    name = unicodedata.name(sign, "")
    last = name.rpartition(" ")[2]
    return last if not sign.isascii() and len(last) == 1 and "CAPITAL" in name else sign
