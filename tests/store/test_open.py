"""Opening a store: made once, for one world, and nothing else is taken for one."""

import json
from pathlib import Path

import pytest

from ministry_social.errors import InvalidSettings
from ministry_social.store import SqlStore, open_store

from .conftest import Noon


def open_again(url: str, world: str = "rehearsal") -> SqlStore:
    return open_store(url, world, Noon(), by="ana")


def test_a_new_store_says_in_its_first_entry_for_which_world_it_was_made(store: SqlStore) -> None:
    with store.read() as reading:
        [first] = reading.entries()
        assert reading.world() == "rehearsal"
    assert json.loads(first.body) == {
        "about": {}, "at": "2026-12-01T12:00:00.000Z", "by": "ana", "event": "opened", "facts": {"world": "rehearsal"},
    }  # fmt: skip


def test_opening_it_again_adds_nothing(store: SqlStore, url: str) -> None:
    again = open_again(url)
    with again.read() as reading:
        assert len(list(reading.entries())) == 1
    again.close()


def test_a_store_of_another_world_is_refused(store: SqlStore, url: str) -> None:
    with pytest.raises(InvalidSettings, match=r"belongs to the world 'rehearsal', and the setting says 'live'"):
        open_again(url, "live")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://db/ledger", "sqlite:///x.sqlite?mode=ro"])
def test_an_address_that_is_no_file_of_sqlite_is_refused(url: str) -> None:
    with pytest.raises(InvalidSettings, match="sqlite:///FILE"):
        open_store(url, "rehearsal", Noon(), by="ana")


def test_a_file_that_is_no_database_is_refused_with_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite"
    file.write_text("A letter to the minister. " * 50)
    with pytest.raises(InvalidSettings, match="cannot be opened: file is not a database"):
        open_store(f"sqlite:///{file}", "rehearsal", Noon(), by="ana")


def test_a_folder_that_cannot_be_made_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where a folder should be")
    with pytest.raises(InvalidSettings, match="cannot be opened"):
        open_store(f"sqlite:///{tmp_path}/data/ledger.sqlite", "rehearsal", Noon(), by="ana")


def test_a_strange_path_is_just_a_path(tmp_path: Path) -> None:
    made = open_store(f"sqlite:///{tmp_path}/a b%20ü/ledger.sqlite", "live", Noon(), by="ana")
    made.close()
    assert (tmp_path / "a b%20ü" / "ledger.sqlite").is_file()
