"""thumbnails.set (developers.google.com/youtube/v3/docs/thumbnails/set)."""

from .call import Call
from .errors import Refusal, forbidden
from .record import record
from .resources import thumbnails
from .state import Json
from .upload import Arrived, Purpose

LARGEST = 50 * 1024 * 1024  # bytes, since 14 September 2026 (revision history); 2 MB before
TYPES = ("image/jpeg", "image/png", "application/octet-stream")


def _begin(call: Call, body: Json, content_type: str) -> None:
    call.own_video(call.need("videoId"))
    if not call.state.settings.verified_channel:
        raise forbidden(
            "The authenticated user doesn't have permissions to upload and set custom video thumbnails.", "youtube.thumbnail"
        )
    if content_type not in TYPES:
        raise _refused("invalidImage", f"The provided image content is invalid: {content_type}.")


def _finish(call: Call, arrived: Arrived) -> Json:
    if not arrived.data:
        raise _refused("mediaBodyRequired", "The request does not include the image content.")
    if len(arrived.data) > LARGEST:
        raise _refused("invalidImage", "The provided image content is invalid: too large.")
    video = call.own_video(call.need("videoId"))
    video.thumbnail = call.world.keep_file(arrived.data, arrived.content_type)
    record(call.world, video)
    return {"kind": "youtube#thumbnailSetResponse", "items": [thumbnails(video.id)]}


def _refused(reason: str, message: str) -> Refusal:
    return Refusal(400, reason, message, "youtube.thumbnail")


UPLOAD = Purpose(name="thumbnails", method="thumbnails.set", begin=_begin, finish=_finish)
