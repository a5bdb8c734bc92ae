"""An approval: one person's signature over one release's digest, and how a release stands."""

from dataclasses import dataclass
from datetime import datetime

from .policy import Rule


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What a person signs about a release. `emergency` is the reason where the usual signatures cannot be waited for."""

    release: str
    policy: str
    person: str
    key: str
    at: datetime
    emergency: str = ""


@dataclass(frozen=True, kw_only=True)
class Adoption:
    """What a person signs about a policy; `replaces` is the one in force until then (empty for the first)."""

    policy: str
    replaces: str
    person: str
    key: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Missing:
    """What a rule still asks for: so many signatures, each of one of these people."""

    rule: Rule
    count: int
    people: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Ignored:
    """A signature that does not count, and why."""

    person: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a release stands under the policy in force.

    signed    signatures that count, oldest first
    ignored   those that do not
    declined  (person, reason) of a standing no
    missing   what the rules still ask for
    until     when the first key that counts here ends, and all is to be looked at anew
    urgent    it is complete only because two persons have signed for an emergency
    """

    release: str
    authors: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    signed: tuple[Statement, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    declined: tuple[tuple[str, str], ...] = ()
    missing: tuple[Missing, ...] = ()
    until: datetime | None = None
    urgent: bool = False

    @property
    def complete(self) -> bool:
        """Whether it may go out."""
        return not self.missing and not self.declined
