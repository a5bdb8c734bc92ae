"""A video comes up in pieces, private, and an interrupted upload goes on where it ended."""

import logging
import traceback
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import requests

from ministry_social.errors import LedgerBroken, Rejected, Throttled, Unauthorized, Unreachable
from ministry_social.model.delivery import PostRef, Prepared
from ministry_social.platforms.youtube import CHUNK_STEP, YouTube
from ministry_social.rehearsal.youtube.state import state_of
from ministry_social.rules.canonical import digest
from tests.conftest import Rehearsal

from .bench import Bench, RehearsalClock, Shelf
from .bench_youtube import CAPTIONS, CHANNEL, make_youtube, video_of, with_everything
from .test_youtube_publish import requests_in

FILM = bytes(range(256)) * 1024 * 4  # 1 MiB: four chunks of the smallest size
CHUNK_PUT = "PUT /api/youtube/upload/youtube/v3/videos"
BEGIN = "POST /api/youtube/upload/youtube/v3/videos"


@pytest.fixture
def long(rehearsal: Rehearsal, shelf: Shelf, rehearsal_clock: RehearsalClock) -> Bench:
    """YouTube on the bench, with a file of four chunks."""
    return make_youtube(rehearsal, shelf, rehearsal_clock, FILM)


def the_record(bench: Bench) -> dict[str, Any]:
    """The one video of the channel, private or not, as the rehearsal keeps it."""
    [row] = bench.rehearsal.records(platform="youtube", account=bench.account.name)
    return dict(row)


def cut_after(bench: Bench, chunks: int) -> None:
    """Prepare until so many chunks are stored, then lose the connection."""

    def report(done: int, total: int) -> None:
        if done == chunks * CHUNK_STEP:
            bench.fault("drop-before", action="prepare", times=1)

    with pytest.raises(Unreachable):
        bench.platform.prepare(
            bench.account, bench.credential, bench.payload(), None, keep=bench.kept.append, report=report
        )  # fmt: skip


def test_the_session_is_kept_before_the_first_byte_leaves(long: Bench) -> None:
    received: list[int] = []

    def keep(so_far: Prepared) -> None:
        long.kept.append(so_far)
        received.append(sum(len(upload.received) for upload in state_of(long.rehearsal.world).uploads.values()))

    prepared = long.platform.prepare(
        long.account, long.credential, long.payload(), None, keep=keep, report=lambda done, total: None
    )  # fmt: skip
    assert "upload_id=" in long.kept[0].data["session"]
    assert received[0] == 0
    assert prepared.complete
    assert "session" not in prepared.data


def test_the_bytes_arrive_whole_and_progress_is_told(long: Bench) -> None:
    long.prepare(long.payload())
    size = len(FILM)
    assert long.reported == [(done, size) for done in (0, CHUNK_STEP, 2 * CHUNK_STEP, 3 * CHUNK_STEP, size)]
    assert the_record(long)["media"] == [digest(FILM)]


def test_the_uploaded_video_is_private_and_nobody_is_told(long: Bench) -> None:
    long.prepare(long.payload())
    row = the_record(long)
    assert (row["public"], row["more"]["privacy"], row["more"]["madeForKids"]) == (False, "private", False)


def test_the_mark_is_in_the_file_name_and_gone_from_the_tags(long: Bench) -> None:
    payload = long.payload()
    long.prepare(payload)
    more = the_record(long)["more"]
    assert more["filename"].startswith(f"ms-{digest(payload.body)[:16]}-")
    assert more["filename"].endswith("-corridor.mp4")
    assert more["tags"] == ["grain", "black sea"]
    assert (more["title"], more["categoryId"], more["defaultLanguage"]) == (long.variant.title, "25", "en")


def test_tags_up_to_the_limit_leave_room_for_the_mark(long: Bench) -> None:
    tags = ("a" * 249, "b" * 250)
    long.prepare(long.payload(replace(long.variant, tags=tags)))
    assert the_record(long)["more"]["tags"] == list(tags)


def test_a_file_name_in_any_script_is_sent_in_ascii(long: Bench) -> None:
    [video] = long.variant.attachments
    long.prepare(long.payload(replace(long.variant, attachments=(replace(video, file="céréales مبنى.mp4"),))))
    assert the_record(long)["more"]["filename"].endswith("-c_r_ales_____.mp4")


def test_captions_thumbnail_playlists_and_translations_go_with_it(youtube: Bench, shelf: Shelf, png: bytes) -> None:
    prepared = youtube.prepare(youtube.payload(with_everything(youtube.variant, shelf, png)))
    more = the_record(youtube)["more"]
    assert more["captions"] == {"en": digest(CAPTIONS)}
    assert more["thumbnail"] == digest(png)
    assert more["playlists"] == ["Press briefings"]
    assert more["localizations"] == {
        "fr": {"title": "Corridor céréalier", "description": "Le corridor reste ouvert un an de plus."}
    }
    assert prepared.data.keys() == {
        "mark", "marks", "video", "described", "thumbnail", "captions en", "playlist Press briefings",
    }  # fmt: skip


def test_a_playlist_is_found_again_by_its_title(youtube: Bench, shelf: Shelf, png: bytes) -> None:
    variant = with_everything(youtube.variant, shelf, png)
    youtube.prepare(youtube.payload(variant))
    youtube.prepare(youtube.payload(replace(variant, title="Another")))
    [playlist] = state_of(youtube.rehearsal.world).playlists.values()
    assert len(playlist.items) == 2


def test_a_playlist_that_the_settings_name_is_used_as_it_is(youtube: Bench, shelf: Shelf, png: bytes) -> None:
    variant = with_everything(youtube.variant, shelf, png)
    youtube.prepare(youtube.payload(variant))
    [known] = state_of(youtube.rehearsal.world).playlists
    platform: YouTube = youtube.again(playlists={"Interviews": known})
    payload = youtube.payload(replace(variant, playlists=("Interviews",), title="An interview"))
    platform.prepare(
        youtube.account, youtube.credential, payload, None, keep=youtube.kept.append, report=lambda done, total: None
    )  # fmt: skip
    assert len(state_of(youtube.rehearsal.world).playlists[known].items) == 2


@pytest.mark.parametrize("made_before", [False, True])
def test_each_step_is_done_once_though_every_answer_is_lost(youtube: Bench, shelf: Shelf, png: bytes, made_before: bool) -> None:
    if made_before:
        youtube.prepare(youtube.payload(replace(youtube.variant, title="Another", playlists=("Press briefings",))))
    payload = youtube.payload(with_everything(youtube.variant, shelf, png))
    youtube.kept.clear()

    def keep(so_far: Prepared) -> None:
        youtube.kept.append(so_far)
        youtube.fault("drop-after", action="prepare", times=1)

    def prepare() -> bool:
        so_far = youtube.kept[-1] if youtube.kept else None
        try:
            youtube.platform.prepare(
                youtube.account, youtube.credential, payload, so_far, keep=keep, report=lambda done, total: None
            )
        except Unreachable:
            return False
        return True

    tries = next(number for number in range(1, 20) if prepare())
    assert tries == 6  # the last byte, the texts, the thumbnail, the captions, the playlist were lost once each
    more = youtube.rehearsal.records(platform="youtube")[-1]["more"]
    assert (more["captions"], more["playlists"]) == ({"en": digest(CAPTIONS)}, ["Press briefings"])
    [playlist] = state_of(youtube.rehearsal.world).playlists.values()
    assert len(playlist.items) == 1 + made_before


@pytest.mark.parametrize("chunks", [0, 1, 3])
def test_an_interrupted_upload_goes_on_where_it_ended(long: Bench, chunks: int, caplog: pytest.LogCaptureFixture) -> None:
    cut_after(long, chunks)
    with caplog.at_level(logging.DEBUG, "urllib3.connectionpool"):
        caplog.clear()
        long.prepare(long.payload(), long.kept[-1])
    went = requests_in(caplog)
    assert BEGIN not in went
    assert went.count(CHUNK_PUT) == 1 + 4 - chunks  # the question, then what is missing
    assert long.reported[0] == (chunks * CHUNK_STEP, len(FILM))
    assert the_record(long)["media"] == [digest(FILM)]


def test_another_process_goes_on_with_what_was_kept(long: Bench) -> None:
    cut_after(long, 2)
    prepared = long.again().prepare(
        long.account, long.credential, long.payload(), long.kept[-1], keep=long.kept.append,
        report=lambda done, total: long.reported.append((done, total)),
    )  # fmt: skip
    assert prepared.complete
    assert long.reported[0] == (2 * CHUNK_STEP, len(FILM))


@pytest.mark.parametrize("kind", ["drop-after", "error-after", "html-page-after", "unparsable", "error", "no-content-type"])
def test_a_chunk_whose_answer_was_lost_is_asked_for(long: Bench, kind: str) -> None:
    def report(done: int, total: int) -> None:
        if done == CHUNK_STEP:
            long.fault(kind, action="prepare", times=1)

    with pytest.raises(Unreachable):
        long.platform.prepare(
            long.account, long.credential, long.payload(), None, keep=long.kept.append, report=report
        )  # fmt: skip
    assert long.prepare(long.payload(), long.kept[-1]).complete
    assert the_record(long)["media"] == [digest(FILM)]


def test_a_lost_last_answer_is_fetched_and_no_second_video_stands_there(long: Bench) -> None:
    def report(done: int, total: int) -> None:
        if done == 3 * CHUNK_STEP:
            long.fault("drop-after", action="prepare", times=1)

    with pytest.raises(Unreachable):
        long.platform.prepare(
            long.account, long.credential, long.payload(), None, keep=long.kept.append, report=report
        )  # fmt: skip
    prepared = long.prepare(long.payload(), long.kept[-1])
    assert the_record(long)["id"] == video_of(prepared)


@pytest.mark.parametrize("status", [404, 410])
def test_a_session_that_is_gone_is_replaced(long: Bench, status: int) -> None:
    cut_after(long, 2)
    [upload] = state_of(long.rehearsal.world).uploads.values()
    upload.gone = status
    prepared = long.prepare(long.payload(), long.kept[-1])
    assert the_record(long)["id"] == video_of(prepared)


def test_a_finished_video_whose_session_is_gone_is_found_by_its_mark(long: Bench) -> None:
    prepared = long.prepare(long.payload())
    [upload] = state_of(long.rehearsal.world).uploads.values()
    upload.gone = 404
    before_the_answer = long.kept[0]
    assert "video" not in before_the_answer.data
    assert video_of(long.prepare(long.payload(), before_the_answer)) == video_of(prepared)
    assert len(long.rehearsal.records(platform="youtube")) == 1


def test_a_public_video_is_never_taken_for_a_lost_upload(long: Bench) -> None:
    payload = long.payload()
    prepared = long.prepare(payload)
    long.send(payload, prepared)
    [upload] = state_of(long.rehearsal.world).uploads.values()
    upload.gone = 404
    assert video_of(long.prepare(payload, long.kept[0])) != video_of(prepared)


def test_what_is_prepared_stays_prepared(long: Bench, caplog: pytest.LogCaptureFixture) -> None:
    prepared = long.prepare(long.payload())
    with caplog.at_level(logging.DEBUG, "urllib3.connectionpool"):
        caplog.clear()
        assert long.prepare(long.payload(), prepared) == prepared
    assert requests_in(caplog) == ["GET /api/youtube/youtube/v3/videos"]


def test_a_private_video_that_somebody_removed_is_uploaded_again(long: Bench) -> None:
    payload = long.payload()
    prepared = long.prepare(payload)
    long.platform.delete(long.account, long.credential, PostRef(kind="video", id=video_of(prepared)))
    again = long.prepare(payload, prepared)
    assert video_of(again) != video_of(prepared)
    assert long.send(payload, again).post.id == video_of(again)


def test_a_removed_video_is_noticed_in_the_middle_of_preparing(youtube: Bench, shelf: Shelf, png: bytes) -> None:
    payload = youtube.payload(with_everything(youtube.variant, shelf, png))
    prepared = youtube.prepare(payload)
    youtube.platform.delete(youtube.account, youtube.credential, PostRef(kind="video", id=video_of(prepared)))
    halfway = Prepared(complete=False, data={name: prepared.data[name] for name in ("mark", "video")})
    with pytest.raises(Unreachable, match="uploaded anew"):
        youtube.prepare(payload, halfway)
    assert video_of(youtube.prepare(payload, youtube.kept[-1])) != video_of(prepared)


def test_a_token_that_ends_under_way_is_renewed_and_the_chunk_sent_whole(long: Bench) -> None:
    def report(done: int, total: int) -> None:
        if done == CHUNK_STEP:
            long.fault("expired-token", action="prepare", times=1)

    prepared = long.platform.prepare(
        long.account, long.credential, long.payload(), None, keep=long.kept.append, report=report
    )  # fmt: skip
    assert prepared.complete
    assert the_record(long)["media"] == [digest(FILM)]


def processing(bench: Bench, **settings: Any) -> None:
    """What the rehearsal makes of videos that are uploaded from now on."""
    requests.post(f"{bench.rehearsal.address}/rehearsal/youtube/settings", json=settings, timeout=5)


def test_it_is_prepared_once_youtube_has_looked_through_it(long: Bench) -> None:
    processing(long, processing_seconds=30)
    began = long.clock.now()
    assert long.prepare(long.payload()).complete
    assert (long.clock.now() - began).total_seconds() >= 30


def test_a_long_look_is_left_for_a_later_try(long: Bench) -> None:
    processing(long, processing_seconds=600)
    with pytest.raises(Unreachable) as caught:
        long.prepare(long.payload())
    assert caught.value.code == "processing"
    long.clock.pass_by(timedelta(seconds=600))
    assert long.prepare(long.payload(), long.kept[-1]).complete
    assert len(long.rows("video")) == 1


@pytest.mark.parametrize(("fate", "reason"), [("failed", "codec"), ("rejected", "copyright"), ("rejected", "duplicate")])
def test_what_youtube_will_not_show_is_refused_and_another_try_begins_anew(long: Bench, fate: str, reason: str) -> None:
    processing(long, processing=fate, processing_reason=reason)
    with pytest.raises(Rejected) as caught:
        long.prepare(long.payload())
    assert (caught.value.code, caught.value.duplicate) == (reason, reason == "duplicate")
    processing(long, processing="processed", processing_reason="")
    assert long.prepare(long.payload(), long.kept[-1]).complete
    assert len(long.rows("video")) == 2


def test_a_duplicate_of_an_earlier_upload_of_ours_gives_way_to_that(long: Bench) -> None:
    first = long.prepare(long.payload())
    processing(long, processing="rejected", processing_reason="duplicate")
    with pytest.raises(Unreachable, match="earlier upload of ours"):
        long.prepare(long.payload())
    assert video_of(long.prepare(long.payload(), long.kept[-1])) == video_of(first)


def test_an_upload_limit_waits_a_day(long: Bench) -> None:
    requests.post(f"{long.rehearsal.address}/rehearsal/youtube/settings", json={"upload_limit": 0}, timeout=5)
    with pytest.raises(Throttled) as caught:
        long.prepare(long.payload())
    assert caught.value.code == "uploadLimitExceeded"


def test_a_channel_without_thumbnails_is_told_what_to_do(youtube: Bench, shelf: Shelf, png: bytes) -> None:
    requests.post(f"{youtube.rehearsal.address}/rehearsal/youtube/settings", json={"verified_channel": False}, timeout=5)
    with pytest.raises(Rejected, match=r"youtube\.com/verify"):
        youtube.prepare(youtube.payload(with_everything(youtube.variant, shelf, png)))


def test_a_title_that_youtube_refuses_is_the_authors_to_correct(long: Bench) -> None:
    with pytest.raises(Rejected) as caught:
        long.prepare(long.payload(replace(long.variant, title="a < b")))
    assert caught.value.code == "invalidTitle"


def test_an_upload_into_another_channel_is_noticed(long: Bench) -> None:
    with pytest.raises(Unauthorized, match=f"belongs to the channel {CHANNEL}, not to UC_another"):
        long.platform.prepare(
            replace(long.account, id="UC_another"), long.credential, long.payload(), None,
            keep=long.kept.append, report=lambda done, total: None,
        )  # fmt: skip


def test_a_file_that_is_missing_is_not_youtubes_fault(long: Bench, shelf: Shelf) -> None:
    payload = long.payload()
    shelf.files.clear()
    with pytest.raises(LedgerBroken):
        long.prepare(payload)


@pytest.mark.parametrize("kind", ["drop-before", "error", "throttled", "expired-token", "suspended"])
def test_no_error_of_an_upload_shows_a_secret(long: Bench, kind: str) -> None:
    cut_after(long, 1)
    session = long.kept[-1].data["session"]
    long.fault(kind, action=None if kind in ("expired-token", "suspended") else "prepare")
    with pytest.raises((Unreachable, Throttled, Unauthorized)) as caught:
        long.prepare(long.payload(), long.kept[-1])
    shown = "".join(traceback.format_exception(caught.value))
    tokens = list(state_of(long.rehearsal.world).tokens)
    secrets = [session, session.partition("upload_id=")[2], *long.credential.secrets(), *tokens]
    assert not [secret for secret in secrets if secret in shown]


def test_an_upload_address_in_the_other_world_is_not_followed(long: Bench) -> None:
    cut_after(long, 1)
    kept = Prepared(complete=False, data={**long.kept[-1].data, "session": "https://upload.example.org/?upload_id=abcdefgh"})
    with pytest.raises(Rejected, match="do not follow"):
        long.prepare(long.payload(), kept)
    assert long.prepare(long.payload(), long.kept[-1]).complete  # who asks again begins anew


def test_what_was_prepared_for_other_words_is_not_used(long: Bench) -> None:
    prepared = long.prepare(long.payload())
    corrected = long.payload(long.saying("The grain corridor stays open for two years."))
    assert video_of(long.prepare(corrected, prepared)) != video_of(prepared)


def test_the_receipt_and_what_is_kept_of_it_hold_no_secret(long: Bench) -> None:
    answer = long.publish().answer.decode()
    tokens = list(state_of(long.rehearsal.world).tokens)
    assert not [secret for secret in (*long.credential.secrets(), *tokens) if secret in answer]
