"""Settings: config/ministry.toml and the environment, read and checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..errors import InvalidSettings, MinistryError
from . import written
from .alert_sections import check_alerts, is_here
from .lines import Toml, nearest, read_text
from .sections import SECTIONS, Row, Settings, rows

__all__ = ["PREFIX", "Settings", "config_file", "find_config", "foreign_addresses", "load_settings"]

PREFIX = "MINISTRY_SOCIAL_"
# Variables with our prefix that override no setting: where the config lies, the key of the sealed vault, and the passphrase of
# a person's own key.
_OTHERS = ("MINISTRY_SOCIAL_CONFIG", "MINISTRY_SOCIAL_VAULT_KEY", "MINISTRY_SOCIAL_PASSPHRASE")

# The platforms' own addresses: docs.x.com; developers.facebook.com; the discovery document of youtube v3.
_LIVE = {"x": "https://api.x.com", "facebook": "https://graph.facebook.com", "youtube": "https://youtube.googleapis.com"}
_SQLITE_FILE = re.compile(r"(?P<head>sqlite(?:\+\w+)?:///)(?P<file>[^/:?][^?]*)(?P<tail>\?.*)?")


def find_config(environ: Mapping[str, str], cwd: Path) -> Path:
    """The config folder: what MINISTRY_SOCIAL_CONFIG names, else `config` below the current folder."""
    named = environ.get("MINISTRY_SOCIAL_CONFIG", "")
    folder = (cwd / Path(named).expanduser()).resolve() if named else (cwd / "config").resolve()
    if not config_file(folder).is_file():
        where = f"MINISTRY_SOCIAL_CONFIG names {folder}, where there" if named else f"Below {cwd} there"
        raise InvalidSettings(
            f"{where} is no {'ministry.toml' if named else 'config/ministry.toml'}.",
            remedy="Go into the ministry's folder, or make one with: ministry-social init DIR",
        )
    return folder


def config_file(config: Path) -> Path:
    """The file of settings in a config folder."""
    return config / "ministry.toml"


def load_settings(config_dir: Path, environ: Mapping[str, str]) -> Settings:
    """All settings. Raises `InvalidSettings` that names the file and line, or the environment variable."""
    config = config_dir.resolve()
    folder = config.parent
    path = config_file(config)
    toml = Toml(read_text(path, InvalidSettings), str(path), InvalidSettings)
    _check_names(toml)
    _check_variables(environ)
    found = {(row.section, row.name): _Found.find(row, toml, environ) for row in rows()}
    values: dict[str, dict[str, Any]] = {section: {} for section in SECTIONS}
    for (section, name), one in found.items():
        values[section][name] = one.value(folder)
    _settle_addresses(values, found)
    _settle_onboarding(values, found)
    _check_times(values["sending"], found)
    check_alerts(values["alerts"], values["ministry"]["world"] == "live", lambda name, *said: found["alerts", name].problem(*said))
    values["store"]["url"] = _absolute(values["store"]["url"], folder)
    return Settings(
        folder=folder,
        config=config,
        origins={f"{section}.{name}": one.origin for (section, name), one in found.items()},
        **{section: kind(**values[section]) for section, kind in SECTIONS.items()},
    )


def foreign_addresses(settings: Settings) -> tuple[str, ...]:
    """Base addresses of a live ministry that are not the platform's own: to be named in every confirmation."""
    if not settings.live:
        return ()
    bases = {"x": settings.x.base_url, "facebook": settings.facebook.base_url, "youtube": settings.youtube.base_url}
    return tuple(base for platform, base in bases.items() if base != _LIVE[platform])


@dataclass(frozen=True, kw_only=True)
class _Found:
    """A setting as somebody wrote it, and where."""

    row: Row
    raw: Any
    file: str | None = None
    line: int | None = None
    variable: str = ""

    @classmethod
    def find(cls, row: Row, toml: Toml, environ: Mapping[str, str]) -> "_Found":
        if environ.get(row.variable, ""):
            return cls(row=row, raw=environ[row.variable], variable=row.variable)
        section = toml.values.get(row.section, {})
        if row.name in section:
            place = toml.place(row.section, row.name)
            return cls(row=row, raw=section[row.name], file=place.file, line=place.line)
        return cls(row=row, raw=row.default)

    @property
    def origin(self) -> str:
        if self.variable:
            return f"environment variable {self.variable}"
        return "default" if self.file is None else f"{self.file}:{self.line}"

    def value(self, folder: Path) -> Any:
        try:
            return _read(self.row, _from_text(self.row, self.raw) if self.variable else self.raw, folder)
        except ValueError as error:
            raise self.problem(str(error)) from error

    def problem(self, sentence: str, remedy: str = "") -> MinistryError:
        where = f"environment variable {self.variable}" if self.variable else self.file
        name = f"[{self.row.section}] {self.row.name}"
        return InvalidSettings(f"{name}: {sentence}", file=where, line=self.line, remedy=remedy)


_Key = tuple[str, str]


def _check_names(toml: Toml) -> None:
    known: dict[str, list[str]] = {section: [] for section in SECTIONS}
    for row in rows():
        known[row.section].append(row.name)
    for name, value in toml.values.items():
        if name in known and not isinstance(value, dict):
            raise toml.problem(f"{name} is a section.", name, remedy=f"Write [{name}] on a line of its own.")
        if name not in known and not isinstance(value, dict):
            home = next((section for section, names in known.items() if name in names), "")
            remedy = f"It belongs below [{home}]." if home else "Settings stand below a section such as [ministry]."
            raise toml.problem(f"{name} stands outside any section.", name, remedy=remedy)
    toml.check_names(toml.values, known, "section")
    for section, values in toml.values.items():
        toml.check_names(values, known[section], f"setting in [{section}]:", section)


def _check_variables(environ: Mapping[str, str]) -> None:
    known = {row.variable for row in rows()} | set(_OTHERS)
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known:
            remedy = nearest(name.removeprefix(PREFIX), [one.removeprefix(PREFIX).lower() for one in known])
            right = remedy.removeprefix("Did you mean ").removesuffix("?")
            hint = f"Did you mean {PREFIX}{right.upper()}?" if remedy.startswith("Did") else "docs/settings.md lists them all."
            raise InvalidSettings("No setting has this name.", file=f"environment variable {name}", remedy=hint)


def _from_text(row: Row, text: str) -> Any:
    """What the text of an environment variable would be in the file."""
    try:
        if row.type is bool:
            return {"true": True, "false": False}[text.lower()]
        if row.type is int:
            return int(text)
        if row.type is float:
            return float(text)
        if row.type is date:
            return date.fromisoformat(text)
    except (KeyError, ValueError):
        return text
    return text


def _read(row: Row, raw: Any, folder: Path) -> Any:
    """The value of a setting. Raises `ValueError` with a sentence that says what would be right."""
    value = _typed(row, raw, folder)
    if row.choices and value not in row.choices:
        raise ValueError(f'"{value}" is not possible. {nearest(str(value), row.choices)}')
    if row.type in (int, float, Decimal) and value < row.least:
        raise ValueError(f"{value} is too small: at least {row.least}.")
    if row.form == "language":
        return written.language(value)
    if row.form == "hours":
        written.hours(value)
    if row.form == "kinds":
        written.kinds(value)
    return _address(value) if row.form == "url" else value


def _typed(row: Row, raw: Any, folder: Path) -> Any:
    if row.type is timedelta:
        return written.duration(raw)
    if row.type is Decimal:
        return written.amount(raw)
    if row.type is Path and isinstance(raw, str) and raw:
        return folder / Path(raw).expanduser()
    if row.type is float and type(raw) in (int, float):
        return float(raw)
    if type(raw) is row.type:
        return raw
    right = {
        str: 'a text between double quotes: "..."',
        int: "a whole number without quotes: 5",
        float: "a number without quotes: 0.8",
        bool: "true or false, without quotes",
        date: "a date without quotes: 2026-04-16",
        Path: 'a file or folder between double quotes: "data/media"',
    }[row.type]
    raise ValueError(f"{raw!r} does not fit here. Write {right}.")


def _address(text: str) -> str:
    """A base address without a slash at its end; empty stays empty."""
    if not text:
        return ""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError(f'"{text}" is not an address. Write one such as "https://api.x.com".')
    return text.rstrip("/")


def _settle_addresses(values: dict[str, dict[str, Any]], found: Mapping[_Key, _Found]) -> None:
    """Give each platform its base address, and refuse one that does not belong to the world (design: world)."""
    live = values["ministry"]["world"] == "live"
    rehearsal = values["rehearsal"]["address"]
    if not _is_loopback(rehearsal):
        raise found["rehearsal", "address"].problem(
            f'"{rehearsal}" is not on this machine.', 'Write a loopback address such as "http://127.0.0.1:8700".'
        )
    for platform, own in _LIVE.items():
        base = values[platform]["base_url"] or (own if live else f"{rehearsal}/api/{platform}")
        values[platform]["base_url"] = base
        origin = found[platform, "base_url"]
        if live and not base.startswith("https://"):
            raise origin.problem(f'"{base}" is not https, and this ministry is live.', f'Write "" for {own}.')
        if live and _is_loopback(base):
            raise origin.problem(f'"{base}" is on this machine, and this ministry is live.', f'Write "" for {own}.')
        if not live and not _is_loopback(base):
            raise origin.problem(
                f'"{base}" is not on this machine, and this ministry is a rehearsal.', 'Write "" for the local platform.'
            )


def _settle_onboarding(values: dict[str, dict[str, Any]], found: Mapping[_Key, _Found]) -> None:
    """Where missions find the onboarding pages: live over https, in a rehearsal on this machine. Live there is no default."""
    live = values["ministry"]["world"] == "live"
    given, origin = values["onboarding"]["base_url"], found["onboarding", "base_url"]
    if live and given and (not given.startswith("https://") or _is_loopback(given)):
        raise origin.problem(f'"{given}" is no https address that missions can open, and this ministry is live.')
    if not live and given and not _is_loopback(given):
        raise origin.problem(f'"{given}" is not on this machine, and this ministry is a rehearsal.', 'Write "" for this machine.')
    if not live and not given:
        values["onboarding"]["base_url"] = f"http://127.0.0.1:{values['onboarding']['port']}"


def _check_times(sending: Mapping[str, timedelta], found: Mapping[_Key, _Found]) -> None:
    for shorter, longer in (("connect_timeout", "total_timeout"), ("total_timeout", "lease")):
        if sending[shorter] < sending[longer]:
            continue
        # Whoever changed one of the two is told about that one, not about the other's default.
        if found["sending", shorter].origin == "default":
            least = f"{sending[shorter].total_seconds():g}s"
            raise found["sending", longer].problem(f"must be longer than {shorter} ({least}).")
        most = f"{sending[longer].total_seconds():g}s"
        raise found["sending", shorter].problem(f"must be shorter than {longer} ({most}).")


def _absolute(url: str, folder: Path) -> str:
    """The store's address with the file of a SQLite database below the ministry's folder."""
    match = _SQLITE_FILE.fullmatch(url)
    if match is None:
        return url
    return f"{match['head']}{folder / match['file']}{match['tail'] or ''}"


def _is_loopback(url: str) -> bool:
    return is_here(urlsplit(url).hostname or "")
