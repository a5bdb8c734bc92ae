"""The ministry's own calendar: config/calendar.toml, one [[days]] table for each closure or time of mourning."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from ..errors import InvalidSettings
from ..model.times import Cause, Closure, Rule
from . import written
from .lines import Toml, nearest, read_text

__all__ = ["calendar_file", "load_calendar"]

_KEYS = ("what", "from", "to", "rule", "reason", "country", "mission", "all")
_REQUIRED = ("what", "from", "rule", "reason")
_WHAT = {"closure": Cause.CLOSURE, "mourning": Cause.MOURNING}
_WHOM = ("country", "mission", "all")
_Read = TypeVar("_Read")


def calendar_file(config: Path) -> Path:
    """The file of closures and mourning in a config folder."""
    return config / "calendar.toml"


def load_calendar(path: Path, missions: Collection[str]) -> tuple[Closure, ...]:
    """All of them, in the order of the file; none where there is no file. Raises `InvalidSettings` with file and line."""
    if not path.exists():
        return ()
    toml = Toml(read_text(path, InvalidSettings), str(path), InvalidSettings)
    toml.check_names(toml.values, ("days",), "name")
    tables = toml.values.get("days", [])
    if not isinstance(tables, list):
        raise toml.problem("days is no list of tables.", "days", remedy="Each begins with [[days]] on its own line.")
    return tuple(_Table(toml, index, missions).closure() for index in range(len(tables)))


class _Table:
    """One [[days]] table on its way to a `Closure`."""

    def __init__(self, toml: Toml, index: int, missions: Collection[str]) -> None:
        self.toml = toml
        self.path = ("days", index)
        self.values: Mapping[str, Any] = toml.values["days"][index]
        self.missions = missions

    def closure(self) -> Closure:
        self.check_keys()
        first = self.of("from", _day)
        last = self.of("to", _day) if "to" in self.values else first
        if last < first:
            raise self.toml.problem(
                f"to ({last}) is before from ({first}).", *self.path, "to", remedy="The last day is one of them: write it."
            )
        return Closure(
            cause=_WHAT[self.of("what", lambda raw: _one_of(raw, tuple(_WHAT)))],
            first=first,
            last=last,
            rule=Rule(self.of("rule", lambda raw: _one_of(raw, tuple(Rule)))),
            reason=self.of("reason", _text),
            country=self.of("country", written.country) if "country" in self.values else "",
            mission=self.of("mission", self.known_mission) if "mission" in self.values else "",
            place=self.toml.place(*self.path),
        )

    def check_keys(self) -> None:
        self.toml.check_names(self.values, _KEYS, "name", *self.path)
        for key in _REQUIRED:
            if key not in self.values:
                raise self.toml.problem(f"These days have no {key}.", *self.path, remedy=f"Add a line: {key} = ...")
        named = [key for key in _WHOM if key in self.values]
        right = 'Write one line: country = "TR", or mission = "embassy-ankara", or all = true.'
        if len(named) != 1:
            said = f"These days name {' and '.join(named)}." if named else "These days do not say whom they concern."
            raise self.toml.problem(said, *self.path, remedy=right)
        if named == ["all"] and self.values["all"] is not True:
            raise self.toml.problem(f"all is {self.values['all']!r}.", *self.path, "all", remedy=right)

    def known_mission(self, raw: object) -> str:
        name = _text(raw)
        if name not in self.missions:
            raise ValueError(f"There is no mission {name}. {nearest(name, sorted(self.missions))}".rstrip())
        return name

    def of(self, key: str, read: Callable[[object], _Read]) -> _Read:
        try:
            return read(self.values[key])
        except ValueError as error:
            raise self.toml.problem(f"{key}: {error}", *self.path, key) from error


def _day(raw: object) -> date:
    if not isinstance(raw, date) or isinstance(raw, datetime):
        raise ValueError(f"{raw!r} is not a day. Write one without quotes: 2026-12-24.")
    return raw


def _one_of(raw: object, possible: tuple[str, ...]) -> str:
    if raw not in possible:
        raise ValueError(f'"{raw}" is not possible. {nearest(str(raw), possible)}')
    return str(raw)


def _text(raw: object) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise ValueError(f'{raw!r} does not fit here. Write a text between double quotes: "...".')
    return raw
