"""config/retention.toml: a time for each class, or a sentence with file and line."""

from datetime import timedelta
from pathlib import Path

import pytest

from ministry_social.errors import InvalidSettings
from ministry_social.files.retention import load_retention
from ministry_social.model.retention import Record

REPOSITORY = Path(__file__).parent.parent.parent


def test_the_one_that_a_ministry_begins_with_keeps_everything_for_ever() -> None:
    schedule = load_retention(REPOSITORY / "config" / "retention.toml")
    assert schedule.keep == dict.fromkeys(Record)


def test_without_a_file_everything_is_kept(tmp_path: Path) -> None:
    assert load_retention(tmp_path / "retention.toml").keep == {}


def test_a_time_is_read(tmp_path: Path) -> None:
    file = tmp_path / "retention.toml"
    file.write_text('[keep]\nmedia = "3650d"\n')
    assert load_retention(file).keep == {Record.MEDIA: timedelta(days=3650)}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('pictures = "90d"', "There is no class pictures."),
        ('media = "10 winters"', "media: "),
        ('media = "2d"', "media: 2d is too short: at least 30d."),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "retention.toml"
    file.write_text(f"[keep]\n{line}\n")
    with pytest.raises(InvalidSettings) as wrong:
        load_retention(file)
    assert (wrong.value.line, wrong.value.sentence[: len(said)]) == (2, said)
