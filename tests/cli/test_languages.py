"""`message languages`, `confirm`, `export` and `import`."""

import re
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


def test_a_translation_goes_out_and_comes_back(offline: Ministry, grain: Path) -> None:
    said = offline.say("message", "export", "messages/grain.md", "--language", "ar", "-o", "grain.ar.po")
    assert said.out == "grain.ar.po: 1 text of grain, from en into ar.\n"
    po = offline.folder / "grain.ar.po"
    assert "#. X: at most 280 weighted characters." in po.read_text()
    po.write_text(po.read_text().replace('corridor stays open."\nmsgstr ""', 'corridor stays open."\nmsgstr "يبقى الممر مفتوحا."'))
    said = offline.say("message", "import", "messages/grain.md", "grain.ar.po")
    assert said.out == "messages/grain.md: ar has short from grain.ar.po.\nConfirmed: ar says what en says now.\n"
    assert grain.read_text().endswith("reste ouvert.\n\n## ar\n### short\nيبقى الممر مفتوحا.\n")
    rows = offline.say("message", "languages", "messages/grain.md", "--json").json
    assert ("ar", "translated") in [(row["language"], row["state"]) for row in rows]


def test_what_was_left_out_is_said_and_an_older_text_beside_it_is_not_confirmed(offline: Ministry, grain: Path) -> None:
    grain.write_text(
        MESSAGE.replace("### short\nThe", "### headline\nGrain\n### short\nThe").replace("## fr", "## fr\n### headline\nBlé")
    )
    po = offline.say("message", "export", "messages/grain.md", "--language", "fr").out
    offline.write("grain.fr.po", po.replace('msgctxt "headline"', '#, fuzzy\nmsgctxt "headline"'))
    said = offline.say("message", "import", "messages/grain.md", "grain.fr.po")
    assert said.code == 0
    assert "Left out  headline: marked as fuzzy\nNot confirmed: headline stands as it was." in said.out
    assert "[translated]" not in grain.read_text()


def test_a_file_for_another_message_is_refused_and_nothing_is_written(offline: Ministry, grain: Path) -> None:
    po = offline.say("message", "export", "messages/grain.md", "--language", "fr").out
    offline.write("grain.fr.po", po)
    offline.write("messages/other.md", MESSAGE.replace('"grain"', '"other"'))
    said = offline.say("message", "import", "messages/other.md", "grain.fr.po")
    assert said.code == 1
    assert said.err.startswith("Error: grain.fr.po:5: This file translates grain; messages/other.md is other.")
    grain.write_text(MESSAGE.replace("stays open", "is closed"))
    said = offline.say("message", "import", "messages/grain.md", "grain.fr.po")
    assert re.search(
        r"grain\.fr\.po:5: This file translates grain as it was at sha256:\w+; messages/grain\.md is at sha256:", said.err
    )
    assert "[translated]" not in grain.read_text()


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("--language", "french"), 2, "'french' is not a language tag"),
        (("--language", "en"), 1, "en is the source of messages/grain.md."),
        (("--language", "fr", "-o", "messages/grain.md"), 1, "messages/grain.md: This file is there already."),
        (("--language", "fr", "-o", "nowhere/grain.po"), 1, "nowhere/grain.po: It cannot be written: No such file or directory."),
    ],
)
def test_what_cannot_be_exported_says_so(
    offline: Ministry, grain: Path, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    said = offline.say("message", "export", "messages/grain.md", *arguments)
    assert (said.code, sentence in said.err) == (code, True), said.err
    assert grain.read_text() == MESSAGE
