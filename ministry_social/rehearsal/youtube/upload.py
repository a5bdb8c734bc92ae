"""How bytes arrive: simple, multipart and resumable uploads.

Sources: developers.google.com/youtube/v3/guides/using_resumable_upload_protocol; the upload protocols of Google's media
servers as google-api-python-client speaks them (googleapiclient/http.py, MediaUpload and next_chunk).
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from ..wire import WORLD, Handler, action
from .call import Call, answer, caller, charged, read_json, with_etag
from .errors import Refusal, bad_request
from .state import Json, Upload, chance_id, state_of

STEP = 256 * 1024  # bytes; every chunk but the last must be a multiple of it
LIFE = timedelta(days=7)  # of a session address; Google says only that it ends


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """Bytes that are complete, and what came with them."""

    metadata: Json
    data: bytes
    content_type: str
    filename: str


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """What is uploaded. `begin` refuses what can be refused without the bytes; `finish` makes the resource."""

    name: str
    method: str
    begin: Callable[[Call, Json, str], None]
    finish: Callable[[Call, Arrived], Json]
    goes_public: Callable[[Call, Json], bool] = lambda call, metadata: False


def post_handler(purpose: Purpose) -> Handler:
    """POST: begins a session, or takes the bytes at once."""

    async def marked(request: web.Request) -> str:
        if request.query.get("uploadType") == "resumable":
            return "prepare"
        return await _marked(purpose, request, _read_at_once)

    @action(marked)
    async def post(request: web.Request) -> web.StreamResponse:
        async def run(call: Call) -> web.Response:
            if call.query("uploadType") == "resumable":
                return await _begin(call, purpose)
            arrived = await _read_at_once(request)
            purpose.begin(call, arrived.metadata, arrived.content_type)
            return answer(purpose.finish(call, arrived))

        try:
            response = await charged(request, purpose.method, run)
            assert isinstance(response, web.Response)
            return response
        except Refusal as refusal:
            return refusal.response()

    return post


def put_handler(purpose: Purpose) -> Handler:
    """PUT to a session's address: a chunk, or the question how far it is."""

    async def session(request: web.Request) -> Arrived:
        upload = state_of(request.app[WORLD]).uploads.get(request.query.get("upload_id", ""))
        return Arrived(metadata=upload.metadata if upload else {}, data=b"", content_type="", filename="")

    async def marked(request: web.Request) -> str:
        return await _marked(purpose, request, session)

    @action(marked)
    async def put(request: web.Request) -> web.StreamResponse:
        try:
            call, _ = caller(request)
            upload = _session(call, purpose)
            return await _take(call, purpose, upload)
        except Refusal as refusal:
            return refusal.response()

    return put


async def _marked(purpose: Purpose, request: web.Request, read: Callable[[web.Request], Awaitable[Arrived]]) -> str:
    """`publish` where these bytes can become public at once, else `prepare`."""
    try:
        call, _ = caller(request)
        return "publish" if purpose.goes_public(call, (await read(request)).metadata) else "prepare"
    except Refusal:
        return "prepare"


async def _read_at_once(request: web.Request) -> Arrived:
    """uploadType=multipart (metadata and bytes) or media (bytes alone)."""
    data, filename = await request.read(), request.headers.get("Slug", "")
    if request.content_type != "multipart/related":
        return Arrived(metadata={}, data=data, content_type=request.content_type, filename=filename)
    pieces = _pieces(data, request.headers["Content-Type"])
    if len(pieces) != 2:
        raise bad_request("Multipart must have exactly two parts: the metadata and the media.")
    (_, metadata), (content_type, media) = pieces
    return Arrived(metadata=read_json(metadata), data=media, content_type=content_type, filename=filename)


def _pieces(body: bytes, content_type: str) -> list[tuple[str, bytes]]:
    """The parts of multipart/related (RFC 2387): type and bytes of each. Clients end lines with CRLF or with LF alone."""
    found = re.search(r'boundary="?([^";]+)"?', content_type)
    mark = b"--" + (found[1].encode() if found else b"")
    if not found or not body.startswith(mark):
        raise bad_request("Invalid multipart request with 0 mime parts.")
    end = b"\r\n" if body[len(mark) : len(mark) + 1] == b"\r" else b"\n"
    pieces = []
    for piece in (end + body).split(end + mark)[1:]:
        if piece.startswith(b"--"):
            break
        head, _, data = piece.removeprefix(end).partition(end + end)
        kind = re.search(rb"(?im)^content-type:\s*([^\s;]+)", head)
        pieces.append((kind[1].decode() if kind else "", data))
    return pieces


async def _begin(call: Call, purpose: Purpose) -> web.Response:
    """200 without a body; Location is the session's address."""
    headers = call.request.headers
    metadata, content_type = await call.body(), headers.get("X-Upload-Content-Type", "application/octet-stream")
    purpose.begin(call, metadata, content_type)
    length = headers.get("X-Upload-Content-Length", "")
    upload = Upload(
        id=chance_id(call.world, 72),
        purpose=purpose.name,
        profile=call.profile.id,
        metadata=metadata,
        content_type=content_type,
        filename=headers.get("Slug", ""),
        size=int(length) if length.isdigit() else None,
        begun_at=call.now,
    )
    call.state.uploads[upload.id] = upload
    query = urlencode({**call.request.query, "upload_id": upload.id})
    address = f"{call.request.scheme}://{call.request.host}{call.request.path}?{query}"
    return web.Response(headers={"Location": address, "X-GUploader-UploadID": upload.id})


def _session(call: Call, purpose: Purpose) -> Upload:
    upload = call.state.uploads.get(call.query("upload_id"))
    if upload is None or upload.purpose != purpose.name or upload.profile != call.profile.id:
        raise Refusal(404, "notFound", "Upload session not found.", "global")
    if upload.gone == 0 and upload.answer is None and call.now - upload.begun_at >= LIFE:
        upload.gone = 404
    if upload.gone:
        raise Refusal(upload.gone, "notFound" if upload.gone == 404 else "gone", "Upload session has expired.", "global")
    return upload


_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")


async def _take(call: Call, purpose: Purpose, upload: Upload) -> web.Response:
    """One PUT: store what fits on to what is there, and say how far it is."""
    data, said = await call.request.read(), call.request.headers.get("Content-Range", "")
    _note_piece(upload, said)
    if upload.answer is None:
        if said:
            _store_range(upload, data, said)
        elif upload.size in (None, len(data)):  # all in one piece
            upload.received[:], upload.size = data, len(data)
        else:
            raise bad_request(f"The upload has {upload.size} bytes, not {len(data)}.")
        if upload.size == len(upload.received):
            upload.answer = _finish(call, purpose, upload)
    if upload.answer is not None:
        return web.json_response(upload.answer)
    headers = {"Range": f"bytes=0-{len(upload.received) - 1}"} if upload.received else {}
    return web.Response(status=308, reason="Resume Incomplete", headers=headers)


def _note_piece(upload: Upload, said: str) -> None:
    found = _RANGE.fullmatch(said)
    if found is not None and found[1] is not None:
        upload.pieces.append((int(found[1]), int(found[2])))


def _store_range(upload: Upload, data: bytes, said: str) -> None:
    found = _RANGE.fullmatch(said)
    if found is None:
        raise bad_request(f"Failed to parse Content-Range header: {said}", "Content-Range", "header")
    if found[3] != "*":
        if upload.size not in (None, int(found[3])):
            raise bad_request(f"The upload has {upload.size} bytes, not {found[3]}.", "Content-Range", "header")
        upload.size = int(found[3])
    if found[1] is not None:
        _store_chunk(upload, data, int(found[1]), int(found[2]))


def _store_chunk(upload: Upload, data: bytes, first: int, last: int) -> None:
    if len(data) != last - first + 1 or (upload.size is not None and last >= upload.size):
        raise bad_request(f"Content-Range bytes {first}-{last} does not fit {len(data)} bytes.", "Content-Range", "header")
    if len(data) % STEP and last + 1 != upload.size:
        raise bad_request(f"A chunk other than the last must be a multiple of {STEP} bytes; this one has {len(data)}.")
    if first == len(upload.received):  # anything else is answered with where we really are
        upload.received += data


def _finish(call: Call, purpose: Purpose, upload: Upload) -> dict[str, Any]:
    arrived = Arrived(
        metadata=upload.metadata,
        data=bytes(upload.received),
        content_type=upload.content_type,
        filename=upload.filename,
    )
    made = with_etag(purpose.finish(call, arrived))
    upload.received = bytearray()  # the bytes lie in the world's files now
    return made
