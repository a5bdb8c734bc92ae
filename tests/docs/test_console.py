"""What the pages show is what a person sees who types it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .console import Terminal, free_port, matches
from .pages import DOCS, PAGES, REPOSITORY, blocks

README, TOUR, APPROVALS = REPOSITORY / "README.md", DOCS / "tour.md", DOCS / "approvals.md"


def has_console(path: Path) -> bool:
    return any(block.kind == "console" for block in blocks(path.read_text(encoding="utf-8")))


# Every other page is read in the folder that the tour leaves, with its rehearsal served again.
OTHERS = [path for path in PAGES if path not in (README, TOUR, APPROVALS) and has_console(path)]


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """A terminal in an empty folder."""
    made = Terminal(folder=tmp_path, port=free_port())
    yield made
    made.close()


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A terminal in which the tour was done, in the folder that it leaves."""
    made = Terminal(folder=tmp_path_factory.mktemp("tour"), port=free_port())
    try:
        made.follow(TOUR)
    finally:
        made.close()
    return made


@pytest.fixture(scope="module")
def served(tour: Terminal) -> Iterator[Terminal]:
    """The same, with its rehearsal served again."""
    made = Terminal(folder=tour.folder, port=tour.port)
    made.serve("ministry-social rehearsal serve")
    yield made
    made.close()


def test_the_first_message_of_the_readme_goes_out_as_shown(terminal: Terminal) -> None:
    terminal.follow(README)


def test_the_page_of_approvals_goes_as_shown_in_a_ministry_of_its_own(terminal: Terminal) -> None:
    terminal.follow(APPROVALS)


def test_the_tour_goes_as_shown(tour: Terminal) -> None:
    assert (tour.folder / "config" / "ministry.toml").is_file()


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.name)
def test_a_page_goes_as_shown_in_the_folder_of_the_tour(path: Path, served: Terminal) -> None:
    Terminal(folder=served.folder, port=served.port).follow(path)


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("5 published", "5 published\n", True),
        ("5 published", "4 published\n", False),
        ("a\n...\nd", "a\nb\nc\nd", True),
        ("a\n...\nd", "a\nd", False),
        ("id  ...  end", "id    17  end  ", True),
        ("", "something", False),
    ],
)
def test_three_dots_stand_for_anything_and_nothing_else_does(shown: str, printed: str, same: bool) -> None:
    assert matches(shown, printed) is same
