"""Budgets of single missions: config/budgets.toml, one line for each mission whose budget is another than the others'."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from pathlib import Path

from ..errors import InvalidSettings
from . import written
from .lines import Toml, nearest, read_text

__all__ = ["budgets_file", "load_budgets"]


def budgets_file(config: Path) -> Path:
    """The file of budgets in a config folder."""
    return config / "budgets.toml"


def load_budgets(path: Path, missions: Collection[str]) -> Mapping[str, Decimal]:
    """What each mission named there may spend in a month, in US dollars; nothing where there is no file.

    Raises `InvalidSettings` with file and line.
    """
    if not path.exists():
        return {}
    toml = Toml(read_text(path, InvalidSettings), str(path), InvalidSettings)
    toml.check_names(toml.values, ("missions",), "name")
    table = toml.values.get("missions", {})
    if not isinstance(table, dict):
        raise toml.problem("missions is no table.", "missions", remedy="Write [missions] on its own line, and the budgets below.")
    return {name: _budget(toml, name, raw, missions) for name, raw in table.items()}


def _budget(toml: Toml, name: str, raw: object, missions: Collection[str]) -> Decimal:
    if name not in missions:
        raise toml.problem(f"There is no mission {name}. {nearest(name, sorted(missions))}".rstrip(), "missions", name)
    try:
        amount = written.amount(raw)
    except ValueError as error:
        raise toml.problem(f"{name}: {error}", "missions", name) from error
    if amount < 0:
        raise toml.problem(f"{name}: {amount} is too small: at least 0.", "missions", name)
    return amount
