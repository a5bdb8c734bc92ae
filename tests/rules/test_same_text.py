"""What platforms do to a text is no edit; what a person does to it is."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ministry_social.rules.same_text import fold, same
from ministry_social.rules.word_diff import diff, harmless, shown

WORDS = st.sampled_from(
    [
        "corridor",
        "l'été",
        "R&D",
        '"open"',
        "partner's",
        "café",
        "السلام",
        "条約",
        "https://mfa.example.org/a?b=1",
        "100,000",
        "<3",
        "10–12",
    ]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=40).map(" ".join)
CHANGES = {
    "typographic apostrophes": lambda text: text.replace("'", "’"),
    "typographic quotes": lambda text: text.replace('"', "”"),
    "guillemets": lambda text: text.replace('"', "«"),
    "double spaces": lambda text: text.replace(" ", "  "),
    "lines in place of spaces": lambda text: text.replace(" ", "\n"),
    "hard spaces": lambda text: text.replace(" ", "\u00a0"),
    "spaces at both ends": lambda text: f"  {text}\n",
    "entities": lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;").replace("'", "&#39;"),
    "decomposed letters": lambda text: text.replace("é", "e\u0301"),
    "marks of direction": lambda text: f"\u2067{text}\u2069",
    "spaces of no width": lambda text: text.replace(" ", "\u200b "),
    "another scheme": lambda text: text.replace("https://", "http://"),
    "no scheme": lambda text: text.replace("https://", ""),
    "a slash behind an address": lambda text: text.replace("/a?b=1", "/a?b=1/"),
    "escaped addresses": lambda text: text.replace("b=1", "b=%31"),
    "short links": lambda text: text.replace("https://mfa.example.org/a?b=1", "https://t.co/AbC123xyz0"),
    "other hyphens": lambda text: text.replace("-", "\u2011"),
}  # fmt: skip


@given(text=TEXTS, changes=st.lists(st.sampled_from(sorted(CHANGES)), max_size=5, unique=True))
def test_whatever_platforms_do_the_text_is_the_same(text: str, changes: list[str]) -> None:
    stands = text
    for name in changes:
        stands = CHANGES[name](stands)
    assert same(text, stands), (changes, stands)


@given(
    text=st.lists(WORDS, min_size=50, max_size=60).map(" ".join),
    at=st.integers(0, 400),
    dots=st.sampled_from(["…", "...", " …"]),
    link=st.booleans(),
)
def test_a_long_text_that_is_cut_is_the_same(text: str, at: int, dots: str, link: bool) -> None:
    head = text[: 140 + at % max(1, len(text) - 140)]
    assert same(text, head + dots + (" https://t.co/AbC123xyz0" if link else "")), head


@given(text=TEXTS, place=st.integers(0, 40), word=st.text(string.ascii_lowercase, min_size=2, max_size=9))
def test_another_word_is_another_text(text: str, place: int, word: str) -> None:
    words = text.split(" ")
    words.insert(place % (len(words) + 1), f"x{word}")
    assert not same(text, " ".join(words))


@given(text=TEXTS)
def test_a_text_is_the_same_as_itself_and_folding_again_changes_nothing(text: str) -> None:
    assert same(text, text)
    assert fold(fold(text)) == fold(text)


LONG = "The grain corridor stays open for another year, and the partners have agreed on the port dues, on pilots and on insurance."


@pytest.mark.parametrize(
    ("signed", "stands"),
    [
        ("We agree to 100 tons.", "We agree to 1000 tons."),
        ("We do not agree.", "We do agree."),
        ("Watch https://youtu.be/abcdefghijk", "Watch https://youtu.be/abcdefghijl"),
        ("See https://mfa.example.org/a", "See https://mfa.example.com/a"),
        ("See https://mfa.example.org/A", "See https://mfa.example.org/a"),
        ("We regret the attack, and condemn it.", "We regret…"),  # no platform cuts so short
        ("The corridor is open.", "See https://t.co/AbC123xyz0"),  # a short link stands for an address, for no words
        (LONG, LONG[:110].replace("open", "shut") + "…"),
        ("Open", "open"),
        ("Hello", ""),
    ],
)
def test_what_a_reader_would_call_different_is_different(signed: str, stands: str) -> None:
    assert not same(signed, stands)


@pytest.mark.parametrize(
    ("signed", "stands"),
    [
        ("See https://mfa.example.org/caf%C3%A9", "See https://mfa.example.org/café"),
        ("See https://xn--mfa-tavria-q4a.example.org", "See https://XN--mfa-tavria-q4a.example.org/"),
        ("See https://MFA.example.org/A", "See mfa.example.org/A"),
        ("❤️ peace", "❤ peace"),
        ("Wait…", "Wait..."),
        (LONG, LONG[:118] + "… https://t.co/AbC123xyz0"),
    ],
)
def test_what_a_reader_would_call_the_same_is_the_same(signed: str, stands: str) -> None:
    assert same(signed, stands)


def test_many_short_links_take_no_time() -> None:
    signed = " ".join(f"a.b.c.d.e{number}.org/{number}" for number in range(500))
    stands = " ".join(f"https://t.co/a{number:09d}" for number in range(500))
    assert same(signed, stands)
    assert not same(f"{signed} no", stands)
    assert not same("a." * 4000, "t.co/" * 4000)


def test_a_difference_is_shown_word_by_word() -> None:
    old, new = "The corridor stays open for another year.", "The corridor stays shut for another year."
    assert shown(diff(old, new)) == "The corridor stays [-open-]{+shut+} for another year."


def test_texts_that_have_little_in_common_are_shown_one_after_the_other() -> None:
    assert shown(diff("We welcome the treaty.", "Buy gold now!")) == "[-We welcome the treaty.-]{+Buy gold now!+}"


def test_letters_are_compared_where_words_have_no_spaces() -> None:
    assert shown(diff("今天签署了条约。", "今天撕毁了条约。")) == "今天[-签署-]{+撕毁+}了条约。"


@given(old=TEXTS, new=TEXTS)
def test_both_texts_can_be_read_back_from_a_difference(old: str, new: str) -> None:
    pieces = diff(old, new)
    assert "".join(piece.text for piece in pieces if piece.sign in "=-") == old
    assert "".join(piece.text for piece in pieces if piece.sign in "=+") == new


def test_somebody_elses_text_plays_no_tricks_with_a_terminal() -> None:
    assert harmless("a\x1b[2Jb\u202ec") == "a<U+001B>[2Jb<U+202E>c"
