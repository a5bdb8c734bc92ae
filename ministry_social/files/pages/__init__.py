"""Pages that are given: one HTML file each, which needs nothing else, neither a network nor a script."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows of text under titles; the first cell of a row names it."""

    caption: str
    titles: Sequence[str]
    rows: Sequence[Sequence[str]]

    @property
    def words(self) -> int:
        """How many columns hold words: the first, and all before one that holds numbers."""
        cells = list(zip(*self.rows, strict=True))
        return next((n for n, column in enumerate(cells) if n and all(_number(cell) for cell in column)), len(self.titles))


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of a page. `name` is its address on the page; `plot` is SVG; each plot has a table under it that says the same."""

    name: str
    title: str
    said: Sequence[str] = ()
    plot: str = ""
    table: Table | None = None


def page(*, title: str, lead: Sequence[str], sections: Sequence[Section], foot: str, language: str = "en") -> str:
    """The page, whole."""
    template = _templates().get_template("page.html")
    html: str = template.render(title=title, lead=lead, sections=sections, foot=foot, language=language)
    return html


def _number(cell: str) -> bool:
    return not cell or cell[0] in "0123456789–+-"


@cache
def _templates() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
