"""Signing: the statement that a person signs, and whether a signature is theirs.

Ed25519 (RFC 8032), from `cryptography`. A statement is canonical JSON that names its format, so that a signature given for one
purpose never counts for another.
"""

import json
from base64 import b64decode, b64encode
from dataclasses import fields
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ..model.approval import Adoption, Statement
from ..model.policy import Key, Person
from .canonical import canonical, digest
from .timing import stamp, unstamp

FORMATS: dict[str, type[Statement] | type[Adoption]] = {
    "ministry_social/approval/1": Statement,
    "ministry_social/adoption/1": Adoption,
}


def statement_bytes(one: Statement | Adoption) -> bytes:
    """The very bytes that are signed."""
    return canonical(_as_json(one))


def envelope(one: Statement | Adoption, signature: bytes) -> bytes:
    """Statement and signature, as they are kept."""
    return canonical({"statement": _as_json(one), "signature": b64encode(signature).decode()})


def opened(data: bytes) -> tuple[Statement | Adoption, bytes]:
    """What `envelope` wrote. Raises `ValueError` on anything else: there is one way only to write each."""
    try:
        held = json.loads(data)
        said = dict(held["statement"])
        kind = FORMATS[said.pop("format")]
        one = kind(**said | {"at": unstamp(said["at"])})
        signature = b64decode(held["signature"], validate=True)
        again = envelope(one, signature)
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError("this is no signed statement") from wrong
    if again != data:
        raise ValueError("this is no signed statement")
    return one, signature


def verified(person: Person, one: Statement | Adoption, signature: bytes) -> bool:
    """Whether a key of this person, the one that the statement names, has made the signature."""
    key = key_of(person, one.key)
    if key is None or one.person != person.name:
        return False
    return genuine(key.public, statement_bytes(one), signature)


def key_id(public: str) -> str:
    """The name of a public key (base64): the first 16 digits of its SHA-256."""
    return digest(b64decode(public))[:16]


def fingerprint(public: str) -> str:
    """The whole SHA-256 of a public key (base64), which nobody can find another key for; `key_id` is its beginning."""
    return digest(b64decode(public))


def genuine(public: str, data: bytes, signature: bytes) -> bool:
    """Whether the key with this public half (base64) has made the signature over these bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(b64decode(public)).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def key_of(person: Person, name: str) -> Key | None:
    """A person's key by its name."""
    return next((key for key in person.keys if key_id(key.public) == name), None)


def valid(key: Key, at: datetime) -> bool:
    """Whether a key counts at a time."""
    return key.since <= at and (key.until is None or at < key.until)


def in_groups(name: str) -> str:
    """A digest as a person compares it: `5f3a 91c2 ...`."""
    return " ".join(name[start : start + 4] for start in range(0, len(name), 4))


def _as_json(one: Statement | Adoption) -> dict[str, Any]:
    name = next(name for name, kind in FORMATS.items() if kind is type(one))
    held = {field.name: getattr(one, field.name) for field in fields(one)}
    return {"format": name, **held, "at": stamp(one.at)}
