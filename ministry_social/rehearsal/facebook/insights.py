"""Figures of a Page or a post (developers.facebook.com/docs/graph-api/reference/insights).

`page_impressions*` and `page_fans*` ended on 15 November 2025 (the list of deprecated metrics there).
"""

from datetime import timedelta
from typing import Any

from .call import Call
from .errors import invalid
from .posts import find
from .state import NAME
from .views import figure, time

PAGE = (
    "page_media_view", "page_total_media_view_unique", "page_follows", "page_daily_follows_unique", "page_post_engagements",
    "page_views_total", "page_video_views",
)  # fmt: skip
POST = ("post_media_view", "post_total_media_view_unique", "post_clicks", "post_reactions_like_total", "post_video_views")


def insights(call: Call) -> dict[str, Any]:
    """GET /{page}/insights or /{post}/insights, `metric=a,b`. The figures are invented, but stay the same."""
    post = find(call, call.node)
    if post is not None:
        call.check_owner(post.profile)
    elif call.world.profile(NAME, call.node) is not None:
        call.page()
    else:
        raise call.refuse()
    names = [name for name in call.get("metric").split(",") if name]
    if not names or any(name not in (POST if post else PAGE) for name in names):
        raise invalid("The value must be a valid insights metric")
    return {"data": [_metric(call, name, "lifetime" if post else call.get("period") or "day") for name in names]}


def _metric(call: Call, name: str, period: str) -> dict[str, Any]:
    value: dict[str, Any] = {"value": figure(f"{call.node}/{name}", 5_000)}
    if period != "lifetime":
        value["end_time"] = time(call.now.replace(hour=8, minute=0, second=0) - timedelta(days=1))
    return {"name": name, "period": period, "values": [value], "title": name, "id": f"{call.node}/insights/{name}/{period}"}
