"""Checkpoints: how long the ledger is and what its Merkle root is, signed, in the form that witnesses of logs understand.

C2SP tlog-checkpoint (c2sp.org/tlog-checkpoint) in a C2SP signed-note (c2sp.org/signed-note), Ed25519:

    www.mfa-tavoria.example.org/live
    1204331
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — www.mfa-tavoria.example.org/live Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeO...
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ..model.auditing import Claim

_ED25519 = b"\x01"  # the kind of a key, signed-note
_NAME = re.compile(r"[^\s+]+")  # a key's name: no white space, no plus


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """A state of the ledger. `origin` names the ledger, `size` is how many entries, `root` the Merkle root over them."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True, kw_only=True)
class NoteSignature:
    """One line of signatures: whose, the first four bytes of the key's digest, the signature itself."""

    name: str
    key: bytes
    signature: bytes


def checkpoint_text(one: Checkpoint) -> str:
    """The text that is signed, with the newline at its end."""
    if not _NAME.fullmatch(one.origin):
        raise ValueError(f"{one.origin!r} cannot name a ledger: it has a space or a plus")
    return f"{one.origin}\n{one.size}\n{b64encode(one.root).decode()}\n"


def key_hash(name: str, public: bytes) -> bytes:
    """The four bytes by which a note names a key."""
    return sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]


def verifier_key(name: str, public: bytes) -> str:
    """A public key as tools of C2SP take it: `name+12345678+AX...`."""
    return f"{name}+{key_hash(name, public).hex()}+{b64encode(_ED25519 + public).decode()}"


def note(text: str, signatures: tuple[NoteSignature, ...]) -> str:
    """Text and signatures."""
    lines = (f"— {one.name} {b64encode(one.key + one.signature).decode()}\n" for one in signatures)
    return f"{text}\n{''.join(lines)}"


def signature_of(name: str, public: bytes, signature: bytes) -> NoteSignature:
    """A signature as a note carries it."""
    return NoteSignature(name=name, key=key_hash(name, public), signature=signature)


def read_note(said: str) -> tuple[Checkpoint, tuple[NoteSignature, ...]]:
    """A signed checkpoint, whoever has signed it. Raises `ValueError` that says what is wrong with it."""
    text, cut, below = said.rpartition("\n\n")
    lines = text.split("\n")
    if not cut or len(lines) < 3 or not below.endswith("\n"):
        raise ValueError("this is no signed checkpoint")
    origin, size, root = lines[:3]
    if not _NAME.fullmatch(origin) or not re.fullmatch(r"0|[1-9][0-9]{0,18}", size) or "" in lines:
        raise ValueError("this is no signed checkpoint")
    found = _decoded(root)
    if len(found) != 32:
        raise ValueError("its root is no SHA-256")
    return Checkpoint(origin=origin, size=int(size), root=found), tuple(map(_signature, below[:-1].split("\n")))


def signed_by(said: str, name: str, public: bytes) -> bool:
    """Whether this key has signed the note."""
    text = said.rpartition("\n\n")[0] + "\n"
    try:
        _, signatures = read_note(said)
    except ValueError:
        return False
    wanted = key_hash(name, public)
    return any(one.name == name and one.key == wanted and _verified(public, one.signature, text) for one in signatures)


def _verified(public: bytes, signature: bytes, text: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def _signature(line: str) -> NoteSignature:
    found = re.fullmatch(r"— (\S+) (\S+)", line)
    data = _decoded(found[2]) if found else b""
    if not found or len(data) < 5:
        raise ValueError("a line below the checkpoint is no signature")
    return NoteSignature(name=found[1], key=data[:4], signature=data[4:])


def _decoded(text: str) -> bytes:
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        raise ValueError("what should be base64 is not") from None
    if b64encode(data).decode() != text:
        raise ValueError("what should be base64 is not")
    return data


def public_half(text: str) -> str:
    """A public key as somebody gives it, in base64: itself, a key of C2SP, or what a PEM file holds. Raises `ValueError`."""
    plain = "".join(line for line in text.splitlines() if not line.startswith("---")) if "-----" in text else text.strip()
    if re.fullmatch(r"[^\s+]+\+[0-9a-f]{8}\+\S+", plain):
        name, hashed, rest = plain.split("+", 2)
        data = _decoded(rest)
        if data[:1] != _ED25519 or len(data) != 33 or key_hash(name, data[1:]).hex() != hashed:
            raise ValueError("this is no key that checkpoints are signed with")
        return b64encode(data[1:]).decode()
    raw = _decoded(plain)
    if len(raw) not in (32, 44):  # 44: with the head that PEM files have (RFC 8410)
        raise ValueError("this is no key that checkpoints are signed with")
    return b64encode(raw[-32:]).decode()


def claimed(said: str, keys: Collection[str], *, world: str, where: str) -> Claim:
    """What a signed checkpoint says. Raises `ValueError` that says why it is none of ours: no key (base64) of these has signed it,
    or it is of a ledger of another world."""
    one, _ = read_note(said)
    if not one.origin.endswith(f"/{world}"):
        raise ValueError(f"it is of another ledger, {one.origin}")
    if not any(signed_by(said, one.origin, b64decode(public)) for public in keys):
        raise ValueError("no key of the ministry has signed it")
    return Claim(size=one.size, root=one.root, where=where)


def origin_of(website: str, world: str) -> str:
    """How a ledger is named: where the ministry is at home, and the world."""
    return f"{urlsplit(website).hostname or 'localhost'}/{world}"
