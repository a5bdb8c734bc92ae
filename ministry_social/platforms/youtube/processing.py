"""What YouTube makes of an uploaded video: it looks through the file, and may find that it cannot show it."""

from datetime import timedelta

from ...errors import Rejected, Unreachable
from ...model.delivery import PostRef
from . import read
from .progress import Progress
from .wire import Line

# Seconds between two looks, ours. A look costs one unit of the 10,000 of a day; a long video is left for a later try.
_WAITS = (1, 2, 4, 8, 10, 10, 10, 10, 10, 10)
_WHY = {
    "codec": "its codec is not one that YouTube knows",
    "conversion": "it cannot be converted",
    "duplicate": "the channel has the same video already",
    "emptyFile": "the file is empty",
    "invalidFile": "the file is no video",
    "length": "it is longer than the channel may upload",
    "tooSmall": "the file is too small",
    "uploadAborted": "the upload was broken off",
}


def wait(line: Line, progress: Progress, mark: str) -> None:
    """Go on once YouTube can show the video. What it will not show is forgotten: who asks again begins anew.

    A duplicate may be that of an upload of ours whose end we never saw (`mark` is how the marks of all of them begin): then
    that one is the video. Raises `Rejected`, and `Unreachable` where it takes long or begins again.
    """
    own = progress.data["mark"]
    try:
        _wait(line, progress)
    except Rejected as refused:
        if refused.code == "videoNotFound":
            raise
        earlier = read.marked(line, mark) if refused.duplicate else ""
        progress.data.clear()
        progress.note(**({"mark": own, "video": earlier} if earlier else {}))
        if not earlier:
            raise
        sentence = "The same video is on the channel from an earlier upload of ours: that one is taken."
        raise Unreachable(sentence, code="duplicate") from refused


def _wait(line: Line, progress: Progress) -> None:
    for seconds in _WAITS:
        if _ended(line, progress.data["video"]):
            return
        progress.note()  # says that we are still at it: the claim of this preparation is renewed
        line.clock.sleep_until(line.clock.now() + timedelta(seconds=seconds), seconds)
    if not _ended(line, progress.data["video"]):
        raise Unreachable("YouTube is still looking through the video.", code="processing")


def _ended(line: Line, video: str) -> bool:
    seen = read.fetch(line, PostRef(kind="video", id=video))
    if seen is None:
        raise Rejected("The video is no longer on the channel.", code="videoNotFound")
    status, reason = seen.facts["uploadStatus"], seen.facts["reason"]
    if status in ("failed", "rejected"):
        why = _WHY.get(reason, reason or "it does not say why")
        raise Rejected(f"YouTube cannot show the video: {why}.", code=reason or status, duplicate=reason == "duplicate")
    return status == "processed"
