"""Times: how they are written, and when each delivery of a wave is due."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from ..model.plan import Assignment
from ..model.variant import Kind


def stamp(moment: datetime) -> str:
    """A moment as the ledger and releases write it: UTC, whole milliseconds, `2026-12-01T09:00:00.000Z`."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone is no moment")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def unstamp(text: str) -> datetime:
    """The moment that `stamp` wrote."""
    return datetime.fromisoformat(text)


def whole_milliseconds(moment: datetime) -> datetime:
    """The moment as it reads back after `stamp`, so that a value in hand equals the one in the store."""
    return moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)


def first_due(now: datetime, at: datetime | None, embargo: datetime | None) -> datetime:
    """When a wave begins: at once or as asked, but never before its embargo. In whole milliseconds, rounded up."""
    latest = max(moment for moment in (at or now, embargo) if moment is not None)
    return whole_milliseconds(latest + timedelta(microseconds=999))


def due_times(assignments: Iterable[Assignment], first: datetime, gap: timedelta) -> Mapping[str, datetime]:
    """When each account is due: all at once, but reposts of one post one after another, `gap` apart, the first a gap later."""
    due: dict[str, datetime] = {}
    waiting: dict[str, int] = {}
    for assignment in assignments:
        variant = assignment.variant
        if variant is None:
            continue
        if variant.kind is not Kind.REPOST or variant.of is None:
            due[assignment.account.name] = first
            continue
        turn = waiting[variant.of.delivery] = waiting.get(variant.of.delivery, 0) + 1
        due[assignment.account.name] = first + gap * turn
    return due
