"""The demo's message: believable, valid on every platform, and in each mission's own words."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from ministry_social.files.accounts import accounts_file, load_accounts
from ministry_social.files.demo_media import write_demo
from ministry_social.files.messages import load_message
from ministry_social.files.templates import fill
from ministry_social.model.account import Account
from ministry_social.model.message import Message, Prose
from ministry_social.model.variant import Kind
from ministry_social.rules.audience import addressed
from ministry_social.rules.length import x_length, youtube_description_length, youtube_tags_length, youtube_title_length
from ministry_social.rules.roles import Role, roles
from ministry_social.rules.similarity import Spoken, likeness, near_duplicates, shingles

CONFIG = Path(__file__).parents[2] / "config"
LANGUAGES = {"en", "fr", "es", "ar", "zh", "pt", "de", "ru"}
PICTURES = ("minister-at-lectern.png", "solar-field.png")
VIDEO = "\nhttps://youtu.be/" + "x" * 11  # what is added to original and translations
APART = 0.35  # no two of its texts are more alike than that; the settings allow more


@pytest.fixture(scope="module")
def message(tmp_path_factory: pytest.TempPathFactory) -> Message:
    return load_message(write_demo(tmp_path_factory.mktemp("demo") / "messages"))


@pytest.fixture(scope="module")
def accounts() -> dict[str, Account]:
    return {account.name: account for account in load_accounts(accounts_file(CONFIG))}


@pytest.fixture(scope="module")
def given(message: Message, accounts: dict[str, Account]) -> dict[str, Role]:
    """The role of every account on X."""
    on_x = [account for account in accounts.values() if account.platform == "x"]
    return dict(roles(message, on_x, addressed(message.audience, on_x), wave=1, reposts=5, fallback="en"))


def words(prose: Prose | None, account: Account) -> str:
    """A text as this account says it."""
    assert prose is not None
    return fill(prose, dict(account.variables) | {"city": account.city})


def said(message: Message, accounts: dict[str, Account]) -> dict[str, tuple[str, str]]:
    """Account -> language and text of its local text."""
    return {
        mission: (local.wording.language, words(local.wording.short, accounts[mission]))
        for mission, local in message.locals.items()
    }


def test_the_message_speaks_eight_languages_with_every_part_in_each(message: Message) -> None:
    assert set(message.wordings) == LANGUAGES
    for wording in message.wordings.values():
        assert wording.headline
        assert wording.short
        assert wording.long
        assert set(wording.alts) == set(PICTURES)


def test_each_language_says_the_same_figures(message: Message) -> None:
    for wording in message.wordings.values():
        assert wording.long is not None
        numbers = set(re.findall(r"\d+", wording.long.text.replace("6000", "60")))
        assert {"2045", "2032", "1990", "2031", "60", "14", "16", "2027"} <= numbers, wording.language


def test_the_short_text_fits_with_the_address_of_the_video_and_the_long_one_does_not(message: Message) -> None:
    for wording in message.wordings.values():
        assert wording.short is not None
        assert wording.long is not None
        assert wording.headline is not None
        assert x_length(wording.short.text + VIDEO).valid, wording.language
        assert x_length(wording.headline.text + VIDEO).length < x_length(wording.short.text + VIDEO).length
        assert not x_length(wording.long.text + VIDEO).valid


def test_title_description_and_tags_fit_youtube_in_every_language(message: Message, accounts: dict[str, Account]) -> None:
    [override] = message.overrides
    assert youtube_title_length(override.parts["title"].text).valid
    assert youtube_tags_length(override.parts["tags"].text.split(", ")).valid
    for wording in message.wordings.values():
        assert wording.headline is not None
        assert youtube_title_length(wording.headline.text).valid
        assert youtube_description_length(words(wording.long, accounts["channel"])).valid


def test_forty_four_accounts_have_a_role_and_few_are_silent(message: Message, given: dict[str, Role]) -> None:
    kinds = [role.kind for role in given.values()]
    assert kinds.count(Kind.ORIGINAL) == 1
    assert kinds.count(Kind.TRANSLATION) == 7
    assert kinds.count(Kind.LOCAL) == len(message.locals) == 24
    assert kinds.count(Kind.REPOST) <= 5
    assert kinds.count(None) <= 10
    assert given["mfa"].kind is Kind.ORIGINAL


def test_every_mission_writes_in_a_language_of_its_own(message: Message, accounts: dict[str, Account]) -> None:
    for mission, local in message.locals.items():
        assert local.wording.language in accounts[mission].languages
    assert len({local.wording.language for local in message.locals.values()}) >= 6


def test_every_local_text_fits_and_carries_no_link(message: Message, accounts: dict[str, Account]) -> None:
    for mission, (_, text) in said(message, accounts).items():
        measured = x_length(text)
        assert measured.valid, f"{mission}: {measured.length}"
        assert measured.length > 150, mission
        assert not re.search(r"https?:|\$[A-Z]", text), mission


def test_every_picture_has_an_alt_text_in_the_language_of_the_post(message: Message) -> None:
    for mission, local in message.locals.items():
        in_message = local.wording.language in message.wordings
        assert in_message or set(local.wording.alts) == set(PICTURES), mission
    every = [*message.wordings.values(), *(local.wording for local in message.locals.values())]
    assert all(0 < len(alt.text) <= 1000 for wording in every for alt in wording.alts.values())


def test_no_two_texts_are_nearly_the_same(message: Message, accounts: dict[str, Account]) -> None:
    spoken = [Spoken(who=mission, text=text) for mission, (_, text) in said(message, accounts).items()]
    spoken += [Spoken(who=tag, text=wording.short.text) for tag, wording in message.wordings.items() if wording.short]
    names = {account.city for account in accounts.values()} | {"Tavoria"}
    assert near_duplicates(spoken, threshold=APART, names=names) == ()
    closest = max(likeness(shingles(one.text), shingles(other.text)) for one, other in combinations(spoken, 2))
    assert closest < APART, closest


def test_the_video_is_real_and_worth_a_progress_bar(message: Message) -> None:
    [video] = [media for media in message.media if media.facts.kind == "video"]
    assert video.facts.codecs == ("h264", "aac")
    assert (video.facts.width, video.facts.height, video.facts.type) == (1280, 720, "video/mp4")
    assert video.facts.duration == pytest.approx(12_000, abs=100)
    assert video.facts.frame_rate == pytest.approx(25)
    assert 3_500_000 < video.facts.size < 5_000_000
    assert set(video.captions) == LANGUAGES
    assert video.thumbnail is not None
    assert video.thumbnail[1].type == "image/jpeg"
    assert video.thumbnail[1].size < 2_000_000  # what YouTube takes


def test_the_pictures_are_of_the_shape_that_timelines_show_whole(message: Message) -> None:
    pictures = {media.file: media.facts for media in message.media if media.facts.kind == "image"}
    assert set(pictures) == set(PICTURES)
    for facts in pictures.values():
        assert (facts.width, facts.height, facts.type) == (1200, 675, "image/png")


def test_captions_say_in_each_language_the_same_at_the_same_times(message: Message) -> None:
    folder = Path(message.place.file).parent
    times = re.compile(r"^00:\d\d\.\d{3} --> 00:\d\d\.\d{3}$", re.MULTILINE)
    cues = {tag: times.findall((folder / f"climate-briefing.{tag}.vtt").read_text(encoding="utf-8")) for tag in LANGUAGES}
    assert set(map(tuple, cues.values())) == {tuple(cues["en"])}
    assert len(cues["en"]) == 4
