"""Other ministries: a TOML or CSV file with their public accounts, and what is known of them."""

import csv
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from ..errors import InvalidSettings
from ..model.reach import Other
from .lines import Toml, read_text

_PLATFORMS = ("x", "facebook", "youtube")
_NUMBERS = ("followers", "posts_per_day", "interactions_per_post")
_NAMES = ("ministry", "platform", "handle", *_NUMBERS)


def load_others(path: Path) -> tuple[Other, ...]:
    """The accounts in the file, in its order. Raises `InvalidSettings` that names the file and, where it can, the line."""
    text = read_text(path, InvalidSettings)
    rows = _of_csv(path, text) if path.suffix.lower() == ".csv" else _of_toml(path, text)
    found = tuple(_other(path, line, row) for line, row in rows)
    if not found:
        raise InvalidSettings("No account of another ministry stands here.", file=str(path), remedy="docs/reach.md shows the form.")
    return found


def _of_toml(path: Path, text: str) -> list[tuple[int, Mapping[str, Any]]]:
    """`[[account]]` with the names of a CSV file's columns."""
    toml = Toml(text, str(path), InvalidSettings)
    toml.check_names(toml.values, ("account",), "section")
    rows = toml.values.get("account", [])
    if not isinstance(rows, list):
        raise InvalidSettings("Each account is a section [[account]].", file=str(path), line=1)
    return [(toml.place("account", number).line, row) for number, row in enumerate(rows)]


def _of_csv(path: Path, text: str) -> list[tuple[int, Mapping[str, Any]]]:
    reader = csv.DictReader(StringIO(text))
    unknown = [name for name in reader.fieldnames or () if name not in _NAMES]
    if unknown:
        raise InvalidSettings(
            f"There is no column {unknown[0]}.", file=str(path), line=1, remedy=f"The columns are: {', '.join(_NAMES)}."
        )
    return [(reader.line_num, {name: value for name, value in row.items() if value}) for row in reader]


def _other(path: Path, line: int, row: Mapping[str, Any]) -> Other:
    def wrong(sentence: str) -> InvalidSettings:
        return InvalidSettings(sentence, file=str(path), line=line, remedy="docs/reach.md shows the form.")

    unknown = [name for name in row if name not in _NAMES]
    if unknown:
        raise wrong(f"An account has no {unknown[0]}.")
    missing = [name for name in ("ministry", "platform", "handle") if not str(row.get(name) or "").strip()]
    if missing:
        raise wrong(f"An account lacks its {missing[0]}.")
    if row["platform"] not in _PLATFORMS:
        raise wrong(f"There is no platform {row['platform']}: x, facebook or youtube.")
    try:
        numbers = {name: float(row[name]) for name in _NUMBERS if row.get(name) not in (None, "")}
    except (TypeError, ValueError):
        raise wrong("followers, posts_per_day and interactions_per_post are numbers, or left out.") from None
    return Other(
        ministry=str(row["ministry"]).strip(), platform=str(row["platform"]), handle=str(row["handle"]).strip().removeprefix("@"),
        followers=int(numbers["followers"]) if "followers" in numbers else None,
        vocality=numbers.get("posts_per_day"), efficiency=numbers.get("interactions_per_post"),
    )  # fmt: skip
