"""What X counts, in cases of our own; test_length_reference.py compares with the reference implementation."""

import unicodedata

import pytest

from ministry_social.rules.length import x_length


def length(text: str) -> int:
    return x_length(text).length


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Good morning", 12),
        ("Grüße aus Zürich", 16),
        ("Привет", 6),
        ("السلام عليكم", 12),
        ("नमस्ते", 6),
        ("外交部", 6),
        ("한국", 4),
        ("“quoted” – so", 13),  # the marks are in U+2010 to U+201F
        ("and so on…", 11),  # U+2026 is not
        ("5 €", 4),
        ("\u10ff\u1100", 3),
        ("\u2031\u2032\u2037\u2038", 6),
        ("\ufe0f", 2),
    ],
)
def test_characters_weigh_one_or_two(text: str, counts: int) -> None:
    assert length(text) == counts


def test_the_composed_form_is_counted() -> None:
    assert length("cafe\u0301") == length("café") == 4
    assert length(unicodedata.normalize("NFD", "한국")) == 4


@pytest.mark.parametrize(
    "emoji",
    ["😀", "❤️", "☝🏽", "👩🏽‍💻", "👨‍👩‍👧‍👦", "🇫🇷", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🏳️‍🌈", "1️⃣", "#⃣", "©️", "🕵🏽‍♀️", "🤷‍♂️", "👩‍❤️‍💋‍👨", "🏴‍☠️", "👁‍🗨"],
)
def test_an_emoji_counts_two_however_many_characters_it_has(emoji: str) -> None:
    assert length(emoji) == 2
    assert length(f"a{emoji}b{emoji}") == 6


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("🇫🇷🇩🇪", 4),
        ("🇦🇦", 4),  # no flag
        ("❤\ufe0e", 4),  # asked for as text
        ("©", 1),
        ("1", 1),
        ("👩‍", 3),
        ("🫱🏻‍🫲🏿", 9),  # newer than Emoji 11: by its parts
        ("🧑‍🚀", 5),
    ],
)
def test_what_is_no_emoji_of_emoji_11_counts_by_its_parts(text: str, counts: int) -> None:
    assert length(text) == counts


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/a/very/long/path/that/goes/on/and/on?with=a&query=as#well",
        "http://a.ch",
        "HTTPS://EXAMPLE.ORG",
        "example.org",
        "example.org/path",
        "www.example.co.uk",
        "http://日本語.jp/",
        "http://пример.рф",
        "http://a_b.example.com:8080/x",
        "https://example.org/wiki/Peace_(disambiguation)",
        "https://example.org/приветствие",
        "xn--80ak6aa92e.com",
    ],
)
def test_an_address_counts_23(address: str) -> None:
    assert length(address) == 23
    assert length(f"See {address} today") == 4 + 23 + 6


@pytest.mark.parametrize(
    "text",
    [
        "example.example",  # no top-level domain
        "example.notadomain",
        "@example.org",
        "#example.org",
        "$example.org",
        "user@example.org",
        "example.org@home",
        "-example.org",
        "/example.org",
        "v2.0",
        "e.g.this",
        "http://-.com",
        "https://t.co/" + "a" * 41,
        "http://" + "a" * 64 + ".com",
        "http://xn--日本.com",
    ],
)
def test_what_only_looks_like_an_address_counts_by_its_characters(text: str) -> None:
    assert length(text) == len(text) + sum(character in "日本" for character in text)


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("example.org.", 24),
        ("(example.org)", 25),
        ('"https://example.org"', 25),
        ("https://example.org/.", 24),
        ("https://example.org/!?", 25),
        ("https://example.org/a(b)", 23),
        ("https://example.org/a!(b)", 23 + 4),  # brackets must follow what could end a path
        ("example.org?a=b", 27),  # without a path, a query is no part of an address that has no protocol
        ("example.org:80", 26),
        ("https://t.co/abc/more", 28),
        ("https://example.org,https://example.org", 47),
        ("example.org,example.org", 47),
        ("日本example.org", 27),
        ("😀example.org", 25),
        ("example.org😀", 25),
        ("اقرأexample.org", 27),
        ("\u200fexample.org\u200f", 27),
        ("http://example.orghttp", 22),
        ("http://example.org日本", 27),
        ("https://example.org/\ufe0f", 25),
    ],
)
def test_an_address_ends_and_begins_where_the_reference_says(text: str, counts: int) -> None:
    assert length(text) == counts


def test_where_the_reference_misreads_we_count_as_it_does() -> None:
    """Two domains glued by other letters: it takes the length of the first and the path, and goes on in the middle."""
    assert length("example.com日本.com/path") == 23 + 6
    assert length("@😀.com.com") == 1 + 2 + 1 + 23


@pytest.mark.parametrize("character", ["\ufffe", "\ufeff", "\uffff"])
def test_three_characters_make_a_text_invalid_but_count(character: str) -> None:
    measured = x_length(f"a{character}b")
    assert (measured.length, measured.valid) == (4, False)


def test_halves_of_a_character_count_as_one_when_they_stand_together() -> None:
    assert length("\ud83d" + "\ude00") == 2
    assert length("\ud83d \ude00") == 5
    assert length("\ud83da.com\ude00") == 27


def test_a_very_long_hostile_text_is_counted_all_the_same() -> None:
    assert length("a." * 3_000) == 6_000
    assert length("日" * 3_000 + ".com") == 6_004
    assert length("a.com/" + "(" * 3_000) == 3_023
