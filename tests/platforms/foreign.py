"""Foreign exceptions, built one by one, for the tests that walk all of them."""

import inspect
import socket
from types import ModuleType
from typing import Any

import requests
from urllib3 import HTTPConnectionPool, HTTPResponse
from urllib3.connection import HTTPConnection


def answer(status: int, body: str | bytes = b"", **headers: str) -> requests.Response:
    """An answer as requests hands it out."""
    response = requests.Response()
    response.status_code = status
    response.reason = "Reason"
    response._content = body.encode() if isinstance(body, str) else body
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return response


def exceptions_of(module: ModuleType) -> list[type[Exception]]:
    """Every exception class that a library defines in this module, warnings apart (nobody raises those)."""
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Exception) and not issubclass(value, Warning)
    ]
    return sorted({kind for kind in found if kind.__module__ == module.__name__}, key=lambda kind: kind.__name__)


def build(kind: type[Exception], **values: Any) -> Exception:
    """One of these, its arguments found by their names."""
    samples: dict[str, Any] = {
        "pool": HTTPConnectionPool("127.0.0.1"), "conn": HTTPConnection("127.0.0.1"), "url": "/", "message": "boom",
        "reason": socket.gaierror("boom"), "error": OSError("boom"), "host": "127.0.0.1", "location": "x", "scheme": "x",
        "partial": 1, "expected": 2, "length": b"1", "defects": [], "unparsed_data": b"", "response": HTTPResponse(b""),
    }  # fmt: skip
    samples |= values
    try:
        parameters = inspect.signature(kind).parameters.values()
    except ValueError:  # written in C: takes anything
        return kind("boom")
    needed = [p.name for p in parameters if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD]
    return kind(*(samples[name] for name in needed)) if needed else _plain(kind)


def _plain(kind: type[Exception]) -> Exception:
    try:
        return kind("boom")
    except TypeError:  # requests' JSONDecodeError wants what json's own does
        return kind("boom", "{", 0)
