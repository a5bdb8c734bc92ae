"""Where a trial takes place: a rehearsal that behaves badly, a ministry's folder, and a database of its own."""

import math
import os
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from ministry_social.rehearsal.server import Server
from ministry_social.rehearsal.x.limits import LIMITS
from tests.postgres import running

from .trial import PATIENCE, SETTINGS, Figures, Trial

_ROUTE = "POST /2/tweets"


def tried(
    folder: Path,
    engine: str,
    *,
    kills: int,
    each: int,
    seed: int,
    accounts: int = 400,
    places: int = 2,
    minutes: float = math.inf,
    kill_database: bool = False,
) -> Figures:
    """Run a trial and return what came of it. `engine` is `embedded` (SQLite) or `worker` (PostgreSQL, two of them)."""
    with ExitStack() as held:
        # X lets an app post ten thousand times a day; a trial posts more than that.
        held.enter_context(patch.dict(LIMITS, {_ROUTE: replace(LIMITS[_ROUTE], user=100_000, day=1_000_000)}))
        address = held.enter_context(Server(patience=PATIENCE).running())
        environment = {"REHEARSAL_ADDRESS": address, **SETTINGS}
        restart = None
        if engine == "worker":
            server = held.enter_context(running())
            environment["STORE_URL"] = server.new_database()
            restart = server.kill_and_start if kill_database else None
        held.enter_context(patch.dict(os.environ, {f"MINISTRY_SOCIAL_{name}": value for name, value in environment.items()}))
        trial = Trial(
            folder=folder, address=address, engine=engine, seed=seed, kills=kills, each=each, accounts=accounts,
            places=places, seconds=minutes * 60,
            restart_database=restart,
        )  # fmt: skip
        return trial.run()
