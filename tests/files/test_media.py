"""Media: what a file is, and the folder that keeps it under its digest."""

import hashlib
from pathlib import Path

import av
import pytest
from PIL import Image

from ministry_social.errors import InvalidMessage, InvalidSettings, LedgerBroken
from ministry_social.files import media
from ministry_social.files.media import MediaFolder, look

from .conftest import CAPTIONS, silence, write_picture, write_video


@pytest.mark.parametrize(("name", "kind"), [("a.jpg", "image/jpeg"), ("a.png", "image/png"), ("a.webp", "image/webp")])
def test_a_picture_tells_its_type_and_size(tmp_path: Path, name: str, kind: str) -> None:
    path = write_picture(tmp_path / name)
    facts = look(path)
    assert (facts.type, facts.kind, facts.width, facts.height, facts.frames) == (kind, "image", 64, 48, 1)
    assert facts.size == path.stat().st_size
    assert facts.digest == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_type_is_read_from_the_bytes_not_from_the_name(tmp_path: Path) -> None:
    write_picture(tmp_path / "a.png").rename(tmp_path / "a.jpg")
    assert look(tmp_path / "a.jpg").type == "image/png"


def test_a_moving_gif_tells_its_frames(tmp_path: Path) -> None:
    facts = look(write_picture(tmp_path / "a.gif", frames=3))
    assert (facts.type, facts.kind, facts.frames) == ("image/gif", "gif", 3)


def test_a_video_tells_codecs_duration_and_frame_rate(tmp_path: Path) -> None:
    facts = look(write_video(tmp_path / "a.mp4"))
    assert (facts.type, facts.kind, facts.codecs) == ("video/mp4", "video", ("h264", "aac"))
    assert (facts.width, facts.height, facts.frames, facts.frame_rate) == (64, 48, 10, 10.0)
    assert facts.duration == pytest.approx(1000, abs=60)


def test_a_video_may_be_silent(tmp_path: Path) -> None:
    assert look(write_video(tmp_path / "a.mp4", sound=False)).codecs == ("h264",)


@pytest.mark.parametrize(
    ("name", "kind"), [("a.mov", "video/quicktime"), ("a.mkv", "video/x-matroska"), ("a.avi", "video/x-msvideo")]
)
def test_other_containers_are_told_apart(tmp_path: Path, name: str, kind: str) -> None:
    assert look(write_video(tmp_path / name, sound=False)).type == kind


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("a.vtt", CAPTIONS, "text/vtt"),
        ("a.vtt", "\ufeff" + CAPTIONS.replace("\n", "\r\n"), "text/vtt"),
        ("a.srt", "1\n00:00:00,000 --> 00:00:01,000\nHi\n", "application/x-subrip"),
    ],
)
def test_captions_tell_their_format(tmp_path: Path, name: str, text: str, kind: str) -> None:
    (tmp_path / name).write_bytes(text.encode())
    assert (look(tmp_path / name).type, look(tmp_path / name).kind) == (kind, "captions")


def test_every_damaged_or_foreign_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    picture = write_picture(tmp_path / "whole.jpg", size=(640, 480)).read_bytes()
    video = write_video(tmp_path / "whole.mp4").read_bytes()
    refused = {
        "half.jpg": (picture[: len(picture) // 2], "damaged picture"),
        "half.mp4": (video[: len(video) // 2], "damaged video"),
        "head.png": (b"\x89PNG\r\n\x1a\n", "damaged picture"),
        "list.m3u8": (b"#EXTM3U\nhttp://127.0.0.1:1/secret\n", "no picture, video or captions"),
        "letter.docx": (b"PK\x03\x04", "no picture, video or captions"),
        "empty.mp4": (b"", "no picture, video or captions"),
        "a.vtt": (b"00:00:00.000 --> 00:00:01.000\nHi\n", "does not begin with WEBVTT"),
        "b.vtt": (b"WEBVTT\n\nHi\n", "holds no captions"),
        "c.srt": ("1\n00:00:00,000 --> 00:00:01,000\ncaf\u00e9\n".encode("latin-1"), "not UTF-8"),
    }
    for name, (data, sentence) in refused.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(InvalidMessage, match=sentence) as caught:
            look(tmp_path / name)
        assert name in caught.value.sentence


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "a.mp4"), "w") as container:
        voice = container.add_stream("aac", rate=44100)
        container.mux(voice.encode(silence()))
        container.mux(voice.encode(None))
    with pytest.raises(InvalidMessage, match="no moving picture"):
        look(tmp_path / "a.mp4")


def test_a_picture_too_large_to_unpack_is_refused_unopened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "_MOST_PIXELS", 1000)
    with pytest.raises(InvalidMessage, match="has 64 x 48 pixels"):
        look(write_picture(tmp_path / "a.png"))


def test_a_bomb_of_a_picture_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(InvalidMessage, match="damaged picture"):
        look(write_picture(tmp_path / "a.png"))


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidMessage, match=r"a\.jpg cannot be read"):
        look(tmp_path / "a.jpg")


def test_a_file_taken_in_lies_under_its_digest_and_reads_back(tmp_path: Path) -> None:
    path = write_picture(tmp_path / "a.jpg")
    folder = MediaFolder(tmp_path / "data" / "media")
    digest = folder.take(path)
    assert digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert folder.has(digest)
    with folder.open(digest) as file:
        assert file.read() == path.read_bytes()


def test_taking_a_file_twice_changes_nothing(tmp_path: Path) -> None:
    path = write_picture(tmp_path / "a.jpg")
    folder = MediaFolder(tmp_path / "media")
    assert folder.take(path) == folder.take(path)
    assert len(list((tmp_path / "media").iterdir())) == 1


def test_a_file_that_was_changed_meanwhile_is_not_taken(tmp_path: Path) -> None:
    path = write_picture(tmp_path / "a.jpg")
    with pytest.raises(InvalidMessage, match="was changed a moment ago"):
        MediaFolder(tmp_path / "media").take(path, "0" * 64)
    assert list((tmp_path / "media").iterdir()) == []


def test_a_file_that_cannot_be_read_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(InvalidMessage, match="could not be copied"):
        MediaFolder(tmp_path / "media").take(tmp_path / "nothing.jpg")
    assert list((tmp_path / "media").iterdir()) == []


def test_a_changed_file_is_noticed_when_it_is_opened(tmp_path: Path) -> None:
    folder = MediaFolder(tmp_path / "media")
    digest = folder.take(write_picture(tmp_path / "a.jpg"))
    (tmp_path / "media" / digest).write_bytes(b"another")
    with pytest.raises(LedgerBroken, match="was changed"):
        folder.open(digest)


def test_a_missing_file_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match="Put it back from the backup"):
        MediaFolder(tmp_path).open("0" * 64)


@pytest.mark.parametrize("name", ["../secret", "", "ABC", "0" * 63])
def test_only_a_digest_can_be_opened(tmp_path: Path, name: str) -> None:
    with pytest.raises(LedgerBroken, match="is not a SHA-256"):
        MediaFolder(tmp_path).open(name)
