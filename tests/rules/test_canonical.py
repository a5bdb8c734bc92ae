"""Canonical JSON: the same value, the same bytes, as RFC 8785 has them."""

import hashlib
from enum import IntEnum, StrEnum
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ministry_social.rules.canonical import canonical, digest

INTEGERS = st.integers(-(2**53) + 1, 2**53 - 1)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.text(st.characters(max_codepoint=127))
VALUES = st.recursive(
    st.none() | st.booleans() | INTEGERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


class Colour(StrEnum):
    RED = "red"


class Number(IntEnum):
    ONE = 1


@given(VALUES)
def test_it_agrees_with_another_implementation_of_rfc_8785(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"b": 1, "a": [True, False, None]}, '{"a":[true,false,null],"b":1}'),
        ({"text": 'é 粮 🌾\u2028 / \\ " \x7f'}, '{"text":"é 粮 🌾\u2028 / \\\\ \\" \x7f"}'),
        ("\b\t\n\f\r\x00\x1f", '"\\b\\t\\n\\f\\r\\u0000\\u001f"'),
        ({"Z": 0, "a": 0, "A": 0, "1": 0, "": 0}, '{"":0,"1":0,"A":0,"Z":0,"a":0}'),
        ((1, (2, 3)), "[1,[2,3]]"),
        (Colour.RED, '"red"'),
        (-(2**53) + 1, "-9007199254740991"),
    ],
)
def test_values_are_written_so(value: Any, expected: str) -> None:
    assert canonical(value) == expected.encode()


def test_the_order_of_keys_does_not_matter() -> None:
    assert canonical({"a": 1, "b": {"c": 2, "d": 3}}) == canonical({"b": {"d": 3, "c": 2}, "a": 1})


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), 2**53, -(2**53), b"bytes", {1, 2}, {1: "a"}, {"é": 1}, [object()], Number.ONE, {"a": {"b": 0.5}}, "\ud800"],
    ids=lambda value: type(value).__name__,
)
def test_what_it_cannot_hold_is_refused(value: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the sentences differ
        canonical(value)


def test_a_digest_is_sha_256_in_hexadecimal() -> None:
    assert digest(b"abc") == hashlib.sha256(b"abc").hexdigest()
    assert digest(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
