"""What a client of X sees of every fault, and what has happened then."""

import pytest
import requests

from ministry_social.rehearsal.faults import KINDS
from tests.conftest import Rehearsal
from tests.rehearsal.x_client import Speaker, speaker

# kind -> (what the client sees, posts afterwards)
SEEN: dict[str, tuple[int | str, int]] = {
    "delay-before": (201, 1),
    "delay-after": (201, 1),
    "drop-before": ("cut", 0),
    "drop-after": ("cut", 1),
    "error": (503, 0),
    "error-after": (503, 1),
    "html-page": (502, 0),
    "html-page-after": (502, 1),
    "no-content-type": (503, 0),
    "unparsable": (201, 1),
    "throttled": (429, 0),
    "expired-token": (401, 0),
    "suspended": (403, 0),
    "no-credit": (402, 0),
    "read-lag": (201, 1),
    "idle-drop": (201, 1),
}


@pytest.fixture
def x(rehearsal: Rehearsal) -> Speaker:
    """An account of X; the rehearsal's clock stands still."""
    rehearsal.post("/rehearsal/clock", {"now": "2026-12-01T09:00:00+00:00", "rate": 0})
    return speaker(rehearsal)


def seen(x: Speaker, text: str) -> int | str:
    try:
        return x.say(text).status_code
    except requests.ConnectionError:
        return "cut"


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_shows_itself_and_the_records_say_what_happened(x: Speaker, kind: str) -> None:
    x.rehearsal.fault(kind, "x", account="embassy-paris", seconds=0.01)
    answer, posted = SEEN[kind]
    assert (seen(x, "Under a fault"), len(x.records())) == (answer, posted)


def test_a_fault_of_one_account_leaves_the_others_alone(x: Speaker) -> None:
    x.rehearsal.fault("drop-before", "x", account="embassy-rome")
    assert x.say("Untouched").status_code == 201


def test_a_throttle_names_its_end_and_is_over_then(x: Speaker) -> None:
    x.rehearsal.fault("throttled", "x", account="embassy-paris", seconds=120)
    answer = x.say("Wait")
    reset, now = int(answer.headers["x-rate-limit-reset"]), x.rehearsal.world.clock.now().timestamp()
    assert (answer.status_code, answer.headers["x-rate-limit-remaining"]) == (429, "0")
    assert 120 <= reset - now <= 121
    x.rehearsal.post("/rehearsal/clock", {"advance": reset - now})
    assert x.say("Wait").status_code == 201
    assert x.rehearsal.get("/rehearsal/faults")["on"] == []


def test_a_standing_fault_meets_reading_and_uploads_too(x: Speaker) -> None:
    x.rehearsal.fault("expired-token", "x", account="embassy-paris")
    body = {"media_type": "image/png", "total_bytes": 10, "media_category": "tweet_image"}
    answers = (x.get("/2/users/me"), x.post("/2/media/upload/initialize", body))
    assert [answer.status_code for answer in answers] == [401, 401]


def test_a_fault_of_preparing_leaves_publishing_alone(x: Speaker) -> None:
    x.rehearsal.fault("error", "x", action="prepare", status=500)
    body = {"media_type": "image/png", "total_bytes": 10, "media_category": "tweet_image"}
    answer = x.post("/2/media/upload/initialize", body)
    assert (answer.status_code, answer.json()["title"]) == (500, "Internal Server Error")
    assert x.say("Without media").status_code == 201


def test_an_upload_in_parts_survives_a_fault_that_reads_the_body_first(x: Speaker) -> None:
    x.rehearsal.fault("delay-before", "x", action="prepare", seconds=0.01)
    media = x.initialize("image/png", "tweet_image", b"12345")
    path = f"/2/media/upload/{media}/append"
    assert x.send("POST", path, data={"segment_index": "0"}, files={"media": b"1\r\n45"}).status_code == 200
    assert x.rehearsal.world.states["x"].uploads[media].chunks == {0: b"1\r\n45"}


def test_an_unknown_address_is_not_found_in_xs_own_words(x: Speaker) -> None:
    assert x.get("/2/likes").json() == {"title": "Not Found", "detail": "Not Found", "type": "about:blank", "status": 404}


@pytest.mark.parametrize("wrong", [{"credit": "much"}, {"v1_media": "maybe"}, {"colour": "blue"}])
def test_a_setting_that_does_not_exist_is_refused(x: Speaker, wrong: dict[str, object]) -> None:
    assert "no such setting" in x.rehearsal.post("/rehearsal/x/settings", wrong)["error"]
    assert x.rehearsal.get("/rehearsal/x/settings") == {
        "credit": None, "v1_media": "refuse", "duplicates": "refuse", "access": "read-write", "callbacks": "loopback",
    }  # fmt: skip
