"""The documentation as the tests read it: pages, their headings, links and fenced blocks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
DOCS = REPOSITORY / "docs"
PAGES = (REPOSITORY / "README.md", *sorted(DOCS.glob("*.md")))

_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Block:
    """A fenced block. `kind` is the word after the fence, `file` a second one: `toml config/x.toml`; `line` counts from 1."""

    kind: str
    file: str
    text: str
    line: int


def page(name: str) -> str:
    """The text of a page below docs/."""
    return (DOCS / name).read_text(encoding="utf-8")


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    for match in _FENCE.finditer(text):
        kind, _, file = match["info"].strip().partition(" ")
        yield Block(kind=kind, file=file.strip(), text=match["text"], line=text.count("\n", 0, match.start("text")) + 1)


def prose(text: str) -> str:
    """The page without its fenced blocks."""
    return _FENCE.sub("", text)


def headings(text: str) -> list[str]:
    """Its headings, as written, in order."""
    return re.findall(r"^#{1,6} +(.+?) *$", prose(text), re.MULTILINE)


def anchors(text: str) -> set[str]:
    """The names under which its headings can be linked, as GitHub makes them."""
    found: set[str] = set()
    for heading in headings(text):
        plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        name = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        number = 0
        while (name if not number else f"{name}-{number}") in found:
            number += 1
        found.add(name if not number else f"{name}-{number}")
    return found


def links(text: str) -> Iterator[str]:
    """The targets of its links and pictures."""
    yield from re.findall(r"\]\(([^)\s]+)\)", prose(text))


def section(text: str, heading: str) -> str:
    """What stands below a heading, up to the next of its level or a higher one. Raises `AssertionError` where there is none."""
    match = re.search(rf"^(#+) {re.escape(heading)} *$", text, re.MULTILINE)
    assert match is not None, f"there is no section {heading!r}"
    rest = text[match.end() :]
    end = re.search(rf"^#{{1,{len(match[1])}}} ", rest, re.MULTILINE)
    return rest if end is None else rest[: end.start()]


def rows(text: str, *titles: str) -> list[list[str]]:
    """The cells of the table with these titles. A `|` in a cell is written `\\|`."""
    head = "| " + " | ".join(titles) + " |\n"
    assert head in text, f"there is no table with the titles {titles}"
    found = []
    for line in text.split(head, 1)[1].splitlines()[1:]:
        if not line.startswith("|"):
            break
        found.append([cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return found
