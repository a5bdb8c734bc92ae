"""The trial: attack, let both verifiers look, and hold what they say against what was done."""

import contextlib
import io
import json
import random
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from ministry_social.desk.auditing import OURS, verify
from ministry_social.errors import LedgerBroken
from ministry_social.files.verifier import verify as alone
from ministry_social.files.witnesses import Folder
from ministry_social.rules import dump
from ministry_social.rules.auditing import check, check_end, walk
from ministry_social.rules.checkpoint import claimed
from ministry_social.store import SqliteStore

from .attacks import KINDS, Attack
from .ground import Ground, State, books_of, patch, put

# What a verifier says: the first and the last entry of those among which the first wrong one is, and up to which entry all is known
# to be as it was signed, where a checkpoint shows it; None where it finds nothing.
Word = tuple[int, int, int | None]
Named = Word | None


@dataclass
class Figures:
    """How often each attack was found, and what was not as it should be."""

    found: Counter[str] = field(default_factory=Counter)
    unseen: Counter[str] = field(default_factory=Counter)
    databases: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not self.wrong


def tried(
    ground: Ground, folder: Path, *, tries: int, seed: int, databases: float, tell: Callable[[int], None] = lambda n: None
) -> Figures:
    """So many tries, a share of which in a real database."""
    chance, figures = random.Random(seed), Figures()
    for number in range(tries):
        kind = chance.choices(list(KINDS), (1, 1, 2))[0]  # each of the two attackers as often
        make, names = KINDS[kind]
        attack = make(ground, chance, chance.choice(names))
        real = attack.state is not None and chance.random() < databases
        _judge(ground, kind, attack, _said(ground, attack, folder, real=real), figures)
        figures.databases += real
        tell(number + 1)
    return figures


def _judge(ground: Ground, kind: str, attack: Attack, said: dict[str, Named], figures: Figures) -> None:
    name = f"{kind}: {attack.name}" + (f", own checkpoints {attack.own}" if attack.own else "")
    for verifier, named in said.items():
        must = _must_find(ground, attack, verifier)
        if must != (named is not None):
            figures.wrong.append(f"{name} at {attack.at}: {verifier} {'found nothing' if must else f'named {named}'}")
        elif named is not None and not _right(attack, named):
            figures.wrong.append(f"{name} at {attack.at}: {verifier} named {named}")
    figures.found[name] += any(named is not None for named in said.values())
    figures.unseen[name] += all(named is None for named in said.values())


def _must_find(ground: Ground, attack: Attack, verifier: str) -> bool:
    """The careless one always; the careful one where a witness knows better, or our own record, where he has not cleaned it."""
    if not attack.own:
        return True
    if attack.at <= ground.seen:
        return True
    if verifier == "alone":  # it has the checkpoints of the witness only
        return False
    if attack.own == "forged":
        return bool(attack.state and attack.state.rows)
    return attack.own == "left" and attack.at <= ground.signed


def _right(attack: Attack, named: Word) -> bool:
    first, last, agreed = named
    if not attack.own:
        return first == attack.at  # named exactly
    begins = first if agreed is None else agreed + 1
    return attack.own == "forged" or begins <= attack.at <= last  # one that is forged is said, before the entries are looked at


def _said(ground: Ground, attack: Attack, folder: Path, *, real: bool) -> dict[str, Named]:
    if attack.lines is not None:
        return {"ours": _ours_text(ground, attack.lines), "alone": _alone(ground, attack.lines, folder, ground.own)}
    assert attack.state is not None
    lines = _lines(ground, attack.state)
    witness = ground.own if not attack.own else ground.witness
    said = {"ours": _ours(ground, attack.state, witnessed=bool(attack.own))}
    # What a careless one takes from the end of a database, only the store's own note of its end tells.
    if attack.own or attack.at <= ground.signed:
        said["alone"] = _alone(ground, lines, folder, witness)
    if real:
        said["ours, database"] = _database(ground, attack, folder)
    return said


def _ours(ground: Ground, state: State, *, witnessed: bool) -> Named:
    """As `desk.auditing.verify`, without a database."""
    keys, world = (ground.key.public,), "rehearsal"
    try:
        try:
            claims = [claimed(one.note, keys, world=world, where=OURS) for one in state.own]
        except ValueError:
            return 1, len(state.rows), None
        notes = Folder(ground.witness).notes() if witnessed else ()
        claims += [claimed(one, keys, world=world, where="witness") for one in notes]
        walked = walk([state.rows], {one.size for one in claims})
        check(walked, claims)
        check_end(walked, state.head)
    except LedgerBroken as broken:
        return _named(broken)
    return None


def _ours_text(ground: Ground, lines: list[bytes]) -> Named:
    claims = [claimed(one, (ground.key.public,), world="rehearsal", where="bundle") for one in Folder(ground.own).notes()]
    try:
        check(walk(dump.pages(lines), {one.size for one in claims}), claims)
    except LedgerBroken as broken:
        return _named(broken)
    return None


def _database(ground: Ground, attack: Attack, folder: Path) -> Named:
    """The command's own function, on a real database; afterwards the file is the attacker's, as far as he has come."""
    state, file = attack.state, folder / "attacked.sqlite"
    assert state is not None
    for name in ("attacked.sqlite-wal", "attacked.sqlite-shm"):
        (folder / name).unlink(missing_ok=True)
    if attack.name == "rolls back" and attack.own == "removed":
        shutil.copyfile(ground.copies[attack.at - 1], file)  # a backup of before, put back whole
        store = SqliteStore(file)
    elif attack.name == "flips":
        store = patch(ground, state, attack.at, file)
    else:
        store = put(ground, state, min(attack.at, len(ground.state.rows)) if state.rows else 1, file)
    with closing(store):
        try:
            found = verify(books_of(store, ground.key), [Folder(ground.witness)])
        except LedgerBroken as broken:
            return _named(broken) if broken.first is not None else (1, len(state.rows), None)
    assert found.unseen == len(state.rows) - ground.seen, "what no witness has seen is counted"
    return None


def _alone(ground: Ground, lines: list[bytes], folder: Path, checkpoints: Path) -> Named:
    """The stand-alone verifier, as it is called."""
    file = folder / "ledger.jsonl"
    file.write_bytes(b"".join(lines))
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = alone.main([str(file), "--checkpoints", str(checkpoints), "--key", ground.key.public, "--json"])
    said = json.loads(out.getvalue())
    assert code == (0 if said["holds"] else 1)
    facts = said["facts"]
    return None if said["holds"] else (facts["first"], facts.get("last", facts["first"]), facts.get("agreed"))


def _lines(ground: Ground, state: State) -> list[bytes]:
    """The dump of a database that was attacked; what is no text any more is written as text all the same."""
    old = ground.state.rows
    return [
        ground.lines[n]
        if n < len(old) and row is old[n]
        else dump.line(row[0], *(part.decode(errors="replace") for part in row[1:]))
        for n, row in enumerate(state.rows)
    ]


def _named(broken: LedgerBroken) -> Word:
    assert broken.first is not None
    return broken.first, broken.last or broken.first, broken.agreed
