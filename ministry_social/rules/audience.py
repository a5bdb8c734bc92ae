"""The audience: which accounts a message addresses."""

from collections.abc import Iterable, Sequence

from ..model.account import Account
from ..model.message import Term


def addressed(terms: Iterable[Term], accounts: Sequence[Account]) -> frozenset[str]:
    """The names of the accounts that an audience holds, its terms applied from left to right.

    People in office speak only when they are named: by `officials`, by `account:` or by `mission:`.
    """
    chosen: frozenset[str] = frozenset()
    for term in terms:
        fitting = frozenset(account.name for account in accounts if fits(term, account))
        chosen = chosen | fitting if term.sign == "+" else chosen - fitting
    return chosen


def fits(term: Term, account: Account) -> bool:
    """Whether one term means this account."""
    if term.sign == "+" and account.official and term.kind not in ("officials", "account", "mission"):
        return False
    match term.kind:
        case "all":
            return True
        case "officials":
            return account.official
        case "group":
            return term.value in account.groups
        case "country":
            return term.value == account.country
        case "platform":
            return term.value == account.platform
        case "account":
            return term.value == account.name
        case "mission":
            return term.value == account.mission
        case "language":
            return spoken(term.value, account.languages) is not None
    raise ValueError(f"no such term: {term.kind}")


def spoken(language: str, available: Iterable[str]) -> str | None:
    """The one of `available` that serves a language: the same tag, else one with the same first part (`zh` and `zh-Hans`)."""
    first = None
    for tag in available:
        if tag.lower() == language.lower():
            return tag
        if first is None and tag.split("-")[0].lower() == language.split("-")[0].lower():
            first = tag
    return first
