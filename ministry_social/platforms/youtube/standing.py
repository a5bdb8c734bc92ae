"""What YouTube says of a channel: whose it is, how it looks, what we may do there."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from ...errors import Unreachable
from ...model.account import Standing
from .scopes import lacking, short
from .wire import Line

PARTS = "id,snippet,status"
# status.longUploadsStatus (docs/channels): 15 minutes are the limit without a confirmed telephone number.
LONG = {
    "allowed": "videos of more than 15 minutes",
    "eligible": "videos of up to 15 minutes; longer ones once the channel is verified at youtube.com/verify",
    "disallowed": "videos of up to 15 minutes",
}
# The API does not tell a project's quota: this is what each has at first (determine_quota_cost, June 2026).
QUOTA = "100 uploads and 10,000 units a day for the whole project, unless Google gave more"
SIZES = ("high", "medium", "default")


def handle_of(channel: Mapping[str, Any]) -> str:
    """Without @; empty where the channel has none."""
    return str(channel["snippet"].get("customUrl", "")).removeprefix("@")


def inspect(line: Line, token_uri: str) -> Standing:
    """See `ports.Platform.inspect`. What a token may do is asked where tokens come from."""
    items = line.ask(line.api.channels().list(part=PARTS, mine=True)).get("items", [])
    if not items:
        detail = "There is no channel under this permission."
        return Standing(id="", handle="", name="", may_post=False, detail=detail)
    [channel, *_] = items
    snippet, scopes = channel["snippet"], _scopes(line, token_uri)
    detail = _hindrance(line, channel, scopes)
    return Standing(
        id=channel["id"],
        handle=handle_of(channel),
        name=snippet.get("title", ""),
        may_post=not detail,
        detail=detail,
        bio=snippet.get("description", ""),
        picture=_picture(snippet.get("thumbnails", {})),
        scopes=tuple(short(scope) for scope in scopes),
        limits=(*_long_videos(channel), QUOTA),
    )


def _hindrance(line: Line, channel: Mapping[str, Any], scopes: tuple[str, ...]) -> str:
    if line.account.id and channel["id"] != line.account.id:
        return f"The permission is for the channel {channel['id']}, not for {line.account.id}."
    missing = lacking(scopes)
    return f"The permission lacks: {'; '.join(missing)}." if missing else ""


def _scopes(line: Line, token_uri: str) -> tuple[str, ...]:
    """What the access token is good for, as Google says. In the body, not in the address, which may be written to a log."""
    address, form = token_uri.removesuffix("token") + "tokeninfo", {"access_token": line.http.credentials.token}
    with line.translated():
        answer, content = line.http.http.request(
            address, "POST", urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"}
        )
    try:
        said = json.loads(content)["scope"] if answer.status == 200 else None
    except (ValueError, KeyError, TypeError):
        said = None
    if not isinstance(said, str):
        raise Unreachable(f"Google did not say what we are allowed (HTTP {answer.status}).", code=f"HTTP {answer.status}")
    return tuple(said.split())


def _picture(sizes: Mapping[str, Any]) -> str:
    """The address of the largest picture that there is."""
    return next((str(sizes[size]["url"]) for size in SIZES if size in sizes), "")


def _long_videos(channel: Mapping[str, Any]) -> tuple[str, ...]:
    said = LONG.get(channel.get("status", {}).get("longUploadsStatus", ""))
    return (said,) if said else ()
