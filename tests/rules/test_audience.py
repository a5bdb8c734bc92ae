"""The audience: whom a message addresses."""

import pytest

from ministry_social.files.audience import read_audience
from ministry_social.model.message import Term
from ministry_social.rules.audience import addressed, fits, spoken
from tests.factories import account, channel, mfa, page

ACCOUNTS = [
    mfa(),
    account("minister", "en", official=True, mission="mfa", country="XT"),
    account("embassy-paris", "fr", groups=("europe",), country="FR"),
    account("ambassador-paris", "fr", official=True, mission="embassy-paris", groups=("europe",), country="FR"),
    account("embassy-ankara", "tr", "en", groups=("europe", "asia"), country="TR"),
    account("embassy-beijing", "zh-Hans", groups=("asia",), country="CN"),
    page(mission="mfa", country="XT"),
    channel(mission="mfa", country="XT"),
]
EVERYONE = {"mfa", "embassy-paris", "embassy-ankara", "embassy-beijing", "page", "channel"}


def audience(text: str) -> set[str]:
    return set(addressed(read_audience(text), ACCOUNTS))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("all", EVERYONE),
        ("group:europe", {"embassy-paris", "embassy-ankara"}),
        ("group:europe + group:asia", {"embassy-paris", "embassy-ankara", "embassy-beijing"}),
        ("country:TR", {"embassy-ankara"}),
        ("platform:x", {"mfa", "embassy-paris", "embassy-ankara", "embassy-beijing"}),
        ("platform:youtube + platform:facebook", {"page", "channel"}),
        ("language:fr", {"mfa", "embassy-paris"}),
        ("language:zh", {"embassy-beijing"}),
        ("account:embassy-paris", {"embassy-paris"}),
        ("all - group:europe", EVERYONE - {"embassy-paris", "embassy-ankara"}),
        ("all - platform:x - platform:youtube", {"page"}),
        ("all - country:CN - account:page", EVERYONE - {"embassy-beijing", "page"}),
    ],
)
def test_an_audience_holds_the_accounts_of_its_terms(text: str, names: set[str]) -> None:
    assert audience(text) == names


def test_terms_are_applied_from_left_to_right() -> None:
    assert audience("group:asia - group:europe + country:TR") == {"embassy-beijing", "embassy-ankara"}
    assert audience("group:asia + country:TR - group:europe") == {"embassy-beijing"}


@pytest.mark.parametrize("text", ["all", "group:europe", "country:FR", "platform:x", "language:fr"])
def test_people_in_office_do_not_speak_unless_they_are_named(text: str) -> None:
    assert not audience(text) & {"minister", "ambassador-paris"}


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("officials", {"minister", "ambassador-paris"}),
        ("account:minister", {"minister"}),
        ("mission:embassy-paris", {"ambassador-paris"}),
        ("all + officials", {"minister", "ambassador-paris"}),
    ],
)
def test_people_in_office_speak_when_they_are_named(text: str, people: set[str]) -> None:
    assert audience(text) & {"minister", "ambassador-paris"} == people


def test_a_mission_is_all_of_its_accounts() -> None:
    assert audience("mission:mfa") == {"mfa", "minister", "page", "channel"}


@pytest.mark.parametrize("exception", ["group:europe", "country:FR", "language:fr", "officials"])
def test_an_exception_holds_for_people_in_office_too(exception: str) -> None:
    assert "ambassador-paris" not in audience(f"all + officials - {exception}")


def test_an_audience_of_nothing_is_empty() -> None:
    assert addressed((), ACCOUNTS) == frozenset()
    assert audience("country:BR") == set()


def test_a_term_that_does_not_exist_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="no such term: continent"):
        fits(Term(sign="+", kind="continent", value="europe"), mfa())


@pytest.mark.parametrize(
    ("language", "available", "served"),
    [
        ("fr", ("en", "fr"), "fr"),
        ("zh", ("en", "zh-Hans"), "zh-Hans"),
        ("zh-Hans", ("zh",), "zh"),
        ("pt-BR", ("pt-PT", "pt-BR"), "pt-BR"),
        ("PT-br", ("pt-BR",), "pt-BR"),
        ("fil", ("fi",), None),
        ("de", (), None),
    ],
)
def test_a_language_is_served_by_its_own_tag_or_one_with_the_same_first_part(
    language: str, available: tuple[str, ...], served: str | None
) -> None:
    assert spoken(language, available) == served
