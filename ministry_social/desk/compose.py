"""Composing: from a message to a draft, which is all that would be sent and all that there is to say against it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from ..errors import MinistryError
from ..model.account import Account
from ..model.delivery import State
from ..model.finding import Finding, Weight
from ..model.message import Message, Place
from ..model.plan import Assignment, Cost
from ..model.variant import Kind, Limits, Payload, Variant
from ..ports import Platform, Reading
from ..rules import adapt, checks
from ..rules.cost import Prices, wave_cost
from ..rules.similarity import Spoken

# What stands on a platform or soon will: a new text is compared with these.
SAID = (State.PLANNED, State.SENDING, State.UNKNOWN, State.PUBLISHED)


@dataclass(frozen=True, kw_only=True)
class House:
    """What the settings and the config say that composing needs. `threshold` is the likeness from which two texts are one;
    `weights` are the ministry's own, by the name of the finding.
    """

    accounts: Sequence[Account]
    platforms: Mapping[str, Platform]
    fill: adapt.Fill
    rules: adapt.Rules
    prices: Prices
    threshold: float
    weights: Mapping[str, Weight] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A message as every account would say it. `payloads` and `otherwise` are by account name."""

    message: Message
    revision: str
    assignments: tuple[Assignment, ...]
    payloads: Mapping[str, Payload]
    otherwise: Mapping[str, Payload]
    findings: tuple[Finding, ...]
    cost: Cost

    @property
    def blocked(self) -> bool:
        """Whether a finding stops it."""
        return bool(checks.blocking(self.findings))


def draft(message: Message, revision: str, house: House, earlier: Sequence[Spoken]) -> Draft:
    """Adapt, check and render a message. `earlier` is what the ministry's accounts said lately (see `said_lately`)."""
    limits = limits_of(house)
    adapted = adapt.adapt(message, house.accounts, limits, house.fill, house.rules)
    findings = adapted.findings + _review(message, adapted.assignments, limits, house, earlier)
    payloads, otherwise = _render(adapted.assignments, house.platforms, findings)
    return Draft(
        message=message,
        revision=revision,
        assignments=tuple(adapted.assignments),
        payloads=payloads,
        otherwise=otherwise,
        findings=checks.in_order(checks.weighed(findings, house.weights)),
        cost=wave_cost(adapted.assignments, house.prices),
    )


def assigned(message: Message, house: House) -> tuple[Assignment, ...]:
    """What every account would carry, neither checked nor rendered."""
    return tuple(adapt.adapt(message, house.accounts, limits_of(house), house.fill, house.rules).assignments)


def limits_of(house: House) -> Mapping[str, Limits]:
    """What each account's platform takes, by account name."""
    return {account.name: house.platforms[account.platform].limits(account) for account in house.accounts}


def said_lately(
    reading: Reading, platforms: Mapping[str, Platform], accounts: Sequence[Account], since: datetime, but: str = "", wave: int = 1
) -> list[Spoken]:
    """What accounts of platforms that forbid similar texts said since then or soon will; not that of `wave` of message `but`."""
    forbidding = {a.name for a in accounts if platforms[a.platform].limits(a).forbids_similar}
    lately = [
        one
        for one in reading.deliveries(states=SAID, since=since)
        if one.account in forbidding and (one.message, one.wave) != (but, wave)
    ]
    bodies = reading.blobs({one.payload for one in lately})
    said = []
    for delivery in lately:
        text = json.loads(bodies.get(delivery.payload, b"{}")).get("text", "")
        words = text if isinstance(text, str) else "".join(piece for piece in text if isinstance(piece, str))
        if words:
            said.append(Spoken(who=delivery.account, text=words, earlier=True))
    return said


def _review(
    message: Message, assignments: Sequence[Assignment], limits: Mapping[str, Limits], house: House, earlier: Sequence[Spoken]
) -> list[Finding]:
    media = {m.facts.digest: m for m in message.media}
    found = checks.check_message(message, house.accounts, assignments)
    for assignment in assignments:
        if assignment.variant is not None:
            place = _place(message, assignment, assignment.variant)
            found += checks.check_variant(assignment.variant, assignment.account, limits[assignment.account.name], media, place)
    names = {a.city for a in house.accounts} | {a.variables.get("country_name", "") for a in house.accounts}
    return found + checks.check_similarity(
        assignments, limits, earlier, threshold=house.threshold, names=names, place=message.place
    )


def _place(message: Message, assignment: Assignment, variant: Variant) -> Place:
    if assignment.account.mission in message.locals and variant.kind is Kind.LOCAL:
        own = message.locals[assignment.account.mission].said
        return own[min(assignment.wording, len(own)) - 1].place
    said = message.said(variant.language)
    return said[min(assignment.wording, len(said)) - 1].place if said else message.place


def _render(
    assignments: Sequence[Assignment], platforms: Mapping[str, Platform], findings: list[Finding]
) -> tuple[dict[str, Payload], dict[str, Payload]]:
    payloads: dict[str, Payload] = {}
    otherwise: dict[str, Payload] = {}
    for assignment in assignments:
        variant, account = assignment.variant, assignment.account
        if variant is None:
            continue
        platform = platforms[account.platform]
        try:
            payloads[account.name] = platform.render(account, variant)
            if variant.otherwise:
                otherwise[account.name] = platform.render(account, replace(variant, text=variant.otherwise, otherwise=()))
        except MinistryError as wrong:
            findings.append(Finding(name="no-payload", weight=Weight.BLOCKING, sentence=str(wrong), accounts=(account.name,)))
    return payloads, otherwise
