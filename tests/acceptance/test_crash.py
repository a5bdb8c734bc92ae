"""Killed at every step of the protocol, frozen, and with a platform that misbehaves: every delivery is published once.

The trial at length, with at least fifty kills at each step, is `python -m tests.acceptance.crash --kills 1000`.
"""

from pathlib import Path

import pytest

from .crash.ground import tried
from .crash.traps import STEPS


@pytest.mark.parametrize(("engine", "kill_database"), [("embedded", False), ("worker", False), ("worker", True)],
                         ids=["sqlite", "postgresql", "postgresql-killed-too"])  # fmt: skip
def test_killed_at_every_step_each_delivery_is_published_once(tmp_path: Path, engine: str, kill_database: bool) -> None:
    figures = tried(tmp_path, engine, kills=len(STEPS) + 3, each=1, seed=7, accounts=80, kill_database=kill_database)
    assert figures.good, figures
    assert all(figures.kills[step] >= 1 for step in STEPS)
    assert not kill_database or figures.server_kills > 0
