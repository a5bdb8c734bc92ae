"""What a link says, whether it is genuine, and whether it counts."""

import hmac
import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ministry_social.model.life import Invitation, Stage
from ministry_social.rules import invitation as rule
from tests.factories import NOW

ID, SECRET = b"0123456789", b"a secret of 20 bytes"


def mark(data: bytes, key: bytes = b"ours") -> bytes:
    return hmac.digest(key, data, "sha256")


WORD = rule.word(ID, SECRET, mark)


def link() -> rule.Link:
    found = rule.read(WORD, mark)
    assert found is not None
    return found


def invitation(**fields: object) -> Invitation:
    made = {"id": link().id, "account": "embassy-riga", "digest": rule.digest(link().secret), "by": "ana"}
    return Invitation(**(made | {"at": NOW, "until": NOW + timedelta(days=7)} | fields))  # type: ignore[arg-type]


def test_a_link_is_one_word_that_no_mail_programme_breaks() -> None:
    assert re.fullmatch(r"[a-z2-7]{72}", WORD)


def test_a_link_is_read_back() -> None:
    assert rule.word(ID, SECRET, mark) == WORD
    assert len(link().secret) * 5 == 160
    assert "secret" not in repr(link())


@given(at=st.integers(0, 71), to=st.sampled_from("abcdefghijklmnopqrstuvwxyz234567A-é"))
def test_one_changed_character_makes_it_none_of_ours(at: int, to: str) -> None:
    changed = WORD[:at] + to + WORD[at + 1 :]
    assert changed == WORD or rule.read(changed, mark) is None


@pytest.mark.parametrize("text", ["", WORD[:-1], WORD + "a", WORD.upper(), "é" * 72, WORD[:48]])
def test_what_is_not_whole_is_none_of_ours(text: str) -> None:
    assert rule.read(text, mark) is None


def test_another_vaults_link_is_none_of_ours() -> None:
    assert rule.read(WORD, lambda data: mark(data, b"theirs")) is None


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (invitation(), ""),
        (None, "unknown"),
        (invitation(digest="0" * 64), "unknown"),
        (invitation(used_at=NOW), "used"),
        (invitation(used_at=NOW, void=True), "used"),
        (invitation(void=True), "void"),
        (invitation(until=NOW), "expired"),
    ],
)
def test_why_a_genuine_link_does_not_count(found: Invitation | None, reason: str) -> None:
    assert rule.refusal(link(), found, NOW) == reason
    assert reason in ("", *rule.REASONS)
    assert found is None or rule.counts(found, NOW) == (reason in ("", "unknown"))


def test_who_may_be_invited() -> None:
    assert set(Stage) - rule.INVITES == {Stage.REQUESTED, Stage.RETIRED}
