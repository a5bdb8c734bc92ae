"""A line to Facebook, for one Page or sign-in: a client of facebook-sdk for one verb, and its failures translated."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, TypeVar

import requests

from ...errors import Unauthorized
from ...model.account import Account, Credential
from ...ports import Clock
from ..gate import Attempt, Gate, Wire
from ..redaction import harmless
from .errors import translate

# The address that facebook-sdk 3.1.0 calls: a constant of its module, which we leave alone. Videos go to another host; there
# the library is still given this address, and the video gate leads it to the other one.
ORIGINALS = ("https://graph.facebook.com",)
VIDEO_HOST = "https://graph-video.facebook.com"

Send = Callable[[Any], Any]
T = TypeVar("T")


def gate(wire: Wire) -> Gate:
    """A door to the Graph API."""
    return Gate(wire=wire, originals=ORIGINALS)


@cache
def library() -> Any:
    """facebook-sdk, imported when it is needed; its source has a string that new Pythons warn about."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import facebook

    return facebook


@dataclass
class Line:
    """A client that acts with one token. For one thread."""

    client: Any = field(repr=False)
    account: str
    secrets: tuple[str, ...] = field(repr=False)
    clock: Clock = field(repr=False)
    _answers: list[requests.Response] = field(default_factory=list, repr=False)

    @classmethod
    def open(cls, gate: Gate, account: Account, credential: Credential, *, version: str, clock: Clock) -> "Line":
        """A line for this account. Raises `Unauthorized` where the credential cannot be this account's."""
        _check(account, credential)
        return cls.speaking(
            gate, credential["access_token"], account=account.name, secrets=credential.secrets(), version=version, clock=clock
        )

    @classmethod
    def speaking(cls, gate: Gate, token: str, *, account: str, secrets: tuple[str, ...], version: str, clock: Clock) -> "Line":
        """A line with this token, or with none (""). `account` names it in errors."""
        session = gate.session()
        # The library drops status and headers of an answer; a hook of requests keeps the whole.
        client = library().GraphAPI(access_token=token, session=session)
        client.version = version  # its constructor knows no version after 3.1, nor one with two digits
        line = cls(client=client, account=account, secrets=secrets, clock=clock)
        session.hooks["response"].append(lambda answer, **_: line._answers.append(answer))
        return line

    @property
    def answer(self) -> requests.Response | None:
        """The last answer, whole; None where none came."""
        return self._answers[-1] if self._answers else None

    def hiding(self, *secrets: str) -> "Line":
        """The same line, with these to be kept out of errors as well."""
        return replace(self, secrets=(*self.secrets, *secrets))

    def ask(self, send: Send) -> dict[str, Any]:
        """Do something that may be repeated without harm; returns the answer's JSON object. Raises `PlatformError`."""
        return self._do(send, _object, attempt=None)

    def publish(self, attempt: Attempt, send: Send) -> requests.Response:
        """Do the one thing that makes something public; returns Facebook's answer, whole. Raises `PlatformError`."""
        return self._do(send, lambda answer, _: answer, attempt=attempt)

    def _do(self, send: Send, read: Callable[[requests.Response, Any], T], *, attempt: Attempt | None) -> T:
        self._answers.clear()
        try:
            found = send(self.client)
            answer = self._answers[-1]
            if not answer.ok:  # the library looks at the body only: without an "error" in it, HTTP 500 is a yes to it
                raise ValueError(f"HTTP {answer.status_code} without an error")
            return read(answer, found)
        except Exception as error:  # noqa: BLE001  # whatever a library raises becomes one of our errors
            said = self._answers[-1] if self._answers else None
            ours = translate(error, account=self.account, now=self.clock.now(), attempt=attempt, answer=said, secrets=self.secrets)
            raise ours from harmless(error, self.secrets)


def _object(answer: requests.Response, found: Any) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise ValueError("the answer is no JSON object")
    return found


def _check(account: Account, credential: Credential) -> None:
    remedy = f"Connect it again: ministry-social account connect {account.name}"
    if not credential.get("access_token"):
        raise Unauthorized(f"The credential of {account.name} has no access_token.", code="no-token", remedy=remedy)
    if credential.get("page_id", account.id) != account.id:
        sentence = f"The credential of {account.name} is for the Page {credential['page_id']}, not for {account.id}."
        raise Unauthorized(sentence, code="wrong-page", remedy=remedy)
