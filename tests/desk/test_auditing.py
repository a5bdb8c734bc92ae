"""Auditing: verify, sign, lay at witnesses, prove; and what is refused."""

import json
import sqlite3
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ministry_social.desk.auditing import Books, checkpoint, lay, prove, verify
from ministry_social.errors import LedgerBroken, NotAllowed
from ministry_social.files.witnesses import Folder
from ministry_social.model.ledger import Event
from ministry_social.rules.checkpoint import checkpoint_text, note, read_note, signature_of
from ministry_social.rules.proofs import proved
from ministry_social.store import SqliteStore, open_store
from ministry_social.vault.keys import OpenKey, new_key

from .bench import MINUTE, HandClock

ORIGIN = "www.mfa.example.org/rehearsal"


class Room:
    """A ledger in a file, a key, and two witnesses."""

    def __init__(self, folder: Path) -> None:
        self.file, self.clock, self.key = folder / "ledger.sqlite", HandClock(), new_key()
        self.store = open_store(f"sqlite:///{self.file}", "rehearsal", self.clock, by="ana")
        self.archive, self.court = Folder(folder / "archive"), Folder(folder / "court")
        for name in ("archive", "court"):
            (folder / name).mkdir()
        self.folder = folder

    @property
    def books(self) -> Books:
        return Books(store=self.store, clock=self.clock, origin=ORIGIN, keys=(self.key.public,))

    def write(self, count: int = 1) -> None:
        with self.store.begin() as tx:
            for number in range(count):
                tx.record(Event.RECEIVED, by="ana", at=self.clock.now(), message="grain", facts={"n": number})

    def sign(self, *witnesses: Folder) -> int:
        self.clock.pass_by(MINUTE)
        kept, _ = checkpoint(self.books, self.key, witnesses, by="ana")
        lay(kept, witnesses)
        return kept.size

    def change(self, *statements: str) -> None:
        """Somebody who has the database's file."""
        with closing(sqlite3.connect(self.file)) as connection:
            for name in ("entry_no_update", "entry_no_delete", "entry_at_the_end", "checkpoint_no_update", "checkpoint_no_delete"):
                connection.execute(f"DROP TRIGGER IF EXISTS {name}")
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    def events(self) -> list[dict[str, Any]]:
        with self.store.read() as reading:
            return [json.loads(entry.body) for entry in reading.entries()]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path)
    yield made
    assert isinstance(made.store, SqliteStore)
    made.store.close()


def test_a_checkpoint_is_signed_kept_and_on_record(room: Room) -> None:
    room.write(4)
    kept, new = checkpoint(room.books, room.key, by="ana")
    found = verify(room.books)
    one, [signature] = read_note(kept.note)
    assert (kept.size, new, kept.at) == (5, True, room.clock.now())
    assert (one.origin, one.size, signature.name) == (ORIGIN, 5, ORIGIN)
    last = room.events()[-1]
    assert (last["event"], last["by"]) == ("checkpointed", "ana")
    assert last["facts"] == {"size": 5, "root": kept.note.split("\n")[2], "key": room.key.key}
    assert (found.entries, found.last, found.unseen, found.since) == (6, kept, 6, "2026-12-01T12:00:00.000Z")


def test_where_nothing_is_new_none_is_made_but_a_witness_that_lacks_it_gets_it(room: Room) -> None:
    room.write()
    first, _ = checkpoint(room.books, room.key, by="ana")
    for _ in range(2):
        assert checkpoint(room.books, room.key, [room.archive], by="ana") == (first, False)
    lay(first, [room.archive])
    assert room.archive.notes() == (first.note, first.note)  # its own file, and the latest
    room.write()
    assert checkpoint(room.books, room.key, by="ana")[1]


def test_the_open_window_is_what_no_witness_has_seen(room: Room) -> None:
    room.write(3)
    room.sign(room.archive, room.court)
    room.write(2)
    room.sign(room.archive)
    room.write(5)
    found = verify(room.books, [room.archive, room.court])
    assert [(one.name.rsplit("/")[-1], one.size, one.trouble) for one in found.seen] == [("archive", 7, ""), ("court", 4, "")]
    assert (found.entries, found.unseen) == (13, 6)
    assert verify(room.books).unseen == 13


def test_a_rewritten_entry_is_named_by_the_chain_and_nothing_is_signed(room: Room) -> None:
    room.write(5)
    room.change("UPDATE entry SET body = replace(body, 'ana', 'bob') WHERE position = 3")
    for action in (lambda: verify(room.books), lambda: checkpoint(room.books, room.key, by="ana")):
        with pytest.raises(LedgerBroken, match="Entry 3 is not what was sealed") as broken:
            action()
        assert broken.value.first == 3
    with room.store.read() as reading:
        assert reading.checkpoints() == ()


def test_a_store_that_was_put_back_says_how_many_are_missing_and_is_not_signed(room: Room) -> None:
    room.write(3)
    room.store.backup(str(room.folder / "copy.sqlite"))
    room.write(4)
    room.sign(room.archive)
    room.store.close()
    (room.folder / "copy.sqlite").replace(room.file)
    for action in (lambda: verify(room.books, [room.archive]), lambda: room.sign(room.archive)):
        with pytest.raises(
            LedgerBroken, match=r"ends with entry 4, and .*archive has a checkpoint of 8 entries: 4 entries are missing"
        ):
            action()


def test_a_checkpoint_of_our_own_that_somebody_wrote_is_not_genuine(room: Room) -> None:
    room.write(3)
    room.sign()
    room.change("UPDATE checkpoint SET note = replace(note, '4', '5')")
    with pytest.raises(LedgerBroken, match="Our own checkpoint of 4 entries is not genuine"):
        verify(room.books)


def test_a_size_that_does_not_fit_its_note_is_found(room: Room) -> None:
    room.write(3)
    room.sign()
    room.change("UPDATE checkpoint SET size = 3")
    with pytest.raises(LedgerBroken, match="Our own checkpoint of 3 entries is one of 4"):
        verify(room.books)


def forged(room: Room, key: OpenKey, size: int) -> str:
    """A checkpoint of an invented ledger."""
    one, _ = read_note(room.archive.notes()[0])
    text = checkpoint_text(replace(one, size=size, root=bytes(32)))
    return note(text, (signature_of(ORIGIN, b64decode(key.public), key.sign(text.encode())),))


def test_a_witness_with_a_foreign_note_is_said_and_its_own_checkpoints_still_count(room: Room) -> None:
    room.write(3)
    room.sign(room.archive)
    (room.folder / "archive" / "checkpoint-9.txt").write_text(forged(room, new_key(), 9))
    [seen] = verify(room.books, [room.archive]).seen
    assert seen.size == 4
    assert "no key of the ministry has signed it" in seen.trouble


def test_two_histories_signed_with_our_key_are_an_alarm(room: Room) -> None:
    room.write(3)
    room.sign(room.archive)
    (room.folder / "archive" / "checkpoint-3.txt").write_text(forged(room, room.key, 3))
    with pytest.raises(LedgerBroken, match="entries 1 to 3 is not what was signed"):
        verify(room.books, [room.archive])


def test_a_witness_that_is_away_keeps_nothing_from_the_others(room: Room) -> None:
    room.write()
    gone = Folder(room.folder / "gone")
    kept, new = checkpoint(room.books, room.key, [gone, room.archive], by="ana")
    assert new
    assert [bool(one.trouble) for one in lay(kept, [gone, room.archive])] == [True, False]
    assert [one.size for one in verify(room.books, [gone, room.archive]).seen] == [0, 2]


def test_without_a_key_checkpoints_cannot_be_checked(room: Room) -> None:
    room.write()
    nobody = replace(room.books, keys=())
    assert verify(nobody).entries == 2
    room.sign(room.archive)
    with pytest.raises(NotAllowed, match="no key to check them with"):
        verify(nobody)


def test_after_the_key_was_replaced_the_old_one_still_counts_if_it_is_known(room: Room) -> None:
    room.write()
    room.sign(room.archive)
    old, room.key = room.key, new_key()
    with pytest.raises(LedgerBroken, match="not genuine"):
        verify(room.books)
    both = replace(room.books, keys=(old.public, room.key.public))
    room.write()
    checkpoint(both, room.key, [room.archive], by="ana")
    assert verify(both, [room.archive]).seen[0].size == 2


def test_an_entry_is_proved_and_one_that_is_in_no_checkpoint_is_not(room: Room) -> None:
    room.write(6)
    size = room.sign()
    for position in range(1, size + 1):
        given = json.dumps(prove(room.books, position)).encode()
        found = proved(given, room.books.keys)
        assert (found["position"], found["size"], found["entry"]) == (position, size, room.events()[position - 1])
    with pytest.raises(NotAllowed, match="Entry 8 is in no checkpoint yet: 7 entries are"):
        prove(room.books, 8)


def test_a_ledger_that_was_sealed_anew_proves_nothing(room: Room) -> None:
    room.write(6)
    room.sign()
    room.change("UPDATE entry SET body = replace(body, 'ana', 'bob') WHERE position = 3")
    with pytest.raises(LedgerBroken, match="not what was signed"):
        prove(room.books, 5)


def test_of_two_who_sign_at_once_one_is_kept(room: Room) -> None:
    room.write()
    other = OpenKey.sign

    class Slow:
        key = room.key.key

        def sign(self, data: bytes) -> bytes:
            checkpoint(room.books, room.key, by="boris")  # somebody else was quicker
            return other(room.key, data)

    kept, new = checkpoint(room.books, Slow(), by="ana")
    assert (kept.size, new) == (2, False)
    assert [one["event"] for one in room.events()].count("checkpointed") == 1
