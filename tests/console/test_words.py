"""What the pages say is there in every language, whole."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from ministry_social.console.words import choose, languages, words
from ministry_social.desk.connecting import why
from ministry_social.errors import OutOfCredit, PlatformError, Rejected, SignInFailed, Throttled, Unreachable
from ministry_social.rules.invitation import REASONS
from ministry_social.rules.signin import CODES, NEEDED


def flat(said: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in said.items():
        yield from flat(value, f"{before}{key}.") if isinstance(value, dict) else [(before + key, value)]


ENGLISH = dict(flat(words("en")))


@pytest.mark.parametrize("tag", languages())
def test_a_language_says_all_that_english_says(tag: str) -> None:
    said = dict(flat(words(tag)))
    assert list(said) == list(ENGLISH)
    for key, text in said.items():
        assert type(text) is type(ENGLISH[key]), key
        assert all(one.strip() for one in ([text] if isinstance(text, str) else text)), key
        assert isinstance(text, str) or len(text) == len(ENGLISH[key]), key
        assert names(text) <= {"platform", "handle", "inviter", "until"}, key
        assert names(text) == names(ENGLISH[key]) or key == "invitation.lead", key
    assert said["direction"] == ("rtl" if tag == "ar" else "ltr")


def names(text: Any) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", str(text)))


def test_every_way_to_fail_has_its_sentence() -> None:
    failures: list[PlatformError] = [Throttled("x"), OutOfCredit("x"), Unreachable("x"), Rejected("x")]
    failures += [SignInFailed("x", code=code) for code in CODES]
    assert {why(one) for one in failures} | {"wrong-page"} == set(words("en")["failures"])
    assert set(words("en")["links"]) == set(REASONS)


def test_every_platform_has_its_own_words() -> None:
    assert set(words("en")["allow"]) - {"wider"} == set(words("en")["revoke"]) == set(NEEDED)


@pytest.mark.parametrize(
    ("asked", "header", "spoken", "found"),
    [
        ("", "", (), "en"),
        ("fr", "de", ("es",), "fr"),
        ("xx", "de", ("es",), "de"),
        ("", "lv, en;q=0.5", ("ru",), "en"),
        ("", "lv", ("ru", "en"), "ru"),
        ("", "fr-CA;q=0.3, es-MX;q=0.8", (), "es"),
        ("", "zh-CN,zh;q=0.9", (), "zh-Hans"),
        ("", "zh-TW", (), "zh-Hans"),
        ("", "", ("zh",), "zh-Hans"),
        ("", "AR", (), "ar"),
        ("", "fr;q=0", (), "en"),
        ("", "fr;q=nonsense, de", (), "de"),
        ("../en", "*", (), "en"),
    ],
)
def test_the_language_of_a_page(asked: str, header: str, spoken: tuple[str, ...], found: str) -> None:
    assert choose(asked, header, spoken) == found
