"""What can be read: a Page, a post, a photo, a video, and a Page's lists."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from ..world import Post, Profile
from . import insights, schedule
from .call import Call
from .errors import gone, invalid, nonexisting
from .listing import Row, listing
from .posts import find
from .state import NAME
from .tokens import PEOPLE, page_token
from .views import page_node, photo_node, post_node, shown, video_node

MOST_IDS = 50  # in one call (developers.facebook.com/docs/graph-api, reading: multiple objects)


def node(call: Call) -> dict[str, Any]:
    """GET /{id}: whatever stands there."""
    page = call.world.profile(NAME, call.node)
    if page is not None:
        return shown(call, _page(call, page), "Page")
    if call.grant is not None and call.grant.kind in PEOPLE and call.node == call.grant.owner:
        return {"id": call.grant.owner, "name": "Page Manager"}
    photo = call.state.photos.get(call.node)
    if photo is not None:
        call.check_owner(photo.page)
        return shown(call, photo_node(call, photo), "Photo")
    post = find(call, call.node)
    if post is None:
        raise call.refuse()
    call.check_owner(post.profile)
    if call.node == post.id:
        return _shown_post(call, post)
    return shown(call, video_node(call, post), "Video")


def nodes(call: Call) -> dict[str, Any]:
    """GET /?ids=a,b: posts and videos of the Page, by id; one that is not there refuses them all (Graph API, multiple ids)."""
    ids = [one for one in call.get("ids").split(",") if one]
    if not ids or len(ids) > MOST_IDS:
        raise invalid(f"Too many or too few IDs. Maximum: {MOST_IDS}. Provided: {len(ids)}.")
    return {one: _node(call, one) for one in ids}


def _node(call: Call, id: str) -> dict[str, Any]:
    post = find(call, id)
    if post is None:
        raise gone("get", id)
    call.check_owner(post.profile)
    return _shown_post(call, post) if id == post.id else _shown_video(call, post)


def _page(call: Call, page: Profile) -> dict[str, Any]:
    """A Page as this token sees it: its token is shown to itself, and to the person who runs it and has ticked it."""
    grant, shown_token = call.grant, None
    if grant is not None and grant.kind in PEOPLE:
        shown_token = page_token(call.world, grant, page)
    elif grant is not None and grant.owner == page.id:
        shown_token = grant.token
    return page_node(call, page) | {"access_token": shown_token}


def posts(call: Call) -> dict[str, Any]:
    """GET /{page}/published_posts, /feed or /posts: what is public, newest first, after the read lag."""
    page = call.page()
    return listing(call, _rows(call, schedule.public_posts(call.world, page.id, lag=True)))


def scheduled_posts(call: Call) -> dict[str, Any]:
    """GET /{page}/scheduled_posts: what waits for its time."""
    page = call.page()
    return listing(call, _rows(call, schedule.waiting(call.world, page.id)))


def photos(call: Call) -> dict[str, Any]:
    """GET /{page}/photos?type=uploaded: photos that a public post shows, newest first, after the read lag."""
    page = call.page()
    seen = {post.id for post in schedule.public_posts(call.world, page.id, lag=True)}
    found = [photo for photo in reversed(call.state.photos.values()) if photo.post in seen]
    return listing(
        call,
        [Row(id=photo.id, at=photo.at, node=partial(_shown_photo, call, photo.id)) for photo in found],
    )


def videos(call: Call) -> dict[str, Any]:
    """GET /{page}/videos."""
    page = call.page()
    found = [post for post in schedule.public_posts(call.world, page.id, lag=True) if post.kind == "video"]
    rows = [Row(id=post.more["video_id"], at=post.at, node=partial(_shown_video, call, post)) for post in found]
    return listing(call, rows)


def no_such_edge(call: Call) -> dict[str, Any]:
    """GET /{id}/{edge} for an edge that we do not know."""
    raise nonexisting(call.request.match_info["edge"], "Page")


def _rows(call: Call, found: Iterable[Post]) -> list[Row]:
    return [Row(id=post.id, at=post.at, node=partial(_shown_post, call, post)) for post in found]


def _shown_post(call: Call, post: Post) -> dict[str, Any]:
    return shown(call, post_node(call, post) | insights.inline(call, post), "PagePost")


def _shown_photo(call: Call, photo: str) -> dict[str, Any]:
    return shown(call, photo_node(call, call.state.photos[photo]), "Photo")


def _shown_video(call: Call, post: Post) -> dict[str, Any]:
    return shown(call, video_node(call, post), "Video")
