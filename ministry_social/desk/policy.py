"""The policy in force: the one that two persons have adopted, checked against their signatures and against the config."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..errors import LedgerBroken, MinistryError, NotAllowed
from ..model.approval import Adoption
from ..model.ledger import Entry, Event
from ..model.policy import Policy
from ..ports import Reading
from ..rules.canonical import digest
from ..rules.policy import differences, may_adopt, policy_digest, policy_from
from ..rules.signing import key_of, opened, valid, verified

_NOBODY = Policy(world="rehearsal")


@dataclass(frozen=True, kw_only=True)
class InForce:
    """A policy that counts. `digest` is empty in a rehearsal where nobody has to sign; `known` are all that were adopted."""

    policy: Policy
    digest: str = ""
    known: frozenset[str] = frozenset()


class Policies:
    """What the config says, and what the ledger says was adopted.

    `written` reads the config, again and again: a worker that runs for months sees a new policy.
    """

    def __init__(self, written: Callable[[], Policy] = lambda: _NOBODY) -> None:
        self.written = written
        self._found: dict[int, InForce] = {}  # by the entry of its adoption: an entry never changes
        self._digests: tuple[Policy, str] = (_NOBODY, "")
        self._rehearsal: bool | None = None

    def in_force(self, reading: Reading) -> InForce:
        """The policy that counts now. Raises `NotAllowed` where none was adopted, or where the config says something else."""
        found, written = self.adopted(reading), self.written()
        if found is None:
            if written.needs_nobody and written.world == "rehearsal" and self._in_rehearsal(reading):
                return InForce(policy=written)
            raise NotAllowed(
                "The policy in config/people.toml was not adopted yet, so nothing can be approved or sent.",
                remedy="Two persons adopt it: ministry-social policy adopt",
            )
        if self._digest(written) != found.digest:
            raise NotAllowed(
                f"config/people.toml is not what was adopted: {differences(found.policy, written)}.",
                remedy="Put it back as it was, or let two persons adopt it: ministry-social policy adopt",
            )
        return found

    def refusal(self, reading: Reading) -> MinistryError | None:
        """Why nothing can be sent from here: the policy is not in force, or cannot be read. None where all is well."""
        try:
            self.in_force(reading)
        except MinistryError as wrong:
            return wrong
        return None

    def adopted(self, reading: Reading) -> InForce | None:
        """What was adopted last, if anything ever was. Raises `LedgerBroken` where that does not carry its signatures."""
        adoptions = [entry for entry in reading.policies() if _event(entry) == Event.ADOPTED]
        if not adoptions:
            return None
        last = adoptions[-1].position
        if last not in self._found:
            found: InForce | None = None
            for entry in adoptions:
                found = _check(reading, entry, found)
            assert found is not None
            self._found[last] = found
        return self._found[last]

    def _digest(self, written: Policy) -> str:
        if self._digests[0] is not written:
            self._digests = (written, policy_digest(written))
        return self._digests[1]

    def _in_rehearsal(self, reading: Reading) -> bool:
        if self._rehearsal is None:  # a store's world never changes
            self._rehearsal = reading.world() == "rehearsal"
        return self._rehearsal


def signed_adoption(reading: Reading, name: str) -> tuple[Adoption, bytes]:
    """A person's signature on a policy, by the digest under which it is kept. Raises `LedgerBroken` where it is not whole."""
    body = reading.blob(name)
    try:
        if body is None or digest(body) != name:
            raise ValueError
        one, signature = opened(body)
        if not isinstance(one, Adoption):
            raise ValueError
    except ValueError:
        raise LedgerBroken("A signature under the policy is missing or was changed.") from None
    return one, signature


def genuine(judge: Policy, one: Adoption, signature: bytes) -> bool:
    """Whether it was signed with a key that counted then, of a person whom this policy knows."""
    person = judge.person(one.person)
    key = None if person is None else key_of(person, one.key)
    return person is not None and key is not None and valid(key, one.at) and verified(person, one, signature)


def facts_of(entry: Entry) -> dict[str, Any]:
    """The facts of an entry."""
    return dict(json.loads(entry.body)["facts"])


def _event(entry: Entry) -> str:
    return str(json.loads(entry.body)["event"])


def _check(reading: Reading, entry: Entry, before: InForce | None) -> InForce:
    """The policy that an entry says was adopted, if two persons whom the one before knows have signed exactly that."""
    facts = facts_of(entry)
    body = reading.blob(facts["policy"])
    if body is None or digest(body) != facts["policy"]:
        raise LedgerBroken("The adopted policy is missing or was changed.")
    try:
        policy = policy_from(body)
    except ValueError:
        raise LedgerBroken("The adopted policy is missing or was changed.") from None
    judge, replaces = (policy, "") if before is None else (before.policy, before.digest)
    signers = []
    for name in facts["statements"]:
        one, signature = signed_adoption(reading, name)
        if (one.policy, one.replaces) == (facts["policy"], replaces) and genuine(judge, one, signature):
            signers += [person for person in judge.people if person.name == one.person]
    if not may_adopt(signers):
        raise LedgerBroken(f"Entry {entry.position} says that a policy was adopted, and two persons have not signed that.")
    known = frozenset() if before is None else before.known
    return InForce(policy=policy, digest=facts["policy"], known=known | {facts["policy"]})
