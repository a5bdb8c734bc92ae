"""Two workers renew one credential at once while they are killed: the vault never silently holds a dead token.

At length: `python -m tests.acceptance.renewing --refreshes 200`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import Postgres

from .renewing.trial import Place, places, tried


@pytest.fixture(scope="module")
def two_places() -> Iterator[list[Place]]:
    """Where workers are started: made once, because loading takes longest."""
    with places() as made:
        yield made


@pytest.mark.parametrize("rotating", [False, True], ids=["refresh tokens stay", "refresh tokens rotate"])
def test_killed_workers_never_leave_a_dead_token_of_which_nobody_knows(
    tmp_path: Path, postgres: Postgres, two_places: list[Place], rotating: bool
) -> None:
    database = postgres.new_database()
    figures = tried(tmp_path / "ministry", database, two_places, renewals=20, rotating=rotating, seed=7)
    postgres.drop(database)
    assert (figures.silent, figures.leaks) == ([], [])
    assert figures.renewals >= 20
    assert sum(figures.kills.values()) > 0
    assert rotating or figures.lost == 0
