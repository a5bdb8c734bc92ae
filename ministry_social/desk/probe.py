"""Probing: ask after an account that seems to be shut out, before it is paused until a person acts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ..errors import MinistryError, Unauthorized
from ..model.account import Account
from ..model.delivery import Delivery
from ..model.ledger import Event
from ..model.stop import Pause
from ..ports import Reading, Transaction
from .means import ENGINE, Means
from .pausing import end, note

# One refusal proves little: X has answered 401 to everybody for hours (docs.x.com, incidents). Two more do.
_ENOUGH = 2


@dataclass(frozen=True, kw_only=True)
class Question:
    """A pause that is ours to ask after."""

    pause: Pause
    account: Account


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the platform said: `well`, shut out (`error` is `Unauthorized`), or nothing that helps (any other error)."""

    question: Question
    at: datetime
    error: MinistryError | None = None


def any_due(reading: Reading, means: Means) -> bool:
    """Whether an account is to be asked after by now."""
    return bool(_due(reading, means))


def claim(tx: Transaction, means: Means, limit: int) -> list[Question]:
    """Take on the questions of now."""
    questions = []
    for pause in _due(tx, means)[:limit]:
        account = means.accounts.get(pause.value)
        probe_at = None if account is None else means.now() + means.clock.real(means.lease)  # nobody else asks meanwhile
        tx.keep_pause(replace(pause, probe_at=probe_at))
        if account is not None:
            questions.append(Question(pause=pause, account=account))
    return questions


def ask(means: Means, one: Question) -> Answer:
    """Ask the platform who the account is. Raises nothing."""
    at = one.pause.probe_at or one.pause.at
    error: MinistryError | None = None
    try:
        at = means.now()
        means.vault.forget(one.account.name)
        standing = means.platforms[one.account.platform].inspect(one.account, means.vault.get(one.account.name))
        if not standing.may_post:
            error = Unauthorized(standing.detail or f"{one.account.name} may not post.", remedy=one.pause.remedy)
    except MinistryError as known:
        error = known
    except Exception as bug:  # noqa: BLE001 - nothing was learnt: ask again later
        error = MinistryError(f"Something failed that was not foreseen ({type(bug).__name__}).")
    return Answer(question=one, at=at, error=error)


def settle(tx: Transaction, means: Means, answers: Sequence[Answer]) -> list[Delivery]:
    """Write down what it said: the pause ends, or is asked after again, or a person is needed."""
    standing = {(one.scope, one.value): one for one in tx.pauses()}
    for answer in answers:
        pause = standing.get((answer.question.pause.scope, answer.question.pause.value))
        if pause is None or pause.at != answer.question.pause.at:
            continue
        if answer.error is None:
            end(tx, means, [pause], reason="The platform accepts its credential.", by=ENGINE)
        elif isinstance(answer.error, Unauthorized):
            _refused(tx, means, pause, answer)
        else:
            tx.keep_pause(replace(pause, probe_at=answer.at + means.clock.real(means.probe_gap)))
    return []


def _refused(tx: Transaction, means: Means, pause: Pause, answer: Answer) -> None:
    probes = pause.probes + 1
    facts = {"probes": probes, "why": answer.error.sentence if answer.error else ""}
    tx.record(Event.PROBED, by=ENGINE, at=answer.at, account=pause.value, facts=facts)
    if probes < _ENOUGH:
        tx.keep_pause(replace(pause, probes=probes, probe_at=answer.at + means.clock.real(means.probe_gap)))
        return
    final = replace(pause, probes=probes, probe_at=None)
    tx.keep_pause(final)
    note(tx, final, answer.at)


def _due(reading: Reading, means: Means) -> list[Pause]:
    now = means.now()
    return [one for one in reading.pauses() if one.probe_at is not None and one.probe_at <= now]
