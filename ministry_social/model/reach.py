"""Reach: posts with their figures, and what is measured of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """A post that is or was public, with its last figures; none of them where they were never read.

    language  as its payload says, else the first language of its account
    form      repost, video, picture, link or text
    """

    account: str
    mission: str
    country: str
    platform: str
    language: str
    message: str
    wave: int
    campaign: str
    form: str
    at: datetime
    figures: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Those who follow an account, as a time series within the period, oldest first."""

    account: str
    mission: str
    country: str
    platform: str
    series: tuple[tuple[datetime, int], ...] = ()

    @property
    def first(self) -> int | None:
        """How many there were when they were first counted."""
        return self.series[0][1] if self.series else None

    @property
    def last(self) -> int | None:
        """How many there were when they were last counted."""
        return self.series[-1][1] if self.series else None


@dataclass(frozen=True, kw_only=True)
class Form:
    """Posts of one form: how many, of how many there are figures, and interactions per post of these."""

    name: str
    posts: int
    counted: int
    efficiency: float | None


@dataclass(frozen=True, kw_only=True)
class Measures:
    """What is measured of a group of posts and its accounts (docs/reach.md). None: cannot be said. None is not 0.

    counted       posts that there are figures of
    known         accounts whose followers are known
    reach         followers of these accounts together, when last counted
    growth        of those that were counted twice: how much more, as a share
    vocality      posts per account and day
    interactions  likes, reposts, replies and quotes together
    efficiency    interactions per post that there are figures of
    forms         by form
    proficiency   the share of posts with a picture or a video; reposts are none
    languages     how many were spoken
    diversity     as if so many languages were spoken equally often
    response      the share of posts that somebody replied to
    momentum      how much more efficient posts of the later half were, as a share
    """

    name: str
    accounts: int
    posts: int
    counted: int
    known: int
    reach: int | None
    growth: float | None
    vocality: float | None
    interactions: int | None
    efficiency: float | None
    views: int | None
    viewers: int | None
    clicks: int | None
    forms: tuple[Form, ...]
    proficiency: float | None
    languages: int
    diversity: float | None
    response: float | None
    momentum: float | None


@dataclass(frozen=True, kw_only=True)
class Wave:
    """What one wave of a message came to. `addressed`: followers of the accounts that said it; the sums go on from wave to wave."""

    message: str
    wave: int
    at: datetime
    posts: int
    counted: int
    addressed: int | None
    views: int | None
    interactions: int | None
    views_so_far: int | None
    interactions_so_far: int | None


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What a campaign was to reach, as it was written; `measure` and `number` where it names one that is measured."""

    text: str
    measure: str = ""
    number: int | None = None
    reached: int | None = None

    @property
    def share(self) -> float | None:
        """How much of it was reached."""
        return None if self.reached is None or not self.number else self.reached / self.number


@dataclass(frozen=True, kw_only=True)
class Other:
    """Somebody else's account. What its ministry's file says of it counts where nothing was collected."""

    ministry: str
    platform: str
    handle: str
    followers: int | None = None
    vocality: float | None = None
    efficiency: float | None = None


@dataclass(frozen=True, kw_only=True)
class Rival:
    """A ministry in the ranking; None where nothing is known."""

    name: str
    followers: int | None = None
    vocality: float | None = None
    efficiency: float | None = None


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """A ministry with its places; the best is 1. `mean`: of all three; None where one is not known."""

    rival: Rival
    places: Mapping[str, int | None]
    mean: float | None
