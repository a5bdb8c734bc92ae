"""What stands on a channel, read back."""

import json
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ...errors import Rejected, Unreachable
from ...model.delivery import PostRef, RemotePost
from .wire import Line

PAGE = 50  # the most that playlistItems.list and videos.list give at once (YouTube Data API v3, `maxResults`)
PAGES = 10  # ours: as far back as `recent` looks, 500 videos
# fileDetails is shown to the owner only; it holds the file's name, by which a lost upload is found again.
PARTS = "snippet,status,fileDetails"


def address(video: str) -> str:
    """Where the public sees a video. Posts carry it, so it has one shape, in the rehearsal too."""
    return f"https://youtu.be/{video}"


def fetch(line: Line, post: PostRef) -> RemotePost | None:
    """See `ports.Platform.fetch`."""
    found = _videos(line, [post.id])
    return found[0] if found else None


def recent(line: Line, since: datetime) -> Iterator[RemotePost]:
    """See `ports.Platform.recent`. Also a video that was uploaded long ago and made public since then, within 500 videos."""
    since = since.replace(microsecond=0)  # YouTube tells whole seconds
    found: list[RemotePost] = []
    for ids in _uploads(line):
        young = [post for post in _videos(line, ids) if post.at >= since]
        if not young:
            break
        found.extend(young)
    return iter(sorted(found, key=lambda post: post.at, reverse=True))


def marked(line: Line, mark: str) -> str:
    """The id of the newest private video that carries our mark in its file name or among its tags, or nothing."""
    for ids in _uploads(line, pages=1):
        for post in _videos(line, ids):
            carries = post.facts["fileName"].startswith(mark) or mark in post.facts["tags"].split(",")
            if carries and not post.public and post.facts["uploadStatus"] in ("uploaded", "processed"):
                return post.post.id
    return ""


def delete(line: Line, post: PostRef) -> None:
    """See `ports.Platform.delete`."""
    try:
        with line.translated():
            line.api.videos().delete(id=post.id).execute(http=line.http, num_retries=0)
    except Rejected as refused:
        if refused.code not in ("videoNotFound", "notFound"):
            raise


def pages_of(line: Line, listing: Any, most: int, **wish: Any) -> Iterator[list[dict[str, Any]]]:
    """The pages of a list of the API, at most `most` of them."""
    token: str | None = None
    for _ in range(most):
        page = line.ask(listing(maxResults=PAGE, pageToken=token, **wish))
        yield page.get("items", [])
        token = page.get("nextPageToken")
        if not token:
            return


def _uploads(line: Line, pages: int = PAGES) -> Iterator[list[str]]:
    """Ids of the channel's videos, private ones included, newest first, page by page."""
    channels = line.ask(line.api.channels().list(part="contentDetails", mine=True)).get("items", [])
    if not channels:
        return
    playlist = channels[0]["contentDetails"]["relatedPlaylists"]["uploads"]
    for items in pages_of(line, line.api.playlistItems().list, pages, part="contentDetails", playlistId=playlist):
        yield [item["contentDetails"]["videoId"] for item in items]


def _videos(line: Line, ids: list[str]) -> list[RemotePost]:
    if not ids:
        return []
    items = line.ask(line.api.videos().list(part=PARTS, id=",".join(ids))).get("items", [])
    order = {video: place for place, video in enumerate(ids)}
    standing = [item for item in items if item["status"].get("uploadStatus") != "deleted"]
    return [_post(line, item) for item in sorted(standing, key=lambda item: order.get(item["id"], len(order)))]


def _post(line: Line, item: dict[str, Any]) -> RemotePost:
    snippet, status = item["snippet"], item["status"]
    return RemotePost(
        post=PostRef(kind="video", id=item["id"]),
        account=line.account.name,
        text=unicodedata.normalize("NFC", snippet.get("description", "")),
        at=_moment(snippet.get("publishedAt", "")),
        url=address(item["id"]),
        public=status.get("privacyStatus") == "public",
        media=1,
        marks=(str(item["id"]),),
        answer=json.dumps(item, ensure_ascii=False, sort_keys=True).encode(),
        facts={
            "title": snippet.get("title", ""),
            "tags": ",".join(snippet.get("tags", [])),
            "fileName": item.get("fileDetails", {}).get("fileName", ""),
            "uploadStatus": status.get("uploadStatus", ""),
            "reason": status.get("failureReason") or status.get("rejectionReason") or "",
            "privacyStatus": status.get("privacyStatus", ""),
        },
    )


def _moment(written: str) -> datetime:
    try:
        return datetime.fromisoformat(written)
    except ValueError as wrong:
        raise Unreachable("YouTube's answer names no time that can be read.", code="unreadable") from wrong
