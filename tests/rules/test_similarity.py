"""Similarity: identical and nearly identical texts are found, different ones are left alone, and no pair is missed."""

import json
import random
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from ministry_social.files.sections import rows
from ministry_social.rules.similarity import Spoken, alike_pairs, bare, likeness, near_duplicates, shingles

DATA = json.loads((Path(__file__).parent / "similarity_pairs.json").read_text(encoding="utf-8"))
PAIRS: list[dict[str, str]] = DATA["pairs"]
[THRESHOLD] = [float(row.default) for row in rows() if (row.section, row.name) == ("similarity", "threshold")]
SAME = ("identical", "swapped", "near", "short")
OTHER = ("different", "translation")
MARGIN = 0.03  # between the threshold and any pair of the table


def alike(one: str, other: str, names: Sequence[str] = (), threshold: float = 1e-6) -> float:
    """The likeness of two texts, from 0 to 1."""
    found = near_duplicates([Spoken(who="a", text=one), Spoken(who="b", text=other)], threshold=threshold, names=names)
    return found[0].likeness / 1000 if found else 0.0


def words_of(text: str) -> list[str]:
    return text.split()


def title(pair: dict[str, str]) -> str:
    return f"{pair['language']}-{pair['kind']}-{pair['why']}"


@pytest.mark.parametrize("pair", [pair for pair in PAIRS if pair["kind"] in SAME], ids=title)
def test_identical_and_nearly_identical_texts_are_found(pair: dict[str, str]) -> None:
    assert alike(pair["one"], pair["other"], DATA["names"]) >= THRESHOLD + MARGIN


@pytest.mark.parametrize("pair", [pair for pair in PAIRS if pair["kind"] in OTHER], ids=title)
def test_different_texts_and_translations_are_left_alone(pair: dict[str, str]) -> None:
    assert alike(pair["one"], pair["other"], DATA["names"]) <= THRESHOLD - MARGIN


def test_the_table_has_each_kind_in_each_of_six_languages() -> None:
    for language in ("en", "fr", "es", "ar", "zh", "ru"):
        for kind in ("identical", "swapped", "near", "different"):
            assert [pair for pair in PAIRS if (pair["language"], pair["kind"]) == (language, kind)]


class TestWhatDoesNotMakeATextDifferent:
    TEXT = "Tavoria welcomes the agreement on the grain corridor"

    @pytest.mark.parametrize(
        "other",
        [
            "Tavoria welcomes the agreement on the grain corridor https://a.example.org/1?x=2#y",
            "@TavoriaMFA Tavoria welcomes the agreement on the grain corridor",
            "Tavoria welcomes the agreement on the grain corridor #Grain #حبوب ＃粮食",
            "TAVORIA WELCOMES THE AGREEMENT ON THE GRAIN CORRIDOR",
            "Tavoria welcomes the agreement, on the grain corridor… 🌾",
            "Távoria wélcomes the agreement on the grain corridor",
            "Ｔａｖｏｒｉａ welcomes the agreement on the grain corridor",
            "12.5 Tavoria welcomes 3 the agreement on the grain corridor 2026",
        ],
    )
    def test_addresses_mentions_hashtags_numbers_case_marks_and_accents(self, other: str) -> None:
        assert alike(self.TEXT, other) == 1.0

    def test_numbers_of_any_script(self) -> None:
        assert bare("٣٥ سفينة و 1,200.5 or ３５") == ["سفينة", "و", "or"]

    def test_addresses_without_a_protocol(self) -> None:
        assert bare("See www.mfa-tavoria.example.org/grain now") == ["see", "now"]

    def test_names_of_places_that_are_ours(self) -> None:
        assert alike("From Paris, France: open", "From São Paulo: open", ["Paris", "France", "São Paulo"]) == 1.0

    def test_names_are_whole_words_and_the_longest_goes_first(self) -> None:
        assert alike("A roman holiday", "A n holiday", ["Roma"]) < 1.0
        assert alike("In New York now", "In York now", ["York", "New York"]) == 1.0

    def test_an_empty_name_is_no_name(self) -> None:
        assert alike("Open again", "Open again", ["", "Paris"]) == 1.0


class TestNames:
    """Names that no list has: capitals show them, where a language has capitals and keeps them for names."""

    def test_are_words_with_a_capital_inside_a_sentence(self) -> None:
        assert bare("The visit of Ilse Karvonen to Porto was short. Thanks") == words_of("the visit of to was short thanks")

    def test_in_greek_and_cyrillic_too(self) -> None:
        assert bare("Сегодня посол посетил Алматы и Ереван") == words_of("сегодня посол посетил и")
        assert bare("Η πρέσβης στην Αθήνα σήμερα") == words_of("η πρεσβησ στην σημερα")

    def test_go_with_their_suffix_and_leave_the_elided_article(self) -> None:
        assert bare("Bugün Tavorya'nın bakanı geldi") == words_of("bugun bakanı geldi")
        assert bare("La fête de l’Islande commence") == words_of("la fete de l commence")

    def test_at_the_beginning_of_a_sentence_cannot_be_told_from_other_words(self) -> None:
        assert bare("Oslo is cold.\nRome is not! 🌞 Paris neither") == words_of("oslo is cold rome is not paris neither")

    def test_are_not_seen_where_most_words_have_a_capital(self) -> None:
        assert alike("GRAIN MUST FLOW AGAIN", "grain must flow again") == 1.0
        assert bare("Grain Must Flow Again") == ["grain", "must", "flow", "again"]

    def test_are_not_seen_in_german_which_gives_every_noun_a_capital(self) -> None:
        assert "universitat" in bare("Heute ist der Tag der Universität in Wien")
        visit = "Der Minister besucht heute die Universität in Wien und spricht mit Studierenden über den Frieden."
        fair = "Die Botschafterin eröffnet heute die Messe in Graz und spricht mit Unternehmen über den Handel."
        assert alike(visit, fair) < THRESHOLD

    def test_are_what_counts_when_there_is_nothing_else(self) -> None:
        assert alike("Friday", "Monday") == 0.0
        assert bare("Friday, 5 May") == ["friday", "may"]


class TestDates:
    def test_of_other_days_and_months_make_no_other_text(self) -> None:
        assert bare("Closed on Friday 5th of May, at 18h") == ["closed", "on", "of", "at"]
        assert bare("تغلق القنصلية يوم الخميس 5 يونيو") == ["تغلق", "القنصلية", "يوم"]
        assert bare("закрыто в среду, 20 октября") == ["закрыто", "в"]

    @pytest.mark.parametrize("language", ["ar", "de", "en", "es", "fr", "it", "nl", "pl", "pt", "ru", "tr"])
    def test_are_named_as_unicode_names_them(self, language: str) -> None:
        calendar = Locale.parse(language)
        named = [name for each in (calendar.months, calendar.days) for name in each["stand-alone"]["wide"].values()]
        assert [name for name in named if bare(f"x {name}") != ["x"]] == []


class TestShortTexts:
    def test_of_the_same_word_are_the_same(self) -> None:
        assert alike("Yes!", "yes") == 1.0

    def test_of_other_words_are_different(self) -> None:
        assert alike("Yes!", "No.") == 0.0

    def test_without_any_word_are_the_same(self) -> None:
        assert alike("https://a.example.org/1", "🌾 #Tavoria 35") == 1.0
        assert alike("", "") == 1.0

    def test_without_any_word_are_not_like_one_with_words(self) -> None:
        assert alike("#Tavoria", "Open again") == 0.0

    def test_are_not_looked_for_inside_longer_ones(self) -> None:
        assert alike("Thank you.", "Thank you. " + "And now to something else entirely, which takes its time.") < THRESHOLD


class TestScriptsWithoutSpaces:
    def test_are_compared_by_pairs_of_signs(self) -> None:
        assert shingles("粮食走廊") == {"粮食", "食走", "走廊"}

    def test_a_single_sign_counts(self) -> None:
        assert shingles("好") == {"好"}

    def test_latin_words_among_them_count_as_elsewhere(self) -> None:
        assert shingles("欢迎 agreement") >= {"欢迎", "agree", "ement"}

    def test_one_sign_more_is_nearly_the_same(self) -> None:
        assert alike("中国外交部", "中国外交部长") >= THRESHOLD

    def test_thai_and_japanese_are_read_so_too(self) -> None:
        assert alike("เส้นทางธัญพืชยังเปิดอยู่", "เส้นทางธัญพืชยังคงเปิดอยู่") >= THRESHOLD
        assert alike("穀物回廊は開いています", "穀物回廊はまだ開いています") >= THRESHOLD


class TestAPartOfALongerText:
    COPY = "Tavoria welcomes the agreement on the grain corridor and thanks all partners. "
    OWN = "In Nairobi our trade officer met the millers at dawn, and asked them what they need. "

    def test_is_found(self) -> None:
        assert alike(self.COPY, self.COPY + self.OWN) == 0.8

    def test_of_more_than_three_times_its_length_is_a_quotation(self) -> None:
        longer = (
            "Bakers, captains, teachers and children wrote to us this week about bread. Amina sells chapati near the old "
            "station; Joseph steers a tug; Wanjiru counts sacks for a school kitchen. Each told us, in so many words, what a "
            "closed harbour would have meant."
        )
        assert alike(self.COPY, self.COPY + self.OWN + longer) < THRESHOLD


class TestPairs:
    def test_come_with_the_most_alike_first(self) -> None:
        base = "Tavoria welcomes the agreement on the grain corridor today"
        spoken = [Spoken(who=str(n), text=text) for n, text in enumerate([base, base + " and thanks all", base])]
        found = near_duplicates(spoken, threshold=0.5)
        assert (found[0].first.who, found[0].second.who) == ("0", "2")
        assert [pair.likeness for pair in found] == sorted((pair.likeness for pair in found), reverse=True)

    def test_of_two_earlier_texts_are_none(self) -> None:
        earlier = [Spoken(who=who, text="Open again today", earlier=True) for who in "ab"]
        new = Spoken(who="c", text="Open again today")
        assert [(pair.first.who, pair.second.who) for pair in near_duplicates([*earlier, new], threshold=0.5)] == [
            ("a", "c"),
            ("b", "c"),
        ]

    def test_of_nothing_or_one_text_are_none(self) -> None:
        assert near_duplicates([], threshold=0.5) == ()
        assert near_duplicates([Spoken(who="a", text="Open")], threshold=0.5) == ()

    def test_just_at_the_threshold_count(self) -> None:
        assert alike("aaaaa bbbbb", "aaaaa bbbbb", threshold=1.0) == 1.0


Bag = frozenset[str]


def brute_force(bags: Sequence[Bag], threshold: float) -> set[tuple[int, int]]:
    """Every pair looked at, one by one."""
    numbered = list(enumerate(bags))
    return {(i, j) for (i, one), (j, other) in combinations(numbered, 2) if likeness(one, other) >= threshold}


def found(bags: Sequence[Bag], threshold: float) -> set[tuple[int, int]]:
    return {(left, right) for left, right, _ in alike_pairs(bags, threshold)}


BAGS = st.lists(st.frozensets(st.sampled_from("abcdefghijklmnopqrst"), min_size=1), max_size=12)


class TestNoPairIsMissed:
    @given(bags=BAGS, threshold=st.floats(0.01, 1.0))
    @settings(max_examples=300, deadline=None)
    def test_whatever_the_sets_and_the_threshold(self, bags: list[Bag], threshold: float) -> None:
        assert found(bags, threshold) == brute_force(bags, threshold)

    @given(bags=BAGS, tenths=st.integers(1, 20))
    @settings(max_examples=200, deadline=None)
    def test_where_a_likeness_falls_on_the_threshold_itself(self, bags: list[Bag], tenths: int) -> None:
        assert found(bags, tenths / 20) == brute_force(bags, tenths / 20)

    @pytest.mark.parametrize("threshold", [0.3, THRESHOLD, 0.5, 0.8, 0.9])
    def test_among_copies_parts_and_strangers(self, threshold: float) -> None:
        chance = random.Random(20261201)
        alphabet = [f"s{number}" for number in range(300)]
        bags = [frozenset(chance.sample(alphabet, chance.randint(5, 60))) for _ in range(80)]
        for bag in bags[:60]:
            kept = chance.sample(sorted(bag), max(1, round(len(bag) * chance.uniform(0.3, 1.0))))
            bags.append(frozenset(kept + chance.sample(alphabet, chance.randint(0, 40))))
        expected = brute_force(bags, threshold)
        assert expected
        assert found(bags, threshold) == expected

    @given(texts=st.lists(st.text("ab 开放1#.", max_size=12), max_size=8))
    @settings(max_examples=150, deadline=None)
    def test_among_texts_short_and_empty_ones_included(self, texts: list[str]) -> None:
        bags = [shingles(text) for text in texts]
        assert all(bags)
        spoken = [Spoken(who=str(number), text=text) for number, text in enumerate(texts)]
        pairs: set[Any] = {(int(p.first.who), int(p.second.who)) for p in near_duplicates(spoken, threshold=THRESHOLD)}
        assert pairs == brute_force(bags, THRESHOLD)

    def test_the_likeness_is_the_one_of_the_two_sets(self) -> None:
        bags = [frozenset("abcdefghij"), frozenset("abcdefghik"), frozenset("abcdefghijklmnop")]
        assert {(i, j): alike for i, j, alike in alike_pairs(bags, 0.1)} == {
            (0, 1): pytest.approx(9 / 11),
            (0, 2): pytest.approx(0.8),
            (1, 2): pytest.approx(0.8),
        }


@given(one=st.text(max_size=40), other=st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_likeness_is_from_0_to_1_the_same_both_ways_and_1_with_itself(one: str, other: str) -> None:
    first, second = shingles(one), shingles(other)
    assert 0.0 <= likeness(first, second) <= 1.0
    assert likeness(first, second) == likeness(second, first)
    assert likeness(first, first) == 1.0
