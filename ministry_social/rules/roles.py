"""Roles: which account carries a message how, on a platform that forbids the same text twice.

X: "Never post identical or substantially similar content across multiple accounts" (docs.x.com, developer policy). So each
account gets one of: the original, a translation, its own local text, or, as the exception, a repost.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ..model.account import Account
from ..model.message import Message, Override
from ..model.plan import Silence
from ..model.variant import Kind
from .audience import spoken

TEXTS = ("long", "short", "headline")  # the parts that are texts of a post


@dataclass(frozen=True, kw_only=True)
class Role:
    """What one account is to do. `of` names the account whose post a repost repeats; `owes`: it should have an own text."""

    reason: str
    kind: Kind | None = None
    language: str = ""
    of: str = ""
    silence: Silence | None = None
    owes: bool = False


def roles(
    message: Message, accounts: Sequence[Account], chosen: frozenset[str], *, wave: int, reposts: int, fallback: str
) -> Mapping[str, Role]:
    """A role for every account of one platform, by its name.

    `chosen` are the addressed ones; `reposts` the most that may repeat one post; `fallback` the language that serves where
    a translation is missing and the message allows it.
    """
    cast = _Cast(message=message, accounts=accounts, speaking=[account for account in accounts if account.name in chosen])
    cast.given.update({account.name: not_addressed(account) for account in accounts if account.name not in chosen})
    cast.give_leads()
    cast.give_own_words()
    cast.give_natives()
    cast.give_fallback(fallback)
    cast.give_reposts(wave, reposts)
    return cast.given


def not_addressed(account: Account) -> Role:
    """The role of an account that the audience does not hold."""
    if account.official:
        return Role(reason="a person in office, not addressed", silence=Silence.OFFICIAL_NOT_ADDRESSED)
    return Role(reason="not in the audience", silence=Silence.NOT_ADDRESSED)


def own_section(message: Message, account: Account) -> Override | None:
    """The section `## for account NAME` of an account, if it holds a text of a post."""
    found = (o for o in message.overrides if o.target == f"account {account.name}" and any(part in o.parts for part in TEXTS))
    return next(found, None)


def serving(languages: Iterable[str], available: Iterable[str]) -> str | None:
    """The first of an account's languages in which there is something, as it is named there."""
    available = tuple(available)
    return next((tag for own in languages if (tag := spoken(own, available)) is not None), None)


@dataclass(kw_only=True)
class _Cast:
    """The accounts of one platform while roles are given out. `carriers`: language -> the account that says the message in it."""

    message: Message
    accounts: Sequence[Account]
    speaking: Sequence[Account]
    given: dict[str, Role] = field(default_factory=dict)
    carriers: dict[str, str] = field(default_factory=dict)
    queues: dict[str, list[Account]] = field(default_factory=dict)

    @cached_property
    def colleagues(self) -> Mapping[str, Sequence[Account]]:
        """The accounts of each mission, in their order."""
        found: dict[str, list[Account]] = {}
        for account in self.accounts:
            found.setdefault(account.mission, []).append(account)
        return found

    def waiting(self) -> list[Account]:
        """Those who have no role yet."""
        return [account for account in self.speaking if account.name not in self.given]

    def languages(self) -> tuple[str, ...]:
        """The languages of the message, the source first."""
        source = self.message.source
        return tuple(sorted(self.message.wordings, key=lambda tag: tag != source))

    def give_leads(self) -> None:
        """The original to the central account, each translation to the account that leads its language."""
        for language in self.languages():
            source = language == self.message.source
            able = [account for account in self.waiting() if not account.official]
            central = [account for account in able if source and account.central]
            self._carry(language, central + [account for account in able if language in account.leads])

    def give_own_words(self) -> None:
        """Local texts, and sections of the message that are for one account. People in office have nothing else."""
        for account in self.waiting():
            local = self.message.locals.get(account.mission)
            if own_section(self.message, account) is not None:
                reason = "has its own section in the message"
                self.given[account.name] = Role(kind=Kind.LOCAL, language=account.languages[0], reason=reason)
            elif local is not None and self._speaks_for_its_mission(account):
                self.given[account.name] = Role(kind=Kind.LOCAL, language=local.wording.language, reason="has its own local text")
            elif account.official:
                reason = "a person in office speaks only in own words, and owes a local text"
                self.given[account.name] = Role(reason=reason, silence=Silence.OWES_LOCAL_TEXT, owes=True)

    def give_natives(self) -> None:
        """What nobody leads, to the first whose first language it is; else to the first whom no earlier one of its own serves."""
        for language in self.languages():
            first = [account for account in self.waiting() if spoken(language, account.languages[:1])]
            best = [account for account in self.waiting() if serving(account.languages, self.message.wordings) == language]
            self._carry(language, first + best)

    def give_fallback(self, fallback: str) -> None:
        """Who has no translation stays silent; or, as the message says, it reposts the fallback, which the first one carries."""
        wanted = fallback_language(self.message, fallback)
        for account in self.waiting():
            language = serving(account.languages, self.carriers) or wanted
            if language is None:
                said = f"nothing in {', '.join(account.languages)}, and no fallback"
                self.given[account.name] = Role(reason=said, silence=Silence.NO_TRANSLATION)
            elif language not in self.carriers:
                self.carriers[language] = account.name
                said = f"nothing in {', '.join(account.languages)}; says it in {language} instead"
                kind = Kind.ORIGINAL if language == self.message.source else Kind.TRANSLATION
                self.given[account.name] = Role(kind=kind, language=language, reason=said)
            else:
                self.queues.setdefault(language, []).append(account)

    def give_reposts(self, wave: int, reposts: int) -> None:
        """Reposts for those without words of their own, at most `reposts` per post, other accounts in each wave."""
        for language, queue in self.queues.items():
            start = (wave - 1) * reposts % len(queue) if len(queue) > reposts else 0
            turned = queue[start:] + queue[:start]
            for place, account in enumerate(turned):
                self.given[account.name] = _repost(language, self.carriers[language], place < reposts, reposts)

    def _carry(self, language: str, candidates: Sequence[Account]) -> None:
        """Let the first candidate say the message in a language that nobody carries yet."""
        if not candidates or language in self.carriers:
            return
        name = self.carriers[language] = candidates[0].name
        if language == self.message.source:
            self.given[name] = Role(kind=Kind.ORIGINAL, language=language, reason="carries the original")
        else:
            reason = f"carries the translation into {language}"
            self.given[name] = Role(kind=Kind.TRANSLATION, language=language, reason=reason)

    def _speaks_for_its_mission(self, account: Account) -> bool:
        """A mission's text goes to one account: the first addressed one; to a person only where the mission has no other."""
        if account.official:
            colleagues = self.colleagues[account.mission]
            return all(a.official for a in colleagues) and account == colleagues[0]
        taken = (a for a in self.colleagues[account.mission] if a.name in self.given)
        return not any(self.given[a.name].kind is Kind.LOCAL and own_section(self.message, a) is None for a in taken)


def fallback_language(message: Message, fallback: str) -> str | None:
    """What serves where a translation is missing: the settings' language, else the source; None where the message says `skip`."""
    if message.missing_translation != "fallback":
        return None
    return spoken(fallback, message.wordings) or spoken(message.source, message.wordings)


def _repost(language: str, carrier: str, free: bool, reposts: int) -> Role:
    if free:
        reason = f"owes a local text; reposts {carrier} instead"
        return Role(kind=Kind.REPOST, language=language, of=carrier, reason=reason, owes=True)
    others = f"{reposts} {'account reposts' if reposts == 1 else 'accounts repost'} {carrier} already"
    reason = f"owes a local text; {others if reposts else 'the settings allow no reposts'}"
    return Role(reason=reason, language=language, silence=Silence.OWES_LOCAL_TEXT, owes=True)
