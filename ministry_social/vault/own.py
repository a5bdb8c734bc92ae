"""Files that only their owner can read: written whole or not at all, by one process at a time."""

import fcntl
import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from ..errors import InvalidSettings
from ..rules.renewing import busy

_LOOK = timedelta(milliseconds=20)  # how often a lock that somebody else has is tried


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Nobody else writes this file meanwhile, in whatever process of this machine."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.with_name(f"{file.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def held(file: Path, name: str, wait: timedelta) -> Iterator[None]:
    """The same by a lock file of its own, for at most so long: whoever has it may wait for a network. Raises `Unreachable`."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pause = threading.Event()
    with file.open("w") as lock:
        for _ in range(max(1, wait // _LOOK)):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                pause.wait(_LOOK.total_seconds())
        else:
            raise busy(name)
        yield


def write_own(file: Path, data: bytes) -> None:
    """Write a new file that only its owner can read, and be sure that it is on the disk."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        target.write(data)
        target.flush()
        os.fsync(target.fileno())


def replace_own(file: Path, data: bytes) -> None:
    """Write it anew, whole or not at all."""
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)  # left behind by a process that ended in the middle
    write_own(new, data)
    new.replace(file)
    descriptor = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)  # the new name survives a power cut
    finally:
        os.close(descriptor)


def refuse_others(file: Path) -> None:
    """Refuse a file that others may read or write."""
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        raise InvalidSettings(f"{file} can be read by others (mode {mode:03o}).", remedy=f"Run: chmod 600 {file}")
