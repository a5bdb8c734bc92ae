"""Which versions of the Graph API live.

A version ends two years after the next one was released (developers.facebook.com/docs/apps/versions); the dates are those of
developers.facebook.com/docs/graph-api/changelog.
"""

from datetime import UTC, datetime

from .errors import GraphError

NEWEST = 26  # v26.0, since 29 July 2026
GONE = 20  # v20.0 ended on 24 September 2026, whatever the rehearsal's clock says
ENDS = {21: datetime(2027, 1, 21, tzinfo=UTC), 22: datetime(2027, 5, 29, tzinfo=UTC), 23: datetime(2027, 10, 8, tzinfo=UTC)}


def oldest(now: datetime) -> int:
    """The oldest living version."""
    return next(number for number in range(GONE + 1, NEWEST + 1) if number not in ENDS or now < ENDS[number])


def settle(asked: str, now: datetime, *, silent_upgrade: bool) -> str:
    """The version in which a call is carried out. `asked` is "" or a path's "/v26.0". Raises `GraphError`."""
    if not asked:
        return f"v{NEWEST}.0"  # what the app's settings say
    major, _, minor = asked.removeprefix("/v").partition(".")
    if int(major) > NEWEST or (int(major) > GONE and minor != "0"):
        raise GraphError(f"Unknown path components: {asked}", 2500)
    if int(major) >= oldest(now):
        return f"v{major}.0"
    if silent_upgrade:
        return f"v{oldest(now)}.0"
    raise GraphError(
        f"(#2635) You are calling a deprecated version of the API. Please update to the latest version: v{NEWEST}.0.", 2635
    )
