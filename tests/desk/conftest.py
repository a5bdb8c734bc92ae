"""A bench of its own for each test of the desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .bench import Bench, make_bench
from .office import Office, make_office
from .wall import Walled, make_walled


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A store, a vault, a clock and a stage."""
    made = make_bench(tmp_path)
    yield made
    made.verify()  # whatever a test does, the chain holds
    made.store.close()


@pytest.fixture
def walled(tmp_path: Path) -> Iterator[Walled]:
    """The same, with a stage that remembers what stands there."""
    made = make_walled(tmp_path)
    yield made
    made.verify()
    made.store.close()


@pytest.fixture
def unadopted(tmp_path: Path) -> Iterator[Office]:
    """A bench with people and rules that nobody has adopted yet."""
    made = make_office(tmp_path)
    yield made
    made.bench.verify()
    made.bench.store.close()


@pytest.fixture
def office(unadopted: Office) -> Office:
    """The same, adopted: two approvers must sign."""
    unadopted.adopt("boris", "clara")
    return unadopted
