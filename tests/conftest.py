"""Fixtures that every test may use."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from ministry_social.rehearsal.server import Server
from ministry_social.rehearsal.world import World

from .postgres import Postgres, running


def pytest_xdist_auto_num_workers() -> int:
    """Three processes for two cores: a quarter of a test's time is waiting, for a clock, a disk, or a process killed."""
    return max(2, (os.cpu_count() or 1) * 3 // 2)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI nothing may be skipped: .ci/run installs all that a test needs."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@dataclass
class Rehearsal:
    """A running rehearsal, as a test sees it."""

    address: str
    world: World

    def get(self, path: str, **query: Any) -> Any:
        return requests.get(f"{self.address}{path}", params=query, timeout=10).json()

    def post(self, path: str, body: Any) -> Any:
        return requests.post(f"{self.address}{path}", json=body, timeout=10).json()

    def enrol(self, platform: str, profile_id: str, name: str, handle: str = "", **more: Any) -> dict[str, str]:
        """Make a profile; returns its credential."""
        row = {
            "platform": platform,
            "id": profile_id,
            "name": name,
            "handle": handle or name.replace("-", "_"),
            "title": name,
        }
        [credential] = self.post("/rehearsal/accounts", [row | more])
        return dict(credential)

    def fault(self, kind: str, platform: str, **details: Any) -> Any:
        return self.post("/rehearsal/faults", {"kind": kind, "platform": platform, **details})

    def records(self, **query: str) -> Any:
        return self.get("/rehearsal/records", **query)


@pytest.fixture
def rehearsal() -> Iterator[Rehearsal]:
    """A fresh rehearsal for one test."""
    server = Server()
    with server.running() as address:
        yield Rehearsal(address=address, world=server.world)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL, one for each process of the tests."""
    with running() as server:
        yield server
