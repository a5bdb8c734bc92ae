"""X's media: uploads in segments, alt texts, processing, and what a later try goes on from."""

import io
import json
import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from ministry_social.errors import Rejected, Unreachable
from ministry_social.model.delivery import Prepared
from ministry_social.model.variant import Attachment, Variant

from .bench import Bench, Shelf, post_variant

DAY = timedelta(hours=24)


@pytest.fixture(scope="session")
def noise() -> bytes:
    """A PNG of two segments: chance does not compress."""
    file = io.BytesIO()
    Image.frombytes("RGB", (640, 640), random.Random(1).randbytes(640 * 640 * 3)).save(file, "PNG")
    assert 1 << 20 < len(file.getvalue()) < 2 << 20
    return file.getvalue()


@pytest.fixture
def video(x: Bench, shelf: Shelf, mp4: bytes) -> Variant:
    return carrying(x, shelf.attach("minister.mp4", mp4, "video/mp4"))


def carrying(x: Bench, *attachments: Attachment) -> Variant:
    return post_variant(x.account, ("Voici",), attachments)


def uploads(x: Bench) -> dict[str, Any]:
    """What X keeps of uploads, by media id."""
    return x.rehearsal.world.states["x"].uploads  # type: ignore[no-any-return]  # the world keeps each platform's own


def stages(x: Bench) -> list[str]:
    """The stage of the first attachment in each state that was kept."""
    return [json.loads(prepared.data["0"])["stage"] for prepared in x.kept]


def test_four_pictures_keep_their_order_and_alt_texts(x: Bench, shelf: Shelf, png: bytes, jpeg: bytes) -> None:
    pictures = [
        shelf.attach("1.png", png, "image/png", alt="un"),
        shelf.attach("2.jpg", jpeg, "image/jpeg", alt="اثنان"),
        shelf.attach("3.png", png + b"3", "image/png"),
        shelf.attach("4.png", png + b"4", "image/png", alt="四"),
    ]
    x.publish(carrying(x, *pictures))
    [row] = x.standing()
    assert row["media"] == [picture.digest for picture in pictures]
    assert row["alts"] == ["un", "اثنان", "", "四"]


def test_a_video_is_waited_for(x: Bench, video: Variant) -> None:
    x.publish(video)
    assert stages(x)[-1] == "described"
    assert "processing" in stages(x)
    [row] = x.standing()
    assert row["media"] == [video.attachments[0].digest]


def test_an_animated_gif_is_uploaded_as_one(x: Bench, shelf: Shelf) -> None:
    file = io.BytesIO()
    frames = [Image.new("P", (32, 32), colour) for colour in (1, 2)]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    x.publish(carrying(x, shelf.attach("wave.gif", file.getvalue(), "image/gif", alt="Le drapeau")))
    assert x.standing()[0]["alts"] == ["Le drapeau"]


def test_a_large_file_goes_in_segments_and_reports_each(x: Bench, shelf: Shelf, noise: bytes) -> None:
    x.publish(carrying(x, shelf.attach("noise.png", noise, "image/png")))
    assert x.reported == [(1 << 20, len(noise)), (len(noise), len(noise)), (len(noise), len(noise))]


def test_a_later_try_sends_only_the_segments_that_are_missing(x: Bench, shelf: Shelf, noise: bytes) -> None:
    payload = x.payload(carrying(x, shelf.attach("noise.png", noise, "image/png")))
    x.fault("delay-after", action="prepare", times=2, seconds=0)  # initialize and the first segment go through
    x.fault("drop-before", action="prepare", times=1)
    with pytest.raises(Unreachable):
        x.prepare(payload)
    assert x.reported == [(1 << 20, len(noise))]
    x.prepare(payload, x.kept[-1])
    assert x.reported[1:] == [(len(noise), len(noise)), (len(noise), len(noise))]
    assert len(uploads(x)) == 1


def test_a_video_that_x_cannot_show_is_refused(x: Bench, shelf: Shelf) -> None:
    with pytest.raises(Rejected):
        x.prepare(x.payload(carrying(x, shelf.attach("broken.mp4", b"no video at all" * 50, "video/mp4"))))


def test_a_video_that_takes_too_long_is_left_for_a_later_try(x: Bench, video: Variant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ministry_social.platforms.x.media._POLLS", 1)
    payload = x.payload(video)
    with pytest.raises(Unreachable) as late:
        x.prepare(payload)
    assert late.value.code == "processing"
    monkeypatch.undo()
    assert x.prepare(payload, x.kept[-1]).complete
    assert len(uploads(x)) == 1


def test_media_that_ended_are_uploaded_again(x: Bench) -> None:
    payload = x.payload()
    old = x.prepare(payload)
    x.clock.pass_by(DAY)
    new = x.prepare(payload, old)
    assert new != old
    x.send(payload, new)
    assert len(x.standing()) == 1


def test_publishing_with_media_that_ended_asks_to_prepare_again(x: Bench) -> None:
    payload = x.payload()
    old = x.prepare(payload)
    x.clock.pass_by(DAY)
    with pytest.raises(Rejected) as refusal:
        x.send(payload, old)
    assert refusal.value.code == "media-invalid"
    x.send(payload, x.prepare(payload, None))
    assert len(x.standing()) == 1


def test_media_that_x_does_not_take_ask_to_prepare_again(x: Bench) -> None:
    payload = x.payload()
    prepared = x.prepare(payload)
    uploads(x).clear()
    with pytest.raises(Rejected) as refusal:
        x.send(payload, prepared)
    assert refusal.value.code == "media-invalid"


def test_an_upload_that_x_has_forgotten_begins_anew(x: Bench) -> None:
    payload = x.payload()
    x.prepare(payload)
    begun = x.kept[0]
    uploads(x).clear()
    x.send(payload, x.prepare(payload, begun))
    assert len(x.standing()) == 1


def test_what_was_kept_for_another_picture_is_not_used(x: Bench, shelf: Shelf, jpeg: bytes) -> None:
    before = x.prepare(x.payload())
    other = replace(x.variant, attachments=(shelf.attach("other.jpg", jpeg, "image/jpeg", alt="La carte"),))
    x.send(x.payload(other), x.prepare(x.payload(other), before))
    assert x.standing()[0]["media"] == [other.attachments[0].digest]


def test_an_alt_text_that_x_does_not_take_is_refused(x: Bench, shelf: Shelf, png: bytes) -> None:
    with pytest.raises(Rejected):
        x.prepare(x.payload(carrying(x, shelf.attach("long.png", png, "image/png", alt="a" * 1001))))


def test_what_is_kept_is_never_complete_before_the_end(x: Bench, video: Variant) -> None:
    done = x.prepare(x.payload(video))
    assert done.complete
    assert not any(prepared.complete for prepared in x.kept)
    assert isinstance(x.kept[-1], Prepared)
