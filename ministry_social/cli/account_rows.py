"""How accounts are named, found and shown, in tables and for machines."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from ..app import App
from ..errors import InvalidSettings
from ..model.account import Account
from ..model.life import AccountRecord, Stage
from ..rules.life import due_for_certification
from ..rules.timing import stamp
from .options import did_you_mean

NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # where no time is known, and none is shown


def records(app: App) -> tuple[AccountRecord, ...]:
    """Every account and how far it has come; as long as accounts.toml is the truth, all that it names are in force."""
    found = app.records
    if found:
        return found
    return tuple(
        AccountRecord(account=one, order=number, stage=Stage.ACTIVE, since=NEVER, requested_by="")
        for number, one in enumerate(app.accounts, start=1)
    )


def find(accounts: Iterable[Account], name: str) -> Account:
    """The account of this name. Raises `InvalidSettings` that suggests the nearest."""
    known = {one.name: one for one in accounts}
    if name in known:
        return known[name]
    near = did_you_mean(name, list(known))
    raise InvalidSettings(f"There is no account {name}.{near}", remedy="" if near else "See: ministry-social account list")


def as_row(one: Account) -> dict[str, Any]:
    """An account as --json gives it."""
    return {
        "name": one.name, "platform": one.platform, "handle": one.handle, "id": one.id, "mission": one.mission, "title": one.title,
        "languages": list(one.languages), "leads": list(one.leads), "zone": one.zone, "country": one.country, "city": one.city,
        "groups": list(one.groups), "official": one.official, "central": one.central, "links": list(one.links),
        "responsible": one.responsible,
    }  # fmt: skip


def life_row(one: AccountRecord, now: datetime) -> dict[str, Any]:
    """How far it has come, as --json gives it. `since` is null as long as accounts.toml is the truth."""
    known = bool(one.requested_by)
    return {
        "stage": one.stage.value, "since": stamp(one.since) if known else None, "requested_by": one.requested_by or None,
        "certified_at": stamp(one.certified_at) if one.certified_at else None, "certified_by": list(one.certified_by),
        "due_for_certification": known and due_for_certification(one, now),
    }  # fmt: skip


def certified(one: AccountRecord, now: datetime) -> str:
    """When it was certified, for people; whether that is due."""
    if one.stage is not Stage.ACTIVE:
        return ""
    last = f"{one.certified_at:%Y-%m-%d}" if one.certified_at else "never"
    return f"{last}: due for certification" if due_for_certification(one, now) else last


def plain(value: Any) -> str:
    """A value for people."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return ""
    return ", ".join(value) if isinstance(value, list) else str(value)
