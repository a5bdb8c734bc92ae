"""What a call costs: the buckets of a project, counted per Pacific day.

Source: developers.google.com/youtube/v3/determine_quota_cost (since June 2026 videos.insert has a bucket of its own).
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from .errors import quota_exceeded
from .state import State

# Daily quotas reset at midnight Pacific time.
PACIFIC = ZoneInfo("America/Los_Angeles")

COSTS = {
    "videos.insert": 1,  # in its own bucket
    "videos.list": 1,
    "videos.update": 50,
    "videos.delete": 50,
    "captions.insert": 400,
    "captions.list": 50,
    "thumbnails.set": 50,
    "playlists.list": 1,
    "playlists.insert": 50,
    "playlistItems.list": 1,
    "playlistItems.insert": 50,
    "channels.list": 1,
}
# "All API requests, including invalid requests, incur a quota cost of at least one point."
INVALID = 1


def bucket_of(method: str) -> str:
    """The bucket that a method draws from."""
    return "videos.insert" if method == "videos.insert" else "units"


def used(state: State, project: str, bucket: str, now: datetime) -> int:
    """What the project has used of a bucket since midnight Pacific time."""
    day, amount = state.used.get(project, {}).get(bucket, ("", 0))
    return amount if day == _day(now) else 0


def check(state: State, project: str, method: str, now: datetime) -> None:
    """Refuse a call that the rest of the day's quota does not cover."""
    bucket = bucket_of(method)
    limit = state.settings.inserts_a_day if bucket == "videos.insert" else state.settings.units_a_day
    if used(state, project, bucket, now) + COSTS[method] > limit:
        raise quota_exceeded()


def charge(state: State, project: str, method: str, now: datetime, *, valid: bool) -> None:
    """Count a call."""
    bucket = bucket_of(method)
    amount = used(state, project, bucket, now) + (COSTS[method] if valid else INVALID)
    state.used.setdefault(project, {})[bucket] = (_day(now), amount)


def _day(now: datetime) -> str:
    return now.astimezone(PACIFIC).date().isoformat()
