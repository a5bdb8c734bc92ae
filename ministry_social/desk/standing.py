"""Standing: each account is asked after, what has changed is on record, and one that may not post is paused."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from ..errors import MinistryError, NotAllowed, Unauthorized
from ..model.account import Account, Standing
from ..model.delivery import Delivery
from ..model.finding import Finding
from ..model.ledger import Event
from ..model.life import AccountRecord, Stage
from ..model.standing import Inspection, Refusal
from ..ports import Reading, Transaction
from ..rules.standing import changes, findings, key, standing_digest, tells
from . import pausing, telling
from .means import ENGINE, Means

_NEVER = datetime(1, 1, 1, tzinfo=UTC)
_APART = timedelta(minutes=1)  # on the clock, between two questions of an engine at most: never all accounts at once
_SURE = 2  # how many bare refusals in a row an engine believes: X has answered 401 to everybody for hours
_SOON = timedelta(hours=1)  # on the clock, until an account is asked after again of which nothing was learnt
_INSPECTED = (Stage.CONNECTED, Stage.VERIFIED, Stage.ACTIVE)


@dataclass(frozen=True, kw_only=True)
class Question:
    """An account that is asked after."""

    account: Account


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came of it: a standing, or an error. `Unauthorized` is about the account; any other says nothing of it."""

    account: Account
    at: datetime
    said: Standing | None = None
    error: MinistryError | None = None


@dataclass(frozen=True, kw_only=True)
class Looked:
    """An account as it stands after a question. `error`: nothing was learnt; None and no inspection: it is not connected."""

    account: Account
    inspection: Inspection | None
    findings: tuple[Finding, ...] = ()
    error: MinistryError | None = None


def inspected(records: Collection[AccountRecord], written: Collection[Account]) -> dict[str, Account]:
    """The accounts that can be asked after: those that were connected; as long as nothing was imported, the config's."""
    if not records:
        return {one.name: one for one in written}
    return {one.name: one.account for one in records if one.stage in _INSPECTED}


def any_due(reading: Reading, means: Means) -> bool:
    """Whether an engine is to ask after an account by now."""
    return bool(_due(reading, means))


def claim(tx: Transaction, means: Means, limit: int) -> list[Question]:
    """Take on the account whose turn it is. That it is asked after now is written first, so that nobody else asks, too."""
    found = []
    for account in _due(tx, means)[: min(limit, 1)]:
        before = tx.standing(account.name) or Inspection(account=account.name, at=means.now())
        tx.keep_standing(replace(before, at=means.now()))
        found.append(Question(account=account))
    return found


def ask(means: Means, one: Question) -> Answer:
    """Ask the platform. Raises nothing."""
    account, at = one.account, _NEVER
    try:
        at = means.now()
        means.vault.forget(account.name)
        said = means.platforms[account.platform].inspect(account, means.vault.get(account.name))
    except MinistryError as known:
        return Answer(account=account, at=at, error=known)
    except Exception as bug:  # noqa: BLE001 - nothing was learnt: ask again later
        return Answer(
            account=account, at=at, error=MinistryError(f"Something failed that was not foreseen ({type(bug).__name__}).")
        )
    return Answer(account=account, at=at, said=said)


def settle(tx: Transaction, means: Means, answers: Sequence[Answer]) -> list[Delivery]:
    """Write down what an engine was answered."""
    for answer in answers:
        _note(tx, means, answer, by=ENGINE, sure=_SURE)
    return []


def inspect(means: Means, account: Account, *, person: str) -> Looked:
    """A person asks: what the platform says now is on record when this returns."""
    answer = ask(means, Question(account=account))
    with means.store.begin() as tx:
        return _note(tx, means, answer, by=person, sure=1)


def accept(means: Means, accounts: Collection[Account], *, reason: str, person: str) -> tuple[str, ...]:
    """A person says that what these accounts show is right: later answers are compared with it. Returns whose was changed."""
    if not reason:
        raise NotAllowed("What has changed is accepted for a reason only.", remedy='Say for example --accept "our new name".')
    done = []
    now = means.now()
    with means.store.begin() as tx:
        for account in accounts:
            one = tx.standing(account.name)
            if one is None or one.said is None or one.known == one.said:
                continue
            if not tells(one.said, account):
                raise NotAllowed(f"What {account.name} shows cannot be accepted: it is another account, or may not post.")
            facts = {"standing": standing_digest(one.said), "changes": list(changes(one.known, one.said)), "reason": reason}
            one = replace(one, known=one.said)
            keys = tuple(key(finding) for finding in findings(one, account, now))
            tx.keep_standing(replace(one, found=keys, told=_still(one.told, keys)))
            tx.record(Event.STANDING_ACCEPTED, by=person, at=now, account=account.name, facts=facts)
            done.append(account.name)
    return tuple(done)


def _note(tx: Transaction, means: Means, answer: Answer, *, by: str, sure: int) -> Looked:
    """Write down an answer: always what is known, in the ledger only what is new."""
    account, now = answer.account, means.now_or(answer.at)
    known = tx.standing(account.name)
    before = known or Inspection(account=account.name, at=now)
    if _not_connected(before, answer):
        return Looked(account=account, inspection=None)
    if answer.error is not None and not isinstance(answer.error, Unauthorized):
        if known is not None:
            tx.keep_standing(replace(known, at=now - means.inspect_every + min(_SOON, means.inspect_every)))
        return Looked(account=account, inspection=before, findings=findings(before, account, now), error=answer.error)
    after = _answered(before, answer, now, sure)
    found = findings(after, account, now)
    keys = tuple(key(finding) for finding in found)
    after = replace(after, found=keys, told=_still(before.told, keys))
    if isinstance(answer.error, Unauthorized) and after.refusal is None:  # not believed yet: ask again soon
        after = replace(after, at=now - means.inspect_every + means.clock.real(means.probe_gap))
    tx.keep_standing(after)
    if _is_news(before, after):
        tx.record(Event.STANDING, by=by, at=now, account=account.name, facts=_facts(before, after, found))
    _pause(tx, means, answer, found, now)
    telling.look(tx, means, now, anything=bool(keys))
    return Looked(account=account, inspection=after, findings=found)


def _answered(before: Inspection, answer: Answer, now: datetime, sure: int) -> Inspection:
    """What is known after an answer. A refusal that proves little is believed when it comes again."""
    error = answer.error
    if not isinstance(error, Unauthorized):
        known = before.known or (answer.said if answer.said is not None and tells(answer.said, answer.account) else None)
        return replace(before, at=now, said=answer.said, known=known, refusal=None, refusals=0)
    refusals = before.refusals + 1
    if error.probe and refusals < sure:
        return replace(before, at=now, refusals=refusals)
    refusal = Refusal(sentence=error.sentence, code=error.code, remedy=error.remedy)
    return replace(before, at=now, refusal=refusal, refusals=refusals)


def _not_connected(before: Inspection, answer: Answer) -> bool:
    """No credential, and never had one: there is nobody to ask."""
    return before.said is None and isinstance(answer.error, Unauthorized) and answer.error.code == "no-credential"


def _is_news(before: Inspection, after: Inspection) -> bool:
    first = before.said is None and after.said is not None
    code = [one.refusal.code if one.refusal else None for one in (before, after)]
    return first or bool(changes(before.said, after.said)) or code[0] != code[1] or before.found != after.found


def _facts(before: Inspection, after: Inspection, found: Sequence[Finding]) -> Mapping[str, object]:
    return {
        "standing": standing_digest(after.said) if after.said is not None else "",
        "changes": list(changes(before.said, after.said)),
        "findings": [finding.name for finding in found],
        "code": after.refusal.code if after.refusal else "",
    }


def _still(told: Sequence[str], keys: Collection[str]) -> tuple[str, ...]:
    """What was told of findings that are still there: one that comes back is told again."""
    return tuple(one for one in told if one.partition(" ")[0] in keys)


def _pause(tx: Transaction, means: Means, answer: Answer, found: Sequence[Finding], now: datetime) -> None:
    """Nothing is sent to an account that may not post, or that is somebody else's."""
    error = answer.error
    if not isinstance(error, Unauthorized):
        shut = next((one for one in found if one.name in ("another-account", "may-not-post")), None)
        error = Unauthorized(shut.sentence, remedy=shut.remedy) if shut is not None else None
    if error is not None:
        means.vault.forget(answer.account.name)  # somebody may have connected it anew meanwhile
        pausing.shut(tx, means, "account", answer.account.name, error, now, probe=error.probe)


def _due(reading: Reading, means: Means) -> list[Account]:
    """Those whose turn it is, who has waited longest first; nobody while another was asked after just now."""
    every = means.inspect_every
    if not every:
        return []
    now, at = means.now(), reading.inspected()
    apart = min(_APART, every / (2 * max(1, len(means.accounts))))
    if any(now - apart < moment <= now for moment in at.values()):
        return []
    late = [one for one in means.accounts.values() if at.get(one.name, _NEVER) <= now - every]
    asked_after = {one.value for one in reading.pauses() if one.scope == "account" and one.probe_at is not None} if late else set()
    late = [one for one in late if one.name not in asked_after]  # by `desk.probe` already
    return sorted(late, key=lambda one: at.get(one.name, _NEVER))
