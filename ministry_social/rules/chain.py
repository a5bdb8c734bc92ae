"""The chain: how each ledger entry is tied to the one before.

seal = SHA-256(previous seal + body), both as bytes: the seal's 32, the body's UTF-8. Before the first entry: 32 zero bytes.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ..errors import LedgerBroken
from ..model.ledger import Entry, Event
from .canonical import canonical
from .timing import stamp

GENESIS = "0" * 64


def seal(previous: str, body: str) -> str:
    """The seal of an entry, hex."""
    return hashlib.sha256(bytes.fromhex(previous) + body.encode()).hexdigest()


def body(event: Event, *, by: str, at: datetime, about: Mapping[str, str], facts: Mapping[str, Any]) -> str:
    """The body of an entry: who, when, what, about what. It holds facts and digests; never texts, answers or secrets."""
    return canonical({"about": dict(about), "at": stamp(at), "by": by, "event": event.value, "facts": dict(facts)}).decode()


def verify(entries: Iterable[Entry], *, previous: str = GENESIS, position: int = 0) -> tuple[int, str]:
    """Walk entries in order; returns the last position and seal. Raises `LedgerBroken` naming the first that does not hold."""
    for entry in entries:
        position += 1
        previous = seal(previous, entry.body)
        if entry.position != position or entry.seal != previous:
            raise broken_at(position, entry.position, previous, entry.seal.encode())
    return position, previous


def broken_at(position: int, number: object, expected: str, written: object) -> LedgerBroken:
    """What is wrong with the entry that is found where `position` should be: it has a number and a seal."""
    if number != position:
        sentence = f"Entry {position} is missing; the next one found is {number}."
    else:
        said = written.decode(errors="replace") if isinstance(written, bytes) else "none"
        sentence = f"Entry {position} is not what was sealed: its seal should be {expected}, it is {said}."
    return LedgerBroken(sentence, first=position)
