"""Request bodies, read from their bytes: JSON, forms, multipart. A fault reads the bytes first, so the stream is gone."""

import json
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from .answers import Refusal, invalid

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Part:
    """One field of a multipart body."""

    name: str
    data: bytes


def as_json(request: web.Request, raw: bytes) -> dict[str, Any]:
    """A JSON object. Raises `Refusal` on anything else, lone surrogates included."""
    if request.content_type != "application/json":
        raise invalid(f"Content-Type must be application/json, not {request.content_type}.")
    try:
        body = json.loads(raw)
        json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise invalid("The request body is not valid JSON.") from error
    if not isinstance(body, dict):
        raise invalid("$: object expected")
    return body


def form_pairs(request: web.Request, raw: bytes) -> list[tuple[str, str]]:
    """The fields of a form-encoded body, in order, or nothing where it is not one."""
    if request.content_type != FORM:
        return []
    return parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True)


def fields(request: web.Request, raw: bytes) -> dict[str, bytes]:
    """The fields of a form-encoded or multipart body, and those of the query."""
    found = {name: value.encode() for name, value in request.query.items()}
    found |= {name: value.encode() for name, value in form_pairs(request, raw)}
    if request.content_type == "multipart/form-data":
        found |= {part.name: part.data for part in multipart(request, raw)}
    return found


def multipart(request: web.Request, raw: bytes) -> list[Part]:
    """The parts of a multipart/form-data body (RFC 7578)."""
    boundary = _header(request.headers["Content-Type"]).get_param("boundary", "")
    if not boundary:
        raise _no_boundary()
    pieces = (b"\r\n" + raw).split(b"\r\n--" + str(boundary).encode())
    return [_part(piece) for piece in pieces[1:] if not piece.startswith(b"--")]


def _part(piece: bytes) -> Part:
    head, _, data = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        if name.lower() == "content-disposition":
            return Part(str(_header(value.strip()).get_param("name", "")), data)
    return Part("", data)


def _header(value: str) -> Message:
    message = Message()
    message["Content-Type"] = value
    return message


def _no_boundary() -> Refusal:
    return invalid("The multipart body names no boundary.")
