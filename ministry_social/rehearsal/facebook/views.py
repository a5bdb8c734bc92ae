"""Pages, posts, photos and videos as the Graph API shows them: every field that we know, and which come unasked.

Names of fields: Page.json, PagePost.json, Photo.json, AdVideo.json, StoryAttachment.json in facebook/facebook-business-sdk-codegen.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from .. import growth
from ..world import Post, Profile
from .call import Call
from .fields import parse, pick
from .state import Photo

# What comes when `fields` is not given.
PLAIN = {
    "Page": ("name",),
    "PagePost": ("created_time", "message"),
    "Photo": ("created_time", "name"),
    "Video": ("description", "updated_time"),
}


def shown(call: Call, node: Mapping[str, Any], node_type: str) -> dict[str, Any]:
    """The node with the fields that the call asks for."""
    asked = call.get("fields")
    return pick(node, parse(asked) if asked else {name: {} for name in PLAIN[node_type]}, node_type)


def written(call: Call, node: Mapping[str, Any], node_type: str, **plain: str) -> dict[str, Any]:
    """The answer to a POST that made a node: its id, or (read-after-write) the fields that the call asks for."""
    if call.get("fields"):
        return shown(call, node, node_type)
    return {"id": node["id"]} | plain


def time(moment: datetime) -> str:
    """As the Graph API writes times."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S+0000")


def page_node(call: Call, page: Profile) -> dict[str, Any]:
    """A Page, without its token. `tasks` is no field of a Page: only /me/accounts tells them."""
    followers = growth.followers(call.world.seed, page.id, page.made_at, call.now)
    return {
        "id": page.id,
        "name": page.title,
        "username": page.handle,
        "link": f"{_site(call)}/facebook/{page.handle}",
        "category": "Government organization",
        "followers_count": followers,
        "fan_count": followers,
        "is_published": True,
        "about": page.bio or None,
        "picture": {"data": {"height": 50, "is_silhouette": False, "url": page.picture, "width": 50}} if page.picture else None,
        "verification_status": page.verified or "not_verified",
    }


def post_node(call: Call, post: Post) -> dict[str, Any]:
    """A post on a Page. Its address is the rehearsal's own page, not facebook.com: nothing here is public."""
    page = call.world.profile(post.platform, post.profile)
    assert page is not None
    due = post.more.get("scheduled_publish_time")
    return {
        "id": post.id,
        "message": post.text or None,
        "created_time": time(post.at),
        "updated_time": time(post.at),
        "permalink_url": address(call, post),
        "is_published": post.public,
        "is_hidden": bool(post.more.get("hidden")),
        "from": {"name": page.title, "id": page.id},
        "application": {"name": "ministry_social", "id": call.state.app_id},
        "status_type": _status_type(post),
        "full_picture": _file(call, post.media[0]) if post.media else None,
        "scheduled_publish_time": due,
        "attachments": _attachments(call, post),
        **_counts(call, post),
    }


def _counts(call: Call, post: Post) -> dict[str, Any]:
    """What people did with it; `shares` is left out where there are none, as Facebook does."""
    grown = growth.of_post(call.world.seed, post.id, post.at, call.now)
    return {
        "shares": {"count": grown["reposts"]} if grown["reposts"] else None,
        "reactions": {"data": [], "summary": {"total_count": grown["likes"], "viewer_reaction": "NONE"}},
        "comments": {"data": [], "summary": {"order": "ranked", "total_count": grown["replies"], "can_comment": True}},
    }


def address(call: Call, post: Post) -> str:
    """Where the public would see it, in the rehearsal."""
    page = call.world.profile(post.platform, post.profile)
    return f"{_site(call)}/facebook/{page.handle if page else post.profile}/posts/{post.id.rpartition('_')[2]}"


def photo_node(call: Call, photo: Photo) -> dict[str, Any]:
    """A photo; `page_story_id` names the post that shows it."""
    src = _file(call, photo.digest)
    return {
        "id": photo.id,
        "created_time": time(photo.at),
        "name": photo.caption or None,
        "alt_text": photo.alt or None,
        "alt_text_custom": photo.alt or None,
        "page_story_id": photo.post or None,
        "width": photo.width,
        "height": photo.height,
        "picture": src,
        "link": src,
        "images": [{"height": photo.height, "width": photo.width, "source": src}],
    }


def video_node(call: Call, post: Post) -> dict[str, Any]:
    """A video; `post_id` names the post that shows it."""
    return {
        "id": post.more["video_id"],
        "title": post.more.get("title") or None,
        "description": post.text or None,
        "created_time": time(post.at),
        "updated_time": time(post.at),
        "permalink_url": address(call, post),
        "post_id": post.id,
        "published": post.public,
        "scheduled_publish_time": post.more.get("scheduled_publish_time"),
        "source": _file(call, post.media[0]),
        "status": {"video_status": "ready"},
    }


def _attachments(call: Call, post: Post) -> dict[str, Any] | None:
    if post.kind == "video":
        target = {"id": post.more["video_id"], "url": address(call, post)}
        row = {"media_type": "video", "type": "video_inline", "target": target, "url": address(call, post)}
        return {"data": [row | {"title": post.more.get("title", ""), "description": post.text}]}
    photos = [call.state.photos[photo] for photo in post.more.get("photos", ()) if photo in call.state.photos]
    if len(photos) > 1:
        album = {"media_type": "album", "type": "album", "url": address(call, post), "target": {"id": post.id}}
        return {"data": [album | {"subattachments": {"data": [_photo_row(call, photo) for photo in photos]}}]}
    if photos:
        return {"data": [_photo_row(call, photos[0])]}
    link = post.more.get("link")
    return {"data": [_link_row(link)]} if link else None


def _photo_row(call: Call, photo: Photo) -> dict[str, Any]:
    src = _file(call, photo.digest)
    return {
        "media_type": "photo",
        "type": "photo",
        "target": {"id": photo.id, "url": src},
        "media": {"image": {"height": photo.height, "width": photo.width, "src": src}},
        "url": src,
    }


def _link_row(link: str) -> dict[str, Any]:
    # Facebook wraps addresses in its own; the plain one is in `unshimmed_url`.
    wrapped = f"https://l.facebook.com/l.php?u={quote(link, safe='')}"
    title = urlsplit(link).hostname or link
    return {"media_type": "link", "type": "share", "title": title, "url": wrapped, "unshimmed_url": link}


def _status_type(post: Post) -> str:
    if post.kind == "video":
        return "added_video"
    if post.media:
        return "added_photos"
    return "shared_story" if post.more.get("link") else "mobile_status_update"


def _file(call: Call, digest: str) -> str:
    return f"{_site(call)}/media/{digest}"


def _site(call: Call) -> str:
    return f"{call.request.scheme}://{call.request.host}"
