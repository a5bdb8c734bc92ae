"""The ground of the trial: a ledger made through the store, its checkpoints, and the one that a witness has kept."""

import random
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from ministry_social.desk.auditing import Books, checkpoint, lay
from ministry_social.files.witnesses import Folder
from ministry_social.model.auditing import Kept
from ministry_social.model.ledger import Event, Row
from ministry_social.rules import dump
from ministry_social.store import SqliteStore, SqlStore, open_store
from ministry_social.vault.keys import OpenKey, new_key

ORIGIN = "www.mfa-tavoria.example.org/rehearsal"
_GROUPS = 10  # a checkpoint after each
_WITNESSED = 8  # of them


@dataclass(frozen=True, kw_only=True)
class State:
    """A ledger as it stands in a database: its entries, the store's note of its end, and our own checkpoints."""

    rows: list[Row]
    head: tuple[int, str]
    own: tuple[Kept, ...]


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What the attackers find.

    state    the whole ledger; `lines` the same as text
    file     its database
    copies   copies of the database from earlier, with how many entries each has
    witness  the folder of the witness, who has seen `seen` entries
    signed   how many entries the last checkpoint of our own covers
    """

    state: State
    lines: list[bytes]
    file: Path
    copies: dict[int, Path]
    witness: Path
    seen: int
    signed: int
    own: Path
    key: OpenKey

    @property
    def books(self) -> Books:
        """What our own verifying needs, but for a store."""
        return books_of(None, self.key)


class Still:
    """A clock that moves a second for each question."""

    def __init__(self) -> None:
        self.at = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


def books_of(store: SqlStore | None, key: OpenKey) -> Books:
    return Books(store=store, clock=Still(), origin=ORIGIN, keys=(key.public,))  # type: ignore[arg-type]


def made(folder: Path, entries: int, seed: int) -> Ground:
    """A ledger of that many entries, in ten groups, each with its checkpoint; the witness has the eighth."""
    chance, key, clock = random.Random(seed), new_key(), Still()
    file, witness, own = folder / "ledger.sqlite", folder / "witness", folder / "own"
    witness.mkdir()
    own.mkdir()
    store = open_store(f"sqlite:///{file}", "rehearsal", clock, by="ana")  # type: ignore[arg-type]
    copies, seen = {}, 0
    for group in range(_GROUPS):
        with store.begin() as tx:
            while (tx.end() or (0, ""))[0] < entries * (group + 1) // _GROUPS - 1 - (group == _GROUPS - 1) * chance.randint(0, 3):
                for _ in range(20):
                    event, by = chance.choice((Event.RECEIVED, Event.RELEASED)), chance.choice(("ana", "boris", "clára"))
                    facts = {"digest": sha256(chance.randbytes(8)).hexdigest()}
                    tx.record(event, by=by, at=clock.now(), message=f"grain-{chance.randrange(50)}", facts=facts)
        kept, _ = checkpoint(replace(books_of(store, key), clock=clock), key, by="engine")
        lay(kept, [Folder(own)])
        if group < _WITNESSED:
            lay(kept, [Folder(witness)])
            seen = kept.size
        copies[kept.size + 1] = folder / f"copy-{group}.sqlite"
        store.backup(str(copies[kept.size + 1]))
    state = read(store)
    store.close()
    lines = [dump.line(position, body.decode(), seal.decode()) for position, body, seal in state.rows]
    return Ground(
        state=state, lines=lines, file=file, copies=copies, witness=witness, seen=seen, signed=state.own[-1].size, own=own, key=key
    )  # fmt: skip


def read(store: SqlStore) -> State:
    with store.read() as reading:
        rows = [tuple(row) for page in reading.pages() for row in page]
        return State(rows=rows, head=reading.end() or (0, ""), own=reading.checkpoints())


def put(ground: Ground, state: State, start: int, to: Path) -> SqliteStore:
    """The database as an attacker who has its file leaves it: nothing before entry `start` is touched."""
    shutil.copyfile(ground.file, to)
    with closing(sqlite3.connect(to)) as connection:
        connection.execute("PRAGMA synchronous = off")
        for kind, name in connection.execute(
            "SELECT type, name FROM sqlite_master WHERE sql LIKE 'CREATE%' AND type <> 'table'"
        ).fetchall():
            connection.execute(f"DROP {kind} {name}")
        connection.execute("DELETE FROM entry WHERE position >= ?", (start,))
        connection.executemany(
            "INSERT INTO entry (position, body, seal) VALUES (?, CAST(? AS TEXT), CAST(? AS TEXT))",
            [r for r in state.rows if r[0] >= start],
        )
        connection.execute("UPDATE ledger_head SET position = ?, seal = ?", state.head)
        connection.execute("DELETE FROM checkpoint")
        connection.executemany(
            "INSERT INTO checkpoint (size, at, note) VALUES (?, ?, ?)",
            [(one.size, "2026-12-01T12:00:00.000Z", one.note) for one in state.own],
        )
        connection.commit()
    return SqliteStore(to)


def patch(ground: Ground, state: State, at: int, to: Path) -> SqliteStore:
    """The database after bytes of one entry were changed where they lie in the file."""
    shutil.copyfile(ground.file, to)
    _, body, seal = ground.state.rows[at - 1]
    data = to.read_bytes()
    assert data.count(body + seal) == 1, "body and seal lie side by side, once"
    to.write_bytes(data.replace(body + seal, state.rows[at - 1][1] + state.rows[at - 1][2]))
    return SqliteStore(to)
