"""The policy: who may do what, and whose signatures a release needs."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a person may do. docs/approvals.md has a line for each."""

    AUTHOR = "author"
    APPROVER = "approver"
    OPERATOR = "operator"
    MISSION_EDITOR = "mission-editor"
    AUDITOR = "auditor"


@dataclass(frozen=True, kw_only=True)
class Key:
    """A person's public key (Ed25519, base64). It counts from `since` on, and before `until`."""

    public: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who writes, signs, operates or audits.

    os_user   the name under which the system knows them
    groups    names that rules can ask for: `duty-officers`
    accounts  a mission editor's own accounts
    """

    name: str
    os_user: str
    title: str = ""
    roles: tuple[Role, ...]
    groups: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    keys: tuple[Key, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How many signatures a release needs, and whose: `by` names roles or groups of people.

    It holds for a release that has one delivery which fits all that is named: the message's kind, a group of the account, its
    platform, the kind of delivery. Where nothing is named, it holds for every release.
    """

    signatures: int
    by: tuple[str, ...] = ()
    message: str = ""
    group: str = ""
    platform: str = ""
    delivery: str = ""

    @property
    def unconditional(self) -> bool:
        """Whether it holds for every release."""
        return not (self.message or self.group or self.platform or self.delivery)


@dataclass(frozen=True, kw_only=True)
class Policy:
    """People and rules of one world, as the config has them or as they were adopted."""

    world: str
    people: tuple[Person, ...] = ()
    rules: tuple[Rule, ...] = ()

    @property
    def needs_nobody(self) -> bool:
        """Whether who types `publish` confirms, and nobody has to sign: a rehearsal's beginning."""
        return not self.people and not any(rule.signatures for rule in self.rules)

    def person(self, name: str) -> Person | None:
        """A person by name."""
        return next((one for one in self.people if one.name == name), None)
