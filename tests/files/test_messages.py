"""Message files: what a person may write, and how mistakes are reported."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ministry_social.errors import InvalidMessage
from ministry_social.files.messages import find, load, load_message, message_bytes, revision_of
from ministry_social.rules.canonical import digest

from .conftest import CAPTIONS, MESSAGE, write_picture, write_video

Write = Callable[..., Path]

FULL = """\
+++
id = "grain-corridor"
kind = "press-briefing"
source = "en"
audience = "all - group:sahel"
missing_translation = "skip"
without_video = "post"
embargo = 2026-12-01T10:00:00+01:00
stale_after = "6h"
link = "https://www.mfa-tavoria.example.org/grain"
corrects = "grain-2025"
playlists = ["Briefings", "Interviews"]

[variables]
year = "2026"

[[media]]
file = "grain.mp4"
captions = { en = "grain.en.vtt", fr = "grain.fr.srt" }
thumbnail = "minister.jpg"

[[media]]
file = "minister.jpg"
+++

Notes for the translator: nobody else sees them.

## en
### headline
Grain corridor extended
### short

The corridor stays open.

Thank you, {{ city }}.


### long
A line  \n  and the next.
### alt minister.jpg
The minister signs the protocol

\u200f## ar
### short
يبقى الممر مفتوحا.

## for youtube
### title
Grain corridor: statement
### tags
grain, corridor

## for account embassy-ankara
### short
Ankara says thanks.
"""


@pytest.fixture
def full(write: Write, tmp_path: Path) -> Path:
    write_video(tmp_path / "grain.mp4")
    write_picture(tmp_path / "minister.jpg")
    write(CAPTIONS, "grain.en.vtt")
    write("1\n00:00:00,000 --> 00:00:00,500\nBonjour.\n", "grain.fr.srt")
    write("My notes.\n\n## tr\n### short\nKoridor açık kalıyor.\n", "local/grain-corridor/embassy-ankara.md")
    return write(FULL)


def test_the_front_matter_says_what_kind_of_message_it_is(full: Path) -> None:
    message = load_message(full)
    assert (message.id, message.kind, message.source, message.corrects) == ("grain-corridor", "press-briefing", "en", "grain-2025")
    assert (message.missing_translation, message.without_video) == ("skip", "post")
    assert message.embargo == datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert message.stale_after == timedelta(hours=6)
    assert message.playlists == ("Briefings", "Interviews")
    assert message.variables == {"year": "2026"}
    assert [(term.sign, term.kind, term.value) for term in message.audience] == [("+", "all", ""), ("-", "group", "sahel")]
    assert message.places["audience"].line == 5
    assert message.places["media"].line == 17


def test_sections_hold_the_texts_with_their_lines_but_without_empty_ones_around(full: Path) -> None:
    wording = load_message(full).wordings["en"]
    assert wording.short is not None
    assert wording.short.text == "The corridor stays open.\n\nThank you, {{ city }}."
    assert wording.short.place.line == 33
    assert wording.long is not None
    assert wording.long.text == "A line\n  and the next."
    assert wording.alts["minister.jpg"].text == "The minister signs the protocol"


def test_a_heading_may_carry_the_invisible_marks_of_right_to_left_text(full: Path) -> None:
    assert load_message(full).wordings["ar"].short is not None


def test_sections_for_a_platform_or_an_account_override(full: Path) -> None:
    youtube, ankara = load_message(full).overrides
    assert (youtube.target, sorted(youtube.parts)) == ("youtube", ["tags", "title"])
    assert (ankara.target, ankara.parts["short"].text) == ("account embassy-ankara", "Ankara says thanks.")


def test_a_local_text_lies_beside_the_message_under_the_name_of_its_mission(full: Path) -> None:
    local = load_message(full).locals["embassy-ankara"]
    assert (local.mission, local.wording.language) == ("embassy-ankara", "tr")
    assert local.wording.short is not None
    assert local.wording.short.place.line == 5
    assert local.wording.short.place.file.endswith("local/grain-corridor/embassy-ankara.md")


def test_further_wordings_of_a_language_are_numbered(write: Write) -> None:
    body = "## en, wording 3\n### short\nC\n## en\n### short\nA\n## fr\n### short\nD\n##  en,  wording 2\n### long\nB\n"
    found = load_message(write(message("", body)))
    assert [(one.number, (one.short or one.long).text) for one in found.said("en")] == [(1, "A"), (2, "B"), (3, "C")]  # type: ignore[union-attr]
    assert [one.number for one in found.said("fr")] == [1]
    assert found.said("ar") == ()
    assert found.wordings["en"].place.line == 7


def test_a_local_text_may_have_further_wordings_too(write: Write) -> None:
    write("## tr\n### short\nA\n## tr, wording 2\n### short\nB\n", "local/grain-corridor/embassy-ankara.md")
    local = load_message(write()).locals["embassy-ankara"]
    assert [one.short.text for one in local.said if one.short] == ["A", "B"]


def test_media_are_looked_at(full: Path) -> None:
    video, picture = load_message(full).media
    assert (video.facts.kind, video.facts.type, picture.facts.kind) == ("video", "video/mp4", "image")
    assert {tag: facts.type for tag, (_, facts) in video.captions.items()} == {"en": "text/vtt", "fr": "application/x-subrip"}
    assert video.thumbnail is not None
    assert video.thumbnail[1].digest == picture.facts.digest


def test_the_least_message_is_an_id_and_a_text(write: Write) -> None:
    message = load_message(write())
    assert (message.kind, message.source, message.missing_translation) == ("statement", "en", "fallback")
    assert [term.kind for term in message.audience] == ["all"]


def test_the_first_section_is_the_original_unless_said_otherwise(write: Write) -> None:
    assert load_message(write('+++\nid = "a"\n+++\n## fr\n### short\nBonjour.\n## en\n### short\nHi.\n')).source == "fr"


def test_word_processors_bom_and_line_ends_are_accepted(write: Write) -> None:
    windows = b"\xef\xbb\xbf" + MESSAGE.replace("\n", "\r\n").encode()
    assert load_message(write(windows)).wordings == load_message(write()).wordings


def test_the_revision_is_the_digest_of_a_canonical_description(full: Path) -> None:
    revision, description = revision_of(full)
    assert revision == digest(description)
    assert description == message_bytes(full)
    assert load(full).revision == revision


def test_the_revision_does_not_depend_on_the_files_name_or_line_ends(write: Write) -> None:
    here = revision_of(write(MESSAGE, "a.md"))
    assert here == revision_of(write(MESSAGE.replace("\n", "\r\n"), "b.md"))


CHANGES: dict[str, Callable[[Path], object]] = {
    "a letter": lambda folder: (folder / "grain.md").write_text(FULL.replace("Thank you", "Thank You"), encoding="utf-8"),
    "a local text": lambda folder: (folder / "local/grain-corridor/embassy-ankara.md").write_text("## tr\n### short\nBaşka.\n"),
    "one more local text": lambda folder: (folder / "local/grain-corridor/embassy-rome.md").write_text("## it\n### short\nCiao.\n"),
    "a picture": lambda folder: write_picture(folder / "minister.jpg", size=(32, 32)),
    "captions": lambda folder: (folder / "grain.en.vtt").write_text(CAPTIONS.replace("Good", "A good")),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_any_change_makes_another_revision(full: Path, change: Callable[[Path], object]) -> None:
    before = revision_of(full)
    change(full.parent)
    assert revision_of(full) != before


def test_every_media_file_is_found_by_its_digest(full: Path) -> None:
    loaded = load(full)
    assert {path.name for path in loaded.media.values()} == {"grain.mp4", "minister.jpg", "grain.en.vtt", "grain.fr.srt"}
    assert all(digest(path.read_bytes()) == name for name, path in loaded.media.items())


def message(front: str = "", body: str = "## en\n### short\nText.\n", *, name: str = 'id = "a"') -> str:
    """A message with more front matter from line 3 on; without any, the body begins on line 4."""
    return "\n".join(["+++", *filter(None, [name, front]), "+++", body])


WRONG = [
    ("", 1, "There is no front matter. A message begins with"),
    ('\n\nid = "a"\n', 3, "There is no front matter"),
    ('+++\nid = "a"\n## en\n', 1, "never ends"),
    (message(name="id = a"), 2, "not valid TOML"),
    (message("", "## en\n### short\n<<topic>>\n"), 6, "The blank <<topic>> is not filled in"),
    (message(name=""), 2, "has no id. Add one"),
    (message(name='id = "Grain Corridor"'), 2, "Write small letters, digits and hyphens"),
    (message("audiance = 1"), 3, "Unknown name audiance. Did you mean audience?"),
    (message('audience = "all - grup:sahel"'), 3, "Did you mean group:?"),
    (message("audience = 5"), 3, "Write a text between double quotes"),
    (message('kind = "statment"'), 3, "Did you mean statement?"),
    (message('missing_translation = "skipp"'), 3, "Did you mean skip?"),
    (message('without_video = "never"'), 3, "Possible: cancel, post."),
    (message('source = "english"'), 3, "ISO 639"),
    (message('source = "fr"'), 3, "There is no text in fr, the language of the original. Add a section: ## fr"),
    (message("embargo = 2026-12-01T09:00:00"), 3, "says no time zone"),
    (message('embargo = "tomorrow"'), 3, "Write date, time and zone without quotes"),
    (message('stale_after = "later"'), 3, "Write a number with its unit"),
    (message('link = "www.example.org"'), 3, "begins with https://"),
    (message('playlists = "Briefings"'), 3, "Write a list"),
    (message('corrects = "That One"'), 3, "is no id"),
    (message("variables = 1"), 3, r"Write \[variables\]"),
    (message("[variables]\nyear = 2026"), 3, "is no variable"),
    (message("media = 1"), 3, r"Write \[\[media\]\] on a line"),
    (message("[[media]]\nfiel = 1"), 4, "Did you mean file?"),
    (message('[[media]]\ncaptions = { en = "a.vtt" }'), 3, "names no file"),
    (message("[[media]]\nfile = 1"), 4, "is no file"),
    (message('[[media]]\nfile = "ministr.jpg"'), 4, "There is no file ministr.jpg beside the message. Did you mean minister.jpg?"),
    (message('[[media]]\nfile = "a/b.jpg"'), 4, "Put it into the message's folder"),
    (message('[[media]]\nfile = "grain.en.vtt"'), 4, r"is captions \(.vtt or .srt\); here belongs a picture or a video"),
    (message('[[media]]\nfile = "minister.jpg"\nthumbnail = "minister.jpg"'), 5, "Only a video has thumbnail"),
    (message('[[media]]\nfile = "minister.jpg"\n[[media]]\nfile = "minister.jpg"'), 6, "stands here twice"),
    (message('[[media]]\nfile = "grain.mp4"\ncaptions = { english = "grain.en.vtt" }'), 5, "ISO 639"),
    (message('[[media]]\nfile = "grain.mp4"\ncaptions = "grain.en.vtt"'), 5, "captions is no table"),
    (message('[[media]]\nfile = "grain.mp4"\ncaptions = { en = "minister.jpg" }'), 5, r"here belongs captions \(.vtt or .srt\)"),
    (message('[[media]]\nfile = "broken.jpg"'), 4, "broken.jpg is a damaged picture"),
    (message("", ""), 4, "The message has no text"),
    (message("", "## english\n### short\nText.\n"), 4, "english is not a language tag"),
    (message("", "## en\nText.\n"), 5, "This text stands below ## en, but in none of its parts"),
    (message("", "## en\n### shrt\nText.\n"), 5, "Did you mean short?"),
    (message("", "## en\n### short\n\n### long\nText.\n"), 5, "### short has no text"),
    (message("", "## en\n### short\nA\n### short\nB\n"), 7, "### short stands here a second time"),
    (message("", "## en\n### short\nA\n## en\n### long\nB\n"), 7, "## en stands here a second time"),
    (message("", "## en\n## fr\n### short\nB\n"), 4, "## en has no text"),
    (message("", "### short\nA\n"), 4, "stands above any section"),
    (message("", "## en\n#### short\nA\n"), 5, "#### is no heading here"),
    (message("", "## en\n### short\nA\n### alt\nB\n"), 7, "### alt names no file"),
    (message("", "## en\n### short\nA\n### alt minister.jpg\nB\n"), 7, r"Name it in the front matter: \[\[media\]\]"),
    (message('[[media]]\nfile = "minister.jpg"', "## en\n### short\nA\n### alt ministr.jpg\nB\n"), 9, "Did you mean minister.jpg?"),
    (message("", "## en\n### short\nA\n## for twitter\n### title\nB\n"), 7, "names no platform and no account"),
    (message("", "## en\n### short\nA\n## for youtub\n### title\nB\n"), 7, "Did you mean youtube?"),
    (message("", "## en\n### short\nA\n## for x\n### short\nB\n"), 7, "which X forbids"),
    (message("", "## en\n### short\nA\n## for youtube\n### titel\nB\n"), 8, "Did you mean title?"),
    (message("", "## en\n### short\nA\n## for youtube\n"), 7, "has no parts"),
    (message("", "## en\n### short\nA\n## for youtube in fr\n### title\nB\n"), 7, "There is no text in fr, the language of this"),
    (message("", "## en\n### short\nA\n## for youtube in en\n### title\nB\n"), 7, "en is the source itself. Write: ## for youtube"),
    (message("", "## en\n### short\nA\n## for youtube in french\n### title\nB\n"), 7, "french is not a language tag"),
    (message("", "## en\n### short\nA\n## for youtube in en\n### tags\nB\n"), 8, "There is no part ### tags here"),
    (message("translated = 1"), 3, "translated is no table"),
    (message("", "## en\n### short\nA\n## en, wordnig 2\n### short\nB\n"), 7, "is written: ## en, wording 2"),
    (message("", "## en\n### short\nA\n## en, wording 1\n### short\nB\n"), 7, "The first wording has no number"),
    (message("", "## en\n### short\nA\n## en, wording 3\n### short\nB\n"), 7, "the next one is ## en, wording 2"),
    (message("", "## en, wording 2\n### short\nA\n"), 4, "the next one is ## en"),
    (
        message("", "## en\n### short\nA\n" + "## en, wording 2\n### short\nB\n" * 2),
        10,
        "## en, wording 2 stands here a second time",
    ),
    (message("", "## en\n### short\nA\n## english, wording 2\n### short\nB\n"), 7, "english is not a language tag"),
]


@pytest.mark.parametrize(("text", "line", "says"), WRONG, ids=[f"{says[:50]}" for _, _, says in WRONG])
def test_a_mistake_is_reported_with_file_line_and_remedy(write: Write, full: Path, text: str, line: int, says: str) -> None:
    write("\xff\xd8\xffnonsense".encode("latin-1"), "broken.jpg")
    with pytest.raises(InvalidMessage, match=says) as caught:
        load_message(write(text, "wrong.md"))
    assert (caught.value.file, caught.value.line) == (str(full.parent / "wrong.md"), line)


WRONG_LOCAL = [
    ("embassy-ankara.md", "## tr\n### short\nA\n## en\n### short\nB\n", 4, "has 2 languages. Write exactly one"),
    ("embassy-ankara.md", "Only notes.\n", 1, "has no language section"),
    ("embassy-ankara.md", "## tr\n### short\nA\n## for youtube\n### title\nB\n", 4, "has no ## for section"),
    ("embassy-ankara.md", "## tr\n### shrt\nA\n", 2, "Did you mean short?"),
    ("embassy-ankara.md", "## tr\n### short\nA\n### alt minister.jpg\nB\n", 4, "is not among the message's media"),
    ("embassy-ankara.txt", "## tr\n### short\nA\n", None, "Name it after its mission"),
    ("Embassy Ankara.md", "## tr\n### short\nA\n", None, "Name it after its mission"),
]


@pytest.mark.parametrize(("name", "text", "line", "says"), WRONG_LOCAL)
def test_a_mistake_in_a_local_text_names_that_file(write: Write, name: str, text: str, line: int | None, says: str) -> None:
    local = write(text, f"local/grain-corridor/{name}")
    with pytest.raises(InvalidMessage, match=says) as caught:
        load_message(write())
    assert (caught.value.file, caught.value.line) == (str(local), line)


def test_an_editors_own_files_are_no_local_texts(write: Write) -> None:
    write("rubbish", "local/grain-corridor/.embassy-ankara.md.swp")
    write("rubbish", "local/grain-corridor/embassy-ankara.md~")
    assert load_message(write()).locals == {}


@pytest.mark.parametrize(
    "file", ["/etc/hostname", "../secret.jpg", "a/../../secret.jpg", "~/secret.jpg", "..\\\\secret.jpg", "a\\u0000b"]
)
def test_media_outside_the_messages_folder_are_refused(write: Write, tmp_path: Path, file: str) -> None:
    write_picture(tmp_path / "secret.jpg")
    path = write(message(f'[[media]]\nfile = "{file}"'), "inner/grain.md")
    with pytest.raises(InvalidMessage, match="does not lie in the message's folder") as caught:
        load_message(path)
    assert caught.value.line == 4


def test_a_link_that_leads_out_of_the_messages_folder_is_refused(write: Write, tmp_path: Path) -> None:
    secret = write_picture(tmp_path / "secret.jpg")
    path = write(message('[[media]]\nfile = "minister.jpg"'), "inner/grain.md")
    (path.parent / "minister.jpg").symlink_to(secret)
    with pytest.raises(InvalidMessage, match="does not lie in the message's folder"):
        load_message(path)


def test_a_local_text_that_leads_out_of_the_folder_is_refused(write: Write) -> None:
    secret = write("## tr\n### short\nA\n", "secret.md")
    path = write(MESSAGE, "inner/grain.md")
    (path.parent / "local" / "grain-corridor").mkdir(parents=True)
    (path.parent / "local" / "grain-corridor" / "embassy-ankara.md").symlink_to(secret)
    with pytest.raises(InvalidMessage, match="outside the message's folder"):
        load_message(path)


def test_a_file_that_is_no_text_is_refused_with_its_line(write: Write) -> None:
    with pytest.raises(InvalidMessage, match="not UTF-8") as caught:
        load_message(write(MESSAGE.encode() + b"caf\xe9\n"))
    assert caught.value.line == 8


def test_an_absent_message_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidMessage, match=r"nothing\.md: It cannot be read"):
        load_message(tmp_path / "nothing.md")


def test_a_message_is_found_by_its_id_whatever_else_lies_there(write: Callable[..., Path]) -> None:
    path = write()
    write("still being written", "draft.md")
    assert find("grain-corridor", path.parent) == path
    with pytest.raises(
        InvalidMessage, match=r"There is no message with the id grain-coridor in .*\. Did you mean grain-corridor\?"
    ):
        find("grain-coridor", path.parent)
    with pytest.raises(InvalidMessage, match="Make one: ministry-social message new"):
        find("grain-corridor", path.parent / "nowhere")


def test_local_texts_come_whole_as_they_are_part_of_the_revision(write: Callable[..., Path]) -> None:
    path, text = write(), "Our angle.\n\n## tr\n### short\nKoridor açık.\n"
    before = load(path).revision
    write(text, "local/grain-corridor/embassy-ankara.md")
    assert load(path).local_texts == {"embassy-ankara": text}
    assert load(path).revision != before
