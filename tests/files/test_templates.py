"""Templates: variables in texts, and ready forms of messages."""

from pathlib import Path

import pytest

from ministry_social.errors import InvalidMessage
from ministry_social.files.accounts import load_accounts
from ministry_social.files.messages import KINDS, load_message
from ministry_social.files.templates import fill, forms, new_message
from ministry_social.model.account import Account
from ministry_social.model.message import Message, Place, Prose
from ministry_social.model.variant import Counting
from ministry_social.rules.length import measure

from .conftest import CAPTIONS, write_video

REPOSITORY = Path(__file__).parents[2]
FORMS = REPOSITORY / "templates" / "messages"
VALUES = {
    "statement": {"topic": 'The "Grain" corridor'},
    "press-briefing": {"topic": "Grain corridor"},
    "travel-advice": {"topic": "Floods in northern Mali", "country": "ML"},
    "national-day": {"year": "2027"},
    "correction": {"topic": "Grain corridor", "corrects": "grain-corridor", "right": "twelve ships, not ten"},
}


def prose(text: str) -> Prose:
    return Prose(text=text, place=Place(file="grain.md", line=31))


def test_variables_are_filled_in() -> None:
    assert fill(prose("Thank you, {{ city }}!{% if link %} {{ link }}{% endif %}"), {"city": "N'Djamena", "link": ""}) == (
        "Thank you, N'Djamena!"
    )


def test_a_post_is_plain_text_and_nothing_is_escaped() -> None:
    assert fill(prose("{{ a }} & <b>"), {"a": "<i>"}) == "<i> & <b>"


def test_a_line_with_nothing_but_a_condition_leaves_no_line_behind() -> None:
    assert fill(prose("One.\n{% if link %}\n{{ link }}\n{% endif %}\nTwo."), {"link": ""}) == "One.\nTwo."


@pytest.mark.parametrize(
    ("language", "day", "number", "country"),
    [
        ("en", "1 December 2026", "12,500.5", "Germany"),
        ("en-US", "December 1, 2026", "12,500.5", "Germany"),
        ("fr", "1 décembre 2026", "12\u202f500,5", "Allemagne"),
        ("de", "1. Dezember 2026", "12.500,5", "Deutschland"),
        ("ar", "1 ديسمبر 2026", "12,500.5", "ألمانيا"),
        ("fa", "1 دسامبر 2026", "12,500.5", "آلمان"),
        ("he", "1 בדצמבר 2026", "12,500.5", "גרמניה"),
        ("zh-Hans", "2026年12月1日", "12,500.5", "德国"),
        ("pt-BR", "1 de dezembro de 2026", "12.500,5", "Alemanha"),
        ("tr", "1 Aralık 2026", "12.500,5", "Almanya"),
    ],
)
def test_dates_numbers_and_countries_are_those_of_the_language(language: str, day: str, number: str, country: str) -> None:
    text = '{{ day | date }} / {{ 12500.5 | number }} / {{ "DE" | country }}'
    assert fill(prose(text), {"day": "2026-12-01", "language": language}) == f"{day} / {number} / {country}"


def test_every_language_of_the_ready_ministry_has_them() -> None:
    for account in load_accounts(REPOSITORY / "config" / "accounts.toml"):
        for language in account.languages:
            assert fill(prose('{{ "2026-12-01" | date }} {{ 5 | number }} {{ country_code | country }}'), {
                "language": language, "country_code": "FR",
            })  # fmt: skip


@pytest.mark.parametrize("code", ["XT", "tr", "Turkey", "001", ""])
def test_what_is_no_country_says_so(code: str) -> None:
    with pytest.raises(InvalidMessage, match=rf'"{code}" is no country with a name in fr\. Write the two letters of ISO 3166-1'):
        fill(prose("{{ code | country }}"), {"language": "fr", "code": code})


def test_a_language_that_is_not_known_says_so() -> None:
    with pytest.raises(InvalidMessage, match=r"grain\.md:32: .*how this is written in tet is not known\. Write it out\."):
        fill(prose('One.\n{{ "TL" | country }}'), {"language": "tet"})


WRONG = [
    ("One.\n{{ citty }}", 32, r"The variable citty is not defined. Did you mean city\?"),
    ("{{ qqq }}", 31, r"The variable qqq is not defined. Add it to \[variables\], or use one of: city."),
    ("One.\n\n{{ city.mayor }}", 33, "has no attribute 'mayor'"),
    ("One.\n{{ city", 32, "The template is wrong: .* Close each {{ with }}"),
    ("{% if city %}", 31, "The template is wrong"),
    ("{{ city | shout }}", 31, "No filter named 'shout'"),
    ("One.\n{{ city + 1 }}", 32, "cannot be filled"),
    ("{{ 1 / 0 }}", 31, "cannot be filled"),
    ('One.\n{{ "1.12.2026" | date }}', 32, r'"1\.12\.2026" is no date\. Write year, month and day: "2026-12-01"\.'),
    ('{{ "2026-12-01" | date("tiny") }}', 31, '"tiny" is no form of a date. Possible: short, medium, long, full.'),
    ('{{ "2026-12-01" | date("long", 1) }}', 31, "date takes one form in brackets"),
    ('{{ "1,5" | number }}', 31, '"1,5" is no number. Write digits, and a point before decimals: 12500 or 12.5.'),
    ("{{ 5 | number(2) }}", 31, "number takes nothing in brackets"),
    ("One.\n{{ citty | country }}", 32, r"The variable citty is not defined. Did you mean city\?"),
    ("{{ city | dat }}", 31, r"No filter named 'dat'\.$"),
    ("{{ city.__class__.__mro__ }}", 31, "unsafe"),
    ("{{ ''.format.__globals__ }}", 31, "unsafe"),
]


@pytest.mark.parametrize(("text", "line", "says"), WRONG)
def test_a_wrong_template_is_reported_with_file_line_and_name(text: str, line: int, says: str) -> None:
    with pytest.raises(InvalidMessage, match=says) as caught:
        fill(prose(text), {"city": "Paris"})
    assert (caught.value.file, caught.value.line) == ("grain.md", line)


def filled_form(name: str, folder: Path) -> Message:
    """The message that a form makes, with the files that it names beside it."""
    write_video(folder / "briefing.mp4")
    (folder / "briefing.en.vtt").write_text(CAPTIONS)
    path = folder / "message.md"
    path.write_text(new_message(name, VALUES[name], FORMS), encoding="utf-8")
    return load_message(path)


def test_there_is_a_form_for_each_kind_of_message() -> None:
    assert set(forms(FORMS)) == set(KINDS) == set(VALUES)


@pytest.mark.parametrize("name", VALUES)
def test_each_form_makes_a_whole_message_that_fits_every_account_on_x(tmp_path: Path, name: str) -> None:
    message = filled_form(name, tmp_path)
    assert message.kind == name
    accounts = [one for one in load_accounts(REPOSITORY / "config" / "accounts.toml") if one.platform == "x"]
    for wording in message.wordings.values():
        assert wording.headline is not None
        assert wording.short is not None
        # The address of a video is added to a post: a line break and 23 (twitter-text config v3).
        most = 280 - (24 if message.media else 0)
        longest = max(measure(fill(wording.short, variables(message, account)), Counting.X_WEIGHTED) for account in accounts)
        assert longest <= most


def variables(message: Message, account: Account) -> dict[str, str]:
    return {"website": "", **account.variables, **message.variables}


def test_an_id_is_made_from_the_topic() -> None:
    assert 'id = "accord-d-evian"' in new_message("statement", {"topic": "Accord d'\u00c9vian"}, FORMS)


def test_a_value_in_the_front_matter_cannot_leave_its_quotes(tmp_path: Path) -> None:
    values = {"topic": "a", "corrects": "b", "right": 'c"\n+++\n## fr\n"'}
    text = new_message("correction", values | {"id": 'x"\\'}, FORMS)
    assert 'id = "correction-x\\"\\\\"' in text
    assert "\n## fr" not in text


def test_variables_of_accounts_stay_in_a_new_message() -> None:
    assert "{{ hashtags }}" in new_message("statement", VALUES["statement"], FORMS)


REFUSED = [
    ("statment", {}, r"There is no form statment. Did you mean statement\?"),
    ("correction", {}, r'needs corrects, topic, right. Add: --set corrects="\.\.\." --set topic="\.\.\."'),
    ("statement", {"topic": "a", "topc": "b"}, r"has no blank topc. Did you mean topic\?"),
    ("statement", {"topic": "\u062d\u0628\u0648\u0628"}, 'Add: --set id="...'),
]


@pytest.mark.parametrize(("form", "values", "says"), REFUSED)
def test_a_form_that_cannot_be_filled_is_refused(form: str, values: dict[str, str], says: str) -> None:
    with pytest.raises(InvalidMessage, match=says):
        new_message(form, values, FORMS)
