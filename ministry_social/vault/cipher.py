"""Sealing: AES-256-GCM with a fresh nonce each time (NIST SP 800-38D), from `cryptography`; marks: HMAC-SHA256 (RFC 2104)."""

import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ..errors import Unauthorized

_NONCE = 12  # bytes, the size that SP 800-38D recommends


def new_key() -> bytes:
    """32 random bytes."""
    return AESGCM.generate_key(bit_length=256)


def seal(key: bytes, clear: bytes, purpose: bytes) -> bytes:
    """Nonce and cipher text; `purpose` is authenticated with it, so that one thing's seal does not open as another's."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, clear, purpose)


def unseal(key: bytes, sealed: bytes, purpose: bytes) -> bytes:
    """The clear bytes. Raises `Unauthorized` where the key is another or a byte was changed."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], purpose)
    except (InvalidTag, ValueError) as wrong:  # ValueError: too short to hold a nonce
        raise Unauthorized("What was sealed does not open: the key is another, or it was changed.", code="seal") from wrong


def mark(key: bytes, data: bytes) -> bytes:
    """A code over the bytes that only who has the key can make; under a key of its own, since one key does one thing."""
    own = hmac.digest(key, b"ministry_social/marks", "sha256")
    return hmac.digest(own, data, "sha256")
