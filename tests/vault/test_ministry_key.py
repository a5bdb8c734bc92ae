"""The ministry's own key: made once, never overwritten by mistake, and followed by another."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from ministry_social.errors import InvalidSettings, NotAllowed
from ministry_social.rules.signing import genuine
from ministry_social.vault import KeyringVault, SealedFile
from ministry_social.vault.cipher import new_key
from ministry_social.vault.ministry_key import MinistryKey
from tests.factories import NOW


@pytest.fixture
def vault(tmp_path: Path) -> KeyringVault:
    return KeyringVault(SealedFile(tmp_path / "vault.sealed", new_key()), "rehearsal")


def test_there_is_none_until_it_is_made(vault: KeyringVault) -> None:
    assert MinistryKey(vault).keys == ()
    with pytest.raises(NotAllowed, match="no key yet"):
        MinistryKey(vault).signer()
    with pytest.raises(NotAllowed, match="could replace"):
        MinistryKey(vault).make(NOW, replace=True)


def test_what_it_signs_is_genuine_in_another_process_too(vault: KeyringVault) -> None:
    made = MinistryKey(vault).make(NOW)
    assert MinistryKey(vault).keys == (made,)
    assert genuine(made.public, b"register", MinistryKey(vault).signer().sign(b"register"))


def test_it_is_never_overwritten(vault: KeyringVault) -> None:
    made = MinistryKey(vault).make(NOW)
    with pytest.raises(NotAllowed, match="has a key since 2026-12-01"):
        MinistryKey(vault).make(NOW)
    assert MinistryKey(vault).keys == (made,)


def test_another_in_its_place_signs_from_then_on_and_its_public_half_stays(vault: KeyringVault) -> None:
    first = MinistryKey(vault).make(NOW)
    old = MinistryKey(vault).signer().sign(b"old")
    second = MinistryKey(vault).make(NOW + timedelta(days=9), replace=True)
    [before, now] = MinistryKey(vault).keys
    assert (before.public, before.since, before.until) == (first.public, NOW, NOW + timedelta(days=9))
    assert now == second
    assert genuine(before.public, b"old", old)
    assert MinistryKey(vault).signer().public == second.public
    assert len(json.loads(vault.secret("ministry-key") or "")["private"]) == 44  # of one key only


@pytest.mark.parametrize("text", ["", "{}", "null", '{"private": "AAAA", "keys": []}', '{"private": 5, "keys": [{"public": "x"}]}'])
def test_a_damaged_one_is_said_to_be_damaged_and_not_shown(vault: KeyringVault, text: str) -> None:
    vault.put_secret("ministry-key", text)
    with pytest.raises(InvalidSettings, match="damaged") as caught:
        MinistryKey(vault).signer()
    assert caught.value.__suppress_context__


def test_it_shows_nothing_of_its_private_half(vault: KeyringVault) -> None:
    MinistryKey(vault).make(NOW)
    private = json.loads(vault.secret("ministry-key") or "")["private"]
    assert private not in repr(MinistryKey(vault)) + repr(MinistryKey(vault).signer()) + repr(MinistryKey(vault).keys)
