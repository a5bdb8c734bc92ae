"""Checks what a ministry says of its own record, without any of its programs. One file: the standard library and `cryptography`.

    python verify.py ledger.jsonl --checkpoints DIR --key KEY [--proof FILE ...] [--json]

ledger.jsonl  one entry per line, {"body":"...","position":1,"seal":"..."}, from the first entry on, none left out
DIR           signed checkpoints, *.txt: those of the bundle, or better those that somebody else has kept
KEY           the ministry's public key (44 signs that end in =, or as C2SP writes it), or a file with it; ask for it elsewhere
FILE          a proof of one entry; needs no ledger

Exit code: 0 all of it holds; 1 something does not; 2 it could not be checked.

What is checked, and where it is laid down:
- the chain: seal = SHA-256(seal before + body), the first one after 32 zero bytes
- checkpoints: the Merkle root over the first N bodies (RFC 6962, section 2.1), signed with Ed25519 (c2sp.org/tlog-checkpoint)
- proofs: that one entry is among those N (RFC 9162, section 2.1.3.2)
"""

import argparse
import hashlib
import json
import re
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

VERSION = 1
PROOF = "ministry_social/proof/1"
HEX = re.compile(rb"[0-9a-f]{64}")


class Unreadable(Exception):
    """It could not be checked: a file is missing, or no key was named."""


@dataclass
class Report:
    """What was found, in sentences; `facts` for machines. A check adds to it and goes on."""

    good: list[str] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    def wrong(self, sentence: str, **facts: Any) -> None:
        """Something does not hold. The first one's facts stay."""
        self.bad.append(sentence)
        self.facts = {**facts, **self.facts}


@dataclass(frozen=True)
class Checkpoint:
    """A signed state of the ledger, and the file that holds it."""

    file: str
    origin: str
    size: int
    root: bytes


class Tree:
    """A Merkle tree that grows at its end: the roots of its full subtrees, the largest first."""

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[bytes] = []

    def add(self, body: bytes) -> None:
        """One leaf more."""
        new, before = hashlib.sha256(b"\x00" + body).digest(), self.size
        while before & 1:
            new = hashlib.sha256(b"\x01" + self._roots.pop() + new).digest()
            before >>= 1
        self._roots.append(new)
        self.size += 1

    def root(self) -> bytes:
        """The root of all leaves."""
        if not self._roots:
            return hashlib.sha256().digest()
        *before, found = self._roots
        for left in reversed(before):
            found = hashlib.sha256(b"\x01" + left + found).digest()
        return found


def entries(path: Path) -> Iterator[tuple[int, str, bytes | None]]:
    """The lines of a ledger: position, seal and body. A line that is not written in the one way that there is has no body."""
    try:
        with path.open("rb") as lines:
            for line in lines:
                try:
                    one = json.loads(line)
                    body, position, seal = one["body"], one["position"], one["seal"]
                    same = json.dumps({"body": body, "position": position, "seal": seal}, ensure_ascii=False, separators=(",", ":"))
                    good = line == same.encode() + b"\n" and type(position) is int and type(seal) is str
                    yield (position, seal, body.encode()) if good else (0, "", None)
                except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                    yield 0, "", None
    except OSError as wrong:
        raise Unreadable(f"{path} cannot be read: {wrong.strerror}.") from wrong


def check_ledger(path: Path, checkpoints: list[Checkpoint], report: Report) -> None:
    """Walk the ledger once: the chain of every entry, and the root at every size that a checkpoint names."""
    roots = {0: Tree().root()}
    marks = {one.size for one in checkpoints}
    tree, seal, broken = Tree(), bytes(32), ""
    for count, (position, written, body) in enumerate(entries(path), 1):
        seal = hashlib.sha256(seal + (body or b"")).digest()
        if body is None:
            broken = f"Entry {count} cannot be read: its line was changed."
        elif position != count:
            broken = f"Entry {count} is missing; what stands there is entry {position}."
        elif written != seal.hex():
            broken = f"Entry {count} is not what was sealed."
        if broken:
            break
        tree.add(body or b"")
        if count in marks:
            roots[count] = tree.root()
    report.facts.update(entries=tree.size, root=b64encode(tree.root()).decode())
    if not _agree(roots, checkpoints, tree.size, bool(broken), report):
        return
    if broken:
        report.wrong(broken, first=tree.size + 1)
        return
    report.good.append(f"{tree.size} entries are unbroken.")
    signed = max((one.size for one in checkpoints), default=0)
    report.facts.update(signed=signed)
    if signed:
        report.good.append(f"{len(checkpoints)} signed checkpoints agree; the largest is of {signed} entries.")
    if signed < tree.size:
        report.good.append(
            f"BUT the last {tree.size - signed} entries are in no checkpoint: they could have been changed unnoticed."
        )


def _agree(roots: dict[int, bytes], checkpoints: list[Checkpoint], size: int, broken: bool, report: Report) -> bool:
    """Whether every checkpoint agrees; names the entries among which the first change is, or how many are missing."""
    agreed = 0
    for one in sorted(checkpoints, key=lambda one: one.size):
        if one.size > size:
            if broken:
                return True
            largest = max(checkpoints, key=lambda one: one.size)
            report.wrong(
                f"The ledger ends with entry {size}, and {largest.file} was signed with {largest.size}: "
                f"{largest.size - size} are missing.", first=size + 1, last=largest.size,
            )  # fmt: skip
            return False
        if roots[one.size] != one.root:
            first = min(agreed + 1, one.size)
            report.wrong(
                f"Among entries {first} to {one.size} something is not what was signed: {one.file}.", first=first, last=one.size
            )
            return False
        agreed = one.size
    return True


def read_checkpoints(folder: Path, keys: list[bytes], report: Report) -> list[Checkpoint]:
    """Every checkpoint in a folder that one of the keys has signed; any other is reported."""
    if not folder.is_dir():
        raise Unreadable(f"There is no folder {folder}.")
    found = []
    for path in sorted(folder.glob("*.txt")):
        one = read_checkpoint(path.read_bytes().decode(errors="replace"), path.name, keys)
        if one is None:
            report.wrong(f"{path.name} is no checkpoint that the ministry's key has signed.")
        else:
            found.append(one)
    return found


def read_checkpoint(note: str, file: str, keys: list[bytes]) -> Checkpoint | None:
    """A checkpoint; None where none of the keys has signed it."""
    text, cut, below = note.rpartition("\n\n")
    lines = text.split("\n")
    if not cut or len(lines) < 3 or not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1]):
        return None
    for line in below.splitlines():
        match = re.fullmatch(r"— (\S+) ([A-Za-z0-9+/]+=*)", line)
        for key in keys if match and match[1] == lines[0] else ():
            signature = _bytes(match[2]) if match else b""
            named = hashlib.sha256(lines[0].encode() + b"\n\x01" + key).digest()[:4]
            if signature[:4] == named and _signed(key, signature[4:], f"{text}\n".encode()):
                return Checkpoint(file, lines[0], int(lines[1]), _bytes(lines[2]))
    return None


def check_proof(path: Path, keys: list[bytes], report: Report) -> None:
    """Whether a proof leads from its entry to the checkpoint that it holds."""
    try:
        held = json.loads(path.read_bytes())
        size, index, body = int(held["size"]), int(held["index"]), str(held["body"])
        one = read_checkpoint(str(held["checkpoint"]), path.name, keys)
        hashes = [_bytes(text) for text in held["proof"]]
        known = held["format"] == PROOF and held["position"] == index + 1
    except OSError as wrong:
        raise Unreadable(f"{path} cannot be read: {wrong.strerror}.") from wrong
    except (ValueError, KeyError, TypeError):
        report.wrong(f"{path.name} is no proof.")
        return
    if one is None:
        report.wrong(f"{path.name} holds no checkpoint that the ministry's key has signed.")
    elif not known or one.size != size or climb(body.encode(), index, size, hashes) != one.root:
        report.wrong(f"{path.name} proves nothing: its entry is not in the signed ledger at that place.")
    else:
        report.good.append(f"{path.name}: entry {index + 1} is among the {size} that were signed.")


def climb(body: bytes, index: int, size: int, hashes: list[bytes]) -> bytes | None:
    """The root to which a proof leads; None where it is none for that place."""
    if not 0 <= index < size:
        return None
    here, last, found = index, size - 1, hashlib.sha256(b"\x00" + body).digest()
    for other in hashes:
        if last == 0:
            return None
        if here & 1 or here == last:
            found = hashlib.sha256(b"\x01" + other + found).digest()
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\x01" + found + other).digest()
        here, last = here >> 1, last >> 1
    return found if last == 0 else None


def read_key(text: str) -> bytes:
    """A public key, or a file that holds one."""
    try:
        if len(text) < 200 and Path(text).is_file():
            text = Path(text).read_text(encoding="utf-8")
    except (OSError, ValueError) as wrong:
        raise Unreadable(f"{text} cannot be read.") from wrong
    plain = "".join(line for line in text.split("\n") if not line.startswith("---")) if "-----" in text else text.strip()
    match = re.fullmatch(r"[^\s+]+\+[0-9a-f]{8}\+(\S+)", plain)
    raw = _bytes(match[1] if match else plain)
    if len(raw) not in (32, 33, 44):  # 33: C2SP puts the kind of key before it; 44: PEM a head of its own
        raise Unreadable("That is no public key: 44 signs that end in =, or a file with them.")
    return raw[-32:]


def _signed(key: bytes, signature: bytes, text: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


def _bytes(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (ValueError, TypeError):
        return b""


def checked(asked: argparse.Namespace) -> Report:
    """Everything that was asked for."""
    report = Report()
    keys = [read_key(text) for text in asked.key]
    if (asked.checkpoints or asked.proof) and not keys:
        raise Unreadable("Whose signature is to be believed? Name the ministry's key: --key KEY.")
    found = [one for folder in asked.checkpoints for one in read_checkpoints(folder, keys, report)]
    if asked.ledger:
        check_ledger(asked.ledger, found, report)
    for path in asked.proof:
        check_proof(path, keys, report)
    return report


def main(arguments: list[str] | None = None) -> int:
    """The exit code says it all; the sentences say why."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ledger", nargs="?", type=Path, help="the entries, one per line")
    parser.add_argument("--checkpoints", action="append", default=[], type=Path, metavar="DIR", help="signed checkpoints")
    parser.add_argument("--key", action="append", default=[], help="the ministry's public key, or a file with it")
    parser.add_argument("--proof", action="append", default=[], type=Path, metavar="FILE", help="the proof of one entry")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args(arguments)
    if not asked.ledger and not asked.proof:
        parser.error("name a ledger, or a --proof")
    try:
        report = checked(asked)
    except Unreadable as wrong:
        print(wrong, file=sys.stderr)
        return 2
    if asked.json:
        print(json.dumps({"holds": not report.bad, **vars(report)}, ensure_ascii=False, indent=2))
    else:
        print("\n".join(["DOES NOT HOLD" if report.bad else "HOLDS", *report.bad, *report.good]))
    return 1 if report.bad else 0


if __name__ == "__main__":
    sys.exit(main())
