"""Figures of a Page or a post (developers.facebook.com/docs/graph-api/reference/insights).

`page_impressions*` and `page_fans*` ended on 15 November 2025 (the list of deprecated metrics there).
"""

import re
from datetime import timedelta
from typing import Any

from .. import growth
from ..world import Post
from .call import Call
from .errors import invalid
from .posts import find
from .scopes import FIGURES
from .state import NAME
from .views import time

PAGE = (
    "page_media_view", "page_total_media_view_unique", "page_follows", "page_daily_follows_unique", "page_post_engagements",
    "page_views_total", "page_video_views",
)  # fmt: skip
POST = ("post_media_view", "post_total_media_view_unique", "post_clicks", "post_reactions_like_total", "post_video_views")
_ASKED = re.compile(r"insights\.metric\(([^()]*)\)")
# Metric -> which of the invented figures it is.
_OF_POST = {
    "post_media_view": "views", "post_total_media_view_unique": "viewers", "post_clicks": "clicks",
    "post_reactions_like_total": "likes", "post_video_views": "views",
}  # fmt: skip


def insights(call: Call) -> dict[str, Any]:
    """GET /{page}/insights or /{post}/insights, `metric=a,b`. The figures are invented; a post's grow with the clock."""
    post = find(call, call.node)
    if post is not None:
        call.check_owner(post.profile)
    elif call.world.profile(NAME, call.node) is not None:
        call.page()
    else:
        raise call.refuse()
    names = _named(call.get("metric"), POST if post else PAGE)
    if post is not None:
        return of_post(call, post, names)
    period = call.get("period") or "day"
    return {"data": [_of_page(call, name, period) for name in names]}


def inline(call: Call, post: Post) -> dict[str, Any]:
    """The field `insights.metric(a,b)` of a post, where it is asked for."""
    asked = _ASKED.search(call.get("fields"))
    if asked:
        call.check_scope(FIGURES)
    return {"insights": of_post(call, post, _named(asked[1], POST)) if asked else None}


def of_post(call: Call, post: Post, names: list[str]) -> dict[str, Any]:
    """The figures of a post since it was made."""
    grown = growth.of_post(call.world.seed, post.id, post.at, call.now)
    return {"data": [_metric(post.id, name, "lifetime", {"value": grown[_OF_POST[name]]}) for name in names]}


def _named(text: str, known: tuple[str, ...]) -> list[str]:
    names = [name for name in text.split(",") if name]
    if not names or any(name not in known for name in names):
        raise invalid("The value must be a valid insights metric")
    return names


def _of_page(call: Call, name: str, period: str) -> dict[str, Any]:
    """Of the last full day; `page_follows` is how many follow it."""
    page = call.page()
    if name == "page_follows":
        value = growth.followers(call.world.seed, page.id, page.made_at, call.now)
    else:
        value = growth.figure(f"{page.id}/{name}/{call.now:%Y-%m-%d}", 5_000)
    end = time(call.now.replace(hour=8, minute=0, second=0) - timedelta(days=1))
    return _metric(page.id, name, period, {"value": value, "end_time": end})


def _metric(node: str, name: str, period: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "period": period, "values": [value], "title": name, "id": f"{node}/insights/{name}/{period}"}
