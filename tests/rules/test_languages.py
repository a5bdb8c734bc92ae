"""Languages: how a message stands in each, and when a translation is stale."""

from dataclasses import replace
from typing import Any

import pytest

from ministry_social.model.message import Message, Prose
from ministry_social.model.translation import Translated
from ministry_social.rules.languages import check_languages, in_languages, source_digest, units
from tests.factories import account, channel, local, message, mfa, override, page, place, prose, wording, wordings

PARIS = account("embassy-paris", "fr", leads=("fr",))
ROME = account("embassy-rome", "it", "en")
CAIRO = account("embassy-cairo", "ar")
EVERYBODY = [mfa(), PARIS, ROME, CAIRO, page(), channel()]


def said(**fields: Any) -> Message:
    """A message in English and French."""
    return message(**({"wordings": wordings(en="The corridor stays open.", fr="Le corridor reste ouvert.")} | fields))


def confirmed(one: Message, *tags: str) -> Message:
    return replace(one, translated={tag: source_digest(one, tag) for tag in tags})


def changed(one: Message, **parts: str) -> Message:
    """The same with another text in the source."""
    english = replace(one.wordings["en"], **{part: prose(text) for part, text in parts.items()})
    return replace(one, wordings={**one.wordings, "en": english})


def states(one: Message) -> dict[str, Translated]:
    return {each.language: each.state for each in in_languages(one, EVERYBODY)}


class TestStates:
    def test_the_source_comes_first_then_translations_then_what_is_missing(self) -> None:
        assert states(said()) == {
            "en": Translated.SOURCE,
            "fr": Translated.TRANSLATED,
            "it": Translated.MISSING,
            "ar": Translated.MISSING,
        }

    def test_each_names_the_accounts_that_it_is_for(self) -> None:
        assert {each.language: each.accounts for each in in_languages(said(), EVERYBODY)} == {
            "en": ("mfa", "page"),
            "fr": ("embassy-paris",),
            "it": ("embassy-rome",),
            "ar": ("embassy-cairo",),
        }

    def test_a_language_is_not_needed_where_nobody_is_addressed_who_speaks_it_first(self) -> None:
        [term] = message().audience
        [to_rome] = [replace(term, kind="account", value="embassy-cairo", sign="-")]
        assert states(said(audience=(term, to_rome)))["ar"] is Translated.NOT_NEEDED

    def test_a_language_is_not_needed_where_its_accounts_have_words_of_their_own(self) -> None:
        assert states(said(locals=local("embassy-rome", "Da noi.", "it")))["it"] is Translated.NOT_NEEDED
        own = said(overrides=(override("account embassy-rome", short="Da noi."),))
        assert states(own)["it"] is Translated.NOT_NEEDED

    def test_a_relative_of_the_language_serves(self) -> None:
        assert "it" not in states(said(wordings=wordings(en="Open.", it_CH="Aperto.")))

    def test_nothing_is_claimed_of_a_translation_that_nobody_has_confirmed(self) -> None:
        assert states(changed(said(), short="It is closed."))["fr"] is Translated.TRANSLATED

    def test_a_confirmed_one_is_stale_once_the_source_has_changed(self) -> None:
        one = confirmed(said(), "fr")
        assert states(one)["fr"] is Translated.TRANSLATED
        assert states(changed(one, short="It is closed."))["fr"] is Translated.STALE
        assert states(changed(one, headline="Corridor"))["fr"] is Translated.STALE


class TestDigest:
    def test_is_the_same_for_the_same_source_texts_wherever_they_stand(self) -> None:
        one = said()
        moved = replace(one.wordings["en"], short=Prose(text="The corridor stays open.", place=place(99)))
        assert source_digest(one, "fr") == source_digest(replace(one, wordings={**one.wordings, "en": moved}), "fr")
        assert source_digest(one, "fr") == source_digest(one, "ar")

    def test_does_not_change_with_the_translation(self) -> None:
        one = said()
        assert source_digest(one, "fr") == source_digest(replace(one, wordings=wordings(en="The corridor stays open.")), "fr")

    def test_covers_alt_texts(self) -> None:
        english = wording("en", alts={"minister.jpg": "She signs"})
        assert source_digest(said(wordings={"en": english}), "fr") != source_digest(said(wordings={"en": wording("en")}), "fr")

    def test_covers_the_videos_texts_only_for_a_language_that_has_them(self) -> None:
        ours = override("youtube", title="Corridor")
        french = replace(override("youtube", title="Le corridor"), language="fr")
        plain = source_digest(said(), "fr")
        assert source_digest(said(overrides=(ours,)), "fr") == plain
        assert source_digest(said(overrides=(ours, french)), "fr") != plain


class TestUnits:
    def test_are_the_texts_of_the_source_with_their_translations(self) -> None:
        english = wording("en", "Open.", headline="Corridor", alts={"minister.jpg": "She signs"})
        french = wording("fr", "Ouvert.")
        found = units(said(wordings={"en": english, "fr": french}, overrides=(override("youtube", title="T", tags="a"),)), "fr")
        assert [(one.path, one.source.text, one.was.text if one.was else None) for one in found] == [
            ("headline", "Corridor", None), ("short", "Open.", "Ouvert."), ("alt minister.jpg", "She signs", None),
            ("for youtube title", "T", None),
        ]  # fmt: skip


@pytest.mark.parametrize("stale", [True, False])
def test_a_stale_translation_blocks_and_names_where_it_stands(stale: bool) -> None:
    one = confirmed(said(), "fr")
    found = check_languages(changed(one, short="It is closed.") if stale else one, [])
    assert [(each.name, each.weight, each.place) for each in found] == [("stale-translation", "blocking", place(10))] * stale
