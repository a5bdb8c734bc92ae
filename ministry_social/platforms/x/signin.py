"""Signing in at X: OAuth 1.0a in three steps, with a way back to us or with a PIN.

Source: docs.x.com, fundamentals/authentication/oauth-1-0a (obtaining user access tokens, PIN-based OAuth, callback URLs).
"""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import requests
import tweepy

from ... import ports
from ...errors import PlatformError, Rejected, SignInFailed, Unauthorized, Unreachable
from ...model.account import Account, Credential
from ...model.signin import Begun, Granted
from ...rules.signin import is_expected
from ..gate import GateAdapter, Wire
from .errors import APP_UNKNOWN, not_begun, not_exchanged
from .read import may_write, words_of
from .wire import ORIGINALS, Line, gate

BY_HAND = "oob"  # "out of band": X shows a PIN
_LIFE = timedelta(hours=1)  # X does not say how long it keeps an unfinished sign-in: a guess


class XSignIn:
    """X as a `SignIn`."""

    def __init__(self, wire: Wire, *, clock: ports.Clock) -> None:
        self._gate = gate(wire)
        self._adapter = GateAdapter(wire, ORIGINALS)
        self._clock = clock
        for library in ("requests_oauthlib", "oauthlib"):  # they write tokens with their secrets into their debug log
            logging.getLogger(library).setLevel(logging.INFO)

    def begin(self, account: Account, app: Credential, *, callback: str) -> Begun:
        """See `SignIn`. Without a callback, or with `oob`: by hand, with a PIN."""
        back = callback or BY_HAND
        steps = _Steps(self._adapter, self._gate.wire.base_url, app, back)
        address = steps.do(
            steps.get_authorization_url, lambda answer: not_begun(answer, account=account.name, back=back, secrets=app.secrets())
        )
        token, secret = (str(steps.request_token.get(name) or "") for name in ("oauth_token", "oauth_token_secret"))
        if not (token and secret):
            raise _unreadable()
        return Begun(
            # Whoever is not signed in there finds the right account filled in.
            address=f"{address}&{urlencode({'screen_name': account.handle})}",
            state=token,
            secret={"oauth_token_secret": secret},
            until=self._clock.now() + self._clock.real(_LIFE),
            by_hand=back == BY_HAND,
        )

    def finish(self, account: Account, app: Credential, begun: Begun, answer: Mapping[str, str], *, callback: str) -> Granted:
        """See `SignIn`."""
        verifier = _pin(answer) if begun.by_hand else _brought_back(begun, answer)
        if self._clock.now() >= begun.until:
            raise SignInFailed("X has forgotten this sign-in by now: it was begun too long ago.", code="expired", remedy=_ANEW)
        steps = _Steps(self._adapter, self._gate.wire.base_url, app, BY_HAND if begun.by_hand else callback)
        steps.request_token = {"oauth_token": begun.state, "oauth_token_secret": begun.secret["oauth_token_secret"]}
        secrets = (*app.secrets(), *begun.secret.values(), verifier)
        token, secret = steps.do(
            lambda: steps.get_access_token(verifier),
            lambda said: not_exchanged(said, account=account.name, by_hand=begun.by_hand, secrets=secrets),
        )
        keys = {"consumer_key": app.get("consumer_key"), "consumer_secret": app.get("consumer_secret")}
        return self._granted(account, Credential({**keys, "access_token": token, "access_token_secret": secret}))

    def accept(self, account: Account, app: Credential, pasted: Mapping[str, str]) -> Granted:
        """See `SignIn`."""
        raise SignInFailed("X has no credential that could be pasted here.", code="not-here", remedy="Sign in at X instead.")

    def _granted(self, account: Account, credential: Credential) -> Granted:
        """What the new credential is good for. Refused where it is another account's, or may not write."""
        line = Line.open(self._gate, account, credential)
        try:
            said, headers = line.look(lambda client: client.get_me(user_auth=True))
        except (Unauthorized, Rejected) as refusal:
            raise _turned_away(refusal) from refusal
        me = said.get("data") or {}
        id, handle = str(me.get("id", "")), str(me.get("username", ""))
        if not is_expected(account, id=id, handle=handle):
            raise _wrong(account, id, handle)
        level = headers.get("x-access-level", "")
        if not may_write(level):
            raise SignInFailed(
                f"@{handle} has agreed, but X lets our app only read there, not post.", code="missing-scope",
                remedy='Give the app "Read and write" under "App permissions" in X\'s developer portal, and sign in again.',
            )  # fmt: skip
        warnings = () if level else ("X did not say whether our app may post there.",)
        return Granted(
            credential=credential, id=id, handle=handle, name=str(me.get("name", "")), scopes=words_of(level), warnings=warnings
        )  # fmt: skip


_ANEW = "Begin again."


def _brought_back(begun: Begun, answer: Mapping[str, str]) -> str:
    """The verifier with which X led the person back. Raises `SignInFailed`."""
    if begun.state not in (answer.get("oauth_token"), answer.get("denied")):
        raise SignInFailed("What came back from X belongs to another sign-in.", code="strange-answer", remedy=_ANEW)
    if "denied" in answer:
        raise SignInFailed('Nothing was allowed: "Cancel" was chosen at X.', code="denied", remedy=_ANEW)
    if not answer.get("oauth_verifier"):
        raise SignInFailed("X led back without saying that somebody agreed.", code="strange-answer", remedy=_ANEW)
    return answer["oauth_verifier"]


def _pin(answer: Mapping[str, str]) -> str:
    """The PIN without the spaces in it. Raises `SignInFailed` where it cannot be one, before X counts it as a try."""
    pin = "".join(answer.get("pin", "").split())
    if not (pin.isascii() and pin.isdigit()):
        raise SignInFailed("That is no PIN: X shows a number of seven digits.", code="strange-answer", remedy="Type that number.")
    return pin


def _turned_away(refusal: PlatformError) -> PlatformError:
    """X gave a token a moment ago, and now it does not let it in."""
    if isinstance(refusal, Unauthorized) and refusal.probe:
        return Unreachable("X has given its permission, but does not know it yet.", code=refusal.code)
    code = "not-registered" if refusal.code in APP_UNKNOWN else "missing-scope"
    return SignInFailed(refusal.sentence, code=code, remedy=refusal.remedy)


def _wrong(account: Account, id: str, handle: str) -> SignInFailed:
    one, other = f"@{handle}", f"@{account.handle}"
    if account.id:  # handles can be given up and taken by others
        one, other = f"{one} (id {id})", f"{other} (id {account.id})"
    return SignInFailed(
        f"{one} signed in at X, and {other} was expected.", code="wrong-account",
        remedy=f"Sign in at X as @{account.handle} and begin again; what @{handle} has allowed can be withdrawn in its settings.",
    )  # fmt: skip


def _unreadable() -> Unreachable:
    return Unreachable("X answered the sign-in in a way that nobody can read.", code="unparsable")


class _Steps(tweepy.OAuth1UserHandler):  # type: ignore[misc]  # tweepy has no types
    """tweepy's own handler, at the address that the wire names, and through our gate. For one step."""

    def __init__(self, adapter: GateAdapter, base_url: str, app: Credential, callback: str) -> None:
        self._adapter = adapter
        self._base_url = base_url
        self._answers: list[requests.Response] = []
        super().__init__(app.get("consumer_key"), app.get("consumer_secret"), callback=callback)

    @property
    def oauth(self) -> Any:
        """The session. tweepy makes one anew for each step: each gets our time-outs, and follows nobody elsewhere."""
        return self._oauth

    @oauth.setter
    def oauth(self, session: requests.Session) -> None:
        session.trust_env = False  # .netrc would add a header; proxies are the adapter's matter
        session.max_redirects = 0
        for scheme in ("https://", "http://"):
            session.mount(scheme, self._adapter)
        session.hooks["response"].append(lambda answer, **_: self._answers.append(answer))
        self._oauth = session

    def _get_oauth_url(self, endpoint: str) -> str:
        return f"{self._base_url}/oauth/{endpoint}"

    def do(self, step: Callable[[], Any], refused: Callable[[requests.Response], PlatformError]) -> Any:
        """Take the step. Raises `PlatformError`: what a refusal means, `refused` says."""
        try:
            return step()
        except Exception as error:  # noqa: BLE001  # whatever a library raises becomes one of our errors
            raise self._meaning(error, refused) from RuntimeError(type(error).__name__)  # its words can hold new tokens

    def _meaning(self, error: Exception, refused: Callable[[requests.Response], PlatformError]) -> PlatformError:
        if self._answers:
            answer = self._answers[-1]
            return refused(answer) if answer.status_code >= 400 else _unreadable()
        first: BaseException = error
        while isinstance(first, tweepy.TweepyException) and first.__context__ is not None:  # tweepy wraps, sometimes twice
            first = first.__context__
        return Unreachable(f"X could not be reached ({type(first).__name__}).", code=type(first).__name__)
