"""The watch: what stands on each account is compared with what was signed for it; what is new goes on record."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from ..errors import InvalidSettings, MinistryError, NotAllowed, Rejected, Unauthorized
from ..model.account import Account, Credential
from ..model.delivery import Delivery, PostRef, State
from ..model.ledger import Event
from ..model.watching import Deviation, Explained, Watched
from ..ports import Platform, Reading, Transaction
from ..rules.standing import key
from ..rules.watch_records import finding
from ..rules.watching import HELD_BACK, Asked, Found, deviations, unsure
from . import telling
from .means import ENGINE, Means
from .plan import read_plan

_NEVER = datetime(1, 1, 1, tzinfo=UTC)
_APART = timedelta(minutes=1)  # real time, between two accounts that an engine looks at, at most: never all at once


@dataclass(frozen=True, kw_only=True)
class Question:
    """An account that is to be looked at."""

    account: Account
    began: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What was seen, by a look that began at `at`: all that deviates since `since`, or an error (nothing was learnt)."""

    account: Account
    at: datetime
    since: datetime = _NEVER
    began: datetime = _NEVER
    found: tuple[Found, ...] = ()
    states: Mapping[str, State] = field(default_factory=dict)
    error: MinistryError | None = None


def connected(means: Means) -> list[Account]:
    """The accounts that can be looked at."""
    return [one for one in means.accounts.values() if one.platform not in means.unwatched and means.vault.has(one.name)]


def any_due(reading: Reading, means: Means) -> bool:
    """Whether an engine is to look at an account by now."""
    return bool(_due(reading, means))


def claim(tx: Transaction, means: Means, limit: int) -> list[Question]:
    """Take on the account whose turn it is. That it is looked at now is written first, so that nobody else does, too."""
    return [_ask(tx, means, account) for account in _due(tx, means)[: min(limit, 1)]]


def look(means: Means, one: Question) -> Sight:
    """Read the platform, and compare. Nothing is written, and nothing escapes."""
    at = _NEVER
    try:
        at = means.now()
        return _look(means, one, at)
    except MinistryError as known:
        return Sight(account=one.account, at=at, error=known)
    except Exception as bug:  # noqa: BLE001 - nothing was learnt: look again later
        kind = type(bug).__name__
        return Sight(account=one.account, at=at, error=MinistryError(f"Something failed that was not foreseen ({kind})."))


def settle(tx: Transaction, means: Means, sights: Sequence[Sight]) -> list[Delivery]:
    """Write down what an engine saw."""
    for sight in sights:
        _note(tx, means, sight, by=ENGINE)
    return []


def watch(means: Means, account: Account, *, person: str) -> Watched:
    """A person looks: what is new is on record when this returns."""
    with means.store.begin() as tx:
        question = _ask(tx, means, account)
    sight = look(means, question)
    with means.store.begin() as tx:
        return _note(tx, means, sight, by=person)


def explain(means: Means, named: str, *, reason: str, person: str) -> Deviation:
    """A person says why a deviation is well: in this very state it is not said again."""
    if not reason:
        raise NotAllowed("A deviation is explained for a reason only.", remedy='Say for example --reason "we mended it there".')
    now = means.now()
    with means.store.begin() as tx:
        for one in tx.all_watched():
            deviation = next((each for each in one.open if each.id == named), None)
            if deviation is None:
                continue
            rest = tuple(each for each in one.open if each is not deviation)
            done = Explained(deviation=deviation, reason=reason, by=person, at=now)
            tx.keep_watched(_still(tx, means, replace(one, open=rest, explained=(*one.explained, done))))
            _record(tx, Event.EXPLAINED, deviation, by=person, at=now, reason=reason)
            return deviation
    raise InvalidSettings(f"There is no open deviation {named}.", remedy="See: ministry-social watch list")


def _look(means: Means, one: Question, at: datetime) -> Sight:
    account, platform = one.account, means.platforms[one.account.platform]
    credential = means.vault.get(account.name)
    since = at - means.watch_back
    posts = tuple(platform.recent(account, credential, since=since))
    with means.store.read() as reading:
        plan = read_plan(reading, account, since)
        began = max(since, one.began or min((ours.at for ours in plan.ours), default=at))
        doubted = [plan.named(reading, ours) for ours in unsure(plan.ours, posts, at - means.clock.real(means.settle))]
    asked = {ours.key: _asked(platform, account, credential, ours.post) for ours in doubted}
    found = deviations(plan.ours, posts, asked, began=began, others=plan.others, coming=plan.coming)
    return Sight(account=account, at=at, since=since, began=began, found=tuple(found), states=plan.states)


def _asked(platform: Platform, account: Account, credential: Credential, post: PostRef) -> Asked:
    try:
        return Asked(post=platform.fetch(account, credential, post))
    except Rejected as refusal:
        if refusal.code not in HELD_BACK:
            raise
        return Asked(code=refusal.code)


def _ask(tx: Transaction, means: Means, account: Account) -> Question:
    before = tx.watched(account.name) or Watched(account=account.name, at=means.now())
    tx.keep_watched(replace(before, at=means.now()))
    return Question(account=account, began=before.began)


def _note(tx: Transaction, means: Means, sight: Sight, *, by: str) -> Watched:
    """Write down a look: always how far, in the ledger only what is new, and what is over."""
    account, now = sight.account, means.now_or(sight.at)
    before = tx.watched(account.name) or Watched(account=account.name, at=now)
    if sight.error is not None:
        after = replace(before, error=_said(sight.error))
        tx.keep_watched(after)
        return after
    if before.looked is not None and before.looked > sight.at:
        return before  # somebody has looked later than we did
    explained = tuple(one for one in before.explained if one.deviation.at >= sight.since)
    known = {one.id: one for one in before.open}
    silent = {one.deviation.id for one in explained}
    open_: list[Deviation] = []
    for found in sight.found:
        if found.id in silent or any(one.id == found.id for one in open_):
            continue
        one = known.get(found.id)
        if one is None:
            if not _holds(tx, sight, found):
                continue
            one = _new(tx, account, found, by=by, at=now)
        open_.append(one)
    over = [one for one in before.open if one.id not in {still.id for still in open_}]
    # What is older than we look back cannot be seen any more: it stays until a person explains it.
    lasting = [one for one in over if one.at < sight.since]
    for one in over:
        if one not in lasting:
            _record(tx, Event.DEVIATION_OVER, one, by=by, at=now)
    seen = replace(before, looked=sight.at, began=sight.began if before.began is None else before.began, error="")
    after = _still(tx, means, replace(seen, open=(*lasting, *open_), explained=explained))
    tx.keep_watched(after)
    telling.look(tx, means, now, anything=bool(after.open))
    return after


def _holds(tx: Transaction, sight: Sight, found: Found) -> bool:
    """Whether what was read is still true of the plan: meanwhile it may have been recalled, or found by whoever looked for it."""
    if found.delivery and found.kind != "twice":
        delivery = tx.delivery(found.delivery)
        recall = next(iter(tx.recalls(keys=[found.delivery])), None)
        asked_since = recall is not None and recall.at >= sight.at
        return delivery is not None and delivery.state is sight.states.get(found.delivery) and not asked_since
    return not tx.claimed(sight.account.name, [found.post.id])


def _new(tx: Transaction, account: Account, found: Found, *, by: str, at: datetime) -> Deviation:
    one = Deviation(
        id=found.id, kind=found.kind, account=account.name, post=found.post, url=found.url, at=found.at, seen=at,
        delivery=found.delivery, facts=found.facts,
        signed=tx.keep(found.signed.encode()) if found.signed else "",
        stands=tx.keep(found.stands.encode()) if found.stands else "",
    )  # fmt: skip
    more = {"answer": tx.keep(found.answer)} if found.answer else {}
    _record(tx, Event.DEVIATION, one, by=by, at=at, **more)
    return one


def _record(tx: Transaction, event: Event, one: Deviation, *, by: str, at: datetime, **more: str) -> None:
    """An entry: digests, ids and short facts; the words themselves are blobs."""
    facts = {"id": one.id, "kind": one.kind, "post": one.post.id, "url": one.url} | more
    if event is Event.DEVIATION:
        facts |= {name: text for name, text in (("signed", one.signed), ("stands", one.stands)) if text} | dict(one.facts)
    delivery = tx.delivery(one.delivery) if one.delivery else None
    tx.record(event, by=by, at=at, delivery=delivery, account=one.account, facts=facts)


def _still(tx: Reading, means: Means, one: Watched) -> Watched:
    """The same, knowing only of findings that are still there whom they were told to: one that comes back is told again."""
    account = means.accounts.get(one.account)
    keys = {key(finding(each, account)) for each in one.open} if account is not None else set()
    return replace(one, told=tuple(each for each in one.told if each.partition(" ")[0] in keys))


def _said(error: MinistryError) -> str:
    return "not connected" if isinstance(error, Unauthorized) and error.code == "no-credential" else error.sentence


def _due(reading: Reading, means: Means) -> list[Account]:
    """Those whose turn it is, who has waited longest first; nobody while another was looked at just now."""
    if not means.watch_every:
        return []
    now, at, real = means.now(), reading.watched_at(), means.clock.real
    apart = real(min(_APART, means.watch_every / (2 * max(1, len(means.accounts)))))
    if any(now - apart < moment <= now for moment in at.values()):
        return []
    every = real(means.watch_every)
    late = [
        one for one in means.accounts.values() if one.platform not in means.unwatched and at.get(one.name, _NEVER) <= now - every
    ]
    return sorted(late, key=lambda one: at.get(one.name, _NEVER))


def open_deviations(reading: Reading, accounts: Collection[str] = ()) -> list[Deviation]:
    """Everything that stands otherwise than signed and that nobody has explained, account by account."""
    return [each for one in reading.all_watched() if not accounts or one.account in accounts for each in one.open]
