"""The roster: what must hold between the accounts of a ministry."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..model.account import Account

# What the platform's own id of an account looks like: docs.x.com, X IDs (up to 64 bits, unsigned); pages; channels.
IDS = {"x": r"[1-9][0-9]{0,18}", "facebook": r"[1-9][0-9]{0,19}", "youtube": r"UC[A-Za-z0-9_-]{22}"}


@dataclass(frozen=True, kw_only=True)
class Clash:
    """Two accounts do not go together, or one is missing.

    index  which one is to be changed, in the list that was asked about; `field` says what of it (empty: the account as such)
    """

    index: int
    field: str
    sentence: str
    remedy: str


def clashes(accounts: Sequence[Account]) -> tuple[Clash, ...]:
    """What no two accounts may share: a name, a handle, an id; to be central; to lead a language."""
    return (*_doubles(accounts), *_several_central(accounts), *_several_leads(accounts))


def without_central(accounts: Sequence[Account]) -> tuple[Clash, ...]:
    """Platforms where accounts speak, but none is the ministry's own main one, which carries the original."""
    firsts: dict[str, int] = {}
    for index, one in enumerate(accounts):
        firsts.setdefault(one.platform, index)
    have = {one.platform for one in accounts if one.central}
    remedy = "Add central = true to the ministry's own main account."
    return tuple(
        Clash(index=index, field="", sentence=f"No account on {platform} is central.", remedy=remedy)
        for platform, index in firsts.items()
        if platform not in have
    )


def _doubles(accounts: Sequence[Account]) -> Iterator[Clash]:
    first: dict[tuple[str, ...], Account] = {}
    for index, account in enumerate(accounts):
        for field, seen in _keys(account):
            other = first.setdefault(seen, account)
            if other is not account:
                where = (
                    f" (line {other.place.line})"
                    if other.place and account.place and other.place.file == account.place.file
                    else ""
                )
                sentence = f"The {field} {getattr(account, field)} stands here twice: {other.name}{where} has it, too."
                yield Clash(index=index, field=field, sentence=sentence, remedy="Correct one of them.")


def _keys(account: Account) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "name", ("name", account.name)
    # Handles that differ only in their letters' size are one and the same to every platform.
    yield "handle", ("handle", account.platform, account.handle.lower())
    if account.id:  # not known before it is connected
        yield "id", ("id", account.platform, account.id)


def _several_central(accounts: Sequence[Account]) -> Iterator[Clash]:
    for platform in dict.fromkeys(one.platform for one in accounts):
        central = [index for index, one in enumerate(accounts) if one.platform == platform and one.central]
        if len(central) > 1:
            names = ", ".join(accounts[index].name for index in central)
            sentence = f"Several accounts on {platform} are central: {names}."
            yield Clash(index=central[1], field="central", sentence=sentence, remedy="Only one may be.")


def _several_leads(accounts: Sequence[Account]) -> Iterator[Clash]:
    first: dict[tuple[str, str], str] = {}
    for index, account in enumerate(accounts):
        for tag in account.leads:
            other = first.setdefault((account.platform, tag), account.name)
            if other != account.name:
                sentence = f"{account.name} leads {tag}, but {other} does already."
                yield Clash(index=index, field="leads", sentence=sentence, remedy="One account per language leads.")
