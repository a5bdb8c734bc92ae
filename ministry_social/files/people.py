"""People and approval rules: config/people.toml, the policy that counts once two persons have adopted it."""

import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

from ..errors import InvalidSettings
from ..model.policy import Key, Person, Policy, Role, Rule
from ..model.variant import Kind
from . import written
from .accounts import PLATFORMS
from .lines import Toml, nearest, read_text
from .messages import KINDS

__all__ = ["PolicyFile", "load_policy", "people_file"]

T = TypeVar("T")

PERSON = ("name", "os_user", "title", "roles", "groups", "accounts")
RULE = ("signatures", "by", "message", "group", "platform", "delivery")
KEY = ("person", "public", "from", "until")
_ROLES = tuple(role.value for role in Role)
# What a rule may name.
_CHOICE = {"platform": PLATFORMS, "delivery": tuple(kind.value for kind in Kind), "message": KINDS}


def people_file(config: Path) -> Path:
    """The file of people and rules in a config folder."""
    return config / "people.toml"


def load_policy(path: Path, world: str) -> Policy:
    """The policy as it is written. Raises `InvalidSettings` with file, line and what would be right."""
    if not path.exists():
        return Policy(world=world)
    toml = Toml(read_text(path, InvalidSettings), str(path), InvalidSettings)
    toml.check_names(toml.values, ("people", "key", "approval"), "name")
    people = tuple(_Table(toml, ("people", index), table).person() for index, table in enumerate(_tables(toml, "people")))
    people = _with_keys(people, [_Table(toml, ("key", index), table) for index, table in enumerate(_tables(toml, "key"))])
    rules = tuple(_Table(toml, ("approval", index), table).rule() for index, table in enumerate(_tables(toml, "approval")))
    _unique(toml, people)
    return Policy(world=world, people=people, rules=rules)


class PolicyFile:
    """The policy of a config folder, read again when the file has changed."""

    def __init__(self, path: Path, world: str) -> None:
        self._path, self._world = path, world
        self._seen: tuple[int, int, int] | None = None
        self._policy: Policy | None = None

    def __call__(self) -> Policy:
        """The policy as it is written now."""
        try:
            state = self._path.stat()
            seen = (state.st_mtime_ns, state.st_size, state.st_ino)
        except OSError:
            seen = (0, 0, 0)
        if self._policy is None or seen != self._seen:
            self._policy = load_policy(self._path, self._world)
            self._seen = seen
        return self._policy


def _tables(toml: Toml, name: str) -> list[Mapping[str, Any]]:
    found = toml.values.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise toml.problem(f"{name} is not a list of tables.", name, remedy=f"Each begins with [[{name}]] on its own line.")
    return found


def _with_keys(people: tuple[Person, ...], keys: list["_Table"]) -> tuple[Person, ...]:
    """The people, each with their keys."""
    found: dict[str, list[Key]] = {one.name: [] for one in people}
    for table in keys:
        key = table.key()
        owner = table.read("person", _name)
        if owner not in found:
            raise table.problem("person", f"There is no person {owner}.", nearest(owner, tuple(found)))
        found[owner].append(key)
    return tuple(replace(one, keys=tuple(found[one.name])) for one in people)


class _Table:
    """One table on its way to a value."""

    def __init__(self, toml: Toml, path: tuple[str | int, ...], values: Mapping[str, Any]) -> None:
        self.toml, self.path, self.values = toml, path, values

    def person(self) -> Person:
        self.names(PERSON, ("name", "os_user", "roles"))
        roles = tuple(Role(role) for role in self.several("roles", lambda raw: _one_of(raw, _ROLES), least=1))
        if Role.AUDITOR in roles and len(roles) > 1:
            raise self.problem("roles", "An auditor has no other role.", "An auditor only reads.")
        groups = self.several("groups", _name)
        if set(groups) & set(_ROLES):
            raise self.problem("groups", "A group cannot have the name of a role.")
        return Person(
            name=self.read("name", _name),
            os_user=self.read("os_user", _text),
            title=self.read("title", _text) if "title" in self.values else "",
            roles=roles,
            groups=groups,
            accounts=self.several("accounts", _name),
        )

    def key(self) -> Key:
        self.names(KEY, ("person", "public", "from"))
        since, until = self.read("from", _moment), self.read("until", _moment) if "until" in self.values else None
        if until is not None and until <= since:
            raise self.problem("until", "This key ends before it begins.")
        return Key(public=self.read("public", _public), since=since, until=until)

    def rule(self) -> Rule:
        self.names(RULE, ("signatures",))
        number = self.values["signatures"]
        if type(number) is not int or not 0 <= number <= 9:
            raise self.problem("signatures", f"{number!r} is no number of signatures.", "Write a whole number: signatures = 2")
        said = {name: self.one_of(name, known) for name, known in _CHOICE.items() if name in self.values}
        if "group" in self.values:
            said["group"] = self.read("group", _name)
        return Rule(signatures=number, by=self.several("by", _name), **said)

    def one_of(self, name: str, known: tuple[str, ...]) -> str:
        return self.read(name, lambda raw: _one_of(raw, known))

    def names(self, known: tuple[str, ...], needed: tuple[str, ...]) -> None:
        self.toml.check_names(self.values, known, "name", *self.path)
        for name in needed:
            if name not in self.values:
                raise self.toml.problem(f"{name} is missing here.", *self.path, remedy=f"Add a line: {name} = ...")

    def read(self, name: str, read: Callable[[Any], T]) -> T:
        try:
            return read(self.values[name])
        except ValueError as wrong:
            raise self.problem(name, str(wrong)) from wrong

    def several(self, name: str, read: Callable[[Any], str], *, least: int = 0) -> tuple[str, ...]:
        values = self.values.get(name, [])
        if not isinstance(values, list) or len(values) < least:
            raise self.problem(name, f"{name} is {values!r}.", f'Write a list: {name} = ["..."].')
        found = tuple(self.read_one(name, read, value) for value in values)
        if len(set(found)) < len(found):
            raise self.problem(name, f"{name} names something twice.", "Remove one.")
        return found

    def read_one(self, name: str, read: Callable[[Any], str], value: Any) -> str:
        try:
            return read(value)
        except ValueError as wrong:
            raise self.problem(name, str(wrong)) from wrong

    def problem(self, name: str, sentence: str, remedy: str = "") -> Exception:
        return self.toml.problem(sentence, *self.path, name, remedy=remedy)


def _unique(toml: Toml, people: tuple[Person, ...]) -> None:
    seen: dict[tuple[str, str], str] = {}
    for index, one in enumerate(people):
        marks = [("name", one.name), ("os_user", one.os_user), *(("keys", key.public) for key in one.keys)]
        for mark in marks:
            other = seen.setdefault(mark, one.name)
            if other != one.name or (mark[0] == "name" and [person.name for person in people].count(one.name) > 1):
                what = "A key" if mark[0] == "keys" else f"{mark[0]} {mark[1]}"
                raise toml.problem(f"{what} stands here twice: of {other} and {one.name}.", "people", index, remedy="Correct one.")


def _name(raw: Any) -> str:
    if not isinstance(raw, str) or not written.NAME.fullmatch(raw):
        raise ValueError(f"{raw!r} is not a name. Write small letters, digits and hyphens: duty-officers.")
    return raw


def _text(raw: Any) -> str:
    if not isinstance(raw, str) or not raw.strip() or not raw.isprintable():
        raise ValueError(f'{raw!r} does not fit here. Write a text between double quotes: "...".')
    return raw


def _one_of(raw: Any, known: tuple[str, ...]) -> str:
    if raw not in known:
        raise ValueError(f"{raw!r} is not possible here. {nearest(str(raw), known)}")
    return str(raw)


def _public(raw: Any) -> str:
    right = "is no public key. Copy the line that ministry-social person enrol has printed."
    if not isinstance(raw, str) or not re.fullmatch(r"[A-Za-z0-9+/]{43}=", raw) or len(b64decode(raw)) != 32:
        raise ValueError(f"{raw!r} {right}")
    return raw


def _moment(raw: Any) -> datetime:
    """A day (its beginning, UTC), or a moment with its zone."""
    if isinstance(raw, datetime):
        return written.moment(raw)
    if isinstance(raw, date):
        return datetime(raw.year, raw.month, raw.day, tzinfo=UTC)
    raise ValueError(f"{raw!r} is not a day. Write one without quotes: 2026-12-01")
