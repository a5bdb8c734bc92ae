"""Similarity: whether two texts are nearly the same, whatever names, dates, numbers and addresses were swapped in them.

A text becomes a set of shingles: runs of five letters (of two, in scripts written without spaces) over its bare words. Two texts
are as similar as the share of shingles that they have in common (Jaccard), or, where one is much shorter, most of the share of
the shorter one that stands in the longer.
"""

import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .date_words import DATE_WORDS

Shingles = frozenset[str]

# What does not make a text another one: addresses, mentions, hashtags, numbers (with what hangs on them: 5th, 18h, 1er).
_SWAPPED = re.compile(
    r"https?://\S+|(?:[\w-]+\.)+[A-Za-z]{2,}/\S*|[@#＠＃][\w.-]+|\d+(?:[.,:٫٬]\d+)*(?:[a-zº]{1,3}\b)?", re.IGNORECASE
)
_CASED = [chr(point) for point in (*range(0x0590), *range(0x1E00, 0x2000))]  # Latin, Greek, Cyrillic, Armenian
_CAPITAL = "".join(sign for sign in _CASED if sign.isupper())
_SMALL = "".join(sign for sign in _CASED if sign.islower())
# A name, as far as one can see: a word with a capital that does not begin a sentence, and a suffix behind an apostrophe.
_NAME = re.compile(rf"(?:(?<=[\w,;] )|(?<=\w['’]))[{_CAPITAL}][\w'’-]*")
# German writes every noun with a capital, so that capitals show nothing there; each of these words is German alone.
_GERMAN = re.compile(r"\b(?:und|für|ist|sind|wird|wir|nicht|auf|zum|zur|beim|vom|eine|einen|einer|über|haben|unser|unsere)\b")
_BEGINS_CAPITAL = re.compile(rf"\b[{_CAPITAL}]")
_BEGINS_SMALL = re.compile(rf"\b[{_SMALL}]")
_SPACES = re.compile(r" +")
_RUN = 5
_DENSE_RUN = 2
# Scripts that write without spaces, where two signs say what five letters say elsewhere.
_DENSE = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_NOTHING = frozenset([""])  # the set of a text that has no words: all such texts are the same
_FEW = 8  # shingles: a shorter text is not looked for inside a longer one
_PART = 0.8  # what standing whole inside a longer text is worth
_LONGER = 3  # times as long at the most: a sentence quoted in a long text does not make that a copy


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """What one account says. `who` names it for the finding; `earlier` is true for what stands there already."""

    who: str
    text: str
    earlier: bool = False


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two that say nearly the same; `likeness` in thousandths."""

    first: Spoken
    second: Spoken
    likeness: int


def near_duplicates(spoken: Sequence[Spoken], *, threshold: float, names: Collection[str] = ()) -> tuple[Pair, ...]:
    """Every pair whose likeness reaches `threshold` (0 to 1), the most alike first; two earlier ones are no pair.

    `names` are places and people whose swap makes no difference.
    """
    bare_names = _name_pattern(frozenset(names))
    found = []
    for left, right, alike in alike_pairs((shingles(one.text, bare_names) for one in spoken), threshold):
        first, second = spoken[left], spoken[right]
        if not (first.earlier and second.earlier):
            found.append((-alike, left, right, Pair(first=first, second=second, likeness=round(alike * 1000))))
    return tuple(pair for *_, pair in sorted(found, key=lambda each: each[:3]))


def likeness(one: Collection[object], other: Collection[object]) -> float:
    """From 0 (nothing in common) to 1 (the same): the share in common, or most of the share of the shorter in the longer.

    Takes two sets that are not empty, as `shingles` makes them.
    """
    common, shorter, longer = len(set(one) & set(other)), min(len(one), len(other)), max(len(one), len(other))
    return _likeness(common, shorter, longer)


def shingles(text: str, names: re.Pattern[str] | None = None) -> Shingles:
    """The set that stands for a text. It has one member at least."""
    joined = " ".join(bare(text, names))
    found: set[str] = set()
    for piece in _DENSE.findall(joined):
        found.update(_runs(piece, _DENSE_RUN))
    thin = " ".join(_DENSE.sub(" ", joined).split()) if found else joined
    if thin:
        found.update(_runs(thin, _RUN))
    return frozenset(found) or _NOTHING


def bare(text: str, names: re.Pattern[str] | None = None) -> list[str]:
    """The words that count: folded, without accents and marks, addresses, mentions, hashtags, numbers, names and dates."""
    text = _SWAPPED.sub(" ", unicodedata.normalize("NFKC", text))
    if names is not None:
        text = names.sub(" ", text)
    words = _folded(_nameless(text))
    return [word for word in words if word not in DATE_WORDS] or words or _folded(text)


def _nameless(text: str) -> str:
    """Without what capitals show to be names. Where most words have one, as in a headline, and in German, they show nothing."""
    if len(_BEGINS_CAPITAL.findall(text)) > len(_BEGINS_SMALL.findall(text)) or _GERMAN.search(text):
        return text
    return _NAME.sub("", _SPACES.sub(" ", text))


def _folded(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"[^\W_]+", "".join(sign for sign in folded if not unicodedata.combining(sign)))


def alike_pairs(bags: Iterable[Collection[str]], threshold: float) -> Iterator[tuple[int, int, float]]:
    """The pairs of indices (left < right) whose likeness reaches the threshold (above 0), with it; in no certain order.

    Every pair is counted, but thousands at a time: for each shingle an integer has one bit for each text that holds it, shortest
    text first, and adding up those of a text's shingles, bit by bit, tells at once how many it shares with each shorter one.
    """
    packed = _packed(bags)
    order = sorted(range(len(packed)), key=lambda index: len(packed[index]))
    sizes = [len(packed[index]) for index in order]
    holders: dict[int, int] = {}
    only: dict[int, int] = {}  # most shingles stand in one text: then its position will do, which is much smaller
    for position, index in enumerate(order):
        bag = packed[index]
        for shingle in only.keys() & bag:
            holders[shingle] = 1 << only.pop(shingle)
        sums = _sums([holders[shingle] for shingle in bag if shingle in holders])
        for shorter, mask in _by_size(sizes, position):
            for partner in _bits(_at_least(sums, _needed(shorter, sizes[position], threshold), mask)):
                left, right = sorted((order[partner], index))
                common = len(set(bag) & set(packed[order[partner]]))
                yield left, right, _likeness(common, shorter, sizes[position])
        for shingle in bag:
            if shingle in holders:
                holders[shingle] |= 1 << position
            else:
                only[shingle] = position


def _packed(bags: Iterable[Collection[str]]) -> "list[array[int]]":
    """The sets, with numbers for their shingles: a fifth of the memory, of which thousands of texts need much."""
    numbers: dict[str, int] = {}
    return [array("I", {numbers.setdefault(shingle, len(numbers)) for shingle in bag}) for bag in bags]


def _likeness(common: int, shorter: int, longer: int) -> float:
    part = _PART * common / shorter if shorter >= _FEW and longer <= _LONGER * shorter else 0.0
    return max(common / (shorter + longer - common), part)


@lru_cache(maxsize=1 << 16)
def _needed(shorter: int, longer: int, threshold: float) -> int:
    """How many shingles texts of these sizes share at least, if they are alike; more than there are, where they cannot be."""
    return max(1, bisect_left(range(shorter + 1), threshold, key=lambda common: _likeness(common, shorter, longer)))


def _by_size(sizes: Sequence[int], end: int) -> Iterator[tuple[int, int]]:
    """Each size among the first `end` texts, with a mask of those that have it."""
    start = 0
    while start < end:
        stop = bisect_right(sizes, sizes[start], start, end)
        yield sizes[start], (1 << stop) - (1 << start)
        start = stop


def _sums(numbers: list[int]) -> list[int]:
    """How many of the numbers have each bit set, in binary: bit p of `_sums(..)[i]` is bit i of the count for p."""
    sums = []
    while numbers:
        carries = []
        while len(numbers) > 1:
            one, other, third = numbers.pop(), numbers.pop(), numbers.pop() if numbers else 0
            either = one ^ other
            carries.append(one & other | either & third)
            numbers.append(either ^ third)
        sums.append(numbers[0])
        numbers = [carry for carry in carries if carry]
    return sums


def _at_least(sums: Sequence[int], least: int, mask: int) -> int:
    """The bits within `mask` whose count is `least` (1 or more) or larger."""
    if (least - 1).bit_length() > len(sums):
        return 0
    larger, equal = 0, mask
    for number in reversed(range(len(sums))):
        if (least - 1) >> number & 1:
            equal &= sums[number]
        else:
            larger |= equal & sums[number]
            equal &= ~sums[number]
    return larger


def _bits(number: int) -> Iterator[int]:
    """The positions of the bits that are set."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


def _runs(piece: str, length: int) -> Iterator[str]:
    """Every run of a piece; the whole, where it is shorter than one."""
    for start in range(max(1, len(piece) - length + 1)):
        yield piece[start : start + length]


@lru_cache(maxsize=8)
def _name_pattern(names: frozenset[str]) -> re.Pattern[str] | None:
    folded = {unicodedata.normalize("NFKC", name) for name in names if name}
    longest_first = sorted((re.escape(name) for name in folded), key=lambda name: (-len(name), name))
    return re.compile(r"\b(?:" + "|".join(longest_first) + r")\b", re.IGNORECASE) if longest_first else None
