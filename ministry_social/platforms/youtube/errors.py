"""What each failure of YouTube and its client libraries means to us: the one gate for foreign errors.

Reasons are the `error.errors[].reason` of YouTube Data API v3 (developers.google.com/youtube/v3/docs/errors).
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from google.auth import exceptions as google_errors
from googleapiclient import errors as client_errors

from ...errors import MinistryError, OutcomeUnknown, PlatformError, Rejected, Throttled, Unauthorized, Unreachable
from ...ports import Clock
from ..gate import Attempt, lost
from ..redaction import harmless, redact

PLATFORM = "YouTube"

# Quotas are renewed at midnight Pacific time (developers.google.com/youtube/v3/determine_quota_cost).
QUOTA = frozenset({"quotaExceeded", "dailyLimitExceeded"})
PACIFIC = ZoneInfo("America/Los_Angeles")
# The channel's own cap on uploads; YouTube's text says: try again in 24 hours.
UPLOADS = "uploadLimitExceeded"
UPLOADS_PAUSE = timedelta(hours=24)
SLOWER = frozenset(
    {"rateLimitExceeded", "userRateLimitExceeded", "uploadRateLimitExceeded", "servingLimitExceeded", "RATE_LIMIT_EXCEEDED"}
)
# Ours: YouTube does not say how long. One minute is the window of Google's per-minute quotas.
SLOWER_PAUSE = timedelta(minutes=1)
UNAUTHORIZED = frozenset(
    {
        "authError", "unauthorized", "youtubeSignupRequired", "forbidden", "insufficientPermissions",
        "accessNotConfigured", "accountSuspended", "accountClosed", "channelSuspended", "channelClosed",
        "authenticatedUserAccountSuspended", "authenticatedUserAccountClosed", "authenticatedUserNotChannel",
    }
)  # fmt: skip
# Of these, no new credential helps.
SHUT_OUT = frozenset(
    {
        "accountSuspended", "accountClosed", "channelSuspended", "channelClosed",
        "authenticatedUserAccountSuspended", "authenticatedUserAccountClosed",
    }
)  # fmt: skip
UNSOUND = (client_errors.MediaUploadSizeError, client_errors.UnacceptableMimeTypeError, client_errors.UnknownFileType)


@contextmanager
def translated(*, clock: Clock, account: str, secrets: tuple[str, ...] = (), attempt: Attempt | None = None) -> Iterator[None]:
    """Around every call of a foreign library: what comes out is one of our errors, with the foreign one as its cause.

    A cause whose words would show a secret (the address of an upload) is replaced by a stand-in.
    """
    try:
        yield
    except MinistryError:
        raise
    except Exception as error:  # noqa: BLE001 - the libraries raise whatever comes; all of it becomes ours
        ours = translate(error, clock=clock, account=account, secrets=secrets, attempt=attempt)
        raise ours from harmless(error, secrets)


def translate(
    error: Exception, *, clock: Clock, account: str, secrets: tuple[str, ...] = (), attempt: Attempt | None = None
) -> PlatformError:
    """Our error for a foreign one. `attempt` is given within `publish` only: there, what is not certain is unknown."""
    if isinstance(error, PlatformError):
        return error
    if isinstance(error, client_errors.HttpError) and error.resp is not None:
        return _answered(error, clock.now(), account, secrets, attempt)
    if isinstance(error, google_errors.GoogleAuthError):
        return _at_sign_in(error, account, attempt)
    if isinstance(error, UNSOUND):
        return Rejected("YouTube does not take this file.", code=type(error).__name__, remedy=str(error))
    if isinstance(error, OSError):  # every transport error of requests is one
        return lost(attempt, error, platform=PLATFORM)
    if isinstance(error, client_errors.Error) and not (attempt and attempt.written):
        # What is left of the library's errors says that it was used wrongly: trying again changes nothing.
        return Rejected(f"The request to YouTube could not be made ({type(error).__name__}).", code=type(error).__name__)
    return lost(attempt, error, platform=PLATFORM)


def next_midnight(now: datetime) -> datetime:
    """When YouTube's daily quota begins anew: the next midnight in California, in UTC."""
    tomorrow = now.astimezone(PACIFIC).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(0), tzinfo=PACIFIC).astimezone(UTC)


def said(content: bytes) -> tuple[str, str] | None:
    """Reason and message of YouTube's error body, or None where the body is not YouTube's."""
    try:
        error = json.loads(content)["error"]
        first = (error.get("errors") or [{}])[0]
        reason, message = first.get("reason") or error.get("status") or "", error.get("message") or first.get("message") or ""
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None
    return str(reason), re.sub(r"<[^>]*>", "", str(message)).strip()


def _answered(error: Any, now: datetime, account: str, secrets: tuple[str, ...], attempt: Attempt | None) -> PlatformError:
    status, words = int(error.resp.status), said(error.content or b"")
    if status >= 500 or status < 400 or (words is None and status not in (401, 429)):
        return _unclear(status, words[0] if words else "", attempt)
    reason, message = words or ("", "")
    code = reason or f"HTTP {status}"
    detail = redact(message, secrets)[:300] or code
    if reason in QUOTA:
        return Throttled("The project's YouTube quota of today is used up.", code=code, retry_at=next_midnight(now), whole_app=True)
    if reason == UPLOADS:
        return Throttled("The channel may not upload more videos today.", code=code, retry_at=now + UPLOADS_PAUSE)
    if reason in SLOWER or status == 429:
        return Throttled("YouTube asks for fewer requests.", code=code, retry_at=now + _pause(error.resp))
    if status == 401 or reason in UNAUTHORIZED:
        return _unauthorized(f"YouTube does not let us act for {account}: {detail}", code, account)
    return Rejected(f"YouTube refused it: {detail}", code=code)


def _unclear(status: int, reason: str, attempt: Attempt | None) -> PlatformError:
    """An answer that is not a refusal by YouTube: a failing server, or something else between it and us."""
    code = reason or f"HTTP {status}"
    if attempt is not None and attempt.written:
        return OutcomeUnknown(f"YouTube answered with HTTP {status}; it may have been published.", code=code)
    return Unreachable(f"YouTube could not do it now (HTTP {status}).", code=code)


def _at_sign_in(error: Any, account: str, attempt: Attempt | None) -> PlatformError:
    if isinstance(error, google_errors.RefreshError) and not isinstance(error, google_errors.ReauthFailError):
        answer = error.args[1] if len(error.args) > 1 and isinstance(error.args[1], dict) else {}
        if not answer.get("error") or error.retryable:
            return lost(attempt, error, platform="Google's sign-in")  # an HTML page, a failing server
        code = str(answer["error"])
        return _unauthorized(f"Google no longer accepts the permission of {account} ({code}).", code, account)
    if isinstance(error, (google_errors.TransportError, google_errors.TimeoutError, google_errors.ResponseError)):
        return lost(attempt, error, platform="Google's sign-in")
    if attempt is not None and attempt.written:
        return lost(attempt, error, platform=PLATFORM)
    code = type(error).__name__
    return _unauthorized(f"Google's sign-in cannot use the credential of {account} ({code}).", code, account)


def _unauthorized(sentence: str, code: str, account: str) -> Unauthorized:
    if code in SHUT_OUT:
        return Unauthorized(sentence, code=code, remedy="Somebody must look at the channel on youtube.com.")
    return Unauthorized(
        sentence, code=code, remedy=f"Connect it again: ministry-social account connect {account} --credential FILE"
    )


def _pause(answer: Any) -> timedelta:
    after = str(answer.get("retry-after", ""))
    return timedelta(seconds=int(after)) if after.isdigit() else SLOWER_PAUSE
