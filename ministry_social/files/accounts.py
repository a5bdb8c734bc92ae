"""Accounts: config/accounts.toml, one [[account]] table per profile, page or channel."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..errors import InvalidSettings
from ..model.account import Account
from . import written
from .lines import Toml, nearest, read_text

__all__ = ["PLATFORMS", "accounts_file", "load_accounts"]

PLATFORMS = ("x", "facebook", "youtube")

_REQUIRED = ("name", "platform", "handle", "id", "title", "languages", "zone", "country", "city")
_OPTIONAL = ("mission", "groups", "leads", "official", "central", "variables")

# What a handle and an id look like: platform -> (pattern, what is right).
_HANDLES = {
    "x": (r"[A-Za-z0-9_]{1,15}", "1 to 15 letters, digits or _, without @"),  # help.x.com, username rules
    "facebook": (r"[A-Za-z0-9.]{5,50}", "5 to 50 letters, digits or dots"),  # facebook.com/help, page usernames
    "youtube": (r"[A-Za-z0-9._-]{3,30}", "3 to 30 letters, digits, dots, _ or -, without @"),  # support.google.com/youtube, handles
}
_IDS = {
    "x": (r"[1-9][0-9]{0,18}", "the account's number, in quotes"),  # docs.x.com, X IDs: up to 64 bits, unsigned
    "facebook": (r"[1-9][0-9]{0,19}", "the page's number, in quotes"),
    "youtube": (r"UC[A-Za-z0-9_-]{22}", "the channel's id: UC and 22 more characters"),
}


def accounts_file(config: Path) -> Path:
    """The file of accounts in a config folder."""
    return config / "accounts.toml"


def load_accounts(path: Path) -> tuple[Account, ...]:
    """All accounts, in the order of the file. Raises `InvalidSettings` with file, line and what would be right."""
    toml = Toml(read_text(path, InvalidSettings), str(path), InvalidSettings)
    toml.check_names(toml.values, ("account",), "name")
    tables = toml.values.get("account", [])
    if not isinstance(tables, list) or not tables:
        raise toml.problem("There is no account in this file.", "account", remedy="Each begins with [[account]] on its own line.")
    accounts = tuple(_Table(toml, index).account() for index in range(len(tables)))
    _unique(toml, accounts)
    _one_central(toml, accounts)
    _one_lead(toml, accounts)
    return accounts


class _Table:
    """One [[account]] table on its way to an `Account`."""

    def __init__(self, toml: Toml, index: int) -> None:
        self.toml = toml
        self.path = ("account", index)
        self.values: Mapping[str, Any] = toml.values["account"][index]

    def account(self) -> Account:
        self.check_keys()
        platform = self.platform()
        name = self.named("name")
        country = self.checked("country", written.country)
        account = Account(
            name=name,
            platform=platform,
            handle=self.shaped("handle", _HANDLES[platform]),
            id=self.shaped("id", _IDS[platform]),
            mission=self.named("mission") if "mission" in self.values else name,
            title=self.text("title"),
            languages=self.several("languages", written.language, least=1),
            zone=self.checked("zone", lambda raw: written.zone(raw, country)),
            country=country,
            city=self.text("city"),
            groups=self.several("groups", _name),
            leads=self.several("leads", written.language),
            official=self.truth("official"),
            central=self.truth("central"),
            variables=self.variables(),
            place=self.toml.place(*self.path),
        )
        self.check_leads(account)
        return account

    def check_keys(self) -> None:
        self.toml.check_names(self.values, (*_REQUIRED, *_OPTIONAL), "name", *self.path)
        for key in _REQUIRED:
            if key not in self.values:
                who = self.values.get("name", "This account")
                raise self.toml.problem(f"{who} has no {key}.", *self.path, remedy=f"Add a line: {key} = ...")

    def check_leads(self, account: Account) -> None:
        if account.leads and account.official:
            raise self.wrong("leads", "A person in office leads no language", "Give it to a mission.")
        for tag in account.leads:
            if tag not in account.languages:
                raise self.wrong("leads", f"{account.name} leads {tag}, but does not speak it", f'Add "{tag}" to its languages.')

    def wrong(self, key: str, sentence: str, remedy: str = "") -> Exception:
        return self.toml.problem(sentence + ".", *self.path, key, remedy=remedy)

    def text(self, key: str) -> str:
        value = self.values[key]
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, f"{key} is {value!r}", f'Write a text between double quotes: {key} = "...".')
        return value

    def platform(self) -> str:
        value = self.text("platform")
        if value not in PLATFORMS:
            raise self.wrong("platform", f"There is no platform {value}", nearest(value, PLATFORMS))
        return value

    def named(self, key: str) -> str:
        return self.checked(key, _name)

    def shaped(self, key: str, shape: tuple[str, str]) -> str:
        pattern, right = shape
        value = self.values[key]
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise self.wrong(key, f"{value!r} is no {key} on {self.values['platform']}", f"Right is: {right}.")
        return value

    def checked(self, key: str, read: Callable[[object], str]) -> str:
        try:
            return read(self.values[key])
        except ValueError as error:
            raise self.toml.problem(str(error), *self.path, key) from error

    def several(self, key: str, read: Callable[[object], str], *, least: int = 0) -> tuple[str, ...]:
        values = self.values.get(key, [])
        if not isinstance(values, list) or len(values) < least:
            raise self.wrong(key, f"{key} is {values!r}", f'Write a list: {key} = ["...", "..."].')
        try:
            found = tuple(read(value) for value in values)
        except ValueError as error:
            raise self.toml.problem(str(error), *self.path, key) from error
        if len(set(found)) < len(found):
            raise self.wrong(key, f"{key} names something twice", "Remove one.")
        return found

    def truth(self, key: str) -> bool:
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, f"{key} is {value!r}", "Write true or false, without quotes.")
        return value

    def variables(self) -> Mapping[str, str]:
        values = self.values.get("variables", {})
        if not isinstance(values, dict):
            raise self.wrong("variables", f"variables is {values!r}", 'Write: variables = { hashtags = "#..." }.')
        for name, value in values.items():
            right = f'Write a name of small letters and _, and a text: {name} = "...".'
            if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or not isinstance(value, str):
                raise self.toml.problem(f"{name} = {value!r} is no variable.", *self.path, "variables", name, remedy=right)
        return dict(values)


def _name(raw: object) -> str:
    if not isinstance(raw, str) or not written.NAME.fullmatch(raw):
        raise ValueError(f"{raw!r} is not a name. Write small letters, digits and hyphens: embassy-paris.")
    return raw


def _unique(toml: Toml, accounts: tuple[Account, ...]) -> None:
    first: dict[tuple[str, ...], Account] = {}
    for index, account in enumerate(accounts):
        # Handles differ only in their letters' size are one and the same to every platform.
        for key, seen in (
            ("name", ("name", account.name)),
            ("handle", ("handle", account.platform, account.handle.lower())),
            ("id", ("id", account.platform, account.id)),
        ):
            other = first.setdefault(seen, account)
            if other is not account:
                where = f"line {other.place.line}" if other.place else other.name
                value = getattr(account, key)
                raise toml.problem(
                    f"The {key} {value} stands here twice: {other.name} ({where}) has it, too.",
                    *("account", index, key),
                    remedy="Correct one of them.",
                )


def _one_central(toml: Toml, accounts: tuple[Account, ...]) -> None:
    for platform in dict.fromkeys(account.platform for account in accounts):
        central = [index for index, one in enumerate(accounts) if one.platform == platform and one.central]
        if not central:
            index = next(index for index, one in enumerate(accounts) if one.platform == platform)
            raise toml.problem(
                f"No account on {platform} is central.",
                "account",
                index,
                remedy="Add central = true to the ministry's own main account.",
            )
        if len(central) > 1:
            others = ", ".join(accounts[index].name for index in central)
            raise toml.problem(
                f"Several accounts on {platform} are central: {others}.",
                "account",
                central[1],
                "central",
                remedy="Only one may be.",
            )


def _one_lead(toml: Toml, accounts: tuple[Account, ...]) -> None:
    first: dict[tuple[str, str], str] = {}
    for index, account, tag in _leads(accounts):
        other = first.setdefault((account.platform, tag), account.name)
        if other != account.name:
            raise toml.problem(
                f"{account.name} leads {tag}, but {other} does already.",
                "account",
                index,
                "leads",
                remedy="One account per language leads.",
            )


def _leads(accounts: tuple[Account, ...]) -> Iterator[tuple[int, Account, str]]:
    for index, account in enumerate(accounts):
        for tag in account.leads:
            yield index, account, tag
