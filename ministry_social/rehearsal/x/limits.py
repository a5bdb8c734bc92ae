"""Rate limits: so many requests per account in 15 minutes, so many per app in a day, by the rehearsal's clock."""

from dataclasses import dataclass
from datetime import datetime

from .answers import too_many
from .state import State, Window

QUARTER = 900  # seconds
DAY = 86_400


@dataclass(frozen=True, kw_only=True)
class Limit:
    """`user` requests per account and `app` requests of the app's own token in 15 minutes; `day` per app in 24 hours."""

    user: int
    app: int | None = None
    day: int | None = None


# docs.x.com, x-api/fundamentals/rate-limits (2026)
LIMITS = {
    "POST /2/tweets": Limit(user=100, day=10_000),
    "DELETE /2/tweets/:id": Limit(user=50),
    "GET /2/tweets": Limit(user=5_000, app=3_500),
    "GET /2/tweets/:id": Limit(user=900, app=450),
    "GET /2/users/:id/tweets": Limit(user=900, app=10_000),
    "POST /2/users/:id/retweets": Limit(user=50),
    "DELETE /2/users/:id/retweets/:id": Limit(user=50),
    "GET /2/users": Limit(user=900, app=300),
    "GET /2/users/:id": Limit(user=900, app=300),
    "GET /2/users/by": Limit(user=900, app=300),
    "GET /2/users/by/username/:username": Limit(user=900, app=300),
    "GET /2/users/me": Limit(user=75),
    "POST /2/media/upload": Limit(user=500, day=50_000),
    "GET /2/media/upload": Limit(user=1_000, day=100_000),
    "POST /2/media/upload/initialize": Limit(user=1_875, day=180_000),
    "POST /2/media/upload/:id/append": Limit(user=1_875, day=180_000),
    "POST /2/media/upload/:id/finalize": Limit(user=1_875, day=180_000),
    "POST /2/media/metadata": Limit(user=500, day=50_000),
    # As the headers of recorded answers say (tweepy's cassettes).
    "POST /1.1/media/upload": Limit(user=415),
    "POST /1.1/media/upload INIT": Limit(user=200),
    "POST /1.1/media/upload APPEND": Limit(user=20_000),
    "POST /1.1/media/upload FINALIZE": Limit(user=615),
    "GET /1.1/media/upload": Limit(user=1_000),
    "POST /1.1/media/metadata/create": Limit(user=500),
}


def take(state: State, now: datetime, route: str, profile_id: str) -> dict[str, str]:
    """Count one request; returns the headers of its answer. Raises `Refusal` (429), which is not counted.

    `profile_id` is empty where the app speaks with its own token.
    """
    limit = LIMITS[route]
    most = limit.user if profile_id else limit.app or limit.user
    window = _window(state, route, profile_id, now, QUARTER)
    day = _window(state, route, "app, 24 hours", now, DAY) if limit.day is not None else None
    if window.used >= most:
        raise too_many(headers(most, 0, window.reset))
    if day is not None and limit.day is not None and day.used >= limit.day:
        raise too_many(headers(most, most - window.used, window.reset) | _day_headers(limit.day, day.reset))
    window.used += 1
    if day is not None:
        day.used += 1
    return headers(most, most - window.used, window.reset)


def headers(limit: int, remaining: int, reset: int) -> dict[str, str]:
    """The three headers; `reset` in epoch seconds."""
    return {
        "x-rate-limit-limit": str(limit),
        "x-rate-limit-remaining": str(remaining),
        "x-rate-limit-reset": str(reset),
    }


def _day_headers(limit: int, reset: int) -> dict[str, str]:
    # On pay-per-use they are absent from ordinary answers; without them the refusal could not say until when.
    return {
        "x-app-limit-24hour-limit": str(limit),
        "x-app-limit-24hour-remaining": "0",
        "x-app-limit-24hour-reset": str(reset),
    }


def _window(state: State, route: str, who: str, now: datetime, seconds: int) -> Window:
    window = state.windows.get((route, who))
    if window is None or now.timestamp() >= window.reset or window.reset > now.timestamp() + seconds:
        window = state.windows[route, who] = Window(reset=int(now.timestamp()) + seconds)
    return window
