"""What Facebook's refusals and lost answers mean, in our errors.

The rows are those of docs/platforms.md, Facebook. Sources: developers.facebook.com (Graph API, error handling and rate
limiting), and answers that users of the Graph API have published. Only codes and subcodes decide, never a sentence.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

import requests

from ...errors import OutcomeUnknown, PlatformError, Rejected, Throttled, Unauthorized, Unreachable
from ..gate import Attempt, lost
from ..redaction import redact

GONE = "100/33"  # nothing stands there, or not for this token
MEDIA_INVALID = "media-invalid"  # the uploaded photos or video count no longer: preparing once more may help
# How a publishing request with media is refused then. A bare 100 may mean something else as well; one more upload does no harm.
MEDIA_GONE = {"100", "100/1363033", "6000/1363019"}
WRONG_OFFSET = 1363037  # a piece of a video that Facebook did not expect; its answer says which one it does

# 1 and 2 say nothing about what was done: posts went live under code 2 with HTTP 500 (GitHub arsduo/koala #699).
_UNCLEAR = {1, 2}
_UNCLEAR_SUBCODES = {1363047, 1609010}
# Platform, user, Page, custom and business-use-case limits; 341 is the app's. Not carried out.
_THROTTLED = {4, 17, 32, 613, 80001, 341}
_WHOLE_APP = {4, 341}  # the limit of the app itself, whichever Page it works for
_TOO_FAST = (368, 1390008)
# 506 is said of the text before; 1366051 of photos that stand there already; 1404082 belongs to 368, "You've already posted this".
_DUPLICATE, _DUPLICATE_SUBCODES = {506}, {1366051, 1404082, 1455006}
_UNAUTHORIZED = {190, 102, 10, *range(200, 300)}
_PAUSE = timedelta(minutes=15)  # ours, where Facebook does not say how long
_LONG_PAUSE = timedelta(hours=1)  # ours, for an account that posts too fast
_USED_UP = 100  # per cent, in the usage headers
_REGAIN = "estimated_time_to_regain_access"  # minutes

_AGAIN = "Connect it again: ministry-social account connect {account} --credential FILE"
# What a person must do, by subcode; each of these needs somebody at facebook.com first.
_REMEDIES = {
    458: f"The app was removed from the account. {_AGAIN}",
    459: "Facebook wants a security check: somebody who runs the Page must log in at facebook.com and follow what it says.",
    460: f"The password of the person behind the token was changed. {_AGAIN}",
    463: f"The token has expired. {_AGAIN}",
    464: f"The person behind the token must confirm their own account at facebook.com. {_AGAIN}",
    467: f"The token was revoked. {_AGAIN}",
    492: f"The person behind the token has no role on the Page any more: a Page admin must give one. {_AGAIN}",
    1404006: "Facebook wants a security check: somebody who runs the Page must log in at facebook.com and follow what it says.",
    1404078: "The Page needs Page Publishing Authorization: whoever runs it must complete that at facebook.com.",
    1404112: "Facebook has limited the account for some days: somebody who runs the Page must look at facebook.com.",
    4854002: "Somebody who runs the Page must confirm their identity in the Facebook app.",
}
_NOT_GRANTED = f"Log in again with the right Page ticked and every permission allowed. {_AGAIN}"
_REFUSED_REMEDIES = {
    2635: "Set a version of the Graph API that lives, in ministry.toml: [facebook] version.",
    1366046: "Photos are JPEG or PNG, of 4 MB at most.",
    1609008: "Facebook takes no link to facebook.com.",
}


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What Facebook's usage headers say: whose limit is used up, and after how many minutes it lets us again (0: no word)."""

    app: bool = False
    page: bool = False
    minutes: int = 0

    @classmethod
    def read(cls, headers: Mapping[str, str]) -> Self:
        """X-App-Usage counts for the app, X-Page-Usage and X-Business-Use-Case-Usage for one Page; all in per cent."""
        business = _rows(_loaded(headers.get("X-Business-Use-Case-Usage", "")))
        waits = [_number(row.get(_REGAIN)) for row in business]
        page = [_loaded(headers.get("X-Page-Usage", "")), *business]
        return cls(
            app=_used_up(_loaded(headers.get("X-App-Usage", ""))),
            page=any(waits) or any(_used_up(row) for row in page),
            minutes=min(max(waits, default=0), 7 * 24 * 60),  # a week at most: a larger number is a slip, not an answer
        )

    def whole_app(self, code: int = 0) -> bool:
        """Whether every Page must wait: as the headers say, which see more than the code does; else as the code means it."""
        return self.app if self.app or self.page else code in _WHOLE_APP


_SILENT = Usage()


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A refusal as Facebook words it."""

    status: int
    code: int
    subcode: int = 0
    transient: bool = False
    message: str = ""
    usage: Usage = _SILENT

    @classmethod
    def read(cls, error: Exception, answer: requests.Response | None) -> Self | None:
        """The refusal in facebook-sdk's error (it keeps the body in `result`) or in the answer; None where there is none."""
        body = _error_body(getattr(error, "result", None)) or _error_body(_json(answer))
        if body is None or not _number(body.get("code")):
            return None
        return cls(
            status=answer.status_code if answer is not None else 0,
            code=_number(body.get("code")),
            subcode=_number(body.get("error_subcode")),
            transient=body.get("is_transient") is True,
            message=str(body.get("error_user_msg") or body.get("message") or ""),
            usage=Usage.read(answer.headers) if answer is not None else _SILENT,
        )

    @property
    def word(self) -> str:
        """`190/463`, or `506` where there is no subcode."""
        return f"{self.code}/{self.subcode}" if self.subcode else str(self.code)

    @property
    def unclear(self) -> bool:
        """Whether it leaves open what was done."""
        return self.code in _UNCLEAR or self.subcode in _UNCLEAR_SUBCODES or self.transient or self.status >= 500

    @property
    def throttled(self) -> bool:
        """Whether Facebook only wants us to wait."""
        return self.code in _THROTTLED or self.too_fast

    @property
    def too_fast(self) -> bool:
        """Whether it is the Page that posts too fast, whatever is left of any limit."""
        return (self.code, self.subcode) == _TOO_FAST

    @property
    def duplicate(self) -> bool:
        """Whether the same stands there already."""
        return self.code in _DUPLICATE or self.subcode in _DUPLICATE_SUBCODES

    @property
    def shut_out(self) -> bool:
        """Whether the token does not count, or the account may not post."""
        return self.code in _UNAUTHORIZED or self.subcode in _REMEDIES


def translate(
    error: Exception,
    *,
    account: str,
    now: datetime,
    attempt: Attempt | None = None,
    answer: requests.Response | None = None,
    secrets: tuple[str, ...] = (),
) -> PlatformError:
    """Our error for a foreign one. `attempt` is given for a publishing request only: there, what is not certain is unknown.

    facebook-sdk's own oddities end here too: a sentence about "Maintype" for an HTML page, a bare `KeyError` for an answer
    without a content type, errors of requests as they are.
    """
    if isinstance(error, PlatformError):
        return error
    refusal = Refusal.read(error, answer)
    if refusal is not None:
        return _refused(refusal, account, now, attempt, secrets)
    if answer is None:
        return lost(attempt, error, platform="Facebook")
    if answer.status_code == 429:
        usage = Usage.read(answer.headers)
        wait = timedelta(minutes=usage.minutes) or _PAUSE
        return Throttled("Facebook asks for fewer calls.", code="HTTP 429", retry_at=now + wait, whole_app=usage.whole_app())
    word = f"HTTP {answer.status_code}" if not answer.ok else type(error).__name__
    return _unclear(word, attempt)


def wanted_piece(error: BaseException | None) -> tuple[int, int] | None:
    """From where to where Facebook wants the next piece of a video, if that is what its refusal says."""
    body = _error_body(getattr(error, "result", None))
    if body is None or _number(body.get("error_subcode")) != WRONG_OFFSET:
        return None
    data = body.get("error_data")
    if isinstance(data, str):  # seen both ways
        data = _loaded(data)
    offsets = [str(data.get(name, "")) for name in ("start_offset", "end_offset")] if isinstance(data, dict) else [""]
    return (int(offsets[0]), int(offsets[1])) if all(offset.isdigit() for offset in offsets) else None


def _refused(refusal: Refusal, account: str, now: datetime, attempt: Attempt | None, secrets: tuple[str, ...]) -> PlatformError:
    said, word = _quoted(refusal, secrets), refusal.word
    if refusal.throttled:
        whole_app = not refusal.too_fast and refusal.usage.whole_app(refusal.code)
        return Throttled("Facebook asks for fewer calls.", code=word, retry_at=now + _wait(refusal), whole_app=whole_app)
    if refusal.unclear:
        return _unclear(word, attempt)
    if refusal.shut_out:
        remedy = _REMEDIES.get(refusal.subcode, _NOT_GRANTED).format(account=account)
        return Unauthorized(f"Facebook does not let us act for {account}: {said}.", code=word, remedy=remedy)
    if refusal.duplicate:
        return Rejected(f"Facebook says that {account} has posted the same already.", code=word, duplicate=True)
    remedy = _REFUSED_REMEDIES.get(refusal.subcode) or _REFUSED_REMEDIES.get(refusal.code, "")
    return Rejected(f"Facebook refused it: {said}.", code=word, remedy=remedy)


def _unclear(word: str, attempt: Attempt | None) -> PlatformError:
    if attempt is not None and attempt.written:
        return OutcomeUnknown(f"Facebook answered in a way that tells nothing ({word}); it may have been published.", code=word)
    return Unreachable(f"Facebook could not do it now ({word}).", code=word)


def _wait(refusal: Refusal) -> timedelta:
    least = _LONG_PAUSE if refusal.too_fast else timedelta(0)
    return max(least, timedelta(minutes=refusal.usage.minutes) or _PAUSE)


def _rows(usage: Any) -> list[dict[str, Any]]:
    """The rows of X-Business-Use-Case-Usage: a list of them for each business."""
    lists = [rows for rows in usage.values() if isinstance(rows, list)] if isinstance(usage, dict) else []
    return [row for rows in lists for row in rows if isinstance(row, dict)]


def _used_up(usage: Any) -> bool:
    """Whether one of these figures, the minutes apart, has come to its limit."""
    figures = usage.items() if isinstance(usage, dict) else ()
    return any(name != _REGAIN and _number(value) >= _USED_UP for name, value in figures)


def _error_body(body: Any) -> dict[str, Any] | None:
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else None


def _json(answer: requests.Response | None) -> Any:
    try:
        return answer.json() if answer is not None else None
    except (ValueError, RuntimeError, requests.RequestException):  # no JSON, or the body never came whole
        return None


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _number(value: Any) -> int:
    return int(value) if isinstance(value, int) or (isinstance(value, str) and value.isdigit()) else 0


def _quoted(refusal: Refusal, secrets: tuple[str, ...]) -> str:
    """Facebook's own sentence, fit for a terminal and a ledger: one line, no control characters, at most 300 characters."""
    sentence = redact(refusal.message or refusal.word, secrets)
    printable = "".join(sign if sign.isprintable() else " " for sign in sentence)
    return re.sub(" +", " ", printable).strip().rstrip(".")[:300]
