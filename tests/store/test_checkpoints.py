"""Checkpoints in the store, and the ledger as auditors read it: on both databases."""

from datetime import timedelta
from typing import Any

import pytest

from ministry_social.errors import LedgerBroken
from ministry_social.model.auditing import Kept
from ministry_social.model.ledger import Event
from ministry_social.rules.auditing import walk
from ministry_social.store import SqlStore, in_file, open_store, store_file

from .conftest import NOON, REFUSED, Noon, raw

INSERT = "INSERT INTO checkpoint (size, at, note) VALUES"


def kept(size: int) -> Kept:
    return Kept(size=size, at=NOON + timedelta(minutes=size), note=f"note of {size}")


@pytest.fixture
def signed(store: SqlStore) -> SqlStore:
    with store.begin() as tx:
        for number in range(9):
            tx.record(Event.RECEIVED, by="clára", at=NOON, message=f"grain-{number}", facts={"n": number})
        tx.keep_checkpoint(kept(4))
        tx.keep_checkpoint(kept(7))
    return store


def test_checkpoints_are_read_as_they_were_kept(signed: SqlStore) -> None:
    with signed.read() as reading:
        assert reading.checkpoints() == (kept(4), kept(7))
        assert reading.last_checkpoint() == kept(7)


def test_a_new_store_has_none(store: SqlStore) -> None:
    with store.read() as reading:
        assert reading.checkpoints() == ()
        assert reading.last_checkpoint() is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE checkpoint SET note = 'x'", "DELETE FROM checkpoint", "DELETE FROM checkpoint WHERE size = 7",
        f"{INSERT} (7, '', 'x')", f"{INSERT} (5, '', 'x')", f"{INSERT} (4, '', 'x') ON CONFLICT (size) DO UPDATE SET note = 'x'",
    ],
)  # fmt: skip
def test_the_database_itself_refuses_to_change_them(signed: SqlStore, url: str, statement: str) -> None:
    with pytest.raises(REFUSED, match="checkpoints are append-only"):
        raw(url, statement)
    with signed.read() as reading:
        assert reading.checkpoints() == (kept(4), kept(7))


def test_nor_does_a_file_let_one_be_replaced_nor_a_server_let_them_be_emptied(signed: SqlStore, url: str) -> None:
    with pytest.raises(REFUSED, match="checkpoints are append-only"):
        raw(url, "REPLACE INTO checkpoint VALUES (7, '', 'x')" if in_file(url) else "TRUNCATE checkpoint")


def test_the_pages_are_the_very_bytes_and_the_end_is_what_was_written(signed: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ministry_social.store.checkpoints._PAGE", 3)
    with signed.read() as reading:
        pages = list(reading.pages())
        entries = [(one.position, one.body.encode(), one.seal.encode()) for one in reading.entries()]
        assert [len(page) for page in pages] == [3, 3, 3, 1]
        assert [tuple(row) for page in pages for row in page] == entries
        assert [row[0] for page in reading.pages(7) for row in page] == [8, 9, 10]
        walked = walk(reading.pages())
        assert reading.end() == (walked.size, walked.seal) == (10, entries[-1][2].decode())


def test_what_is_no_text_any_more_is_read_all_the_same(new_url: Any) -> None:
    url = new_url("sqlite")
    store = open_store(url, "rehearsal", Noon(), by="ana")
    with store.begin() as tx:
        tx.record(Event.RECEIVED, by="ana", at=NOON, message="grain", facts={"digest": "a" * 64})
    store.close()
    file = store_file(url)
    data = file.read_bytes()
    file.write_bytes(data.replace(b"a" * 64, b"a" * 63 + b"\xff"))
    store = open_store(url, "rehearsal", Noon(), by="ana")
    with store.read() as reading:
        walked = walk(reading.pages())
    store.close()
    assert (walked.size, str(walked.broken)[:34]) == (1, "Entry 2 is not what was sealed: it"[:34])


def test_a_file_that_is_damaged_is_a_broken_ledger(new_url: Any) -> None:
    url = new_url("sqlite")
    store = open_store(url, "rehearsal", Noon(), by="ana")
    with store.begin() as tx:
        for number in range(200):
            tx.record(Event.RECEIVED, by="ana", at=NOON, message="grain", facts={"n": number})
    store.close()
    file = store_file(url)
    data = bytearray(file.read_bytes())
    at = data.find(b'{"about":{"message":"grain"}') // 4096 * 4096  # the head of a page of entries
    data[at : at + 16] = b"\xff" * 16
    file.write_bytes(data)
    store = open_store(url, "rehearsal", Noon(), by="ana")
    with pytest.raises(LedgerBroken, match=r"cannot be read after entry 0: .*malformed"), store.read() as reading:
        walk(reading.pages())
    store.close()
