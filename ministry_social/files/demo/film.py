"""The demo's film as an MP4: H.264 and AAC, encoded on the spot."""

from array import array
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from itertools import islice
from math import pi, sin
from pathlib import Path
from typing import Any

import av
from av.video.reformatter import Colorspace, VideoReformatter

from .frames import SECONDS, SIZE, Film

_RATE = 25  # frames in a second
_SOUND_RATE = 48_000  # samples in a second
_TONES = ((220, 0.5), (330, 0.3), (440, 0.2))  # A, E and A: hertz and share; whole numbers, so that each second is like the first
_LOUDNESS = 0.12  # of the loudest possible
_FADE = 1.5  # seconds
_BT709 = 1  # colours of HD video, in the code points of ITU-T H.273
_VIDEO_BITS = 2_500_000  # a second: 4 MB in twelve of them
# Every so many frames one stands for itself. So few lie between that the film weighs what one from a camera would: an upload
# that is over at once shows no progress.
_KEY_FRAMES = 20
_SOUND_BITS = 96_000


def write_film(path: Path, film: Film) -> None:
    """Write the film: 1280 x 720 pixels, 25 frames a second, 12 seconds, about 4 MB."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        video, sound = _video(container), _sound(container)
        tones = _tones(sound.frame_size or 1024)
        for picture in _pictures(film):
            container.mux(video.encode(picture))
            for tone in islice(tones, 2):  # an AAC frame lasts for 21 ms, a picture for 40
                container.mux(sound.encode(tone))
        container.mux(video.encode(None))
        container.mux(sound.encode(None))


def _video(container: Any) -> Any:
    # Two threads, whatever the machine: the same pictures become the same bytes.
    stream = container.add_stream("libx264", rate=_RATE, options={"preset": "ultrafast"})
    stream.width, stream.height = SIZE
    stream.pix_fmt = "yuv420p"
    stream.bit_rate = _VIDEO_BITS
    stream.gop_size = _KEY_FRAMES
    stream.codec_context.thread_count = 2
    stream.codec_context.color_primaries = _BT709
    stream.codec_context.color_trc = _BT709
    stream.codec_context.colorspace = _BT709
    return stream


def _sound(container: Any) -> Any:
    stream = container.add_stream("aac", rate=_SOUND_RATE, layout="mono")
    stream.bit_rate = _SOUND_BITS
    return stream


def _pictures(film: Film) -> Iterator[Any]:
    """The frames in the encoder's format; while one is encoded, the next is drawn."""
    reformatter = VideoReformatter()
    with ThreadPoolExecutor(max_workers=1) as other:
        drawn = other.submit(film.frame, 0)
        for number in range(SECONDS * _RATE):
            image = drawn.result()
            drawn = other.submit(film.frame, min((number + 1) / _RATE, SECONDS))
            frame = av.VideoFrame.from_image(image)
            frame = reformatter.reformat(frame, format="yuv420p", dst_colorspace=Colorspace.ITU709, interpolation="FAST_BILINEAR")
            frame.pts, frame.time_base = number, Fraction(1, _RATE)
            yield frame


def _tones(size: int) -> Iterator[Any]:
    """The soft chord, as frames of `size` samples."""
    samples = _chord()
    for start in range(0, len(samples), size):
        part = samples[start : start + size]
        frame = av.AudioFrame(format="fltp", layout="mono", samples=len(part))
        frame.planes[0].update(part.tobytes().ljust(frame.planes[0].buffer_size, b"\0"))
        frame.sample_rate, frame.pts, frame.time_base = _SOUND_RATE, start, Fraction(1, _SOUND_RATE)
        yield frame


def _chord() -> "array[float]":
    """All samples, from -1 to 1; they fade in and out."""
    wave = (sum(share * sin(2 * pi * hertz * n / _SOUND_RATE) for hertz, share in _TONES) for n in range(_SOUND_RATE))
    samples = array("f", (_LOUDNESS * value for value in wave)) * SECONDS
    fade = round(_FADE * _SOUND_RATE)
    for n in range(fade):
        samples[n] *= n / fade
        samples[-1 - n] *= n / fade
    return samples
