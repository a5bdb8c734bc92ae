"""Accounts: what config/accounts.toml may say, and the ministry that it comes with."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from ministry_social.errors import InvalidSettings
from ministry_social.files.accounts import load_accounts

REPOSITORY = Path(__file__).parents[2]
GOOD = {
    "name": '"mfa"', "platform": '"x"', "handle": '"TavoriaMFA"', "id": '"100"', "title": '"Ministry"', "languages": '["en", "fr"]',
    "zone": '"Europe/Paris"', "country": '"XT"', "city": '"Caldova"', "central": "true",
}  # fmt: skip


def account(**changes: str | None) -> str:
    """One [[account]] table; a value of None leaves the line out."""
    lines = [f"{key} = {value}" for key, value in (GOOD | changes).items() if value is not None]
    return "\n".join(["[[account]]", *lines, ""])


def second(**changes: str | None) -> str:
    """A good account and another, which begins on line 12."""
    other = {"name": '"spokesperson"', "handle": '"TavoriaSpox"', "id": '"101"', "central": None}
    return account() + account(**(other | changes))


def test_an_account_has_what_its_table_says(write: Callable[..., Path]) -> None:
    [one] = load_accounts(write(account(groups='["europe"]', variables='{ hashtags = "#T" }', leads='["fr"]')))
    assert (one.name, one.handle, one.languages, one.leads) == ("mfa", "TavoriaMFA", ("en", "fr"), ("fr",))
    assert one.variables == {"hashtags": "#T"}
    assert one.mission == "mfa"
    assert one.place is not None
    assert one.place.line == 1


def test_an_account_may_speak_for_a_mission_of_another_name(write: Callable[..., Path]) -> None:
    [one] = load_accounts(write(account(mission='"headquarters"')))
    assert one.mission == "headquarters"


WRONG = [
    (account(platform='"twitter"'), 3, "There is no platform twitter. Possible: x, facebook, youtube."),
    (account(handle='"@TavoriaMFA"'), 4, "1 to 15 letters, digits or _, without @"),
    (account(handle='"MinistryOfForeignAffairs"'), 4, "1 to 15 letters"),
    (account(id="100"), 5, "in quotes"),
    (account(id='"1OO"'), 5, "in quotes"),
    (account(platform='"youtube"', id='"UC1"'), 5, "UC and 22 more characters"),
    (account(name='"Embassy Paris"'), 2, "small letters, digits and hyphens: embassy-paris"),
    (account(title='" "'), 6, "Write a text between double quotes"),
    (account(languages='["english"]'), 7, "ISO 639"),
    (account(languages="[]"), 7, "Write a list"),
    (account(languages='"en"'), 7, "Write a list"),
    (account(languages='["en", "en"]'), 7, "names something twice"),
    (account(zone='"Europe/Pariss"'), 8, "Did you mean Europe/Paris?"),
    (account(zone='"Europe/Ankara"', country='"TR"'), 8, "TR has: Europe/Istanbul."),
    (account(country='"Tavoria"'), 9, "ISO 3166-1"),
    (account(central='"yes"'), 11, "Write true or false"),
    (account(groups='["Europe"]'), 12, "is not a name"),
    (account(leads='["ar"]'), 12, 'Add "ar" to its languages.'),
    (account(leads='["fr"]', official="true"), 12, "A person in office leads no language"),
    (account(variables='"#T"'), 12, "Write: variables = {"),
    (account(variables='{ Tag = "#T" }'), 12, "small letters and _"),
    (account(hashtag='"#T"'), 12, "Unknown name hashtag."),
    (account(city=None), 1, "mfa has no city. Add a line: city = ..."),
    (account(central=None), 1, "No account on x is central."),
    (second(central="true"), 22, "Several accounts on x are central: mfa, spokesperson."),
    (second(name='"mfa"'), 13, r"The name mfa stands here twice: mfa \(line 1\)"),
    (second(handle='"tavoriamfa"'), 15, r"The handle tavoriamfa stands here twice: mfa \(line 1\)"),
    (second(id='"100"'), 16, r"The id 100 stands here twice: mfa \(line 1\)"),
    (account(leads='["fr"]') + account(name='"b"', handle='"b"', id='"2"', central=None, leads='["fr"]'), 23, "mfa does already"),
    ("", 1, "There is no account in this file"),
    ("[account]\n", 1, "There is no account in this file"),
    ("[[acount]]\n", 1, "Did you mean account?"),
]


@pytest.mark.parametrize(("text", "line", "says"), WRONG, ids=[says[:40] for _, _, says in WRONG])
def test_a_mistake_is_reported_with_file_line_and_what_is_right(
    write: Callable[..., Path], text: str, line: int, says: str
) -> None:
    path = write(text, "accounts.toml")
    with pytest.raises(InvalidSettings, match=says) as caught:
        load_accounts(path)
    assert (caught.value.file, caught.value.line) == (str(path), line)


def test_the_ready_ministry_has_44_accounts_on_x_a_page_and_a_channel() -> None:
    accounts = load_accounts(REPOSITORY / "config" / "accounts.toml")
    assert Counter(account.platform for account in accounts) == {"x": 44, "facebook": 1, "youtube": 1}
    assert sum(account.official for account in accounts) == 5
    assert sum(account.name.split("-")[0] in ("embassy", "consulate", "mission") for account in accounts) == 37


def test_the_ready_ministry_speaks_many_languages_and_leads_seven_translations() -> None:
    accounts = load_accounts(REPOSITORY / "config" / "accounts.toml")
    spoken = {language for account in accounts for language in account.languages}
    assert {"en", "fr", "es", "ar", "zh", "pt", "de", "ru"} <= spoken
    leads = {tag: account.name for account in accounts for tag in account.leads}
    assert leads == {
        "fr": "embassy-paris", "es": "embassy-madrid", "ar": "embassy-cairo", "zh": "embassy-beijing", "pt": "embassy-brasilia",
        "de": "embassy-berlin", "ru": "embassy-astana",
    }  # fmt: skip


def test_every_address_of_the_ready_ministry_lies_below_example_org() -> None:
    for account in load_accounts(REPOSITORY / "config" / "accounts.toml"):
        assert account.variables["website"].endswith(".example.org")
        assert account.variables["hashtags"].startswith("#Tavoria")
