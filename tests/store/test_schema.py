"""The schema: what the migrations make is what the code sees, and an older or newer one is not touched."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from ministry_social.errors import InvalidSettings
from ministry_social.store import SqliteStore, open_store, schema, upgrade_store
from ministry_social.store.tables import metadata

from .conftest import Noon


def shape(engine: sa.Engine) -> Mapping[str, Any]:
    """Everything that a database says about its tables, in a form that can be compared."""
    inspector = sa.inspect(engine)
    return {
        table: {
            "columns": {
                column["name"]: (
                    str(column["type"]), column["nullable"], column["primary_key"], column["default"], column.get("computed"),
                )
                for column in inspector.get_columns(table)
            },
            "key": inspector.get_pk_constraint(table)["constrained_columns"],
            "unique": sorted(str(sorted(one.items())) for one in inspector.get_unique_constraints(table)),
            "indexes": sorted(_index(engine, table)),
        }
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }  # fmt: skip


def _index(engine: sa.Engine, table: str) -> list[str]:
    """The very statements that made the indexes: with their columns, `UNIQUE` and `WHERE`."""
    with engine.connect() as connection:
        found = connection.execute(sa.text("SELECT sql FROM sqlite_master WHERE type='index' AND tbl_name=:t"), {"t": table})
        return [row.sql for row in found if row.sql]


@pytest.fixture
def from_tables(tmp_path: Path) -> sa.Engine:
    engine = sa.create_engine(f"sqlite:///{tmp_path}/tables.sqlite")
    metadata.create_all(engine)
    return engine


def test_the_migrations_make_exactly_the_tables_of_the_code(store: SqliteStore, from_tables: sa.Engine) -> None:
    from_migrations = sa.create_engine(f"sqlite:///{store.file}")
    assert shape(from_migrations) == shape(from_tables)
    from_migrations.dispose()
    from_tables.dispose()


def test_one_index_lets_an_account_have_one_delivery_in_flight(from_tables: sa.Engine) -> None:
    [said] = [sql for sql in _index(from_tables, "delivery") if "one_in_flight" in sql]
    assert said == "CREATE UNIQUE INDEX one_in_flight ON delivery (account) WHERE state IN ('sending', 'unknown')"
    from_tables.dispose()


def test_the_newest_schema_is_alembics_head(store: SqliteStore) -> None:
    assert schema.version(store) == schema.newest()


def test_every_connection_writes_ahead_and_waits_for_the_disk(store: SqliteStore) -> None:
    with store.connection(reading=True) as one, store.connection(reading=True) as other:
        for connection in (one, other):
            assert connection.scalar(sa.text("PRAGMA journal_mode")) == "wal"
            assert connection.scalar(sa.text("PRAGMA synchronous")) == 2  # FULL
            assert connection.scalar(sa.text("PRAGMA foreign_keys")) == 1


def rewrite_version(store: SqliteStore, version: str) -> str:
    store.close()
    with sqlite3.connect(store.file) as raw:
        raw.execute("UPDATE alembic_version SET version_num = ?", (version,))
    raw.close()
    return f"sqlite:///{store.file}"


def test_a_newer_schema_is_refused_with_a_sentence(store: SqliteStore) -> None:
    url = rewrite_version(store, "9999")
    with pytest.raises(InvalidSettings, match=r"has schema 9999; this ministry_social knows 0002 only.*newer ministry_social"):
        open_store(url, "rehearsal", Noon(), by="ana")
    with pytest.raises(InvalidSettings, match="9999"):
        upgrade_store(url)


def test_an_older_schema_says_to_make_a_backup_and_upgrade(store: SqliteStore) -> None:
    url = rewrite_version(store, "0000")
    with pytest.raises(InvalidSettings, match=r"store backup FILE, then: ministry-social store upgrade"):
        open_store(url, "rehearsal", Noon(), by="ana")


def test_upgrading_what_is_up_to_date_changes_nothing(store: SqliteStore) -> None:
    assert upgrade_store(f"sqlite:///{store.file}") == ("0002", "0002")


def test_there_is_no_upgrade_of_a_store_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match="There is no store at"):
        upgrade_store(f"sqlite:///{tmp_path}/gone.sqlite")
    assert not (tmp_path / "gone.sqlite").exists()
