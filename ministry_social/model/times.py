"""Times: when a person wants a message to go out, and what the house's calendar says to that."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from .message import Place


class Rule(StrEnum):
    """What becomes of a time that the calendar speaks against."""

    MOVE = "move"
    SKIP = "skip"
    WARN = "warn"
    IGNORE = "ignore"


class Cause(StrEnum):
    """What there is to say about the time of a delivery."""

    HOLIDAY = "holiday"
    CLOSURE = "closure"
    MOURNING = "mourning"
    QUIET = "quiet hours"
    WINDOW = "posting hours"
    EMBARGO = "embargo"
    PASSED = "passed"
    MISSING_HOUR = "missing hour"
    DOUBLE_HOUR = "double hour"
    DEPENDS = "depends"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """When a wave is to go out, as a person asked; nothing of it: at once, or when the embargo ends.

    moment   a moment, the same for all
    local    what the clock on the wall shows, in each account's own zone; it has no zone itself
    embargo  as soon as the embargo ends, which the message must have
    spread   over how long a time the accounts are spread, in their order
    """

    moment: datetime | None = None
    local: datetime | None = None
    embargo: bool = False
    spread: timedelta = timedelta()


@dataclass(frozen=True, kw_only=True)
class Hours:
    """Hours of a day on the wall: from `start` on, and no longer at `end`; over midnight where that comes earlier."""

    start: time
    end: time


@dataclass(frozen=True, kw_only=True)
class Closure:
    """Days on which a mission, a country or everybody is silent: a line of calendar.toml. `last` is the last such day.

    country, mission   whom it concerns; everybody where both are empty
    cause              `Cause.CLOSURE` or `Cause.MOURNING`
    """

    cause: Cause
    first: date
    last: date
    rule: Rule
    reason: str
    country: str = ""
    mission: str = ""
    place: Place | None = None


@dataclass(frozen=True, kw_only=True)
class Customs:
    """When accounts post, and when they rather do not. `urgent` are the kinds of messages that wait for none of it."""

    window: Hours | None = None
    window_rule: Rule = Rule.MOVE
    quiet: Hours | None = None
    quiet_rule: Rule = Rule.MOVE
    holidays: Rule = Rule.IGNORE
    closures: tuple[Closure, ...] = ()
    urgent: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Note:
    """One thing to know about the time of one account. `detail` says which holiday, which reason."""

    account: str
    country: str
    cause: Cause
    rule: Rule
    detail: str = ""
