"""What X's answers and tweepy's failures become."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
import requests.exceptions
import tweepy.errors
import urllib3.exceptions

from ministry_social.errors import (
    OutcomeUnknown,
    OutOfCredit,
    PlatformError,
    Rejected,
    Throttled,
    Unauthorized,
    Unreachable,
)
from ministry_social.platforms.gate import Attempt
from ministry_social.platforms.x.errors import translate

from .bench import AMPLE
from .foreign import answer, build, exceptions_of

PROBLEMS = "https://api.x.com/2/problems/"  # X writes api.twitter.com as well
RESET = 1_796_126_400


def gone() -> Attempt:
    return Attempt(deadline=AMPLE, needs=15, written=True)


def not_gone() -> Attempt:
    return Attempt(deadline=AMPLE, needs=15)


def meaning(status: int, body: Any = "", *, attempt: Attempt | None = None, **headers: str) -> PlatformError:
    said = answer(status, body if isinstance(body, (str, bytes)) else json.dumps(body), **headers)
    return translate(tweepy.errors.TweepyException("x"), account="embassy-paris", attempt=attempt, answer=said)


def blank(status: int, detail: str) -> dict[str, Any]:
    return {"title": "T", "detail": detail, "type": "about:blank", "status": status}


WALKED = exceptions_of(requests.exceptions) + exceptions_of(urllib3.exceptions) + exceptions_of(tweepy.errors)


@pytest.mark.parametrize("kind", WALKED, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_every_foreign_error_becomes_one_of_ours(kind: type[Exception]) -> None:
    error = build(kind, **({"response": answer(503, "{}")} if kind.__module__ == "tweepy.errors" else {}))
    assert type(translate(error, account="a")) is Unreachable
    assert type(translate(error, account="a", attempt=not_gone())) is Unreachable
    assert type(translate(error, account="a", attempt=gone())) is OutcomeUnknown


@pytest.mark.parametrize("body", [b"[]", b'"no"', b'{"errors":null}', b'{"errors":[5]}', b'{"errors":{"a":1}}', b"\xff", b""])
def test_a_body_that_tweepy_cannot_take_is_a_lost_answer(body: bytes) -> None:
    assert type(meaning(500, body)) is Unreachable
    assert type(meaning(500, body, attempt=gone())) is OutcomeUnknown


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 408])
def test_a_failing_server_does_not_say_whether_it_was_published(status: int) -> None:
    error = meaning(status, blank(status, "Service Unavailable"), attempt=gone())
    assert (type(error), error.code) == (OutcomeUnknown, f"HTTP {status}")
    assert type(meaning(status, "<html>Sorry</html>")) is Unreachable


@pytest.mark.parametrize("status", [400, 403, 404, 451])
def test_a_page_of_something_on_the_way_is_no_refusal_by_x(status: int) -> None:
    assert type(meaning(status, "<html>Just a moment</html>", attempt=gone())) is OutcomeUnknown
    assert type(meaning(status, "<html>Just a moment</html>")) is Unreachable


def test_a_yes_that_nobody_can_read_is_unknown_in_an_attempt() -> None:
    error = requests.exceptions.JSONDecodeError("Expecting value", "{", 0)
    assert type(translate(error, account="a", attempt=gone(), answer=answer(201, "{"))) is OutcomeUnknown
    assert type(translate(error, account="a", answer=answer(200, "{"))) is Unreachable


def test_a_bare_401_is_to_be_probed() -> None:
    error = meaning(401, blank(401, "Unauthorized"), attempt=gone())
    assert isinstance(error, Unauthorized)
    assert error.probe
    assert "account connect embassy-paris" in error.remedy


@pytest.mark.parametrize(
    "body",
    [
        {"type": PROBLEMS + "user-suspended", "title": "Forbidden", "detail": "The user is suspended", "status": 403},
        {"type": "https://api.twitter.com/2/problems/client-forbidden", "title": "Client Forbidden", "detail": "no"},
        {"type": PROBLEMS + "unsupported-authentication", "title": "Unsupported Authentication", "detail": "no"},
        {"type": PROBLEMS + "oauth1-permissions", "title": "Forbidden", "detail": "no"},
        {"errors": [{"code": 326, "message": "To protect our users, this account is temporarily locked."}]},
        {"errors": [{"code": 64, "message": "Your account is suspended"}]},
    ],
)
def test_an_account_that_may_not_post_needs_a_person(body: dict[str, Any]) -> None:
    error = meaning(403, body, attempt=gone())
    assert isinstance(error, Unauthorized)
    assert not error.probe


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (402, {"title": "CreditsDepleted", "type": PROBLEMS + "credits", "detail": "no credits"}),
        (402, ""),
        (403, {"title": "UsageCapped", "type": PROBLEMS + "usage-capped", "detail": "cap"}),
        (429, {"title": "UsageCapped", "type": PROBLEMS + "usage-capped", "detail": "cap"}),
    ],
)
def test_an_empty_purse_is_the_operators(status: int, body: Any) -> None:
    assert type(meaning(status, body, attempt=gone())) is OutOfCredit


def test_the_code_of_an_empty_purse_is_xs_own_word() -> None:
    assert meaning(402, {"title": "CreditsDepleted", "type": PROBLEMS + "credits"}).code == "CreditsDepleted"


def test_a_throttle_ends_when_x_says() -> None:
    error = meaning(429, blank(429, "Too Many Requests"), attempt=gone(), x_rate_limit_reset=str(RESET))
    assert isinstance(error, Throttled)
    assert error.retry_at == datetime.fromtimestamp(RESET, UTC)


def test_a_days_limit_that_is_used_up_counts_before_the_quarter_of_an_hour() -> None:
    headers = {
        "x_rate_limit_reset": str(RESET),
        "x_user_limit_24hour_remaining": "0",
        "x_user_limit_24hour_reset": str(RESET + 7200),
        "x_app_limit_24hour_remaining": "5",
        "x_app_limit_24hour_reset": str(RESET + 9000),
    }
    error = meaning(429, blank(429, "Too Many Requests"), **headers)
    assert isinstance(error, Throttled)
    assert error.retry_at == datetime.fromtimestamp(RESET + 7200, UTC)


@pytest.mark.parametrize("headers", [{}, {"x_rate_limit_reset": "soon"}, {"x_rate_limit_reset": "9" * 30}])
def test_a_throttle_without_a_time_says_so(headers: dict[str, str]) -> None:
    error = meaning(429, "", attempt=gone(), **headers)
    assert isinstance(error, Throttled)
    assert error.retry_at is None


def test_the_old_form_of_a_throttle_is_one() -> None:
    assert type(meaning(429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]})) is Throttled


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (403, blank(403, "You are not allowed to create a Tweet with duplicate content.")),
        (403, {"errors": [{"code": 187, "message": "Status is a duplicate."}]}),
        (403, {"errors": [{"code": 327, "message": "You have already retweeted this Tweet."}]}),
    ],
)
def test_a_duplicate_is_evidence(status: int, body: dict[str, Any]) -> None:
    error = meaning(status, body, attempt=gone())
    assert isinstance(error, Rejected)
    assert error.duplicate


@pytest.mark.parametrize(
    "body",
    [
        blank(400, "Your media IDs are invalid."),
        {"errors": [{"parameters": {"media.media_ids": ["5"]}, "message": "no"}], "type": PROBLEMS + "invalid-request"},
    ],
)
def test_media_that_count_no_longer_have_a_code_of_their_own(body: dict[str, Any]) -> None:
    error = meaning(400, body, attempt=gone())
    assert (type(error), error.code) == (Rejected, "media-invalid")


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (403, blank(403, "You are not permitted to perform this action."), "HTTP 403"),
        (400, {"errors": [{"message": "$.text: too long"}], "type": PROBLEMS + "invalid-request"}, "invalid-request"),
        (400, {"errors": [{"code": 186, "message": "Too long"}]}, "186"),
        (404, {"errors": [{"message": "x"}], "type": PROBLEMS + "resource-not-found"}, "resource-not-found"),
    ],
)
def test_any_other_refusal_is_for_good(status: int, body: dict[str, Any], code: str) -> None:
    error = meaning(status, body, attempt=gone())
    assert isinstance(error, Rejected)
    assert (error.duplicate, error.code) == (False, code)


def test_xs_sentence_is_quoted_in_one_safe_line_without_secrets() -> None:
    said = answer(400, json.dumps(blank(400, "bad \x1b[31m\n thing hush-hush " + "y" * 999)))
    error = translate(tweepy.errors.BadRequest(said), account="a", answer=said, secrets=("hush-hush",))
    assert str(error).startswith("X refused it: bad [31m thing [secret] yyy")
    assert len(str(error)) < 400


def test_the_answer_is_found_in_tweepys_error_too() -> None:
    assert type(translate(tweepy.errors.Forbidden(answer(403, json.dumps(blank(403, "no")))), account="a")) is Rejected


def test_an_error_of_ours_stays_as_it_is() -> None:
    ours = Unreachable("held up", code="deadline")
    assert translate(ours, account="a", attempt=gone()) is ours
