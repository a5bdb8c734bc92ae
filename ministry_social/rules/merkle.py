"""The Merkle tree over the ledger: one entry can be proved without showing the others (RFC 6962, section 2.1; RFC 9162).

A leaf is the body of an entry, its UTF-8 bytes; entry 1 is leaf 0. All hashes are SHA-256, 32 bytes.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice

_BLOCK = 1024  # leaves
EMPTY = sha256().digest()  # the root of no entries

# The root of the subtree over leaves [start, end), whose size is a power of two or ends the tree.
Subtree = Callable[[int, int], bytes]


def leaf(body: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(b"\x00" + body).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True)
class Frontier:
    """The full subtrees that make up a tree of `size` leaves, the largest first: all that appending needs."""

    size: int = 0
    roots: tuple[bytes, ...] = ()

    def append(self, bodies: Iterable[bytes]) -> "Frontier":
        """The tree with more leaves at its end, at constant memory."""
        size, roots = self.size, list(self.roots)
        coming = iter(bodies)
        while leaves := [leaf(body) for body in islice(coming, _BLOCK - size % _BLOCK)]:
            if len(leaves) == _BLOCK:
                _grow(roots, size // _BLOCK, _perfect(leaves))  # a whole subtree at once is three times as quick
            else:
                for number, new in enumerate(leaves):
                    _grow(roots, size + number, new)
            size += len(leaves)
        return Frontier(size, tuple(roots))

    @property
    def root(self) -> bytes:
        """The root of the whole tree."""
        if not self.roots:
            return EMPTY
        *before, found = self.roots
        for left in reversed(before):
            found = node(left, found)
        return found


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes."""
    roots = list[bytes]()
    for number, new in enumerate(leaves):
        _grow(roots, number, new)
    return Frontier(len(leaves), tuple(roots)).root


class Levels:
    """A tree with all that is in it, for many proofs at once: 64 bytes for each leaf, and a proof is a few lookups."""

    def __init__(self, leaves: bytes, size: int) -> None:
        """`leaves` are leaf hashes, one behind the other; the tree is over the first `size` of them."""
        self.size = size
        self._levels = [leaves[: 32 * size]]
        while len(self._levels[-1]) > 32:
            self._levels.append(_above(self._levels[-1]))

    @property
    def root(self) -> bytes:
        """The root of the whole tree."""
        return bytes(self._levels[-1]) or EMPTY

    def inclusion(self, index: int) -> list[bytes]:
        """The hashes that prove leaf `index` to be in it; from the leaf upwards."""
        if not 0 <= index < self.size:
            raise ValueError(f"leaf {index} is in no tree of {self.size}")
        return _path(index, 0, self.size, self._subtree)

    def consistency(self, first: int) -> list[bytes]:
        """The hashes that prove the tree of `first` leaves to be its beginning."""
        if not 0 < first <= self.size:
            raise ValueError(f"no tree of {self.size} begins with one of {first}")
        return [] if first == self.size else _subproof(first, 0, self.size, self._subtree, whole=True)

    def _subtree(self, start: int, end: int) -> bytes:
        level = (end - start - 1).bit_length()
        place = 32 * (start >> level)
        return bytes(self._levels[level][place : place + 32])


def inclusion(leaves: Sequence[bytes], index: int, size: int) -> list[bytes]:
    """The hashes that prove leaf `index` to be in the tree of the first `size` leaves; from the leaf upwards."""
    if not 0 <= index < size <= len(leaves):
        raise ValueError(f"leaf {index} is in no tree of {size}")
    return _path(index, 0, size, _subtrees(leaves))


def inclusion_of(bodies: Iterable[bytes], index: int, size: int) -> tuple[list[bytes], bytes]:
    """The same over bodies in one pass at constant memory, and the root of the tree."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is in no tree of {size}")
    wanted: list[tuple[int, int]] = []

    def note(start: int, end: int) -> bytes:
        wanted.append((start, end))
        return b""

    _path(index, 0, size, note)
    coming, found = iter(bodies), {}
    for start, end in sorted([*wanted, (index, index + 1)]):
        tree = Frontier().append(islice(coming, end - start))
        if tree.size < end - start:
            raise ValueError(f"leaf {index} is in no tree of {size}")
        found[start, end] = tree.root
    proof = [found[one] for one in wanted]
    return proof, climbed(found[index, index + 1], index, size, proof) or EMPTY


def consistency(leaves: Sequence[bytes], first: int, second: int) -> list[bytes]:
    """The hashes that prove the tree of `first` leaves to be the beginning of that of `second`."""
    if not 0 < first <= second <= len(leaves):
        raise ValueError(f"no tree of {second} begins with one of {first}")
    return [] if first == second else _subproof(first, 0, second, _subtrees(leaves), whole=True)


def proves_inclusion(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof leads from the leaf to this root."""
    return climbed(leaf_hash, index, size, proof) == root


def climbed(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root to which a proof leads from a leaf; None where it is no proof for that place (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        return None
    here, last, found = index, size - 1, leaf_hash
    for other in proof:
        if last == 0:
            return None
        if here & 1 or here == last:
            found = node(other, found)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found = node(found, other)
        here, last = here >> 1, last >> 1
    return found if last == 0 else None


def proves_consistency(first: int, second: int, before: bytes, after: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof leads from the root of `first` leaves to that of `second` (RFC 9162, section 2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and before == after
    path = list(proof) if first & (first - 1) else [before, *proof]
    if not path:
        return False
    here, last = first - 1, second - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    old = new = path[0]
    for other in path[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            old, new = node(other, old), node(other, new)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            new = node(new, other)
        here, last = here >> 1, last >> 1
    return last == 0 and old == before and new == after


def _grow(roots: list[bytes], before: int, new: bytes) -> None:
    """Add a subtree behind `before` others of its size: as long as the last one is as large as the new one, they become one."""
    while before & 1:
        new = node(roots.pop(), new)
        before >>= 1
    roots.append(new)


def _perfect(level: list[bytes]) -> bytes:
    """The root over a power of two of leaf hashes."""
    while len(level) > 1:
        level = [sha256(b"\x01" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=True)]
    return level[0]


def _above(level: bytes) -> bytes:
    """The level above: each two become one; one that is left over goes up as it is."""
    found = bytearray()
    for start in range(0, len(level) - 32, 64):
        found += sha256(b"\x01" + level[start : start + 64]).digest()
    return bytes(found) + (level[-32:] if len(level) // 32 % 2 else b"")


def _subtrees(leaves: Sequence[bytes]) -> Subtree:
    return lambda start, end: root_of(leaves[start:end])


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def _path(index: int, start: int, end: int, subtree: Subtree) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_path(index, start, middle, subtree), subtree(middle, end)]
    return [*_path(index, middle, end, subtree), subtree(start, middle)]


def _subproof(first: int, start: int, end: int, subtree: Subtree, *, whole: bool) -> list[bytes]:
    if first == end:
        return [] if whole else [subtree(start, end)]
    middle = start + _split(end - start)
    if first <= middle:
        return [*_subproof(first, start, middle, subtree, whole=whole), subtree(middle, end)]
    return [*_subproof(first, middle, end, subtree, whole=False), subtree(start, middle)]
