"""The figures of YouTube: statistics of a channel and of its videos, 50 a request, at one unit of quota each."""

from collections.abc import Mapping, Sequence
from typing import Any

from ...errors import Rejected
from ...model.account import Account, Credential
from ...model.delivery import PostRef
from ...model.figures import AccountFigures, PostFigures
from ...ports import Clock, Renew
from ..gate import Gate, Wire
from .tokens import Tokens
from .wire import Line


class YouTubeFigures:
    """YouTube as `ports.Figures`."""

    together = 50  # YouTube Data API v3: videos.list, id

    def __init__(self, wire: Wire, *, clock: Clock, renew: Renew) -> None:
        self._gate = Gate(wire, originals=())
        self._clock = clock
        self._tokens = Tokens(clock, renew, remember=False)

    def of_account(self, account: Account, credential: Credential) -> AccountFigures:
        """See `Figures`. Subscribers are told in three significant figures, rounded down; a channel may hide them."""
        return _of_channel(self._channels(account, credential, mine=True))

    def of_posts(self, account: Account, credential: Credential, posts: Sequence[PostRef]) -> Mapping[PostRef, PostFigures]:
        """See `Figures`. Likes are left out where the owner hides them, comments where there can be none."""
        by_id = {post.id: post for post in posts}
        line = self._line(account, credential)
        items = line.ask(line.api.videos().list(part="statistics", id=",".join(by_id), maxResults=self.together)).get("items", [])
        return {by_id[item["id"]]: _of_video(item.get("statistics") or {}) for item in items if item["id"] in by_id}

    def of_other(self, ours: Account, credential: Credential, handle: str) -> AccountFigures:
        """See `Figures`. By the channel's id, or by its handle."""
        is_id = handle.startswith("UC") and len(handle) == 24
        found = self._channels(ours, credential, **({"id": handle} if is_id else {"forHandle": f"@{handle}"}))
        if not found:
            raise Rejected(f"YouTube shows no channel {handle}.", code="no-account")
        return _of_channel(found)

    def _channels(self, account: Account, credential: Credential, **which: Any) -> Mapping[str, Any]:
        """The statistics of the one channel that is asked for; empty where there is none."""
        line = self._line(account, credential)
        items = line.ask(line.api.channels().list(part="statistics", **which)).get("items", [])
        return (items[0].get("statistics") or {}) if items else {}

    def _line(self, account: Account, credential: Credential) -> Line:
        return Line(self._gate, self._tokens, self._clock, account, credential)


def _of_channel(statistics: Mapping[str, Any]) -> AccountFigures:
    return AccountFigures(
        followers=None if statistics.get("hiddenSubscriberCount") else _number(statistics, "subscriberCount"),
        posts=_number(statistics, "videoCount"),
        views=_number(statistics, "viewCount"),
    )


def _of_video(statistics: Mapping[str, Any]) -> PostFigures:
    return PostFigures(
        likes=_number(statistics, "likeCount"),
        replies=_number(statistics, "commentCount"),
        views=_number(statistics, "viewCount"),
    )


def _number(statistics: Mapping[str, Any], name: str) -> int | None:
    """YouTube writes numbers as text."""
    text = str(statistics.get(name, ""))
    return int(text) if text.isdecimal() else None
