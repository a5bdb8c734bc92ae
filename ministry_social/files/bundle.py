"""A bundle of evidence: one zip file, the same bytes for the same answer (docs/evidence.md)."""

import hashlib
import json
import os
import secrets
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from ..errors import InvalidSettings, NotAllowed
from ..model.evidence import Evidence, Question
from ..rules.canonical import canonical, digest
from ..rules.checkpoint import verifier_key
from ..rules.evidence import ending
from ..rules.timing import stamp
from .evidence_pages import page_files

__all__ = ["FORMAT", "Written", "write_bundle"]

FORMAT = "ministry_social/evidence/1"
VERIFIER = Path(__file__).parent / "verifier" / "verify.py"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # when every file in it was made: the earliest that a zip file can say
_PIECE = 1 << 20

Sign = Callable[[bytes], bytes]


class Media(Protocol):
    """Where media lie, under their SHA-256."""

    def open(self, digest: str) -> BinaryIO:
        """The bytes, whose digest was checked."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """A bundle that was written: its size in bytes, its SHA-256, and how many files are in it."""

    size: int
    digest: str
    files: int


def write_bundle(path: Path, evidence: Evidence, media: Media, sign: Sign | None) -> Written:
    """Write a bundle, whole or not at all. `sign` makes the ministry's signature over its list of files; None: nobody signs it."""
    if path.exists():
        raise NotAllowed(f"{path} is there already, and nothing is overwritten.", remedy="Name another file: -o FILE")
    new = path.with_name(f".new-{secrets.token_hex(8)}")
    files = _files(evidence)
    try:
        with zipfile.ZipFile(new, "x", zipfile.ZIP_STORED) as archive:
            sizes = {name: (len(data), digest(data)) for name, data in files.items()}
            for name, ending in sorted(evidence.media.items()):
                sizes[f"media/{name}{ending}"] = (_put_media(archive, name, ending, media), name)
            listed = _manifest(evidence, sizes)
            _put(archive, "manifest.json", listed)
            if sign is not None:
                _put(archive, "manifest.sig", b64encode(sign(listed)) + b"\n")
            for name, data in sorted(files.items()):
                _put(archive, name, data)
            count = len(archive.infolist())
        with new.open("rb") as file:
            found = Written(
                size=os.fstat(file.fileno()).st_size, digest=hashlib.file_digest(file, "sha256").hexdigest(), files=count
            )
        os.link(new, path)  # refuses where somebody else has written it meanwhile
    except OSError as wrong:
        raise InvalidSettings(f"{path} cannot be written: {wrong.strerror}.", file=str(path)) from wrong
    finally:
        new.unlink(missing_ok=True)
    return found


def _files(evidence: Evidence) -> dict[str, bytes]:
    """Everything but the media and the manifest."""
    kept = [one for one, _ in evidence.earlier] + ([evidence.checkpoint] if evidence.checkpoint else [])
    origin = evidence.ledger
    return {
        **page_files(evidence),
        "entries.jsonl": b"".join(
            _line({"asked": one.asked, "before": one.before, "body": one.body, "position": one.position, "seal": one.seal})
            for one in evidence.entries
        ),
        "proofs.jsonl": b"".join(
            _line({"hashes": [_text(one_hash) for one_hash in one.proof], "position": one.position})
            for one in evidence.entries
            if one.proof is not None
        ),
        "consistency.json": _line({str(one.size): [_text(one_hash) for one_hash in hashes] for one, hashes in evidence.earlier}),
        **{f"checkpoints/checkpoint-{one.size}.txt": one.note.encode() for one in kept},
        **{f"{one.folder}/{name}{ending(one.folder, one.data)}": one.data for name, one in evidence.contents.items()},
        "ministry.pub": "".join(f"{verifier_key(origin, b64decode(key))}\n" for key in evidence.keys).encode(),
        "verify.py": VERIFIER.read_bytes(),
    }  # fmt: skip


def _manifest(evidence: Evidence, sizes: dict[str, tuple[int, str]]) -> bytes:
    asked = sum(1 for one in evidence.entries if one.asked)
    return canonical(
        {
            "format": FORMAT,
            "ministry": evidence.ministry,
            "ledger": evidence.ledger,
            "question": _question(evidence.question),
            "entries": {"asked": asked, "needed": len(evidence.entries) - asked, "only_sealed": evidence.only_sealed},
            "checkpoint": evidence.checkpoint.size if evidence.checkpoint else None,
            "lacking": [{"digest": one.digest, "folder": one.folder, "entry": one.entry} for one in evidence.lacking],
            "files": [{"name": name, "size": size, "sha256": sha} for name, (size, sha) in sorted(sizes.items())],
        }
    )


def _question(question: Question) -> dict[str, str]:
    said = {"message": question.message, "account": question.account}
    said |= {"from": stamp(question.since)} if question.since else {}
    said |= {"to": stamp(question.until)} if question.until else {}
    return {name: value for name, value in said.items() if value}


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _text(one: bytes) -> str:
    return b64encode(one).decode()


def _info(name: str, size: int) -> zipfile.ZipInfo:
    """A file's head, which says nothing of this machine and of now."""
    info = zipfile.ZipInfo(name, _LONG_AGO)
    info.create_system, info.external_attr, info.file_size = 3, 0o644 << 16, size
    return info


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(_info(name, len(data)), data)


def _put_media(archive: zipfile.ZipFile, name: str, ending: str, media: Media) -> int:
    """Copy a file in, piece by piece; returns its size."""
    with media.open(name) as source:
        size = source.seek(0, os.SEEK_END)
        source.seek(0)
        with archive.open(_info(f"media/{name}{ending}", size), "w", force_zip64=size >= 1 << 31) as target:
            while piece := source.read(_PIECE):
                target.write(piece)
    return size
