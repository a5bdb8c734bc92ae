"""Proving a channel: a private video of a second, and taken down at once."""

import io
from fractions import Fraction
from functools import cache

from googleapiclient.http import MediaIoBaseUpload

from ...errors import PlatformError, Unreachable
from ...model.account import Account, Credential
from ...model.delivery import PostRef
from ...model.standing import Proof
from ...ports import Clock, Renew
from ..gate import Gate, Wire
from . import read
from .tokens import Tokens
from .wire import Line

_TITLE = "Test by the ministry's own software"
_TEXT = "Nobody sees this video, and it is deleted at once."
_SIZE, _FRAMES, _RATE = (320, 180), 25, 25  # pixels; one second


class YouTubeProof:
    """See `ports.Proving`. The upload says `private`: YouTube would make it public if we said nothing."""

    def __init__(self, wire: Wire, *, clock: Clock, renew: Renew) -> None:
        self._gate = Gate(wire, originals=())
        self._clock = clock
        self._tokens = Tokens(clock, renew, remember=False)

    def prove(self, account: Account, credential: Credential) -> Proof:
        """See `ports.Proving`."""
        line = Line(self._gate, self._tokens, self._clock, account, credential)
        body = {
            "snippet": {"title": _TITLE, "description": _TEXT, "categoryId": "25"},
            "status": {"privacyStatus": "private", "selfDeclaredMadeForKids": False},
        }
        file = MediaIoBaseUpload(io.BytesIO(clip()), mimetype="video/mp4", resumable=False)
        request = line.api.videos().insert(part="snippet,status", body=body, notifySubscribers=False, media_body=file)
        video = str(line.ask(request).get("id", ""))
        if not video:
            raise Unreachable("YouTube answered without saying what became of the test video.", code="no-id")
        try:
            read.delete(line, PostRef(kind="video", id=video))
        except PlatformError:
            return Proof(id=video, gone=False)
        return Proof(id=video, gone=True)


@cache
def clip() -> bytes:
    """A second of grey, as MP4."""
    import av

    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=_RATE)
        stream.width, stream.height, stream.pix_fmt = *_SIZE, "yuv420p"
        for number in range(_FRAMES):
            frame = av.VideoFrame(*_SIZE, "yuv420p")
            for plane in frame.planes:
                plane.update(bytes([128]) * plane.buffer_size)
            frame.pts, frame.time_base = number, Fraction(1, _RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return file.getvalue()
