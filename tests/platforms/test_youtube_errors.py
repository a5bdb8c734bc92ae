"""What each failure of YouTube's libraries and each answer of YouTube means to us."""

import http.client
import inspect
import json
import traceback
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import google.auth.exceptions
import googleapiclient.errors
import httplib2
import httplib2.error
import pytest
import requests.exceptions
import urllib3.exceptions

from ministry_social.errors import OutcomeUnknown, PlatformError, Rejected, Throttled, Unauthorized, Unreachable
from ministry_social.platforms.gate import Attempt
from ministry_social.platforms.youtube import errors

from .bench import AMPLE, NOON, FixedClock

Answer = type[PlatformError]
SENT = Attempt(deadline=AMPLE, needs=15.0, written=True)
NOT_SENT = Attempt(deadline=AMPLE, needs=15.0)


def translate(error: Exception, attempt: Attempt | None = None, secrets: tuple[str, ...] = ()) -> PlatformError:
    return errors.translate(error, clock=FixedClock(), account="mfa-channel", secrets=secrets, attempt=attempt)


def http_error(status: int, reason: str = "", message: str = "No.", **headers: str) -> googleapiclient.errors.HttpError:
    """An answer of YouTube in its own form, or an HTML page where there is no reason."""
    body = {"error": {"code": status, "message": message, "errors": [{"message": message, "reason": reason}]}}
    content = json.dumps(body).encode() if reason else b"<html>Sorry</html>"
    return googleapiclient.errors.HttpError(httplib2.Response({"status": str(status), **headers}), content)


def exceptions_of(*modules: ModuleType) -> list[type[Exception]]:
    """Every exception class that these modules define."""
    found = {
        kind
        for module in modules
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, Exception) and kind.__module__ == module.__name__
    }
    return sorted(found, key=lambda kind: (kind.__module__, kind.__name__))


def example(kind: type[Any]) -> Exception:
    """One exception of a class, made as its library makes it."""
    if kind is googleapiclient.errors.BatchError:
        return googleapiclient.errors.BatchError("no")
    if issubclass(kind, googleapiclient.errors.HttpError):
        return kind(httplib2.Response({"status": "503"}), b"")
    by_hand = {
        googleapiclient.errors.UnexpectedBodyError: ("a", "b"),
        requests.exceptions.JSONDecodeError: ("no", "", 0),
    }
    if issubclass(kind, httplib2.error.HttpLib2ErrorWithResponse):
        return kind("no", httplib2.Response({}), b"")
    return kind(*by_hand.get(kind, ("no",)))


GOOGLE_API = exceptions_of(googleapiclient.errors)
GOOGLE_AUTH = exceptions_of(google.auth.exceptions)
TRANSPORT = exceptions_of(requests.exceptions, httplib2.error)
OTHER: list[type[Exception]] = [
    ConnectionResetError, TimeoutError, http.client.BadStatusLine, UnicodeDecodeError, KeyError, TypeError, ValueError,
    urllib3.exceptions.HTTPError,
]  # fmt: skip
MISUSE = {kind for kind in GOOGLE_API if not issubclass(kind, googleapiclient.errors.HttpError)} | {
    googleapiclient.errors.BatchError
}
SIGN_IN_TRANSPORT = {"TransportError", "TimeoutError", "ResponseError", "RefreshError"}


def test_the_walk_meets_all_of_them() -> None:
    assert (len(GOOGLE_API), len(GOOGLE_AUTH), len(TRANSPORT)) >= (14, 17, 30)


@pytest.mark.parametrize("kind", [*TRANSPORT, *OTHER], ids=lambda kind: kind.__name__)
def test_a_lost_connection_is_unknown_only_after_a_byte_has_left(kind: type[Exception]) -> None:
    made = UnicodeDecodeError("utf-8", b"", 0, 1, "no") if kind is UnicodeDecodeError else example(kind)
    assert type(translate(made)) is Unreachable
    assert type(translate(made, NOT_SENT)) is Unreachable
    assert type(translate(made, SENT)) is OutcomeUnknown


@pytest.mark.parametrize("kind", GOOGLE_API, ids=lambda kind: kind.__name__)
def test_every_error_of_the_client_library_becomes_ours(kind: type[Exception]) -> None:
    made = example(kind)
    expected: Answer = Rejected if kind in MISUSE else Unreachable
    assert type(translate(made)) is expected
    assert type(translate(made, NOT_SENT)) is expected
    if isinstance(made, errors.UNSOUND):
        assert type(translate(made, SENT)) is Rejected  # the library raises it before it sends
    else:
        assert type(translate(made, SENT)) is OutcomeUnknown


@pytest.mark.parametrize("kind", GOOGLE_AUTH, ids=lambda kind: kind.__name__)
def test_every_error_of_the_sign_in_becomes_ours(kind: type[Exception]) -> None:
    made = example(kind)
    expected: Answer = Unreachable if kind.__name__ in SIGN_IN_TRANSPORT else Unauthorized
    assert type(translate(made)) is expected
    assert type(translate(made, NOT_SENT)) is expected


@pytest.mark.parametrize("word", ["invalid_grant", "invalid_client", "unauthorized_client", "deleted_client"])
def test_a_permission_that_is_gone_asks_for_connecting_again(word: str) -> None:
    body = {"error": word, "error_description": "Token has been expired or revoked."}
    ours = translate(google.auth.exceptions.RefreshError(f"{word}: ...", body))
    assert type(ours) is Unauthorized
    assert ours.code == word
    assert "ministry-social account connect mfa-channel" in str(ours)


def test_a_sign_in_that_fails_for_now_is_tried_again() -> None:
    body = {"error": "server_error"}
    assert type(translate(google.auth.exceptions.RefreshError("server_error", body, retryable=True))) is Unreachable
    assert type(translate(google.auth.exceptions.RefreshError("<html>"))) is Unreachable


# status, reason, while preparing or reading, while publishing
ROWS: list[tuple[int, str, Answer, Answer]] = [
    *(
        (400, reason, Rejected, Rejected)
        for reason in (
            "invalidTitle", "invalidDescription", "invalidTags", "invalidCategoryId", "invalidPublishAt", "invalidFilename",
            "invalidRecordingDetails", "invalidVideoMetadata", "mediaBodyRequired", "defaultLanguageNotSet", "badRequest",
            "required",
        )
    ),
    (400, "uploadLimitExceeded", Throttled, Throttled),
    (401, "authError", Unauthorized, Unauthorized),
    (401, "required", Unauthorized, Unauthorized),
    (401, "youtubeSignupRequired", Unauthorized, Unauthorized),
    (401, "", Unauthorized, Unauthorized),
    (403, "forbidden", Unauthorized, Unauthorized),
    (403, "insufficientPermissions", Unauthorized, Unauthorized),
    (403, "accessNotConfigured", Unauthorized, Unauthorized),
    (403, "authenticatedUserAccountSuspended", Unauthorized, Unauthorized),
    (403, "authenticatedUserAccountClosed", Unauthorized, Unauthorized),
    (403, "forbiddenPrivacySetting", Rejected, Rejected),
    (403, "forbiddenLicenseSetting", Rejected, Rejected),
    (403, "quotaExceeded", Throttled, Throttled),
    (403, "rateLimitExceeded", Throttled, Throttled),
    (403, "userRateLimitExceeded", Throttled, Throttled),
    (403, "", Unreachable, OutcomeUnknown),
    (404, "videoNotFound", Rejected, Rejected),
    (409, "captionExists", Rejected, Rejected),
    (429, "uploadRateLimitExceeded", Throttled, Throttled),
    (429, "", Throttled, Throttled),
    (307, "", Unreachable, OutcomeUnknown),
    (400, "", Unreachable, OutcomeUnknown),
    (500, "backendError", Unreachable, OutcomeUnknown),
    (502, "", Unreachable, OutcomeUnknown),
    (503, "backendError", Unreachable, OutcomeUnknown),
]  # fmt: skip


@pytest.mark.parametrize(("status", "reason", "before", "publishing"), ROWS)
def test_each_answer_of_youtube_has_its_error(status: int, reason: str, before: Answer, publishing: Answer) -> None:
    assert type(translate(http_error(status, reason))) is before
    ours = translate(http_error(status, reason), SENT)
    assert type(ours) is publishing
    assert ours.code == (reason or f"HTTP {status}")


@pytest.mark.parametrize(
    ("now", "midnight"),
    [
        (datetime(2026, 12, 1, 12, 0, tzinfo=UTC), datetime(2026, 12, 2, 8, 0, tzinfo=UTC)),
        (datetime(2026, 12, 2, 7, 59, tzinfo=UTC), datetime(2026, 12, 2, 8, 0, tzinfo=UTC)),
        (datetime(2026, 7, 1, 7, 0, tzinfo=UTC), datetime(2026, 7, 2, 7, 0, tzinfo=UTC)),
        (datetime(2026, 11, 1, 8, 0, tzinfo=UTC), datetime(2026, 11, 2, 8, 0, tzinfo=UTC)),  # the clocks go back that day
    ],
)
def test_a_quota_begins_anew_at_midnight_in_california(now: datetime, midnight: datetime) -> None:
    ours = errors.translate(http_error(403, "quotaExceeded"), clock=FixedClock(now), account="mfa-channel")
    assert isinstance(ours, Throttled)
    assert ours.retry_at == midnight


def test_the_upload_limit_ends_after_a_day() -> None:
    ours = translate(http_error(400, "uploadLimitExceeded"))
    assert isinstance(ours, Throttled)
    assert ours.retry_at == NOON + timedelta(hours=24)


def test_a_rate_limit_ends_when_youtube_says_or_after_a_minute() -> None:
    said, unsaid = translate(http_error(429, "rateLimitExceeded", **{"retry-after": "7"})), translate(http_error(429))
    assert isinstance(said, Throttled)
    assert said.retry_at == NOON + timedelta(seconds=7)
    assert isinstance(unsaid, Throttled)
    assert unsaid.retry_at == NOON + timedelta(minutes=1)


def test_a_sentence_for_people_holds_neither_html_nor_secrets() -> None:
    ours = translate(http_error(400, "invalidTitle", 'Bad <a href="x">title</a> for tell-tale'), secrets=("tell-tale",))
    assert "Bad title for [secret]" in str(ours)


def test_the_foreign_error_is_the_cause_or_a_stand_in_without_the_secret() -> None:
    for sentence, kept in (("PUT /upload?upload_id=harmless", True), ("PUT /upload?upload_id=tell-tale", False)):
        foreign = requests.exceptions.ConnectionError(sentence)
        with (
            pytest.raises(Unreachable) as caught,
            errors.translated(clock=FixedClock(), account="mfa-channel", secrets=("tell-tale",)),
        ):
            raise foreign
        assert (caught.value.__cause__ is foreign) is kept
        assert "tell-tale" not in "".join(traceback.format_exception(caught.value))


def test_our_own_errors_pass_as_they_are() -> None:
    ours = Unreachable("This process was held up.")
    assert translate(ours, SENT) is ours
