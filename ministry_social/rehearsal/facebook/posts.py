"""Posts of a Page: made, changed, deleted.

developers.facebook.com/docs/pages-api/posts; arguments in Page.json and PagePost.json of facebook/facebook-business-sdk-codegen.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from ..world import Post
from . import schedule
from .call import Call
from .errors import GraphError, invalid
from .state import NAME, Photo, new_id
from .views import post_node, written

LONGEST = 63_206  # characters of a post (known since 2011; what publishing tools use)
MOST_PHOTOS = 10  # attached to one post; not documented, what publishing tools use
_INDEXED = re.compile(r"attached_media\[(\d+)\]")


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a call to /feed wants to say."""

    message: str
    link: str
    photos: list[Photo] = field(default_factory=list)


def feed(call: Call) -> dict[str, Any]:
    """POST /{page}/feed."""
    page = call.page()
    draft = _draft(call, page.id)
    due = schedule.wanted_time(call)
    if due is not None:
        schedule.check_queue(call, page.id)
    public = call.flag("published", True)
    if public and not draft.photos:
        _refuse_duplicate(call, page.id, draft)
    more: dict[str, Any] = {"link": draft.link} if draft.link else {}
    if draft.photos:
        more["photos"] = [photo.id for photo in draft.photos]
    post = add(call, page.id, "post", draft.message, public=public, photos=draft.photos, more=more, due=due)
    return written(call, post_node(call, post), "PagePost")


def add(
    call: Call, page: str, kind: str, text: str, *,
    public: bool, photos: list[Photo] | None = None, more: dict[str, Any], due: datetime | None = None,
) -> Post:  # fmt: skip
    """Keep a new post of a Page; `due`: when it becomes public by itself."""
    shown = photos or []
    post = Post(
        platform=NAME, profile=page, id=f"{page}_{new_id(call.world)}", kind=kind, text=text, at=call.now, public=public,
        media=[photo.digest for photo in shown], alts=[photo.alt for photo in shown], more=more,
    )  # fmt: skip
    for photo in shown:
        photo.post = post.id
    call.world.posts.append(post)
    if due is not None:
        schedule.wait(call.world, post, due)
    return post


def check_message(text: str) -> str:
    """The text, where it is not too long."""
    if len(text) > LONGEST:
        raise invalid(f"Param message must be no longer than {LONGEST} characters")
    return text


def find(call: Call, node: str) -> Post | None:
    """The post that stands under the id of a post or of its video; never a deleted one."""
    post = call.world.post(NAME, call.state.videos.get(node, node))
    return post if post is not None and post.deleted_at is None else None


def change(call: Call) -> dict[str, Any]:
    """POST /{post}: another text, or public now, or at another time."""
    post = find(call, call.node)
    if post is None:
        raise call.refuse()
    call.check_owner(post.profile)
    text = call.get("message") or call.get("description")
    if text:
        post.text = check_message(text)
    if call.get("is_published") and call.flag("is_published", post.public) and not post.public:
        schedule.make_public(call.world, post, call.now)
    elif call.get("scheduled_publish_time") and not post.public:
        due = schedule.wanted_time(_unpublished(call))
        schedule.wait(call.world, post, due or call.now)
    return {"success": True}


def delete(call: Call) -> dict[str, Any]:
    """DELETE /{post}, /{video} or /{photo}."""
    post, photo = find(call, call.node), call.state.photos.get(call.node)
    if post is None and photo is None:
        raise call.refuse()
    call.check_owner(post.profile if post else photo.page if photo else "")
    if photo is not None:
        post = _without(call, photo)
    if post is not None:
        _take_down(call, post)
    return {"success": True}


def _take_down(call: Call, post: Post) -> None:
    """A post goes with the photos that only it shows."""
    post.deleted_at = call.now
    for name in post.more.get("photos", ()):
        if name in call.state.photos and call.state.photos[name].post == post.id:
            del call.state.photos[name]


def _without(call: Call, photo: Photo) -> Post | None:
    """Take a photo away; the post that consisted of it alone is answered, to go with it."""
    post = find(call, photo.post) if photo.post else None
    if post is not None and post.kind == "photo":
        return post
    del call.state.photos[photo.id]
    if post is None:
        return None
    place = post.more["photos"].index(photo.id)
    del post.more["photos"][place], post.media[place], post.alts[place]
    return None


def _draft(call: Call, page: str) -> Draft:
    message, link = check_message(call.get("message")), call.get("link").strip()
    photos = _attached(call, page)
    if not message.strip() and not link and not photos:
        raise invalid(
            "Missing message or attachment", 1349125,
            person=("Missing Message Or Attachment", "This post needs a message or an attachment."),
        )  # fmt: skip
    if link:
        _check_link(link)
    return Draft(message=message, link=link, photos=photos)


def _check_link(link: str) -> None:
    parts = urlsplit(link)
    if parts.scheme not in ("http", "https") or not parts.hostname or " " in link:
        raise invalid("The url you supplied is invalid", 2061006)
    if parts.hostname == "facebook.com" or parts.hostname.endswith(".facebook.com"):
        raise invalid("The link must not direct to facebook.com", 1609008)


def _attached(call: Call, page: str) -> list[Photo]:
    """The photos named by attached_media: a JSON list, or attached_media[0], attached_media[1] ..."""
    try:
        rows = json.loads(call.get("attached_media") or "[]")
        numbered = sorted((int(found[1]), text) for name, text in call.texts.items() if (found := _INDEXED.fullmatch(name)))
        names = [str(row["media_fbid"]) for row in [*rows, *(json.loads(text) for _, text in numbered)]]
    except (ValueError, TypeError, KeyError) as wrong:
        raise invalid("Param attached_media must be an array of objects with media_fbid") from wrong
    if len(names) > MOST_PHOTOS:
        raise invalid(f"Param attached_media must not have more than {MOST_PHOTOS} elements")
    return [_photo(call, page, name) for name in names]


def _photo(call: Call, page: str, name: str) -> Photo:
    photo = call.state.photos.get(name)
    if photo is None or photo.page != page:
        raise invalid(f"Invalid parameter: media_fbid {name} of attached_media does not exist")
    return photo


def _refuse_duplicate(call: Call, page: str, draft: Draft) -> None:
    """Only the post before counts, and only text: equal posts with photos are taken (GitHub arsduo/koala #699)."""
    before = next(iter(schedule.public_posts(call.world, page, lag=False)), None)
    if before is None or before.media or (before.text, before.more.get("link", "")) != (draft.message, draft.link):
        return
    raise GraphError(
        "(#506) Duplicate status message", 506, 1455006,
        person=(
            "Duplicate Status Update",
            "This status update is identical to the last one you posted. Try posting something different, "
            "or delete your previous update.",
        ),
    )  # fmt: skip


def _unpublished(call: Call) -> Call:
    """The same call with `published=false`, which a change of a waiting post need not say."""
    return Call(
        world=call.world, state=call.state, request=call.request, version=call.version, grant=call.grant,
        texts={**call.texts, "published": "false"}, files=call.files,
    )  # fmt: skip
