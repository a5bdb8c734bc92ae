"""What uploaded bytes really are, as X's processing would find out."""

import io
import warnings
from dataclasses import dataclass

# docs.x.com, media best practices
IMAGE_BYTES, GIF_BYTES, VIDEO_BYTES = 5 << 20, 15 << 20, 512 << 20
SECONDS = (0.5, 140.0)
RATIO = (1 / 3, 3.0)
FRAMES_PER_SECOND = 60
GIF_SIZE = (1280, 1080)
TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}


@dataclass(frozen=True)
class Look:
    """`type` is empty where the bytes are nothing that X knows; `wanting` says what a post will not take."""

    type: str
    width: int = 0
    height: int = 0
    wanting: str = ""


def image(data: bytes) -> Look:
    """A picture or an animated GIF."""
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(io.BytesIO(data))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return Look("")
    type_ = TYPES.get(picture.format or "", "")
    too_big = type_ == "image/gif" and (picture.width > GIF_SIZE[0] or picture.height > GIF_SIZE[1])
    return Look(type_, picture.width, picture.height, "GIF larger than 1280 x 1080" if too_big else "")


def video(data: bytes) -> Look:
    """A video: H.264 with AAC, half a second to 140 seconds."""
    import av

    try:
        with av.open(io.BytesIO(data)) as container:
            if not container.streams.video:
                return Look("")
            stream = container.streams.video[0]
            seconds = (container.duration or 0) / 1_000_000
            sound = [track.codec_context.name for track in container.streams.audio]
            width, height = stream.codec_context.width, stream.codec_context.height
            rate = float(stream.average_rate or 0)
            wanting = _wanting(stream.codec_context.name, sound, seconds, width / max(height, 1), rate)
            return Look("video/mp4", width, height, wanting)
    except (av.FFmpegError, ValueError):
        return Look("")


def _wanting(codec: str, sound: list[str], seconds: float, ratio: float, rate: float) -> str:
    if codec != "h264" or any(name != "aac" for name in sound):
        return "codec"
    if not SECONDS[0] <= seconds <= SECONDS[1]:
        return "duration"
    if not RATIO[0] <= ratio <= RATIO[1]:
        return "ratio"
    return "frame rate" if rate > FRAMES_PER_SECOND else ""
