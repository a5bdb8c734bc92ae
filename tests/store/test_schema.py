"""The schema on both databases: the migrations make what the code sees; an older or newer one is not touched."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql, sqlite

from ministry_social.errors import InvalidSettings
from ministry_social.model.delivery import State
from ministry_social.rules import chain
from ministry_social.store import SqliteStore, SqlStore, empty, existing, in_file, open_store, schema, upgrade_store
from ministry_social.store.postgres import address
from ministry_social.store.tables import metadata

from .conftest import NOON, Noon, planned, put, raw, verify

# A delivery in doubt as the first schema had it, without a word about when to look for it.
OLD = """
INSERT INTO delivery (key, message, wave, account, platform, part, kind, payload, otherwise, release, due_at, stale_at, waits_for,
  state, prepared, attempts, fence, started_at, lease_until, sent_at, remote_id, url, error)
VALUES ('grain/1/oslo/post', 'grain', 1, 'oslo', 'x', 'post', 'local', 'p', '', 'r', '2026-12-01T12:00:00.000Z', NULL, '',
  'unknown', {true}, 1, 'f', '2026-12-01T12:00:05.000Z', NULL, NULL, '', '', 'Lost.')
"""


def engine_of(url: str) -> sa.Engine:
    return sa.create_engine(url if in_file(url) else address(url))


def shape(engine: sa.Engine) -> Mapping[str, Any]:
    """Everything that a database says about its tables, in a form that can be compared."""
    inspector = sa.inspect(engine)
    return {
        table: {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"], "computed" in column)
                for column in inspector.get_columns(table)
            },
            "key": inspector.get_pk_constraint(table)["constrained_columns"],
            "unique": sorted(str(sorted(one["column_names"])) for one in inspector.get_unique_constraints(table)),
            "indexes": sorted((str(i["name"]), i["column_names"], bool(i["unique"])) for i in inspector.get_indexes(table)
                              if "duplicates_constraint" not in i),
        }
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }  # fmt: skip


def declared(dialect: Any) -> Mapping[str, Any]:
    """The same, of the tables that the code has."""
    return {
        name: {
            "columns": {
                column.name: (column.type.compile(dialect=dialect), bool(column.nullable), column.computed is not None)
                for column in table.c
            },
            "key": [column.name for column in table.primary_key],
            "unique": sorted(
                str(sorted(c.name for c in one.columns)) for one in table.constraints if isinstance(one, sa.UniqueConstraint)
            ),
            "indexes": sorted((str(i.name), [c.name for c in i.columns], bool(i.unique)) for i in table.indexes),
        }
        for name, table in metadata.tables.items()
    }


def at_first_schema(url: str) -> None:
    """A store as the first release made it."""
    store = empty(url)
    with store.connection() as connection:
        command.upgrade(schema._config(connection), "0001")
    store.close()
    body = '{"about":{},"at":"2026-12-01T12:00:00.000Z","by":"ana","event":"opened","facts":{"world":"rehearsal"}}'
    seal = chain.seal(chain.GENESIS, body)
    raw(
        url,
        "INSERT INTO about (key, value) VALUES ('world', 'rehearsal')",
        f"INSERT INTO entry (position, body, seal) VALUES (1, '{body}', '{seal}')",
        f"UPDATE ledger_head SET position = 1, seal = '{seal}'",
        OLD.format(true="1" if in_file(url) else "true"),
    )


def test_the_migrations_make_exactly_the_tables_of_the_code(store: SqlStore, url: str) -> None:
    engine = engine_of(url)
    dialect = sqlite.dialect() if in_file(url) else postgresql.dialect()
    found = shape(engine)
    for name, table in declared(dialect).items():
        assert found[name] == table, name
    assert found.keys() == metadata.tables.keys()
    engine.dispose()


def test_alembic_itself_finds_nothing_to_migrate(store: SqlStore, url: str) -> None:
    engine = engine_of(url)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    assert [one for one in differences if "alembic_version" not in str(one)] == []
    engine.dispose()


@pytest.mark.parametrize("second", [State.SENDING, State.UNKNOWN])
def test_the_index_of_what_is_in_flight_is_about_both_states_and_no_other(store: SqlStore, second: State) -> None:
    with store.begin() as tx:
        for number, state in enumerate((State.PLANNED, State.PUBLISHED, State.FAILED, State.CANCELLED, State.MISSED, second)):
            put(tx, planned("oslo", message=f"m{number}"), state)
    with pytest.raises(sa.exc.IntegrityError, match=r"one_in_flight|delivery\.account"), store.begin() as tx:
        put(tx, planned("oslo", message="another"), State.SENDING)


def test_the_newest_schema_is_alembics_head(store: SqlStore) -> None:
    with store.connection(reading=True) as connection:
        head = ScriptDirectory.from_config(schema._config(connection)).get_current_head()
    assert schema.version(store) == schema.newest() == head


def test_every_connection_to_a_file_writes_ahead_and_waits_for_the_disk(file_store: SqliteStore) -> None:
    with file_store.connection(reading=True) as one, file_store.connection(reading=True) as other:
        for connection in (one, other):
            assert connection.scalar(sa.text("PRAGMA journal_mode")) == "wal"
            assert connection.scalar(sa.text("PRAGMA synchronous")) == 2  # FULL
            assert connection.scalar(sa.text("PRAGMA foreign_keys")) == 1


def test_every_connection_to_a_server_waits_for_the_disk_too(postgres_url: str) -> None:
    store = open_store(postgres_url, "rehearsal", Noon(), by="ana")
    with store.read() as reading:
        shown = {name: reading._run(sa.text(f"SHOW {name}")).scalar() for name in ("synchronous_commit", "fsync", "timezone")}
        assert reading._run(sa.text("SHOW transaction_read_only")).scalar() == "on"
    store.close()
    assert shown == {"synchronous_commit": "on", "fsync": "on", "timezone": "UTC"}


def test_a_newer_schema_is_refused_with_a_sentence(store: SqlStore, url: str) -> None:
    raw(url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(InvalidSettings, match=r"has schema 9999; this ministry_social knows 0008 only.*newer ministry_social"):
        open_store(url, "rehearsal", Noon(), by="ana")
    with pytest.raises(InvalidSettings, match="9999"):
        upgrade_store(url, Noon(), by="ana")


def test_an_older_schema_says_to_make_a_backup_and_upgrade(url: str) -> None:
    at_first_schema(url)
    with pytest.raises(InvalidSettings, match=r"store backup FILE, then: ministry-social store upgrade"):
        open_store(url, "rehearsal", Noon(), by="ana")


def test_an_upgrade_loses_nothing_and_what_was_in_doubt_is_looked_for(url: str) -> None:
    at_first_schema(url)
    assert upgrade_store(url, Noon(), by="ana") == ("0001", "0008")
    store = open_store(url, "rehearsal", Noon(), by="ana")
    started = NOON + timedelta(seconds=5)
    with store.read() as reading:
        [old] = reading.deliveries()
        assert (old.state, old.error, old.doubt_since, old.look_at) == (State.UNKNOWN, "Lost.", started, started)
        assert (old.certain_at, old.stuck, old.look_first) == (None, False, False)
        assert reading.doubtful(started, 9) == (old,)
    with store.begin() as tx:
        put(tx, planned("bern"), State.PUBLISHED)
        tx.keep_hold(scope="all", value="", reason="wait", by="ana", at=NOON, drill=False)
    assert verify(store) == 5
    store.close()


def test_an_older_store_can_be_copied_before_it_is_upgraded(url: str, tmp_path: Path) -> None:
    at_first_schema(url)
    store = existing(url)
    store.backup(str(tmp_path / "backup.sqlite"))
    store.close()
    backup = f"sqlite:///{tmp_path}/backup.sqlite"
    assert raw(backup, "SELECT version_num FROM alembic_version") == [("0001",)]
    assert upgrade_store(backup, Noon(), by="ana") == ("0001", "0008")
    assert raw(backup, "SELECT state, look_at FROM delivery") == [("unknown", "2026-12-01T12:00:05.000Z")]


class Away:
    """The clock of a rehearsal that nobody serves."""

    def now(self) -> datetime:
        raise InvalidSettings("There is no rehearsal.")


def test_a_rehearsal_that_is_not_served_is_upgraded_at_the_time_of_its_last_entry(url: str) -> None:
    """It cannot be served before: serving reads the accounts from the store."""
    at_first_schema(url)
    last = json.loads(raw(url, "SELECT body FROM entry ORDER BY position DESC LIMIT 1")[0][0])["at"]
    upgrade_store(url, Away(), by="ana")  # type: ignore[arg-type]  # nothing else is asked of it
    body = json.loads(raw(url, "SELECT body FROM entry ORDER BY position DESC LIMIT 1")[0][0])
    assert (body["event"], body["at"]) == ("upgraded", last)


def test_upgrading_what_is_up_to_date_changes_nothing(store: SqlStore, url: str) -> None:
    assert upgrade_store(url, Noon(), by="ana") == ("0008", "0008")


def test_there_is_no_upgrade_of_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match="There is no store at"):
        upgrade_store(f"sqlite:///{tmp_path}/gone.sqlite", Noon(), by="ana")
    assert not (tmp_path / "gone.sqlite").exists()


def test_nor_of_a_database_that_is_empty(postgres_url: str) -> None:
    with pytest.raises(InvalidSettings, match="There is no store at"):
        upgrade_store(postgres_url, Noon(), by="ana")
    assert raw(postgres_url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
