"""Forms: whether a post is a repost, a video, a picture, a link or a text, seen from its payload; and its language."""

from collections.abc import Mapping
from typing import Any

from ..model.account import Account
from ..model.variant import Kind

_FORMS = {"video": "video", "image": "picture", "gif": "picture"}


def form_of(kind: Kind, body: Mapping[str, Any]) -> str:
    """`repost`, `video`, `picture`, `link` or `text`: the richest that it carries."""
    if kind is Kind.REPOST:
        return "repost"
    carried = {_FORMS.get(str(one.get("kind")), "") for one in body.get("media") or ()}
    if kind is Kind.VIDEO or "video" in carried:
        return "video"
    if "picture" in carried:
        return "picture"
    return "link" if body.get("link") or _linked(body.get("text") or body.get("message") or "") else "text"


def language_of(account: Account | None, body: Mapping[str, Any]) -> str:
    """What the payload says; else the account's first language, for the payload of a post says none."""
    return str(body.get("language") or (account.languages[0] if account and account.languages else ""))


def _linked(text: Any) -> bool:
    """Whether there is an address in it, or a reference that becomes one."""
    pieces = [text] if isinstance(text, str) else text
    return any("://" in piece if isinstance(piece, str) else str(piece.get("shape", "")).endswith("-url") for piece in pieces)
