"""Accounts as a file: config/accounts.toml as an export writes it, so that a change of one shows as few lines."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..model.life import AccountRecord, Stage
from ..rules.life import definition

_HEAD = """\
# The accounts of the ministry, as they stand in its database: `ministry-social account export` wrote this.
# What may stand in it: docs/settings.md, "Accounts". To put a change in force: ministry-social account import FILE
"""


def accounts_text(records: Iterable[AccountRecord]) -> str:
    """All of them in their order; what stands beside a table is for people, and so are the retired ones at the end."""
    found = sorted(records, key=lambda one: one.order)
    parts = [_HEAD, *("\n".join(_table(one)) + "\n" for one in found if one.stage is not Stage.RETIRED)]
    retired = [
        f"# {one.name} ({one.account.platform}, {one.account.handle}) {_since(one)}" for one in found if one.stage is Stage.RETIRED
    ]
    if retired:
        parts.append("\n".join(["# Retired; their names are not given again:", *retired]) + "\n")
    return "\n".join(parts)


def _table(record: AccountRecord) -> Iterator[str]:
    certified = f", certified {record.certified_at:%Y-%m-%d} by {' and '.join(record.certified_by)}" if record.certified_at else ""
    said = _since(record) + certified
    yield "[[account]]  # " + "".join(sign if sign.isprintable() else " " for sign in said)
    for name, value in definition(record.account).items():
        if name == "mission" and value == record.name:
            continue
        if value or name in ("title", "city"):
            yield f"{name} = {_toml(value)}"


def _since(record: AccountRecord) -> str:
    return f"{record.stage.value} since {record.since:%Y-%m-%d}"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{name} = {_toml(inner)}' for name, inner in sorted(value.items()))} }}"
    # A basic string of TOML is one of JSON, but for the sign of deletion, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
