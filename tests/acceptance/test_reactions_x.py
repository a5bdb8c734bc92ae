"""X: this answer leads to this event and this wait."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from ministry_social.desk import pausing
from ministry_social.model.delivery import State
from ministry_social.model.ledger import Event
from ministry_social.model.recall import Step
from ministry_social.model.variant import Attachment
from tests.desk.bench import NOON

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

PROBLEM = "https://api.twitter.com/2/problems/"
POST, LOOK, TIMELINE = "POST /2/tweets", "GET /2/tweets", "GET /2/users/id-oslo/tweets"
DONE = told(201, {"data": {"id": "1900", "text": "Good morning"}})
SHOWN = {"id": "1900", "text": "Good morning", "created_at": "2026-12-01T12:00:01Z", "author_id": "id-oslo"}
NOTHING = told(200, {"meta": {"result_count": 0}})
GONE = told(200, {"errors": [{"type": PROBLEM + "resource-not-found", "title": "Not Found Error"}]})
ME = told(200, {"data": {"id": "id-oslo", "username": "oslo", "name": "Oslo"}})
DUPLICATE = told(
    403, {"detail": "You are not allowed to create a Tweet with duplicate content.", "type": "about:blank", "status": 403}
)  # fmt: skip
MEDIA_INVALID = told(400, {"errors": [{"parameters": {"media.media_ids": ["7"]}, "message": "Your media IDs are invalid."}]})
UNAUTHORIZED = told(401, {"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"})
STEPS = {
    "initialize": told(200, {"data": {"id": "7"}}),
    "append": Raw(status=204),
    "finalize": told(200, {"data": {"id": "7", "expires_after_secs": 86400}}),
}


def forbidden(detail: str, kind: str = "about:blank", **more: object) -> Raw:
    return told(403, {"detail": detail, "type": kind, "title": "Forbidden", "status": 403} | more)


def too_many(**more: str) -> Raw:
    """X's windows: the endpoint's own ends in nine minutes."""
    ends = {"x_rate_limit_remaining": "0", "x_rate_limit_reset": epoch(9 * MINUTE)}
    return told(429, {"title": "Too Many Requests", "type": "about:blank", "status": 429}, **(ends | more))


def epoch(ahead: timedelta) -> str:
    return str(int((NOON + ahead).timestamp()))


def a_day(whose: str, remaining: int) -> dict[str, str]:
    name = f"x_{whose}_limit_24hour"
    return {f"{name}_remaining": str(remaining), f"{name}_reset": epoch(7 * HOUR)}


PUBLISHING = [
    *(unknown(f"{signal} on POST /2/tweets", answer) for signal, answer in UNCLEAR.items()),
    refused("403 duplicate content, nothing unknown before", DUPLICATE, "posted the same already"),
    refused("403 not permitted", forbidden("You are not permitted to perform this action."), "not permitted to perform"),
    refused("403 cashtag", forbidden("Posts are limited to a maximum of one cashtag"), "maximum of one cashtag"),
    refused("403 invalid URL", forbidden("The Tweet contains an invalid URL."), "contains an invalid URL"),
    refused("403 video longer", forbidden("This user is not allowed to post a video longer than 2 minutes."), "longer than 2"),
    refused(
        "400 invalid-request",
        told(400, {"type": PROBLEM + "invalid-request", "detail": "One or more parameters to your request was invalid."}),
        "parameters to your request was invalid",
    ),
    shut_out("401", UNAUTHORIZED, "Connect it again: ministry-social account connect oslo"),
    shut_out("403 user-suspended", forbidden("User has been suspended", PROBLEM + "user-suspended"), "Somebody must look"),
    shut_out("locked 326", forbidden("", errors=[{"code": 326, "message": "Your account is locked."}]), "is locked"),
    shut_out(
        "unsupported authentication",
        forbidden("Authenticating with Unknown is forbidden", PROBLEM + "unsupported-authentication"),
        "Somebody must look",
    ),
    shut_out("client-forbidden", forbidden("Not this app", PROBLEM + "client-forbidden"), "Somebody must look"),
    shut_out(
        "402 CreditsDepleted",
        told(402, {"title": "CreditsDepleted", "type": PROBLEM + "credits", "detail": "no credits"}),
        "Buy credits",
        "platform",
    ),
    shut_out("usage-capped", told(429, {"type": PROBLEM + "usage-capped", "detail": "Monthly cap"}), "Buy credits", "platform"),
    throttled("429 x-rate-limit-reset", too_many(), 9 * MINUTE, "x/account/id-oslo"),
    throttled("429 the account's 24hour-reset if remaining 0", too_many(**a_day("user", 0)), 7 * HOUR, "x/account/id-oslo"),
    throttled("429 the app's 24hour-reset if remaining 0", too_many(**a_day("app", 0)), 7 * HOUR, "x/app"),
    throttled("429 24hour-reset with some remaining", too_many(**a_day("user", 3)), 9 * MINUTE, "x/account/id-oslo"),
    throttled("429 without a word", told(429, {}), 15 * MINUTE, "x/account/id-oslo"),
    throttled("429 HTML page", Raw(status=429, body=b"<html>"), 15 * MINUTE, "x/account/id-oslo"),
]


@pytest.mark.parametrize("row", PUBLISHING, ids=lambda row: row.words)
def test_an_answer_to_the_post_leads_to_its_event_and_wait(tmp_path: Path, row: Row) -> None:
    with scene(tmp_path, "x", row.answer) as (made, script):
        made.plan_one()
        made.send()
        holds(made, row)
        assert (made.send(), script.heard) == ([], [POST])


def test_201_json_is_stored_with_its_id(tmp_path: Path) -> None:
    with scene(tmp_path, "x", DONE) as (made, _):
        made.plan_one()
        made.send()
        stands = made.now_stands()
        assert (made.last_event(), stands.state, stands.remote_id) == (Event.ACCEPTED, State.PUBLISHED, "1900")
        assert stands.url == "https://x.com/oslo/status/1900"


@pytest.mark.parametrize("signal", NOT_THERE)
def test_what_never_got_there_is_sent_again(tmp_path: Path, signal: str) -> None:
    with NOT_THERE[signal]() as address, desk(tmp_path, "x", address, seconds=HURRIED) as made:
        made.plan_one()
        made.send()
        holds(made, Row(words=signal, answer=Raw(), event=Event.NOT_SENT, state=State.PLANNED, wait=2 * SECOND))


def test_a_platform_that_stays_away_is_tried_less_and_less_often(tmp_path: Path) -> None:
    with NOT_THERE["connection refused"]() as address, desk(tmp_path, "x", address) as made:
        made.plan_one()
        for attempt, seconds in enumerate((2, 5, 15, 60, 300, 600, 600), start=1):
            made.send()
            stands = made.now_stands()
            assert (stands.attempts, stands.due_at - made.clock.now()) == (attempt, seconds * SECOND)
            made.clock.at = stands.due_at


@pytest.mark.parametrize("step", [*STEPS, "metadata", "status"])
@pytest.mark.parametrize("signal", UNCLEAR)
def test_the_same_on_media_endpoints_is_repeated(tmp_path: Path, step: str, signal: str) -> None:
    before = before_the_step(step)
    with scene(tmp_path, "x", *before, UNCLEAR[signal]) as (made, script):
        made.plan_one(made.film() if step == "status" else described(made))
        made.prepare()
        holds(made, preparing(Row(words="", answer=Raw(), event=Event.NOT_SENT, state=State.PLANNED, wait=2 * SECOND)))
        assert len(script.heard) == len(before) + 1


def before_the_step(step: str) -> list[Raw]:
    """What X has answered by then."""
    if step == "status":
        return [*list(STEPS.values())[:2], told(200, {"data": {"id": "7", "processing_info": {"state": "pending"}}})]
    return list(STEPS.values())[: list(STEPS).index(step)] if step in STEPS else list(STEPS.values())


def described(made: Desk) -> Attachment:
    return made.shelf.attach("minister.png", b"pictures", "image/png", alt="The minister")


@pytest.mark.parametrize("signal", UNCLEAR)
def test_the_same_on_gets_is_repeated(tmp_path: Path, signal: str) -> None:
    with scene(tmp_path, "x", Raw(status=503), UNCLEAR[signal]) as (made, script):
        made.plan_one()
        made.send()
        made.clock.pass_by(2 * SECOND)
        assert made.reconcile() == []
        stands = made.now_stands()
        assert (made.last_event(), stands.state, stands.look_at) == (Event.LOST, State.UNKNOWN, made.clock.now() + 2 * SECOND)
        assert script.heard == [POST, TIMELINE]


@pytest.mark.parametrize("signal", UNCLEAR)
def test_the_same_on_delete_is_repeated(tmp_path: Path, signal: str) -> None:
    with published(tmp_path, UNCLEAR[signal]) as (made, script):
        made.take_down()
        recall = made.recall("oslo")
        assert (recall.step, recall.next_at - made.clock.now()) == (Step.COPIED, 2 * SECOND)
        assert (made.last_event(), made.now_stands().state) == (Event.NOT_RECALLED, State.PUBLISHED)
        assert script.heard[-1] == "DELETE /2/tweets/1900"


DELETED = {"DELETE deleted:true": told(200, {"data": {"deleted": True}}), "DELETE 404": told(404, {"title": "Not Found Error"})}


@pytest.mark.parametrize("words", DELETED)
def test_what_is_deleted_or_gone_already_is_done(tmp_path: Path, words: str) -> None:
    with published(tmp_path, DELETED[words], GONE) as (made, script):
        made.take_down()
        assert (made.last_event(), made.now_stands().state) == (Event.RECALLED, State.RECALLED)
        assert script.heard[-2:] == ["DELETE /2/tweets/1900", LOOK]


@contextmanager
def published(folder: Path, *then: Raw) -> Iterator[tuple[Desk, Script]]:
    """A post that stands there and is to be taken down; a copy of it is kept already."""
    with scene(folder, "x", DONE, told(200, {"data": [SHOWN]}), *then) as (made, script):
        made.plan_one()
        made.send()
        made.order("oslo")
        made.take_down()
        assert made.last_event() == Event.COPIED
        yield made, script


def test_403_duplicate_content_after_an_unknown_attempt_is_evidence_and_looked_up(tmp_path: Path) -> None:
    with scene(tmp_path, "x", Raw(status=503), NOTHING, DUPLICATE, told(200, {"data": [SHOWN]})) as (made, script):
        made.plan_one()
        made.send()
        made.clock.pass_by(2 * MINUTE)
        made.reconcile()
        assert (made.last_event(), made.now_stands().state) == (Event.ABSENT, State.PLANNED)
        made.send()
        row = Row(words="", answer=DUPLICATE, event=Event.DUPLICATE, state=State.UNKNOWN, wait=2 * SECOND, attempts=2)
        holds(made, row)
        assert made.now_stands().certain_at is None  # not finding it proves nothing any more
        made.clock.pass_by(2 * SECOND)
        made.reconcile()
        assert (made.last_event(), made.now_stands().remote_id) == (Event.FOUND, "1900")
        assert script.heard == [POST, TIMELINE, POST, TIMELINE]


def test_400_media_ids_are_invalid_uploads_once_more_and_then_refuses(tmp_path: Path) -> None:
    with scene(tmp_path, "x", *STEPS.values(), MEDIA_INVALID) as (made, script):
        made.plan_one(made.picture())
        made.prepare()
        made.send()
        lost = Row(words="", answer=MEDIA_INVALID, event=Event.PREPARATION_LOST, state=State.PLANNED, wait=5 * SECOND)
        holds(made, lost)
        script.will_say(*STEPS.values(), MEDIA_INVALID)
        made.prepare()
        assert made.send() == []  # the media are there again, but X needs a while before it knows their ids everywhere
        made.clock.pass_by(5 * SECOND)
        made.send()
        holds(made, Row(words="", answer=MEDIA_INVALID, event=Event.REFUSED, state=State.FAILED, attempts=2))
        assert script.heard.count("POST /2/media/upload/initialize") == 2


def test_401_is_asked_after_twice_five_minutes_apart_before_a_person_is_needed(tmp_path: Path) -> None:
    with scene(tmp_path, "x", UNAUTHORIZED, UNAUTHORIZED, UNAUTHORIZED) as (made, script):
        made.plan_one()
        made.send()
        for probes in range(2):
            [pause] = made.pauses()
            assert (pause.probes, pause.probe_at) == (probes, made.clock.now() + 5 * MINUTE)
            assert made.probe() == 0
            made.clock.pass_by(5 * MINUTE)
            assert made.probe() == 1
        assert script.heard == [POST, "GET /2/users/me", "GET /2/users/me"]
        assert [entry["facts"]["asked_after"] for entry in made.entries("paused")] == [True, False]
        waits_for_a_person(made)


def test_401_that_was_an_outage_ends_by_itself(tmp_path: Path) -> None:
    with scene(tmp_path, "x", UNAUTHORIZED, UNAUTHORIZED, ME, DONE) as (made, _):
        made.plan_one()
        made.send()
        for _ in range(2):
            made.clock.pass_by(5 * MINUTE)
            made.probe()
        assert made.pauses() == ()
        made.send()
        assert (made.last_event(), made.now_stands().attempts) == (Event.ACCEPTED, 1)


@pytest.mark.parametrize("row", [row for row in PUBLISHING if row.paused and row.words != "401"], ids=lambda row: row.words)
def test_who_is_shut_out_or_owes_money_waits_for_a_person(tmp_path: Path, row: Row) -> None:
    with scene(tmp_path, "x", row.answer, DONE) as (made, _):
        made.plan_one()
        made.send()
        waits_for_a_person(made)
        platform = "x" if row.paused == "platform" else ""
        pausing.resume(made.means, tuple(made.accounts.values()), platform, reason="settled", person="ana")
        made.send()
        assert (made.last_event(), made.now_stands().attempts) == (Event.ACCEPTED, 1)


PREPARING = [
    refused("400 invalid-request", told(400, {"type": PROBLEM + "invalid-request", "detail": "No such type"}), "No such type"),
    shut_out("401", UNAUTHORIZED, "Connect it again"),
    shut_out("402 CreditsDepleted", told(402, {"title": "CreditsDepleted"}), "Buy credits", "platform"),
    throttled("429 x-rate-limit-reset", too_many(), 9 * MINUTE, "x/account/id-oslo/media"),
]


@pytest.mark.parametrize("row", PREPARING, ids=lambda row: row.words)
def test_a_refusal_of_media_costs_no_attempt(tmp_path: Path, row: Row) -> None:
    with scene(tmp_path, "x", row.answer) as (made, _):
        made.plan_one(made.picture())
        made.prepare()
        holds(made, preparing(row))


def test_processing_info_state_failed_is_refused(tmp_path: Path) -> None:
    looking = {"id": "7", "processing_info": {"state": "pending", "check_after_secs": 1}}
    failed = {"state": "failed", "error": {"name": "InvalidMedia", "message": "the codec is not known"}}
    answers = [*list(STEPS.values())[:2], told(200, {"data": looking}), told(200, {"data": {"id": "7", "processing_info": failed}})]
    with scene(tmp_path, "x", *answers) as (made, _):
        made.plan_one(made.film())
        made.prepare()
        holds(made, preparing(refused("processing_info.state failed", answers[-1], "the codec is not known")))
