"""Invitations: what a link says, whether it is genuine, and whether it still counts.

A link's word is one run of small letters and digits, which no mail programme breaks: who it is (id), what only its holder
knows (secret), and the mark that only our vault can make over both. It names no account.
"""

import hashlib
import hmac
from base64 import b32encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from ..model.life import AccountRecord, Invitation, Stage

ID_BYTES, SECRET_BYTES, MARK_BYTES = 10, 20, 15  # the secret has 160 bits, the mark 120
_ID, _SECRET, _MARK = (size * 8 // 5 for size in (ID_BYTES, SECRET_BYTES, MARK_BYTES))

# Why a link opens nothing -> what a person is told.
REASONS = {
    "altered": "This link is not one of ours: it was altered, or cut short on its way.",
    "unknown": "This link belongs to no invitation that we know.",
    "void": "This invitation was taken back, or a newer one took its place.",
    "used": "This link has done its work: the account was connected through it.",
    "expired": "This invitation has ended.",
    "not-now": "The account cannot be connected as it stands now.",
    "other-account": "This link is for another account.",
}

# The stages in which a link may be made. Who stands at CONNECTED or later is connected again.
INVITES = frozenset({Stage.APPROVED, Stage.INVITED, Stage.CONNECTED, Stage.VERIFIED, Stage.ACTIVE})


@dataclass(frozen=True, kw_only=True)
class Link:
    """What a genuine link says."""

    id: str
    secret: str = field(repr=False)


def word(id: bytes, secret: bytes, mark: Callable[[bytes], bytes]) -> str:
    """A link's word. `mark` makes a code over bytes that only our vault can make."""
    said = _text(id) + _text(secret)
    return said + _mark(said, mark)


def read(text: str, mark: Callable[[bytes], bytes]) -> Link | None:
    """What a link says; None where it is not one of ours."""
    said, shown = text[: _ID + _SECRET], text[_ID + _SECRET :]
    if len(shown) != _MARK or not text.isascii() or not hmac.compare_digest(shown, _mark(said, mark)):
        return None
    return Link(id=said[:_ID], secret=said[_ID:])


def digest(secret: str) -> str:
    """What the store keeps of a secret: with 160 bits of chance in it, nobody finds it from this."""
    return hashlib.sha256(secret.encode()).hexdigest()


def refusal(link: Link, found: Invitation | None, now: datetime) -> str:
    """Why a genuine link does not count, a key of `REASONS`; empty where it does."""
    if found is None or not hmac.compare_digest(found.digest, digest(link.secret)):
        return "unknown"
    if found.used_at is not None:
        return "used"
    if found.void:
        return "void"
    return "expired" if now >= found.until else ""


def counts(one: Invitation, now: datetime) -> bool:
    """Whether an account can still be connected through it."""
    return one.used_at is None and not one.void and now < one.until


def may_be_invited(record: AccountRecord) -> bool:
    """Whether a link may be made for it."""
    return record.stage in INVITES


def _mark(said: str, mark: Callable[[bytes], bytes]) -> str:
    return _text(mark(said.encode())[:MARK_BYTES])


def _text(data: bytes) -> str:
    return b32encode(data).decode().lower()
