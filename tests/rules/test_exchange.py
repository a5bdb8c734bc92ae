"""What translators are told, and what is wrong with what comes back."""

from dataclasses import replace
from typing import Any

import pytest

from ministry_social.model.translation import Unit
from ministry_social.rules.exchange import changed_variables, notes, variables_of
from tests.factories import LIMITS, message, prose, video


def told(path: str, text: str = "Open.", **fields: Any) -> str:
    """The notes on a text, on one line."""
    return " ".join(notes(message(**fields), Unit(path=path, source=prose(text)), LIMITS))


class TestNotes:
    def test_name_the_limit_of_each_platform(self) -> None:
        assert "X: at most 280 weighted characters. " in told("short")
        assert "Facebook: at most 63,206 characters." in told("short")
        assert "YouTube" not in told("short")

    @pytest.mark.parametrize("text", ["See {{ link }}", "See {{ website }}", "See https://a.example.org/x", "See example.org"])
    def test_say_what_an_address_takes_on_x(self, text: str) -> None:
        assert "X: at most 280 weighted characters, of which each address takes 23. " in told("short", text)

    def test_say_what_the_video_takes_where_it_is_put_at_the_end(self) -> None:
        assert ", of which the video's address at the end takes 24. " in told("short", media=(video(),))
        assert ", of which each address takes 23. " in told("short", "{{ video }} Look.", media=(video(),))

    def test_of_a_message_with_a_video_say_what_youtube_takes(self) -> None:
        assert "YouTube, as the video's title: at most 100 characters." in told("headline", media=(video(),))
        assert "YouTube, as the video's description: at most 5,000 bytes" in told("long", media=(video(),))
        assert "at most 100 characters" in told("for youtube title")
        assert "X:" not in told("for youtube description")

    def test_of_an_alt_text_say_whose_it_is_and_how_long_it_may_be(self) -> None:
        limits = "X: at most 1,000 characters. Facebook: at most 1,000 characters."
        assert told("alt minister.jpg", "She signs") == f"Describes minister.jpg for those who cannot see it. {limits}"

    def test_say_what_stays_as_it_is(self) -> None:
        said = told("short", "In {{ city }} and {{city}}. {% if link %}{{ link }}{% endif %}{# never seen #}")
        assert said.endswith(
            "Keep as it is, wherever your language puts it: {{ city }}, {{city}}, {% if link %}, {{ link }}, {% endif %}"
        )


class TestVariables:
    def test_are_found_with_their_spaces_made_one(self) -> None:
        assert variables_of("{{  city\n}} {% if  link %}") == ["{{ city }}", "{% if link %}"]

    @pytest.mark.parametrize(
        "translation", ["A {{ city }}, {{ link }}", "{{ link }}: {{  city  }}", "{{ link }}{{ city }} {# n #}"]
    )
    def test_may_stand_in_another_order(self, translation: str) -> None:
        assert changed_variables("In {{ city }}: {{ link }}", translation) == ""

    @pytest.mark.parametrize(
        ("translation", "wrong"),
        [
            ("A {{ link }}", "lacks {{ city }}"),
            ("A", "lacks {{ city }}, {{ link }}"),
            ("{{ city }} {{ city }} {{ link }}", "has {{ city }}, which the source has not"),
            ("{{ ville }} {{ link }}", "lacks {{ city }} and has {{ ville }}, which the source has not"),
        ],
    )
    def test_must_all_be_there_and_no_others(self, translation: str, wrong: str) -> None:
        assert changed_variables("In {{ city }}: {{ link }}", translation) == wrong


def test_a_platform_that_the_ministry_has_not_is_not_spoken_of() -> None:
    unit = Unit(path="headline", source=prose("Open."))
    said = notes(message(media=(video(),)), unit, {"x": replace(LIMITS["x"], text=500)})
    assert [one for one in said if "YouTube" in one or "Facebook" in one] == []
    assert "X: at most 500 weighted" in " ".join(said)
