"""The chain: every flip, drop and swap of ledger entries is found and named."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ministry_social.errors import LedgerBroken
from ministry_social.model.ledger import Entry, Event
from ministry_social.rules.chain import GENESIS, body, seal, verify

# Worked out with sha256sum: 32 zero bytes and `{}`; the result's bytes and `{"a":1}`.
VECTORS = [
    (GENESIS, "{}", "fb1634c4e6cd4b1f1afe3ce2d6ef080f7ac5d1f357d723ad4dfca782733b62db"),
    (
        "fb1634c4e6cd4b1f1afe3ce2d6ef080f7ac5d1f357d723ad4dfca782733b62db",
        '{"a":1}',
        "6b8882c8f1d94bb7545679bed986371a884d1382c93e4d8042a259a58276551d",
    ),
]


def chained(bodies: Sequence[str]) -> list[Entry]:
    entries: list[Entry] = []
    previous = GENESIS
    for position, text in enumerate(bodies, start=1):
        previous = seal(previous, text)
        entries.append(Entry(position=position, body=text, seal=previous))
    return entries


LEDGER = chained([json.dumps({"event": name}) for name in ("opened", "received", "released", "started", "accepted")])


def test_a_seal_is_sha_256_over_the_seal_before_and_the_body() -> None:
    first = hashlib.sha256(bytes(32) + b"{}").hexdigest()
    assert seal(GENESIS, "{}") == first
    assert seal(first, '{"a":"é"}') == hashlib.sha256(bytes.fromhex(first) + '{"a":"é"}'.encode()).hexdigest()


@pytest.mark.parametrize(("previous", "text", "expected"), VECTORS)
def test_the_form_never_changes(previous: str, text: str, expected: str) -> None:
    assert seal(previous, text) == expected


def test_a_whole_ledger_is_verified_to_its_last_seal() -> None:
    assert verify(LEDGER) == (5, LEDGER[-1].seal)
    assert verify([]) == (0, GENESIS)


def test_a_part_is_verified_from_a_seal_that_is_known() -> None:
    assert verify(LEDGER[2:], previous=LEDGER[1].seal, position=2) == (5, LEDGER[-1].seal)
    with pytest.raises(LedgerBroken, match="Entry 3 is not what was sealed"):
        verify(LEDGER[2:], previous=LEDGER[0].seal, position=2)


@given(st.integers(0, 4), st.data())
def test_one_flipped_bit_in_a_body_is_found_and_named(index: int, data: st.DataObject) -> None:
    raw = bytearray(LEDGER[index].body.encode())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= 1 << data.draw(st.integers(0, 6))  # stays ASCII
    broken = [*LEDGER[:index], replace(LEDGER[index], body=raw.decode()), *LEDGER[index + 1 :]]
    with pytest.raises(LedgerBroken, match=f"Entry {index + 1} is not what was sealed"):
        verify(broken)


@given(st.integers(0, 4), st.integers(0, 63))
def test_one_changed_digit_in_a_seal_is_found_and_named(index: int, at: int) -> None:
    old = LEDGER[index].seal
    new = old[:at] + ("0" if old[at] != "0" else "1") + old[at + 1 :]
    broken = [*LEDGER[:index], replace(LEDGER[index], seal=new), *LEDGER[index + 1 :]]
    with pytest.raises(LedgerBroken, match=f"Entry {index + 1} is not what was sealed"):
        verify(broken)


@pytest.mark.parametrize("index", range(4))
def test_a_dropped_entry_is_found_and_named(index: int) -> None:
    with pytest.raises(LedgerBroken, match=f"Entry {index + 1} is missing; the next one found is {index + 2}"):
        verify(LEDGER[:index] + LEDGER[index + 1 :])


def test_dropped_and_numbered_anew_it_is_found_too() -> None:
    broken = [replace(entry, position=number) for number, entry in enumerate(LEDGER[:1] + LEDGER[2:], start=1)]
    with pytest.raises(LedgerBroken, match="Entry 2 is not what was sealed"):
        verify(broken)


@pytest.mark.parametrize("index", range(4))
def test_two_swapped_entries_are_found(index: int) -> None:
    swapped = [*LEDGER[:index], LEDGER[index + 1], LEDGER[index], *LEDGER[index + 2 :]]
    with pytest.raises(LedgerBroken, match=f"Entry {index + 1} is missing"):
        verify(swapped)
    bodies = [*LEDGER]
    bodies[index] = replace(LEDGER[index], body=LEDGER[index + 1].body)
    bodies[index + 1] = replace(LEDGER[index + 1], body=LEDGER[index].body)
    with pytest.raises(LedgerBroken, match=f"Entry {index + 1} is not what was sealed"):
        verify(bodies)


def test_an_entry_put_in_between_is_found() -> None:
    forged = Entry(position=3, body="{}", seal=seal(LEDGER[1].seal, "{}"))
    with pytest.raises(LedgerBroken, match="Entry 4 is missing; the next one found is 3"):
        verify([*LEDGER[:2], forged, *LEDGER[2:]])
    moved = [replace(entry, position=entry.position + 1) for entry in LEDGER[2:]]
    with pytest.raises(LedgerBroken, match="Entry 4 is not what was sealed"):
        verify([*LEDGER[:2], forged, *moved])


def test_a_changed_entry_with_a_new_seal_breaks_the_one_after() -> None:
    forged = replace(LEDGER[1], body="{}", seal=seal(LEDGER[0].seal, "{}"))
    with pytest.raises(LedgerBroken, match="Entry 3 is not what was sealed"):
        verify([LEDGER[0], forged, *LEDGER[2:]])


def test_a_body_says_who_when_what_and_about_what_in_canonical_json() -> None:
    at = datetime(2026, 12, 1, 10, 0, 0, 123_999, tzinfo=timezone(timedelta(hours=1)))
    text = body(Event.STARTED, by="engine", at=at, about={"message": "grain", "account": "mfa"}, facts={"attempt": 1})
    assert text == (
        '{"about":{"account":"mfa","message":"grain"},"at":"2026-12-01T09:00:00.123Z","by":"engine",'
        '"event":"started","facts":{"attempt":1}}'
    )


def test_a_body_has_neither_fractions_nor_moments_without_a_zone() -> None:
    now = datetime(2026, 12, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="float"):
        body(Event.STARTED, by="engine", at=now, about={}, facts={"seconds": 0.5})
    with pytest.raises(ValueError, match="zone"):
        body(Event.STARTED, by="engine", at=now.replace(tzinfo=None), about={}, facts={})
