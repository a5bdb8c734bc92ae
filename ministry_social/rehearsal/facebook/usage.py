"""Counted calls: the usage headers, and the refusal when they are used up.

Numbers and headers: developers.facebook.com/docs/graph-api/overview/rate-limiting. A Page's token falls under the
business-use-case limit (4800 calls in 24 hours for each engaged user, code 80001), every other one under the platform's (200 calls
in an hour for each user of the app, code 4).
"""

import json
import math
from collections import deque
from datetime import datetime, timedelta

from .errors import GraphError, app_throttled, page_throttled
from .state import Grant, State

PAGE_WINDOW = timedelta(hours=24)
APP_WINDOW = timedelta(hours=1)


def count(state: State, grant: Grant, now: datetime) -> None:
    """Count one call. Raises `GraphError` where it is one too many."""
    switches = state.switches
    app = _window(state, "app", now, APP_WINDOW)
    app.append(now)
    if grant.kind != "PAGE":
        if len(app) > switches.app_calls:
            raise app_throttled()
        return
    page = _window(state, grant.owner, now, PAGE_WINDOW)
    if len(page) >= switches.page_calls:
        raise page_throttled(_minutes(page[0] + PAGE_WINDOW - now))
    page.append(now)


def headers(state: State, grant: Grant | None, now: datetime, refused: GraphError | None = None) -> dict[str, str]:
    """X-App-Usage, and X-Business-Use-Case-Usage for a Page's token; in percent, time in minutes."""
    app = _percent(len(_window(state, "app", now, APP_WINDOW)), state.switches.app_calls)
    if refused is not None and refused.code == 4:
        app = 100
    found = {"X-App-Usage": json.dumps({"call_count": app, "total_time": app, "total_cputime": app})}
    if grant is not None and grant.kind == "PAGE":
        used = _percent(len(_window(state, grant.owner, now, PAGE_WINDOW)), state.switches.page_calls)
        found |= page_header(grant.owner, used, refused.minutes if refused else 0)
    return found


def page_header(page: str, used: int, minutes: int) -> dict[str, str]:
    """How much of a Page's calls is used, and after how many minutes it may call again."""
    used = 100 if minutes else used
    row = {"type": "pages", "call_count": used, "total_cputime": used, "total_time": used}
    return {"X-Business-Use-Case-Usage": json.dumps({page: [row | {"estimated_time_to_regain_access": minutes}]})}


def _window(state: State, key: str, now: datetime, length: timedelta) -> deque[datetime]:
    calls = state.calls.setdefault(key, deque())
    while calls and calls[0] <= now - length:
        calls.popleft()
    return calls


def _percent(calls: int, allowed: int) -> int:
    return min(100, 100 * calls // max(1, allowed))


def _minutes(wait: timedelta) -> int:
    return max(1, math.ceil(wait.total_seconds() / 60))
