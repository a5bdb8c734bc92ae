"""Roles: which account carries a message how, on a platform that forbids the same text twice.

X: "Never post identical or substantially similar content across multiple accounts" (docs.x.com, developer policy). So each
account gets one of: the original, a translation, its own local text, or, as the exception, a repost.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..model.account import Account
from ..model.message import Message
from ..model.plan import Silence
from ..model.variant import Kind
from .audience import spoken


@dataclass(frozen=True, kw_only=True)
class Role:
    """What one account is to do. `of` names the account whose post a repost repeats."""

    reason: str
    kind: Kind | None = None
    language: str = ""
    of: str = ""
    silence: Silence | None = None


def roles(
    message: Message, accounts: Sequence[Account], chosen: frozenset[str], *, wave: int, reposts: int, fallback: str
) -> Mapping[str, Role]:
    """A role for every account of one platform, by its name.

    `chosen` are the addressed ones; `reposts` the most that may repeat one post; `fallback` the language that serves where
    a translation is missing and the message allows it.
    """
    given = {account.name: _not_addressed(account) for account in accounts if account.name not in chosen}
    speaking = [account for account in accounts if account.name in chosen]
    carriers = _carriers(message, speaking)
    for language, name in carriers.items():
        given[name] = _carrier_role(message, language)
    rest = [account for account in speaking if account.name not in given]
    for account in rest:
        role = _own_words(message, account)
        if role is not None:
            given[account.name] = role
    silent = [account for account in rest if account.name not in given]
    return given | _repost_roles(message, silent, carriers, wave=wave, reposts=reposts, fallback=fallback)


def _not_addressed(account: Account) -> Role:
    if account.official:
        return Role(reason="a person in office, not addressed", silence=Silence.OFFICIAL_NOT_ADDRESSED)
    return Role(reason="not in the audience", silence=Silence.NOT_ADDRESSED)


def _carriers(message: Message, speaking: Sequence[Account]) -> dict[str, str]:
    """Language -> the account that says the message in it: the source first."""
    carriers: dict[str, str] = {}
    for language in (message.source, *(tag for tag in message.wordings if tag != message.source)):
        account = _lead(message, language, [a for a in speaking if a.name not in carriers.values() and not a.official])
        if account is not None and language in message.wordings:
            carriers[language] = account.name
    return carriers


def _lead(message: Message, language: str, candidates: Iterable[Account]) -> Account | None:
    """Who carries a language: for the source the central account; then who leads it; then who speaks it first."""
    candidates = list(candidates)
    central = (a for a in candidates if language == message.source and a.central)
    leads = (a for a in candidates if language in a.leads)
    without_text = [a for a in candidates if a.mission not in message.locals]
    native = (a for a in without_text if a.languages and spoken(language, a.languages[:1]))
    return next(central, None) or next(leads, None) or next(native, None)


def _carrier_role(message: Message, language: str) -> Role:
    if language == message.source:
        return Role(kind=Kind.ORIGINAL, language=language, reason="carries the original")
    return Role(kind=Kind.TRANSLATION, language=language, reason=f"carries the translation into {language}")


def _own_words(message: Message, account: Account) -> Role | None:
    local = message.locals.get(account.mission)
    if local is not None:
        return Role(kind=Kind.LOCAL, language=local.wording.language, reason="has its own local text")
    override = next((o for o in message.overrides if o.target == f"account {account.name}"), None)
    if override is not None:
        return Role(kind=Kind.LOCAL, language=account.languages[0], reason="has its own section in the message")
    if account.official:
        return Role(reason="a person in office speaks only in an own text", silence=Silence.OWES_LOCAL_TEXT)
    return None


def _repost_roles(
    message: Message, silent: Sequence[Account], carriers: Mapping[str, str], *, wave: int, reposts: int, fallback: str
) -> dict[str, Role]:
    """Reposts for those without words of their own, at most `reposts` per post, other accounts in each wave."""
    given: dict[str, Role] = {}
    queues: dict[str, list[Account]] = {}
    for account in silent:
        language = next((tag for own in account.languages if (tag := spoken(own, carriers))), None)
        if language is None and message.missing_translation == "fallback":
            language = fallback if fallback in carriers else None
        if language is None:
            said = f"nothing in {', '.join(account.languages)}, and no fallback"
            given[account.name] = Role(reason=said, silence=Silence.NO_TRANSLATION)
        else:
            queues.setdefault(language, []).append(account)
    for language, queue in queues.items():
        start = (wave - 1) * reposts % len(queue) if len(queue) > reposts else 0
        turned = queue[start:] + queue[:start]
        for place, account in enumerate(turned):
            given[account.name] = _repost(language, carriers[language], place < reposts, reposts)
    return given


def _repost(language: str, carrier: str, free: bool, reposts: int) -> Role:
    if free:
        return Role(kind=Kind.REPOST, language=language, of=carrier, reason=f"owes a local text; reposts {carrier} instead")
    owed = f"owes a local text; {reposts} accounts repost {carrier} already"
    return Role(reason=owed, language=language, silence=Silence.OWES_LOCAL_TEXT)
