"""Databases for the engines, and a ministry for the front door."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ministry_social.engine import procrastinate
from tests.acceptance.ministry import Ministry, connected, new_ministry
from tests.conftest import Rehearsal
from tests.postgres import Postgres

from .bench import Ground, ground


@pytest.fixture
def database(postgres: Postgres) -> Iterator[str]:
    """The address of an empty database of PostgreSQL."""
    made = postgres.new_database()
    yield made
    postgres.drop(made)


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker looks ten times as often whether it is enough: tests are short."""
    monkeypatch.setattr(procrastinate, "_LOOK", 0.05)


@pytest.fixture
def shared(database: str, tmp_path: Path) -> Iterator[Ground]:
    """A ground on PostgreSQL."""
    with ground(database, tmp_path) as made:
        yield made


@pytest.fixture
def ministry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rehearsal: Rehearsal, database: str) -> Ministry:
    """A ministry on PostgreSQL whose every account is connected to the test's own rehearsal."""
    made = new_ministry(tmp_path / "ministry", monkeypatch)
    made.environment["MINISTRY_SOCIAL_STORE_URL"] = database
    return connected(made, rehearsal)
