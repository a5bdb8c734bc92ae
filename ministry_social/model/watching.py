"""Watching: what stands on an account otherwise than it was signed, and how far an account has been looked at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .delivery import PostRef


@dataclass(frozen=True, kw_only=True)
class Deviation:
    """Something stands on an account, or stands there no more, otherwise than it was signed.

    id        names exactly this state of it: in another state it is another deviation
    kind      one of `rules.watching.KINDS`
    post      what it is about, on the platform
    delivery  key of the delivery that it is about; empty for what is not ours
    at        when the post was made
    seen      when it was first seen otherwise
    signed    SHA-256 of the words as they were signed, hex; empty where it is not about words
    stands    SHA-256 of the words that stand there
    facts     what else there is to know, in short words: countries, a reason, a language
    """

    id: str
    kind: str
    account: str
    post: PostRef
    url: str
    at: datetime
    seen: datetime
    delivery: str = ""
    signed: str = ""
    stands: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Explained:
    """A deviation that a person has explained: it is not said again as long as it stays as it is."""

    deviation: Deviation
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What is known of an account that is watched.

    at         when somebody last began to look
    began      what stood there before is none of ours; None: nobody has looked yet
    looked     when it was last seen whole; None: never
    error      why it could not be seen the last time; empty where it was
    open       the deviations that stand there now and nobody has explained
    explained  those that somebody has
    told       which of the open ones was told to whom: `key channel` (see `rules.standing.key`)
    """

    account: str
    at: datetime
    began: datetime | None = None
    looked: datetime | None = None
    error: str = ""
    open: tuple[Deviation, ...] = ()
    explained: tuple[Explained, ...] = ()
    told: tuple[str, ...] = ()
