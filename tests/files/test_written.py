"""Values as people write them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from ministry_social.files import written

DURATIONS = {
    "90s": timedelta(seconds=90),
    "15min": timedelta(minutes=15),
    "15 min": timedelta(minutes=15),
    "1.5h": timedelta(minutes=90),
    "12h": timedelta(hours=12),
    "2d": timedelta(days=2),
    "1h 30min": timedelta(minutes=90),
}


@pytest.mark.parametrize(("text", "meant"), DURATIONS.items())
def test_a_duration_is_a_number_with_its_unit(text: str, meant: timedelta) -> None:
    assert written.duration(text) == meant


@pytest.mark.parametrize("wrong", [15, "15", "", "soon", "5 parsecs", "1h and more", "-5s", None])
def test_what_is_no_duration_is_refused_and_an_example_given(wrong: object) -> None:
    with pytest.raises(ValueError, match="90s"):
        written.duration(wrong)


def test_a_moment_needs_its_zone() -> None:
    assert written.moment(datetime(2026, 12, 1, 9, tzinfo=UTC))
    for wrong in (datetime(2026, 12, 1, 9), date(2026, 12, 1), "2026-12-01T09:00:00Z"):
        with pytest.raises(ValueError, match="2026-12-01T09:00:00Z"):
            written.moment(wrong)


REFUSED: list[tuple[Callable[[object], object], object, str]] = [
    (written.language, "english", "ISO 639"),
    (written.language, "jp", "ISO 639"),
    (written.language, "EN", "ISO 639"),
    (written.language, 5, "ISO 639"),
    (written.country, "UK", "ISO 3166"),
    (written.country, "fr", "ISO 3166"),
    (written.zone, "Europe/Pariss", "Did you mean Europe/Paris"),
    (lambda raw: written.zone(raw, "TR"), "Europe/Ankara", "TR has: Europe/Istanbul"),
]


@pytest.mark.parametrize(("read", "wrong", "right"), REFUSED)
def test_what_no_standard_knows_is_refused_and_the_right_way_said(
    read: Callable[[object], object], wrong: object, right: str
) -> None:
    with pytest.raises(ValueError, match=right):
        read(wrong)


@pytest.mark.parametrize("tag", ["en", "zh-Hans", "pt-BR", "zh-Hant-TW", "es-419", "tzm"])
def test_language_tags_may_have_a_script_and_a_region(tag: str) -> None:
    assert written.language(tag) == tag


@pytest.mark.parametrize("code", ["FR", "GB", "XT", "XK"])
def test_countries_are_those_of_the_standard_and_those_it_keeps_for_users(code: str) -> None:
    assert written.country(code) == code
