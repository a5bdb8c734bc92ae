"""Facebook's photos and videos, through facebook-sdk, against the rehearsal."""

import json
from dataclasses import replace

import pytest

from ministry_social.errors import OutcomeUnknown, Rejected, Unreachable
from ministry_social.model.delivery import Prepared
from ministry_social.model.variant import Kind
from ministry_social.rehearsal.facebook.videos import PIECE

from .bench import LATE, Bench, Shelf, post_variant
from .conftest import MakeBench


@pytest.fixture
def facebook(make_bench: MakeBench) -> Bench:
    """A Page against its rehearsal."""
    return make_bench("facebook")


@pytest.fixture
def video(facebook: Bench, shelf: Shelf, mp4: bytes) -> Bench:
    """The same Page with a video in three pieces to publish."""
    data = mp4 + bytes(2 * PIECE)
    film = shelf.attach("minister.mp4", data, "video/mp4")
    return replace(facebook, variant=post_variant(facebook.account, ("La ministre parle.",), (film,), kind=Kind.PAGE_POST))


def uploads(bench: Bench) -> list[int]:
    """How many bytes of each unfinished video have arrived."""
    return [len(upload.data) for upload in bench.rehearsal.world.states["facebook"].uploads.values()]


def stage(prepared: Prepared) -> tuple[str, int]:
    kept = json.loads(prepared.data["video"])
    return kept["session"], kept["offset"]


# Photos


def test_photos_are_unseen_before_the_post(facebook: Bench) -> None:
    facebook.prepare(facebook.payload())
    [photo] = facebook.rehearsal.world.states["facebook"].photos.values()
    assert (photo.post, photo.alt) == ("", "La ministre à sa table")
    assert facebook.rows() == []


def test_each_photo_is_kept_before_the_next(facebook: Bench, shelf: Shelf, png: bytes, jpeg: bytes) -> None:
    pictures = (shelf.attach("a.png", png, "image/png"), shelf.attach("b.jpg", jpeg, "image/jpeg"))
    facebook.prepare(facebook.payload(replace(facebook.variant, attachments=pictures)))
    assert [sorted(kept.data) for kept in facebook.kept] == [["0"], ["0", "1"]]
    assert facebook.reported == [(pictures[0].size, facebook.reported[-1][1]), (facebook.reported[-1][1],) * 2]


def test_another_alt_text_is_another_photo(facebook: Bench) -> None:
    prepared = facebook.prepare(facebook.payload())
    [picture] = facebook.variant.attachments
    renamed = facebook.payload(replace(facebook.variant, attachments=(replace(picture, alt="Une autre"),)))
    facebook.send(renamed, facebook.prepare(renamed, prepared))
    assert facebook.standing()[0]["alts"] == ["Une autre"]


def test_a_photo_that_facebook_does_not_take_is_rejected_with_what_it_takes(facebook: Bench, shelf: Shelf) -> None:
    broken = shelf.attach("a.png", b"no picture", "image/png")
    with pytest.raises(Rejected) as error:
        facebook.prepare(facebook.payload(replace(facebook.variant, attachments=(broken,))))
    assert error.value.code == "100/1366046"
    assert "JPEG or PNG" in error.value.remedy


def test_a_photo_that_is_too_large_is_rejected(facebook: Bench, shelf: Shelf, png: bytes) -> None:
    large = shelf.attach("a.png", png + bytes(4_000_000), "image/png")
    with pytest.raises(Rejected):
        facebook.prepare(facebook.payload(replace(facebook.variant, attachments=(large,))))


def test_a_text_alone_needs_nothing(facebook: Bench) -> None:
    away = facebook.with_wire(base_url="http://127.0.0.1:1/api/facebook")
    assert away.prepare(away.payload(post_variant(facebook.account, ("Paix",)))) == Prepared(complete=True, data={})


# Videos


def test_a_video_is_seen_only_after_its_last_step(video: Bench) -> None:
    prepared = video.prepare(video.payload())
    assert video.standing() == []
    receipt = video.send(video.payload(), prepared)
    [row] = video.standing()
    assert (row["kind"], row["text"]) == ("video", "La ministre parle.")
    assert row["media"] == [attachment.digest for attachment in video.variant.attachments]
    assert (receipt.post.kind, receipt.post.id) == ("video", row["more"]["video_id"])


def test_a_video_goes_up_in_the_pieces_that_facebook_asks_for(video: Bench) -> None:
    video.prepare(video.payload())
    size = video.variant.attachments[0].size
    assert video.reported[:3] == [(PIECE, size), (2 * PIECE, size), (size, size)]
    assert [stage(kept)[1] for kept in video.kept] == [0, PIECE, 2 * PIECE, size]


def test_an_interrupted_video_goes_on_at_its_offset(video: Bench) -> None:
    payload = video.payload()
    kept: list[Prepared] = []

    def keep(prepared: Prepared) -> None:
        kept.append(prepared)
        if len(kept) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        video.platform.prepare(video.account, video.credential, payload, None, keep=keep, report=lambda done, total: None)
    prepared = video.prepare(payload, kept[-1])
    assert stage(prepared)[0] == stage(kept[0])[0]
    assert [stage(each)[1] for each in video.kept] == [2 * PIECE, video.variant.attachments[0].size]
    video.send(payload, prepared)
    assert len(video.standing()) == 1


def test_a_piece_whose_answer_was_lost_is_not_sent_twice(video: Bench) -> None:
    payload = video.payload()
    prepared = video.prepare(payload)
    size = video.variant.attachments[0].size
    behind = Prepared(complete=False, data={"video": json.dumps(json.loads(prepared.data["video"]) | {"offset": PIECE})})
    again = video.prepare(payload, behind)
    assert stage(again) == (stage(prepared)[0], size)
    assert uploads(video) == [size]


def test_pieces_that_facebook_has_lost_are_sent_again(video: Bench) -> None:
    payload = video.payload()
    prepared = video.prepare(payload)
    [upload] = video.rehearsal.world.states["facebook"].uploads.values()
    del upload.data[PIECE:]
    ahead = json.loads(prepared.data["video"]) | {"offset": 2 * PIECE}
    again = video.prepare(payload, Prepared(complete=False, data={"video": json.dumps(ahead)}))
    video.send(payload, again)
    assert video.standing()[0]["media"] == [video.variant.attachments[0].digest]


@pytest.mark.parametrize("fault", ["drop-before", "drop-after", "error", "error-after", "html-page", "unparsable"])
def test_a_piece_that_fails_may_be_repeated(video: Bench, fault: str) -> None:
    payload = video.payload()
    kept: list[Prepared] = []

    def keep(prepared: Prepared) -> None:
        kept.append(prepared)
        if len(kept) == 2:
            video.fault(fault, action="prepare", times=1)

    with pytest.raises(Unreachable):
        video.platform.prepare(video.account, video.credential, payload, None, keep=keep, report=lambda done, total: None)
    video.send(payload, video.prepare(payload, kept[-1]))
    assert [row["media"] for row in video.standing()] == [[video.variant.attachments[0].digest]]


def test_an_upload_that_facebook_no_longer_knows_begins_anew(video: Bench) -> None:
    payload = video.payload()
    prepared = video.prepare(payload)
    video.rehearsal.world.states["facebook"].uploads.clear()
    with pytest.raises(Rejected) as error:
        video.send(payload, prepared)
    assert error.value.code == "media-invalid"
    behind = json.loads(prepared.data["video"]) | {"offset": PIECE}
    again = video.prepare(payload, Prepared(complete=False, data={"video": json.dumps(behind)}))
    assert stage(again)[0] != stage(prepared)[0]
    video.send(payload, again)
    assert len(video.standing()) == 1


@pytest.mark.parametrize("fault", ["drop-after", "error-after", "html-page-after", "unparsable"])
def test_a_video_whose_last_answer_is_lost_is_unknown_and_stands_once(video: Bench, fault: str) -> None:
    payload = video.payload()
    prepared = video.prepare(payload)
    video.fault(fault, action="publish", times=1)
    with pytest.raises(OutcomeUnknown):
        video.send(payload, prepared)
    assert len(video.standing()) == 1
    with pytest.raises(Rejected):  # its upload has ended: even a second try would not make a second video
        video.send(payload, prepared)
    assert len(video.standing()) == 1


def test_a_deadline_that_is_over_makes_no_video_public(video: Bench) -> None:
    payload = video.payload()
    prepared = video.prepare(payload)
    with pytest.raises(Unreachable):
        video.send(payload, prepared, LATE)
    assert video.standing() == []


def test_a_video_that_facebook_cannot_show_is_rejected(facebook: Bench, shelf: Shelf) -> None:
    broken = shelf.attach("a.mp4", b"no video at all", "video/mp4")
    payload = facebook.payload(replace(facebook.variant, attachments=(broken,)))
    prepared = facebook.prepare(payload)
    with pytest.raises(Rejected) as error:
        facebook.send(payload, prepared)
    assert error.value.code == "352/1363024"
