"""Campaign files: what a person may write, and how mistakes are reported."""

from collections.abc import Callable
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from ministry_social.errors import InvalidMessage
from ministry_social.files.campaigns import load_campaign
from ministry_social.model.campaign import PostKind
from ministry_social.model.message import Term
from ministry_social.rules.recurrence import MOST

from .conftest import MESSAGE

LEAST = """\
id = "again"
goal = "Everybody knows"
start = 2026-12-01
end = 2027-01-31
repeat = "FREQ=WEEKLY;BYDAY=TU;COUNT=6"
at = "09:00 local"
messages = ["../messages/grain.md"]
"""
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a campaign file; its message lies where it says."""
    for name, text in (("messages/grain.md", MESSAGE), ("campaigns/again.toml", LEAST)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")

    def written(text: str) -> Path:
        (tmp_path / "campaigns/again.toml").write_text(text, encoding="utf-8")
        return tmp_path / "campaigns/again.toml"

    return written


def test_the_least_campaign_speaks_to_all_in_every_kind(write: Write) -> None:
    loaded = load_campaign(write(LEAST))
    found = loaded.campaign
    assert (found.id, found.goal, found.repeat) == ("again", "Everybody knows", "FREQ=WEEKLY;BYDAY=TU;COUNT=6")
    assert (found.start, found.end, found.at, found.zone) == (date(2026, 12, 1), date(2027, 1, 31), time(9), "local")
    assert (found.kinds, found.platforms, found.spread) == (tuple(PostKind), (), timedelta())
    assert [one.message.id for one in loaded.messages] == ["grain-corridor"]
    assert str(loaded.files[0]).endswith("messages/grain.md")
    assert ".." not in str(loaded.files[0])


def test_everything_can_be_said(write: Write) -> None:
    more = 'audience = "platform:x"\nkinds = ["link", "text"]\nplatforms = ["x", "facebook + youtube"]\nspread = "30min"\n'
    found = load_campaign(
        write(LEAST.replace('"Everybody knows"', "20000").replace("09:00 local", "18:30 Asia/Tokyo") + more)
    ).campaign
    assert (found.goal, found.at, found.zone, found.spread) == ("20000", time(18, 30), "Asia/Tokyo", timedelta(minutes=30))
    assert found.audience == (Term(sign="+", kind="platform", value="x"),)
    assert found.kinds == (PostKind.LINK, PostKind.TEXT)
    assert found.platforms == (frozenset({"x"}), frozenset({"facebook", "youtube"}))


def test_any_change_of_file_or_message_makes_another_campaign(write: Write, tmp_path: Path) -> None:
    before = load_campaign(write(LEAST)).source
    assert load_campaign(write(LEAST + "# a note\n")).source != before
    (tmp_path / "messages/grain.md").write_text(MESSAGE + "Thank you.\n", encoding="utf-8")
    assert load_campaign(write(LEAST)).source != before


def changed(old: str, new: str) -> str:
    assert old in LEAST
    return LEAST.replace(old, new)


WRONG = [
    ("id = ", 1, "has no goal. Add a line: goal ="),
    (changed('id = "again"\n', ""), 1, 'has no id. Add a line: id = "grain-again"'),
    (LEAST + "tiem = 1\n", 8, "Unknown name tiem"),
    (changed('"again"', '"Again!"'), 1, "is no id"),
    (changed('"Everybody knows"', "true"), 2, "Write a text between double quotes"),
    (changed("2026-12-01", '"2026-12-01"'), 3, "is not a day. Write one without quotes"),
    (changed("2027-01-31", "2026-11-30"), 4, r"end \(2026-11-30\) is before start"),
    (changed("2027-01-31", "2026-12-20"), 4, "Only 3 of the 6 waves begin by 2026-12-20. Write a later end, or COUNT=3"),
    (changed("WEEKLY", "HOURLY"), 5, "repeat: .* does not say how often"),
    (changed("FREQ=WEEKLY;BYDAY=TU;COUNT=6", "FREQ=YEARLY;BYMONTH=6"), 5, "gives no day between"),
    (changed("FREQ=WEEKLY;BYDAY=TU;COUNT=6", "FREQ=DAILY").replace("2027-01", "2029-01"), 5, f"more than {MOST} waves"),
    (changed("09:00 local", "9 o'clock"), 6, "is no hour. Write hour and zone"),
    (changed("09:00 local", "09:00 Mars/Olympus"), 6, "is not an IANA time zone"),
    (changed("grain.md", "grian.md"), 7, "There is no file ../messages/grian.md. Did you mean ../messages/grain.md?"),
    (changed("../messages/grain.md", "nowhere/grain.md"), 7, "Write its path as seen from the campaign's folder"),
    (changed('["../messages/grain.md"]', '["../messages/grain.md", "../messages/grain.md"]'), 7, "stands here twice"),
    (changed('["../messages/grain.md"]', "[]"), 7, "The list is empty"),
    (LEAST + 'kinds = ["text", "movie"]\n', 8, "There is no kind of post movie"),
    (LEAST + 'kinds = ["text", "text"]\n', 8, "Write each kind once"),
    (LEAST + 'platforms = ["x", "facebok"]\n', 8, "There is no platform facebok. Did you mean facebook?"),
    (LEAST + 'audience = "grup:sahel"\n', 8, "Did you mean group:?"),
    (LEAST + 'spread = "long"\n', 8, "is not a duration"),
]


@pytest.mark.parametrize(("text", "line", "says"), WRONG, ids=[says[:40] for _, _, says in WRONG])
def test_a_mistake_is_reported_with_file_line_and_remedy(write: Write, text: str, line: int, says: str) -> None:
    text = LEAST.replace('goal = "Everybody knows"\n', "") if text == "id = " else text
    with pytest.raises(InvalidMessage, match=says) as caught:
        load_campaign(write(text))
    assert caught.value.file is not None
    assert (caught.value.file.rsplit("/", 1)[-1], caught.value.line) == ("again.toml", line)
