"""Approving: which rules hold for a release, which signatures count, and what is missing."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from ..model.approval import Ignored, Missing, Standing, Statement
from ..model.policy import Policy, Role, Rule
from .policy import PERSONS, about, may_adopt, may_sign
from .signing import key_of, valid

# One signature as it lies in the store: what was said, and whether the key that it names has really signed it.
Signed = tuple[Statement, bool]


def required(policy: Policy, release: Mapping[str, Any]) -> tuple[Rule, ...]:
    """The rules that hold for a release (as it was signed); each of them must be satisfied."""
    return tuple(
        rule for rule in policy.rules if rule.signatures and any(_fits(rule, release, one) for one in release["deliveries"])
    )


def stands(
    policy: Policy,
    known: frozenset[str],
    name: str,
    release: Mapping[str, Any],
    signed: Sequence[Signed],
    declined: Mapping[str, str],
    now: datetime,
) -> Standing:
    """How a release stands. `name` is its digest, `known` are the digests of every policy that was ever adopted.

    `declined` is person -> reason. A release that no rule holds for needs nobody in a rehearsal, and goes nowhere elsewhere.
    """
    rules = required(policy, release)
    authors = tuple(release["authors"])
    why = {id(one): _why_not(policy, known, name, authors, one, genuine, now) for one, genuine in signed}
    counting = tuple(one for one, _ in signed if not why[id(one)])
    urgent = _urgent(policy, counting)
    lacking = tuple(_missing(policy, rules, authors, counting))
    if not rules and policy.world != "rehearsal":
        lacking = (Missing(rule=Rule(signatures=1), count=1, people=()),)
    return Standing(
        release=name,
        authors=authors,
        rules=rules,
        signed=counting,
        ignored=tuple(Ignored(person=one.person, why=why[id(one)]) for one, _ in signed if why[id(one)]),
        declined=tuple(declined.items()),
        missing=() if urgent else lacking,
        until=min((end for one in counting if (end := _end(policy, one)) is not None), default=None),
        urgent=urgent and bool(lacking),
    )


def lacks(missing: Iterable[Missing]) -> str:
    """What is missing, in a sentence: `Needs 1 more signature for everything, of boris or clara.`"""
    said = []
    for one in missing:
        if not one.rule.by:
            return "No rule of the policy says who may approve it."
        whose = f"of {' or '.join(one.people)}" if one.people else "and nobody is left who could give it"
        said.append(f"{one.count} more signature{'' if one.count == 1 else 's'} for {about(one.rule)}, {whose}")
    return f"Needs {'; '.join(said)}." if said else ""


def _fits(rule: Rule, release: Mapping[str, Any], one: Mapping[str, Any]) -> bool:
    wanted = ((rule.message, release["kind"]), (rule.platform, one["platform"]), (rule.delivery, one["kind"]))
    return all(not want or want == has for want, has in wanted) and (not rule.group or rule.group in one["groups"])


def _why_not(
    policy: Policy, known: frozenset[str], name: str, authors: Sequence[str], one: Statement, genuine: bool, now: datetime
) -> str:
    """Why a signature does not count; empty where it does."""
    person = policy.person(one.person)
    if person is None:
        return f"{one.person} is not in the policy."
    key = key_of(person, one.key)
    if key is None:
        return f"The key {one.key} of {one.person} was withdrawn."
    if not genuine or one.release != name:
        return f"The signature of {one.person} is not over this release."
    if one.policy not in known:
        return f"{one.person} signed under a policy that was never adopted."
    if not valid(key, one.at):
        return f"The key {one.key} of {one.person} did not count when it signed."
    if not valid(key, now):
        return f"The key {one.key} of {one.person} has expired."
    if one.person in authors:
        return f"{one.person} is an author of it."
    return f"{one.person} is an auditor." if Role.AUDITOR in person.roles else ""


def _missing(policy: Policy, rules: Iterable[Rule], authors: Sequence[str], counting: Sequence[Statement]) -> Iterable[Missing]:
    signers = {one.person for one in counting}
    for rule in rules:
        able = {one.name for one in policy.people if may_sign(one, rule)} - set(authors)
        lacking = rule.signatures - len(able & signers)
        if lacking > 0:
            yield Missing(rule=rule, count=lacking, people=tuple(sorted(able - signers)))


def _urgent(policy: Policy, counting: Sequence[Statement]) -> bool:
    """Whether two persons have signed for an emergency."""
    names = {one.person for one in counting if one.emergency}
    people = [one for one in policy.people if one.name in names]
    return len(people) >= PERSONS and may_adopt(people)


def _end(policy: Policy, one: Statement) -> datetime | None:
    person = policy.person(one.person)
    key = None if person is None else key_of(person, one.key)
    return None if key is None else key.until
