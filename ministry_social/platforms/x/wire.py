"""One account's line to X: a tweepy client for one verb, and its failures translated."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import requests
import tweepy

from ...model.account import Account, Credential
from ..gate import Attempt, Gate, Wire, is_loopback
from ..redaction import harmless
from .errors import translate

# The address that tweepy 4.17 calls, without a way to change it.
ORIGINALS = ("https://api.twitter.com",)

Send = Callable[[Any], requests.Response]
T = TypeVar("T")


def gate(wire: Wire) -> Gate:
    """X's door to the network."""
    return Gate(wire=wire, originals=ORIGINALS)


@dataclass
class Line:
    """A client that acts for one account. For one thread; making one costs 0.1 ms, so each call makes its own."""

    client: Any
    account: str
    secrets: tuple[str, ...]
    _answers: list[requests.Response] = field(default_factory=list)

    @classmethod
    def open(cls, gate: Gate, account: Account, credential: Credential) -> "Line":
        """A line for this account. tweepy never waits or resends by itself here; answers come raw, to be read by us."""
        client = tweepy.Client(
            consumer_key=credential.get("consumer_key"),
            consumer_secret=credential.get("consumer_secret"),
            access_token=credential.get("access_token"),
            access_token_secret=credential.get("access_token_secret"),
            return_type=requests.Response,
            wait_on_rate_limit=False,
        )
        # The rehearsal checks signatures over X's own address, which is not the one that it is called at.
        client.session = gate.session(readdress=not is_loopback(gate.wire.base_url))
        line = cls(client=client, account=account.name, secrets=credential.secrets())
        client.session.hooks["response"].append(lambda answer, **_: line._answers.append(answer))
        return line

    def ask(self, send: Send) -> dict[str, Any]:
        """Do something that may be repeated without harm; returns the answer's JSON. Raises `PlatformError`."""
        return self._do(send, body, attempt=None)

    def look(self, send: Send) -> tuple[dict[str, Any], Mapping[str, str]]:
        """The same, with the headers of the answer: they say what X allows."""
        return self._do(send, lambda answer: (body(answer), answer.headers), attempt=None)

    def publish(self, attempt: Attempt, send: Send) -> requests.Response:
        """Do the one thing that makes something public; returns X's answer, read already. Raises `PlatformError`."""
        return self._do(send, lambda answer: answer, attempt=attempt)

    def _do(self, send: Send, read: Callable[[requests.Response], T], *, attempt: Attempt | None) -> T:
        self._answers.clear()
        try:
            return read(send(self.client))
        except Exception as error:  # noqa: BLE001  # whatever a library raises becomes one of our errors
            answer = self._answers[-1] if self._answers else None
            ours = translate(error, account=self.account, attempt=attempt, answer=answer, secrets=self.secrets)
            raise ours from harmless(error, self.secrets)


def body(answer: requests.Response) -> dict[str, Any]:
    """The JSON object of an answer; an empty one where there is nothing to say. Raises `ValueError` where it is no object."""
    if not answer.content:
        return {}
    found = answer.json()
    if not isinstance(found, dict):
        raise ValueError("the answer is no JSON object")
    return found
