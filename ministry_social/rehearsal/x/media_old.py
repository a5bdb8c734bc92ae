"""Uploads of the old API v1.1, as tweepy's `API` still sends them."""

from typing import Any

from aiohttp import web

from . import bodies, looks
from .answers import old_error
from .door import Answer, Call, Entry
from .media import TYPES, add_segment, as_bytes, begin, complete, finish, own_upload, processing, set_alt
from .state import Upload

PATH = "/1.1/media/upload.json"


def entries() -> list[Entry]:
    """The addresses of this module."""
    common: dict[str, Any] = {"does": "prepare", "scope": "media.write"}
    return [
        Entry(method="POST", path=PATH, handler=upload, limited=_limit, **common),
        Entry(method="GET", path=PATH, handler=status, limited=lambda *_: "GET /1.1/media/upload", **common),
        Entry(
            method="POST", path="/1.1/media/metadata/create.json", handler=metadata,
            limited=lambda *_: "POST /1.1/media/metadata/create", **common,
        ),
    ]  # fmt: skip


def _limit(request: web.Request, raw: bytes) -> str:
    command = bodies.fields(request, raw).get("command", b"").decode("ascii", "replace")
    return f"POST /1.1/media/upload {command}" if command in ("INIT", "APPEND", "FINALIZE") else "POST /1.1/media/upload"


def upload(call: Call) -> Answer:
    """POST media/upload: simple, or one of the three commands."""
    fields = call.fields()
    commands = {b"INIT": _init, b"APPEND": _append, b"FINALIZE": _finalize}
    return commands.get(fields.get("command", b""), _simple)(call, fields)


def _simple(call: Call, fields: dict[str, bytes]) -> Answer:
    data = fields.get("media") or as_bytes(fields.get("media_data", b"").decode("ascii", "replace"))
    if not data or len(data) > looks.IMAGE_BYTES:
        raise old_error(400, 324, "media missing or too large.")
    started = begin(call, via="v1.1", type="image/jpeg", category="tweet_image", total=len(data))
    finish(call, started, data)
    return _answer(call, started, 200)


def _init(call: Call, fields: dict[str, bytes]) -> Answer:
    total, type_ = fields.get("total_bytes", b"").decode(), fields.get("media_type", b"").decode()
    if not total.isdigit() or not 0 < int(total) <= looks.VIDEO_BYTES or type_ not in TYPES:
        raise old_error(400, 324, "total_bytes or media_type is not valid.")
    category = fields.get("media_category", b"").decode()
    started = begin(call, via="v1.1", type=type_, category=category, total=int(total))
    body = {"media_id": int(started.id), "media_id_string": started.id, "expires_after_secs": _left(call, started)}
    return Answer(body, 202, {"x-mediaid": started.id})


def _append(call: Call, fields: dict[str, bytes]) -> Answer:
    started = own_upload(call, fields.get("media_id", b"").decode())
    data = fields.get("media") or as_bytes(fields.get("media_data", b"").decode("ascii", "replace"))
    add_segment(started, fields.get("segment_index", b"").decode(), data)
    return Answer(None, 204, {"x-mediaid": started.id})


def _finalize(call: Call, fields: dict[str, bytes]) -> Answer:
    started = own_upload(call, fields.get("media_id", b"").decode())
    complete(call, started)
    return _answer(call, started, 201)


def status(call: Call) -> Answer:
    """GET media/upload?command=STATUS."""
    started = own_upload(call, call.request.query.get("media_id", ""))
    started.polls += 1
    return _answer(call, started, 200)


def metadata(call: Call) -> Answer:
    """POST media/metadata/create: the alt text; the answer is empty."""
    body = call.json()
    alt = body.get("alt_text", {}).get("text", "") if isinstance(body.get("alt_text"), dict) else ""
    set_alt(call, own_upload(call, str(body.get("media_id", ""))), str(alt))
    return Answer(None, 200)


def _answer(call: Call, started: Upload, status_code: int) -> Answer:
    body: dict[str, Any] = {
        "media_id": int(started.id),
        "media_id_string": started.id,
        "size": started.total,
        "expires_after_secs": _left(call, started),
    }
    state = processing(call, started)
    if state is not None:
        body["processing_info"] = state
    elif started.type.startswith("image/"):
        body["image"] = {"image_type": started.type, "w": started.width, "h": started.height}
    if started.type.startswith("video/"):
        body["video"] = {"video_type": started.type}
    return Answer(body, status_code, {"x-mediaid": started.id})


def _left(call: Call, started: Upload) -> int:
    return int((started.expires_at - call.now).total_seconds())
