"""The ministry of the acceptance tests."""

from pathlib import Path

import pytest

from tests.acceptance.ministry import Ministry, connected, new_ministry
from tests.conftest import Rehearsal


@pytest.fixture
def ministry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rehearsal: Rehearsal) -> Ministry:
    """A ministry whose every account is connected to the test's own rehearsal."""
    return connected(new_ministry(tmp_path / "ministry", monkeypatch), rehearsal)
