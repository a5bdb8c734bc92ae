"""What Facebook says of a Page now: how the public sees it, and what its token allows."""

import json
from typing import Any

import requests

from ...errors import Rejected, Throttled, Unauthorized
from ...model.account import Account, Credential, Standing
from .look import POST, Look, day, look
from .wire import Line

# One unknown field, and Facebook refuses them all. `tasks` is none: only a person's list of Pages tells it.
_FIELDS = "id,name,username,about,picture{url},verification_status,is_published"
_UNVERIFIED = "not_verified"


def inspect(line: Line, account: Account, app: Credential | None) -> Standing:
    """Who the Page is, and whether it may post. Raises `PlatformError` where it does not answer to its token."""
    page = line.ask(lambda graph: graph.get_object(account.id, fields=_FIELDS))
    limits = _used(line.answer)
    seen = _seen(line, app)
    picture = (page.get("picture") or {}).get("data") or {}
    verified = str(page.get("verification_status") or "")
    return Standing(
        id=str(page.get("id", "")),
        handle=str(page.get("username", "")),
        name=str(page.get("name", "")),
        may_post=seen is None or (seen.valid and POST in seen.scopes),
        detail=_detail(page, seen),
        bio=str(page.get("about", "")),
        picture=str(picture.get("url", "")),
        verified="" if verified == _UNVERIFIED else verified,
        until=seen.until if seen else None,
        scopes=seen.scopes if seen else (),
        limits=limits,
    )


def _seen(line: Line, app: Credential | None) -> Look | None:
    """What its token is; None where Facebook does not tell us: then its rights show when it posts."""
    try:
        return look(line, line.client.access_token, app)
    except (Rejected, Unauthorized, Throttled):  # the Page has answered, so this is about us who ask
        return None


def _detail(page: dict[str, Any], seen: Look | None) -> str:
    if seen is not None and not seen.valid:
        return "Facebook says that the Page's token does not count any more."
    if seen is not None and POST not in seen.scopes:
        return f"The permission {POST} is missing: the Page cannot post."
    if page.get("is_published") is False:
        return "The Page is not published: nobody sees what it posts."
    if seen is not None and seen.data_ends is not None and seen.until == seen.data_ends:
        return (
            f"A person who runs the Page must sign in again before {day(seen.data_ends)}, or Facebook lets us read nothing of it."
        )
    return ""


def _used(answer: requests.Response | None) -> tuple[str, ...]:
    """How much of the Page's limit is used: Facebook tells its calls in per cent, never how many there are."""
    try:
        usage = json.loads(answer.headers.get("X-Business-Use-Case-Usage", "{}")) if answer is not None else {}
        rows = [row for listed in usage.values() for row in listed]
        return tuple(f"{int(row['call_count'])} % of the calls of 24 hours used" for row in rows if row.get("type") == "pages")
    except (ValueError, TypeError, KeyError, AttributeError):  # a figure that nobody can read is no reason to know nothing
        return ()
