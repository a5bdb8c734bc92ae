"""Compares our X lengths with the reference's: `python -m tests.reference.compare --seed 1 --count 100000`."""

import argparse
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from ministry_social.rules.length import Measured, x_length

from .hostile import hostile
from .node import reference_counts
from .sweep import sweep


@dataclass
class Comparison:
    """What was seen: texts per class, differences per class, those counted too short, and some examples."""

    texts: Counter[str] = field(default_factory=Counter)
    longer: Counter[str] = field(default_factory=Counter)
    shorter: Counter[str] = field(default_factory=Counter)
    validity: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    @property
    def differences(self) -> int:
        return (self.longer + self.shorter + self.validity).total()

    def add(self, name: str, text: str, ours: Measured, length: int, valid: bool) -> None:
        """Note one text."""
        self.texts[name] += 1
        if ours.length == length and ours.valid == valid:
            return
        kind = self.longer if ours.length > length else self.shorter if ours.length < length else self.validity
        kind[name] += 1
        if len(self.examples) < 20:
            self.examples.append(f"{name}: {text!a} is {length} {valid} in the reference, {ours.length} {ours.valid} here")

    def report(self) -> Iterator[str]:
        """A line per class, then the sum and the examples."""
        for name, count in sorted(self.texts.items()):
            seen = f"{name:26} {count:8} {100 * count / self.texts.total():5.1f} %"
            yield f"{seen}  longer {self.longer[name]}, shorter {self.shorter[name]}, validity {self.validity[name]}"
        yield f"{self.texts.total()} texts, {self.differences} differences, {self.shorter.total()} counted too short."
        yield from self.examples


def compare(named: Iterable[tuple[str, str]]) -> Comparison:
    """Count every text twice. `named`: class and text."""
    seen = Comparison()
    names: deque[str] = deque()

    def texts() -> Iterator[str]:
        for name, text in named:
            names.append(name)
            yield text

    for text, length, valid in reference_counts(texts()):
        seen.add(names.popleft(), text, x_length(text), length, valid)
    return seen


def main() -> int:
    """Exit 1 where anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--sweep", action="store_true", help="every character in its places too (takes minutes)")
    options = parser.parse_args()
    started = time.monotonic()
    seen = compare(chain(hostile(options.seed, options.count), sweep() if options.sweep else ()))
    for line in seen.report():
        print(line)
    print(f"Seed {options.seed}, {time.monotonic() - started:.0f} s.")
    return int(seen.differences > 0)


if __name__ == "__main__":
    raise SystemExit(main())
