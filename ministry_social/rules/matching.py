"""Matching: whether what stands on a platform is what an attempt would have made."""

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..model.delivery import RemotePost
from ..model.variant import Kind, Payload

# An address that was written without its scheme comes back from X with the one that X gave it, perhaps with a slash at its end.
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_SLASH = re.compile(r"/(?=\s|$)")
_SPACE = re.compile(r"\s+")
# Direction marks and isolates: nobody sees them, so a platform that drops one has not made another post of it.
_UNSEEN = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What an attempt would have made, and not before `since`.

    original  the id of the post that a repost repeats; empty for all others
    text      as `normal` makes it; None where the platform is asked for an id instead
    media     how many pictures or videos it carries
    marks     ids of what was prepared for it: whoever carries one of them is it
    """

    since: datetime
    original: str = ""
    text: str | None = None
    media: int = 0
    marks: frozenset[str] = frozenset()


def expected(payload: Payload, marks: Iterable[str], since: datetime) -> Expected:
    """What sending this payload would have made. Its references are resolved."""
    inside: Mapping[str, Any] = json.loads(payload.body)
    known = frozenset(marks)
    if payload.kind is Kind.REPOST:
        return Expected(since=since, original=str(inside["repost"]))
    if payload.platform == "youtube":
        return Expected(since=since, marks=known, media=1)
    text = inside["message"] if payload.platform == "facebook" else inside["text"]
    return Expected(since=since, text=normal(text or ""), media=len(inside.get("media") or ()), marks=known)


def normal(text: str) -> str:
    """A text without what platforms change in it: white space, the scheme of addresses, how letters are composed, unseen marks."""
    bare = _SLASH.sub("", _SCHEME.sub("", unicodedata.normalize("NFC", _UNSEEN.sub("", text))))
    return _SPACE.sub(" ", bare).strip()


def matches(wanted: Expected, seen: RemotePost) -> bool:
    """Whether this post is the one. Something private or not yet public never is."""
    if not seen.public:
        return False
    if wanted.marks & set(seen.marks):
        return True
    if seen.at < wanted.since:
        return False
    if wanted.original or seen.post.kind == "repost":
        return bool(wanted.original) and seen.post.original == wanted.original
    return wanted.text is not None and normal(seen.text) == wanted.text and seen.media == wanted.media


def found(wanted: Expected, posts: Iterable[RemotePost], taken: Collection[tuple[str, str]]) -> RemotePost | None:
    """The oldest post that is the one, and that no other delivery has as its own.

    `taken` are (kind, id) of posts that others have: a repost's own id may be that of its original.
    """
    fitting = [post for post in posts if matches(wanted, post) and (post.post.kind, post.post.id) not in taken]
    return min(fitting, key=lambda post: post.at) if fitting else None
