"""What the pages say, in each language that somebody wrote it in: words/TAG.toml."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

FALLBACK = "en"
_FOLDER = Path(__file__).parent / "words"
_SAME = {"zh": "zh-Hans", "zh-CN": "zh-Hans", "zh-SG": "zh-Hans"}


@cache
def languages() -> tuple[str, ...]:
    """The tags of all languages, in the order of the alphabet."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


@cache
def words(tag: str) -> Mapping[str, Any]:
    """All that the pages say in one language."""
    return tomllib.loads((_FOLDER / f"{tag}.toml").read_text(encoding="utf-8"))


def choose(asked: str, header: str, spoken: Sequence[str]) -> str:
    """The language of a page: what was asked for by a link, else the browser's, else the account's, else English."""
    for tag in (asked, *_preferred(header), *spoken):
        found = _known(tag)
        if found:
            return found
    return FALLBACK


def _preferred(header: str) -> list[str]:
    """The tags of `Accept-Language`, the dearest first (RFC 9110, 12.5.4)."""
    weighed = []
    for part in header[:500].split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            weighed.append((float(weight or 1), tag.strip()))
        except ValueError:
            continue
    return [tag for weight, tag in sorted(weighed, key=lambda one: -one[0]) if weight > 0]


def _known(tag: str) -> str:
    """The tag of ours that is meant: `fr-CA` is `fr`."""
    have = {one.lower(): one for one in languages()}
    tag = _SAME.get(tag, tag).lower()
    return have.get(tag) or have.get(_SAME.get(tag.partition("-")[0], tag.partition("-")[0]).lower(), "")
