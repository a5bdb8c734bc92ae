"""Adopting: two persons sign the policy that the config holds, and it is in force."""

from dataclasses import dataclass
from datetime import datetime

from ..errors import NotAllowed
from ..model.approval import Adoption
from ..model.ledger import Event
from ..model.policy import Policy
from ..ports import Reading, Signer
from ..rules.policy import ADOPTERS, may_adopt, policy_bytes, policy_digest, problems
from ..rules.signing import envelope, statement_bytes
from .approved import look_again
from .means import Means
from .policy import InForce, facts_of, genuine, signed_adoption


@dataclass(frozen=True, kw_only=True)
class Adopted:
    """What a signature did: `by` have signed; `done` once that is enough and the policy is in force."""

    policy: str
    by: tuple[str, ...]
    done: bool


def adopt(means: Means, signer: Signer, *, person: str) -> Adopted:
    """A person signs the policy of the config. The first signature proposes it; the second, by another person, adopts it."""
    written = means.policies.written()
    wrong = next(problems(written), "")
    if wrong:
        raise NotAllowed(f"This policy cannot be adopted. {wrong}", remedy="Correct config/people.toml.")
    now = means.now()
    with means.store.begin() as tx:
        before = means.policies.adopted(tx)
        if before is not None and before.digest == policy_digest(written):
            raise NotAllowed("This policy is in force already.", remedy="See: ministry-social policy show")
        judge = written if before is None else before.policy
        one = _statement(written, before, signer, person=person, at=now)
        signature = signer.sign(statement_bytes(one))
        _refuse_strangers(judge, one, signature)
        name = tx.keep(envelope(one, signature))
        earlier = {who: kept for who, kept in proposed(tx, judge, one.policy, one.replaces).items() if who != person}
        chosen = _enough(judge, tuple(earlier), person)
        facts = {"policy": tx.keep(policy_bytes(written)), "replaces": one.replaces}
        if chosen:
            kept = [*(earlier[who] for who in chosen if who != person), name]
            tx.record(Event.ADOPTED, by=person, at=now, facts=facts | {"statements": kept, "persons": list(chosen)})
            look_again(tx, means)
        else:
            tx.record(Event.PROPOSED, by=person, at=now, facts=facts | {"statement": name, "key": one.key})
    return Adopted(policy=one.policy, by=chosen or (*earlier, person), done=bool(chosen))


def proposed(reading: Reading, judge: Policy, policy: str, replaces: str) -> dict[str, str]:
    """Who has signed this policy already, to take the place of that one: person -> the digest of the signature."""
    found = {}
    for entry in reading.policies():
        facts = facts_of(entry)
        if "statement" in facts and (facts["policy"], facts["replaces"]) == (policy, replaces):
            one, signature = signed_adoption(reading, facts["statement"])
            if (one.policy, one.replaces) == (policy, replaces) and genuine(judge, one, signature):
                found[one.person] = str(facts["statement"])
    return found


def _statement(written: Policy, before: InForce | None, signer: Signer, *, person: str, at: datetime) -> Adoption:
    replaces = "" if before is None else before.digest
    return Adoption(policy=policy_digest(written), replaces=replaces, person=person, key=signer.key, at=at)


def _refuse_strangers(judge: Policy, one: Adoption, signature: bytes) -> None:
    """Raise `NotAllowed` where this person may not adopt, or their key does not count."""
    person = judge.person(one.person)
    if person is None or not ADOPTERS & set(person.roles):
        raise NotAllowed(f"{one.person} may not adopt a policy.", remedy="Approvers and operators do, two together.")
    if not genuine(judge, one, signature):
        raise NotAllowed(
            f"The key {one.key} of {one.person} does not count now.",
            remedy="Its public half must stand in config/people.toml, and be adopted: ministry-social person list",
        )


def _enough(judge: Policy, earlier: tuple[str, ...], person: str) -> tuple[str, ...]:
    """Two who may adopt together, this person among them; nobody where there are none."""
    for other in earlier:
        pair = [one for one in judge.people if one.name in (other, person)]
        if may_adopt(pair):
            return other, person
    return ()
