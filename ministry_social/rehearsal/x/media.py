"""Uploads of API v2: in one go, or initialize, append, finalize, status; and alt texts."""

import base64
import binascii
from datetime import timedelta
from typing import Any

from . import looks
from .answers import Refusal, invalid, not_found
from .door import Answer, Call, Entry
from .state import Upload

CATEGORIES = {
    "tweet_image": looks.IMAGE_BYTES,
    "tweet_gif": looks.GIF_BYTES,
    "tweet_video": looks.VIDEO_BYTES,
    "amplify_video": looks.VIDEO_BYTES,
}
TYPES = ("image/jpeg", "image/png", "image/webp", "image/pjpeg", "image/gif", "video/mp4", "video/quicktime", "video/webm")
MOST_SEGMENTS = 1_000
MOST_ALT = 1_000  # characters of an alt text
OPEN_SECONDS = 1_295_999  # how long an upload may stay open
READY_SECONDS = 86_400  # how long a finished one may be used
PROCESSING_SECONDS = 2.0  # of the rehearsal's time


def entries() -> list[Entry]:
    """The addresses of this module."""
    rows = [
        ("POST", "/2/media/upload", simple),
        ("GET", "/2/media/upload", status),
        ("POST", "/2/media/upload/initialize", initialize),
        ("POST", "/2/media/upload/{id}/append", append),
        ("POST", "/2/media/upload/{id}/finalize", finalize),
        ("POST", "/2/media/metadata", metadata),
    ]
    return [Entry(method=method, path=path, handler=handler, does="prepare", scope="media.write") for method, path, handler in rows]


def begin(call: Call, *, via: str, type: str, category: str, total: int) -> Upload:
    """A new upload; what has expired is forgotten first."""
    state = call.state
    for old in [one.id for one in state.uploads.values() if call.now >= one.expires_at]:
        del state.uploads[old]
    upload = Upload(
        id=state.new_id(call.now), profile=call.profile.id, via=via, type=type, category=category, total=total,
        made_at=call.now, expires_at=call.now + timedelta(seconds=OPEN_SECONDS),
    )  # fmt: skip
    state.uploads[upload.id] = upload
    return upload


def own_upload(call: Call, media_id: str) -> Upload:
    """The caller's upload. Raises `Refusal`."""
    upload = call.state.uploads.get(media_id)
    if upload is None or upload.profile != call.profile.id or call.now >= upload.expires_at:
        raise not_found("media", "id", media_id)
    return upload


def finish(call: Call, upload: Upload, data: bytes) -> None:
    """All bytes are here: keep them and look what they are. Raises `Refusal` on a picture that is none."""
    moving = upload.type.startswith("video/")
    look = looks.video(data) if moving else looks.image(data)
    if not look.type and not moving:
        raise invalid("The media type could not be recognized.", media=upload.id)
    upload.type = look.type or upload.type
    upload.broken = "" if look.type else "InvalidMedia"
    upload.unusable, upload.width, upload.height = bool(look.wanting), look.width, look.height
    upload.digest, upload.total = call.world.keep_file(data, upload.type), len(data)
    upload.chunks.clear()
    upload.expires_at = call.now + timedelta(seconds=READY_SECONDS)
    upload.started_at = call.now if moving or upload.type == "image/gif" else None


def processing(call: Call, upload: Upload) -> dict[str, Any] | None:
    """How far processing is, or None where there is nothing to process. Over after two looks, or by the clock."""
    if upload.started_at is None:
        return None
    if upload.polls < 2 and (call.now - upload.started_at).total_seconds() < PROCESSING_SECONDS:
        if upload.polls == 0:
            return {"state": "pending", "check_after_secs": 1}
        return {"state": "in_progress", "check_after_secs": 1, "progress_percent": 50}
    if upload.broken:
        error = {"code": 1, "name": upload.broken, "message": "Unsupported or invalid media"}
        return {"state": "failed", "progress_percent": 100, "error": error}
    return {"state": "succeeded", "progress_percent": 100}


def ready(call: Call, upload: Upload) -> bool:
    """Whether a post of the caller may carry it now."""
    if upload.profile != call.profile.id or call.now >= upload.expires_at or not upload.digest or upload.unusable:
        return False
    if upload.via == "v1.1" and call.state.settings.v1_media == "refuse":
        return False
    state = processing(call, upload)
    return state is None or state["state"] == "succeeded"


def shown(call: Call, upload: Upload) -> dict[str, Any]:
    """An upload as v2 answers it."""
    left = int((upload.expires_at - call.now).total_seconds())
    data: dict[str, Any] = {"id": upload.id, "media_key": upload.key, "expires_after_secs": left}
    if upload.digest:
        data["size"] = upload.total
    state = processing(call, upload) if upload.digest else None
    return data | ({"processing_info": state} if state else {})


def simple(call: Call) -> Answer:
    """POST /2/media/upload: a picture in one go; `media` and `media_category` are required."""
    fields = _input(call, "media", "media_category", "media_type", "additional_owners", "shared")
    category = _text(fields, "media_category")
    if "media" not in fields or category != "tweet_image":
        raise invalid("media and media_category (tweet_image) are required", media_category=category)
    data = as_bytes(fields["media"])
    if len(data) > looks.IMAGE_BYTES:
        raise invalid(f"File size exceeds {looks.IMAGE_BYTES} bytes.", media=str(len(data)))
    upload = begin(call, via="v2", type="image/jpeg", category=category, total=len(data))
    _finish_or_forget(call, upload, data)
    return Answer({"data": shown(call, upload)})


def _finish_or_forget(call: Call, upload: Upload, data: bytes) -> None:
    try:
        finish(call, upload, data)
    except Refusal:
        del call.state.uploads[upload.id]
        raise


def initialize(call: Call) -> Answer:
    """POST /2/media/upload/initialize."""
    fields = _input(call, "media_type", "total_bytes", "media_category", "additional_owners", "shared")
    type_, category = _text(fields, "media_type"), _text(fields, "media_category")
    total = fields.get("total_bytes")
    if type_ not in TYPES or category not in CATEGORIES:
        raise invalid("media_type and media_category are required", media_type=type_, media_category=category)
    if not isinstance(total, int) or isinstance(total, bool) or not 0 < total <= CATEGORIES[category]:
        raise invalid(f"total_bytes must be between 1 and {CATEGORIES[category]}", total_bytes=str(total))
    return Answer({"data": shown(call, begin(call, via="v2", type=type_, category=category, total=total))})


def append(call: Call) -> Answer:
    """POST /2/media/upload/{id}/append, JSON with base64 or multipart."""
    fields = _input(call, "media", "segment_index")
    upload = own_upload(call, call.part("id"))
    add_segment(upload, _text(fields, "segment_index"), as_bytes(fields.get("media", b"")))
    return Answer({"data": {"expires_at": int(upload.expires_at.timestamp())}})


def add_segment(upload: Upload, index: str, data: bytes) -> None:
    """One chunk; the same index again replaces it. Raises `Refusal`."""
    if not (index.isascii() and index.isdigit() and int(index) < MOST_SEGMENTS):
        raise invalid(f"segment_index must be between 0 and {MOST_SEGMENTS - 1}", segment_index=index)
    if upload.digest or not data:
        raise invalid("media must not be empty, nor come after the end", media="")
    upload.chunks[int(index)] = data
    if sum(map(len, upload.chunks.values())) > upload.total:
        del upload.chunks[int(index)]
        raise invalid("More bytes than were announced.", media=upload.id)


def finalize(call: Call) -> Answer:
    """POST /2/media/upload/{id}/finalize."""
    upload = own_upload(call, call.part("id"))
    complete(call, upload)
    return Answer({"data": shown(call, upload)})


def complete(call: Call, upload: Upload) -> None:
    """Put the chunks together; once is enough. Raises `Refusal` where something is missing."""
    if upload.digest:
        return
    data = b"".join(upload.chunks[index] for index in sorted(upload.chunks))
    if len(data) != upload.total or sorted(upload.chunks) != list(range(len(upload.chunks))):
        raise invalid(f"{len(data)} of {upload.total} bytes have come, or a segment is missing.", media_id=upload.id)
    finish(call, upload, data)


def status(call: Call) -> Answer:
    """GET /2/media/upload?command=STATUS&media_id=..."""
    if call.request.query.get("command") != "STATUS":
        raise invalid("command must be STATUS", command=call.request.query.get("command", ""))
    upload = own_upload(call, call.request.query.get("media_id", ""))
    upload.polls += 1
    return Answer({"data": shown(call, upload)})


def metadata(call: Call) -> Answer:
    """POST /2/media/metadata: the alt text."""
    body = call.json()
    alt = body.get("metadata", {}).get("alt_text", {}).get("text") if isinstance(body.get("metadata"), dict) else None
    if not isinstance(body.get("id"), str) or not isinstance(alt, str):
        raise invalid("id and metadata.alt_text.text are required", id=str(body.get("id")))
    set_alt(call, own_upload(call, body["id"]), alt)
    return Answer({"data": {"id": body["id"], "associated_metadata": {"alt_text": {"text": alt}}}})


def set_alt(call: Call, upload: Upload, alt: str) -> None:
    """Keep an alt text, at a price. Raises `Refusal` where it is too long."""
    if len(alt) > MOST_ALT:
        raise invalid(f"$.metadata.alt_text.text: must be at most {MOST_ALT} characters long", text=str(len(alt)))
    call.pay("alt text")
    upload.alt = alt


def _input(call: Call, *known: str) -> dict[str, Any]:
    """The fields of a JSON or multipart body; any other name is refused."""
    found: dict[str, Any] = call.json() if call.request.content_type == "application/json" else dict(call.fields())
    for name in found:
        if name not in known:
            raise invalid(f"$.{name}: is not defined in the schema and the schema does not allow additional properties")
    return found


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name, "")
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def as_bytes(value: Any) -> bytes:
    """Bytes as they came in a multipart body, or from base64. Raises `Refusal`."""
    if isinstance(value, bytes):
        return value
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise invalid("$.media: base64 expected") from error
