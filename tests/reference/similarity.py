"""The similarity check on reference pairs of texts: `python -m tests.reference.similarity [--half own|blind]`.

The pairs lie in `similar/`: `own.toml` was written by us, `blind.toml` by somebody who had not seen the code. The rule may be tuned
with our own half; the blind half only tells what that was worth. Printed are, for each kind and language, how many pairs the check
would block, and then each miss with its likeness and both texts. No names are given to the check: it has to do without a list.
"""

import argparse
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ministry_social.files.sections import rows
from ministry_social.rules.similarity import Spoken, near_duplicates

FOLDER = Path(__file__).parent / "similar"
HALVES = ("own", "blind")
KINDS = ("copy", "swap", "paraphrase", "translation", "local")
ALIKE = ("copy", "swap")  # must be blocked
DIFFERENT = ("translation", "local")  # must not be; of paraphrases nothing is asked
[THRESHOLD] = [float(row.default) for row in rows() if (row.section, row.name) == ("similarity", "threshold")]


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A pair of texts and what the check makes of it; `likeness` in thousandths."""

    language: str
    kind: str
    left: str
    right: str
    why: str
    likeness: int

    @property
    def blocked(self) -> bool:
        return self.likeness >= round(THRESHOLD * 1000)

    @property
    def missed(self) -> bool:
        return self.blocked if self.kind in DIFFERENT else self.kind in ALIKE and not self.blocked


def judged(half: str) -> list[Judged]:
    """Every pair of a half, as the check judges it."""
    pairs = tomllib.loads((FOLDER / f"{half}.toml").read_text(encoding="utf-8"))["pair"]
    return [
        Judged(
            **{name: pair[name] for name in ("language", "kind", "left", "right", "why")},
            likeness=_likeness(pair["left"], pair["right"]),
        )
        for pair in pairs
    ]


def blocked(pairs: Iterable[Judged], kinds: Sequence[str]) -> tuple[int, int]:
    """How many pairs of these kinds are blocked, and of how many."""
    those = [pair for pair in pairs if pair.kind in kinds]
    return sum(pair.blocked for pair in those), len(those)


def table(pairs: Sequence[Judged]) -> Iterator[str]:
    """One line for each kind, with a cell for each language: blocked/all."""
    languages = sorted({pair.language for pair in pairs if "/" not in pair.language})
    yield "blocked".ljust(14) + "".join(name.rjust(8) for name in (*languages, "all", "share"))
    for kind in KINDS:
        cells = [_cell(blocked((pair for pair in pairs if pair.language == language), [kind])) for language in languages]
        some, every = blocked(pairs, [kind])
        yield kind.ljust(14) + "".join(cell.rjust(8) for cell in (*cells, f"{some}/{every}", f"{some / every:.1%}"))
    some, every = blocked(pairs, ALIKE)
    yield "copy + swap".ljust(14 + 8 * len(languages)) + f"{some}/{every}".rjust(8) + f"{some / every:.1%}".rjust(8)


def misses(pairs: Iterable[Judged]) -> Iterator[str]:
    """What the check got wrong, the texts included."""
    for pair in pairs:
        if pair.missed:
            yield f"{pair.likeness / 1000:.1%}  {pair.language} {pair.kind}: {pair.why}\n    {pair.left}\n    {pair.right}"


def _likeness(left: str, right: str) -> int:
    found = near_duplicates([Spoken(who="left", text=left), Spoken(who="right", text=right)], threshold=0.001)
    return found[0].likeness if found else 0


def _cell(counted: tuple[int, int]) -> str:
    return f"{counted[0]}/{counted[1]}" if counted[1] else ""


def main() -> None:
    parser = argparse.ArgumentParser(description="The similarity check on reference pairs of texts.")
    parser.add_argument("--half", choices=HALVES, help="one half only")
    parser.add_argument(
        "--figures", action="store_true", help="the figures without the misses: whoever tunes must not see the blind ones"
    )
    asked = parser.parse_args()
    for half in [asked.half] if asked.half else HALVES:
        pairs = judged(half)
        print(f"{half}: {len(pairs)} pairs, threshold {THRESHOLD:.0%}", *table(pairs), sep="\n")
        if not asked.figures:
            print(*misses(pairs), sep="\n")
        print()


if __name__ == "__main__":
    main()
