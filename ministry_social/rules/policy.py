"""The policy's rules: how it is written down to be signed, what is wrong with one, how two differ."""

import json
from collections.abc import Iterator
from typing import Any

from ..model.policy import Key, Person, Policy, Role, Rule
from .canonical import canonical, digest
from .timing import stamp, unstamp

FORMAT = "ministry_social/policy/1"
ADOPTERS = frozenset({Role.APPROVER, Role.OPERATOR})  # who may adopt a policy, or sign in an emergency
PERSONS = 2  # of them, and one an approver


def policy_bytes(policy: Policy) -> bytes:
    """The canonical bytes of a policy: their SHA-256 is what two persons adopt."""
    return canonical(
        {
            "format": FORMAT,
            "world": policy.world,
            "people": [_person(one) for one in sorted(policy.people, key=lambda one: one.name)],
            "rules": [_rule(one) for one in policy.rules],
        }
    )


def policy_digest(policy: Policy) -> str:
    """SHA-256 of its bytes, hex."""
    return digest(policy_bytes(policy))


def policy_from(data: bytes) -> Policy:
    """The policy that `policy_bytes` wrote. Raises `ValueError` on anything else."""
    try:
        held = json.loads(data)
        people = tuple(_person_from(one) for one in held["people"])
        rules = tuple(Rule(**one | {"by": tuple(one["by"])}) for one in held["rules"])
        policy = Policy(world=held["world"], people=people, rules=rules)
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError("this is no policy") from wrong
    if policy_bytes(policy) != data:
        raise ValueError("this is no policy")
    return policy


def problems(policy: Policy) -> Iterator[str]:
    """What keeps a policy from being adopted, a sentence each."""
    if not policy.rules:
        yield "There is no rule: nobody would have to sign."
    live = policy.world != "rehearsal"
    if live and policy.rules and not any(rule.unconditional for rule in policy.rules):
        yield "No rule holds for every release: what none of them names would need nobody."
    for rule in policy.rules:
        if not rule.signatures:
            if live:
                yield f"The rule for {about(rule)} needs nobody: only a rehearsal may have such a rule."
            continue
        if not rule.by:
            yield f"The rule for {about(rule)} names no role and no group of people."
            continue
        able = [one.name for one in policy.people if may_sign(one, rule)]
        unknown = sorted(set(rule.by) - {name for one in policy.people for name in (*one.roles, *one.groups)})
        if unknown:
            yield f"The rule for {about(rule)} asks for {unknown[0]}, which nobody is."
        elif len(able) < rule.signatures:
            yield f"The rule for {about(rule)} asks for {rule.signatures} persons, and there are {len(able)}."
    adopters = [one for one in policy.people if ADOPTERS & set(one.roles)]
    if policy.people and not may_adopt(adopters):
        yield "It could never be changed: two approvers, or an approver and an operator, are needed to adopt a policy."


def may_sign(person: Person, rule: Rule) -> bool:
    """Whether a person's signature can count for a rule. An auditor never signs."""
    return Role.AUDITOR not in person.roles and bool(set(rule.by) & {*person.roles, *person.groups})


def may_adopt(people: list[Person]) -> bool:
    """Whether these persons together may adopt a policy, or sign for an emergency."""
    fit = [one for one in people if ADOPTERS & set(one.roles) and Role.AUDITOR not in one.roles]
    return len({one.name for one in fit}) >= PERSONS and any(Role.APPROVER in one.roles for one in fit)


def about(rule: Rule) -> str:
    """What a rule is about: `travel-advice on x`, `everything`."""
    said = [f"{rule.message} messages"] if rule.message else []
    said += [f"group {rule.group}"] if rule.group else []
    said += [f"platform {rule.platform}"] if rule.platform else []
    said += [f"{rule.delivery} deliveries"] if rule.delivery else []
    return ", ".join(said) or "everything"


def asks(rule: Rule) -> str:
    """What a rule asks for: `2 of approver`."""
    return f"{rule.signatures} of {' or '.join(rule.by)}" if rule.signatures else "nobody: who publishes confirms"


def differences(adopted: Policy, written: Policy) -> str:
    """How a written policy differs from the adopted one, in words."""
    said = [f"world {written.world}"] if adopted.world != written.world else []
    before, after = ({one.name: one for one in policy.people} for policy in (adopted, written))
    said += [f"{name} is new" for name in sorted(after.keys() - before.keys())]
    said += [f"{name} is gone" for name in sorted(before.keys() - after.keys())]
    for name in sorted(before.keys() & after.keys()):
        fields = [field for field, value in _person(before[name]).items() if _person(after[name])[field] != value]
        said += [f"{', '.join(fields)} of {name}"] if fields else []
    old, new = ([f"{about(rule)}: {asks(rule)}" for rule in policy.rules] for policy in (adopted, written))
    said += [f"no longer {one}" for one in old if one not in new] + [f"now {one}" for one in new if one not in old]
    return "; ".join(said) or "the order of the rules"


def _person(one: Person) -> dict[str, Any]:
    return {
        "name": one.name,
        "os_user": one.os_user,
        "title": one.title,
        "roles": sorted(role.value for role in one.roles),
        "groups": sorted(one.groups),
        "accounts": sorted(one.accounts),
        "keys": [_key(key) for key in one.keys],
    }


def _key(key: Key) -> dict[str, Any]:
    return {"public": key.public, "from": stamp(key.since), "until": None if key.until is None else stamp(key.until)}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "signatures": rule.signatures, "by": list(rule.by), "message": rule.message, "group": rule.group,
        "platform": rule.platform, "delivery": rule.delivery,
    }  # fmt: skip


def _person_from(held: dict[str, Any]) -> Person:
    keys = tuple(
        Key(public=key["public"], since=unstamp(key["from"]), until=None if key["until"] is None else unstamp(key["until"]))
        for key in held["keys"]
    )
    roles = tuple(Role(role) for role in held["roles"])
    return Person(
        name=held["name"], os_user=held["os_user"], title=held["title"], roles=roles,
        groups=tuple(held["groups"]), accounts=tuple(held["accounts"]), keys=keys,
    )  # fmt: skip
