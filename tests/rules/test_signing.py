"""Signing: a signature is over exactly one statement, by exactly one key."""

from base64 import b64encode
from dataclasses import fields, replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ministry_social.model.approval import Adoption, Statement
from ministry_social.model.policy import Key, Person, Role
from ministry_social.rules.signing import envelope, in_groups, key_id, key_of, opened, statement_bytes, valid, verified
from tests.factories import NOW

PRIVATE = Ed25519PrivateKey.generate()
PUBLIC = b64encode(PRIVATE.public_key().public_bytes_raw()).decode()
KEY = Key(public=PUBLIC, since=NOW, until=NOW + timedelta(days=1))
BORIS = Person(name="boris", os_user="b", roles=(Role.APPROVER,), keys=(KEY,))
SAID = Statement(release="a" * 64, policy="b" * 64, person="boris", key=key_id(PUBLIC), at=NOW)
SIGNATURE = PRIVATE.sign(statement_bytes(SAID))


def test_a_signature_of_ones_own_key_is_genuine() -> None:
    assert verified(BORIS, SAID, SIGNATURE)
    assert opened(envelope(SAID, SIGNATURE)) == (SAID, SIGNATURE)


@pytest.mark.parametrize("field", [field.name for field in fields(Statement)])
def test_a_change_of_any_word_of_the_statement_makes_it_void(field: str) -> None:
    changed = replace(SAID, **{field: NOW + timedelta(seconds=1) if field == "at" else "c" * 64})
    assert not verified(replace(BORIS, name=changed.person), changed, SIGNATURE)


def test_a_signature_for_one_purpose_counts_for_no_other() -> None:
    other = Adoption(policy=SAID.policy, replaces=SAID.release, person="boris", key=SAID.key, at=NOW)
    assert not verified(BORIS, other, SIGNATURE)
    assert statement_bytes(SAID).startswith(b'{"at"')
    assert b'"format":"ministry_social/approval/1"' in statement_bytes(SAID)
    assert b'"format":"ministry_social/adoption/1"' in statement_bytes(other)


@given(st.data())
def test_one_changed_byte_of_what_is_kept_is_no_genuine_signature(data: st.DataObject) -> None:
    body = bytearray(envelope(SAID, SIGNATURE))
    body[data.draw(st.integers(0, len(body) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        said, signature = opened(bytes(body))
    except ValueError:
        return
    assert not verified(BORIS, said, signature)


def test_a_key_counts_from_its_first_day_to_its_last() -> None:
    assert [valid(KEY, NOW + timedelta(hours=hours)) for hours in (-1, 0, 23, 24)] == [False, True, True, False]
    assert key_of(BORIS, SAID.key) == KEY
    assert key_of(BORIS, "0" * 16) is None


def test_a_digest_is_shown_in_groups() -> None:
    assert in_groups("5f3a91c2") == "5f3a 91c2"
