"""Local texts on the disk: whole, in their place, and never over another one unseen."""

import os
import stat
from pathlib import Path

import pytest

from ministry_social.errors import InvalidMessage, NotAllowed
from ministry_social.files.local_texts import as_local_text, difference, place_of, save

WHOLE = "## tr\n### short\nKoridor açık.\n"


@pytest.mark.parametrize(
    "text",
    ["Koridor açık.", "\n Koridor açık.\n\n", "### short\nKoridor açık.", WHOLE, WHOLE.rstrip()],
)
def test_a_text_gets_the_headings_that_it_lacks(text: str) -> None:
    assert as_local_text(text, "tr") == WHOLE


def test_a_text_with_its_own_heading_keeps_its_language_and_notes() -> None:
    assert as_local_text("Our angle.\n\n## en\n### short\nOpen.", "tr") == "Our angle.\n\n## en\n### short\nOpen.\n"


def test_a_new_text_is_there_whole_and_for_everybody_to_read(tmp_path: Path) -> None:
    path = place_of(tmp_path / "grain.md", "grain", "embassy-ankara")
    save(path, WHOLE, None)
    assert path == tmp_path / "local" / "grain" / "embassy-ankara.md"
    assert path.read_text(encoding="utf-8") == WHOLE
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_another_text_takes_its_place_and_keeps_the_files_mode(tmp_path: Path) -> None:
    path = tmp_path / "embassy-ankara.md"
    path.write_bytes(b"\xef\xbb\xbf## tr\r\n### short\r\nEski.\r\n")
    path.chmod(0o640)
    save(path, WHOLE, "## tr\n### short\nEski.\n")
    assert path.read_text(encoding="utf-8") == WHOLE
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.parametrize("before", [None, "what I saw"])
def test_a_text_that_came_meanwhile_is_left_alone(tmp_path: Path, before: str | None) -> None:
    path = tmp_path / "embassy-ankara.md"
    path.write_text("somebody else's")
    with pytest.raises(NotAllowed, match="was written by somebody else meanwhile"):
        save(path, WHOLE, before)
    assert path.read_text() == "somebody else's"
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_text_that_was_removed_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(NotAllowed, match="somebody else meanwhile"):
        save(tmp_path / "embassy-ankara.md", WHOLE, "what I saw")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["local", "local/grain"])
def test_a_folder_that_is_none_is_an_error_of_one_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("a file")
    with pytest.raises(InvalidMessage, match=r"embassy-ankara\.md: It cannot be written: "):
        save(tmp_path / "local" / "grain" / "embassy-ankara.md", WHOLE, None)


def test_a_folder_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    inside, outside = tmp_path / "messages", tmp_path / "elsewhere"
    inside.mkdir()
    outside.mkdir()
    os.symlink(outside, inside / "local")
    with pytest.raises(InvalidMessage, match="outside the message's folder"):
        place_of(inside / "grain.md", "grain", "embassy-ankara")


def test_a_difference_names_both_and_shows_the_lines() -> None:
    assert list(difference("## tr\nEski.\n", "## tr\nYeni.\n")) == [
        "--- there already",
        "+++ this one",
        " ## tr",
        "-Eski.",
        "+Yeni.",
    ]
