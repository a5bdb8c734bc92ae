"""Real media files for tests: small, and made on the spot."""

from collections.abc import Callable
from pathlib import Path

import av
import pytest
from PIL import Image

CAPTIONS = "WEBVTT\n\n00:00:00.000 --> 00:00:00.500\nGood morning.\n"


def write_picture(path: Path, *, size: tuple[int, int] = (64, 48), frames: int = 1) -> Path:
    images = [Image.new("RGB", size, (20 * number, 90, 160)) for number in range(frames)]
    images[0].save(path, save_all=frames > 1, append_images=images[1:]) if frames > 1 else images[0].save(path)
    return path


def write_video(path: Path, *, frames: int = 10, sound: bool = True) -> Path:
    with av.open(str(path), "w") as container:
        picture = container.add_stream("libx264", rate=10)
        picture.width, picture.height, picture.pix_fmt = 64, 48, "yuv420p"
        voice = container.add_stream("aac", rate=44100) if sound else None
        for number in range(frames):
            image = Image.new("RGB", (64, 48), (number * 20, 0, 0))
            container.mux(picture.encode(av.VideoFrame.from_image(image)))
        container.mux(picture.encode(None))
        if voice is not None:
            container.mux(voice.encode(silence()))
            container.mux(voice.encode(None))
    return path


def silence() -> av.AudioFrame:
    frame = av.AudioFrame(format="fltp", layout="stereo", samples=1024)
    frame.sample_rate, frame.pts = 44100, 0
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    return frame


MESSAGE = """\
+++
id = "grain-corridor"
+++

## en
### short
The grain corridor stays open for another year.
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a text file below the test's folder; returns its path."""

    def put(text: str | bytes = MESSAGE, name: str = "grain.md") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return put
