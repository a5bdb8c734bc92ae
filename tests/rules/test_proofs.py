"""Proofs of single entries: what a proof shows, and that a changed one shows nothing."""

import json
from base64 import b64decode, b64encode
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ministry_social.rules.checkpoint import (
    Checkpoint,
    checkpoint_text,
    claimed,
    note,
    origin_of,
    public_half,
    signature_of,
    verifier_key,
)  # fmt: skip
from ministry_social.rules.merkle import inclusion, inclusion_of, leaf, root_of
from ministry_social.rules.proofs import proof_json, proved

ORIGIN = origin_of("https://www.mfa.example.org/a/b", "live")
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
RAW = KEY.public_key().public_bytes_raw()
PUBLIC = b64encode(RAW).decode()
BODIES = [json.dumps({"n": number}).encode() for number in range(11)]


def signed(size: int = 11, root: bytes | None = None, origin: str = ORIGIN) -> str:
    text = checkpoint_text(Checkpoint(origin=origin, size=size, root=root or root_of([leaf(one) for one in BODIES[:size]])))
    return note(text, (signature_of(origin, RAW, KEY.sign(text.encode())),))


def proof(position: int = 4) -> dict[str, Any]:
    hashes, _ = inclusion_of(BODIES, position - 1, 11)
    return proof_json(position=position, body=BODIES[position - 1].decode(), size=11, proof=hashes, note=signed())


@given(st.integers(1, 70), st.data())
def test_a_proof_made_in_one_pass_is_the_defined_one(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    bodies = [bytes([number]) for number in range(size)]
    leaves = [leaf(body) for body in bodies]
    assert inclusion_of(iter([*bodies, b"more"]), index, size) == (inclusion(leaves, index, size), root_of(leaves))


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 12)])
def test_there_is_none_for_what_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="is in no tree"):
        inclusion_of(BODIES, index, size)


def test_every_entry_is_proved() -> None:
    for position in range(1, 12):
        found = proved(json.dumps(proof(position)).encode(), [PUBLIC])
        assert found == {"position": position, "size": 11, "origin": ORIGIN, "entry": {"n": position - 1}}


@pytest.mark.parametrize(
    "change",
    [
        {"position": 5}, {"index": 4, "position": 5}, {"size": 10}, {"body": '{"n": 4}'}, {"proof": []}, {"format": "x"},
        {"checkpoint": ""}, {"checkpoint": signed(10)}, {"proof": ["!"]}, {"position": "4"}, {"body": None},
        {"checkpoint": signed(root=bytes(32))},
    ],
)  # fmt: skip
def test_a_changed_proof_proves_nothing(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"proof|format|checkpoint|base64|Only"):
        proved(json.dumps(proof() | change).encode(), [PUBLIC])


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"null", b"\xff"])
def test_what_is_no_proof_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        proved(data, [PUBLIC])


def test_another_key_proves_nothing() -> None:
    other = b64encode(Ed25519PrivateKey.generate().public_key().public_bytes_raw()).decode()
    with pytest.raises(ValueError, match="no key of the ministry has signed it"):
        proved(json.dumps(proof()).encode(), [other])
    assert proved(json.dumps(proof()).encode(), [other, PUBLIC])["position"] == 4


def test_a_checkpoint_of_another_world_does_not_count() -> None:
    with pytest.raises(ValueError, match=r"of another ledger, www\.mfa\.example\.org/live"):
        claimed(signed(), [PUBLIC], world="rehearsal", where="")
    assert claimed(signed(), [PUBLIC], world="live", where="here").size == 11


PEM = (
    f"-----BEGIN PUBLIC KEY-----\n{b64encode(bytes.fromhex('302a300506032b6570032100') + RAW).decode()}\n-----END PUBLIC KEY-----\n"
)


@pytest.mark.parametrize("text", [PUBLIC, f" {PUBLIC}\n", verifier_key(ORIGIN, RAW), PEM])
def test_a_public_key_is_read_in_every_form_that_people_have(text: str) -> None:
    assert public_half(text) == PUBLIC


@pytest.mark.parametrize(
    "text",
    ["", "x", PUBLIC[:-5], verifier_key(ORIGIN, RAW).replace("+A", "+B"), verifier_key("other", RAW).replace("other", "mine")],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no key|base64"):
        public_half(text)


def test_the_key_of_the_origin_is_its_host_and_world() -> None:
    assert ORIGIN == "www.mfa.example.org/live"
    assert b64decode(PUBLIC) == RAW
