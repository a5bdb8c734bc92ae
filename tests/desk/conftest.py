"""A bench of its own for each test of the desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .bench import Bench, make_bench
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
