"""The ministry of the tests of the front door."""

from pathlib import Path

import pytest

from tests.acceptance.ministry import Ministry, connected, new_ministry
from tests.conftest import Rehearsal


@pytest.fixture
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ministry:
    """A ministry's folder, just written; no rehearsal runs."""
    ministry = new_ministry(tmp_path / "ministry", monkeypatch)
    ministry.serve_at("http://127.0.0.1:9")  # the port of `discard`: nobody answers
    return ministry


@pytest.fixture
def ministry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rehearsal: Rehearsal) -> Ministry:
    """A ministry whose every account is connected to the test's own rehearsal."""
    return connected(new_ministry(tmp_path / "ministry", monkeypatch), rehearsal)
