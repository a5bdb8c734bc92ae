"""Checks what a ministry says of its own record, without any of its programs. One file: the standard library and `cryptography`.

    python -I verify.py BUNDLE --key KEY [--checkpoints DIR ...] [--json]
    python -I verify.py ledger.jsonl --checkpoints DIR --key KEY [--proof FILE ...] [--json]

BUNDLE        evidence on a message, an account or a time: the zip file, or the folder that it was unpacked to
ledger.jsonl  one entry per line, {"body":"...","position":1,"seal":"..."}, from the first entry on, none left out
DIR           signed checkpoints, *.txt: those of the bundle, or better those that somebody else has kept
KEY           the ministry's public key (44 signs that end in =, or as C2SP writes it), or a file with it; ask for it elsewhere
FILE          a proof of one entry; needs no ledger

Exit code: 0 all of it holds; 1 something does not; 2 it could not be checked.

What is checked, and where it is laid down:
- the chain: seal = SHA-256(seal before + body), the first one after 32 zero bytes
- checkpoints: the Merkle root over the first N bodies (RFC 6962, section 2.1), signed with Ed25519 (c2sp.org/tlog-checkpoint)
- proofs: that one entry is among those N (RFC 9162, section 2.1.3.2), and that one checkpoint continues another (2.1.4.2)
- bundles: every file against the signed list of files; every entry against its seal, its neighbours and its proof; every file that
  an entry names by its digest; what was sent against what was released, and that against the signatures that the policy in force
  asked for, and the policy against those who adopted it (docs/evidence.md says the format, docs/approvals.md what is signed)
"""

import argparse
import hashlib
import json
import re
import sys
import zipfile
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

VERSION = 1
PROOF = "ministry_social/proof/1"
EVIDENCE = "ministry_social/evidence/1"
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
                f"{largest.size - size} are missing. Up to entry {agreed} it is what was signed.",
                first=size + 1, last=largest.size, agreed=agreed,
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
    """Base64, written in the one way that there is; nothing where it is not."""
    try:
        raw = b64decode(text, validate=True)
    except (ValueError, TypeError):
        return b""
    return raw if b64encode(raw).decode() == text else b""


# ---- bundles of evidence -------------------------------------------------------------------------------------------------------

CONTENTS = ("messages", "releases", "statements", "policies", "payloads", "answers", "copies", "campaigns", "registers", "media")
# What an entry's facts name: in which folder it must lie. `resolved` is computed and lies nowhere.
NAMES = {
    "release": "releases", "policy": "policies", "replaces": "policies", "statement": "statements", "statements": "statements",
    "payload": "payloads", "answer": "answers", "copy": "copies", "revision": "messages", "media": "media",
}  # fmt: skip
OWN_NAMES = {
    "local-written": {"digest": "messages"}, "register-published": {"digest": "registers"},
    "campaign-planned": {"record": "campaigns", "source": "campaigns"},
}  # fmt: skip
RECEIPTS = ("accepted", "found", "decided")
DIGEST = re.compile(r"[0-9a-f]{64}")
WRONG_FORM = (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError)
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError, OverflowError)


class Bundle:
    """A zip file, or the folder that it was unpacked to."""

    def __init__(self, path: Path) -> None:
        self._folder = path if path.is_dir() else None
        self._zip = None if self._folder else zipfile.ZipFile(path)
        if self._zip is not None:
            self.names = [one.filename for one in self._zip.infolist()]
        else:
            self.names = sorted(one.relative_to(path).as_posix() for one in path.rglob("*") if not one.is_dir())

    def open(self, name: str) -> IO[bytes]:
        """A file in it."""
        return self._zip.open(name) if self._zip is not None else (self._folder or Path()).joinpath(name).open("rb")

    def read(self, name: str) -> bytes:
        """All of a file."""
        with self.open(name) as file:
            return file.read()


@dataclass
class Entry:
    """An entry of the ledger, as a bundle has it."""

    position: int
    asked: bool
    before: str
    raw: bytes
    seal: str
    body: dict[str, Any]

    @property
    def facts(self) -> dict[str, Any]:
        """What it says."""
        return dict(self.body["facts"])


@dataclass
class Case:
    """What was read of a bundle. `contents`: digest -> the file that has it."""

    bundle: Bundle
    manifest: dict[str, Any]
    report: Report
    keys: list[bytes]
    entries: list[Entry] = field(default_factory=list)
    contents: dict[str, str] = field(default_factory=dict)

    def held(self, digest: str) -> dict[str, Any]:
        """The JSON object that has this digest; nothing where it is not there, which is said elsewhere."""
        return dict(json.loads(self.bundle.read(self.contents[digest]))) if digest in self.contents else {}


def check_bundle(path: Path, keys: list[bytes], witnessed: list[Path], unsigned: bool, report: Report) -> None:
    """All that can be checked of a bundle; every thing that does not hold is named."""
    try:
        bundle = Bundle(path)
        listed = bundle.read("manifest.json") if "manifest.json" in bundle.names else b""
        if not keys and "ministry.pub" in bundle.names:
            keys = [read_key(line) for line in bundle.read("ministry.pub").decode().splitlines()]
            report.good.append(
                "BUT whose key it is, only the bundle itself says: take the ministry's key from elsewhere, --key KEY."
            )
    except (*DAMAGED, Unreadable) as wrong:
        report.wrong(f"{path.name} is damaged, or no bundle: {wrong}.", file=path.name)
        return
    case = Case(bundle, _manifest(listed), report, keys)
    if not case.manifest:
        report.wrong("manifest.json is missing, or not what a bundle has.", file="manifest.json")
        return
    report.facts.update(question=case.manifest["question"], ledger=case.manifest["ledger"])
    checks: list[tuple[str, Callable[[Case], None]]] = [
        ("manifest.sig", lambda case: _check_signature(case, listed, unsigned)), ("manifest.json", _check_files),
        ("entries.jsonl", _check_entries), ("proofs.jsonl", lambda case: _check_proofs(case, witnessed)),
        ("the contents", _check_contents), ("the releases", _check_deliveries), ("the approvals", _check_approvals),
    ]  # fmt: skip
    for what, check in checks:
        try:
            check(case)
        except Unreadable:
            raise
        except (*WRONG_FORM, *DAMAGED) as wrong:
            report.wrong(f"What {what} say cannot be read: {type(wrong).__name__} {wrong}.", file=what)


def _manifest(listed: bytes) -> dict[str, Any]:
    try:
        held = json.loads(listed)
        names = [one["name"] for one in held["files"]]
        known = held["format"] == EVIDENCE and canonical(held) == listed and len(set(names)) == len(names)
        parts = held["entries"], held["lacking"], held["question"], held["ledger"], held["checkpoint"]
        return dict(held) if known and len(parts) == 5 else {}
    except WRONG_FORM:
        return {}


def _check_signature(case: Case, listed: bytes, unsigned: bool) -> None:
    report = case.report
    if "manifest.sig" not in case.bundle.names:
        said = (
            "The list of files is signed by nobody: entries may have been left out, and report.html and summary.csv be another's."
        )
        if unsigned:
            report.good.append(f"BUT {said[0].lower()}{said[1:]}")
        else:
            report.wrong(f"{said} (--unsigned, if you know that.)", file="manifest.sig")
        return
    signature = case.bundle.read("manifest.sig").decode()
    raw = _bytes(signature.rstrip("\n"))
    if signature != b64encode(raw).decode() + "\n" or not any(_signed(key, raw, listed) for key in case.keys):
        report.wrong("The list of files, manifest.json, does not carry the ministry's signature.", file="manifest.sig")
    else:
        report.good.append("The list of files is signed by the ministry.")


def _check_files(case: Case) -> None:
    """Each file is there once, as it was listed, and no other."""
    listed = {one["name"]: one for one in case.manifest["files"]}
    for name in sorted({name for name in case.bundle.names if case.bundle.names.count(name) > 1}):
        case.report.wrong(f"{name} is there twice.", file=name)
    for name in sorted(set(case.bundle.names) - set(listed) - {"manifest.json", "manifest.sig"}):
        case.report.wrong(f"{name} was added: the list of files does not have it.", file=name)
    for name, one in listed.items():
        if name not in case.bundle.names:
            case.report.wrong(f"{name} is missing.", file=name)
            continue
        found, size = _digest_of(case.bundle, name)
        if (found, size) != (one["sha256"], one["size"]):
            case.report.wrong(f"{name} was changed.", file=name)
        folder, _, rest = name.partition("/")
        if folder in CONTENTS:
            if rest.split(".")[0] != found:
                case.report.wrong(f"{name} is not what its name says.", file=name)
            case.contents[found] = name
    case.report.facts.update(files=len(listed))


def _digest_of(bundle: Bundle, name: str) -> tuple[str, int]:
    try:
        sha, size = hashlib.sha256(), 0
        with bundle.open(name) as file:
            while piece := file.read(1 << 20):
                sha.update(piece)
                size += len(piece)
        return sha.hexdigest(), size
    except DAMAGED:
        return "", -1


def _check_entries(case: Case) -> None:
    """Each entry is what was sealed, and continues the one before, where that is here."""
    report, last = case.report, Entry(0, False, "", b"", "0" * 64, {})
    for number, line in enumerate(case.bundle.read("entries.jsonl").split(b"\n")[:-1], 1):
        held = json.loads(line)
        raw = held["body"].encode()
        one = Entry(held["position"], held["asked"], held["before"], raw, held["seal"], json.loads(raw))
        if canonical(held) != line or canonical(one.body) != raw or one.position <= last.position:
            report.wrong(f"Line {number} of entries.jsonl is not written as an entry is, or not in its place.", first=one.position)
        if hashlib.sha256(bytes.fromhex(one.before) + raw).hexdigest() != one.seal:
            report.wrong(f"Entry {one.position} is not what was sealed.", first=one.position)
        if one.position == last.position + 1 and one.before != last.seal:
            report.wrong(f"Entry {one.position} does not continue entry {last.position}.", first=one.position)
        case.entries.append(one)
        last = one
    asked = sum(1 for one in case.entries if one.asked)
    counts = case.manifest["entries"]
    if (asked, len(case.entries) - asked) != (counts["asked"], counts["needed"]):
        report.wrong(f"{len(case.entries)} entries are here, and the list of files counts {counts['asked'] + counts['needed']}.")
    report.good.append(f"{len(case.entries)} entries are as they were sealed.")
    report.facts.update(entries=len(case.entries))


def _check_proofs(case: Case, witnessed: list[Path]) -> None:
    """Each entry is in the signed ledger at its place, and every checkpoint continues those before it."""
    report, found = case.report, {}
    for name in sorted(name for name in case.bundle.names if name.startswith("checkpoints/")):
        point = read_checkpoint(case.bundle.read(name).decode(errors="replace"), name, case.keys)
        if point is None or point.origin != case.manifest["ledger"] or name != f"checkpoints/checkpoint-{point.size}.txt":
            report.wrong(f"{name} is no checkpoint of this ledger that the ministry's key has signed.", file=name)
        else:
            found[point.size] = point
    size = case.manifest["checkpoint"]
    last = found.get(size)
    if size is not None and last is None:
        report.wrong(
            f"The checkpoint of {size} entries, to which the proofs lead, is missing.", file=f"checkpoints/checkpoint-{size}.txt"
        )
    hashes = {one["position"]: [_bytes(text) for text in one["hashes"]] for one in _lines(case, "proofs.jsonl")}
    for one in case.entries:
        if last is not None and (one.position <= last.size or one.position in hashes):
            proof = hashes.pop(one.position, [])
            if climb(one.raw, one.position - 1, last.size, proof) != last.root:
                report.wrong(
                    f"Entry {one.position} is not proved: it is not in the signed ledger at that place.", first=one.position
                )
    for position in hashes:
        report.wrong(f"proofs.jsonl has a proof of entry {position}, which is not here.", first=position)
    _check_consistency(case, found, last)
    _say_proved(case, last)
    for folder in witnessed:
        _compare(case, found, read_checkpoints(folder, case.keys, report), folder)


def _say_proved(case: Case, last: Checkpoint | None) -> None:
    report, size = case.report, last.size if last else 0
    if last is not None and not report.bad:
        report.good.append(f"They are in the ledger {last.origin} as it was signed with {last.size} entries.")
    sealed = sum(1 for one in case.entries if one.position > size)
    if sealed:
        report.good.append(
            f"BUT {sealed} of them are in no checkpoint: they are only sealed, and could have been changed unnoticed."
        )
    report.facts.update(signed=size, only_sealed=sealed)


def _check_consistency(case: Case, found: dict[int, Checkpoint], last: Checkpoint | None) -> None:
    [proofs] = _lines(case, "consistency.json")
    for size, one in found.items():
        if last is None or one is last:
            continue
        hashes = [_bytes(text) for text in proofs.pop(str(size), [])]
        if not continues(one.size, last.size, one.root, last.root, hashes):
            case.report.wrong(f"The checkpoint of {last.size} entries does not continue that of {size}.", file=one.file)
    if proofs:
        case.report.wrong(
            f"consistency.json speaks of a checkpoint of {min(proofs)} entries, which is not here.", file="consistency.json"
        )


def _compare(case: Case, found: dict[int, Checkpoint], seen: list[Checkpoint], folder: Path) -> None:
    """What somebody else has kept must be the same."""
    same = 0
    for other in seen:
        mine = found.get(other.size)
        if mine is not None and (other.origin, other.root) == (mine.origin, mine.root):
            same += 1
        elif mine is not None and other.origin == mine.origin:
            case.report.wrong(
                f"{folder.name}/{other.file} is another checkpoint of {other.size} entries: both are signed.", file=mine.file
            )
    case.report.good.append(
        f"{same} checkpoints are the same in {folder}."
        if same
        else f"BUT {folder} has no checkpoint of the same size: it says nothing."
    )


def continues(first: int, second: int, before: bytes, after: bytes, hashes: list[bytes]) -> bool:
    """Whether the tree of `first` leaves is the beginning of that of `second`."""
    if not 0 < first < second:
        return False
    path = list(hashes) if first & (first - 1) else [before, *hashes]
    if not path:
        return False
    here, last = first - 1, second - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    old = new = path[0]
    for other in path[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            old, new = (hashlib.sha256(b"\x01" + other + one).digest() for one in (old, new))
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            new = hashlib.sha256(b"\x01" + new + other).digest()
        here, last = here >> 1, last >> 1
    return last == 0 and (old, new) == (before, after)


def _lines(case: Case, name: str) -> list[Any]:
    """JSON Lines, each written in the one way that there is."""
    lines = case.bundle.read(name).split(b"\n")
    held = [json.loads(line) for line in lines[:-1]]
    if lines[-1] or any(canonical(one) != line for one, line in zip(held, lines[:-1], strict=True)):
        raise ValueError("it is written in another way")
    return held


def _check_contents(case: Case) -> None:
    """What entries name is here, unless its disposal is on record; and what is here is named."""
    report, named = case.report, dict[str, str]()
    for one in case.entries:
        if one.body["event"] != "disposed":
            for folder, name in _named_by(one.body["event"], one.facts):
                named.setdefault(name, f"entry {one.position} names it")
                _at_home(case, name, folder)
    coming, files = list(named), set[str]()
    while coming:
        name = coming.pop()
        if case.contents.get(name, "").startswith("messages/"):
            files |= set(_files_of(case, name))  # older revisions were kept without them
        for inner in _named_in(case, name):
            if inner not in named:
                named[inner] = f"{case.contents[name]} names it"
                coming.append(inner)
    disposed = {name: one.position for one in case.entries if one.body["event"] == "disposed" for name in one.facts["digests"]}
    for name, why in sorted(named.items()):
        if name not in case.contents and name not in disposed:
            report.wrong(
                f"What has the SHA-256 {name} is missing: {why}, and nothing on record says that it was disposed of.", file=name
            )
    for name, path in sorted(case.contents.items()):
        if name not in named and name not in files:
            report.wrong(f"{path} was added: nothing on record names it.", file=path)
    if {one["digest"] for one in case.manifest["lacking"]} != {name for name in named if name not in case.contents}:
        report.wrong("What the list of files says is lacking is not what is lacking.", file="manifest.json")
    gone = sorted({disposed[name] for name in named if name not in case.contents and name in disposed})
    report.good.append(f"{len(case.contents)} files are what entries name by their digest.")
    for position in gone:
        one = next(one for one in case.entries if one.position == position)
        under = one.facts.get("schedule", "")
        report.good.append(f"{one.body['at'][:10]}: some of what they name was disposed of, under {under!r} (entry {position}).")


def _at_home(case: Case, name: str, folder: str) -> None:
    """An entry that names a statement must not get by with a picture."""
    path = case.contents.get(name)
    if path is not None and not path.startswith(f"{folder}/"):
        case.report.wrong(f"{path} should lie in {folder}.", file=path)


def _named_by(event: str, facts: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, folder in {**NAMES, **OWN_NAMES.get(event, {})}.items():
        value = facts.get(key)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str) and DIGEST.fullmatch(one):
                yield folder, one


def _named_in(case: Case, name: str) -> Iterator[str]:
    """Digests that releases, statements, payloads and copies hold in turn."""
    path = case.contents.get(name, "")
    if path.split("/")[0] in ("releases", "statements", "payloads", "copies"):
        yield from _digests(case.held(name))


def _files_of(case: Case, name: str) -> Iterator[str]:
    """Digests of the files that a revision is made of."""
    if case.contents[name].endswith(".json"):
        yield from _digests(case.held(name))


def _digests(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _digests(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _digests(inner)
    elif isinstance(value, str) and DIGEST.fullmatch(value):
        yield value


def _check_deliveries(case: Case) -> None:
    """What was planned, sent and answered is what was released."""
    receipts = {
        one.body["about"]["delivery"]: {
            "id": one.facts.get("id", ""),
            "url": one.facts.get("url") or one.facts.get("published", ""),
        }
        for one in case.entries
        if one.body["event"] in RECEIPTS
    }
    planned = {one.body["about"]["delivery"] for one in case.entries if one.asked and one.body["event"] == "planned"}
    started: dict[str, Entry] = {}
    for one in case.entries:
        event, facts, key = one.body["event"], one.facts, one.body["about"].get("delivery", "")
        if event in ("planned", "started"):
            promise = _promise(case, facts["release"], key)
            if promise is not None and facts["payload"] not in (promise["payload"], promise["otherwise"]):
                case.report.wrong(f"Entry {one.position}: what was {event} for {key} is not what was released.", first=one.position)
        if event == "started":
            started[key] = one
            if facts["payload"] in case.contents and resolved(case.held(facts["payload"]), receipts) not in (
                None,
                facts["resolved"],
            ):
                case.report.wrong(f"Entry {one.position}: what was sent for {key} is not its payload.", first=one.position)
        if event == "accepted":
            _check_answer(case, one)
            if key not in started and key in planned:
                case.report.wrong(f"Entry {one.position}: {key} was accepted, and never started.", first=one.position)
    case.report.facts.update(started=len(started))


def _check_answer(case: Case, one: Entry) -> None:
    """A post's id stands in what the platform has answered."""
    path = case.contents.get(one.facts["answer"], "")
    if one.facts.get("kind") == "post" and path and one.facts["id"].encode() not in case.bundle.read(path):
        case.report.wrong(f"Entry {one.position}: the platform's answer is not about {one.facts['id']}.", first=one.position)


def _promise(case: Case, release: str, key: str) -> dict[str, Any] | None:
    held = case.held(release)
    if not held:
        return None
    found = [one for one in held["deliveries"] if one["key"] == key]
    if not found:
        case.report.wrong(f"The release {release} does not have {key}.", file=case.contents[release])
    return found[0] if found else None


def resolved(payload: Any, receipts: dict[str, dict[str, str]]) -> str | None:
    """The digest of a payload with its references filled in; None where what it refers to is not in the bundle."""

    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            if value.keys() == {"delivery", "field", "shape"}:
                return receipts[value["delivery"]][value["field"]]
            return {key: filled(inner) for key, inner in value.items()}
        if isinstance(value, list):
            text = any(isinstance(one, dict) and one.keys() == {"delivery", "field", "shape"} for one in value)
            return "".join(map(filled, value)) if text else [filled(one) for one in value]
        return value

    try:
        return hashlib.sha256(canonical(filled(payload))).hexdigest()
    except KeyError:
        return None


@dataclass
class Approvals:
    """How approval stands at one moment: the policy in force, every policy before, and what was said of each release."""

    policy: dict[str, Any] = field(default_factory=dict)
    digest: str = ""
    known: set[str] = field(default_factory=set)
    released: set[str] = field(default_factory=set)
    confirmed: set[str] = field(default_factory=set)
    signed: dict[str, dict[str, list[dict[str, Any]]]] = field(default_factory=dict)
    declined: dict[str, set[str]] = field(default_factory=dict)


def _check_approvals(case: Case) -> None:
    """Replay what was signed: each signature is its person's, each policy was adopted, and nothing went out without."""
    now, count, sent = Approvals(), 0, 0
    for one in case.entries:
        event, facts, by = one.body["event"], one.facts, one.body["by"]
        release = facts.get("release", "")
        if event == "adopted":
            _adopt(case, now, one)
        elif event == "released":
            now.released.add(release)
            now.signed[release], now.declined[release] = {}, set()
        elif event == "confirmed":
            now.confirmed.add(release)
        elif event == "signed":
            count += 1
            said = _statement(case, one)
            if said:
                now.signed.setdefault(release, {}).setdefault(by, []).append(said)
        elif event == "declined":
            now.declined.setdefault(release, set()).add(by)
        elif event == "withdrawn":
            now.signed.get(release, {}).pop(by, None)
            now.declined.get(release, set()).discard(by)
        elif event == "started":
            why = _unapproved(case, now, release, one.body["at"])
            sent += not why
            if why:
                case.report.wrong(f"Entry {one.position}: {one.body['about']['delivery']} was sent, and {why}.", first=one.position)
    if sent:
        case.report.good.append(
            f"{sent} times something was sent, each time what the policy in force allowed; {count} signatures are genuine."
        )
    case.report.facts.update(signatures=count)


def _adopt(case: Case, now: Approvals, one: Entry) -> None:
    facts, policy = one.facts, case.held(one.facts["policy"])
    judge = now.policy or policy
    fit = set()
    for name in facts["statements"]:
        held = case.held(name)
        said = held.get("statement", {})
        person = _person(judge, said.get("person", ""))
        right = said.get("format") == "ministry_social/adoption/1" and said.get("policy") == facts["policy"]
        if (
            right
            and said["replaces"] == now.digest
            and _by_person(person, held)
            and {"approver", "operator"} & set(person["roles"])
        ):
            fit |= set() if "auditor" in person["roles"] else {person["name"]}
    if facts["replaces"] != now.digest or len(fit) < 2 or not any("approver" in _person(judge, name)["roles"] for name in fit):
        case.report.wrong(
            f"Entry {one.position}: a policy is said to be adopted, and two persons have not signed that.", first=one.position
        )
    now.policy, now.digest = policy, facts["policy"]
    now.known.add(facts["policy"])


def _statement(case: Case, one: Entry) -> dict[str, Any]:
    """What a person has signed, if it is what the entry says, and signed with their key; nothing where it is not, which is said."""
    facts, by = one.facts, one.body["by"]
    held = case.held(facts["statement"])
    said = held.get("statement", {})
    same = all(said.get(name) == facts[name] for name in ("release", "policy", "key")) and said.get("person") == by
    person = _person(case.held(facts["policy"]), by)
    if said.get("format") != "ministry_social/approval/1" or not same or not _by_person(person, held):
        case.report.wrong(f"Entry {one.position}: {by} has not signed what is said, or with no key of theirs.", first=one.position)
        return {}
    return dict(said)


def _person(policy: dict[str, Any], name: str) -> dict[str, Any]:
    return next(
        (one for one in policy.get("people", ()) if one["name"] == name), {"name": "", "roles": [], "groups": [], "keys": []}
    )


def _by_person(person: dict[str, Any], held: dict[str, Any]) -> bool:
    """Whether a statement carries a signature made with a key that counted for this person then."""
    said = held.get("statement", {})
    key = _key_of(person, said.get("key", ""), said.get("at", ""))
    return bool(key) and said["person"] == person["name"] and _signed(_bytes(key), _bytes(held["signature"]), canonical(said))


def _key_of(person: dict[str, Any], name: str, at: str) -> str:
    """A person's public key by its name, if it counted at that time."""
    for key in person["keys"]:
        if hashlib.sha256(_bytes(key["public"])).hexdigest()[:16] == name:
            return str(key["public"]) if key["from"] <= at and (key["until"] is None or at < key["until"]) else ""
    return ""


def _unapproved(case: Case, now: Approvals, release: str, at: str) -> str:
    """Why a release was not to go out then; empty where it was."""
    held = case.held(release)
    if release not in now.released or not held:
        return "its release is not on record"
    if held["embargo"] is not None and at < held["embargo"]:
        return f"it was under embargo until {held['embargo']}"
    if not now.digest:
        rehearsal = case.manifest["ledger"].endswith("/rehearsal")
        return "" if rehearsal and release in now.confirmed else "nobody had confirmed it, nor was a policy adopted"
    if now.declined.get(release):
        return f"{sorted(now.declined[release])[0]} had refused it"
    counting = {
        name: [said for said in signed if said["policy"] in now.known and said["release"] == release]
        for name, signed in now.signed.get(release, {}).items()
        if name not in held["authors"] and "auditor" not in _person(now.policy, name)["roles"]
    }
    counting = {
        name: [said for said in signed if _key_of(_person(now.policy, name), said["key"], at) and
               _key_of(_person(now.policy, name), said["key"], said["at"])]
        for name, signed in counting.items()
    }  # fmt: skip
    if _urgent(now.policy, {name for name, signed in counting.items() if any(said["emergency"] for said in signed)}):
        return ""
    rules = [
        rule for rule in now.policy["rules"] if rule["signatures"] and any(_holds(rule, held, one) for one in held["deliveries"])
    ]
    if not rules:
        rehearsal = now.policy["world"] == "rehearsal"
        return "" if rehearsal and release in now.confirmed else "no rule says who approves it"
    for rule in rules:
        having = [name for name, signed in counting.items() if signed and _may(_person(now.policy, name), rule)]
        if len(having) < rule["signatures"]:
            return f"{len(having)} of the {rule['signatures']} signatures that the policy asks for were there"
    return ""


def _urgent(policy: dict[str, Any], names: set[str]) -> bool:
    people = [_person(policy, name) for name in names]
    fit = [one for one in people if {"approver", "operator"} & set(one["roles"])]
    return len(fit) >= 2 and any("approver" in one["roles"] for one in fit)


def _holds(rule: dict[str, Any], release: dict[str, Any], one: dict[str, Any]) -> bool:
    wanted = ((rule["message"], release["kind"]), (rule["platform"], one["platform"]), (rule["delivery"], one["kind"]))
    return all(not want or want == has for want, has in wanted) and (not rule["group"] or rule["group"] in one["groups"])


def _may(person: dict[str, Any], rule: dict[str, Any]) -> bool:
    return bool(set(rule["by"]) & {*person["roles"], *person["groups"]})


def canonical(value: Any) -> bytes:
    """The one way in which a value is written (RFC 8785; there are no floats, and keys are ASCII)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


# ---- the command -----------------------------------------------------------------------------------------------------------------


def checked(asked: argparse.Namespace) -> Report:
    """Everything that was asked for."""
    report = Report()
    keys = [read_key(text) for text in asked.key]
    if asked.ledger and (asked.ledger.is_dir() or zipfile.is_zipfile(asked.ledger) or asked.ledger.suffix == ".zip"):
        if not asked.ledger.exists():
            raise Unreadable(f"There is no file {asked.ledger}.")
        check_bundle(asked.ledger, keys, asked.checkpoints, asked.unsigned, report)
        return report
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
    parser.add_argument("ledger", nargs="?", type=Path, help="a bundle, or the entries of a ledger, one per line")
    parser.add_argument("--checkpoints", action="append", default=[], type=Path, metavar="DIR", help="signed checkpoints")
    parser.add_argument("--key", action="append", default=[], help="the ministry's public key, or a file with it")
    parser.add_argument("--proof", action="append", default=[], type=Path, metavar="FILE", help="the proof of one entry")
    parser.add_argument("--unsigned", action="store_true", help="take a bundle whose list of files nobody has signed")
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
