"""Writes ministry_social/rules/x_tables.py: `python -m tests.reference.tables` (with --check: only compares)."""

import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .node import tables

TARGET = Path(__file__).parents[2] / "ministry_social" / "rules" / "x_tables.py"
HEAD = '''"""Tables for counting texts of X. Written by `python -m tests.reference.tables`; not to be edited.

Read off the behaviour of npm `twitter-text` 3.1.0 and `twemoji-parser` 11.0.2 (Apache-2.0 and MIT; GitHub twitter/twitter-text,
twitter/twemoji-parser), which take them from IANA's list of top-level domains and from Unicode Emoji 11.0.
"""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())

'''


def source() -> str:
    """The module's text."""
    found: dict[str, Any] = tables()
    domains = sorted(found["domains"], key=lambda name: (-len(name), name))
    plain = sorted(name for name in domains if name.isascii())
    other = [name for name in domains if not name.isascii()]
    parts = [
        HEAD,
        _words("TOP_LEVEL", "Top-level domains in ASCII.", plain),
        _words("TOP_LEVEL_OTHER", "Top-level domains with other letters, the longest first.", other),
        _words("LETTER_CASES", "Letters of those in all their cases.", sorted(found["cases"].values())),
        _words("FLAGS", "Pairs of regional indicators that are a flag, as letters.", found["flags"]),
        _words("TONED", "Emoji that take a skin tone: code points, hexadecimal.", _ranges(found["toned"])),
        _words("PRESENTED", "Characters that make an emoji with U+FE0F.", _ranges(found["presented"])),
    ]
    return "\n".join(parts)


def _ranges(points: Iterable[int]) -> list[str]:
    runs: list[list[int]] = []
    for point in sorted(points):
        if runs and runs[-1][1] == point - 1:
            runs[-1][1] = point
        else:
            runs.append([point, point])
    return [f"{low:X}" if low == high else f"{low:X}-{high:X}" for low, high in runs]


def _words(name: str, comment: str, words: Iterable[str]) -> str:
    text = " ".join(words)
    # Half as many where letters may be twice as wide.
    lines = textwrap.wrap(text, width=110 if text.isascii() else 60, break_long_words=False, break_on_hyphens=False)
    return "\n".join([f"# {comment}", f'{name} = _words("""', *lines, '""")', ""])


def main() -> int:
    """Write the module, or compare it."""
    text = source()
    if "--check" in sys.argv:
        return int(TARGET.read_text(encoding="utf-8") != text)
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
