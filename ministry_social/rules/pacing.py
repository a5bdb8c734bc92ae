"""Pacing: how often each account and app may act, so that a platform need not say no."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..model.account import Account
from ..model.delivery import Slot
from ..model.variant import Kind


@dataclass(frozen=True, kw_only=True)
class Pace:
    """At most `limit` in each `window`. `key` names the slot, shared by all workers; `whole_app` that it is not one account's."""

    key: str
    limit: int
    window: timedelta
    whole_app: bool = False


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
        app = Pace(key="x/app", limit=10_000, window=DAY, whole_app=True)
        if kind is not Kind.REPOST:
            return (own, app)
        return (repost, app, Pace(key=f"repost/{original}", limit=1, window=repost_gap))
    if account.platform == "facebook":
        # Business use case limits depend on the page's engaged users; a page that posts once a minute is far below any of them.
        page = Pace(key=f"facebook/page/{account.id}", limit=60, window=timedelta(hours=1))
        # The app's own limit is 200 calls an hour for each person who uses it: a ministry's app has few.
        return (page, Pace(key="facebook/app", limit=200, window=timedelta(hours=1), whole_app=True))
    if account.platform == "youtube":
        # determine_quota_cost: videos.update 50 of 10,000 units a day; leave the rest for captions and reads.
        channel = Pace(key=f"youtube/channel/{account.id}", limit=50, window=DAY)
        return (channel, Pace(key="youtube/project", limit=50, window=DAY, whole_app=True))
    return ()


def upload_paces(account: Account) -> tuple[Pace, ...]:
    """The paces of preparing, which we keep to only once the platform has said so: it has limits of its own for media."""
    if account.platform == "x":
        return (Pace(key=f"x/account/{account.id}/media", limit=500, window=QUARTER),)  # docs.x.com, rate limits: media upload
    if account.platform == "youtube":
        upload = Pace(key=f"youtube/channel/{account.id}/upload", limit=100, window=DAY)  # the channel's own cap is not published
        return (upload, Pace(key="youtube/project", limit=50, window=DAY, whole_app=True))
    return paces(account, Kind.PAGE_POST)


def take(pace: Pace, slot: Slot | None, now: datetime) -> Slot | None:
    """The slot after one more use, or None where nothing is left until `slot.next_at`."""
    if slot is None or slot.next_at <= now:
        return Slot(key=pace.key, next_at=now + pace.window, left=pace.limit - 1)
    if slot.left <= 0:
        return None
    return Slot(key=pace.key, next_at=slot.next_at, left=slot.left - 1)


def filled(paces: Iterable[Pace], whole_app: bool, until: datetime) -> tuple[Slot, ...]:
    """The slots after the platform has said "not before then": those of the account, or of the whole app."""
    said = [pace for pace in paces if pace.whole_app == whole_app and pace.limit > 1]
    return tuple(Slot(key=pace.key, next_at=until, left=0) for pace in said)


def closed(paces: Iterable[Pace], slots: Mapping[str, Slot], now: datetime) -> Slot | None:
    """The slot that is used up for longest, or None where all have room."""
    full = [slots[pace.key] for pace in paces if pace.key in slots and slots[pace.key].left <= 0 and slots[pace.key].next_at > now]
    return max(full, key=lambda slot: slot.next_at) if full else None
