"""Figures: how many follow an account, and what became of a post, as its platform counts it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class AccountFigures:
    """What a platform says of an account; None where it does not say. None is not 0.

    views    how often anything of the account was seen: on YouTube ever, on a Facebook Page in the last full day
    viewers  how many people saw something of it in the last full day
    """

    followers: int | None = None
    following: int | None = None
    posts: int | None = None
    views: int | None = None
    viewers: int | None = None


@dataclass(frozen=True, kw_only=True)
class PostFigures:
    """What a platform says of a post; None where it does not say. None is not 0.

    likes    or reactions of any kind
    replies  or comments
    saves    bookmarks
    viewers  how many people saw it; views counts one who looks twice two times
    clicks   on anything of the post
    """

    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None
    quotes: int | None = None
    saves: int | None = None
    views: int | None = None
    viewers: int | None = None
    clicks: int | None = None


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number of a time series. `post` is the platform's own id of the post; empty: of the account itself."""

    account: str
    post: str
    name: str
    at: datetime
    value: int


def told(figures: AccountFigures | PostFigures) -> Mapping[str, int]:
    """What was said, by name."""
    return {name: value for name, value in vars(figures).items() if value is not None}
