"""Proving: a test post that is never public, on record with its id, so that one that stayed can be found."""

from collections.abc import Mapping

from ..errors import NotAllowed
from ..model.account import Account
from ..model.ledger import Event
from ..model.standing import Proof
from ..ports import Proving
from .means import Means


def prove(means: Means, proofs: Mapping[str, Proving], account: Account, *, person: str) -> Proof:
    """Post what nobody sees, and take it down. Raises `NotAllowed` where the platform knows nothing like that."""
    if account.platform not in proofs:
        raise NotAllowed(
            f"{account.name} cannot be proved by a test post: {account.platform} knows none that nobody sees.",
            remedy="What the platform says of our access tells whether it may post: leave --test-post out.",
        )
    proof = proofs[account.platform].prove(account, means.vault.get(account.name))
    with means.store.begin() as tx:
        facts = {"post": proof.id, "gone": proof.gone}
        tx.record(Event.PROVED, by=person, at=means.now(), account=account.name, facts=facts)
    return proof
