"""What X's refusals and lost answers mean, in our errors.

The rows are those of docs/platforms.md, X. Sources: docs.x.com (response codes and errors, rate limits), and answers of
2026 that users of X's API have published.
"""

import html
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import urlsplit

import requests

from ...errors import OutcomeUnknown, OutOfCredit, PlatformError, Rejected, SignInFailed, Throttled, Unauthorized, Unreachable
from ..gate import Attempt, lost
from ..redaction import redact

MEDIA_INVALID = "media-invalid"  # the media ids count no longer: preparing once more may help
SUSPENDED = {"user-suspended", "63", "64", "326"}  # what X says of the account itself: suspended, or (326) locked
APP_UNKNOWN = {"client-forbidden"}  # our app is not set up for API v2

# Problem types and codes that say: this account, or our app for it, may not do this until a person has acted.
_SHUT_OUT = {"user-suspended", "client-forbidden", "unsupported-authentication", "oauth1-permissions"}
_SHUT_OUT_CODES = {63, 64, 261, 326, 416}  # suspended (63, 64), app may not write, account locked, app suspended
_DUPLICATE_CODES = {187, 327}  # the same text again; reposted already
_RATE_CODE = 88
_CALLBACK_CODES = {415, 417}  # the address is not registered; none is, so that only a PIN will do
_STALE_CODE = 89  # invalid or expired token
_UNKNOWN_CODES = {32, 215}  # could not authenticate you: our app's own key or secret
_OLD_ERROR = re.compile(r"<error(?: code=\"(\d{1,6})\")?>([^<]*)</error>")
_WINDOWS = ("x-user-limit-24hour", "x-app-limit-24hour")  # absent on pay-per-use, there on older contracts


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A refusal as X words it. `kind` is the last segment of its type, because X writes two hosts before it."""

    status: int
    kind: str = ""
    codes: frozenset[int] = frozenset()
    parameters: frozenset[str] = frozenset()
    title: str = ""
    detail: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, answer: requests.Response) -> Self | None:
        """The problem in an answer, or None where the body is no JSON object (an error page of something on the way)."""
        try:
            body = answer.json()
        except (ValueError, RuntimeError, requests.RequestException):  # no JSON, or the body never came whole
            return None
        if not isinstance(body, dict):
            return None
        errors = [row for row in _rows(body.get("errors")) if isinstance(row, dict)]
        kind = str(body.get("type") or "about:blank").rstrip("/").rpartition("/")[2]
        details = [str(body.get("detail") or ""), *(str(row.get("message") or "") for row in errors)]
        return cls(
            status=answer.status_code,
            kind="" if kind == "about:blank" else kind,
            codes=frozenset(row["code"] for row in errors if isinstance(row.get("code"), int)),
            parameters=frozenset(str(name) for row in errors for name in _rows(row.get("parameters"))),
            title=str(body.get("title") or ""),
            detail=" ".join(detail for detail in details if detail),
            headers={name.lower(): value for name, value in answer.headers.items()},
        )

    @property
    def word(self) -> str:
        """X's own word for it: CreditsDepleted, user-suspended, 187, HTTP 403."""
        if self.status == 402:
            return self.title or "CreditsDepleted"
        return self.kind or next((str(code) for code in sorted(self.codes)), "") or f"HTTP {self.status}"

    @property
    def duplicate(self) -> bool:
        """Whether it says that the same post stands there. The v2 answer has neither type nor code: only its sentence."""
        return bool(self.codes & _DUPLICATE_CODES) or (self.status == 403 and "duplicate content" in self.detail.lower())

    @property
    def media(self) -> bool:
        """Whether it refuses the media ids: named as the parameter, or (no type, no code) in its sentence only."""
        named = any(name.startswith("media") for name in self.parameters)
        return self.status == 400 and (named or "media ids are invalid" in self.detail.lower())


def translate(
    error: Exception,
    *,
    account: str,
    attempt: Attempt | None = None,
    answer: requests.Response | None = None,
    secrets: tuple[str, ...] = (),
) -> PlatformError:
    """The one of our errors that a failure of tweepy, requests or urllib3 means.

    `answer` is what X said, where it said something: tweepy's own errors fail to be built from some answers.
    `attempt` is set in the publishing step alone, where what is unclear is `OutcomeUnknown`; elsewhere the step may be
    repeated, and it is `Unreachable`.
    """
    if isinstance(error, PlatformError):
        return error
    said = answer if answer is not None else getattr(error, "response", None)
    # Not `if said`: a Response of requests is false where its status is 400 or more.
    if not isinstance(said, requests.Response) or said.status_code < 400:
        return lost(attempt, error, platform="X")
    problem = Problem.read(said)
    if said.status_code >= 500 or said.status_code == 408 or (problem is None and said.status_code not in (401, 402, 429)):
        return _unclear(said.status_code, attempt)
    return _meaning(problem or Problem(status=said.status_code), account, secrets)


def not_begun(answer: requests.Response, *, account: str, back: str, secrets: tuple[str, ...]) -> PlatformError:
    """Why X does not begin a sign-in. `back` is the address of ours that it should lead back to."""
    problem = _of_sign_in(answer, account, secrets)
    if isinstance(problem, PlatformError):
        return problem
    if problem.codes & _CALLBACK_CODES:
        where = urlsplit(back)._replace(query="", fragment="").geturl()
        remedy = "Enter it as a callback URL of the app in X's developer portal, or sign in with a PIN."
        return SignInFailed(
            f"X does not know our address {where}, to which it should lead back.", code="not-registered", remedy=remedy
        )
    return _app_unknown(problem, secrets)


def not_exchanged(answer: requests.Response, *, account: str, by_hand: bool, secrets: tuple[str, ...]) -> PlatformError:
    """Why X gives no credential for the answer that a person brought back."""
    problem = _of_sign_in(answer, account, secrets)
    if isinstance(problem, PlatformError):
        return problem
    if _STALE_CODE in problem.codes:
        sentence = "X does not know this sign-in any more: its answer was used before, or is too old."
        return SignInFailed(sentence, code="code-used", remedy="Begin again.")
    if problem.status != 401 or problem.codes & _UNKNOWN_CODES:
        return _app_unknown(problem, secrets)
    what = "this PIN: it is mistyped, or another sign-in's" if by_hand else "what it led back with: it is another sign-in's"
    return SignInFailed(f"X does not take {what}, or was used before.", code="strange-answer", remedy="Begin again.")


def _app_unknown(problem: Problem, secrets: tuple[str, ...]) -> SignInFailed:
    remedy = (
        "Compare the app's key and secret with X's developer portal, and store them anew: "
        "ministry-social vault app x --credential FILE"
    )
    return SignInFailed(f"X does not take sign-ins for our app: {_quoted(problem, secrets)}.", code="not-registered", remedy=remedy)


def _of_sign_in(answer: requests.Response, account: str, secrets: tuple[str, ...]) -> Problem | PlatformError:
    """What X has against a sign-in; or the error that any request can meet: no credit, a limit, an outage, a page on the way."""
    problem, status = Problem.read(answer) or _old_words(answer), answer.status_code
    if status >= 500 or status in (402, 408, 429) or (problem is None and status != 401):
        return translate(requests.HTTPError(), account=account, answer=answer, secrets=secrets)
    return problem or Problem(status=status)


def _old_words(answer: requests.Response) -> Problem | None:
    """A refusal as the addresses of OAuth 1.0a write it: XML, or a bare sentence. None where it is neither."""
    try:
        text = answer.text.strip()
    except (RuntimeError, requests.RequestException):  # it never came whole
        return None
    rows = _OLD_ERROR.findall(text)
    if not rows and "<" in text:
        return None
    codes = frozenset(int(code) for code, _ in rows if code)
    detail = " ".join(html.unescape(words) for _, words in rows) if rows else text
    return Problem(status=answer.status_code, codes=codes, detail=detail)


def _unclear(status: int, attempt: Attempt | None) -> PlatformError:
    word = f"HTTP {status}"
    if attempt is None or not attempt.written:
        return Unreachable(f"X could not do it just now ({word}).", code=word)
    return OutcomeUnknown(f"X answered {word}, which does not say whether it was published.", code=word)


def _meaning(problem: Problem, account: str, secrets: tuple[str, ...]) -> PlatformError:
    word, said = problem.word, _quoted(problem, secrets)
    again = f"Connect it again: ministry-social account connect {account} --credential FILE"
    if problem.status == 402 or problem.kind in ("credits", "usage-capped"):
        return OutOfCredit(f"X wants to be paid first: {said}.", code=word, remedy="Buy credits in X's developer console.")
    if problem.status == 429 or problem.kind == "rate-limit-exceeded" or _RATE_CODE in problem.codes:
        return Throttled(
            "X allows no more requests of this kind for a while.", code=word,
            retry_at=_retry_at(problem.headers), whole_app=problem.headers.get("x-app-limit-24hour-remaining") == "0",
        )  # fmt: skip
    if problem.status == 401:
        # One such answer proves little: in June 2026 X said so to everybody for hours (docs.x.com, incidents).
        return Unauthorized(f"X does not accept the credential of {account}: {said}.", code=word, remedy=again, probe=True)
    if problem.kind in _SHUT_OUT or problem.codes & _SHUT_OUT_CODES:
        remedy = "Somebody must look at the account, and at the app's permissions, on x.com."
        return Unauthorized(f"X does not let {account} post: {said}.", code=word, remedy=remedy)
    if problem.duplicate:
        return Rejected(f"X says that {account} has posted the same already.", code=word, duplicate=True)
    if problem.media:
        return Rejected(f"X does not take the pictures or the video: {said}.", code=MEDIA_INVALID)
    return Rejected(f"X refused it: {said}.", code=word)


def _retry_at(headers: dict[str, str]) -> datetime | None:
    """When X lets us again: the latest reset of the windows that are used up, else that of the endpoint's own window."""
    used_up = [_reset(headers, window) for window in _WINDOWS if headers.get(f"{window}-remaining") == "0"]
    moments = [moment for moment in used_up if moment is not None]
    return max(moments) if moments else _reset(headers, "x-rate-limit")


def _reset(headers: dict[str, str], window: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(headers[f"{window}-reset"]), UTC)
    except (KeyError, ValueError, OverflowError, OSError):
        return None


def _quoted(problem: Problem, secrets: tuple[str, ...]) -> str:
    """X's own sentence, fit for a terminal and a ledger: one line, no control characters, at most 300 characters."""
    sentence = redact(problem.detail or problem.title or problem.word, secrets)
    printable = "".join(sign if sign.isprintable() else " " for sign in sentence)
    return re.sub(" +", " ", printable).strip().rstrip(".")[:300]


def _rows(value: Any) -> list[Any]:
    """The members of a JSON array, or the keys of an object; nothing of anything else."""
    return list(value) if isinstance(value, (list, dict)) else []
