"""A bench of its own for each test of the desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .bench import Bench, make_bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A store, a vault, a clock and a stage."""
    made = make_bench(tmp_path)
    yield made
    made.verify()  # whatever a test does, the chain holds
    made.store.close()
