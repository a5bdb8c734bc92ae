"""Several processes on one store: each writes alone, and one that is killed leaves nothing half done."""

import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ministry_social.errors import InvalidSettings, NotAllowed
from ministry_social.rules import chain
from ministry_social.store import SqlStore, open_store

from .conftest import Noon

WRITER = """
import sys
from ministry_social.model.delivery import State
from ministry_social.model.ledger import Event
from ministry_social.store import open_store
from tests.store.conftest import NOON, Noon, planned

url, name, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
store = open_store(url, "rehearsal", Noon(), by=name)
print("ready", flush=True)
for turn in range(number):
    with store.begin() as tx:
        one = planned(f"{name}-{turn}")
        tx.plan(one, by=name, at=NOON)
        for again in range(5):
            tx.keep(f"{name} {turn} {again}".encode())
        started = tx.record(Event.STARTED, by=name, at=NOON, delivery=one, change={"state": State.SENDING, "fence": name})
        tx.record(Event.ACCEPTED, by=name, at=NOON, delivery=started, change={"state": State.PUBLISHED})
"""


def writer(file: Path, name: str, number: int) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", WRITER, f"sqlite:///{file}", name, str(number)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)


def ready(process: subprocess.Popen[str]) -> subprocess.Popen[str]:
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def finish(process: subprocess.Popen[str], code: int = 0) -> None:
    process.communicate(timeout=30)
    assert process.returncode == code


def verify(store: SqlStore) -> int:
    with store.read() as reading:
        return chain.verify(reading.entries())[0]


def test_processes_that_write_at_once_never_break_the_chain(store: SqlStore) -> None:
    for process in [writer(store.file, name, 60) for name in ("ana", "ben", "eva")]:
        finish(process)
    assert verify(store) == 1 + 3 * 60 * 3


def test_processes_that_make_the_same_store_at_once_make_one(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite"
    for process in [writer(file, name, 3) for name in ("ana", "ben", "eva")]:
        finish(process)
    store = open_store(f"sqlite:///{file}", "rehearsal", Noon(), by="ana")
    with store.read() as reading:
        events = [json.loads(entry.body)["event"] for entry in reading.entries()]
    assert events.count("opened") == 1
    assert verify(store) == 1 + 3 * 3 * 3
    store.close()


def test_nothing_half_is_found_after_a_kill_in_the_middle_of_a_transaction(store: SqlStore) -> None:
    moments = random.Random(7)
    for turn in range(6):
        process = ready(writer(store.file, f"p{turn}", 100_000))
        time.sleep(moments.uniform(0.01, 0.15))
        process.send_signal(signal.SIGKILL)
        finish(process, -signal.SIGKILL)
        entries = verify(store)
        with store.read() as reading:
            found = reading.deliveries()
            assert {delivery.state.value for delivery in found} <= {"published"}
            assert entries == 1 + 3 * len(found)
            assert all(len(reading.history(delivery=delivery.key)) == 3 for delivery in found[-3:])
    assert entries > 1


def test_a_reader_sees_one_moment_while_others_write(store: SqlStore) -> None:
    process = ready(writer(store.file, "ana", 200))
    with store.read() as reading:
        before = len(reading.deliveries())
        finish(process)
        assert len(reading.deliveries()) == before
    with store.read() as reading:
        assert len(reading.deliveries()) == 200


def test_a_backup_made_while_others_write_is_a_whole_store(store: SqlStore, tmp_path: Path) -> None:
    process = ready(writer(store.file, "ana", 300))
    target = tmp_path / "backup.sqlite"
    store.backup(str(target))
    finish(process)
    copy = open_store(f"sqlite:///{target}", "rehearsal", Noon(), by="ana")
    with copy.read() as reading:
        assert verify(copy) == 1 + 3 * len(reading.deliveries())
    copy.close()


def test_a_backup_never_overwrites(store: SqlStore, tmp_path: Path) -> None:
    target = tmp_path / "letter.txt"
    target.write_text("Dear minister")
    with pytest.raises(NotAllowed, match="exists already; a backup never overwrites"):
        store.backup(str(target))
    assert target.read_text() == "Dear minister"


def test_a_backup_that_cannot_be_written_is_refused_with_a_sentence(store: SqlStore, tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match="backup cannot be written: No such file or directory"):
        store.backup(str(tmp_path / "no" / "such" / "folder.sqlite"))


def test_a_copy_of_what_others_have_open_is_whole_too(store: SqlStore, tmp_path: Path) -> None:
    """What was committed is in the backup even while it is only in the write-ahead file."""
    finish(writer(store.file, "ana", 2))
    store.backup(str(tmp_path / "copy.sqlite"))
    raw = sqlite3.connect(tmp_path / "copy.sqlite")
    assert raw.execute("SELECT count(*) FROM entry").fetchone() == (7,)
    raw.close()
