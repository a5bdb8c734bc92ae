"""How long what is kept: config/retention.toml, one line for each class of records."""

from datetime import timedelta
from pathlib import Path

from ..errors import InvalidSettings
from ..model.retention import Record, Schedule
from . import written
from .lines import Toml, nearest, read_text

__all__ = ["load_retention", "retention_file"]

_FOR_EVER = "for ever"
_LEAST = timedelta(days=30)  # what was published is compared with what is new, and with what stands there


def retention_file(config: Path) -> Path:
    """The file of the schedule in a config folder."""
    return config / "retention.toml"


def load_retention(path: Path) -> Schedule:
    """The schedule; for ever, where there is no file or no line. Raises `InvalidSettings` with file and line."""
    if not path.exists():
        return Schedule(keep={})
    toml = Toml(read_text(path, InvalidSettings), str(path), InvalidSettings)
    toml.check_names(toml.values, ("keep",), "name")
    table = toml.values.get("keep", {})
    if not isinstance(table, dict):
        raise toml.problem("keep is no table.", "keep", remedy="Write [keep] on its own line, and the classes below.")
    return Schedule(keep={_class(toml, name): _time(toml, name, raw) for name, raw in table.items()})


def _class(toml: Toml, name: str) -> Record:
    if name not in set(Record):
        raise toml.problem(f"There is no class {name}. {nearest(name, sorted(Record))}".rstrip(), "keep", name)
    return Record(name)


def _time(toml: Toml, name: str, raw: object) -> timedelta | None:
    if raw == _FOR_EVER:
        return None
    try:
        found = written.duration(raw)
    except ValueError as error:
        raise toml.problem(f"{name}: {error}", "keep", name, remedy='Or write "for ever".') from error
    if found < _LEAST:
        raise toml.problem(f"{name}: {raw} is too short: at least 30d.", "keep", name)
    return found
