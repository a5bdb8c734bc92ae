"""Zones: what the clock on an account's wall shows, and which moment that is.

The one answer for the two odd hours of a year, that of RFC 5545 (3.3.5): an hour that does not exist, because clocks are put
forward, is taken with the offset before the change, so it lies as far behind the gap as it lay in it: 02:30 becomes 03:30. Of an
hour that comes twice, because clocks are put back, the first is taken.
"""

from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


def moment_of(local: datetime, zone: str) -> datetime:
    """The moment, in UTC, at which a clock in this zone shows this; see above for the two odd hours."""
    return _at(local, zone, fold=0)


def on_the_wall(moment: datetime, zone: str) -> datetime:
    """What a clock in this zone shows at a moment; without a zone itself."""
    return moment.astimezone(_zone(zone)).replace(tzinfo=None, fold=0)


def exists(local: datetime, zone: str) -> bool:
    """Whether a clock in this zone ever shows this."""
    return on_the_wall(moment_of(local, zone), zone) == local


def comes_twice(local: datetime, zone: str) -> bool:
    """Whether a clock in this zone shows this twice."""
    return exists(local, zone) and _at(local, zone, fold=0) != _at(local, zone, fold=1)


def next_time(after: datetime, clock: time, zone: str) -> datetime:
    """The first moment after `after` at which a clock in this zone shows this time of day."""
    today = on_the_wall(after, zone).date()
    days = [datetime.combine(today + _DAY * number, clock) for number in (0, 1, 2)]
    return min(moment for day in days for moment in _moments(day, zone) if moment > after)


def next_day(after: datetime, zone: str) -> datetime:
    """The same hour on the wall, a day later: an embassy's morning stays its morning."""
    return moment_of(on_the_wall(after, zone) + _DAY, zone)


def _moments(local: datetime, zone: str) -> tuple[datetime, ...]:
    """Every moment that this may mean: two where it comes twice."""
    first = moment_of(local, zone)
    return (first, _at(local, zone, fold=1)) if comes_twice(local, zone) else (first,)


def _at(local: datetime, zone: str, *, fold: int) -> datetime:
    return local.replace(tzinfo=_zone(zone), fold=fold).astimezone(UTC)


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
