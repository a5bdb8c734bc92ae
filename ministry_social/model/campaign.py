"""A campaign: messages that are said again and again, in other words each time, until they get across."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from .message import Place, Term

LOCAL = "local"  # the zone of a campaign that speaks at each account's own hour


class PostKind(StrEnum):
    """What goes with a post of a campaign: nothing, pictures, the video, or a link."""

    TEXT = "text"
    PICTURE = "picture"
    VIDEO = "video"
    LINK = "link"


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """One campaign file, as a frozen value.

    id         chosen by the author, unique for ever
    goal       what it is to reach, in words or as a number: on record; `rules.reach.goal` measures it where it names one number
    start      from which day on
    end        the last day on which a wave may begin
    repeat     an RFC 5545 rule without hours and without UNTIL: `FREQ=WEEKLY;BYDAY=TU;COUNT=6`
    at, zone   the hour on the wall; `zone` is `local` (each account's own) or an IANA time zone
    messages   the message files, taken in turn, relative to the campaign file
    audience   who takes part, of those whom a message addresses
    kinds      what goes with the posts, taken in turn by each account
    platforms  which platforms speak in a wave, taken in turn; nothing: all of them, always
    spread     over how long a time the accounts of a wave are spread
    """

    id: str
    goal: str
    start: date
    end: date
    repeat: str
    at: time
    place: Place
    zone: str = LOCAL
    messages: tuple[str, ...] = ()
    audience: tuple[Term, ...] = (Term(sign="+", kind="all"),)
    kinds: tuple[PostKind, ...] = tuple(PostKind)
    platforms: tuple[frozenset[str], ...] = ()
    spread: timedelta = timedelta()
    places: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What one wave may take for one message: `number` of the wave from 1; by account, the wordings that it has used.

    platforms  those that speak in this wave; empty for all
    shown      the channels that have shown the message's video already
    """

    number: int
    audience: tuple[Term, ...]
    kinds: tuple[PostKind, ...]
    platforms: frozenset[str] = frozenset()
    used: Mapping[str, frozenset[int]] = field(default_factory=dict)
    shown: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class WaveRecord:
    """One wave as it was put in force.

    number    of the campaign's waves, from 1
    wave      of the message's waves: part of the keys of its deliveries
    release   SHA-256 of the release, hex
    wordings  account -> the number of the wording that it says
    kinds     account -> what goes with its post
    cost      on X, in thousandths of a US dollar
    """

    number: int
    message: str
    wave: int
    release: str
    first: datetime
    last: datetime
    wordings: Mapping[str, int]
    kinds: Mapping[str, str]
    cost: int


@dataclass(frozen=True, kw_only=True)
class CampaignRecord:
    """A campaign that was put in force. `source` is the SHA-256 of all that it was made of, hex.

    shortage  the sentences that said, before it began, whose wordings run out
    """

    id: str
    goal: str
    source: str
    by: str
    at: datetime
    waves: tuple[WaveRecord, ...]
    shortage: tuple[str, ...] = ()
    stopped_at: datetime | None = None
    stopped_by: str = ""
    reason: str = ""
