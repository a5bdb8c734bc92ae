"""Reading X back: what stands there, as an author would have written it, and what it says of the account."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from ...errors import Rejected, Unauthorized
from ...model.account import Account, Standing
from ...model.delivery import PostRef, RemotePost
from .errors import SUSPENDED
from .wire import Line

_FIELDS = {
    "tweet_fields": ["created_at", "entities", "note_tweet", "referenced_tweets", "attachments", "author_id"],
    "expansions": ["attachments.media_keys"],
    "media_fields": ["alt_text", "type"],
}
_PROFILE = ["description", "profile_image_url", "verified", "verified_type"]
# Headers with a number -> what it is the number of. The window of the first is 15 minutes (docs.x.com, rate limits);
# the others are there on older contracts only.
_LIMITS = {
    "x-rate-limit-limit": "questions after the account in 15 minutes",
    "x-user-limit-24hour-limit": "requests of the account in 24 hours",
    "x-app-limit-24hour-limit": "requests of our app in 24 hours",
}
_PAGE = 100  # posts in one answer; docs.x.com: GET /2/users/:id/tweets, max_results 5 to 100
_PAGES = 32  # X gives the newest 3,200 posts at most (docs.x.com, user posts timeline)
_SHORT_LINK = re.compile(r"https?://t\.co/\w+")
_ENTITY = re.compile(r"&(amp|lt|gt);")
_SIGNS = {"amp": "&", "lt": "<", "gt": ">"}


def standing(line: Line, account: Account) -> Standing:
    """What X says about the account. Of a suspended one it says nothing else: then our own words for it stand."""
    try:
        answer, headers = line.look(lambda client: client.get_me(user_fields=_PROFILE, user_auth=True))
    except Unauthorized as shut_out:
        if shut_out.code not in SUSPENDED:
            raise
        detail = shut_out.sentence
        return Standing(id=account.id, handle=account.handle, name=account.title, may_post=False, detail=detail)
    me, level = answer.get("data") or {}, headers.get("x-access-level", "")
    mark = str(me.get("verified_type") or "none")
    writes = may_write(level)
    return Standing(
        id=str(me.get("id", "")), handle=str(me.get("username", "")), name=str(me.get("name", "")), may_post=writes,
        detail="" if writes else 'X lets our app only read there: give it "Read and write", and connect the account again.',
        bio=str(me.get("description") or ""), picture=str(me.get("profile_image_url") or ""),
        verified="" if mark == "none" else mark, scopes=words_of(level), tier=level, limits=_limits(headers),
    )  # fmt: skip


def may_write(level: str) -> bool:
    """Whether an access level (read, read-write, read-write-directmessages) lets us post. X mostly says it; unsaid is no No."""
    return not level or "write" in words_of(level)


def words_of(level: str) -> tuple[str, ...]:
    """An access level, word by word."""
    return tuple(level.split("-")) if level else ()


def _limits(headers: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(f"{headers[name]} {what}" for name, what in _LIMITS.items() if headers.get(name, "").isdigit())


def one(line: Line, post_id: str, pages: str) -> RemotePost | None:
    """The post with this id, or None. `pages` is the address of the account's public page."""
    answer = line.ask(lambda client: client.get_tweets([post_id], user_auth=True, **_FIELDS))
    for row in answer.get("data") or []:
        return remote_post(row, answer, pages)
    for error in answer.get("errors") or []:
        kind = str(error.get("type", "")).rpartition("/")[2]
        if kind != "resource-not-found":
            raise Rejected(f"X does not show the post {post_id}: {error.get('detail') or kind}", code=kind)
    return None


def timeline(line: Line, profile: str, since: datetime, pages: str) -> Iterator[RemotePost]:
    """The account's own posts and reposts since then (to the second, X counts no finer), newest first."""
    token: str | None = None
    for _ in range(_PAGES):
        answer = _page(line, profile, since, token)
        for row in answer.get("data") or []:
            yield remote_post(row, answer, pages)
        token = (answer.get("meta") or {}).get("next_token")
        if not token:
            return


def _page(line: Line, profile: str, since: datetime, token: str | None) -> dict[str, Any]:
    return line.ask(
        lambda client: client.get_users_tweets(
            profile, start_time=since, max_results=_PAGE, pagination_token=token, user_auth=True, **_FIELDS
        )
    )


def remote_post(row: dict[str, Any], answer: dict[str, Any], pages: str) -> RemotePost:
    """One post of an answer; what it shows besides (media) lies in the answer's `includes`."""
    shown = {media["media_key"]: media for media in (answer.get("includes") or {}).get("media") or []}
    keys = (row.get("attachments") or {}).get("media_keys") or []
    return RemotePost(
        post=_reference(row),
        account=str(row.get("author_id") or ""),
        text=as_written(row),
        at=moment(row["created_at"]),
        url=f"{pages}/status/{row['id']}",
        media=len(keys),
        alts=tuple(str(shown.get(key, {}).get("alt_text") or "") for key in keys),
        marks=tuple(key.rpartition("_")[2] for key in keys),  # a media key is `3_` (7_, 16_) and the media id
        answer=json.dumps(row, ensure_ascii=False, sort_keys=True).encode(),
    )


def _reference(row: dict[str, Any]) -> PostRef:
    for other in row.get("referenced_tweets") or []:
        if other.get("type") in ("retweeted", "reposted"):
            return PostRef(kind="repost", id=str(row["id"]), original=str(other["id"]))
    return PostRef(kind="post", id=str(row["id"]))


def as_written(row: dict[str, Any]) -> str:
    """The text as an author would have written it: t.co addresses expanded, the media's own dropped, `&amp;` as `&`, NFC.

    An address that was written without `https://` comes back with the one that X gave it.
    """
    long = row.get("note_tweet") or row  # longer than 280: the whole text stands in the note
    urls = (long.get("entities") or {}).get("urls") or []
    media = {str(url["url"]) for url in urls if _shows_media(url)}
    full = {str(url["url"]): str(url.get("expanded_url") or url["url"]) for url in urls}
    text = _without_trailing(str(long.get("text") or ""), media)
    text = _ENTITY.sub(lambda found: _SIGNS[found[1]], text)
    text = _SHORT_LINK.sub(lambda found: full.get(found[0], found[0]), text)
    return unicodedata.normalize("NFC", text)


def _shows_media(url: dict[str, Any]) -> bool:
    if url.get("media_key"):
        return True
    address = str(url.get("expanded_url") or "")
    return re.fullmatch(r"https?://(\w+\.)?(x|twitter)\.com/\w+/status/\d+/(photo|video)/\d+", address) is not None


def _without_trailing(text: str, links: set[str]) -> str:
    """The text without the links that X puts behind it for the media, one for all of them or one for each."""
    while True:
        head, _, last = text.rstrip().rpartition("https://")
        if "https://" + last not in links:
            return text
        text = head.rstrip(" ")


def moment(value: str) -> datetime:
    """A time as X writes it: `2026-12-01T12:00:00.000Z`."""
    return datetime.fromisoformat(value).astimezone(UTC)
