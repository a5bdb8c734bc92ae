"""The auditor's walk: one pass over the ledger that checks the chain and grows the Merkle tree, and what checkpoints say of it."""

from binascii import hexlify
from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from ..errors import LedgerBroken
from ..model.auditing import Claim
from ..model.ledger import Row
from .chain import broken_at
from .merkle import EMPTY, Frontier


@dataclass(frozen=True, kw_only=True)
class Walked:
    """What a walk has found.

    size, seal, root  of the entries whose chain holds; `seal` in hex
    roots             the roots of those sizes that were asked for, as far as the chain holds
    first             the body of entry 1
    broken            why the chain ends to hold there; None where it holds to the end
    """

    size: int
    seal: str
    root: bytes
    roots: Mapping[int, bytes]
    first: bytes
    broken: LedgerBroken | None


def walk(pages: Iterable[Sequence[Row]], marks: Collection[int] = ()) -> Walked:
    """Walk a ledger, oldest entry first, at the memory of a page. `marks` are the sizes at which the root is wanted."""
    tree, previous, position, first = Frontier(), bytes(32), 0, b""
    roots, ahead = {0: EMPTY}, deque(sorted(mark for mark in set(marks) if mark > 0))
    broken = None
    for page in pages:
        bodies: list[bytes] = []
        keep = bodies.append
        for number, body, written in page:
            position += 1
            try:
                seal = sha256(previous + body).digest()
            except TypeError:  # no bytes at all: somebody has emptied it
                seal = b""
            if number != position or written != hexlify(seal):
                broken = broken_at(position, number, seal.hex(), written)
                break
            previous = seal
            keep(body)
        first = first or (bodies[0] if bodies else b"")
        tree = _grown(tree, bodies, ahead, roots)
        if broken is not None:
            break
    return Walked(size=tree.size, seal=previous.hex(), root=tree.root, roots=roots, first=first, broken=broken)


def check(walked: Walked, claims: Iterable[Claim]) -> None:
    """Hold a walk against every checkpoint that is known. Raises `LedgerBroken` that names the first entry which is wrong; where
    only a checkpoint shows it, the range in which it is.

    The walk must have been asked for the sizes of all of them.
    """
    agreed, before, last = 0, 0, ""
    claims = sorted(claims, key=lambda one: one.size)
    for one in claims:
        found = walked.roots.get(one.size)
        if found is None:
            break
        if found != one.root:
            raise _differs(one, agreed) if one.size > agreed else _contradicts(one, last, before)
        if one.size > agreed:
            before, agreed = agreed, one.size
        last = one.where
    if walked.broken is not None:
        raise walked.broken
    if claims and claims[-1].size > walked.size:
        raise _shorter(claims[-1], walked.size, agreed)


def check_end(walked: Walked, head: tuple[int, str] | None) -> None:
    """Hold a walk against what the store says is its end. Raises `LedgerBroken`."""
    if head is None or head == (walked.size, walked.seal):  # a store that was moved has none
        return
    position, size = head[0], walked.size
    if position > size:
        sentence = f"At the end {_entries(position - size)} missing: {position:,} were written, and {size:,} are there."
        raise LedgerBroken(sentence, first=size + 1, last=position)
    if position < size:
        sentence = f"Entry {position + 1:,} was added by somebody else: the store has written {position:,}."
        raise LedgerBroken(sentence, first=position + 1, last=size)
    sentence = "The ledger ends with another seal than the store has written: somebody has sealed it anew."
    raise LedgerBroken(sentence, first=1, last=size)


def _grown(tree: Frontier, bodies: list[bytes], ahead: deque[int], roots: dict[int, bytes]) -> Frontier:
    """The tree with a page more, stopping at each size whose root is wanted."""
    start = 0
    while ahead and ahead[0] <= tree.size + len(bodies) - start:
        end = start + ahead.popleft() - tree.size
        tree = tree.append(bodies[start:end])
        roots[tree.size], start = tree.root, end
    return tree.append(bodies[start:] if start else bodies)


def _differs(one: Claim, agreed: int) -> LedgerBroken:
    which = f"Entry {one.size:,} is" if one.size == agreed + 1 else f"Something in entries {agreed + 1:,} to {one.size:,} is"
    return LedgerBroken(
        f"{which} not what was signed: the chain holds, but {one.where} has a checkpoint of {_count(one.size)} with another root. "
        f"{_known(agreed)}",
        remedy="Somebody has rewritten the ledger and sealed it anew: stop, keep this store as it is, and compare with a backup.",
        first=agreed + 1, last=one.size, agreed=agreed,
    )  # fmt: skip


def _contradicts(one: Claim, other: str, before: int) -> LedgerBroken:
    return LedgerBroken(
        f"{one.where} has another checkpoint of {_count(one.size)} than {other}: both are signed, and only one can be true.",
        remedy="Two ledgers were signed with one key: find out who has the key, and which of the two is the ministry's.",
        first=before + 1, last=one.size, agreed=before,
    )  # fmt: skip


def _shorter(one: Claim, size: int, agreed: int) -> LedgerBroken:
    """Its end is missing; and whoever has cut it off may have written a part of it anew, as far as nobody has signed."""
    return LedgerBroken(
        f"The ledger ends with entry {size:,}, and {one.where} has a checkpoint of {_count(one.size)}: "
        f"{_entries(one.size - size)} missing. {_known(agreed)}",
        remedy="The store was put back to an older state, or its end was cut off: look for the newest backup.",
        first=size + 1, last=one.size, agreed=agreed,
    )  # fmt: skip


def _known(agreed: int) -> str:
    return f"Up to entry {agreed:,} it agrees with what was signed." if agreed else "No smaller checkpoint is known."


def _count(size: int) -> str:
    return "1 entry" if size == 1 else f"{size:,} entries"


def _entries(count: int) -> str:
    return "1 entry is" if count == 1 else f"{count:,} entries are"
