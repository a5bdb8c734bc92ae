"""Retiring: an account speaks no more, nothing of it is left to go out, and its credential is gone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..errors import NotAllowed
from ..model.delivery import Delivery, State
from ..model.ledger import Event
from ..model.life import AccountRecord, Stage
from ..model.recall import Step
from ..ports import Transaction
from ..rules.lifecycle import IN_FLIGHT
from ..rules.roster import without_central
from .intake import void_invitations
from .life import advance, lift_pauses, named
from .means import Means


@dataclass(frozen=True, kw_only=True)
class Retired:
    """What was done: planned deliveries that were called off, and accounts that were retired before."""

    records: tuple[AccountRecord, ...]
    cancelled: tuple[Delivery, ...]
    before: tuple[AccountRecord, ...]


def retire(means: Means, names: Collection[str], *, reason: str, person: str) -> Retired:
    """Take accounts out of service. Refused while a post of one is being sent, checked or taken down: that needs its credential.

    The credential goes after the commit: no vault is asked within a transaction. Where that fails, the same again removes it.
    """
    now = means.now()
    with means.store.begin() as tx:
        chosen = named(tx, names)
        before = tuple(one for one in chosen if one.stage is Stage.RETIRED)
        leaving = [one for one in chosen if one.stage is not Stage.RETIRED]
        _refuse_too_early(tx, leaving)
        cancelled: list[Delivery] = []
        records = []
        for one in leaving:
            off = _call_off(tx, one.name, reason, person, means)
            void_invitations(tx, one.name)
            lift_pauses(tx, one.name, f"It was retired: {reason}", by=person, at=now)
            facts = {"reason": reason, "cancelled": len(off)}
            records.append(advance(tx, one, Stage.RETIRED, by=person, at=now, event=Event.RETIRED, facts=facts))
            cancelled += off
        _refuse_headless(tx)
    for one in chosen:
        means.vault.remove(one.name)
    return Retired(records=tuple(records), cancelled=tuple(cancelled), before=before)


def _refuse_too_early(tx: Transaction, leaving: Sequence[AccountRecord]) -> None:
    for one in leaving:
        busy = tx.deliveries(account=one.name, states=tuple(IN_FLIGHT))
        if busy:
            raise NotAllowed(
                f"{busy[0].key} is being sent or checked, for which the credential of {one.name} is needed.",
                remedy=f"Wait until that has ended: ministry-social delivery list --account {one.name}",
            )
        published = [found.key for found in tx.deliveries(account=one.name, states=(State.PUBLISHED,))]
        open_ = [r for r in tx.recalls(keys=published) if r.step not in (Step.DONE, Step.GIVEN_UP)] if published else []
        if open_:
            raise NotAllowed(
                f"{open_[0].delivery} is still to be taken down, for which the credential of {one.name} is needed.",
                remedy="Wait until that has ended, or run the recall again.",
            )


def _call_off(tx: Transaction, name: str, reason: str, person: str, means: Means) -> list[Delivery]:
    why = f"Its account was retired: {reason}"
    done = [
        tx.record(
            Event.CANCELLED, by=person, at=means.now(), delivery=one, facts={"reason": why},
            change={"state": State.CANCELLED, "error": why},
        )
        for one in tx.deliveries(account=name, states=(State.PLANNED,))
    ]  # fmt: skip
    return [one for one in done if one is not None]


def _refuse_headless(tx: Transaction) -> None:
    """Where accounts of a platform go on speaking, one of them carries the original."""
    for clash in without_central([one.account for one in tx.accounts() if one.stage is Stage.ACTIVE]):
        raise NotAllowed(clash.sentence, remedy="Make another one central first (account import), or retire all of that platform.")
