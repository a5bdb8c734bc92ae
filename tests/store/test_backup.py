"""A backup is a whole store in a file of its own, from either database, made while others write."""

import sqlite3
from pathlib import Path

import pytest

from ministry_social.errors import InvalidSettings, NotAllowed
from ministry_social.store import SqliteStore, SqlStore, in_file, open_store

from .conftest import Noon, count, raw, verify
from .test_processes import finish, ready, writer


def test_a_backup_made_while_others_write_is_a_whole_store(store: SqlStore, url: str, tmp_path: Path) -> None:
    process = ready(writer(url, "ana", 150))
    target = tmp_path / "backup.sqlite"
    store.backup(str(target))
    finish(process)
    copy = open_store(f"sqlite:///{target}", "rehearsal", Noon(), by="ana")
    assert verify(copy) == 1 + 3 * count(copy, "delivery")
    copy.close()
    assert [file.name for file in tmp_path.glob("backup*")] == ["backup.sqlite"], "nothing lies beside it"


def test_a_backup_never_overwrites(store: SqlStore, tmp_path: Path) -> None:
    target = tmp_path / "letter.txt"
    target.write_text("Dear minister")
    with pytest.raises(NotAllowed, match="exists already; a backup never overwrites"):
        store.backup(str(target))
    assert target.read_text() == "Dear minister"


def test_a_backup_that_cannot_be_written_is_refused_with_a_sentence(store: SqlStore, tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match="backup cannot be written: No such file or directory"):
        store.backup(str(tmp_path / "no" / "such" / "folder.sqlite"))


def test_a_backup_that_fails_leaves_nothing(store: SqlStore, url: str, tmp_path: Path) -> None:
    if in_file(url):
        raw(url, "PRAGMA wal_checkpoint(TRUNCATE)")
        store.close()
        with open(url.removeprefix("sqlite:///"), "r+b") as file:  # its first page is gone
            file.write(b"\xff" * 4096)
    else:
        raw(url, "ALTER TABLE slot RENAME TO gone")
    with pytest.raises(InvalidSettings, match="backup could not be written"):
        store.backup(str(tmp_path / "backup.sqlite"))
    assert [*tmp_path.glob("backup*")] == []


def test_a_copy_of_what_others_have_open_is_whole_too(file_store: SqliteStore, tmp_path: Path) -> None:
    """What was committed is in the backup even while it is only in the write-ahead file."""
    finish(writer(f"sqlite:///{file_store.file}", "ana", 2))
    file_store.backup(str(tmp_path / "copy.sqlite"))
    copy = sqlite3.connect(tmp_path / "copy.sqlite")
    assert copy.execute("SELECT count(*) FROM entry").fetchone() == (7,)
    copy.close()
