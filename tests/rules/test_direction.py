"""Direction: what is put into a text that runs from right to left, and what is left alone."""

import pytest

from ministry_social.rules.adapt import Rules, adapt
from ministry_social.rules.direction import RLM, controls, directed, pieces, written_rightward
from ministry_social.rules.matching import normal
from ministry_social.rules.similarity import shingles
from tests.factories import account, channel, fill, limits_of, message, video, wording

PHONE = "+41 22 555 01 00"


def marked(text: str, language: str = "ar") -> str:
    """The text as it is sent, with signs that can be seen in the place of those that cannot: ‹ › isolate, → is RLM."""
    return directed(text, language).translate({0x2066: "‹", 0x2069: "›", 0x200F: "→"})


@pytest.mark.parametrize("language", ["ar", "he", "fa", "ur", "ps", "ckb", "ar-EG", "uz-Arab"])
def test_languages_written_from_right_to_left(language: str) -> None:
    assert written_rightward(language)


@pytest.mark.parametrize("language", ["en", "tr", "az", "uz", "ar-Latn", "zh-Hans", ""])
def test_languages_written_from_left_to_right(language: str) -> None:
    assert not written_rightward(language)


class TestIsolating:
    def test_a_piece_that_would_fall_apart_is_isolated(self) -> None:
        assert marked(f"اتصلوا على {PHONE} اليوم") == f"اتصلوا على ‹{PHONE}› اليوم"

    def test_a_piece_that_holds_together_is_left_alone(self) -> None:
        for text in ("مطار Geneva الدولي", "في 01.12.2026 نلتقي", "تم شحن 1,250,000 طن", "عام 2026"):
            assert marked(text) == text

    def test_what_must_be_isolated_depends_on_the_letters_around_it(self) -> None:
        assert marked("في 2026-12-01 نلتقي") == "في ‹2026-12-01› نلتقي"
        assert marked("בתאריך 2026-12-01 נפגש", "he") == "בתאריך 2026-12-01 נפגש"

    def test_no_more_is_isolated_than_is_needed(self) -> None:
        assert marked("مفتوح #Tavoria #Paris") == "مفتوح ‹#Tavoria› ‹#Paris›"
        assert marked("نسبة 50% من Geneva") == "نسبة ‹50%› من Geneva"

    def test_a_line_that_a_latin_letter_begins_gets_a_mark_before_it(self) -> None:
        assert marked("Tavoria تقول") == "→Tavoria تقول"
        assert marked("@TAV_Cairo تقول") == "→‹@TAV_Cairo› تقول"
        assert marked("شكرا\nTavoria تقول") == "شكرا\n→Tavoria تقول"

    def test_the_first_line_turns_the_whole_post_whatever_stands_in_it(self) -> None:
        assert marked("\nBREAKING\nشكرا") == "\n→BREAKING\nشكرا"
        assert marked("شكرا\nBREAKING") == "شكرا\nBREAKING"

    def test_a_text_in_another_language_or_without_such_letters_is_left_alone(self) -> None:
        for text, language in ((f"Call {PHONE}, شكرا", "en"), (f"Call {PHONE}", "ar"), ("", "ar"), ("#Tavoria", "he")):
            assert directed(text, language) == text

    @pytest.mark.parametrize(
        "text",
        [
            f"على \u2066{PHONE}\u2069 اليوم",
            f"على \u2068{PHONE}\u2069 اليوم",
            f"على \u200e{PHONE}\u200e اليوم",
            f"{RLM}Tavoria تقول",
        ],
    )
    def test_what_the_author_has_marked_is_not_marked_again(self, text: str) -> None:
        marks = sum(text.count(mark) for mark in "\u200e\u200f\u2066\u2068\u2069")
        assert sum(directed(text, "ar").count(mark) for mark in "\u200e\u200f\u2066\u2068\u2069") <= marks + 2 * ("\u200e" in text)
        assert "\u2066\u2066" not in directed(text, "ar")

    def test_a_text_is_mended_once_and_for_all(self) -> None:
        for text in (f"اتصلوا على {PHONE}.", "@a @b شكرا", "C++ و C#", "(021) 555-0100 کال"):
            assert directed(directed(text, "ar"), "ar") == directed(text, "ar")

    def test_a_text_with_wrong_controls_is_left_for_the_check(self) -> None:
        assert directed(f"على \u202b{PHONE}", "ar") == f"على \u202b{PHONE}"


class TestPieces:
    @pytest.mark.parametrize(
        ("line", "found"),
        [
            ("في AT&T و Boeing 737-800، ثم", ["AT&T", "Boeing 737-800"]),
            ("من Grain & Sons Ltd. اليوم", ["Grain & Sons Ltd"]),
            ("قالت Food Office (FO) اليوم", ["Food Office (FO)"]),
            ("بين 10 – 12 ديسمبر", ["10 – 12"]),
            ("ב-5 בדצמבר", ["5"]),
            ("انظر https://a.example.org/x?y=z، ثم", ["https://a.example.org/x?y=z"]),
            ("انظر (a.example.org).", ["a.example.org"]),
            ("إلى press@a.example.org.", ["press@a.example.org"]),
            ("لـ@TAV_Cairo و #Grain_2026!", ["@TAV_Cairo", "#Grain_2026"]),
            ("درجة -5 أو +7", ["-5", "+7"]),
            ("مبلغ $20,000", ["$20,000"]),
            ("#ممر_الحبوب و١٢-١٥", []),
        ],
    )
    def test_are_found_whole(self, line: str, found: list[str]) -> None:
        assert [line[start:end] for start, end in pieces(line)] == found


class TestControls:
    @pytest.mark.parametrize("text", ["", "plain", "a \u2066b\u2069 c", "\u2067a \u2066b\u2069\u2069", "\u200fa\u200e\u061c"])
    def test_pairs_and_marks_are_fine(self, text: str) -> None:
        assert controls(text) == ()

    @pytest.mark.parametrize(
        ("text", "wrong"),
        [
            ("a\u202eb\u202c", ("U+202C", "U+202E")),
            ("\u202ba", ("U+202B",)),
            ("a \u2066b", ("U+2066",)),
            ("a\u2069", ("U+2069",)),
            ("\u2066a\nb\u2069", ("U+2066", "U+2069")),
        ],
    )
    def test_embeddings_and_unpaired_isolates_are_named(self, text: str, wrong: tuple[str, ...]) -> None:
        assert controls(text) == wrong


class TestElsewhere:
    def test_what_a_platform_gives_back_is_recognised_with_or_without_the_marks(self) -> None:
        text = "انظر https://a.example.org/ على @TAV_Cairo."
        sent = directed(text, "ar")
        assert sent != text
        assert normal(sent) == normal(text)

    def test_the_marks_do_not_make_another_text_of_it(self) -> None:
        text = f"اتصلوا على {PHONE} اليوم في المدينة"
        assert shingles(directed(text, "ar")) == shingles(text)

    def test_the_address_of_a_video_goes_into_the_text_that_was_looked_at(self) -> None:
        ours = [account("mfa", "ar", central=True), channel(languages=("ar",))]
        said = message(source="ar", wordings={"ar": wording("ar", "{{ video }} شاهدوا", headline="ا")}, media=(video(),))
        adapted = adapt(said, ours, limits_of(ours), fill, Rules(fallback="ar", reposts=0))
        variant = next(one.variant for one in adapted.assignments if one.account.name == "mfa")
        assert variant is not None
        first, address, last = variant.text
        assert (first, last) == (RLM, " شاهدوا")
        assert not isinstance(address, str)

    def test_alt_texts_titles_and_descriptions_are_mended_too(self) -> None:
        ours = [channel(languages=("ar",))]
        wordings = {"ar": wording("ar", f"على {PHONE}.", headline=f"رقم {PHONE}")}
        wordings["he"] = wording("he", f"טלפון {PHONE}.", headline="@TAV שלום")
        said = message(source="ar", wordings=wordings, media=(video(),))
        adapted = adapt(said, ours, limits_of(ours), fill, Rules(fallback="ar", reposts=0))
        variant = adapted.assignments[0].variant
        assert variant is not None
        assert variant.title == f"رقم \u2066{PHONE}\u2069"
        assert variant.text == (f"على \u2066{PHONE}\u2069.",)
        assert variant.localizations["he"] == (f"{RLM}\u2066@TAV\u2069 שלום", f"טלפון \u2066{PHONE}\u2069.")
