"""Adaptation: which text an account gets, and what goes with it."""

from dataclasses import replace

import pytest

from ministry_social.model.account import Account
from ministry_social.model.finding import Weight
from ministry_social.model.message import Message, Place
from ministry_social.model.plan import Silence
from ministry_social.model.variant import Kind, Reference
from ministry_social.rules.length import measure, x_length
from ministry_social.rules.references import plain
from tests.factories import X, account, channel, local, media, message, mfa, override, page, place, prose, video, wording, wordings

from .bench import ADDRESS, adapted, assigned, found, real_fill, text, variant

EVERYWHERE = [mfa(), account("embassy-paris", "fr"), account("embassy-ankara", "tr"), page(), channel()]
LONG = "The corridor stays open for another year, and we thank all those who made it possible. " * 4


def filmed(**fields: object) -> Message:
    """A message with a video, in English and French, with a Turkish local text."""
    said = wordings(en="Watch the briefing.", fr="Regardez le point presse.")
    said["en"] = replace(said["en"], headline=prose("The briefing"))
    defaults: dict[str, object] = {"wordings": said, "media": (video(),), "locals": local("embassy-ankara", "Ankara'dan.", "tr")}
    return message(**(defaults | fields))


class TestChoiceOfText:
    def chosen(self, *, short: str | None = None, **others: str) -> str:
        return plain(text(message(wordings={"en": wording("en", short, **others)}), [mfa()], "mfa"))

    def test_the_longest_that_fits_is_taken(self) -> None:
        assert (
            self.chosen(headline="Open.", short="It stays open.", long="It stays open for a year.") == "It stays open for a year."
        )

    def test_a_longer_one_than_the_platform_takes_is_passed_over(self) -> None:
        assert self.chosen(headline="Open.", short="It stays open.", long=LONG) == "It stays open."

    def test_only_the_measure_counts_not_the_name(self) -> None:
        assert self.chosen(headline="It stays open for a year.", short="Open.") == "It stays open for a year."

    def test_at_the_limit_it_fits_and_one_above_it_does_not(self) -> None:
        assert self.chosen(short="short", long="x" * 280) == "x" * 280
        assert self.chosen(short="short", long="x" * 281) == "short"

    def test_the_measure_is_that_of_the_platform(self) -> None:
        chinese = "开" * 141  # 282 as X counts, 141 characters
        said = message(wordings={"en": wording("en", "short", long=chinese)})
        assert plain(text(said, [mfa(), page()], "mfa")) == "short"
        assert plain(text(said, [mfa(), page()], "page")) == chinese

    def test_variables_count_with_their_value(self) -> None:
        said = message(wordings={"en": wording("en", "short", long="{{ city }} " * 30)})
        assert plain(text(said, [mfa(city="Paris")], "mfa")).startswith("Paris Paris")
        assert plain(text(said, [mfa(city="Ouagadougou")], "mfa")) == "short"

    def test_a_text_that_is_empty_once_it_is_filled_in_is_none(self) -> None:
        said = message(wordings={"en": wording("en", "{{ hashtags }}", headline="Open.")})
        assert text(said, [mfa()], "mfa") == ("Open.",)

    def test_blanks_around_a_text_are_dropped(self) -> None:
        assert self.chosen(short="  Open.\n{{ hashtags }}\n") == "Open."


class TestTooLong:
    said = message(wordings={"en": wording("en", "y" * 300, long=LONG)})

    def test_nothing_is_cut_and_the_account_stays_silent(self) -> None:
        assignment = assigned(self.said, [mfa()], "mfa")
        assert assignment.variant is None
        assert assignment.silence is Silence.NO_TEXT

    def test_the_finding_names_the_account_the_excess_and_the_place_of_the_shortest(self) -> None:
        [finding] = found(self.said, [mfa()])
        assert (finding.name, finding.weight, finding.accounts) == ("too-long", Weight.BLOCKING, ("mfa",))
        assert finding.sentence == "en, short: 300 of 280 on x (mfa). Shorten by 20."
        assert finding.place == place(14)

    def test_what_is_chosen_always_fits(self) -> None:
        for number in range(240, 300, 7):
            said = filmed(wordings={"en": wording("en", "z" * 200, long="y" * number, headline="h" * 20)})
            for assignment in adapted(said, EVERYWHERE).assignments:
                if assignment.variant is not None and assignment.account.platform == "x":
                    assert x_length(plain(assignment.variant.text)).length <= 280


class TestVideo:
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("mfa", ("Watch the briefing.\n", ADDRESS)),
            ("embassy-paris", ("Regardez le point presse.\n", ADDRESS)),
            ("page", ("Watch the briefing.\n", ADDRESS)),
        ],
    )
    def test_its_address_is_put_at_the_end_of_the_ministrys_own_texts(self, name: str, expected: object) -> None:
        assert text(filmed(), EVERYWHERE, name) == expected

    def test_a_text_can_say_where_the_address_stands(self) -> None:
        said = filmed(wordings={"en": wording("en", "See {{ video }} now.", headline="Briefing")})
        assert text(said, EVERYWHERE, "mfa") == ("See ", ADDRESS, " now.")

    def test_a_text_can_name_it_twice(self) -> None:
        said = filmed(wordings={"en": wording("en", "{{ video }} {{ video }}", headline="B")})
        assert text(said, EVERYWHERE, "mfa") == (ADDRESS, " ", ADDRESS)

    def test_a_local_text_carries_it_only_where_it_asks(self) -> None:
        assert text(filmed(), EVERYWHERE, "embassy-ankara") == ("Ankara'dan.",)
        asking = filmed(locals=local("embassy-ankara", "Ankara'dan: {{ video }}", "tr"))
        assert text(asking, EVERYWHERE, "embassy-ankara") == ("Ankara'dan: ", ADDRESS)

    def test_a_section_for_one_account_carries_it_only_where_it_asks(self) -> None:
        said = filmed(locals={}, overrides=(override("account embassy-ankara", short="Ankara'dan."),))
        assert text(said, EVERYWHERE, "embassy-ankara") == ("Ankara'dan.",)

    def test_its_length_is_counted_before_it_is_known(self) -> None:
        said = filmed(wordings={"en": wording("en", "short", long="x" * 257, headline="B")})  # 257 + line feed + 23 = 281
        assert text(said, EVERYWHERE, "mfa") == ("short\n", ADDRESS)
        said = filmed(wordings={"en": wording("en", "short", long="x" * 256, headline="B")})
        assert measure(plain(text(said, EVERYWHERE, "mfa")), X.counting) == 280

    def test_the_address_is_that_of_the_same_wave(self) -> None:
        made = adapted(filmed(), EVERYWHERE, wave=3).assignments[0].variant
        assert made is not None
        assert made.text[-1] == Reference(delivery="grain/3/channel/video", field="url", shape="youtube-url")

    def test_a_filter_does_not_hide_the_address(self) -> None:
        said = filmed(wordings={"en": wording("en", "{% if video %}See {{ video | upper }}{% endif %}", headline="B")})
        assert text(said, EVERYWHERE, "mfa", real_fill) == ("See ", ADDRESS)

    def test_where_no_channel_is_addressed_the_posts_carry_the_video_itself(self) -> None:
        made = variant(filmed(), [mfa(), page()], "mfa")
        assert made.text == ("Watch the briefing.",)
        assert [attachment.file for attachment in made.attachments] == ["grain.mp4"]

    def test_where_a_channel_shows_it_the_posts_carry_the_pictures_only(self) -> None:
        alts = {"minister.jpg": "The minister"}
        said = filmed(media=(video(), media()), wordings={"en": wording("en", headline="B", alts=alts)})
        assert [attachment.file for attachment in variant(said, EVERYWHERE, "mfa").attachments] == ["minister.jpg"]

    def test_a_variable_in_a_message_without_video_is_empty(self) -> None:
        said = message(wordings={"en": wording("en", "Open. {{ video }}")})
        assert text(said, [mfa(), channel()], "mfa") == ("Open.",)


class TestWithoutVideo:
    def test_post_prepares_the_text_without_the_address(self) -> None:
        made = variant(filmed(without_video="post"), EVERYWHERE, "mfa")
        assert made.otherwise == ("Watch the briefing.",)

    def test_the_text_is_written_anew_so_that_no_hole_stays(self) -> None:
        said = wording("en", "Read on.{% if video %} See {{ video }} now.{% endif %}", headline="B")
        made = variant(filmed(without_video="post", wordings={"en": said}), EVERYWHERE, "mfa", real_fill)
        assert made.text == ("Read on. See ", ADDRESS, " now.")
        assert made.otherwise == ("Read on.",)

    def test_cancel_prepares_none(self) -> None:
        assert variant(filmed(), EVERYWHERE, "mfa").otherwise == ()

    def test_a_text_that_never_named_the_video_needs_none(self) -> None:
        assert variant(filmed(without_video="post"), EVERYWHERE, "embassy-ankara").otherwise == ()

    def test_a_text_of_nothing_but_the_address_has_none(self) -> None:
        said = filmed(without_video="post", wordings={"en": wording("en", "{{ video }}", headline="B")})
        made = variant(replace(said, wordings={"en": replace(said.wordings["en"], headline=None)}), EVERYWHERE, "mfa")
        assert made.otherwise == ()

    def test_it_must_fit_too(self) -> None:
        said = wording("en", "Open.{% if not video %}" + "x" * 300 + "{% endif %}", headline=None)
        [finding, *_] = found(filmed(without_video="post", wordings={"en": said}), [mfa(), channel()], real_fill)
        assert finding.name == "too-long"


class TestVariables:
    def filled(self, template: str, one: Account, **fields: object) -> str:
        return plain(text(message(wordings={"en": wording("en", template)}, **fields), [one], one.name))

    def test_come_from_the_account(self) -> None:
        own = {"hashtags": "#Tavoria", "mentions": "@TavoriaMFA", "website": "https://a.example.org", "country_name": "France"}
        one = mfa(city="Paris", country="FR", variables=own, title="The ministry", handle="TavoriaMFA")
        template = "{{ city }} {{ country }} {{ hashtags }} {{ mentions }} {{ website }} {{ title }} {{ handle }} {{ platform }}"
        assert self.filled(template, one) == "Paris France #Tavoria @TavoriaMFA https://a.example.org The ministry TavoriaMFA x"
        assert self.filled("{{ account }} {{ mission }}", account("embassy-paris", mission="paris")) == "embassy-paris paris"

    def test_a_country_without_a_name_is_its_code(self) -> None:
        assert self.filled("{{ country }}", mfa(country="TR")) == "TR"

    def test_come_from_the_message(self) -> None:
        assert self.filled("{{ days }} days", mfa(), variables={"days": "30"}) == "30 days"
        assert self.filled("Read {{ link }}", mfa(), link="https://a.example.org/x") == "Read https://a.example.org/x"

    def test_those_of_the_message_go_before_those_of_the_account(self) -> None:
        one = mfa(variables={"hashtags": "#Tavoria"})
        assert self.filled("{{ hashtags }}", one, variables={"hashtags": "#Grain"}) == "#Grain"

    def test_what_is_fixed_cannot_be_changed_by_a_message(self) -> None:
        assert self.filled("{{ city }}", mfa(city="Caldova"), variables={"city": "Nowhere"}) == "Caldova"

    def test_an_undefined_one_is_a_finding_with_file_line_and_remedy(self) -> None:
        said = message(wordings={"en": wording("en", "One.\nTwo {{ dais }}.")}, variables={"days": "30"})
        [finding] = found(said, [mfa()], real_fill)
        assert (finding.name, finding.weight) == ("undefined-variable", Weight.BLOCKING)
        assert finding.place == Place(file="grain.md", line=15)
        assert finding.sentence.startswith("The variable dais is not defined. Did you mean")
        assert finding.accounts == ("mfa",)


class TestSections:
    def test_for_an_account_takes_the_place_of_all_other_texts(self) -> None:
        said = message(overrides=(override("account mfa", headline="Ours."),), wordings={"en": wording("en", long="Longer text.")})
        assert text(said, [mfa()], "mfa") == ("Ours.",)

    def test_for_facebook_is_the_text_of_the_page_and_of_nobody_else(self) -> None:
        said = message(overrides=(override("facebook", long="For the page."),))
        assert text(said, EVERYWHERE, "page") == ("For the page.",)
        assert text(said, EVERYWHERE, "mfa") == ("The corridor stays open.",)

    def test_for_an_account_goes_before_the_one_for_its_platform(self) -> None:
        said = message(overrides=(override("facebook", long="For all pages."), override("account page", short="For this one.")))
        assert text(said, EVERYWHERE, "page") == ("For this one.",)

    def test_for_an_account_goes_before_its_local_text(self) -> None:
        section = override("account embassy-ankara", short="From the section.")
        said = message(locals=local("embassy-ankara", "From the file.", "tr"), overrides=(section,))
        assert text(said, EVERYWHERE, "embassy-ankara") == ("From the section.",)

    def test_for_an_account_is_not_for_another(self) -> None:
        said = message(overrides=(override("account mfa", short="Ours."),))
        assert text(said, EVERYWHERE, "page") == ("The corridor stays open.",)


class TestPage:
    def test_posts_in_the_first_of_its_languages_that_the_message_has(self) -> None:
        said = message(wordings=wordings(en="Open.", fr="Ouvert."))
        made = assigned(said, [replace(page(), languages=("de", "fr", "en"))], "page")
        assert made.variant is not None
        assert (made.variant.kind, made.variant.language, made.variant.text) == (Kind.PAGE_POST, "fr", ("Ouvert.",))
        assert made.reason == "the page's post, in fr"

    def test_falls_back_or_stays_silent_as_the_message_says(self) -> None:
        german = replace(page(), languages=("de",))
        fallen = assigned(message(), [german], "page")
        assert fallen.variant is not None
        assert fallen.variant.language == "en"
        assert fallen.reason == "the page's post, in en, for want of de"
        assert assigned(message(missing_translation="skip"), [german], "page").silence is Silence.NO_TRANSLATION

    def test_carries_the_messages_link_as_its_own_field_and_x_does_not(self) -> None:
        said = message(link="https://a.example.org/x")
        assert variant(said, EVERYWHERE, "page").link == "https://a.example.org/x"
        assert variant(said, EVERYWHERE, "mfa").link == ""

    def test_stays_silent_when_it_is_not_addressed(self) -> None:
        said = replace(message(), audience=message().audience[:0])
        assert {one.silence for one in adapted(said, EVERYWHERE).assignments} == {Silence.NOT_ADDRESSED}


class TestReposts:
    def test_name_the_delivery_that_they_repeat_in_the_same_wave(self) -> None:
        made = adapted(message(), [mfa(), account("embassy-oslo", "en")], wave=2).assignments[1].variant
        assert made is not None
        assert (made.kind, made.text, made.attachments) == (Kind.REPOST, (), ())
        assert made.of == Reference(delivery="grain/2/mfa/post", field="id", shape="x-id")

    def test_are_noted_as_owing_a_local_text(self) -> None:
        assert assigned(message(), [mfa(), account("embassy-oslo", "en")], "embassy-oslo").owes


class TestPictures:
    def test_go_with_every_post_with_what_is_signed_of_them(self) -> None:
        said = message(media=(media(),), wordings={"en": wording("en", alts={"minister.jpg": "The minister signs"})})
        for name in ("mfa", "page"):
            [picture] = variant(said, EVERYWHERE, name).attachments
            assert (picture.file, picture.alt, picture.kind, picture.size) == (
                "minister.jpg",
                "The minister signs",
                "image",
                100_000,
            )
            assert picture.digest == said.media[0].facts.digest

    def test_keep_their_order(self) -> None:
        both = {"a.jpg": "A", "b.jpg": "B"}
        said = message(media=(media("b.jpg"), media("a.jpg")), wordings={"en": wording("en", alts=both)})
        assert [one.file for one in variant(said, [mfa()], "mfa").attachments] == ["b.jpg", "a.jpg"]


class TestAltTexts:
    picture = media()

    def said(self, **alts: str) -> Message:
        """Wordings in three languages, with these alt texts."""
        texts = {"en": "Open.", "fr": "Ouvert.", "tr": "Açık."}
        made = {tag: wording(tag, said, alts={"minister.jpg": alts[tag]} if tag in alts else None) for tag, said in texts.items()}
        return message(media=(self.picture,), wordings=made)

    def alt(self, said: Message, name: str) -> str:
        return variant(said, EVERYWHERE, name).attachments[0].alt

    def test_are_in_the_language_of_the_post(self) -> None:
        said = self.said(en="The minister", fr="La ministre", tr="Bakan")
        assert [self.alt(said, name) for name in ("mfa", "embassy-paris", "embassy-ankara")] == [
            "The minister",
            "La ministre",
            "Bakan",
        ]
        assert found(said, EVERYWHERE) == []

    def test_of_a_local_text_are_its_own_first(self) -> None:
        own = local("embassy-ankara", "Ankara'dan.", "tr", alts={"minister.jpg": "Sayın bakan"})
        assert self.alt(replace(self.said(tr="Bakan", en="M", fr="M"), locals=own), "embassy-ankara") == "Sayın bakan"

    def test_of_a_local_text_are_then_those_of_its_language(self) -> None:
        said = replace(self.said(tr="Bakan", en="M", fr="M"), locals=local("embassy-ankara", "Ankara'dan.", "tr"))
        assert self.alt(said, "embassy-ankara") == "Bakan"

    def test_are_then_those_of_the_source_which_is_said(self) -> None:
        said = self.said(en="The minister", tr="Bakan")
        assert self.alt(said, "embassy-paris") == "The minister"
        [finding] = found(said, EVERYWHERE)
        assert (finding.name, finding.weight, finding.place) == ("alt-in-another-language", Weight.ADVISORY, self.picture.place)
        assert finding.sentence == "No alt text in fr for minister.jpg; the one in en is used."

    def test_that_are_missing_altogether_block(self) -> None:
        finding, *_ = found(self.said(fr="La ministre"), [mfa(), account("embassy-paris", "fr")])
        assert (finding.name, finding.weight, finding.accounts) == ("missing-alt", Weight.BLOCKING, ("mfa",))
        assert finding.sentence == "No alt text for minister.jpg in en."

    def test_that_are_empty_once_filled_in_are_missing(self) -> None:
        assert [one.name for one in found(self.said(en="{{ hashtags }}"), [mfa()])] == ["missing-alt"]

    def test_may_use_variables(self) -> None:
        assert self.alt(self.said(en="The minister in {{ city }}", fr="-", tr="-"), "mfa") == "The minister in Caldova"

    def test_are_not_asked_of_a_video(self) -> None:
        assert found(filmed(), [mfa(), page()]) == []


def test_own_words_are_the_text_without_the_address_of_the_video() -> None:
    said = filmed(wordings={"en": wording("en", "See {{ video }} now.", headline="B")})
    assert variant(said, EVERYWHERE, "mfa").own == "See  now."


def test_assignments_come_in_the_order_of_the_accounts() -> None:
    assert [one.account.name for one in adapted(filmed(), EVERYWHERE).assignments] == [one.name for one in EVERYWHERE]


def test_adapting_twice_gives_the_same() -> None:
    assert adapted(filmed(), EVERYWHERE) == adapted(filmed(), EVERYWHERE)
