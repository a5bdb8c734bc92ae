"""Rows: how every statement of the store is run."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from . import queries


class Rows:
    """One connection, in a transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def _run(self, statement: Any, parameters: Any = None) -> sa.CursorResult[*tuple[Any, ...]]:
        """Every statement goes through here, so that a transaction can write down first what it has gathered."""
        return self._connection.execute(statement, parameters)

    def _scalar(self, query: sa.Select[Any]) -> Any:
        return self._run(query).scalar()

    def _named(self, table: sa.Table, column: str, names: Collection[str]) -> sa.CursorResult[*tuple[Any, ...]]:
        """The rows of a table whose column is one of these."""
        return self._run(queries.named(table, column), {"names": sorted(set(names))})
