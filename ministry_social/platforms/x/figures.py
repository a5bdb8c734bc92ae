"""The figures of X: public metrics, 100 posts a request. X bills each post that is read, and each account."""

from collections.abc import Mapping, Sequence
from typing import Any

from ...errors import Rejected
from ...model.account import Account, Credential
from ...model.delivery import PostRef
from ...model.figures import AccountFigures, PostFigures
from ..gate import Wire
from .wire import Line, gate


class XFigures:
    """X as `ports.Figures`."""

    together = 100  # docs.x.com: GET /2/tweets, ids

    def __init__(self, wire: Wire) -> None:
        self._gate = gate(wire)

    def of_account(self, account: Account, credential: Credential) -> AccountFigures:
        """See `Figures`."""
        answer = self._line(account, credential).ask(lambda client: client.get_me(user_fields=["public_metrics"], user_auth=True))
        return _of_user(answer.get("data") or {})

    def of_posts(self, account: Account, credential: Credential, posts: Sequence[PostRef]) -> Mapping[PostRef, PostFigures]:
        """See `Figures`. Clicks on links are in the owner's metrics alone, which X gives for 30 days: not asked for."""
        by_id = {post.id: post for post in posts}
        answer = self._line(account, credential).ask(
            lambda client: client.get_tweets(list(by_id), tweet_fields=["public_metrics"], user_auth=True)
        )
        rows = answer.get("data") or []
        return {by_id[row["id"]]: _of_post(row.get("public_metrics") or {}) for row in rows if row.get("id") in by_id}

    def of_other(self, ours: Account, credential: Credential, handle: str) -> AccountFigures:
        """See `Figures`."""
        answer = self._line(ours, credential).ask(
            lambda client: client.get_user(username=handle, user_fields=["public_metrics"], user_auth=True)
        )
        if not answer.get("data"):
            raise Rejected(f"X shows no account @{handle}.", code="no-account")
        return _of_user(answer["data"])

    def _line(self, account: Account, credential: Credential) -> Line:
        return Line.open(self._gate, account, credential)


def _of_user(user: Mapping[str, Any]) -> AccountFigures:
    """X is on its way from `tweet` to `post` in names: both are read."""
    metrics = user.get("public_metrics") or {}
    return AccountFigures(
        followers=_number(metrics, "followers_count"),
        following=_number(metrics, "following_count"),
        posts=_number(metrics, "tweet_count", "post_count"),
    )


def _of_post(metrics: Mapping[str, Any]) -> PostFigures:
    return PostFigures(
        likes=_number(metrics, "like_count"),
        reposts=_number(metrics, "retweet_count", "repost_count"),
        replies=_number(metrics, "reply_count"),
        quotes=_number(metrics, "quote_count"),
        saves=_number(metrics, "bookmark_count"),
        views=_number(metrics, "impression_count"),
    )


def _number(metrics: Mapping[str, Any], *names: str) -> int | None:
    return next((int(metrics[name]) for name in names if isinstance(metrics.get(name), int)), None)
