"""Pacing: how often each account and app may act, so that a platform need not say no."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ..model.account import Account
from ..model.delivery import Slot
from ..model.variant import Kind


@dataclass(frozen=True, kw_only=True)
class Pace:
    """At most `limit` in each `window`. `key` names the slot, shared by all workers."""

    key: str
    limit: int
    window: timedelta


QUARTER = timedelta(minutes=15)
DAY = timedelta(hours=24)


def paces(account: Account, kind: Kind, *, original: str = "", repost_gap: timedelta = timedelta()) -> tuple[Pace, ...]:
    """The paces that a publishing request on this account must keep.

    For a repost, `original` is the delivery that it repeats: our reposts of one post go out one by one, `repost_gap` apart, also
    when they are late and all due at once.
    """
    if account.platform == "x":
        # docs.x.com, x-api/fundamentals/rate-limits: posts 100 and reposts 50 per 15 minutes and user; 10,000 posts a day and app.
        own = Pace(key=f"x/account/{account.id}", limit=100, window=QUARTER)
        repost = Pace(key=f"x/account/{account.id}/repost", limit=50, window=QUARTER)
        app = Pace(key="x/app", limit=10_000, window=DAY)
        if kind is not Kind.REPOST:
            return (own, app)
        return (repost, app, Pace(key=f"repost/{original}", limit=1, window=repost_gap))
    if account.platform == "facebook":
        # Business use case limits depend on the page's engaged users; a page that posts once a minute is far below any of them.
        return (Pace(key=f"facebook/page/{account.id}", limit=60, window=timedelta(hours=1)),)
    if account.platform == "youtube":
        # determine_quota_cost: videos.update 50 of 10,000 units a day; leave the rest for captions and reads.
        return (Pace(key="youtube/project/update", limit=50, window=DAY),)
    return ()


def take(pace: Pace, slot: Slot | None, now: datetime) -> Slot | None:
    """The slot after one more use, or None where nothing is left until `slot.next_at`."""
    if slot is None or slot.next_at <= now:
        return Slot(key=pace.key, next_at=now + pace.window, left=pace.limit - 1)
    if slot.left <= 0:
        return None
    return Slot(key=pace.key, next_at=slot.next_at, left=slot.left - 1)
