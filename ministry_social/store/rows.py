"""Rows: how every statement of the store is run."""

from collections.abc import Callable, Collection
from typing import Any, TypeVar

import sqlalchemy as sa

from . import queries
from .known import Known
from .tables import ledger_head

T = TypeVar("T")


class Rows:
    """One connection, in a transaction."""

    def __init__(self, connection: sa.Connection, known: Known | None = None) -> None:
        self._connection = connection
        self._house = known or Known()
        self._answers: dict[str, Any] | None = None
        self._same = True  # whether nothing of it was changed here

    def _run(self, statement: Any, parameters: Any = None) -> sa.CursorResult[*tuple[Any, ...]]:
        """Every statement goes through here, so that a transaction can write down first what it has gathered."""
        return self._connection.execute(statement, parameters)

    def _once(self, question: str, ask: Callable[[], T]) -> T:
        """An answer that is the same at the same position of the ledger; it is asked for only where it is not known yet."""
        if self._answers is None:
            # A store that was moved has no head, and takes no more entries.
            position = self._connection.execute(sa.select(ledger_head.c.position)).scalar()
            self._answers = self._house.at(position) if position is not None else {}
        if question not in self._answers:
            self._answers[question] = ask()
        answer: T = self._answers[question]
        return answer

    def _changed(self) -> None:
        """One of those answers is changed: from now on nothing is taken as known."""
        self._answers = {}
        self._same = False

    def _scalar(self, query: sa.Select[Any]) -> Any:
        return self._run(query).scalar()

    def _named(self, table: sa.Table, column: str, names: Collection[str]) -> sa.CursorResult[*tuple[Any, ...]]:
        """The rows of a table whose column is one of these."""
        return self._run(queries.named(table, column), {"names": sorted(set(names))})
