"""All that happens to a video before it is public: the upload, its texts, captions, thumbnail, playlists."""

import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseUpload

from ... import ports
from ...errors import Rejected, Unauthorized, Unreachable
from ...model.delivery import Prepared
from . import processing, read
from .progress import Progress
from .wire import Line

Report = Callable[[int, int], None]
GONE = (404, 410)  # a session address that YouTube no longer knows (resumable upload protocol)


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """Everything that the steps need. `plan` is the payload, read."""

    line: Line
    plan: Mapping[str, Any]
    media: ports.Media
    progress: Progress
    report: Report
    chunk: int
    playlists: Mapping[str, str]


def prepare(job: Preparation, digest: str) -> Prepared:
    """Bring the video up, private, with all that belongs to it; goes on where an earlier call ended."""
    if not job.progress.done("video"):
        _bring_up(job, digest)
    try:
        _describe(job)
        _thumbnail(job)
        for captions in job.plan["captions"]:
            _captions(job, captions)
        for name in job.plan["playlists"]:
            _into_playlist(job, name)
        processing.wait(job.line, job.progress, mark_of(digest))
    except Rejected as refused:
        if refused.code != "videoNotFound":
            raise
        job.progress.data.clear()
        job.progress.note()
        raise Unreachable("The private video is no longer on the channel; it will be uploaded anew.", code="gone") from refused
    return Prepared(complete=True, data=dict(job.progress.data) | {"marks": job.progress.data["video"]})


def _bring_up(job: Preparation, digest: str) -> None:
    """Upload the file, or go on with the session of an earlier call. A session that is gone is replaced once."""
    for _ in range(2):
        if not job.progress.done("mark"):
            # The digest says what it is, the rest tells this upload from another one of the same payload.
            job.progress.data["mark"] = f"{mark_of(digest)}{secrets.token_hex(4)}"
        try:
            with job.media.open(job.plan["video"]["digest"]) as file:
                video = _upload(job, _insertion(job, file))
        except Rejected:
            job.progress.note(session="", mark="")  # who asks again after that begins anew
            raise
        video = video or read.marked(job.line, job.progress.data["mark"])
        if video:
            job.progress.note(video=video, session="")
            return
        job.progress.note(session="", mark="")
    raise Unreachable("YouTube dropped the upload; it will begin anew.", code="session")


def mark_of(digest: str) -> str:
    """How the mark of every upload of a payload begins: in the file's name, and among the tags while it is private."""
    return f"ms-{digest[:16]}-"


def _insertion(job: Preparation, file: BinaryIO) -> Any:
    """The library's request for the upload. Always private, and nobody is told: the default would be public."""
    plan, mark = job.plan, job.progress.data["mark"]
    body = _texts(plan) | {"status": status(plan, "private")}
    # The mark alone: with all other tags it might be more than YouTube takes. `_describe` sets the real ones.
    body["snippet"]["tags"] = [mark]
    request = job.line.api.videos().insert(
        part=",".join(body),
        body=body,
        notifySubscribers=False,
        media_body=_Chunks(file, mimetype=plan["video"]["type"], chunksize=job.chunk, resumable=True),
    )
    request.headers["slug"] = f"{mark}-{re.sub(r'[^A-Za-z0-9._-]', '_', plan['video']['file'])[-60:]}"
    return request


class _Chunks(MediaIoBaseUpload):  # type: ignore[misc]  # the library has no types
    """A chunk is read as bytes, so that it can be sent again after a 401; a stream would be at its end."""

    def has_stream(self) -> bool:
        """The library's question."""
        return False


def _upload(job: Preparation, request: Any) -> str:
    """The video's id, or nothing where the session is gone. The session's address is kept before the first byte goes."""
    if job.progress.done("session"):
        request.resumable_uri = job.progress.data["session"]
        job.line.hide(request.resumable_uri)
        answer = _where(job, request)
    else:
        request.resumable_uri = _begin(job, request)
        job.line.hide(request.resumable_uri)
        job.progress.note(session=request.resumable_uri)
        answer = None
    size = request.resumable.size()
    job.report(request.resumable_progress, size)
    while answer is None:
        answer = _next_chunk(job, request)
        job.report(size if answer else request.resumable_progress, size)
    return _finished(job, answer)


def _begin(job: Preparation, request: Any) -> str:
    """Open an upload session; returns its address. The library would send the first chunk in the same breath."""
    headers = {
        **request.headers,
        "X-Upload-Content-Type": request.resumable.mimetype(),
        "X-Upload-Content-Length": str(request.resumable.size()),
    }
    with job.line.translated():
        answer, content = job.line.http.request(request.uri, request.method, body=request.body, headers=headers)
        if answer.status >= 300:
            raise HttpError(answer, content)
    if "location" not in answer:
        raise Unreachable("YouTube named no address for the upload.", code="unreadable")
    return str(answer["location"])


def _where(job: Preparation, request: Any) -> Any:
    """Ask the session how far it is: the video if complete, {} if gone, else None and the request set to go on there."""
    headers = {"Content-Range": f"bytes */{request.resumable.size()}"}
    with job.line.translated():
        answer, content = job.line.http.request(request.resumable_uri, "PUT", headers=headers)
        if answer.status in GONE:
            return {}
        if answer.status in (200, 201):
            return json.loads(content)
        if answer.status != 308:
            raise HttpError(answer, content)
        request.resumable_progress = int(answer["range"].rpartition("-")[2]) + 1 if "range" in answer else 0
    return None


def _next_chunk(job: Preparation, request: Any) -> Any:
    """Send one chunk: the video if that was the last one, {} if the session is gone, else None."""
    before, address = request.resumable_progress, request.resumable_uri
    with job.line.translated():
        try:
            _, answer = request.next_chunk(http=job.line.http, num_retries=0)
        except HttpError as error:
            if error.resp.status in GONE:
                return {}
            raise
    if request.resumable_uri != address:
        job.line.hide(request.resumable_uri)
        job.progress.note(session=request.resumable_uri)
    if answer is None and request.resumable_progress <= before:
        raise Unreachable("YouTube did not store what was sent; the upload will go on later.", code="no progress")
    return answer


def _finished(job: Preparation, answer: Any) -> str:
    if answer == {}:
        return ""
    video = job.line.understood(answer)
    channel = video.get("snippet", {}).get("channelId", "")
    if job.line.account.id and channel and channel != job.line.account.id:
        raise Unauthorized(
            f"The credential of {job.line.account.name} belongs to the channel {channel}, not to {job.line.account.id}.",
            remedy=f"Connect it again: ministry-social account connect {job.line.account.name}",
        )
    if not video.get("id"):
        raise Unreachable("YouTube's answer names no video.", code="unreadable")
    return str(video["id"])


def _texts(plan: Mapping[str, Any]) -> dict[str, Any]:
    """The parts snippet and localizations. An update replaces a part whole, so both always say everything."""
    snippet = {"title": plan["title"], "description": plan["description"], "tags": plan["tags"]}
    snippet["categoryId"] = plan["category"]
    if plan["language"]:
        snippet["defaultLanguage"] = plan["language"]
    parts: dict[str, Any] = {"snippet": snippet}
    if plan["localizations"]:
        parts["localizations"] = plan["localizations"]
    return parts


def status(plan: Mapping[str, Any], privacy: str) -> dict[str, Any]:
    """The part status, every writable property of it that we decide on."""
    return {
        "privacyStatus": privacy,
        "selfDeclaredMadeForKids": plan["made_for_kids"],
        "embeddable": plan["embeddable"],
        "license": plan["license"],
        "publicStatsViewable": plan["public_stats"],
    }


def _describe(job: Preparation) -> None:
    """Set the final texts: the correlation mark is gone from the tags afterwards."""
    if job.progress.done("described"):
        return
    parts = _texts(job.plan)
    body = {"id": job.progress.data["video"], **parts}
    job.line.ask(job.line.api.videos().update(part=",".join(parts), body=body))
    job.progress.note(described="yes")


def _thumbnail(job: Preparation) -> None:
    thumbnail = job.plan["thumbnail"]
    if thumbnail is None or job.progress.done("thumbnail"):
        return
    with job.media.open(thumbnail["digest"]) as file:
        picture = MediaIoBaseUpload(file, mimetype=thumbnail["type"])
        request = job.line.api.thumbnails().set(videoId=job.progress.data["video"], media_body=picture)
    try:
        job.line.ask(request)
    except Unauthorized as refused:
        if refused.code != "forbidden":
            raise
        raise Rejected(
            "YouTube does not let this channel have thumbnails of its own.",
            code=refused.code,
            remedy="Verify the channel at youtube.com/verify, or leave the thumbnail out.",
        ) from refused
    job.progress.note(thumbnail="yes")


def _captions(job: Preparation, captions: Mapping[str, Any]) -> None:
    """Captions of one language. It costs 400 of the 10,000 units of a day, so it is never done twice knowingly."""
    step = f"captions {captions['language']}"
    if job.progress.done(step):
        return
    snippet = {"videoId": job.progress.data["video"], "language": captions["language"], "name": "", "isDraft": False}
    with job.media.open(captions["digest"]) as file:
        track = MediaIoBaseUpload(file, mimetype="application/octet-stream")
        request = job.line.api.captions().insert(part="snippet", body={"snippet": snippet}, media_body=track)
    try:
        job.line.ask(request)
    except Rejected as refused:
        if refused.code != "captionExists":  # an earlier answer was lost
            raise
    job.progress.note(**{step: "yes"})


def _into_playlist(job: Preparation, name: str) -> None:
    """Put the video into a playlist; while it is private, nobody sees it there."""
    step = f"playlist {name}"
    if job.progress.done(step):
        return
    line, video = job.line, job.progress.data["video"]
    playlist = job.playlists.get(name) or _playlist(line, name)
    listing = line.api.playlistItems().list
    there = read.pages_of(line, listing, 1, part="snippet", playlistId=playlist, videoId=video)
    if not any(item["snippet"].get("resourceId", {}).get("videoId") == video for items in there for item in items):
        resource = {"kind": "youtube#video", "videoId": video}
        body = {"snippet": {"playlistId": playlist, "resourceId": resource}}
        line.ask(line.api.playlistItems().insert(part="snippet", body=body))
    job.progress.note(**{step: playlist})


def _playlist(line: Line, name: str) -> str:
    """The id of the channel's playlist with this title; it is made, empty, where there is none."""
    for items in read.pages_of(line, line.api.playlists().list, read.PAGES, part="snippet", mine=True):
        for item in items:
            if item["snippet"]["title"] == name:
                return str(item["id"])
    body = {"snippet": {"title": name}, "status": {"privacyStatus": "public"}}
    return str(line.ask(line.api.playlists().insert(part="snippet,status", body=body))["id"])
