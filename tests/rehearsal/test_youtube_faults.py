"""The switches for faults, as they meet the rehearsed YouTube."""

import pytest
import requests

from tests.conftest import Rehearsal
from tests.rehearsal.youtube_http import PRIVATE, SNIPPET, STEP, Channel, reason


@pytest.fixture
def channel(rehearsal: Rehearsal) -> Channel:
    return Channel(rehearsal)


def test_a_chunk_whose_answer_was_dropped_is_stored(channel: Channel) -> None:
    address, total = channel.begin().headers["Location"], 2 * STEP
    channel.rehearsal.fault("drop-after", "youtube", account="mfa-video", action="prepare", times=1)
    with pytest.raises(requests.ConnectionError):
        channel.put(address, b"x" * STEP, f"bytes 0-{STEP - 1}/{total}")
    assert channel.put(address, b"", f"bytes */{total}").headers["Range"] == f"bytes=0-{STEP - 1}"
    assert channel.put(address, b"y" * STEP, f"bytes {STEP}-{total - 1}/{total}").status_code == 200


def test_a_lost_answer_to_the_last_chunk_can_be_asked_for(channel: Channel) -> None:
    address = channel.begin().headers["Location"]
    channel.rehearsal.fault("drop-after", "youtube", action="prepare", times=1)
    with pytest.raises(requests.ConnectionError):
        channel.put(address, b"abc", "bytes 0-2/3")
    [record] = channel.rehearsal.records()
    assert channel.put(address, b"", "bytes */3").json()["id"] == record["id"]
    assert channel.put(address, b"abc", "bytes 0-2/3").json()["id"] == record["id"]  # sent again, it is still one video
    assert len(channel.rehearsal.records()) == 1


def test_a_chunk_dropped_before_is_not_stored(channel: Channel) -> None:
    address = channel.begin().headers["Location"]
    channel.rehearsal.fault("drop-before", "youtube", action="prepare", times=1)
    with pytest.raises(requests.ConnectionError):
        channel.put(address, b"abc", "bytes 0-2/3")
    assert "Range" not in channel.put(address, b"", "bytes */3").headers
    assert channel.rehearsal.records() == []


def test_making_public_meets_the_publish_faults_and_nothing_before_does(channel: Channel) -> None:
    channel.rehearsal.fault("error", "youtube", action="publish")
    video = channel.video()
    assert channel.update({"id": video, "snippet": {"title": "New", "categoryId": "25"}}, "snippet").status_code == 200
    assert channel.update({"id": video, "status": PRIVATE}, "status").status_code == 200
    refused = channel.update({"id": video, "status": {"privacyStatus": "public"}}, "status")
    assert reason(refused) == (503, "backendError")
    assert channel.update({"id": video, "status": {}}, "status").status_code == 503  # nothing said means public
    assert [record["public"] for record in channel.rehearsal.records()] == [False]


def test_an_upload_that_is_public_at_once_meets_the_publish_faults(channel: Channel) -> None:
    channel.rehearsal.fault("error", "youtube", action="publish")
    assert channel.upload({"snippet": SNIPPET}).status_code == 503
    assert channel.rehearsal.records() == []


def test_a_lost_answer_to_making_public_leaves_it_public(channel: Channel) -> None:
    video = channel.video()
    channel.rehearsal.fault("drop-after", "youtube", times=1)
    with pytest.raises(requests.ConnectionError):
        channel.update({"id": video, "status": {"privacyStatus": "public"}}, "status")
    assert channel.read(video)["status"]["privacyStatus"] == "public"


@pytest.mark.parametrize(
    ("kind", "refusal"),
    [
        ("expired-token", (401, "authError")),
        ("suspended", (403, "authenticatedUserAccountSuspended")),
        ("no-credit", (403, "quotaExceeded")),
    ],
)
def test_states_of_an_account_meet_every_action(channel: Channel, kind: str, refusal: tuple[int, str]) -> None:
    channel.rehearsal.fault(kind, "youtube", account="mfa-video")
    assert reason(channel.begin()) == refusal
    assert reason(channel.call("GET", "/youtube/v3/channels", params={"part": "id", "mine": "true"})) == refusal
    again = channel.refresh()
    assert again.json().get("error") == ("invalid_grant" if kind == "expired-token" else None)


def test_a_throttle_speaks_of_the_quota_or_of_the_rate(channel: Channel) -> None:
    channel.rehearsal.fault("throttled", "youtube", action="prepare")
    assert reason(channel.begin()) == (403, "quotaExceeded")
    channel.settings(throttle_reason="rateLimitExceeded")
    assert reason(channel.begin()) == (403, "rateLimitExceeded")


def test_a_fault_of_another_channel_is_not_met(channel: Channel) -> None:
    channel.rehearsal.fault("suspended", "youtube", account="somebody-else")
    assert channel.upload().status_code == 200
