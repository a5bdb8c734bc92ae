"""The schema's version: made, checked and moved forward by Alembic."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ..errors import InvalidSettings
from ..model.ledger import Event
from ..rules.timing import unstamp
from .tables import about, entry
from .transaction import SqlTransaction

if TYPE_CHECKING:
    from alembic.config import Config

    from . import SqlStore

_MAKING = 0x6D696E6973  # the lock under which a schema is made or moved forward ("minis")
_MIGRATIONS = Path(__file__).parent / "migrations"


def newest() -> str:
    """The schema that this code knows: the highest migration number (Alembic itself loads only to upgrade)."""
    numbers = [match[1] for file in (_MIGRATIONS / "versions").iterdir() if (match := re.match(r"(\d{4})_\w+\.py$", file.name))]
    return max(numbers)


def version(store: "SqlStore") -> str | None:
    """The schema that the store has, or None where it is empty."""
    with store.connection(reading=True) as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        found = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)


def check(store: "SqlStore") -> None:
    """Refuse to work on another schema than ours."""
    check_not_newer(store)
    found = version(store) or ""
    if found < newest():
        raise InvalidSettings(
            f"This store has schema {found}; this ministry_social needs {newest()}.",
            file=store.name,
            remedy="Run: ministry-social store backup FILE, then: ministry-social store upgrade",
        )


def check_not_newer(store: "SqlStore") -> None:
    """Refuse a schema that we do not know yet."""
    found = version(store) or ""
    if found > newest():
        raise InvalidSettings(
            f"This store has schema {found}; this ministry_social knows {newest()} only.",
            file=store.name,
            remedy="Install the newer ministry_social that wrote it.",
        )


def make(store: "SqlStore", world: str, *, by: str, at: datetime) -> None:
    """Make a new store: its tables, its world and the ledger's first entry, all or nothing, whoever else tries it as well."""
    with store.connection() as connection:
        migrate(connection)
        if connection.scalar(sa.select(about.c.value)) is None:
            connection.execute(sa.insert(about).values(key="world", value=world))
            tx = SqlTransaction(connection)
            tx.record(Event.OPENED, by=by, at=at, facts={"world": world})
            tx.finish()


def upgrade(store: "SqlStore", before: str, *, by: str, at: datetime | None) -> None:
    """Run every migration that is missing and say so in the ledger, all in one transaction; without a time, at its last entry's."""
    with store.connection() as connection:
        migrate(connection)
        tx = SqlTransaction(connection)
        when = at or _last(connection)
        tx.record(Event.UPGRADED, by=by, at=when, facts={"before": before, "after": newest()})
        tx.finish()


def _last(connection: sa.Connection) -> datetime:
    body = connection.execute(sa.select(entry.c.body).order_by(entry.c.position.desc()).limit(1)).scalar_one()
    return unstamp(json.loads(body)["at"])


def migrate(connection: sa.Connection, to: str = "head") -> None:
    """Run every migration that is missing on this connection, up to one of them."""
    from alembic import command  # heavy, and needed once in a store's life

    if connection.dialect.name == "postgresql":  # SQLite is locked by then
        connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({_MAKING})"))
    command.upgrade(_config(connection), to)


def _config(connection: sa.Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config
