"""Accounts: config/accounts.toml, one [[account]] table per profile, page or channel."""

from functools import partial
from pathlib import Path
from typing import Any

from ..errors import InvalidSettings, MinistryError
from ..model.account import Account
from ..rules.roster import clashes, without_central
from .account_rows import OPTIONAL, PLATFORMS, REQUIRED, Row, read_row
from .lines import Toml, read_text

__all__ = ["OPTIONAL", "PLATFORMS", "REQUIRED", "accounts_file", "load_accounts", "toml_rows"]


def accounts_file(config: Path) -> Path:
    """The file of accounts in a config folder."""
    return config / "accounts.toml"


def load_accounts(path: Path) -> tuple[Account, ...]:
    """All accounts, in the order of the file. Raises `InvalidSettings` with file, line and what would be right."""
    accounts: list[Account] = []
    rows = toml_rows(path)
    for row in rows:
        account, wrong = read_row(row)
        if account is None:
            raise wrong[0]
        accounts.append(account)
    for clash in (*clashes(accounts), *without_central(accounts)):
        raise rows[clash.index].problem(clash.sentence, *filter(None, [clash.field]), remedy=clash.remedy)
    return tuple(accounts)


def toml_rows(path: Path) -> tuple[Row, ...]:
    """Every [[account]] table. Raises `InvalidSettings` where it is no such file."""
    toml = Toml(read_text(path, InvalidSettings), str(path), InvalidSettings)
    toml.check_names(toml.values, ("account",), "name")
    tables = toml.values.get("account", [])
    if not isinstance(tables, list) or not tables or not all(isinstance(one, dict) for one in tables):
        raise toml.problem("There is no account in this file.", "account", remedy="Each begins with [[account]] on its own line.")
    return tuple(
        Row(values=table, number=index + 1, place=toml.place("account", index), problem=partial(_problem, toml, index))
        for index, table in enumerate(tables)
    )


def _problem(toml: Toml, index: int, sentence: str, *names: Any, remedy: str = "") -> MinistryError:
    return toml.problem(sentence, "account", index, *names, remedy=remedy)
