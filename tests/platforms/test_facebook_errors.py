"""What Facebook's answers and facebook-sdk's failures become."""

import json
from datetime import timedelta
from typing import Any

import pytest
import requests
import requests.exceptions
import urllib3.exceptions

from ministry_social.errors import OutcomeUnknown, PlatformError, Rejected, Throttled, Unauthorized, Unreachable
from ministry_social.platforms.facebook.errors import translate, wanted_piece
from ministry_social.platforms.facebook.wire import library
from ministry_social.platforms.gate import Attempt

from .bench import AMPLE, NOON
from .foreign import answer, build, exceptions_of

sdk = library()
JSON = {"Content_Type": "application/json; charset=UTF-8"}


def gone() -> Attempt:
    return Attempt(deadline=AMPLE, needs=15, written=True)


def not_gone() -> Attempt:
    return Attempt(deadline=AMPLE, needs=15)


def body(code: int, subcode: int = 0, message: str = "no", **more: Any) -> dict[str, Any]:
    error = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A1"} | more
    return {"error": error | ({"error_subcode": subcode} if subcode else {})}


def meaning(said: dict[str, Any], *, status: int = 400, attempt: Attempt | None = None, **headers: str) -> PlatformError:
    """What an answer means, by way of the library's own error."""
    response = answer(status, json.dumps(said), **(JSON | headers))
    return translate(sdk.GraphAPIError(said), account="mfa-page", now=NOON, attempt=attempt, answer=response)


def unread(status: int, text: str, error: Exception, attempt: Attempt | None = None) -> PlatformError:
    """What an answer means in which the library finds no error of Facebook's."""
    return translate(error, account="mfa-page", now=NOON, attempt=attempt, answer=answer(status, text))


WALKED = [
    *exceptions_of(requests.exceptions), *exceptions_of(urllib3.exceptions), *exceptions_of(sdk),
    KeyError, ValueError, json.JSONDecodeError, AssertionError, TypeError,
]  # fmt: skip


@pytest.mark.parametrize("kind", WALKED, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_every_foreign_error_becomes_one_of_ours(kind: type[Exception]) -> None:
    error = build(kind, result="Maintype was not text, image, or querystring", msg="boom", doc="{", pos=0)
    assert type(translate(error, account="a", now=NOON)) is Unreachable
    assert type(translate(error, account="a", now=NOON, attempt=not_gone())) is Unreachable
    assert type(translate(error, account="a", now=NOON, attempt=gone())) is OutcomeUnknown


@pytest.mark.parametrize(
    ("status", "text", "error"),
    [
        (502, "<html>Sorry, something went wrong.</html>", sdk.GraphAPIError("Maintype was not text, image, or querystring")),
        (503, "", KeyError("content-type")),
        (500, "{}", ValueError("HTTP 500 without an error")),
        (200, '{"id":', requests.exceptions.JSONDecodeError("Expecting value", "{", 0)),
        (200, '{"error":"no"}', sdk.GraphAPIError({"error": "no"})),
        (200, '{"error":["no"]}', sdk.GraphAPIError({"error": ["no"]})),
        (400, '{"error":{"message":"no"}}', sdk.GraphAPIError({"error": {"message": "no"}})),
        (400, '{"error_msg":"no"}', sdk.GraphAPIError({"error_msg": "no"})),
        (403, "<html>A proxy says no</html>", sdk.GraphAPIError("Maintype was not text, image, or querystring")),
    ],
)
def test_an_answer_without_facebooks_code_tells_nothing(status: int, text: str, error: Exception) -> None:
    assert type(unread(status, text, error)) is Unreachable
    unknown = unread(status, text, error, gone())
    assert type(unknown) is OutcomeUnknown
    assert unknown.code == (f"HTTP {status}" if status != 200 else type(error).__name__)


def test_a_refusal_counts_whatever_type_its_answer_claims_to_be() -> None:
    said = json.dumps(body(506))
    error = unread(400, said, sdk.GraphAPIError("Maintype was not text, image, or querystring"), gone())
    assert (type(error), error.code) == (Rejected, "506")


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (500, body(2, message="An unexpected error has occurred.", is_transient=True)),
        (200, body(1)),
        (400, body(1, 99)),
        (400, body(2)),
        (400, body(100, 1363047)),
        (400, body(100, 1609010)),
        (400, body(368, is_transient=True)),
        (503, body(100)),
    ],
)
def test_facebook_not_knowing_itself_is_unknown_when_publishing(status: int, said: dict[str, Any]) -> None:
    assert type(meaning(said, status=status, attempt=gone())) is OutcomeUnknown
    assert type(meaning(said, status=status)) is Unreachable


@pytest.mark.parametrize("code", [4, 17, 32, 613, 80001, 341])
def test_a_limit_that_is_used_up_is_a_throttle(code: int) -> None:
    error = meaning(body(code, is_transient=True), status=403, attempt=gone())
    assert isinstance(error, Throttled)
    assert error.retry_at == NOON + timedelta(minutes=15)
    assert error.code == str(code)


def usage(*minutes: int) -> str:
    return json.dumps({"4001": [{"type": "pages", "estimated_time_to_regain_access": each} for each in minutes]})


@pytest.mark.parametrize(
    ("header", "minutes"),
    [
        (usage(7), 7), (usage(3, 40), 40), (usage(0), 15), ("not JSON", 15), ("[]", 15), ('{"4001":5}', 15),
        ('{"4001":["x"]}', 15), (usage(10**9), 7 * 24 * 60),
    ],
)  # fmt: skip
def test_a_throttle_ends_when_facebook_says(header: str, minutes: int) -> None:
    error = meaning(body(80001), attempt=gone(), X_Business_Use_Case_Usage=header)
    assert isinstance(error, Throttled)
    assert error.retry_at == NOON + timedelta(minutes=minutes)


FULL, HALF = '{"call_count":100,"total_time":25,"total_cputime":25}', '{"call_count":50,"total_time":25,"total_cputime":25}'


@pytest.mark.parametrize("code", [4, 17, 32, 613, 80001, 341])
@pytest.mark.parametrize(
    ("headers", "whole_app"),
    [
        ({"X_App_Usage": FULL}, True),
        ({"X_App_Usage": '{"call_count":1,"total_time":2,"total_cputime":104}'}, True),
        ({"X_App_Usage": FULL, "X_Page_Usage": FULL}, True),
        ({"X_App_Usage": HALF, "X_Page_Usage": FULL}, False),
        ({"X_Page_Usage": FULL}, False),
        ({"X_Business_Use_Case_Usage": f'{{"4001":[{HALF},{FULL}]}}'}, False),
        ({"X_Business_Use_Case_Usage": usage(7)}, False),
    ],
)
def test_the_usage_headers_say_whether_the_page_or_the_whole_app_waits(code: int, headers: dict[str, str], whole_app: bool) -> None:
    error = meaning(body(code), attempt=gone(), **headers)
    assert isinstance(error, Throttled)
    assert error.whole_app is whole_app


@pytest.mark.parametrize(("code", "whole_app"), [(4, True), (341, True), (17, False), (32, False), (613, False), (80001, False)])
@pytest.mark.parametrize("header", [HALF, "", "not JSON", "[100]", '{"call_count":"many"}', "100"])
def test_without_a_word_of_theirs_the_code_says_who_waits(code: int, whole_app: bool, header: str) -> None:
    for name in ("X_App_Usage", "X_Page_Usage", "X_Business_Use_Case_Usage"):
        error = meaning(body(code), attempt=gone(), **{name: header})
        assert isinstance(error, Throttled)
        assert (error.whole_app, error.retry_at) == (whole_app, NOON + timedelta(minutes=15))


def test_minutes_are_no_per_cents() -> None:
    error = meaning(body(4), X_App_Usage=HALF, X_Business_Use_Case_Usage=usage(120))
    assert isinstance(error, Throttled)
    assert (error.whole_app, error.retry_at) == (False, NOON + timedelta(minutes=120))


def test_a_page_that_posts_too_fast_is_the_only_one_that_waits() -> None:
    error = meaning(body(368, 1390008), X_App_Usage=FULL)
    assert isinstance(error, Throttled)
    assert not error.whole_app


def test_posting_too_fast_costs_an_hour_at_least() -> None:
    error = meaning(body(368, 1390008), attempt=gone())
    assert isinstance(error, Throttled)
    assert error.retry_at == NOON + timedelta(hours=1)
    longer = meaning(body(368, 1390008), X_Business_Use_Case_Usage=usage(90))
    assert isinstance(longer, Throttled)
    assert longer.retry_at == NOON + timedelta(minutes=90)


def test_http_429_is_a_throttle_without_a_code_too() -> None:
    error = unread(429, "<html>slow down</html>", KeyError("content-type"), gone())
    assert isinstance(error, Throttled)
    assert (error.retry_at, error.whole_app) == (NOON + timedelta(minutes=15), False)
    said = answer(429, "", X_App_Usage=FULL)
    full = translate(KeyError("content-type"), account="a", now=NOON, attempt=gone(), answer=said)
    assert isinstance(full, Throttled)
    assert full.whole_app


@pytest.mark.parametrize("said", [body(506), body(506, 1455006), body(368, 1404082), body(100, 1366051)])
def test_a_duplicate_is_evidence(said: dict[str, Any]) -> None:
    error = meaning(said, attempt=gone())
    assert isinstance(error, Rejected)
    assert error.duplicate


@pytest.mark.parametrize(
    "said",
    [
        body(368), body(368, 1346003), body(368, 1404102), body(100), body(100, 33), body(100, 1609005), body(100, 1609008),
        body(100, 2061006), body(100, 1349125), body(100, 1366046), body(324), body(352, 1363024), body(2635), body(2500),
    ],
)  # fmt: skip
def test_any_other_refusal_is_for_good(said: dict[str, Any]) -> None:
    error = meaning(said, attempt=gone())
    assert isinstance(error, Rejected)
    assert not error.duplicate


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        (body(190), "right Page ticked"),
        (body(190, 458), "was removed"),
        (body(190, 459), "log in at facebook.com"),
        (body(190, 460), "password"),
        (body(190, 463), "expired"),
        (body(190, 464), "confirm"),
        (body(190, 467), "revoked"),
        (body(190, 492), "no role"),
        (body(102), "Connect it again"),
        (body(10), "permission"),
        (body(200), "permission"),
        (body(299), "permission"),
        (body(368, 1404006), "security check"),
        (body(368, 1404078), "Page Publishing Authorization"),
        (body(200, 1404078), "Page Publishing Authorization"),
    ],
)
def test_an_account_that_may_not_post_needs_a_person(said: dict[str, Any], remedy: str) -> None:
    error = meaning(said, attempt=gone())
    assert isinstance(error, Unauthorized)
    assert remedy in error.remedy
    assert not error.probe
    assert "{" not in error.remedy


def test_a_remedy_names_the_command_and_the_account() -> None:
    assert meaning(body(190, 463)).remedy.endswith("ministry-social account connect mfa-page --credential FILE")


def test_the_code_is_facebooks_own_word() -> None:
    assert [meaning(body(190, 463)).code, meaning(body(506)).code] == ["190/463", "506"]


def test_facebooks_sentence_for_people_comes_first_in_one_safe_line_without_secrets() -> None:
    said = body(100, 2061006, message="(#100) x", error_user_msg="bad \x1b[31m\n thing hush-hush " + "y" * 999)
    error = translate(sdk.GraphAPIError(said), account="a", now=NOON, secrets=("hush-hush",))
    assert str(error).startswith("Facebook refused it: bad [31m thing [secret] yyy")
    assert len(str(error)) < 400


def test_which_piece_of_a_video_comes_next_stands_in_the_refusal() -> None:
    offsets = {"start_offset": "4096", "end_offset": "8192"}
    for data in (offsets, json.dumps(offsets)):
        assert wanted_piece(sdk.GraphAPIError(body(6001, 1363037, error_data=data))) == (4096, 8192)
    for other in (body(6001, 1363037), body(6001, 1363037, error_data="x"), body(100)):
        assert wanted_piece(sdk.GraphAPIError(other)) is None
    assert wanted_piece(KeyError("content-type")) is None


def test_an_error_of_ours_stays_as_it_is() -> None:
    ours = Unreachable("held up", code="deadline")
    assert translate(ours, account="a", now=NOON, attempt=gone()) is ours
