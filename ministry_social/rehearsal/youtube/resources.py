"""How a video, its thumbnails and its duration look in the API (discovery document youtube.v3, schema Video)."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from io import BytesIO

from ..growth import of_post
from ..world import World
from .state import Json, Video, stamp

OWNERS_ONLY = ("fileDetails", "processingDetails", "suggestions")


def video_resource(world: World, video: Video, parts: Collection[str]) -> Json:
    """The parts that were asked for, of those that a video has."""
    now = world.clock.now()
    resource: Json = {"kind": "youtube#video", "id": video.id}
    for part in parts:
        view = _VIEWS.get(part)
        if view is not None:
            resource[part] = view(world, video, now)
        elif part == "localizations" and video.localizations:
            resource[part] = video.localizations
        elif part in video.other:
            resource[part] = video.other[part]
    return resource


def _snippet(world: World, video: Video, now: datetime) -> Json:
    profile = world.profile("youtube", video.profile)
    words = {"title": video.snippet["title"], "description": video.snippet["description"]}
    return {
        "publishedAt": stamp(video.published_at or video.uploaded_at),
        "channelId": video.profile,
        **video.snippet,
        "thumbnails": thumbnails(video.id),
        "channelTitle": profile.title if profile else "",
        "liveBroadcastContent": "none",
        "localized": words,
    }


def _status(world: World, video: Video, now: datetime) -> Json:
    upload_status = video.upload_status(now)
    status: Json = {"uploadStatus": upload_status, **video.status}
    status["madeForKids"] = video.status.get("selfDeclaredMadeForKids", False)
    if upload_status == "failed":
        status["failureReason"] = video.fate_reason or "conversion"
    if upload_status == "rejected":
        status["rejectionReason"] = video.fate_reason or "inappropriate"
    return status


def _content_details(world: World, video: Video, now: datetime) -> Json:
    done = video.upload_status(now) == "processed"
    return {
        "duration": duration(video.seconds) if done else "P0D",
        "dimension": "2d",
        "definition": "hd",
        "caption": "true" if any(not caption.draft for caption in video.captions) else "false",
        "licensedContent": False,
        "contentRating": {},
        "projection": "rectangular",
        "hasCustomThumbnail": bool(video.thumbnail),
    }


def _file_details(world: World, video: Video, now: datetime) -> Json:
    return {
        "fileName": video.filename,
        "fileSize": str(video.size),
        "fileType": "video",
        "durationMs": str(round(video.seconds * 1000)),
    }


def _processing(world: World, video: Video, now: datetime) -> Json:
    words = {"uploaded": "processing", "processed": "succeeded", "failed": "failed", "rejected": "terminated"}
    return {
        "processingStatus": words[video.upload_status(now)],
        "fileDetailsAvailability": "available",
        "processingIssuesAvailability": "available",
        "tagSuggestionsAvailability": "inProgress",
        "editorSuggestionsAvailability": "inProgress",
        "thumbnailsAvailability": "available",
    }


def _statistics(world: World, video: Video, now: datetime) -> Json:
    """Counted from the moment that it is public."""
    public = video.published_at or now
    grown = of_post(world.seed, video.id, public, now)
    names = {"viewCount": "views", "likeCount": "likes", "commentCount": "replies"}
    return {name: str(grown[figure]) for name, figure in names.items()} | {"favoriteCount": "0"}


_VIEWS: dict[str, Callable[[World, Video, datetime], Json]] = {
    "snippet": _snippet,
    "status": _status,
    "contentDetails": _content_details,
    "fileDetails": _file_details,
    "processingDetails": _processing,
    "statistics": _statistics,
}

_SIZES = {"default": (120, 90), "medium": (320, 180), "high": (480, 360)}


def thumbnails(video_id: str) -> Json:
    """The addresses that YouTube gives; in the rehearsal nothing stands there."""
    files = {"default": "default", "medium": "mqdefault", "high": "hqdefault"}
    return {
        name: {"url": f"https://i.ytimg.com/vi/{video_id}/{files[name]}.jpg", "width": width, "height": height}
        for name, (width, height) in _SIZES.items()
    }


def duration(seconds: float) -> str:
    """ISO 8601, whole seconds: PT1M5S."""
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    text = f"{hours}H" * bool(hours) + f"{minutes}M" * bool(minutes) + f"{whole % 60}S"
    return "PT" + text


def seconds_of(data: bytes) -> float:
    """How long a video file plays; 0.0 for bytes that are none (the rehearsal takes them all the same)."""
    import av  # heavy, and needed for uploads only

    try:
        with av.open(BytesIO(data)) as container:
            length = timedelta(microseconds=container.duration or 0)
    except av.error.FFmpegError:
        return 0.0
    return length.total_seconds()
