"""PO files: what goes out to translators comes back whole, and mistakes are reported where they are."""

from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given, settings
from hypothesis import strategies as st

from ministry_social.errors import InvalidMessage
from ministry_social.files.exchange import merged, older, po_text, read_translation
from ministry_social.files.messages import load_message
from ministry_social.model.message import Message
from ministry_social.rules.languages import source_digest, units, whole_digest
from tests.factories import message as made
from tests.factories import wording

from .conftest import write_picture

Write = Callable[..., Path]

MESSAGE = """\
+++
id = "grain"

[[media]]
file = "minister.jpg"
+++

## en
### headline
Grain corridor
### short
The "corridor" stays open in {{ city }}.
### long
It stays open.

50 % more, C:\\\\ports, and \u2026
### alt minister.jpg
She signs

## for youtube
### title
Corridor
### tags
grain
"""


@pytest.fixture
def grain(write: Write, tmp_path: Path) -> Path:
    write_picture(tmp_path / "minister.jpg")
    return write(MESSAGE)


def exported(path: Path, language: str = "fr", *, fuzzy: bool = False) -> str:
    message = load_message(path)
    return po_text(message, language, {unit.path: ("Mind the length.",) for unit in units(message, language)}, fuzzy=fuzzy)


def translated(text: str, **texts: str) -> str:
    """A PO file as a translator sends it back; `alt` is the alt text, `title` the video's."""
    paths = {"alt": "alt minister.jpg", "title": "for youtube title"}
    for name, translation in texts.items():
        head, context, rest = text.partition(f'msgctxt "{paths.get(name, name)}"\n')
        assert context
        escaped = translation.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        text = head + context + rest.replace('msgstr ""', f'msgstr "{escaped}"', 1)
    return text


FRENCH = {"headline": "Le couloir", "short": 'Le « "couloir" » reste ouvert à {{ city }}.', "alt": "Elle signe", "title": "Couloir"}


def taken_in(grain: Path, write: Write, po: str) -> str:
    """The message's text after an import."""
    message = load_message(grain)
    return merged(grain.read_text(), message, read_translation(write(po, "grain.fr.po"), message))


class TestExport:
    def test_every_text_is_an_entry_with_its_place_its_notes_and_its_name(self, grain: Path) -> None:
        catalog = read_po(exported(grain).splitlines(), abort_invalid=True)
        entries = [one for one in catalog if one.id]
        assert [one.context for one in entries] == ["headline", "short", "long", "alt minister.jpg", "for youtube title"]
        assert [one.id for one in entries][1:3] == [
            'The "corridor" stays open in {{ city }}.', "It stays open.\n\n50 % more, C:\\\\ports, and \u2026",
        ]  # fmt: skip
        assert {tuple(one.auto_comments) for one in entries} == {("Mind the length.",)}
        assert entries[0].locations == [("grain.md", 10)]
        assert {one.string for one in entries} == {""}
        assert (catalog.project, catalog.version, catalog.locale_identifier) == ("grain", whole_digest(load_message(grain)), "fr")

    def test_it_is_the_same_whenever_it_is_made(self, grain: Path) -> None:
        assert exported(grain) == exported(grain)

    def test_what_looks_like_a_programs_format_is_not_called_one(self, grain: Path) -> None:
        assert "#," not in exported(grain)

    def test_what_is_translated_already_stands_in_it(self, grain: Path) -> None:
        grain.write_text(MESSAGE + "\n## fr\n### short\nOuvert à {{ city }}.\n")
        assert 'msgstr "Ouvert à {{ city }}."' in exported(grain)
        assert "#, fuzzy" not in exported(grain)
        assert exported(grain, fuzzy=True).count("#, fuzzy") == 1

    def test_a_language_with_a_script_is_named_as_gettext_does(self, grain: Path) -> None:
        assert '"Language: zh_Hans\\n"' in exported(grain, "zh-Hans")


class TestImport:
    def test_what_comes_back_is_the_section_of_that_language_and_nothing_else(self, grain: Path, write: Write) -> None:
        after = taken_in(grain, write, translated(exported(grain), **FRENCH))
        confirmed = f'\n[translated]\nfr = "{whole_digest(load_message(grain))}"\n'
        assert after == MESSAGE.replace('minister.jpg"\n+++', f'minister.jpg"\n{confirmed}+++') + (
            f"\n## fr\n### headline\n{FRENCH['headline']}\n### short\n{FRENCH['short']}\n### alt minister.jpg\n{FRENCH['alt']}\n"
            f"\n## for youtube in fr\n### title\n{FRENCH['title']}\n"
        )
        grain.write_text(after)
        message = load_message(grain)
        assert message.translated["fr"] == source_digest(message, "fr")

    def test_a_second_import_changes_nothing(self, grain: Path, write: Write) -> None:
        po = translated(exported(grain), **FRENCH)
        grain.write_text(taken_in(grain, write, po))
        assert taken_in(grain, write, po) == grain.read_text()

    def test_what_is_fuzzy_or_not_translated_is_left_out_and_said(self, grain: Path, write: Write) -> None:
        po = translated(exported(grain), headline="Le couloir", short=FRENCH["short"])
        po = po.replace('msgctxt "headline"', '#, fuzzy\nmsgctxt "headline"')
        po = po.partition("#. Mind the length.\n#: grain.md:18")[0]
        found = read_translation(write(po, "grain.fr.po"), load_message(grain))
        assert found.texts == {"short": FRENCH["short"]}
        assert found.left_out == {
            "headline": "marked as fuzzy", "long": "not translated", "alt minister.jpg": "not in the file",
            "for youtube title": "not in the file",
        }  # fmt: skip

    def test_an_older_translation_of_what_was_left_out_stays_and_is_not_confirmed(self, grain: Path, write: Write) -> None:
        grain.write_text(MESSAGE + "\n## fr\n### headline\nAncien titre\n### short\nAncien, {{ city }}.\n### long\nAncien\n")
        po = exported(grain).replace("Ancien, {{ city }}.", "Nouveau, {{ city }}.").replace('msgstr "Ancien titre"', 'msgstr ""')
        message = load_message(grain)
        found = read_translation(write(po, "grain.fr.po"), message)
        assert older(message, found) == ("headline",)
        after = merged(grain.read_text(), message, found)
        assert "### headline\nAncien titre\n### short\nNouveau, {{ city }}.\n### long\nAncien\n" in after
        assert "[translated]" not in after

    def test_what_only_the_translation_has_stays(self, write: Write, tmp_path: Path) -> None:
        path = write('+++\nid = "grain"\n+++\n## en\n### short\nOpen.\n\n## fr\n### headline\nTitre\n### short\nOuvert.\n')
        po = exported(path).replace('msgstr "Ouvert."', 'msgstr "Toujours ouvert."')
        assert "## fr\n### headline\nTitre\n### short\nToujours ouvert.\n" in taken_in(path, write, po)

    def test_line_ends_of_a_translation_tool_on_windows_do_not_matter(self, grain: Path, write: Write) -> None:
        po = translated(exported(grain), short="Ligne un à {{ city }}\nLigne deux").replace("\\nLigne", "\\r\\nLigne")
        assert "Ligne un à {{ city }}\nLigne deux\n" in taken_in(grain, write, "\ufeff" + po.replace("\n", "\r\n"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("grain sha256", "wheat sha256"), r"grain\.fr\.po:5: This file translates wheat; \S+grain\.md is grain\."),
        (("grain sha256:", "grain sha256:0"), r":5: This file translates grain as it was at sha256:0\w+; \S+ is at sha256:"),
        (('"Project-Id-Version', '"X-Else'), r":1: This file does not say which message it translates; \S+grain\.md is grain\."),
        (("Language: fr", "Language: french"), r":6: Language: 'french' is not a language tag"),
        (("Language: fr", "Language: en"), r":6: Its language is en, which is the source"),
        (('msgctxt "short"', 'msgctxt "shrot"'), r":20: The message has no text shrot\. Did you mean short\?"),
        (('msgctxt "short"\n', ""), r":19: The message has no text without msgctxt\."),
        (("stays open in", "stays closed in"), r":20: The source text of short \(msgid\) is not that of the message"),
        (("ouvert à {{ city }}", "ouvert"), r":20: The translation of short lacks \{\{ city \}\}\."),
        (("ouvert à", "## fr\\nouvert à"), r":20: .*would be a heading of the message"),
        (('msgstr "Le couloir"', 'msgstr "Le couloir'), r":15: This line is not PO\."),
        (('msgstr "Le couloir"', 'msgstr "Le "couloir""'), r":15: This line is not PO\."),
        (('msgid "Grain corridor"\n', ""), r":14: This msgstr stands without its msgid"),
        (('msgstr "Le couloir"\n', ""), r"grain\.fr\.po:1\d: This is not valid PO: missing msgstr"),
        (("MIME-Version: 1.0", "Plural-Forms: nplurals=two"), r"grain\.fr\.po:\d+: This is not valid PO"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence_with_file_and_line(grain: Path, write: Write, change: tuple[str, str], sentence: str) -> None:
    po = translated(exported(grain), headline="Le couloir", short="Reste ouvert à {{ city }}").replace("Reste ouvert", "ouvert")
    old, new = change
    assert old in po
    with pytest.raises(InvalidMessage, match=sentence) as raised:
        read_translation(write(po.replace(old, new, 1), "grain.fr.po"), load_message(grain))
    assert "\n" not in str(raised.value)


def test_a_file_with_nothing_translated_is_refused(grain: Path, write: Write) -> None:
    with pytest.raises(InvalidMessage, match="Nothing in it is translated"):
        read_translation(write(exported(grain), "grain.fr.po"), load_message(grain))


def test_a_translation_without_any_text_of_a_post_is_refused(grain: Path, write: Write) -> None:
    with pytest.raises(InvalidMessage, match="None of headline, short and long is translated into fr"):
        taken_in(grain, write, translated(exported(grain), alt="Elle signe"))


def test_a_file_that_is_no_text_is_refused(grain: Path, write: Write) -> None:
    with pytest.raises(InvalidMessage, match=r"grain\.fr\.po:1: This is not UTF-8 text"):
        read_translation(write(b"\xff\xfe", "grain.fr.po"), load_message(grain))


# What an author can write: no control characters, no blank ends, nothing that is a template or a heading.
TEXTS = (
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="{}#<\ufeff") | st.just("\n"))
    .map(lambda text: "\n".join(line.rstrip() for line in text.strip().split("\n")))
    .filter(bool)
)


@settings(max_examples=200, deadline=None)
@given(source=TEXTS, translation=TEXTS)
def test_whatever_is_written_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, source: str, translation: str) -> None:
    message = _message(source, translation)
    path = tmp_path_factory.getbasetemp() / "any.po"
    path.write_text(po_text(message, "fr", {"short": ()}, fuzzy=False), encoding="utf-8", newline="\n")
    assert read_translation(path, message).texts == {"short": translation}


def _message(source: str, translation: str) -> Message:
    return made(wordings={"en": wording("en", source), "fr": wording("fr", translation)})
