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
        if entry.position != position:
            raise LedgerBroken(f"Entry {position} is missing; the next one found is {entry.position}.")
        previous = seal(previous, entry.body)
        if entry.seal != previous:
            raise LedgerBroken(f"Entry {position} is not what was sealed: its seal should be {previous}, it is {entry.seal}.")
    return position, previous
