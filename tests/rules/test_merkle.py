"""The Merkle tree, against the definition of RFC 6962 written out and its published test vectors."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ministry_social.rules.merkle import (
    EMPTY,
    Frontier,
    Levels,
    consistency,
    inclusion,
    leaf,
    proves_consistency,
    proves_inclusion,
    root_of,
)  # fmt: skip

# The leaves of the test vectors that Certificate Transparency's own implementation comes with, and their roots by size
# (github.com/google/certificate-transparency, merkletree/merkle_tree_test.cc).
VECTORS = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def defined(bodies: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if not bodies:
        return hashlib.sha256(b"").digest()
    if len(bodies) == 1:
        return hashlib.sha256(b"\x00" + bodies[0]).digest()
    k = 1
    while k * 2 < len(bodies):
        k *= 2
    return hashlib.sha256(b"\x01" + defined(bodies[:k]) + defined(bodies[k:])).digest()


@pytest.mark.parametrize(("size", "root"), ROOTS.items())
def test_the_published_roots(size: int, root: str) -> None:
    assert Frontier().append(VECTORS[:size]).root.hex() == root


@pytest.mark.parametrize("cut", [0, 5, 1024, 1025, 2047])
def test_a_tree_of_thousands_is_the_defined_one_wherever_it_is_cut(cut: int) -> None:
    bodies = [str(number).encode() for number in range(2500)]
    grown = Frontier().append(bodies[:cut]).append(bodies[cut:])
    assert grown.root == defined(bodies)
    assert grown == Frontier().append(bodies)


def test_nothing_has_the_root_of_nothing() -> None:
    assert Frontier().root == EMPTY == root_of([]) == defined([])


@given(st.lists(st.binary(max_size=8), max_size=70), st.integers(0, 70))
def test_a_tree_grown_in_two_steps_is_the_defined_one(bodies: list[bytes], cut: int) -> None:
    grown = Frontier().append(bodies[:cut]).append(bodies[cut:])
    assert grown.root == defined(bodies) == root_of([leaf(body) for body in bodies])
    assert grown.size == len(bodies)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 33])
def test_every_leaf_of_every_tree_is_proved_and_no_other(size: int) -> None:
    leaves = [leaf(bytes([number])) for number in range(size)]
    root = root_of(leaves)
    for index in range(size):
        proof = inclusion(leaves, index, size)
        assert proves_inclusion(leaves[index], index, size, proof, root)
        assert not proves_inclusion(leaf(b"other"), index, size, proof, root)
        assert not proves_inclusion(leaves[index], index, size, [*proof, EMPTY], root)
        assert not any(proves_inclusion(leaves[index], other, size, proof, root) for other in range(size) if other != index)
        if proof:
            assert not proves_inclusion(leaves[index], index, size, proof[:-1], root)


def test_every_tree_is_proved_to_be_the_beginning_of_every_later_one_and_no_other_is() -> None:
    leaves = [leaf(bytes([number])) for number in range(20)]
    for second in range(1, 21):
        for first in range(1, second + 1):
            proof = consistency(leaves, first, second)
            before, after = root_of(leaves[:first]), root_of(leaves[:second])
            assert proves_consistency(first, second, before, after, proof)
            assert not proves_consistency(first, second, leaf(b"x"), after, proof)
            assert not proves_consistency(first, second, before, leaf(b"x"), proof)
            for number in range(len(proof)):
                wrong = [*proof[:number], leaf(b"x"), *proof[number + 1 :]]
                assert not proves_consistency(first, second, before, after, wrong)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 4), (0, 0)])
def test_there_is_no_proof_of_what_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="is in no tree"):
        inclusion([leaf(b"")] * 3, index, size)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 64, 100])
def test_many_proofs_at_once_are_the_same_as_one_by_one(size: int) -> None:
    leaves = [leaf(str(number).encode()) for number in range(size + 3)]
    levels = Levels(b"".join(leaves), size)
    assert levels.root == root_of(leaves[:size])
    for index in range(size):
        assert levels.inclusion(index) == inclusion(leaves, index, size)
        assert levels.consistency(index + 1) == consistency(leaves, index + 1, size)
