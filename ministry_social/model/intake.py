"""Taking accounts in: what a file holds, and what taking it in would change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .account import Account
from .life import AccountRecord


@dataclass(frozen=True, kw_only=True)
class Written:
    """An account as it stands in a file. `row` is its number there, as a person counts who has the file open."""

    row: int
    account: Account


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """A row that cannot be taken in. `row` and `line` are 0, and `account` empty, where it is about the file as such."""

    file: str
    row: int
    line: int
    account: str
    sentence: str
    remedy: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:" if self.line else f"{self.file}:"
        which = f"row {self.row}{f' ({self.account})' if self.account else ''}:" if self.row else ""
        return " ".join(part for part in (where, which, self.sentence, self.remedy) if part)


@dataclass(frozen=True, kw_only=True)
class AccountsFile:
    """A file of accounts: those that are whole, and all that is wrong with the others."""

    file: str
    written: tuple[Written, ...]
    wrong: tuple[Wrong, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Change:
    """An account that stands in the file otherwise than in the store. `fields`: field -> (before, after), as JSON."""

    before: AccountRecord
    after: AccountRecord
    fields: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, kw_only=True)
class Intake:
    """What taking a file in changes; nothing at all where a row is wrong. `absent` accounts stay: they are not in the file."""

    new: tuple[AccountRecord, ...]
    changed: tuple[Change, ...]
    unchanged: tuple[AccountRecord, ...]
    absent: tuple[AccountRecord, ...]
    wrong: tuple[Wrong, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether the file says something else than the store: retired accounts need not stand in it."""
        return bool(self.new or self.changed or self.absent or self.wrong)
