"""Verifying: the platform itself says whose the credential is, and that we may post with it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ..errors import InvalidSettings, MinistryError, NotAllowed, PlatformError, Rejected, Unauthorized
from ..model.account import Account, Standing
from ..model.ledger import Event
from ..model.life import AccountRecord, Stage
from ..rules.life import may_become
from .life import advance, imported, named
from .means import Means


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What came of asking: the account as it is now, and why it is not verified (None: it is)."""

    record: AccountRecord
    error: MinistryError | None = None


def verify(means: Means, names: Collection[str], *, person: str) -> Iterator[Verified]:
    """Ask for one after the other. No names: all that are connected. A refusal goes on record, and the account stays as it is."""
    with means.store.read() as reading:
        chosen = named(reading, names) if names else tuple(one for one in imported(reading) if one.stage is Stage.CONNECTED)
    for record in chosen:
        if not may_become(record, Stage.VERIFIED):
            said = f"{record.name} is {record.stage.value}, and cannot be verified."
            yield Verified(record=record, error=NotAllowed(said, remedy=_FIRST.get(record.stage, "").format(name=record.name)))
        else:
            yield _verify(means, record, person)


_FIRST = {
    Stage.REQUESTED: "First: ministry-social account approve {name}",
    Stage.APPROVED: "First: ministry-social account connect {name}",
    Stage.INVITED: "Its mission has not followed its link yet.",
    Stage.ACTIVE: "It was, before it was activated.",
}


def _verify(means: Means, record: AccountRecord, person: str) -> Verified:
    account = record.account
    try:
        standing = means.platforms[account.platform].inspect(account, means.vault.get(account.name))
        check(account, standing)
    except (Unauthorized, Rejected) as refused:
        _note(means, record, refused, person)
        return Verified(record=record, error=refused)
    except (PlatformError, InvalidSettings) as other:  # nothing was learnt of the account
        return Verified(record=record, error=other)
    now = means.now()
    with means.store.begin() as tx:
        [current] = named(tx, [record.name])
        if current.account != account:
            return Verified(record=current, error=NotAllowed(f"{account.name} was changed meanwhile.", remedy="Verify it again."))
        facts = {"id": standing.id, "handle": standing.handle}
        return Verified(record=advance(tx, current, Stage.VERIFIED, by=person, at=now, event=Event.VERIFIED, facts=facts))


def check(account: Account, standing: Standing) -> None:
    """Raise `Rejected` where the platform knows it as another account, `Unauthorized` where we may not post."""
    if standing.id != account.id:
        raise Rejected(
            f"The credential of {account.name} belongs to @{standing.handle.lstrip('@')} ({standing.id}), "
            f"not to @{account.handle} ({account.id}).",
            code="wrong-account",
            remedy=f"Connect the right one: ministry-social account connect {account.name}",
        )
    if standing.handle.lstrip("@").lower() != account.handle.lower():
        raise Rejected(
            f"{account.name} is @{standing.handle.lstrip('@')} on the platform, not @{account.handle}.",
            code="wrong-handle",
            remedy="Correct its handle with an import, or connect the right account.",
        )
    if not standing.may_post:
        said = standing.detail or "The platform does not let us post there."
        raise Unauthorized(
            f"{account.name} may not post: {said}", code="may-not-post", remedy="Let its mission look at the account."
        )


def _note(means: Means, record: AccountRecord, refused: PlatformError, person: str) -> None:
    facts = {"code": refused.code, "reason": refused.sentence}
    with means.store.begin() as tx:
        tx.record(Event.NOT_VERIFIED, by=person, at=means.now(), account=record.name, facts=facts)
