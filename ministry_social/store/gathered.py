"""What a transaction has gathered to write: many rows in few statements."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from ..errors import LedgerBroken
from ..model.delivery import Delivery, Slot
from .tables import blob, delivery, dependency, entry, ledger_head, slot

# A delivery whose state or time changes has lost its place in a queue.
_LEAVES_QUEUE = {"state", "due_at"}


@dataclass
class Gathered:
    """Rows to be written, and changes of deliveries: `columns -> [parameters]`, each delivery once."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    deliveries: list[dict[str, Any]] = field(default_factory=list)
    dependencies: list[dict[str, Any]] = field(default_factory=list)
    blobs: dict[str, bytes] = field(default_factory=dict)
    slots: dict[str, Slot] = field(default_factory=dict)
    changed: dict[str, str] = field(default_factory=dict)
    _changes: dict[tuple[str, ...], list[dict[str, Any]]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.entries or self.deliveries or self.blobs or self.slots or self._changes)

    def change(self, before: Delivery, change: Mapping[str, Any]) -> None:
        """Change a delivery, if it is still as it was read."""
        self.changed[before.key] = before.state
        values = dict(change) | ({"job": None} if _LEAVES_QUEUE & change.keys() else {})
        was = {"was_key": before.key, "was_state": before.state.value, "was_fence": before.fence}
        self._changes.setdefault(tuple(sorted(values)), []).append({f"to_{name}": value for name, value in values.items()} | was)

    def write(self, connection: sa.Connection, position: int, seal: str) -> None:
        """All of it, and the new head of the chain."""
        for table, rows in ((delivery, self.deliveries), (dependency, self.dependencies)):
            if rows:
                connection.execute(sa.insert(table), rows)
        for columns, changes in self._changes.items():
            if connection.execute(_update(columns), changes).rowcount != len(changes):
                keys = ", ".join(one["was_key"] for one in changes[:3])
                raise LedgerBroken(f"{keys} is no longer as it was read; nothing was changed.")
        if self.blobs:
            connection.execute(_keep(connection.dialect.name), [{"digest": k, "bytes": data} for k, data in self.blobs.items()])
        if self.slots:
            rows = [{"key": s.key, "next_at": s.next_at, "left": s.left} for s in self.slots.values()]
            connection.execute(_set_slot(connection.dialect.name), rows)
        if self.entries:
            connection.execute(sa.insert(entry), self.entries)
            connection.execute(sa.update(ledger_head).values(position=position, seal=seal))


# Both databases have "on conflict", each with a statement of its own.
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@cache
def _keep(dialect: str) -> Any:
    """Keep a blob; what is there already under its digest is the same."""
    return _INSERT[dialect](blob).on_conflict_do_nothing()


@cache
def _set_slot(dialect: str) -> Any:
    """Set a slot, new or known."""
    made = _INSERT[dialect](slot)
    return made.on_conflict_do_update(index_elements=["key"], set_={"next_at": made.excluded.next_at, "left": made.excluded.left})


@cache
def _update(columns: tuple[str, ...]) -> sa.Update:
    """The statement that changes these columns of a delivery which is still as it was read; made once for each set of them."""
    as_it_was = (delivery.c.key == sa.bindparam("was_key")) & (delivery.c.state == sa.bindparam("was_state"))
    here = as_it_was & (delivery.c.fence == sa.bindparam("was_fence"))
    return sa.update(delivery).where(here).values({name: sa.bindparam(f"to_{name}") for name in columns})
