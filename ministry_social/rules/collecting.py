"""Collecting: whose figures are read, of which posts, how often, and what X bills for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..model.account import Account
from ..model.delivery import Delivery, State
from ..model.variant import Kind
from .cost import Prices

_DAY = timedelta(days=1)
# A post is read at each round in its first days, then less and less often: from this age on, so long between two readings.
THINNING = ((timedelta(days=2), _DAY), (timedelta(days=7), timedelta(days=7)))
LATE = timedelta(minutes=30)  # a reading that comes a little early counts as one that is due
FRESH = timedelta(hours=1)  # what was read within the last hour is not read again, also where a person asks
OTHERS = "other/"  # before the name of somebody else's account


@dataclass(frozen=True, kw_only=True)
class Habit:
    """How figures are collected: a round in so much time, of posts of the last days, on these platforms."""

    every: timedelta
    days: int
    platforms: frozenset[str]

    def since(self, now: datetime) -> datetime:
        """Posts from then on are looked at."""
        return now - timedelta(days=self.days)


def asked(accounts: Iterable[Account], habit: Habit) -> tuple[Account, ...]:
    """The accounts whose figures are collected."""
    return tuple(one for one in accounts if one.platform in habit.platforms and one.id)


def due(delivery: Delivery, last: datetime | None, now: datetime) -> bool:
    """Whether a post is to be read in the round of now; `last`: when it was read last."""
    if not countable(delivery):
        return False
    assert delivery.sent_at is not None
    age, gap = now - delivery.sent_at, timedelta()
    for older, between in THINNING:
        gap = between if age >= older else gap
    return last is None or now - last >= gap - LATE


def due_now(delivery: Delivery, last: datetime | None, now: datetime) -> bool:
    """The same where a person asks for it: whatever was not read just now."""
    return countable(delivery) and (last is None or now - last >= FRESH)


def countable(delivery: Delivery) -> bool:
    """Whether a delivery stands there as a post of its own. A repost's figures are its original's."""
    out = delivery.state is State.PUBLISHED and delivery.sent_at is not None and bool(delivery.remote_id)
    return out and delivery.kind is not Kind.REPOST


def reading_cost(platform: str, posts: int, accounts: int, prices: Prices) -> int:
    """What reading them costs, in thousandths of a US dollar; only X bills it."""
    return posts * prices.read_post + accounts * prices.read_user if platform == "x" else 0


def other_name(platform: str, handle: str) -> str:
    """The name under which the figures of somebody else's account are kept."""
    return f"{OTHERS}{platform}/{handle}"


def added(counts: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    """Counts of a round, and of one more account."""
    return {name: counts.get(name, 0) + more.get(name, 0) for name in ("accounts", "posts", "figures", "failed")}
