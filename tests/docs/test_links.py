"""Links lead somewhere, and files that the pages name are there."""

import re
from pathlib import Path

import pytest

from .pages import PAGES, REPOSITORY, anchors, links, prose

PACKAGE = REPOSITORY / "ministry_social"
ELSEWHERE = {"config/v3.json"}  # of GitHub twitter/twitter-text
# The first part of a path that means a file of this repository; others are examples of what a ministry writes.
OURS = {
    "docs",
    "tests",
    "templates",
    "config",
    "ministry_social",
    ".ci",
    *(path.name for path in PACKAGE.iterdir() if path.is_dir()),
}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    for target in links(path.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            assert target.startswith("https://"), target
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        assert there.is_file(), f"{path.name}: {target}"
        assert not anchor or anchor in anchors(there.read_text(encoding="utf-8")), f"{path.name}: {target}"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_file_that_a_page_names_is_there(path: Path) -> None:
    for name in re.findall(r"`((?:[\w.-]+/)+[\w.*-]*)`", prose(path.read_text(encoding="utf-8"))):
        if name.split("/")[0] not in OURS or name in ELSEWHERE:
            continue
        found = any(any(root.glob(name)) if "*" in name else (root / name).exists() for root in (REPOSITORY, PACKAGE))
        assert found, f"{path.name} names {name}"


def test_every_page_that_the_code_names_is_there() -> None:
    for path in (*PACKAGE.rglob("*.py"), *(REPOSITORY / "config").glob("*.toml"), *(REPOSITORY / "templates").rglob("*.md")):
        for name in re.findall(r"\bdocs/[\w/-]+\.md\b", path.read_text(encoding="utf-8")):
            assert (REPOSITORY / name).is_file(), f"{path} names {name}"
