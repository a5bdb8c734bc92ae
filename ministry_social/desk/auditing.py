"""Auditing: the whole ledger walked, held against every checkpoint, signed anew, laid at witnesses; single entries proved."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import LedgerBroken, NotAllowed, WitnessFailed
from ..model.auditing import Claim, Kept
from ..model.ledger import Event, Row
from ..ports import Clock, Reading, Signer, Store, Witness
from ..rules.auditing import Walked, check, check_end, walk
from ..rules.checkpoint import Checkpoint, checkpoint_text, claimed, note, signature_of
from ..rules.merkle import inclusion_of
from ..rules.proofs import proof_json
from ..rules.signing import key_id

# Says how many entries were walked, and how many there are.
Tell = Callable[[int, int], None]

OURS = "our own record"
_FEW = 100  # entries; among more there is something new


@dataclass(frozen=True, kw_only=True)
class Books:
    """The ledger that is audited. `keys` are the public halves (base64) that checkpoints may be signed with, the newest last."""

    store: Store
    clock: Clock
    origin: str
    keys: tuple[str, ...]
    tell: Tell = field(default=lambda done, total: None)

    @property
    def world(self) -> str:
        """The world whose checkpoints count."""
        return self.origin.rpartition("/")[2]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a witness has: the size of its largest checkpoint that agrees, 0 for none; or why nobody knows."""

    name: str
    size: int = 0
    trouble: str = ""


@dataclass(frozen=True, kw_only=True)
class Verified:
    """A ledger that holds, and agrees with everything that was signed of it.

    since    when its first entry was written
    last     the largest checkpoint of our own
    unseen   how many entries no witness has seen: whoever has the database could change these unnoticed
    """

    entries: int
    seal: str
    root: bytes
    since: str
    last: Kept | None
    seen: tuple[Seen, ...]

    @property
    def unseen(self) -> int:
        """The open window."""
        return self.entries - max((one.size for one in self.seen), default=0)


def verify(books: Books, witnesses: Sequence[Witness] = ()) -> Verified:
    """Walk everything. Raises `LedgerBroken` that names the first entry that is wrong, or the range in which it is."""
    claims, seen = _asked(books, witnesses)
    with books.store.read() as reading:
        own = reading.checkpoints()
        walked = _walked(books, reading, [*own_claims(books, own), *claims])
    return Verified(
        entries=walked.size, seal=walked.seal, root=walked.root, since=_said(walked.first, "at"), last=own[-1] if own else None,
        seen=seen,
    )  # fmt: skip


def checkpoint(books: Books, signer: Signer, witnesses: Sequence[Witness] = (), *, by: str) -> tuple[Kept, bool]:
    """Walk everything, and sign it if it agrees with every checkpoint that is known: raises `LedgerBroken` where it does not.

    Returns the largest checkpoint, and whether it is new: where nothing has happened since the last one, none is made.
    """
    claims, _ = _asked(books, witnesses)
    with books.store.read() as reading:
        own = reading.checkpoints()
        walked = _walked(books, reading, [*own_claims(books, own), *claims])
        last = own[-1] if own else None
        if last is not None and not _anything_new(reading, last, walked.size):
            return last, False
    text = checkpoint_text(Checkpoint(origin=books.origin, size=walked.size, root=walked.root))
    public = b64decode(books.keys[-1])
    signed = note(text, (signature_of(books.origin, public, signer.sign(text.encode())),))
    claimed(signed, books.keys[-1:], world=books.world, where=OURS)  # what nobody could check is not kept
    now = books.clock.now()
    kept = Kept(size=walked.size, at=now, note=signed)
    facts = {"size": walked.size, "root": b64encode(walked.root).decode(), "key": key_id(books.keys[-1])}
    with books.store.begin() as tx:
        other = tx.last_checkpoint()
        if other is not None and other.size >= kept.size:  # somebody else was quicker
            return other, False
        tx.keep_checkpoint(kept)
        tx.record(Event.CHECKPOINTED, by=by, at=now, facts=facts)
    return kept, True


def lay(kept: Kept, witnesses: Sequence[Witness]) -> tuple[Seen, ...]:
    """Lay a checkpoint where others keep them; what fails is said, and no witness keeps another from getting it."""
    done = []
    for witness in witnesses:
        try:
            witness.lay(kept.size, kept.note)
            done.append(Seen(name=witness.name, size=kept.size))
        except (WitnessFailed, LedgerBroken) as wrong:
            done.append(Seen(name=witness.name, trouble=str(wrong)))
    return tuple(done)


def prove(books: Books, position: int) -> dict[str, Any]:
    """The proof that an entry is in the ledger as it was last signed."""
    with books.store.read() as reading:
        last = reading.last_checkpoint()
        if last is None or last.size < position or position < 1:
            count = 0 if last is None else last.size
            raise NotAllowed(
                f"Entry {position:,} is in no checkpoint yet: {count:,} entries are.",
                remedy="Make one: ministry-social audit checkpoint",
            )
        [claim] = own_claims(books, [last])
        page = next(reading.pages(position - 1), ())
        bodies = (body for rows in reading.pages() for _, body, _ in rows)
        try:
            proof, root = inclusion_of(bodies, position - 1, last.size)
        except ValueError:
            proof, root = [], b""
    if root != claim.root or not page:
        raise LedgerBroken("The ledger is not what was signed.", remedy="See where: ministry-social audit verify")
    return proof_json(position=position, body=page[0][1].decode(), size=last.size, proof=proof, note=last.note)


def _walked(books: Books, reading: Reading, claims: Sequence[Claim]) -> Walked:
    """A walk that holds, and agrees with all of them and with the end that the store has written."""
    end = reading.end()
    walked = walk(_told(reading.pages(), 0 if end is None else end[0], books.tell), {one.size for one in claims})
    check(walked, claims)
    check_end(walked, end)
    return walked


def _told(pages: Iterator[Sequence[Row]], total: int, tell: Tell) -> Iterator[Sequence[Row]]:
    done = 0
    for page in pages:
        yield page
        done += len(page)
        tell(done, max(done, total))


def _asked(books: Books, witnesses: Sequence[Witness]) -> tuple[list[Claim], tuple[Seen, ...]]:
    """What the witnesses have, and how far each has seen, if all of it agrees. One that fails keeps no other from being heard."""
    claims, seen = [], []
    for witness in witnesses:
        size, trouble = 0, ""
        try:
            for one in witness.notes():
                try:
                    claims.append(_claim(books, one, witness.name))
                    size = max(size, claims[-1].size)
                except WitnessFailed as wrong:
                    trouble = trouble or str(wrong)
        except WitnessFailed as wrong:
            trouble = str(wrong)
        seen.append(Seen(name=witness.name, size=size, trouble=trouble))
    return claims, tuple(seen)


def own_claims(books: Books, own: Sequence[Kept]) -> list[Claim]:
    claims = []
    for kept in own:
        try:
            claims.append(_claim(books, kept.note, OURS))
        except WitnessFailed as wrong:
            raise LedgerBroken(
                f"Our own checkpoint of {kept.size:,} entries is not genuine. {wrong.sentence}", remedy=_OTHER_KEY
            ) from wrong
        if claims[-1].size != kept.size:
            raise LedgerBroken(f"Our own checkpoint of {kept.size:,} entries is one of {claims[-1].size:,}.")
    return claims


_OTHER_KEY = "If the ministry had another key then, name that one, too: --key"


def _claim(books: Books, said: str, where: str) -> Claim:
    if not books.keys:
        raise NotAllowed(
            "There are checkpoints, and no key to check them with.", remedy="Name the ministry's public key: --key KEY"
        )
    try:
        return claimed(said, books.keys, world=books.world, where=where)
    except ValueError as wrong:
        raise WitnessFailed(f"What {where} has is no checkpoint of ours: {wrong}.", remedy=_OTHER_KEY) from wrong


def _anything_new(reading: Reading, last: Kept, size: int) -> bool:
    """Whether anything but checkpoints was written since the last one."""
    if size - last.size > _FEW:
        return True
    rows = (row for page in reading.pages(last.size) for row in page)
    return any(_said(body, "event") != Event.CHECKPOINTED for _, body, _ in rows)


def _said(body: bytes, name: str) -> str:
    try:
        return str(json.loads(body)[name])
    except (ValueError, KeyError, TypeError):
        return ""
