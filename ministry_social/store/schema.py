"""The schema's version: made, checked and moved forward by Alembic."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ..errors import InvalidSettings
from .sqlite import SqliteStore
from .tables import about

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "migrations"


def newest() -> str:
    """The schema that this code knows: the highest migration number (Alembic itself loads only to upgrade)."""
    numbers = [match[1] for file in (_MIGRATIONS / "versions").iterdir() if (match := re.match(r"(\d{4})_\w+\.py$", file.name))]
    return max(numbers)


def version(store: SqliteStore) -> str | None:
    """The schema that the store has, or None where it is empty."""
    with store.connection(reading=True) as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        found = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)


def check(store: SqliteStore) -> None:
    """Refuse to work on another schema than ours."""
    found = version(store) or ""
    if found > newest():
        raise InvalidSettings(
            f"This store has schema {found}; this ministry_social knows {newest()} only.",
            file=str(store.file),
            remedy="Install the newer ministry_social that wrote it.",
        )
    if found < newest():
        raise InvalidSettings(
            f"This store has schema {found}; this ministry_social needs {newest()}.",
            file=str(store.file),
            remedy="Run: ministry-social store backup FILE, then: ministry-social store upgrade",
        )


def upgrade(store: SqliteStore, *, world: str | None = None) -> None:
    """Run every migration that is missing, all in one transaction; a new store is given its world in the same one."""
    from alembic import command  # heavy, and needed once in a store's life

    with store.connection() as connection:
        command.upgrade(_config(connection), "head")
        if world is not None and connection.scalar(sa.select(about.c.value)) is None:
            connection.execute(sa.insert(about).values(key="world", value=world))


def _config(connection: sa.Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config
