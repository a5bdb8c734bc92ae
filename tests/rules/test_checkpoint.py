"""Checkpoints: the form of C2SP, and what a changed one is worth."""

from base64 import b64decode, b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from ministry_social.rules.checkpoint import (
    Checkpoint,
    checkpoint_text,
    note,
    read_note,
    signature_of,
    signed_by,
    verifier_key,
)  # fmt: skip

NAME = "mfa.example.org/ministry_social"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()


def signed(one: Checkpoint, name: str = NAME) -> str:
    text = checkpoint_text(one)
    return note(text, (signature_of(name, PUBLIC, KEY.sign(text.encode())),))


ONE = Checkpoint(origin=NAME, size=1204331, root=bytes(32))


def test_a_checkpoint_reads_as_it_was_written() -> None:
    read, signatures = read_note(signed(ONE))
    assert read == ONE
    assert [one.name for one in signatures] == [NAME]
    assert signed_by(signed(ONE), NAME, PUBLIC)


def test_the_example_of_the_specification_is_read_and_verifies() -> None:
    """c2sp.org/signed-note: the key, the note and its signature as they stand there."""
    key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    line = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    public = b64decode(key.split("+")[2])[1:]
    assert verifier_key("PeterNeumann", public) == key
    data = b64decode(line)
    assert data[:4].hex() == "c74f20a3"
    Ed25519PublicKey.from_public_bytes(public).verify(data[4:], text.encode())
    assert note(text, (signature_of("PeterNeumann", public, data[4:]),)) == f"{text}\n— PeterNeumann {line}\n"


@given(st.data())
def test_one_changed_character_and_it_counts_no_more(data: st.DataObject) -> None:
    said = signed(ONE)
    at = data.draw(st.integers(0, len(said) - 1))
    other = data.draw(st.characters(exclude_characters=said[at], exclude_categories=("Cs",)))
    assert not signed_by(said[:at] + other + said[at + 1 :], NAME, PUBLIC)


@pytest.mark.parametrize(
    "said",
    ["", "\n\n", signed(ONE)[:-1], signed(ONE).replace("1204331", "01204331"), signed(ONE).replace("1204331", "-1"),
     signed(ONE).replace(b64encode(bytes(32)).decode(), b64encode(bytes(31)).decode()), signed(ONE).replace("—", "-"),
     "a\n1\n!!!\n\n— a AAAA\n"],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match=r"checkpoint|SHA-256|base64"):
        read_note(said)
    assert not signed_by(said, NAME, PUBLIC)


def test_another_key_or_another_name_has_not_signed_it() -> None:
    assert not signed_by(signed(ONE), "other", PUBLIC)
    assert not signed_by(signed(ONE), NAME, Ed25519PrivateKey.generate().public_key().public_bytes_raw())
    assert not signed_by(signed(ONE, "other"), NAME, PUBLIC)


@pytest.mark.parametrize("name", ["two words", "a+b", ""])
def test_a_name_that_notes_cannot_carry_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot name a ledger"):
        checkpoint_text(Checkpoint(origin=name, size=1, root=bytes(32)))
