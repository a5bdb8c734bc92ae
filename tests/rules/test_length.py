"""Lengths of Facebook and YouTube, and the ways to ask."""

import pytest

from ministry_social.model.variant import Counting
from ministry_social.rules.length import (
    facebook_length,
    measure,
    tags_length,
    x_length,
    youtube_description_length,
    youtube_tags_length,
    youtube_title_length,
)


def test_each_counting_has_its_measure() -> None:
    text = "日本 https://example.org/"
    assert measure(text, Counting.X_WEIGHTED) == 4 + 1 + 23
    assert measure(text, Counting.CHARACTERS) == 2 + 1 + 20
    assert measure(text, Counting.BYTES) == 6 + 1 + 20


def test_half_a_character_has_a_length_in_every_measure() -> None:
    assert [measure("\ud83d", counting) for counting in Counting] == [2, 1, 3]


def test_facebook_takes_63206_characters_and_not_one_more() -> None:
    assert facebook_length("a" * 63_206).valid
    assert not facebook_length("a" * 63_207).valid
    assert not facebook_length("").valid


def test_a_youtube_title_has_100_characters_and_no_angle_brackets() -> None:
    assert youtube_title_length("é" * 100).valid
    assert not youtube_title_length("é" * 101).valid
    assert not youtube_title_length("").valid
    assert not youtube_title_length("a < b").valid


def test_a_youtube_description_is_measured_in_bytes_and_may_be_empty() -> None:
    assert youtube_description_length("é" * 2_500).valid
    too_long = youtube_description_length("é" * 2_501)
    assert (too_long.length, too_long.limit, too_long.valid) == (5_002, 5_000, False)
    assert youtube_description_length("").valid
    assert not youtube_description_length("->").valid


@pytest.mark.parametrize(
    ("tags", "length"), [((), 0), (("peace",), 5), (("peace", "trade"), 11), (("foreign policy",), 16), (("a b", "c", "d e"), 13)]
)
def test_youtube_counts_commas_and_the_quotation_marks_round_tags_with_spaces(tags: tuple[str, ...], length: int) -> None:
    assert tags_length(tags) == length


def test_youtube_takes_500_characters_of_tags() -> None:
    assert youtube_tags_length(["a" * 249, "b" * 250]).valid
    assert not youtube_tags_length(["a" * 250, "b" * 250]).valid
    assert not youtube_tags_length(["a<b"]).valid


def test_x_takes_280_and_not_281() -> None:
    assert x_length("a" * 280).valid
    assert not x_length("a" * 281).valid
    assert (x_length("").length, x_length("").valid, x_length("").limit) == (0, False, 280)
