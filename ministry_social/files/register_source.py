"""A register where it was published: a file, a folder or an address, read whole, never more than it may hold, from nowhere else."""

import ipaddress
import json
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any
from urllib.parse import urljoin, urlsplit

from ..errors import InvalidSettings, RegisterRefused
from .publishing import REGISTER

__all__ = ["fetched"]

MOST = {"": 8 << 20, ".sig": 64 << 10}  # bytes: ten thousand accounts; a few hundred signatures
SECONDS = 15.0  # for each answer of the other side to begin, or go on
_POINTER = "ministry-social-register.json"


def fetched(source: str) -> tuple[bytes, bytes]:
    """The register's bytes and its signature's. Raises `RegisterRefused` where there is none to be had."""
    if "://" in source:
        address = _of_folder(source)
        if address.endswith(f"/{_POINTER}"):
            address = _pointed(address)
        return _get(address, MOST[""]), _get(f"{address}.sig", MOST[".sig"])
    path = Path(source)
    path = path / REGISTER if path.is_dir() else path
    return _read(path, MOST[""]), _read(path.with_name(f"{path.name}.sig"), MOST[".sig"])


def _read(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            return _bounded(file, most, str(path))
    except OSError as wrong:
        raise RegisterRefused(
            f"It cannot be read: {wrong.strerror}.",
            code="not-had",
            file=str(path),
            remedy="A register is two files: .json and .json.sig",
        ) from wrong


def _of_folder(source: str) -> str:
    parts = urlsplit(source)
    if parts.scheme != "https" and not (parts.scheme == "http" and _loopback(parts.hostname or "")):
        raise InvalidSettings(f"{source} is not https.", remedy="Plain http is for this machine only (127.0.0.1).")
    if parts.username is not None or parts.query or parts.fragment or not parts.hostname:
        raise InvalidSettings(f"{source} is no address of a register.", remedy="Write it without user, ? and #.")
    return source if parts.path.endswith(".json") else f"{source.rstrip('/')}/{REGISTER}"


def _pointed(address: str) -> str:
    """Where the pointer of /.well-known/ leads: on the same host only."""
    try:
        there = urljoin(address, str(json.loads(_get(address, MOST[".sig"]))["register"]))
    except (ValueError, KeyError, TypeError):
        raise RegisterRefused("This leads to no register.", code="no-register", file=address) from None
    if _origin(there) != _origin(address):
        raise _elsewhere(address, there)
    return there


def _get(address: str, most: int) -> bytes:
    opener = urllib.request.build_opener(_SameHost(), *([urllib.request.ProxyHandler({})] if _loopback(_host(address)) else []))
    request = urllib.request.Request(address, headers={"User-Agent": "ministry-social", "Accept-Encoding": "identity"})
    try:
        with opener.open(request, timeout=SECONDS) as answer:
            return _bounded(answer, most, address)
    except urllib.error.HTTPError as wrong:
        wrong.close()
        raise RegisterRefused(
            f"The answer is {wrong.code}.", code="not-had", file=address, remedy="Is the address right?"
        ) from wrong
    except (OSError, HTTPException) as wrong:
        raise RegisterRefused(f"It could not be fetched ({type(wrong).__name__}).", code="not-had", file=address) from wrong


def _bounded(source: IO[bytes], most: int, name: str) -> bytes:
    data = source.read(most + 1)
    if len(data) > most:
        raise RegisterRefused(f"It is longer than a register may be ({most >> 10} KiB).", code="no-register", file=name)
    return data


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follows a redirect to the same host only: what another one says is not what the ministry's own site says."""

    max_redirections = 3

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        """urllib's own method."""
        if _origin(newurl) != _origin(req.full_url):
            fp.close()
            raise _elsewhere(req.full_url, newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _origin(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.netloc.lower()


def _elsewhere(address: str, there: str) -> RegisterRefused:
    host = urlsplit(there).netloc or "nowhere"
    return RegisterRefused(
        f"It leads to another place, {host}.", code="not-had", file=address, remedy="Ask there yourself, if you trust it."
    )


def _host(address: str) -> str:
    return urlsplit(address).hostname or ""


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
