"""Figures: followers, and what became of each post, read from the platforms politely, and kept as time series."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..errors import MinistryError, Throttled
from ..model.account import Account
from ..model.delivery import Delivery, PostRef, Slot
from ..model.figures import Figure, told
from ..model.ledger import Event
from ..model.variant import Kind
from ..ports import Reading, Transaction
from ..rules.collecting import Habit, added, asked, due, due_now
from .means import ENGINE, Means

_NEXT = "figures"  # slot: when the next account's turn is; `figures/NAME` and `figures/on/PLATFORM`: not before then
_ROUND = "figures-round"  # in the table `about`: what this round has read so far
_FIRST = timedelta(minutes=1)  # of real time: what is due within it goes before any figures
_PAUSE = timedelta(hours=1)  # of a platform that wants fewer questions and does not say until when

Wanted = Callable[[Delivery, datetime | None, datetime], bool]


@dataclass(frozen=True, kw_only=True)
class Task:
    """An account whose figures are to be read, and those of these posts."""

    account: Account
    posts: tuple[PostRef, ...]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Collected:
    """What was read, at `at`; `error` where it ended early. What was read before that counts all the same."""

    task: Task
    at: datetime
    figures: tuple[Figure, ...] = ()
    posts: int = 0
    error: MinistryError | None = None

    @property
    def counts(self) -> dict[str, int]:
        """For the record."""
        failed = int(self.error is not None)
        return {"accounts": 1 - failed, "posts": self.posts, "figures": len(self.figures), "failed": failed}


@dataclass
class _Basket:
    """What was read so far."""

    account: str
    at: datetime
    figures: list[Figure] = field(default_factory=list)
    posts: int = 0

    def put(self, post: str, found: Mapping[str, int]) -> None:
        """Of one post, or of the account itself."""
        self.figures += [Figure(account=self.account, post=post, name=name, at=self.at, value=v) for name, v in found.items()]
        self.posts += int(bool(post))


def any_due(reading: Reading, means: Means) -> bool:
    """Whether it is an account's turn. One look at one row, for an engine asks twice a second."""
    if means.habit is None or not means.habit.every:
        return False
    turn = reading.slots([_NEXT]).get(_NEXT)
    return turn is None or turn.next_at <= means.now()


def claim(tx: Transaction, means: Means, limit: int) -> list[Task]:
    """Take on one account, the one that has waited longest; the next one's turn is a while later, so that a round is spread
    over all its time. The first round begins one round after a worker first runs: posts need time. Deliveries go first."""
    habit, now = means.habit, means.now()
    if limit <= 0 or habit is None or not any_due(tx, means):
        return []
    accounts = asked(means.accounts.values(), habit)
    if _NEXT not in tx.slots([_NEXT]) or not accounts:
        return _turn(tx, now + habit.every)
    soon = means.clock.real(_FIRST)
    if tx.due(now + soon, 1, means.stops(tx)):
        return _turn(tx, now + soon)
    slots = tx.slots([key for one in accounts for key in _keys(one)])
    last = {key: slot.next_at for key, slot in slots.items()}
    free_at = {one.name: max(last.get(key, now) for key in _keys(one)) for one in accounts}
    free = [one for one in accounts if free_at[one.name] <= now]
    if not free:
        return _turn(tx, min(free_at.values()))
    never = now - habit.every
    chosen = min(free, key=lambda one: last.get(f"figures/{one.name}", never))
    tx.keep_slot(Slot(key=f"figures/{chosen.name}", next_at=now + habit.every, left=0))
    _turn(tx, now + habit.every / len(accounts))
    return [task_of(tx, chosen, habit, now, due)]


def collect(means: Means, task: Task) -> Collected:
    """Read them. Raises nothing."""
    basket, error = _Basket(account=task.account.name, at=task.at), None
    try:
        figures, credential = means.figures[task.account.platform], means.vault.get(task.account.name)
        basket.put("", told(figures.of_account(task.account, credential)))
        for start in range(0, len(task.posts), figures.together):
            found = figures.of_posts(task.account, credential, task.posts[start : start + figures.together])
            for post, one in found.items():
                basket.put(post.id, told(one))
    except MinistryError as known:
        error = known
    except Exception as bug:  # noqa: BLE001 - nothing of it is lost that comes again with the next round
        error = MinistryError(f"Something failed that was not foreseen ({type(bug).__name__}).")
    return Collected(task=task, at=means.now_or(task.at), figures=tuple(basket.figures), posts=basket.posts, error=error)


def settle(tx: Transaction, means: Means, done: Sequence[Collected]) -> list[Delivery]:
    """Keep what was read; once every account had its turn, the round is one entry of the ledger."""
    habit = means.habit
    for one in done:
        keep(tx, one)
        counts = added(json.loads(tx.about(_ROUND) or "{}"), one.counts)
        if habit is None or counts["accounts"] + counts["failed"] >= len(asked(means.accounts.values(), habit)):
            note(tx, counts, by=ENGINE, at=one.at)
            counts = {}
        tx.keep_about(_ROUND, json.dumps(counts))
    return []


def task_of(reading: Reading, account: Account, habit: Habit, now: datetime, wanted: Wanted = due_now) -> Task:
    """What there is to read of an account."""
    read_at = reading.read_at(account.name)
    sent = reading.deliveries(account=account.name, since=habit.since(now))
    posts = (_ref(one) for one in sent if wanted(one, read_at.get(one.remote_id), now))
    return Task(account=account, posts=tuple(dict.fromkeys(posts)), at=now)


def keep(tx: Transaction, one: Collected) -> None:
    """Keep what was read. A platform that wants fewer questions is asked none until it says so."""
    tx.keep_figures(one.figures)
    if isinstance(one.error, Throttled):
        again = one.error.retry_at or one.at + _PAUSE
        tx.keep_slot(Slot(key=f"figures/on/{one.task.account.platform}", next_at=max(again, one.at), left=0))


def note(tx: Transaction, counts: Mapping[str, int], *, by: str, at: datetime) -> None:
    """A round, on record: that figures were read, not the figures."""
    tx.record(Event.FIGURES_COLLECTED, by=by, at=at, facts=dict(counts))


def held_back(reading: Reading, platforms: Iterable[str], now: datetime) -> Mapping[str, datetime]:
    """Platforms that want no questions now, and until when."""
    slots = reading.slots([f"figures/on/{platform}" for platform in platforms])
    return {key.rpartition("/")[2]: slot.next_at for key, slot in slots.items() if slot.next_at > now}


def _turn(tx: Transaction, at: datetime) -> list[Task]:
    tx.keep_slot(Slot(key=_NEXT, next_at=at, left=0))
    return []


def _keys(account: Account) -> tuple[str, str]:
    return f"figures/{account.name}", f"figures/on/{account.platform}"


def _ref(delivery: Delivery) -> PostRef:
    return PostRef(kind="video" if delivery.kind is Kind.VIDEO else "post", id=delivery.remote_id)
