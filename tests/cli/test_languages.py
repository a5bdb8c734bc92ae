"""`message languages` and `message confirm`."""

from pathlib import Path

import pytest

from tests.acceptance.ministry import Ministry

MESSAGE = """\
+++
id = "grain"
audience = "account:mfa + account:embassy-paris + account:embassy-cairo"
+++

## en
### short
The grain corridor stays open.

## fr
### short
Le couloir céréalier reste ouvert.
"""


@pytest.fixture
def grain(offline: Ministry) -> Path:
    return offline.write("messages/grain.md", MESSAGE)


def test_one_message_is_shown_language_by_language(offline: Ministry, grain: Path) -> None:
    lines = offline.say("message", "languages", "messages/grain.md").out.splitlines()
    assert [line.split() for line in lines[:4]] == [
        ["language", "state", "for"], ["en", "source", "mfa"], ["fr", "translated", "embassy-paris"],
        ["ar", "missing", "embassy-cairo"],
    ]  # fmt: skip
    assert ["tr", "not", "needed"] in [line.split() for line in lines]


def test_all_messages_are_shown_as_a_matrix(offline: Ministry, grain: Path) -> None:
    offline.write("messages/other.md", MESSAGE.replace('"grain"', '"other"').partition("## fr")[0])
    lines = [line.split() for line in offline.say("message", "languages").out.splitlines()]
    assert lines == [["message", "en", "fr", "ar"], ["grain", "source", "translated", "missing"],
                     ["other", "source", "missing", "missing"]]  # fmt: skip


def test_a_ministry_without_messages_is_told_how_to_begin(offline: Ministry) -> None:
    for path in (offline.folder / "messages").glob("*.md"):
        path.unlink()
    assert offline.say("message", "languages").out.startswith("There is no message yet.")
    assert offline.say("message", "languages", "--json").json == []


def test_a_confirmed_translation_blocks_once_the_source_has_changed(ministry: Ministry) -> None:
    grain = ministry.write("messages/grain.md", MESSAGE)
    said = ministry.say("message", "confirm", "messages/grain.md", "--language", "fr")
    assert said.out.startswith("messages/grain.md: fr says what en says now (sha256:")
    assert ministry.say("message", "check", "messages/grain.md").code == 0

    grain.write_text(grain.read_text().replace("stays open", "closes tomorrow"))
    checked = ministry.say("message", "check", "messages/grain.md")
    assert checked.code == 1
    assert "messages/grain.md:13  blocking  stale-translation  en has changed since fr was translated." in checked.out
    assert "Nothing was sent" in ministry.say("publish", "messages/grain.md", "--yes").err
    listed = ministry.say("message", "languages", "messages/grain.md")
    remedy = "ministry-social message confirm messages/grain.md --language fr"
    assert f"messages/grain.md:13  fr is stale: en has changed since it was translated.   {remedy}" in listed.out
    rows = ministry.say("message", "languages", "messages/grain.md", "--json").json
    assert [(row["language"], row["state"], row["line"]) for row in rows][:3] == [
        ("en", "source", 9), ("fr", "stale", 13), ("ar", "missing", None),
    ]  # fmt: skip

    ministry.say("message", "confirm", "messages/grain.md", "--language", "fr")
    assert ministry.say("message", "check", "messages/grain.md").code == 0


@pytest.mark.parametrize(
    ("tag", "sentence"),
    [
        ("en", "en is the source itself. Translations: fr."),
        ("ar", "ar has no section here. Translations: fr."),
    ],
)
def test_only_a_translation_can_be_confirmed(offline: Ministry, grain: Path, tag: str, sentence: str) -> None:
    said = offline.say("message", "confirm", "messages/grain.md", "--language", "fr", "--language", tag)
    assert said.code == 1
    assert said.err == f"Error: messages/grain.md: {sentence}\n"
    assert grain.read_text() == MESSAGE


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('it = "sha256:0123456789ab"', "grain.md:5: There is no text in it that could be confirmed. Remove the line."),
        ('fr = "yes"', "grain.md:5: translated: fr: 'yes' is no digest."),
        ('french = "sha256:0123456789ab"', "grain.md:5: translated: french: 'french' is not a language tag."),
    ],
)
def test_what_was_confirmed_by_hand_is_checked(offline: Ministry, grain: Path, line: str, sentence: str) -> None:
    grain.write_text(MESSAGE.replace("\n+++\n\n", f"\n[translated]\n{line}\n+++\n\n", 1))
    assert sentence in offline.say("message", "check", "messages/grain.md").err
