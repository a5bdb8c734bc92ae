"""YouTube: this answer leads to this event and this wait."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ministry_social.model.delivery import State
from ministry_social.model.ledger import Event

from .reactions import (
    HOUR,
    HURRIED,
    MINUTE,
    NOT_THERE,
    SECOND,
    UNCLEAR,
    VIDEO,
    Desk,
    Raw,
    Row,
    Script,
    desk,
    holds,
    preparing,
    refused,
    scene,
    shut_out,
    throttled,
    told,
    unknown,
    waits_for_a_person,
)

SIGN_IN, BEGIN, PUT = "POST /token", "POST /upload/youtube/v3/videos", "PUT /session"
VIDEOS, UPDATE = "GET /youtube/v3/videos", "PUT /youtube/v3/videos"
CHANNELS, PLAYLIST = "GET /youtube/v3/channels", "GET /youtube/v3/playlistItems"
UNTIL_MIDNIGHT = 20 * HOUR  # it is noon in UTC, four in the morning in Los Angeles
CHANNEL, PROJECT = "youtube/channel/id-channel", "youtube/project"

TOKEN = told(200, {"access_token": "tell-tale-token", "expires_in": 3599, "token_type": "Bearer"})
BEGUN = Raw(headers=(("Location", "{here}/session?upload_id=tell-tale-session"),))
NONE_YET = Raw(status=308)
UP = told(200, {"id": VIDEO, "status": {"uploadStatus": "uploaded"}})
DESCRIBED = told(200, {"id": VIDEO})
PUBLIC = told(200, {"id": VIDEO, "status": {"privacyStatus": "public"}})
UPLOADS = told(200, {"items": [{"contentDetails": {"relatedPlaylists": {"uploads": "UU"}}}]})
EMPTY = told(200, {"items": []})


def video(status: str = "processed", id: str = VIDEO, file: str = "", privacy: str = "private", **more: str) -> Raw:
    """What videos.list shows."""
    state = {"uploadStatus": status, "privacyStatus": privacy} | more
    snippet = {"publishedAt": "2026-12-01T12:00:00Z", "title": "Grain", "description": "Good morning"}
    return told(200, {"items": [{"id": id, "snippet": snippet, "status": state, "fileDetails": {"fileName": file}}]})


def listed(*ids: str) -> Raw:
    """What playlistItems.list shows."""
    return told(200, {"items": [{"contentDetails": {"videoId": id}} for id in ids]})


READY = video()
ALL = (TOKEN, BEGUN, UP, DESCRIBED, READY)  # a whole preparation


def error(status: int, reason: str, message: str = "No.") -> Raw:
    """A refusal in YouTube's form."""
    first = {"message": message, "domain": "youtube.x", "reason": reason}
    return told(status, {"error": {"code": status, "message": message, "errors": [first]}})


def later(words: str, answer: Raw, wait: timedelta = 2 * SECOND) -> Row:
    """B: repeated."""
    return Row(words=words, answer=answer, event=Event.NOT_PREPARED, state=State.PLANNED, wait=wait, attempts=0)


def mark_of(script: Script) -> str:
    """The mark that the upload carried in its file's name."""
    return script.heads[script.heard.index(BEGIN)]["slug"].removesuffix("-briefing.mp4")


@pytest.mark.parametrize("signal", [*UNCLEAR, "200 without Location"])
def test_a_failure_before_location_is_repeated_with_a_new_session(tmp_path: Path, signal: str) -> None:
    answer = UNCLEAR.get(signal, Raw())
    with scene(tmp_path, "youtube", TOKEN, answer, *ALL[1:]) as (made, script):
        made.plan_one()
        made.prepare()
        holds(made, later(signal, answer))
        made.clock.pass_by(2 * SECOND)
        made.prepare()
        assert made.last_event() == Event.PREPARED
        assert script.heard == [SIGN_IN, BEGIN, BEGIN, PUT, UPDATE, VIDEOS]


@pytest.mark.parametrize("signal", NOT_THERE)
def test_what_never_got_there_is_repeated(tmp_path: Path, signal: str) -> None:
    with NOT_THERE[signal]() as address, desk(tmp_path, "youtube", address, seconds=HURRIED) as made:
        made.plan_one()
        made.prepare()
        holds(made, later(signal, Raw()))


@pytest.mark.parametrize("signal", UNCLEAR)
def test_a_put_that_fails_goes_on_in_the_same_session(tmp_path: Path, signal: str) -> None:
    with scene(tmp_path, "youtube", TOKEN, BEGUN, UNCLEAR[signal], NONE_YET, *ALL[2:]) as (made, script):
        made.plan_one()
        made.prepare()
        holds(made, later(signal, UNCLEAR[signal]))
        made.clock.pass_by(2 * SECOND)
        made.prepare()
        assert made.last_event() == Event.PREPARED
        assert script.heard == [SIGN_IN, BEGIN, PUT, PUT, PUT, UPDATE, VIDEOS]
        ranges = [head.get("content-range") for head in script.heads]
        assert ranges[2:5] == ["bytes 0-3/4", "bytes */4", "bytes 0-3/4"]


@pytest.mark.parametrize("status", [404, 410])
@pytest.mark.parametrize("there", [True, False], ids=["in the uploads playlist", "absent"])
def test_a_session_that_is_gone_is_looked_for_in_the_uploads_playlist(tmp_path: Path, status: int, there: bool) -> None:
    with scene(tmp_path, "youtube", TOKEN, BEGUN, Raw(status=503)) as (made, script):
        made.plan_one()
        made.prepare()
        made.clock.pass_by(2 * SECOND)
        seen = video(file=f"{mark_of(script)}-briefing.mp4")
        found = [listed(VIDEO), seen] if there else [EMPTY, BEGUN, UP]
        script.will_say(Raw(status=status), UPLOADS, *found, DESCRIBED, READY)
        made.prepare()
        assert made.last_event() == Event.PREPARED
        after = [CHANNELS, PLAYLIST, VIDEOS] if there else [CHANNELS, PLAYLIST, BEGIN, PUT]
        assert script.heard == [SIGN_IN, BEGIN, PUT, PUT, *after, UPDATE, VIDEOS]


@pytest.mark.parametrize("status", [200, 201])
def test_a_final_put_whose_answer_was_lost_is_asked_for(tmp_path: Path, status: int) -> None:
    with scene(tmp_path, "youtube", TOKEN, BEGUN, UNCLEAR["connection cut"], replace(UP, status=status), DESCRIBED, READY) as (
        made,
        script,
    ):
        made.plan_one()
        made.prepare()
        made.clock.pass_by(2 * SECOND)
        made.prepare()
        assert made.last_event() == Event.PREPARED
        assert script.heard == [SIGN_IN, BEGIN, PUT, PUT, UPDATE, VIDEOS]


QUOTA = error(403, "quotaExceeded", 'The request cannot be completed because you have exceeded your <a href="/q">quota</a>.')
NO_GRANT = told(400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."})
CONNECT = "Connect it again: ministry-social account connect channel"
LOOK = "Somebody must look at the channel"
INVALID = (
    "invalidTitle", "invalidDescription", "invalidTags", "invalidCategoryId", "invalidPublishAt", "invalidFilename",
    "invalidRecordingDetails", "invalidVideoMetadata", "mediaBodyRequired", "defaultLanguageNotSet",
)  # fmt: skip
ENDED = (
    "accountSuspended", "accountClosed", "channelSuspended", "channelClosed",
    "authenticatedUserAccountSuspended", "authenticatedUserAccountClosed",
)  # fmt: skip


def rows(slot: str) -> list[Row]:
    """What is said to an upload's beginning and to the publishing request alike; `slot` closes where it is the channel's limit."""
    return [
        throttled("quotaExceeded", QUOTA, UNTIL_MIDNIGHT, PROJECT),
        throttled("dailyLimitExceeded", error(403, "dailyLimitExceeded"), UNTIL_MIDNIGHT, PROJECT),
        throttled("uploadLimitExceeded", error(400, "uploadLimitExceeded"), 24 * HOUR, slot),
        throttled("403 rateLimitExceeded", error(403, "rateLimitExceeded"), MINUTE, slot),
        throttled("403 userRateLimitExceeded", error(403, "userRateLimitExceeded"), MINUTE, slot),
        throttled("429 uploadRateLimitExceeded", error(429, "uploadRateLimitExceeded"), MINUTE, slot),
        throttled("429", Raw(status=429), MINUTE, slot),
        throttled("429 Retry-After", Raw(status=429, headers=(("Retry-After", "300"),)), 5 * MINUTE, slot),
        *(refused(reason, error(400, reason, "Mend it.")) for reason in INVALID),
        refused("forbiddenPrivacySetting", error(403, "forbiddenPrivacySetting", "Not public.")),
        shut_out("youtubeSignupRequired", error(401, "youtubeSignupRequired"), CONNECT),
        shut_out("forbidden", error(403, "forbidden"), CONNECT),
        shut_out("insufficientPermissions", error(403, "insufficientPermissions"), CONNECT),
        *(shut_out(reason, error(403, reason), LOOK) for reason in ENDED),
    ]


UPLOADING = [preparing(row) for row in rows("youtube/channel/id-channel/upload")]
PUBLISHING = [
    *(unknown(signal, answer) for signal, answer in UNCLEAR.items()),
    unknown("5xx backendError", error(503, "backendError")),
    *rows(CHANNEL),
]


@pytest.mark.parametrize("row", UPLOADING, ids=lambda row: row.words)
def test_an_answer_to_the_upload_leads_to_its_event_and_wait(tmp_path: Path, row: Row) -> None:
    again = [TOKEN, row.answer] if row.answer.status == 401 else []  # with a new token, once more
    with scene(tmp_path, "youtube", TOKEN, row.answer, *again) as (made, script):
        made.plan_one()
        made.prepare()
        holds(made, row)
        assert (made.waiting(), len(script.heard)) == ([], 2 + len(again))


@pytest.mark.parametrize("row", PUBLISHING, ids=lambda row: row.words)
def test_an_answer_to_the_step_to_public_leads_to_its_event_and_wait(tmp_path: Path, row: Row) -> None:
    with prepared(tmp_path, row.answer) as (made, script):
        made.send()
        holds(made, row)
        assert (made.send(), script.heard[-1]) == ([], UPDATE)


@contextmanager
def prepared(folder: Path, *then: Raw) -> Iterator[tuple[Desk, Script]]:
    """A private video of which nothing but the step to public is left."""
    with scene(folder, "youtube", *ALL, *then) as (made, script):
        made.plan_one()
        made.prepare()
        assert made.last_event() == Event.PREPARED
        yield made, script


def test_the_step_to_public_is_accepted_where_the_answer_says_public(tmp_path: Path) -> None:
    with prepared(tmp_path, PUBLIC) as (made, _):
        made.send()
        assert (made.last_event(), made.now_stands().remote_id) == (Event.ACCEPTED, VIDEO)


@pytest.mark.parametrize("there", [True, False], ids=["public", "still private"])
def test_a_step_to_public_that_was_lost_is_looked_for_by_its_id(tmp_path: Path, there: bool) -> None:
    with prepared(tmp_path, Raw(status=503), video(privacy="public" if there else "private")) as (made, script):
        made.send()
        made.clock.pass_by(2 * MINUTE)
        made.reconcile()
        assert made.last_event() == (Event.FOUND if there else Event.ABSENT)
        assert script.heard[-1] == VIDEOS


@pytest.mark.parametrize("signal", UNCLEAR)
def test_a_get_that_fails_is_repeated(tmp_path: Path, signal: str) -> None:
    with prepared(tmp_path, Raw(status=503), UNCLEAR[signal]) as (made, _):
        made.send()
        made.clock.pass_by(2 * SECOND)
        assert made.reconcile() == []
        stands = made.now_stands()
        assert (made.last_event(), stands.look_at) == (Event.LOST, made.clock.now() + 2 * SECOND)


@pytest.mark.parametrize("signal", UNCLEAR)
def test_a_delete_that_fails_is_repeated(tmp_path: Path, signal: str) -> None:
    stands = video(privacy="public")
    # A whole 2xx is a yes whatever it holds: the real one is empty. What counts is the look afterwards.
    then = [stands] if signal in ("2xx unparsable", "2xx HTML page") else []
    with prepared(tmp_path, PUBLIC, stands, UNCLEAR[signal], *then) as (made, _):
        made.send()
        made.order("channel", part="video")
        made.take_down()
        made.take_down()
        recall = made.recall("channel", part="video")
        assert (made.last_event(), recall.next_at - made.clock.now()) == (Event.NOT_RECALLED, 2 * SECOND)


AUTH_ERROR = error(401, "authError", "Invalid Credentials")
SIGNING_IN = {
    "invalid_grant": ([NO_GRANT], "no longer accepts the permission of channel (invalid_grant)"),
    "401": ([TOKEN, AUTH_ERROR, TOKEN, AUTH_ERROR], "Invalid Credentials"),  # with a new token, once more
    "401 and invalid_grant": ([TOKEN, AUTH_ERROR, NO_GRANT], "invalid_grant"),
}


@pytest.mark.parametrize("words", SIGNING_IN)
def test_a_permission_that_does_not_count_needs_a_person(tmp_path: Path, words: str) -> None:
    answers, says = SIGNING_IN[words]
    with scene(tmp_path, "youtube", *answers) as (made, _):
        made.plan_one()
        made.prepare()
        holds(made, preparing(shut_out(words, answers[-1], says)))
        assert CONNECT in made.now_stands().error
        waits_for_a_person(made)


@pytest.mark.parametrize("row", [row for row in PUBLISHING if row.paused], ids=lambda row: row.words)
def test_who_is_shut_out_waits_for_a_person_and_is_not_asked_after(tmp_path: Path, row: Row) -> None:
    with prepared(tmp_path, row.answer) as (made, _):
        made.send()
        waits_for_a_person(made)


def test_401_on_the_step_to_public_is_tried_once_more_with_a_new_token(tmp_path: Path) -> None:
    with prepared(tmp_path, AUTH_ERROR, TOKEN, AUTH_ERROR) as (made, script):
        made.send()
        holds(made, Row(words="401", answer=Raw(), event=Event.NOT_SENT, state=State.PLANNED, wait=2 * SECOND))
        made.clock.pass_by(2 * SECOND)
        made.send()
        holds(made, replace(shut_out("401", Raw(), CONNECT), attempts=1))
        assert script.heard[-3:] == [UPDATE, SIGN_IN, UPDATE]


FATES: dict[str, tuple[dict[str, Any], str]] = {
    "failed": ({"status": "failed", "failureReason": "codec"}, "its codec is not one that YouTube knows"),
    "failed without a reason": ({"status": "failed"}, "it does not say why"),
    "rejected": ({"status": "rejected", "rejectionReason": "copyright"}, "copyright"),
}


@pytest.mark.parametrize("fate", FATES)
def test_upload_status_failed_or_rejected_later_is_refused_before_it_is_public(tmp_path: Path, fate: str) -> None:
    said, why = FATES[fate]
    with scene(tmp_path, "youtube", *ALL[:4], video("uploaded"), video("uploaded"), video(**said)) as (made, script):
        made.plan_one()
        made.prepare()
        holds(made, preparing(refused(fate, Raw(), why)))
        assert script.heard[-3:] == [VIDEOS] * 3


def test_processing_that_takes_long_is_polled_again_later(tmp_path: Path) -> None:
    with scene(tmp_path, "youtube", *ALL[:4], *[video("uploaded")] * 11) as (made, script):
        made.plan_one()
        made.prepare()
        holds(made, later("uploaded", Raw()))
        made.clock.pass_by(2 * SECOND)
        script.will_say(READY)
        made.prepare()
        assert made.last_event() == Event.PREPARED


DUPLICATE = video("rejected", rejectionReason="duplicate")


def test_rejection_reason_duplicate_takes_the_earlier_upload_of_ours(tmp_path: Path) -> None:
    with scene(tmp_path, "youtube", *ALL[:4]) as (made, script):
        made.plan_one()
        earlier = video(id="earlier1234", file=f"ms-{made.now_stands().payload[:16]}-00000000-briefing.mp4")
        script.will_say(DUPLICATE, UPLOADS, listed("earlier1234"), earlier)
        made.prepare()
        holds(made, later("rejectionReason duplicate", DUPLICATE))
        made.clock.pass_by(2 * SECOND)
        script.will_say(told(200, {"id": "earlier1234"}), video(id="earlier1234"))
        made.prepare()
        assert made.last_event() == Event.PREPARED
        script.will_say(told(200, {"id": "earlier1234", "status": {"privacyStatus": "public"}}))
        made.send()
        assert (made.now_stands().remote_id, script.heard.count(BEGIN)) == ("earlier1234", 1)


def test_rejection_reason_duplicate_of_a_video_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    with scene(tmp_path, "youtube", *ALL[:4], DUPLICATE, UPLOADS, listed("another1234")) as (made, script):
        made.plan_one()
        script.will_say(video(id="another1234", file="holiday.mp4"))
        made.prepare()
        holds(made, preparing(refused("rejectionReason duplicate", DUPLICATE, "the channel has the same video already")))
