"""Videos: in one request, or in pieces (upload_phase start, transfer, finish).

developers.facebook.com/docs/video-api/guides/publishing; the codes of the pieces are those that the uploader of
facebook/facebook-python-business-sdk (video_uploader.py) looks for.
"""

from typing import Any

from ..world import Post
from . import schedule
from .call import Call
from .errors import GraphError, invalid
from .posts import add, check_message
from .state import Upload, new_id
from .views import video_node, written

PIECE = 4 * 1024 * 1024  # bytes that we ask for in one transfer; Facebook says how many with each answer


def upload(call: Call) -> dict[str, Any]:
    """POST /{page}/videos."""
    page = call.page()
    phase = call.get("upload_phase")
    if phase == "start":
        return _start(call, page.id)
    if phase == "transfer":
        return _transfer(call, _session(call, page.id))
    if phase == "finish":
        return _finish(call, _session(call, page.id))
    if phase not in ("", "none"):
        raise invalid("Param upload_phase must be one of {start, transfer, finish, cancel}")
    data = call.upload("source")
    if data is None:
        raise GraphError("(#389) Unable to fetch video file from URL.", 389)
    post = _publish(call, page.id, new_id(call.world), data)
    return written(call, video_node(call, post), "Video")


def _start(call: Call, page: str) -> dict[str, Any]:
    if not call.get("file_size").isdigit() or int(call.get("file_size")) == 0:
        raise invalid("The parameter file_size is required")
    found = Upload(session=new_id(call.world), video=new_id(call.world), page=page, size=int(call.get("file_size")))
    call.state.uploads[found.session] = found
    return {"video_id": found.video, "upload_session_id": found.session} | _next(found)


def _transfer(call: Call, found: Upload) -> dict[str, Any]:
    data = call.upload("video_file_chunk")
    if data is None:
        raise invalid("The parameter video_file_chunk is required")
    if call.get("start_offset") != str(len(found.data)) or len(found.data) + len(data) > found.size:
        raise GraphError("The upload offset is wrong", 6001, 1363037, transient=True, data=_next(found))
    found.data += data
    return _next(found)


def _finish(call: Call, found: Upload) -> dict[str, Any]:
    if len(found.data) < found.size:
        raise GraphError("There was a problem uploading your video file. Please try again.", 6000, 1363019)
    _publish(call, found.page, found.video, bytes(found.data))
    del call.state.uploads[found.session]
    return {"success": True}


def _session(call: Call, page: str) -> Upload:
    found = call.state.uploads.get(call.get("upload_session_id"))
    if found is None or found.page != page:
        raise invalid("Invalid upload_session_id", 1363033)
    return found


def _next(found: Upload) -> dict[str, str]:
    start = len(found.data)
    return {"start_offset": str(start), "end_offset": str(min(found.size, start + PIECE))}


def _publish(call: Call, page: str, video: str, data: bytes) -> Post:
    """The post of a whole video. Only MP4 and QuickTime (an `ftyp` box first) are taken."""
    if data[4:8] != b"ftyp":
        raise GraphError(
            "(#352) The video file you selected is in a format that we don't support.", 352, 1363024,
            person=("Unsupported Video Format", "The video file you selected is in a format that we don't support."),
        )  # fmt: skip
    text = check_message(call.get("description"))
    more: dict[str, Any] = {"video_id": video}
    if call.get("title"):
        more["title"] = call.get("title")
    due = schedule.wanted_time(call)
    if due is not None:
        schedule.check_queue(call, page)
    post = add(call, page, "video", text, public=call.flag("published", True), more=more, due=due)
    call.state.videos[video] = post.id
    post.media, post.alts = [call.world.keep_file(data, "video/mp4")], [""]
    return post
