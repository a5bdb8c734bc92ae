"""Canonical JSON: the one way in which a value becomes bytes that are sealed or signed.

RFC 8785 (JSON Canonicalization Scheme), narrowed: no floats, and keys in ASCII, so that sorting by code point is
sorting by UTF-16 code unit.
"""

import hashlib
import json
from typing import Any


def canonical(value: Any) -> bytes:
    """The bytes of a value made of dict, list, tuple, str, int, bool and None. Raises `ValueError` on anything else."""
    _check(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def digest(data: bytes) -> str:
    """SHA-256, hex."""
    return hashlib.sha256(data).hexdigest()


def _check(value: Any) -> None:
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return
    if kind is int:
        if abs(value) > 2**53 - 1:
            raise ValueError(f"{value} is too large for canonical JSON")
    elif kind is dict:
        for key, inner in value.items():
            if type(key) is not str or not key.isascii():
                raise ValueError(f"canonical JSON has ASCII keys only: {key!r}")
            _check(inner)
    elif kind in (list, tuple):
        for inner in value:
            _check(inner)
    elif isinstance(value, str):
        return
    else:
        raise ValueError(f"canonical JSON cannot hold a {kind.__name__}")
