"""Rows: how every statement of the store is run."""

from typing import Any

import sqlalchemy as sa


class Rows:
    """One connection, in a transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def _run(self, statement: Any, parameters: Any = None) -> sa.CursorResult[Any]:
        """Every statement goes through here, so that a transaction can write down first what it has gathered."""
        return self._connection.execute(statement, parameters)

    def _scalar(self, query: sa.Select[Any]) -> Any:
        return self._run(query).scalar()
