"""Windows: what posting hours, quiet hours, holidays, closures and mourning do with the time of one account."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ..model.account import Account
from ..model.times import Cause, Closure, Customs, Hours, Note, Rule
from .zones import next_day, next_time, on_the_wall

_FAR = timedelta(days=366)  # whoever would have to wait longer stays silent


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Where a time has come to lie; `due` is None where the account stays silent. `notes` say why, first things first."""

    due: datetime | None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Objection:
    """Something that speaks against a moment, and when it no longer does."""

    cause: Cause
    rule: Rule
    detail: str
    ends: Callable[[], datetime]


def place(due: datetime, account: Account, customs: Customs, holidays: Mapping[date, str]) -> Placed:
    """The first moment from `due` on to which nothing objects that moves; silent where something skips.

    `holidays` are those of the account's country, by day: its own day, in its zone. A day that is closed moves a post to the
    same hour of the next that is not; quiet hours move it to their end.
    """
    moved: list[Note] = []
    moment = due
    while True:
        found = list(_objections(moment, account, customs, holidays))
        skipping = next((one for one in found if one.rule is Rule.SKIP), None)
        moving = next((one for one in found if one.rule is Rule.MOVE), None)
        if skipping is not None:
            return Placed(due=None, notes=(_note(account, skipping),))
        if moving is None:
            warned = [_note(account, one) for one in found if one.rule is Rule.WARN]
            return Placed(due=moment, notes=tuple(dict.fromkeys((*moved, *warned))))
        moved.append(_note(account, moving))
        moment = moving.ends()
        if moment - due > _FAR:
            return Placed(due=None, notes=(Note(**vars(moved[-1]) | {"rule": Rule.SKIP}),))


def _note(account: Account, objection: _Objection) -> Note:
    return Note(account=account.name, country=account.country, cause=objection.cause, rule=objection.rule, detail=objection.detail)


def _objections(moment: datetime, account: Account, customs: Customs, holidays: Mapping[date, str]) -> Iterator[_Objection]:
    """Whole days first: a day that is closed has no hours."""
    wall = on_the_wall(moment, account.zone)
    for closure in customs.closures:
        if _concerns(closure, account) and closure.first <= wall.date() <= closure.last:
            yield _day(moment, account, closure.cause, closure.rule, closure.reason)
    if wall.date() in holidays:
        yield _day(moment, account, Cause.HOLIDAY, customs.holidays, holidays[wall.date()])
    if customs.quiet is not None and _within(wall, customs.quiet):
        yield _until(moment, account, Cause.QUIET, customs.quiet_rule, customs.quiet)
    if customs.window is not None and not _within(wall, customs.window):
        shut = Hours(start=customs.window.end, end=customs.window.start)
        yield _until(moment, account, Cause.WINDOW, customs.window_rule, shut)


def _day(moment: datetime, account: Account, cause: Cause, rule: Rule, detail: str) -> _Objection:
    return _Objection(cause=cause, rule=rule, detail=detail, ends=lambda: next_day(moment, account.zone))


def _until(moment: datetime, account: Account, cause: Cause, rule: Rule, hours: Hours) -> _Objection:
    detail = f"{hours.start:%H:%M}-{hours.end:%H:%M}"
    return _Objection(cause=cause, rule=rule, detail=detail, ends=lambda: next_time(moment, hours.end, account.zone))


def _concerns(closure: Closure, account: Account) -> bool:
    if closure.mission:
        return closure.mission == account.mission
    return closure.country in ("", account.country)


def _within(wall: datetime, hours: Hours) -> bool:
    now = wall.time()
    if hours.start < hours.end:
        return hours.start <= now < hours.end
    return now >= hours.start or now < hours.end
