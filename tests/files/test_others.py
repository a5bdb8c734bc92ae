"""The file of other ministries."""

from pathlib import Path

import pytest

from ministry_social.errors import InvalidSettings
from ministry_social.files.others import load_others
from ministry_social.model.reach import Other

TOML = """\
[[account]]
ministry = "Atlantis"
platform = "x"
handle = "@mfa_atlantis"
followers = 120000
posts_per_day = 4.5

[[account]]
ministry = "Atlantis"
platform = "youtube"
handle = "mfa_atlantis"
"""
CSV = """\
ministry,platform,handle,followers,posts_per_day,interactions_per_post
Atlantis,x,@mfa_atlantis,120000,4.5,
Atlantis,youtube,mfa_atlantis,,,
"""
FOUND = (
    Other(ministry="Atlantis", platform="x", handle="mfa_atlantis", followers=120_000, vocality=4.5),
    Other(ministry="Atlantis", platform="youtube", handle="mfa_atlantis"),
)


@pytest.mark.parametrize(("name", "text"), [("others.toml", TOML), ("others.csv", CSV)])
def test_both_forms_say_the_same(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert load_others(tmp_path / name) == FOUND


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("o.toml", "[[account]]\nministry = 'A'\nplatform = 'x'\n", "o.toml:1: An account lacks its handle."),
        ("o.toml", TOML + "\n[[account]]\nministry = 'A'\nplatform = 'orkut'\nhandle = 'a'\n", ":13: There is no platform orkut"),
        ("o.toml", "[[account]]\nministry = 'A'\nplatform = 'x'\nhandle = 'a'\nfans = 1\n", "An account has no fans."),
        ("o.toml", "[[minsitry]]\n", "Unknown section minsitry."),
        ("o.csv", CSV + "Lemuria,x,mfa,many,,\n", "o.csv:4: followers, posts_per_day and interactions_per_post are numbers"),
        ("o.csv", "ministry,fans\n", "There is no column fans."),
        ("o.csv", "", "No account of another ministry stands here."),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, name: str, text: str, says: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(InvalidSettings) as wrong:
        load_others(tmp_path / name)
    assert says in str(wrong.value)
