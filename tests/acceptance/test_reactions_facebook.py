"""Facebook: this answer leads to this event and this wait."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ministry_social.model.delivery import State
from ministry_social.model.ledger import Event
from ministry_social.model.recall import Step

from .reactions import (
    HOUR,
    HURRIED,
    MINUTE,
    NOT_THERE,
    SECOND,
    UNCLEAR,
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

GRAPH = "/v26.0"
FEED, POSTS = f"POST {GRAPH}/id-page/feed", f"GET {GRAPH}/id-page/published_posts"
PAGE, APP = "facebook/page/id-page", "facebook/app"
PHOTO = told(200, {"id": "77"})
START = told(200, {"upload_session_id": "s1", "video_id": "88", "start_offset": "0", "end_offset": "4"})
TRANSFERRED = told(200, {"start_offset": "4", "end_offset": "4"})
DONE = told(200, {"id": "id-page_1", "permalink_url": "https://www.facebook.com/1"})
SHOWN = {"id": "id-page_1", "message": "Good morning", "created_time": "2026-12-01T12:00:01+0000"}
ITSELF, EMPTY = told(200, {"id": "id-page"}), told(200, {"data": []})


def error(code: int, subcode: int = 0, message: str = "No.", *, status: int = 400, headers: Any = (), **more: Any) -> Raw:
    """A refusal in Facebook's form."""
    inside = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A1"} | more
    body = {"error": inside | ({"error_subcode": subcode} if subcode else {})}
    return told(status, body, **dict(headers))


UNSURE = UNCLEAR | {
    "code 1": error(1, message="An unknown error has occurred."),
    "code 2": error(2, message="An unexpected error has occurred.", status=500),
    "code 2 with 200": error(2, status=200),
    "is_transient": error(100, is_transient=True),
    "subcode 1363047": error(100, 1363047),
    "subcode 1609010": error(100, 1609010),
    "503 without a content type": Raw(status=503),
}
# The request that makes public, after what must be uploaded before it. We never publish through /photos.
WAYS: dict[str, tuple[str, list[Raw]]] = {
    "/feed": (FEED, []),
    "/feed with photos": (FEED, [PHOTO]),
    "/videos finish": (f"POST {GRAPH}/id-page/videos", [START, TRANSFERRED]),
}


def carried(made: Desk, way: str) -> list[Any]:
    return {"/feed": [], "/feed with photos": [made.picture()], "/videos finish": [made.film()]}[way]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("signal", UNSURE)
def test_what_tells_nothing_about_a_publishing_request_is_looked_for(tmp_path: Path, way: str, signal: str) -> None:
    route, before = WAYS[way]
    with scene(tmp_path, "facebook", *before, UNSURE[signal]) as (made, script):
        made.plan_one(*carried(made, way))
        made.prepare()
        made.send()
        holds(made, unknown(signal, UNSURE[signal]))
        assert made.send() == []
        assert (script.heard[-1], len(script.heard)) == (route, len(before) + 1)


@pytest.mark.parametrize("signal", UNSURE)
def test_the_same_on_an_unpublished_photo_upload_is_repeated(tmp_path: Path, signal: str) -> None:
    with scene(tmp_path, "facebook", UNSURE[signal], PHOTO) as (made, _):
        made.plan_one(made.picture())
        made.prepare()
        holds(made, preparing(later(signal)))
        made.clock.pass_by(2 * SECOND)
        made.prepare()
        assert made.last_event() == Event.PREPARED


@pytest.mark.parametrize("signal", UNSURE)
def test_the_same_on_a_get_is_repeated(tmp_path: Path, signal: str) -> None:
    with scene(tmp_path, "facebook", error(2), UNSURE[signal]) as (made, script):
        made.plan_one()
        made.send()
        made.clock.pass_by(2 * SECOND)
        assert made.reconcile() == []
        stands = made.now_stands()
        assert (made.last_event(), stands.state, stands.look_at) == (Event.LOST, State.UNKNOWN, made.clock.now() + 2 * SECOND)
        assert script.heard == [FEED, POSTS]


@pytest.mark.parametrize("signal", UNSURE)
def test_the_same_on_a_delete_is_repeated(tmp_path: Path, signal: str) -> None:
    with published(tmp_path, UNSURE[signal]) as (made, _):
        made.take_down()
        recall = made.recall("page")
        assert (recall.step, recall.next_at - made.clock.now()) == (Step.COPIED, 2 * SECOND)
        assert (made.last_event(), made.now_stands().state) == (Event.NOT_RECALLED, State.PUBLISHED)


@pytest.mark.parametrize(
    "answers", [[told(200, {"success": True})], [error(100, 33), error(100, 33), ITSELF]], ids=["success", "gone"]
)
def test_what_is_deleted_or_gone_already_is_done(tmp_path: Path, answers: list[Raw]) -> None:
    with published(tmp_path, *answers, error(100, 33), ITSELF) as (made, _):
        made.take_down()
        assert (made.last_event(), made.now_stands().state) == (Event.RECALLED, State.RECALLED)


@contextmanager
def published(folder: Path, *then: Raw) -> Iterator[tuple[Desk, Script]]:
    """A post that stands there and is to be taken down; a copy of it is kept already."""
    with scene(folder, "facebook", DONE, told(200, SHOWN), *then) as (made, script):
        made.plan_one()
        made.send()
        made.order("page")
        made.take_down()
        assert made.last_event() == Event.COPIED
        yield made, script


@pytest.mark.parametrize("signal", NOT_THERE)
def test_what_never_got_there_is_sent_again(tmp_path: Path, signal: str) -> None:
    with NOT_THERE[signal]() as address, desk(tmp_path, "facebook", address, seconds=HURRIED) as made:
        made.plan_one()
        made.send()
        holds(made, later(signal))


def later(words: str) -> Row:
    return Row(words=words, answer=Raw(), event=Event.NOT_SENT, state=State.PLANNED, wait=2 * SECOND)


def usage(app: int = 0, page: int = 0, minutes: int = 0) -> dict[str, str]:
    """The three headers, with these per cents and minutes."""
    business = {"type": "pages", "call_count": page, "total_time": 1, "estimated_time_to_regain_access": minutes}
    return {
        "X_App_Usage": json.dumps({"call_count": app, "total_time": 25, "total_cputime": 25}),
        "X_Page_Usage": json.dumps({"call_count": page, "total_time": 1, "total_cputime": 1}),
        "X_Business_Use_Case_Usage": json.dumps({"id-page": [business]}),
    }


def limit(words: str, code: int, wait: timedelta, slot: str, subcode: int = 0, headers: Any = ()) -> Row:
    return throttled(words, error(code, subcode, "(#4) too many calls", status=403, headers=headers), wait, slot)


CODES = {4: APP, 17: PAGE, 32: PAGE, 613: PAGE, 80001: PAGE, 341: APP}
REFUSED = {
    "368 without a subcode": (368, 0), "368/1346003": (368, 1346003), "368/1404102": (368, 1404102), "506": (506, 0),
    "368-duplicate, nothing unknown before": (368, 1404082), "100": (100, 0), "1609005": (100, 1609005),
    "1609008": (100, 1609008), "2061006": (100, 2061006), "1349125": (100, 1349125), "1366046": (100, 1366046),
}  # fmt: skip
SHUT_OUT = {
    "190/463": (190, 463, "expired"), "190/460": (190, 460, "password"), "190/467": (190, 467, "revoked"),
    "190/458": (190, 458, "was removed"), "190/464": (190, 464, "must confirm"), "190/492": (190, 492, "no role"),
    "102": (102, 0, "right Page ticked"), "10": (10, 0, "right Page ticked"),
    "200": (200, 0, "right Page ticked"), "250": (250, 0, "right Page ticked"), "299": (299, 0, "right Page ticked"),
    '190 "must be granted"': (190, 0, "right Page ticked"),
    "190/459": (190, 459, "log in at facebook.com"), "1404006": (368, 1404006, "log in at facebook.com"),
    "1404078, PPA": (368, 1404078, "Page Publishing Authorization"),
    "1404112": (368, 1404112, "look at facebook.com"), "4854002": (368, 4854002, "confirm their identity"),
}  # fmt: skip
RECONNECT = "Connect it again: ministry-social account connect page"
PUBLISHING = [
    *(limit(f"{code} else 15 min", code, 15 * MINUTE, slot) for code, slot in CODES.items()),
    *(
        limit(f"{code} estimated_time_to_regain_access", code, 37 * MINUTE, PAGE, headers=usage(page=100, minutes=37))
        for code in CODES
    ),
    *(limit(f"{code} with X-App-Usage at 100", code, 15 * MINUTE, APP, headers=usage(app=100)) for code in CODES),
    *(limit(f"{code} with X-Page-Usage at 100", code, 15 * MINUTE, PAGE, headers=usage(page=100)) for code in CODES),
    limit("368/1390008 at least 1 h", 368, HOUR, PAGE, subcode=1390008),
    limit("368/1390008 an hour where less is said", 368, HOUR, PAGE, subcode=1390008, headers=usage(minutes=5)),
    limit("368/1390008 longer where it is said", 368, 90 * MINUTE, PAGE, subcode=1390008, headers=usage(minutes=90)),
    throttled("HTTP 429 of something on the way", Raw(status=429), 15 * MINUTE, PAGE),
    *(refused(words, error(code, subcode)) for words, (code, subcode) in REFUSED.items()),
    *(shut_out(words, error(code, subcode), says) for words, (code, subcode, says) in SHUT_OUT.items()),
]


@pytest.mark.parametrize("row", PUBLISHING, ids=lambda row: row.words)
def test_an_answer_to_the_post_leads_to_its_event_and_wait(tmp_path: Path, row: Row) -> None:
    with scene(tmp_path, "facebook", row.answer) as (made, script):
        made.plan_one()
        made.send()
        holds(made, row)
        assert (made.send(), script.heard) == ([], [FEED])


@pytest.mark.parametrize("row", [row for row in PUBLISHING if row.paused], ids=lambda row: row.words)
def test_who_is_shut_out_waits_for_a_person_and_is_not_asked_after(tmp_path: Path, row: Row) -> None:
    with scene(tmp_path, "facebook", row.answer) as (made, _):
        made.plan_one()
        made.send()
        waits_for_a_person(made)


@pytest.mark.parametrize(
    "words", [words for words, (code, subcode, _) in SHUT_OUT.items() if code != 368 and subcode not in (459,)]
)
def test_whose_token_does_not_count_is_told_how_to_connect(tmp_path: Path, words: str) -> None:
    code, subcode, _ = SHUT_OUT[words]
    with scene(tmp_path, "facebook", error(code, subcode)) as (made, _):
        made.plan_one()
        made.send()
        assert RECONNECT in made.now_stands().error


UPLOADING = [
    limit("80001 estimated_time_to_regain_access", 80001, 37 * MINUTE, PAGE, headers=usage(page=100, minutes=37)),
    limit("4 else 15 min", 4, 15 * MINUTE, APP),
    limit("368/1390008 at least 1 h", 368, HOUR, PAGE, subcode=1390008),
    refused("1366046", error(100, 1366046), "JPEG or PNG"),
    shut_out("190/463", error(190, 463), "expired"),
]


@pytest.mark.parametrize("row", UPLOADING, ids=lambda row: row.words)
def test_a_refusal_of_a_photo_costs_no_attempt(tmp_path: Path, row: Row) -> None:
    with scene(tmp_path, "facebook", row.answer) as (made, _):
        made.plan_one(made.picture())
        made.prepare()
        holds(made, preparing(row))


def test_100_on_a_post_with_photos_uploads_them_once_more_and_then_refuses(tmp_path: Path) -> None:
    with scene(tmp_path, "facebook", PHOTO, error(100), PHOTO, error(100)) as (made, _):
        made.plan_one(made.picture())
        made.prepare()
        made.send()
        holds(made, Row(words="", answer=Raw(), event=Event.PREPARATION_LOST, state=State.PLANNED, wait=5 * SECOND))
        made.prepare()
        made.clock.pass_by(5 * SECOND)
        made.send()
        holds(made, Row(words="", answer=Raw(), event=Event.REFUSED, state=State.FAILED, attempts=2))


DUPLICATES = {"506": error(506), "506/1455006": error(506, 1455006), "368-duplicate": error(368, 1404082)}


@pytest.mark.parametrize("words", DUPLICATES)
def test_a_duplicate_after_an_unknown_attempt_is_evidence_and_looked_up(tmp_path: Path, words: str) -> None:
    seen = [told(200, {"data": [SHOWN]}), EMPTY]
    with scene(tmp_path, "facebook", error(2), EMPTY, EMPTY, DUPLICATES[words], *seen) as (made, script):
        made.plan_one()
        made.send()
        made.clock.pass_by(2 * MINUTE)
        made.reconcile()
        assert (made.last_event(), made.now_stands().state) == (Event.ABSENT, State.PLANNED)
        made.send()
        holds(made, Row(words=words, answer=Raw(), event=Event.DUPLICATE, state=State.UNKNOWN, wait=2 * SECOND, attempts=2))
        assert made.now_stands().certain_at is None
        made.clock.pass_by(2 * SECOND)
        made.reconcile()
        assert (made.last_event(), made.now_stands().remote_id) == (Event.FOUND, "id-page_1")
        assert script.heard.count(FEED) == 2
