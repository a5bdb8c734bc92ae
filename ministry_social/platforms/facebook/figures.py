"""The figures of Facebook: followers of a Page, and what became of its posts, 50 a request.

The names are those since 15 November 2025, when impressions and fans ended (developers.facebook.com, deprecated metrics).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from ...errors import Rejected, Unauthorized
from ...model.account import Account, Credential
from ...model.delivery import PostRef
from ...model.figures import AccountFigures, PostFigures
from ...ports import Clock
from ..gate import Wire
from .errors import GONE
from .wire import Line, gate

T = TypeVar("T")

# Facebook names what it cannot find in one of these ways: not there for this token; some of several are not there.
_NOT_THERE = {GONE, "100", "803"}
_COUNTS = "shares,reactions.limit(0).summary(total_count),comments.limit(0).summary(total_count)"
_POST = {"post_media_view": "views", "post_total_media_view_unique": "viewers", "post_clicks": "clicks"}
_PAGE = {"page_media_view": "views", "page_total_media_view_unique": "viewers"}


class FacebookFigures:
    """Facebook as `ports.Figures`. Views and clicks need the permission `read_insights`; without it they are unknown."""

    together = 50  # developers.facebook.com: Graph API, reading several objects at once

    def __init__(self, wire: Wire, *, clock: Clock, version: str = "v26.0") -> None:
        self._gate = gate(wire)
        self._clock = clock
        self._version = version

    def of_account(self, account: Account, credential: Credential) -> AccountFigures:
        """See `Figures`. Of its followers alone, where insights are not for us."""
        line = self._line(account, credential)
        page = line.ask(lambda graph: graph.get_object(account.id, fields="followers_count"))
        asked = ",".join(_PAGE)
        nothing: dict[str, Any] = {}
        rows = _allowed(
            lambda: line.ask(lambda graph: graph.get_connections(account.id, "insights", metric=asked, period="day")), nothing
        )
        return AccountFigures(followers=_number(page.get("followers_count")), **_insights(rows, _PAGE))

    def of_posts(self, account: Account, credential: Credential, posts: Sequence[PostRef]) -> Mapping[PostRef, PostFigures]:
        """See `Figures`. A video's figures are those of the post that shows it."""
        line = self._line(account, credential)
        videos = [post.id for post in posts if "_" not in post.id]
        shown = {id: str(row.get("post_id") or "") for id, row in _nodes(line, videos, "post_id").items()}
        by_id = {shown.get(post.id, post.id): post for post in posts if shown.get(post.id, post.id).count("_")}
        metrics = f"insights.metric({','.join(_POST)})"
        rows = _allowed(lambda: _nodes(line, list(by_id), f"{_COUNTS},{metrics}"), None)
        if rows is None:
            rows = _nodes(line, list(by_id), _COUNTS)
        return {by_id[id]: _of_post(row) for id, row in rows.items()}

    def of_other(self, ours: Account, credential: Credential, handle: str) -> AccountFigures:
        """See `Figures`. Other Pages are shown to apps with "Page Public Content Access" only, which Meta must grant."""
        raise Rejected(
            f"Facebook tells us nothing of {handle}: other Pages are shown only to apps that Meta has admitted to them.",
            code="not-for-others",
            remedy="Write its figures into the file, as its Page shows them to everybody.",
        )

    def _line(self, account: Account, credential: Credential) -> Line:
        return Line.open(self._gate, account, credential, version=self._version, clock=self._clock)


def _nodes(line: Line, ids: list[str], fields: str) -> dict[str, dict[str, Any]]:
    """What stands under these ids. One that is gone refuses all of them: then half by half."""
    if not ids:
        return {}
    try:
        answer = line.ask(lambda graph: graph.get_objects(ids, fields=fields))
    except Rejected as refusal:
        if refusal.code not in _NOT_THERE:
            raise
        if len(ids) == 1:
            return {}
        half = len(ids) // 2
        return _nodes(line, ids[:half], fields) | _nodes(line, ids[half:], fields)
    return {id: answer[id] for id in ids if isinstance(answer.get(id), dict)}


def _allowed(ask: Callable[[], T], otherwise: T) -> T:
    """What is asked for, or `otherwise` where that needs a permission which we were not given."""
    try:
        return ask()
    except Unauthorized as refusal:
        if refusal.code.partition("/")[0] not in ("10", "200"):
            raise
        return otherwise


def _of_post(row: Mapping[str, Any]) -> PostFigures:
    """Facebook leaves `shares` out where there are none."""
    return PostFigures(
        likes=_total(row.get("reactions")),
        reposts=_number((row.get("shares") or {"count": 0}).get("count")),
        replies=_total(row.get("comments")),
        **_insights(row.get("insights") or {}, _POST),
    )


def _insights(answer: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for row in answer.get("data") or []:
        if row.get("name") in names and row.get("values"):
            found[names[row["name"]]] = _number(row["values"][-1].get("value"))
    return found


def _total(listed: Mapping[str, Any] | None) -> int | None:
    return _number(((listed or {}).get("summary") or {}).get("total_count"))


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) else None
