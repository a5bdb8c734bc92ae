"""Videos: title, description, tags, translations, captions and thumbnail of a video on YouTube."""

from dataclasses import replace
from typing import Any

from ministry_social.model.message import Message
from ministry_social.model.plan import Silence
from ministry_social.model.variant import Captions, Kind, Variant
from tests.factories import channel, media, message, mfa, override, video, wording

from .bench import assigned, found, variant

ENGLISH = wording(
    "en", "Our spokesperson answers.", headline="Press briefing", long="Our spokesperson answers the press, with captions."
)
FRENCH = wording("fr", "Notre porte-parole répond.", headline="Point presse")


def filmed(**fields: Any) -> Message:
    return message(**({"wordings": {"en": ENGLISH, "fr": FRENCH}, "media": (video(),)} | fields))


def shown(said: Message) -> Variant:
    return variant(said, [mfa(), channel()], "channel")


def test_title_and_description_are_the_headline_and_the_longest_text_of_the_source() -> None:
    made = shown(filmed())
    assert (made.kind, made.language, made.title) == (Kind.VIDEO, "en", "Press briefing")
    assert made.text == ("Our spokesperson answers the press, with captions.",)


def test_a_description_that_is_too_long_gives_way_to_the_short_one() -> None:
    long = wording("en", "Short.", headline="Press briefing", long="é" * 2501)  # 5,002 bytes
    assert shown(filmed(wordings={"en": long})).text == ("Short.",)


def test_the_section_for_youtube_goes_before_them() -> None:
    made = shown(filmed(overrides=(override("youtube", title="Briefing of 1 December", description="{{ website }}: read on."),)))
    assert (made.title, made.text) == ("Briefing of 1 December", (": read on.",))


def test_a_section_for_the_channel_goes_before_the_one_for_youtube() -> None:
    sections = override("youtube", title="For all", tags="one"), override("account channel", title="For this one")
    made = shown(filmed(overrides=sections))
    assert (made.title, made.tags) == ("For this one", ("one",))


def test_tags_stand_between_commas_of_any_script_or_on_lines() -> None:
    made = shown(filmed(overrides=(override("youtube", tags="Tavoria, foreign policy,, press\nحبوب، سلام，粮食 "),)))
    assert made.tags == ("Tavoria", "foreign policy", "press", "حبوب", "سلام", "粮食")


def test_a_message_without_tags_has_none() -> None:
    assert shown(filmed()).tags == ()


def test_every_other_language_with_headline_and_text_becomes_a_translation() -> None:
    headless = wording("ar", "يجيب المتحدث.")
    made = shown(filmed(wordings={"en": ENGLISH, "fr": FRENCH, "ar": headless}))
    assert made.localizations == {"fr": ("Point presse", "Notre porte-parole répond.")}


def test_a_section_for_youtube_in_a_language_goes_before_its_headline_and_text() -> None:
    french = replace(override("youtube", title="Le point presse en images"), language="fr")
    made = shown(filmed(overrides=(french, override("youtube", title="Briefing"))))
    assert made.title == "Briefing"
    assert made.localizations == {"fr": ("Le point presse en images", "Notre porte-parole répond.")}


def test_captions_and_thumbnail_go_with_it() -> None:
    english, french, picture = media("en.vtt", "captions"), media("fr.vtt", "captions", size=77), media("cover.jpg")
    captions = {"fr": ("fr.vtt", french.facts), "en": ("en.vtt", english.facts)}
    made = shown(filmed(media=(video(captions=captions, thumbnail=("cover.jpg", picture.facts)),)))
    assert made.captions == (
        Captions(language="en", digest=english.facts.digest, size=100_000),
        Captions(language="fr", digest=french.facts.digest, size=77),
    )
    assert made.thumbnail is not None
    assert (made.thumbnail.file, made.thumbnail.digest) == ("cover.jpg", picture.facts.digest)


def test_the_video_itself_is_what_it_carries_and_the_pictures_are_not() -> None:
    alts = {"minister.jpg": "The minister"}
    said = filmed(media=(media(), video()), wordings={"en": replace(wording("en", headline="B", alts=alts))})
    assert [attachment.file for attachment in shown(said).attachments] == ["grain.mp4"]


def test_playlists_are_those_of_the_message() -> None:
    assert shown(filmed(playlists=("Briefings", "Interviews"))).playlists == ("Briefings", "Interviews")


def test_without_title_or_description_there_is_a_finding() -> None:
    said = filmed(wordings={"en": wording("en", "No headline.")})
    assert assigned(said, [channel()], "channel").silence is Silence.NO_TEXT
    [finding] = found(said, [channel()])
    assert finding.name == "no-text"
    assert "### title" in finding.sentence


def test_a_channel_has_nothing_to_do_where_there_is_no_video() -> None:
    assert assigned(message(), [mfa(), channel()], "channel").silence is Silence.NO_VIDEO


def test_a_channel_is_silent_where_it_is_not_addressed() -> None:
    said = replace(filmed(), audience=())
    assert assigned(said, [mfa(), channel()], "channel").silence is Silence.NOT_ADDRESSED


def test_the_address_of_the_video_is_not_in_its_own_description() -> None:
    said = filmed(wordings={"en": wording("en", "See {{ video }}here.", headline="B")})
    assert shown(said).text == ("See here.",)
