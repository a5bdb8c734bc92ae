"""Times: how they are written, and how early a wave may begin."""

from datetime import UTC, datetime, timedelta


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
