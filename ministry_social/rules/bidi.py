"""The order in which the characters of a line are seen: the Unicode Bidirectional Algorithm (UAX #9), its direction known.

Left out are embeddings and overrides (U+202A to U+202E), which no text of ours may hold; they count as nothing, as marks do
that are not seen. Checked against a browser in tests/acceptance/test_direction.py.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LRI, RLI, FSI, PDI = "\u2066", "\u2067", "\u2068", "\u2069"
OPENING = (LRI, RLI, FSI)
_ISOLATES = (*OPENING, PDI)
_STRONG = ("L", "R", "AL")
# Of Unicode's bracket pairs (BidiBrackets.txt) those that people type.
_PAIRS = dict(zip("([{（［｛「『【〈《", ")]}）］｝」』】〉》", strict=True))
_CLOSING = {closing: opening for opening, closing in _PAIRS.items()}
_NOT_SEEN = ("BN", "LRE", "RLE", "LRO", "RLO", "PDF", "")


def kind(character: str) -> str:
    """The bidirectional class of a character: `L`, `R`, `AL`, `EN`, `AN` ..."""
    return unicodedata.bidirectional(character)


def rightward(text: str) -> bool:
    """Whether a text has a letter of a script that is written from right to left."""
    return any(kind(character) in ("R", "AL") for character in text)


def seen(line: str, *, base: int = 1) -> tuple[int, ...]:
    """The indices of a line's characters from left to right; `base` 1 is a paragraph from right to left, 0 the other.

    Marks and isolates have a place in it too, though nobody sees them.
    """
    levels = _levels(line, base)
    order = list(range(len(line)))
    for level in range(max(levels, default=0), 0, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and levels[order[end]] >= level:
                end += 1
            order[start:end] = reversed(order[start:end])
            start = max(end, start + 1)
    return tuple(order)


@dataclass(kw_only=True)
class _Run:
    """An isolating run sequence (BD13): characters of one level that are neighbours once what is isolated is taken out."""

    level: int
    indices: list[int]
    kinds: list[str]

    @property
    def own(self) -> str:
        """The run's direction; also what it sees at its edges, since what is around an isolate is of a lower level."""
        return "R" if self.level % 2 else "L"


def _levels(line: str, base: int) -> list[int]:
    kinds = [kind(character) for character in line]
    levels = _explicit(line, kinds, base)
    for run in _runs(line, kinds, levels):
        _weak(run)
        _brackets(run, line)
        _neutral(run)
        for index, found in zip(run.indices, run.kinds, strict=True):
            if run.level % 2:
                levels[index] = run.level + (found in ("L", "EN", "AN"))
            else:
                levels[index] = run.level + (1 if found == "R" else 2 if found in ("AN", "EN") else 0)
    return _at_the_end(line, kinds, levels, base)


def _explicit(line: str, kinds: Sequence[str], base: int) -> list[int]:
    """Rules X5a to X6a: the level inside each isolate. An isolate that is never closed goes on to the end."""
    levels, stack = [], [base]
    for index, character in enumerate(line):
        if character == PDI and len(stack) > 1:
            stack.pop()
        levels.append(stack[-1])
        if character in OPENING:
            right = character == RLI or (character == FSI and _first_is_right(line, kinds, index + 1))
            stack.append(stack[-1] + 1 + (stack[-1] % 2 if right else 1 - stack[-1] % 2))
    return levels


def _first_is_right(line: str, kinds: Sequence[str], start: int) -> bool:
    """Rules P2 and P3, within an isolate."""
    depth = 0
    for character, found in zip(line[start:], kinds[start:], strict=True):
        depth += (character in OPENING) - (character == PDI)
        if depth < 0:
            return False
        if depth == 0 and found in _STRONG:
            return found != "L"
    return False


def _runs(line: str, kinds: Sequence[str], levels: Sequence[int]) -> Iterator[_Run]:
    """Rule X10. Without embeddings, a run ends only where an isolate begins that is never closed, or at the end."""
    open_runs: list[list[int]] = [[]]
    whole: list[list[int]] = []
    for index, character in enumerate(line):
        if character == PDI and len(open_runs) > 1:
            whole.append(open_runs.pop())
        if kinds[index] not in _NOT_SEEN:
            open_runs[-1].append(index)
        if character in OPENING:
            open_runs.append([])
    for indices in whole + open_runs:
        if indices:
            level = levels[indices[0]]
            named = ["ON" if line[index] in _ISOLATES else kinds[index] for index in indices]
            yield _Run(level=level, indices=indices, kinds=named)


def _weak(run: _Run) -> None:
    """Rules W1 to W7: marks, digits and what stands between them."""
    kinds, last, strong = run.kinds, run.own, run.own
    for position, found in enumerate(kinds):
        if found == "NSM":
            kinds[position] = last
        elif found == "EN" and strong == "AL":
            kinds[position] = "AN"
        strong = found if found in _STRONG else strong
        last = kinds[position]
    kinds[:] = ["R" if found == "AL" else found for found in kinds]
    for position in range(1, len(kinds) - 1):
        left, found, right = kinds[position - 1 : position + 2]
        if left == right and ((left == "EN" and found in ("ES", "CS")) or (left == "AN" and found == "CS")):
            kinds[position] = left
    _terminators(kinds)
    strong = run.own
    for position, found in enumerate(kinds):
        strong = found if found in ("L", "R") else strong
        if found in ("ES", "ET", "CS"):
            kinds[position] = "ON"
        elif found == "EN" and strong == "L":
            kinds[position] = "L"


def _terminators(kinds: list[str]) -> None:
    """Rule W5: signs such as % and $ go with the digits beside them."""
    start = 0
    while start < len(kinds):
        end = start
        while end < len(kinds) and kinds[end] == "ET":
            end += 1
        if end > start and ((start and kinds[start - 1] == "EN") or (end < len(kinds) and kinds[end] == "EN")):
            kinds[start:end] = ["EN"] * (end - start)
        start = max(end, start + 1)


def _brackets(run: _Run, line: str) -> None:
    """Rule N0: both brackets of a pair take one direction, by what stands in them and before them."""
    for opening, closing in _pairs(run, line):
        inside = {_strong(found) for found in run.kinds[opening + 1 : closing]} - {""}
        if not inside:
            continue
        if run.own in inside:
            run.kinds[opening] = run.kinds[closing] = run.own
            continue
        before = next((s for found in reversed(run.kinds[:opening]) if (s := _strong(found))), run.own)
        run.kinds[opening] = run.kinds[closing] = before


def _pairs(run: _Run, line: str) -> list[tuple[int, int]]:
    """The bracket pairs of a run by position, in the order of their opening ones (BD16)."""
    waiting: list[tuple[str, int]] = []
    found = []
    for position, index in enumerate(run.indices):
        character = line[index]
        if run.kinds[position] != "ON":
            continue
        if character in _PAIRS:
            waiting.append((character, position))
        elif character in _CLOSING and any(opening == _CLOSING[character] for opening, _ in waiting):
            while waiting[-1][0] != _CLOSING[character]:
                waiting.pop()
            found.append((waiting.pop()[1], position))
    return sorted(found)


def _strong(found: str) -> str:
    """The direction of a kind; numbers count as written from right to left here (N0 to N2)."""
    return {"L": "L", "R": "R", "EN": "R", "AN": "R"}.get(found, "")


def _neutral(run: _Run) -> None:
    """Rules N1 and N2: what has no direction takes that of both its neighbours, else that of the run."""
    kinds, start = run.kinds, 0
    while start < len(kinds):
        end = start
        while end < len(kinds) and not _strong(kinds[end]):
            end += 1
        if end > start:
            left = _strong(kinds[start - 1]) if start else run.own
            right = _strong(kinds[end]) if end < len(kinds) else run.own
            kinds[start:end] = [left if left == right else run.own] * (end - start)
        start = max(end, start + 1)


def _at_the_end(line: str, kinds: Sequence[str], levels: list[int], base: int) -> list[int]:
    """Rule L1: white space at the end of a line is at the paragraph's own level; what is not seen goes with what is before it."""
    for index, found in enumerate(kinds):
        if found in _NOT_SEEN:
            levels[index] = levels[index - 1] if index else base
    for index in range(len(line) - 1, -1, -1):
        if kinds[index] not in ("WS", "S", "B", *_NOT_SEEN) and line[index] not in _ISOLATES:
            break
        levels[index] = base
    return levels
