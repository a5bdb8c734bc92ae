"""The audience as a person writes it: `all - group:sahel`, `group:europe + country:TR`."""

import re
from collections.abc import Iterator

from ..model.message import Term
from . import written
from .accounts import PLATFORMS
from .lines import nearest

_ALONE = ("all", "officials")
_NAMED = ("group", "country", "platform", "account", "mission", "language")
_PIECE = re.compile(r"(?P<sign>[+-]?)(?P<term>.*)")


def read_audience(text: str) -> tuple[Term, ...]:
    """The terms of an audience, applied from left to right. Raises `ValueError` with a sentence that says what is right."""
    terms = tuple(_terms(text.split()))
    if not terms:
        raise ValueError(
            "The audience is empty. Write all, or groups and names: group:europe + country:TR - account:embassy-paris."
        )
    if terms[0].sign == "-":
        raise ValueError(f"The audience begins with an exception ({text}). Say first who is addressed: all {text}")
    return terms


def _terms(pieces: list[str]) -> Iterator[Term]:
    sign = "+"
    expected = True
    for piece in pieces:
        match = _PIECE.fullmatch(piece)
        assert match is not None
        if match["sign"]:
            if expected and sign != "+":
                raise ValueError(f"Two signs follow each other before {piece}. Write one + or - between two terms.")
            sign, expected = match["sign"], True
        if match["term"]:
            if not expected:
                raise ValueError(f"Between two terms stands + or -, but there is none before {piece}.")
            yield _term(sign, match["term"])
            sign, expected = "+", False
    if expected and pieces:
        raise ValueError(f"Behind the last {pieces[-1]} a term is missing.")


def _term(sign: str, text: str) -> Term:
    kind, colon, value = text.partition(":")
    if text in _ALONE:
        return Term(sign=sign, kind=text)
    if kind not in _NAMED or not colon:
        every = (*_ALONE, *(f"{name}:" for name in _NAMED))
        spaces = " Put spaces around + and -." if re.search("[+-]", text) else ""
        raise ValueError(f"{text} is no term of an audience. {nearest(kind, every)}{spaces}")
    return Term(sign=sign, kind=kind, value=_value(kind, value))


def _value(kind: str, value: str) -> str:
    if kind == "country":
        return written.country(value.upper())
    if kind == "language":
        return written.language(value)
    if kind == "platform" and value not in PLATFORMS:
        raise ValueError(f"There is no platform {value}. {nearest(value, PLATFORMS)}")
    if not written.NAME.fullmatch(value):
        raise ValueError(f"{value!r} is no name of a {kind}. Write small letters, digits and hyphens.")
    return value
