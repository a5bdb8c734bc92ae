"""The agenda: what goes out when, as a calendar shows it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from ..model.account import Account
from ..model.appointment import Appointment
from ..model.delivery import State
from ..ports import Reading
from ..rules.timing import unstamp
from ..rules.zones import on_the_wall
from . import report

OPEN = (State.PLANNED, State.SENDING, State.UNKNOWN)
_OVER = (State.CANCELLED, State.MISSED, State.FAILED, State.RECALLED)


def agenda(
    reading: Reading,
    now: datetime,
    accounts: Mapping[str, Account],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    mission: str | None = None,
    states: Collection[State] = OPEN,
) -> list[Appointment]:
    """What is due, or was sent, from `since` on and before `until`, earliest first."""
    found = [_appointment(row, accounts) for row in report.rows(reading, now, accounts, states=states)]
    wanted = [
        one
        for one in found
        if (since is None or one.at >= since) and (until is None or one.at < until) and mission in (None, one.mission)
    ]
    return sorted(wanted, key=lambda one: (one.at, one.key))


def _appointment(row: Mapping[str, Any], accounts: Mapping[str, Account]) -> Appointment:
    """An account that is gone from the config has no zone any more: its hours are shown in UTC."""
    account = accounts.get(row["account"])
    at = unstamp(row["sent_at"] or row["due_at"])
    zone = "UTC" if account is None else account.zone
    return Appointment(
        key=row["id"],
        at=at,
        local=on_the_wall(at, zone),
        zone=zone,
        account=row["account"],
        mission=row["account"] if account is None else account.mission,
        platform=row["platform"],
        kind=row["kind"],
        message=row["message"],
        wave=row["wave"],
        state=row["state"],
        says=row["says"],
        url=row["url"],
        over=row["state"] in _OVER,
    )
