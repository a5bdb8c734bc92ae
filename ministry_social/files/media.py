"""Media: what a picture, a video or a captions file is, and the folder that keeps them under their digest."""

import hashlib
import os
import re
import secrets
import warnings
from pathlib import Path
from typing import Any, BinaryIO

from ..errors import InvalidMessage, InvalidSettings, LedgerBroken
from ..model.message import MediaFacts

__all__ = ["MediaFolder", "look"]

# Larger pictures are refused before they are unpacked: no platform takes them, and unpacking one could fill the memory.
_MOST_PIXELS = 100_000_000

_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"BM", b"II*\x00", b"MM\x00*")
_PICTURE_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF")
_CAPTIONS = {".vtt": "text/vtt", ".srt": "application/x-subrip"}
_CUE = re.compile(r"^\s*(?:\d+:)?\d{1,2}:\d{2}[.,]\d{3}\s+-->\s+(?:\d+:)?\d{1,2}:\d{2}[.,]\d{3}", re.MULTILINE)


def look(path: Path) -> MediaFacts:
    """What a media file is, read from its bytes. Raises `InvalidMessage` on one that cannot be read or is no such file."""
    try:
        with path.open("rb") as file:
            head = file.read(512)
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = os.fstat(file.fileno()).st_size
            file.seek(0)
            facts = _facts(path, file, head)
    except OSError as error:
        raise InvalidMessage(f"{path.name} cannot be read: {error.strerror or 'it is damaged'}.", file=str(path)) from error
    return MediaFacts(digest=digest, size=size, **facts)


class MediaFolder:
    """`ports.Media` over a folder: each file lies under its SHA-256, is written whole or not at all, and never changed."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def take(self, path: Path, expected: str = "") -> str:
        """Copy a file in; returns its SHA-256, hex. Once in, it is not copied again.

        Raises `InvalidMessage` where `expected` is given and the file has another digest by now.
        """
        self._directory.mkdir(parents=True, exist_ok=True)
        new = self._directory / f".new-{secrets.token_hex(8)}"
        try:
            digest = _copy(path, new)
            if expected and digest != expected:
                raise InvalidMessage(f"{path.name} was changed a moment ago.", file=str(path), remedy="Run the command again.")
            new.replace(self._directory / digest)
        finally:
            new.unlink(missing_ok=True)
        _settle(self._directory)
        return digest

    def has(self, digest: str) -> bool:
        """Whether the file is there, unchecked."""
        return (self._directory / digest).is_file()

    def remove(self, digest: str) -> None:
        """Delete a file that is not needed any more; where there is none, nothing happens."""
        if re.fullmatch("[0-9a-f]{64}", digest):
            (self._directory / digest).unlink(missing_ok=True)

    def open(self, digest: str) -> BinaryIO:
        """See `Media.open`. Raises `InvalidSettings` where the file is not there."""
        if not re.fullmatch("[0-9a-f]{64}", digest):
            raise LedgerBroken(f"{digest!r} is not a SHA-256.")
        path = self._directory / digest
        try:
            file = path.open("rb")
        except OSError as error:
            raise InvalidSettings(
                f"The media folder does not hold {digest}.",
                file=str(path),
                remedy="Put it back from the backup, or set [media] directory.",
            ) from error
        if hashlib.file_digest(file, "sha256").hexdigest() != digest:
            file.close()
            raise LedgerBroken("This file is not what its name says: it was changed.", file=str(path))
        file.seek(0)
        return file


def mark_world(directory: Path, world: str) -> None:
    """Give a media folder its world: an empty file `world.live` or `world.rehearsal`, which is there or is not."""
    other = directory / ("world.rehearsal" if world == "live" else "world.live")
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if not other.exists():
            (directory / f"world.{world}").touch()
    except OSError as wrong:
        raise InvalidSettings(f"The media folder cannot be used: {wrong.strerror}.", file=str(directory)) from wrong
    if other.exists():
        raise InvalidSettings(
            f"This media folder belongs to the world {other.suffix[1:]!r}, and the setting says {world!r}.",
            file=str(directory),
            remedy="A rehearsal and the live world never share media: set [media] directory, or [ministry] world.",
        )


def _copy(path: Path, new: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as source, new.open("xb") as target:
            while piece := source.read(1 << 20):
                digest.update(piece)
                target.write(piece)
            target.flush()
            os.fsync(target.fileno())
    except OSError as error:
        raise InvalidMessage(f"{path.name} could not be copied: {error.strerror}.", file=str(path)) from error
    return digest.hexdigest()


def _settle(directory: Path) -> None:
    """Make a new name in a folder survive a power cut."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _facts(path: Path, file: BinaryIO, head: bytes) -> dict[str, Any]:
    if head.startswith(_PICTURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return _picture(path, file)
    if path.suffix.lower() in _CAPTIONS:
        return _captions(path, file)
    container = _container(head)
    if container is None:
        raise InvalidMessage(
            f"{path.name} is no picture, video or captions file that is known here.",
            file=str(path),
            remedy="Use JPEG, PNG, WebP or GIF, an MP4 video, or captions as .vtt or .srt.",
        )
    return _video(path, file, *container)


def _picture(path: Path, file: BinaryIO) -> dict[str, Any]:
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(file, formats=_PICTURE_FORMATS)
        if image.width * image.height > _MOST_PIXELS:
            raise InvalidMessage(
                f"{path.name} has {image.width} x {image.height} pixels.", file=str(path), remedy="Make it smaller."
            )
        image.load()
        frames = getattr(image, "n_frames", 1)
    except (UnidentifiedImageError, Image.DecompressionBombError, SyntaxError, ValueError, OSError) as error:
        raise InvalidMessage(
            f"{path.name} is a damaged picture.", file=str(path), remedy="Open it, and save it again as JPEG or PNG."
        ) from error
    kind = "gif" if image.format == "GIF" else "image"
    return {
        "type": Image.MIME[str(image.format)], "kind": kind, "width": image.width, "height": image.height, "frames": frames,
    }  # fmt: skip


def _captions(path: Path, file: BinaryIO) -> dict[str, Any]:
    kind = _CAPTIONS[path.suffix.lower()]
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidMessage(f"{path.name} is not UTF-8 text.", file=str(path), remedy="Save it as UTF-8.") from error
    if kind == "text/vtt" and not text.startswith("WEBVTT"):
        raise InvalidMessage(
            f"{path.name} does not begin with WEBVTT.", file=str(path), line=1, remedy="Write it on the first line."
        )
    if not _CUE.search(text):
        right = "00:00:01.000 --> 00:00:04.000"
        raise InvalidMessage(f"{path.name} holds no captions.", file=str(path), remedy=f"Each begins with its times: {right}")
    return {"type": kind, "kind": "captions"}


def _container(head: bytes) -> tuple[str, str] | None:
    """FFmpeg's name and the MIME type of a video's container.

    The format is told from the bytes, and FFmpeg is given no other: its playlist formats would open further files and addresses.
    """
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
        apple = head[4:8] != b"ftyp" or head[8:12] == b"qt  "
        return "mov", "video/quicktime" if apple else "video/mp4"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska", "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "avi", "video/x-msvideo"
    if head[:1] == b"\x47" and head[188:189] == b"\x47":
        return "mpegts", "video/mp2t"
    return None


def _video(path: Path, file: BinaryIO, container: str, kind: str) -> dict[str, Any]:
    import av

    damaged = InvalidMessage(f"{path.name} is a damaged video.", file=str(path), remedy="Export it again as MP4 (H.264 and AAC).")
    try:
        with av.open(file, format=container) as video:
            if not video.streams.video:
                if not video.streams.audio:  # a file that was cut short
                    raise damaged
                raise InvalidMessage(f"{path.name} holds no moving picture.", file=str(path), remedy="Give a video.")
            stream = video.streams.video[0]
            next(video.decode(stream))
            codecs = [stream.codec_context.name, *(one.codec_context.name for one in video.streams.audio[:1])]
            return {
                "type": kind, "kind": "video", "width": stream.width, "height": stream.height,
                "duration": (video.duration or 0) // 1000,  # AV_TIME_BASE: microseconds
                "frames": stream.frames, "frame_rate": float(stream.average_rate or 0), "codecs": tuple(codecs),
            }  # fmt: skip
    except (av.error.FFmpegError, StopIteration, ValueError) as error:
        raise damaged from error
