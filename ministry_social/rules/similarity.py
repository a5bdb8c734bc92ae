"""Similarity: whether two texts are nearly the same, whatever names, numbers and addresses were swapped in them.

A text becomes a set of shingles: runs of five letters (of two, in scripts written without spaces) over its bare words. Two texts
are as similar as the share of shingles that they have in common (Jaccard), or, where one is much shorter, the share of the
shorter one that stands in the longer. Only pairs that share a rare shingle are compared (prefix filtering: Chaudhuri et al.,
"A Primitive Operator for Similarity Joins", ICDE 2006), so that thousands of accounts cost seconds, not hours.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

Shingles = frozenset[str]

# What does not make a text another one: addresses, mentions, hashtags, numbers.
_SWAPPED = re.compile(r"https?://\S+|[@#＃]\w+|\d+(?:[.,:]\d+)*")
_RUN = 5
_DENSE_RUN = 2
# Scripts that write without spaces, where two signs say what five letters say elsewhere.
_DENSE = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
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
    bags = [shingles(one.text, bare_names) for one in spoken]
    found = []
    for left, right in sorted(_candidates(bags, threshold)):
        if spoken[left].earlier and spoken[right].earlier:
            continue
        alike = likeness(bags[left], bags[right])
        if alike >= threshold:
            found.append(Pair(first=spoken[left], second=spoken[right], likeness=round(alike * 1000)))
    return tuple(sorted(found, key=lambda pair: -pair.likeness))


def likeness(one: Shingles, other: Shingles) -> float:
    """From 0 (nothing in common) to 1 (the same): the share in common, or most of the share of the shorter in the longer."""
    if not one or not other:
        return 1.0 if one == other else 0.0
    common, shorter, longer = len(one & other), min(len(one), len(other)), max(len(one), len(other))
    part = _PART * common / shorter if shorter >= _FEW and longer <= _LONGER * shorter else 0.0
    return max(common / (shorter + longer - common), part)


def shingles(text: str, names: re.Pattern[str] | None = None) -> Shingles:
    """The set that stands for a text."""
    words = bare(text, names)
    joined = " ".join(words)
    if len(joined) <= _RUN:
        return frozenset([joined]) if joined else frozenset()
    found: set[str] = set()
    for piece in _DENSE.findall(joined):
        found.update(piece[start : start + _DENSE_RUN] for start in range(max(1, len(piece) - _DENSE_RUN + 1)))
    thin = _DENSE.sub(" ", joined) if found else joined
    thin = re.sub(r" +", " ", thin).strip()
    found.update(thin[start : start + _RUN] for start in range(len(thin) - _RUN + 1))
    return frozenset(found) or frozenset([joined])


def bare(text: str, names: re.Pattern[str] | None = None) -> list[str]:
    """The words that count: folded, without accents and marks, addresses, mentions, hashtags, numbers and names."""
    text = _SWAPPED.sub(" ", unicodedata.normalize("NFKC", text))
    if names is not None:
        text = names.sub(" ", text)
    folded = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"[^\W_]+", "".join(sign for sign in folded if not unicodedata.combining(sign)))


@lru_cache(maxsize=8)
def _name_pattern(names: frozenset[str]) -> re.Pattern[str] | None:
    longest_first = sorted((re.escape(name) for name in names if name), key=lambda name: (-len(name), name))
    return re.compile(r"\b(?:" + "|".join(longest_first) + r")\b", re.IGNORECASE) if longest_first else None


def _candidates(bags: Sequence[Shingles], threshold: float) -> Iterable[tuple[int, int]]:
    """Pairs of indices that may reach the threshold.

    Two sets that have at least `share` of each in common must share one of the rarest shingles of each: it is enough to look
    at so many of these that what is left is less than that share. (What is a part of the shorter is a third as much of the longer.)
    """
    share = min(threshold, threshold / _PART / _LONGER)
    rarity = Counter(shingle for bag in bags for shingle in bag)
    holders: dict[str, list[int]] = defaultdict(list)
    pairs: set[tuple[int, int]] = set()
    for index, bag in enumerate(bags):
        ordered = sorted(bag, key=lambda shingle: (rarity[shingle], shingle))
        for shingle in ordered[: len(bag) - ceil(share * len(bag)) + 1]:
            for other in holders[shingle]:
                pairs.add((other, index))
            holders[shingle].append(index)
    return pairs
