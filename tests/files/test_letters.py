"""Letters to missions: what one says, and that it is a local text once its form is filled in."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ministry_social.errors import InvalidMessage
from ministry_social.files.beside import local_text
from ministry_social.files.letters import filled_in, letter, moment, write_letters
from ministry_social.files.messages import load_message
from ministry_social.model.asking import Owed
from ministry_social.model.message import Message
from ministry_social.rules.languages import whole_digest
from tests.factories import LIMITS, account, media, message, video, wording

UNTIL = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
ANKARA = account("embassy-ankara", "tr", "en", zone="Europe/Istanbul")
OWED = Owed(
    mission="embassy-ankara", accounts=(ANKARA,), languages=("tr", "en"), zone="Europe/Istanbul",
    otherwise=("embassy-ankara reposts mfa.",),
)  # fmt: skip


def written(said: Message | None = None, **more: Any) -> str:
    return letter(said or message(**more), OWED, UNTIL, {"embassy-ankara": LIMITS["x"]})


def test_it_says_what_is_owed_until_when_and_what_happens_otherwise() -> None:
    text = written()
    for said in (
        "until 2026-12-01 15:00 in Europe/Istanbul, 12:00 UTC.",
        "- embassy-ankara reposts mfa.",
        "> short:\n> The corridor stays open.",
        "- Language: one of tr, en.",
        "- Length: embassy-ankara on X: 280 weighted characters at most.",
    ):
        assert said in text
    assert "embargo" not in text
    assert "{{ video }}" not in text


def test_it_names_the_embargo_the_video_and_the_pictures() -> None:
    text = written(embargo=UNTIL, media=(media("minister.jpg"), video()))
    assert "under embargo: nothing of it may be public before 2026-12-01 15:00 in Europe/Istanbul, 12:00 UTC." in text
    assert "- {{ video }} becomes the address of the video." in text
    assert "add below your text a line: ### alt minister.jpg" in text


def test_a_deadline_on_another_day_there_says_both_days() -> None:
    assert moment(datetime(2026, 12, 1, 23, 0, tzinfo=UTC), "Asia/Tokyo") == "2026-12-02 08:00 in Asia/Tokyo, 2026-12-01 23:00 UTC"


@pytest.mark.parametrize(
    "source",
    ["Open.", "## Open\n### short\nA heading of another kind.", "# grain: local text of embassy-oslo\nsha256:000000000000"],
)
def test_filled_in_it_is_a_local_text_whatever_the_source_says(write: Callable[..., Path], source: str) -> None:
    write('+++\nid = "grain"\n+++\n## en\n### short\nOpen.\n')
    said = message(wordings={"en": wording("en", source)})
    whole = written(said) + "Koridor açık."
    path = write(whole, "local/grain/embassy-ankara.md")
    found = load_message(path.parents[2] / "grain.md").locals["embassy-ankara"].wording
    assert (found.language, found.short and found.short.text) == ("tr", "Koridor açık.")

    name, mission, digest, text = filled_in(whole, "letter.md")
    assert (name, mission, digest) == ("grain", "embassy-ankara", whole_digest(said))
    assert text.strip() == "## tr\n### short\nKoridor açık."


def test_an_empty_form_is_refused_where_the_text_belongs() -> None:
    whole = written()
    *_, text = filled_in(whole, "letter.md")
    line = whole.split("\n").index("### short") + 1
    with pytest.raises(InvalidMessage, match=rf"^letter\.md:{line}: ### short has no text\. Write it below the heading"):
        local_text("embassy-ankara", text, "letter.md", ())


def test_what_is_no_letter_is_refused_with_the_way_on() -> None:
    with pytest.raises(
        InvalidMessage, match=r"^note\.md:1: This is no letter of local ask: .* local write MESSAGE --mission NAME note\.md$"
    ):
        filled_in("## tr\n### short\nKoridor açık.\n", "note.md")


def test_letters_are_written_all_or_none(tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    assert write_letters(folder, {"a.md": "A", "b.md": "B"}) == (folder / "a.md", folder / "b.md")
    with pytest.raises(InvalidMessage, match="This file is there already"):
        write_letters(folder, {"c.md": "C", "b.md": "other"})
    assert {path.name: path.read_text() for path in folder.iterdir()} == {"a.md": "A", "b.md": "B"}
