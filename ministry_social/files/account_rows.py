"""One account as a file has it, on its way to an `Account`: every mistake of it, each where it was made."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from ..errors import MinistryError
from ..model.account import Account
from ..model.message import Place
from ..rules.roster import IDS
from . import written
from .lines import nearest

T = TypeVar("T")

PLATFORMS = ("x", "facebook", "youtube")
REQUIRED = ("name", "platform", "handle", "id", "title", "languages", "zone", "country", "city")
OPTIONAL = ("mission", "groups", "leads", "official", "central", "links", "responsible", "variables")

# What a handle and an id look like: platform -> (pattern, what is right).
_HANDLES = {
    "x": (r"[A-Za-z0-9_]{1,15}", "1 to 15 letters, digits or _, without @"),  # help.x.com, username rules
    "facebook": (r"[A-Za-z0-9.]{5,50}", "5 to 50 letters, digits or dots"),  # facebook.com/help, page usernames
    "youtube": (r"[A-Za-z0-9._-]{3,30}", "3 to 30 letters, digits, dots, _ or -, without @"),  # support.google.com/youtube, handles
}
_IDS = {
    "x": (IDS["x"], "the account's number, {as_text}"),
    "facebook": (IDS["facebook"], "the page's number, {as_text}"),
    "youtube": (IDS["youtube"], "the channel's id: UC and 22 more characters"),
}
_PAGE = re.compile(r"https://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]{1,5})?(/[!#-;=?-~]*)?", re.ASCII)
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One account as a file has it.

    values   by name, as TOML has them
    number   which it is, as a person counts who has the file open
    problem  makes the error about what stands under a name: (sentence, *names, remedy=...)
    missing  what to do where {key} is not there; `as_text` how a number is kept whole
    wrong    what was found wrong before its values are looked at
    """

    values: Mapping[str, Any]
    number: int
    place: Place
    problem: Callable[..., MinistryError]
    missing: str = "Add a line: {key} = ..."
    as_text: str = "in quotes"
    wrong: tuple[MinistryError, ...] = ()


def read_row(row: Row, *, id_needed: bool = True) -> tuple[Account | None, tuple[MinistryError, ...]]:
    """The account, or all that is wrong with it. `id_needed`: one that is not connected yet has none."""
    reader = _Reader(row)
    account = reader.account(id_needed=id_needed)
    return (None, tuple(reader.wrong)) if reader.wrong else (account, ())


class _Reader:
    """Reads name after name, and remembers what was wrong."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.values = row.values
        self.wrong: list[MinistryError] = list(row.wrong)

    def account(self, *, id_needed: bool) -> Account:
        self.check_keys(id_needed=id_needed)
        platform = self.take("platform", self.platform, "")
        name = self.take("name", self.named, "")
        country = self.take("country", lambda key: self.checked(key, written.country), "")
        account = Account(
            name=name,
            platform=platform,
            handle=self.take("handle", lambda key: self.shaped(key, platform, _HANDLES), ""),
            id=self.take("id", lambda key: self.shaped(key, platform, _IDS), ""),
            mission=self.take("mission", self.named, name),
            title=self.take("title", self.text, ""),
            languages=self.take("languages", lambda key: self.several(key, written.language, least=1), ()),
            zone=self.take("zone", lambda key: self.checked(key, lambda raw: written.zone(raw, country)), ""),
            country=country,
            city=self.take("city", self.text, ""),
            groups=self.take("groups", lambda key: self.several(key, _name), ()),
            leads=self.take("leads", lambda key: self.several(key, written.language), ()),
            official=self.take("official", self.truth, False),
            central=self.take("central", self.truth, False),
            links=self.take("links", lambda key: self.several(key, _link), ()),
            responsible=self.take("responsible", lambda key: self.checked(key, _address), ""),
            variables=self.take("variables", self.variables, {}),
            place=self.row.place,
        )
        self.check_leads(account)
        return account

    def take(self, key: str, read: Callable[[str], T], otherwise: T) -> T:
        """What stands under a name; `otherwise` where nothing does, or something wrong."""
        if key not in self.values:
            return otherwise
        try:
            return read(key)
        except MinistryError as wrong:
            self.wrong.append(wrong)
            return otherwise

    def check_keys(self, *, id_needed: bool) -> None:
        known = (*REQUIRED, *OPTIONAL)
        for key in self.values:
            if key not in known:
                self.wrong.append(self.row.problem(f"Unknown name {key}.", key, remedy=nearest(key, known)))
        who = self.values.get("name", "This account")
        for key in REQUIRED:
            if key not in self.values and (id_needed or key != "id"):
                self.wrong.append(self.row.problem(f"{who} has no {key}.", remedy=self.row.missing.format(key=key)))

    def check_leads(self, account: Account) -> None:
        if account.leads and account.official:
            self.wrong.append(self.mistake("leads", "A person in office leads no language", "Give it to a mission."))
        for tag in account.leads:
            if account.languages and tag not in account.languages:
                said = f"{account.name} leads {tag}, but does not speak it"
                self.wrong.append(self.mistake("leads", said, f'Add "{tag}" to its languages.'))

    def mistake(self, key: str, sentence: str, remedy: str = "") -> MinistryError:
        return self.row.problem(sentence + ".", key, remedy=remedy)

    def text(self, key: str) -> str:
        value = self.values[key]
        if not isinstance(value, str) or not value.strip():
            raise self.mistake(key, f"{key} is {value!r}", f'Write a text between double quotes: {key} = "...".')
        if any(unicodedata.category(sign) == "Cc" for sign in value):
            raise self.mistake(key, f"{key} is {value!r}", "Write it on one line, without control characters.")
        return value

    def platform(self, key: str) -> str:
        value = self.text(key)
        if value not in PLATFORMS:
            raise self.mistake(key, f"There is no platform {value}", nearest(value, PLATFORMS))
        return value

    def named(self, key: str) -> str:
        return self.checked(key, _name)

    def shaped(self, key: str, platform: str, shapes: Mapping[str, tuple[str, str]]) -> str:
        value = self.values[key]
        if not platform:
            return ""  # that it is wrong was said, and nothing else can be told
        pattern, right = shapes[platform]
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            right = right.format(as_text=self.row.as_text)
            raise self.mistake(key, f"{value!r} is no {key} on {platform}", f"Right is: {right}.")
        return value

    def checked(self, key: str, read: Callable[[object], str]) -> str:
        try:
            return read(self.values[key])
        except ValueError as error:
            raise self.row.problem(str(error), key) from error

    def several(self, key: str, read: Callable[[object], str], *, least: int = 0) -> tuple[str, ...]:
        values = self.values[key]
        if not isinstance(values, list) or len(values) < least:
            raise self.mistake(key, f"{key} is {values!r}", f'Write a list: {key} = ["...", "..."].')
        try:
            found = tuple(read(value) for value in values)
        except ValueError as error:
            raise self.row.problem(str(error), key) from error
        if len(set(found)) < len(found):
            raise self.mistake(key, f"{key} names something twice", "Remove one.")
        return found

    def truth(self, key: str) -> bool:
        value = self.values[key]
        if not isinstance(value, bool):
            raise self.mistake(key, f"{key} is {value!r}", "Write true or false, without quotes.")
        return value

    def variables(self, key: str) -> Mapping[str, str]:
        values = self.values[key]
        if not isinstance(values, dict):
            raise self.mistake(key, f"variables is {values!r}", 'Write: variables = { hashtags = "#..." }.')
        for name, value in values.items():
            right = f'Write a name of small letters and _, and a text: {name} = "...".'
            if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or not isinstance(value, str) or "\0" in value:
                raise self.row.problem(f"{name} = {value!r} is no variable.", key, name, remedy=right)
        return dict(values)


def _name(raw: object) -> str:
    if not isinstance(raw, str) or not written.NAME.fullmatch(raw):
        raise ValueError(f"{raw!r} is not a name. Write small letters, digits and hyphens: embassy-paris.")
    return raw


def _link(raw: object) -> str:
    """A page of the ministry that links to the account."""
    if not isinstance(raw, str) or not _PAGE.fullmatch(raw):
        raise ValueError(f"{raw!r} is not the address of a page. Write it whole: https://www.example.org/embassy.")
    return raw


def _address(raw: object) -> str:
    """An e-mail address, without a name before it."""
    if not isinstance(raw, str) or not _ADDRESS.fullmatch(raw):
        raise ValueError(f"{raw!r} is not an e-mail address. Write one such as press.paris@example.org.")
    return raw
