"""A published folder: written so that whoever reads meanwhile, or after a crash, finds the old register whole or the new one.

Everything is written apart first. Then the manifest says what is ours, each file takes its place in one step, and of the register
itself the signatures of both are there before it is exchanged. What is ours no longer goes last. What others have put into the
folder stays as it is.
"""

import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from ..errors import InvalidSettings, NotAllowed

__all__ = ["REGISTER", "SIGNATURE", "publish"]

REGISTER, SIGNATURE = "register.json", "register.json.sig"
_MANIFEST, _APART = ".ministry-social-register", ".ministry-social-register.new"
# What may stand in a manifest: whatever else somebody writes into it is not touched.
_OURS = re.compile(
    r"(index|key)\.html|style\.css|register\.(json|json\.sig|csv|schema\.json)|country/[A-Z]{2}\.html|language/[A-Za-z0-9-]+\.html"
    r"|account/[a-z0-9][a-z0-9-]*\.html|\.well-known/(ministry-social-register\.json|trust\.txt)"
)


def publish(folder: Path, files: Mapping[str, bytes], *, ready: Callable[[], None]) -> tuple[int, int]:
    """Put the register's files into a folder, which is made. `ready` is called when all is written and nothing is shown yet.

    Returns how many were written, and how many of before were removed. Raises `NotAllowed` where a file of somebody else would be
    overwritten, and `InvalidSettings` where the folder cannot be written; then nothing is shown that was not before.
    """
    assert all(_OURS.fullmatch(name) for name in files), "the manifest would not know it again"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        before = _manifest(folder)
        _refuse_foreign(folder, files, before)
        apart = folder / _APART
        shutil.rmtree(apart, ignore_errors=True)  # left behind by a process that ended in the middle
        _write_apart(apart, files, before)
    except OSError as wrong:
        raise InvalidSettings(f"{folder} cannot be written: {wrong.strerror}.", remedy="Choose another folder.") from wrong
    ready()
    try:
        _show(folder, apart, files)
        gone = _remove(folder, before - set(files))
        _write(apart / "last", _listing(files))
        os.replace(apart / "last", folder / _MANIFEST)
        shutil.rmtree(apart)
    except OSError as wrong:
        raise InvalidSettings(
            f"{folder} could not be written to the end: {wrong.strerror}.", remedy="The register in it is whole. Publish again."
        ) from wrong
    return len(files), gone


def _manifest(folder: Path) -> set[str]:
    """The files of before that are ours."""
    try:
        held = json.loads((folder / _MANIFEST).read_bytes())
        return {name for name in held["files"] if isinstance(name, str) and _OURS.fullmatch(name)}
    except FileNotFoundError:
        return set()
    except (ValueError, KeyError, TypeError):
        raise NotAllowed(f"{folder / _MANIFEST} is no list of ours.", remedy="Publish into an empty folder.") from None


def _refuse_foreign(folder: Path, files: Iterable[str], ours: set[str]) -> None:
    foreign = sorted(name for name in files if name not in ours and (folder / name).exists())
    if foreign:
        raise NotAllowed(
            f"{folder / foreign[0]} is there already, and no register was published here.", remedy="Choose a folder of its own."
        )
    for name in {str(Path(name).parent) for name in files} - {"."}:
        if (folder / name).is_symlink():
            raise NotAllowed(f"{folder / name} leads somewhere else.", remedy="Choose a folder of its own.")


def _write_apart(apart: Path, files: Mapping[str, bytes], before: set[str]) -> None:
    for name, data in files.items():
        _write(apart / name, data)
    _write(apart / "manifest", _listing({*files, *before}))
    new = files[SIGNATURE]
    old = apart.parent / SIGNATURE
    _write(apart / "both", new + (old.read_bytes() if SIGNATURE in before and old.exists() else b""))


def _show(folder: Path, apart: Path, files: Mapping[str, bytes]) -> None:
    os.replace(apart / "manifest", folder / _MANIFEST)
    for name in files:
        if name not in (REGISTER, SIGNATURE):
            (folder / name).parent.mkdir(exist_ok=True)
            os.replace(apart / name, folder / name)
    # Whoever reads one of the two before, and the other after, still has a pair.
    os.replace(apart / "both", folder / SIGNATURE)
    _settle(folder)
    os.replace(apart / REGISTER, folder / REGISTER)
    _settle(folder)
    os.replace(apart / SIGNATURE, folder / SIGNATURE)


def _remove(folder: Path, names: Iterable[str]) -> int:
    found = [folder / name for name in names if (folder / name).is_file()]
    for path in found:
        path.unlink()
    return len(found)


def _listing(names: Iterable[str]) -> bytes:
    return json.dumps({"wrote": "ministry-social register publish", "files": sorted(names)}, indent=1).encode() + b"\n"


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        target.write(data)
        target.flush()
        os.fsync(target.fileno())


def _settle(folder: Path) -> None:
    """Make new names in a folder survive a power cut, in this order."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
