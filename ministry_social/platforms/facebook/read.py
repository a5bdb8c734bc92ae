"""Reading a Page back: its posts and videos, as an author would have written them."""

import heapq
import json
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from ...errors import Rejected, Unreachable
from ...model.delivery import PostRef, RemotePost
from .errors import GONE
from .wire import Line

_TARGETS = "attachments{media_type,target,subattachments{media_type,target}}"
_POST = f"id,message,created_time,permalink_url,is_published,is_hidden,{_TARGETS}"
_VIDEO = "id,description,created_time,permalink_url,published,post_id"
_PAGE = 100  # rows of one answer, the most (developers.facebook.com: Page, published_posts)
_SITE = "https://www.facebook.com"


def one(line: Line, page: str, post: PostRef) -> RemotePost | None:
    """What stands under this reference, with its alt texts; None where nothing does."""
    fields = _VIDEO if post.kind == "video" else _POST
    row = node(line, page, post.id, fields)
    if row is None:
        return None
    if post.kind == "video":
        return _video(row, page)
    alts = tuple(_alt(line, photo) for photo in _photos(row))
    return _post(row, page, alts)


def node(line: Line, page: str, id: str, fields: str) -> dict[str, Any] | None:
    """What Facebook shows under an id, or None.

    It says "does not exist" also where the token may not look; so the Page itself must answer before we believe it.
    """
    try:
        return line.ask(lambda graph: graph.get_object(id, fields=fields))
    except Rejected as refusal:
        if refusal.code != GONE:
            raise
    line.ask(lambda graph: graph.get_object(page, fields="id"))
    return None


def recent(line: Line, page: str, since: datetime) -> Iterator[RemotePost]:
    """The Page's own posts and videos since then (to the second, Facebook counts no finer), newest first.

    A video of ours is one thing with two names: Facebook lists it as a video and, once it is public, as a post that shows it.
    """
    posts = (_post(row, page) for row in _rows(line, page, "published_posts", _POST, since))
    videos = (_video(row, page) for row in _rows(line, page, "videos", _VIDEO, since))
    seen: set[PostRef] = set()
    for found in heapq.merge(posts, videos, key=lambda post: post.at, reverse=True):
        if found.post not in seen:
            seen.add(found.post)
            yield found


def _rows(line: Line, page: str, edge: str, fields: str, since: datetime) -> Iterator[dict[str, Any]]:
    first = int(since.timestamp())
    query: dict[str, str] = {"fields": fields, "since": str(first), "limit": str(_PAGE)}
    cursors: set[str] = set()
    while True:
        answer = _list(line, page, edge, query)
        for row in answer["data"]:
            if moment(row["created_time"]).timestamp() < first:
                return  # an edge that does not know `since` goes on to the beginning
            yield row
        paging = answer.get("paging") or {}
        after = (paging.get("cursors") or {}).get("after", "")
        if not paging.get("next") or not after or after in cursors:
            return
        cursors.add(after)
        query["after"] = after


def _list(line: Line, page: str, edge: str, query: dict[str, str]) -> dict[str, Any]:
    answer = line.ask(lambda graph: graph.get_connections(page, edge, **query))
    if not isinstance(answer.get("data"), list):
        raise Unreachable("Facebook answered without a list of posts.", code="no-data")
    return answer


def _post(row: dict[str, Any], page: str, alts: tuple[str, ...] = ()) -> RemotePost:
    """One post; where it shows a video, it is that video to us, as when it was published."""
    shown = _shown(row)
    video = next((_target(part) for part in shown if part.get("media_type") == "video" and _target(part)), "")
    photos = _photos(row)
    if video:
        post, facts = PostRef(kind="video", id=video), {"story": str(row["id"])}
    else:
        post, facts = PostRef(kind="post", id=str(row["id"])), {"photos": ",".join(photos)} if photos else {}
    if row.get("is_hidden"):
        facts["hidden"] = "yes"
    return RemotePost(
        post=post,
        account=page,
        text=_text(row.get("message")),
        at=moment(row["created_time"]),
        url=_address(row, post.id),
        public=row.get("is_published") is not False,
        media=1 if video else len(photos),
        alts=alts,
        facts=facts,
        marks=(video,) if video else photos,
        answer=_answer(row),
    )


def _video(row: dict[str, Any], page: str) -> RemotePost:
    return RemotePost(
        post=PostRef(kind="video", id=str(row["id"])),
        account=page,
        text=_text(row.get("description")),
        at=moment(row["created_time"]),
        url=_address(row, str(row["id"])),
        public=row.get("published") is not False,
        media=1,
        facts={"story": str(row["post_id"])} if row.get("post_id") else {},
        marks=(str(row["id"]),),
        answer=_answer(row),
    )


def _shown(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The pictures and videos of a post, one by one: several come as an album with parts."""
    found: list[dict[str, Any]] = []
    for part in (row.get("attachments") or {}).get("data") or []:
        found += (part.get("subattachments") or {}).get("data") or [part]
    return found


def _photos(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(_target(part) for part in _shown(row) if part.get("media_type") == "photo")


def _target(part: dict[str, Any]) -> str:
    return str((part.get("target") or {}).get("id", ""))


def _alt(line: Line, photo: str) -> str:
    try:
        row = line.ask(lambda graph: graph.get_object(photo, fields="alt_text_custom"))
    except Rejected as refusal:
        if refusal.code != GONE:
            raise
        return ""
    return str(row.get("alt_text_custom") or "")


def _answer(row: dict[str, Any]) -> bytes:
    """What Facebook says of it, to be kept."""
    return json.dumps(row, ensure_ascii=False, sort_keys=True).encode()


def _text(value: Any) -> str:
    return unicodedata.normalize("NFC", str(value or ""))


def _address(row: dict[str, Any], id: str) -> str:
    """Where it is seen; for videos Facebook gives a path without its host."""
    address = str(row.get("permalink_url") or f"/{id}")
    return _SITE + address if address.startswith("/") else address


def moment(value: str) -> datetime:
    """A time as Facebook writes it: `2026-12-01T12:00:00+0000`."""
    return datetime.fromisoformat(value).astimezone(UTC)
