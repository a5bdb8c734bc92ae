"""videos.insert, list, update and delete (developers.google.com/youtube/v3/docs/videos)."""

from datetime import timedelta

from aiohttp import web

from . import metadata as rules
from .call import Call, caller, listing, read_json, served
from .errors import Refusal, forbidden, required
from .record import plan, record, remove, show
from .resources import OWNERS_ONLY, seconds_of, video_resource
from .state import Json, State, Video, chance_id
from .upload import Arrived, Purpose

DAY = timedelta(hours=24)


def _begin(call: Call, body: Json, content_type: str) -> None:
    """Everything about an upload that can be refused before its bytes."""
    _checked(call, body)
    if not content_type.startswith("video/") and content_type != "application/octet-stream":
        raise Refusal(400, "badContent", f"Media type '{content_type}' is not supported.", "global")
    limit = call.state.settings.upload_limit
    recent = [at for at in call.state.arrivals.get(call.profile.id, []) if call.now - at < DAY]
    if limit is not None and len(recent) >= limit:
        raise Refusal(400, "uploadLimitExceeded", "The user has exceeded the number of videos they may upload.")


def _checked(call: Call, body: Json) -> tuple[Json, Json, Json]:
    """snippet, status and localizations of a new video."""
    parts = call.parts(rules.PARTS)
    rules.check_names(body, parts)
    given = body.get("snippet", {}) if "snippet" in parts else {"title": "unknown"}
    snippet = rules.snippet(given, category="22")
    status = rules.status(body.get("status", {}), now=call.now, shown=False)
    return snippet, status, rules.localizations(body.get("localizations", {}), snippet.get("defaultLanguage", ""))


def _finish(call: Call, arrived: Arrived) -> Json:
    """The bytes are complete: now there is a video."""
    snippet, status, localizations = _checked(call, arrived.metadata)
    settings = call.state.settings
    fate, reason = ("failed", "emptyFile") if not arrived.data else (settings.processing, settings.processing_reason)
    video = Video(
        id=_new_id(call),
        profile=call.profile.id,
        snippet=snippet,
        status=status,
        localizations=localizations,
        other={name: arrived.metadata[name] for name in rules.WRITABLE[3:] if name in arrived.metadata},
        digest=call.world.keep_file(arrived.data, arrived.content_type),
        size=len(arrived.data),
        content_type=arrived.content_type,
        filename=arrived.filename or "unknown",
        seconds=seconds_of(arrived.data),
        uploaded_at=call.now,
        processed_at=call.now + timedelta(seconds=settings.processing_seconds),
        fate=fate,
        fate_reason=reason,
    )
    call.state.arrivals.setdefault(video.profile, []).append(video.uploaded_at)
    call.state.videos[video.id] = video
    _settle(call, video)
    resource = video_resource(call.world, video, call.parts(rules.PARTS))
    if "status" in resource:
        resource["status"]["uploadStatus"] = "uploaded"  # whatever processing comes to, it has only begun
    return resource


def _new_id(call: Call) -> str:
    """64 bits in an alphabet of 64 signs: of the eleventh only four bits are left, so it is one of sixteen."""
    while True:
        video_id = chance_id(call.world, 10) + call.world.random.choices("AEIMQUYcgkosw048")[0]
        if video_id not in call.state.videos:
            return video_id


def _settle(call: Call, video: Video) -> None:
    """After a change of the status part: is it public from now on, and what comes next?"""
    if video.status["privacyStatus"] != "public":
        video.published_at = None
    elif video.published_at is None:
        show(video, call.now)
    plan(video, call.now)
    record(call.world, video)


def _goes_public(call: Call, body: Json) -> bool:
    return rules.makes_public(body.get("status", {}), call.now)


UPLOAD = Purpose(name="videos", method="videos.insert", begin=_begin, finish=_finish, goes_public=_goes_public)


@served("videos.insert", "prepare")
async def insert_without_media(call: Call) -> Json:
    """POST /youtube/v3/videos: an upload's metadata without its bytes."""
    raise Refusal(400, "mediaBodyRequired", "The request does not include the video content.")


@served("videos.list", "read")
async def list_videos(call: Call) -> Json:
    """By id. The owner sees all of his own; everybody sees what is public or unlisted."""
    parts = call.parts(rules.PARTS)
    wanted = [video_id for text in call.request.query.getall("id", []) for video_id in text.split(",") if video_id]
    if not wanted:
        raise Refusal(
            400, "missingRequiredParameter", "No filter selected. Expected one of: id", "youtube.parameter", "parameters."
        )
    videos = [call.state.videos[video_id] for video_id in dict.fromkeys(wanted) if video_id in call.state.videos]
    seen = [video for video in videos if video.profile == call.profile.id or _open(call.state, video)]
    if set(parts) & set(OWNERS_ONLY) and any(video.profile != call.profile.id for video in seen):
        raise forbidden("The request cannot access the fileDetails or processingDetails of another channel's video.")
    return listing("youtube#videoListResponse", [video_resource(call.world, v, parts) for v in seen], call, size=50)


def _open(state: State, video: Video) -> bool:
    return video.status["privacyStatus"] in ("public", "unlisted")


async def _update_action(request: web.Request) -> str:
    """`publish` where the update makes a video public, else `prepare`."""
    try:
        call, _ = caller(request)
        body = read_json(await request.read())
        video = call.state.videos.get(body.get("id", ""))
        public = video is not None and video.status["privacyStatus"] == "public"
        if "status" in call.parts(rules.PARTS) and not public and _goes_public(call, body):
            return "publish"
    except (Refusal, AttributeError, TypeError):
        pass  # carried out, it will be refused
    return "prepare"


@served("videos.update", _update_action)
async def update_video(call: Call) -> Json:
    """PUT /youtube/v3/videos. Each part that is named is replaced whole: what is not said again is gone."""
    parts, body = call.parts(rules.PARTS), await call.body()
    rules.check_names(body, parts)
    if not isinstance(body.get("id"), str):
        raise required("id")
    video = call.own_video(body["id"])
    snippet, status, localizations = video.snippet, video.status, video.localizations
    if "snippet" in parts:
        snippet = rules.snippet(body.get("snippet", {}), category=None)
    if "localizations" in parts:
        localizations = body.get("localizations", {})
    if {"snippet", "localizations"} & set(parts):
        localizations = rules.localizations(localizations, snippet.get("defaultLanguage", ""))
    if "status" in parts:
        status = rules.status(body.get("status", {}), now=call.now, shown=video.shown)
    video.snippet, video.status, video.localizations = snippet, status, localizations
    for part in rules.WRITABLE[3:]:
        if part in parts:
            video.other[part] = body.get(part, {})
    _settle(call, video)
    return video_resource(call.world, video, parts)


@served("videos.delete", "delete")
async def delete_video(call: Call) -> None:
    """DELETE /youtube/v3/videos: 204."""
    remove(call.world, call.own_video(call.need("id")))
