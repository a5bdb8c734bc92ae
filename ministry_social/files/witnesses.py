"""Witnesses: folders, sites and single files where others keep our checkpoints."""

import ipaddress
import os
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..errors import InvalidSettings, LedgerBroken, WitnessFailed
from ..ports import Witness

SECONDS = 15.0  # for each answer of a site to begin, or go on
MOST = 64 << 10  # bytes of a checkpoint with its signatures
LATEST = "latest.txt"


def witness(place: str, *, live: bool) -> Witness:
    """The witness at a place: an address, a folder, or a file with one checkpoint."""
    if "://" in place:
        return Site(place, live=live)
    path = Path(place).expanduser()
    return OneFile(path) if path.is_file() else Folder(path)


def named(size: int) -> str:
    """The file of a checkpoint."""
    return f"checkpoint-{size}.txt"


class OneFile:
    """`ports.Witness`: a file that somebody has kept. Nothing is ever laid there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.name = str(path)

    def notes(self) -> tuple[str, ...]:
        """See `Witness.notes`."""
        return (_read(self._path),)

    def lay(self, size: int, note: str) -> None:
        """See `Witness.lay`."""
        raise WitnessFailed("This is a file; checkpoints are laid into a folder.", file=self.name)


class Folder:
    """`ports.Witness`: a folder that others keep, and that is mounted here."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.name = str(path)

    def notes(self) -> tuple[str, ...]:
        """See `Witness.notes`."""
        self._check()
        files = sorted(path for path in self._path.glob("checkpoint-*.txt"))
        latest = self._path / LATEST
        return tuple(_read(path) for path in [*files, *([latest] if latest.exists() else [])])

    def lay(self, size: int, note: str) -> None:
        """See `Witness.lay`. What is there is never overwritten, but for the one file that says which is the latest."""
        self._check()
        target = self._path / named(size)
        try:
            if not _write_new(target, note):
                _refuse_other(_read(target), note, str(target))
            apart = self._path / f".{LATEST}.{os.getpid()}"
            apart.unlink(missing_ok=True)
            _write_new(apart, note)
            os.replace(apart, self._path / LATEST)
        except OSError as wrong:
            raise WitnessFailed(f"It cannot be written: {wrong.strerror}.", file=self.name) from wrong

    def _check(self) -> None:
        """A share that is not mounted must not look like an empty one."""
        if not self._path.is_dir():
            raise WitnessFailed("There is no such folder.", file=self.name, remedy="Mount it, or make it.")


class Site:
    """`ports.Witness`: a site that takes PUT and gives GET below an address."""

    def __init__(self, address: str, *, live: bool) -> None:
        parts = urlsplit(address)
        local = _loopback(parts.hostname or "")
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
            raise InvalidSettings(f"{address} is no address of a witness.", remedy="Write https://HOST/PATH.")
        if live and (local or parts.scheme != "https"):
            raise InvalidSettings(f"{address} is no witness of a live ministry.", remedy="It must be https, and another machine.")
        if not live and not local:
            raise InvalidSettings(
                f"{address} is not on this machine, and this ministry is a rehearsal.", remedy="Write an address on 127.0.0.1."
            )
        self.name = address.rstrip("/")
        handlers: list[Any] = [_Stay()] + ([urllib.request.ProxyHandler({})] if local else [])
        self._open = urllib.request.build_opener(*handlers).open

    def notes(self) -> tuple[str, ...]:
        """See `Witness.notes`: the latest one, which speaks for all before it; or the one that the address names."""
        found = self._get("" if self.name.endswith(".txt") else LATEST)
        return () if found is None else (found,)

    def lay(self, size: int, note: str) -> None:
        """See `Witness.lay`."""
        there = self._get(named(size))
        if there is not None:
            _refuse_other(there, note, f"{self.name}/{named(size)}")
        else:
            self._put(named(size), note)
        self._put(LATEST, note)

    def _get(self, name: str) -> str | None:
        """A checkpoint; None where there is none."""
        try:
            return self._ask(name, "GET")
        except urllib.error.HTTPError as wrong:
            wrong.close()
            if wrong.code in (404, 410):
                return None
            raise WitnessFailed(f"The answer is {wrong.code}.", file=self.name) from wrong

    def _put(self, name: str, note: str) -> None:
        try:
            self._ask(name, "PUT", note.encode())
        except urllib.error.HTTPError as wrong:
            wrong.close()
            raise WitnessFailed(f"It does not take the checkpoint: the answer is {wrong.code}.", file=self.name) from wrong

    def _ask(self, name: str, method: str, data: bytes | None = None) -> str:
        headers = {"User-Agent": "ministry-social", "Accept-Encoding": "identity"}
        if data is not None:
            headers["Content-Type"] = "text/plain; charset=utf-8"
        address = f"{self.name}/{name}" if name else self.name
        try:
            with self._open(urllib.request.Request(address, data, headers, method=method), timeout=SECONDS) as answer:
                return _text(answer.read(MOST + 1), self.name)
        except urllib.error.HTTPError:
            raise
        except (OSError, HTTPException) as wrong:
            raise WitnessFailed(f"It could not be reached ({type(wrong).__name__}).", file=self.name) from wrong


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: a witness is asked where it is known to be."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> None:
        """urllib's own method."""


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return _text(file.read(MOST + 1), str(path))
    except OSError as wrong:
        raise WitnessFailed(f"It cannot be read: {wrong.strerror}.", file=str(path)) from wrong


def _text(data: bytes, name: str) -> str:
    if len(data) > MOST:
        raise WitnessFailed("It is longer than a checkpoint may be.", file=name)
    return data.decode(errors="replace")


def _write_new(path: Path, note: str) -> bool:
    """Write a file that is not there yet; false where it is."""
    try:
        with path.open("xb") as file:
            file.write(note.encode())
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        return False
    return True


def _refuse_other(there: str, note: str, name: str) -> None:
    """The same checkpoint may be there, with other signatures below it, such as those that witnesses add."""
    if there.rpartition("\n\n")[0] != note.rpartition("\n\n")[0]:
        raise LedgerBroken(
            "Another checkpoint of the same size is there.", file=name, remedy="Compare: ministry-social audit verify --against"
        )


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
