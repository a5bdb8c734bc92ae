"""captions.insert and list (developers.google.com/youtube/v3/docs/captions)."""

from .call import Call, listing, served
from .errors import Refusal
from .record import record
from .state import Caption, Json, Video, chance_id, stamp
from .upload import Arrived, Purpose

PARTS = ("id", "snippet")
LARGEST = 100 * 1024 * 1024  # bytes (captions.insert: maximum file size 100 MB)
NAME = 150  # characters


def _begin(call: Call, body: Json, content_type: str) -> None:
    """Everything that can be refused before the bytes. `sync` has had no effect since April 2024."""
    call.parts(PARTS)
    snippet = call.part_of(body, "snippet")
    if not all(isinstance(snippet.get(name), str) for name in ("videoId", "language", "name")):
        raise _refused(400, "invalidMetadata", "The request contains invalid metadata values: videoId, language and name.")
    if not snippet["language"]:
        raise _refused(400, "invalidMetadata", "The request contains invalid metadata values: language.")
    if len(snippet["name"]) > NAME:
        raise _refused(400, "nameTooLong", f"The specified snippet.name is longer than {NAME} characters.")
    video = call.own_video(snippet["videoId"])
    if any(c.language == snippet["language"] and c.name == snippet["name"] for c in video.captions):
        raise _refused(409, "captionExists", "The specified video already has a caption track with the given language and name.")


def _finish(call: Call, arrived: Arrived) -> Json:
    if not arrived.data or len(arrived.data) > LARGEST:
        raise _refused(400, "contentRequired", "The request does not contain the caption track contents.")
    _begin(call, arrived.metadata, arrived.content_type)
    snippet = arrived.metadata["snippet"]
    video = call.own_video(snippet["videoId"])
    caption = Caption(
        id=chance_id(call.world, 32),
        language=snippet["language"],
        name=snippet["name"],
        draft=bool(snippet.get("isDraft", False)),
        digest=call.world.keep_file(arrived.data, arrived.content_type),
        at=call.now,
    )
    video.captions.append(caption)
    record(call.world, video)
    return _resource(video, caption)


def _resource(video: Video, caption: Caption) -> Json:
    snippet = {
        "videoId": video.id,
        "lastUpdated": stamp(caption.at),
        "trackKind": "standard",
        "language": caption.language,
        "name": caption.name,
        "audioTrackType": "unknown",
        "isCC": False,
        "isLarge": False,
        "isEasyReader": False,
        "isDraft": caption.draft,
        "isAutoSynced": False,
        "status": "serving",
    }
    return {"kind": "youtube#caption", "id": caption.id, "snippet": snippet}


def _refused(status: int, reason: str, message: str) -> Refusal:
    return Refusal(status, reason, message, "youtube.caption")


UPLOAD = Purpose(name="captions", method="captions.insert", begin=_begin, finish=_finish)


@served("captions.list", "read")
async def list_captions(call: Call) -> Json:
    """The tracks of one of the channel's own videos, without their contents."""
    call.parts(PARTS)
    video = call.own_video(call.need("videoId"))
    return listing("youtube#captionListResponse", [_resource(video, c) for c in video.captions], call, size=50)
