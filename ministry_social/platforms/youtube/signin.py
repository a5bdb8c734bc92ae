"""Connecting a channel: Google's sign-in, OAuth 2.0 with PKCE, for installed and for web applications.

developers.google.com/identity/protocols/oauth2/web-server and .../oauth2/native-app.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import google_auth_httplib2
from google.oauth2.credentials import Credentials
from google_auth_oauthlib.flow import Flow

from ...errors import PlatformError, SignInFailed, Unauthorized, Unreachable
from ...model.account import Account, Credential
from ...model.signin import Begun, Granted
from ...ports import Clock
from ...rules.signin import is_expected
from ..gate import Gate, Wire, is_loopback
from . import errors, standing
from .scopes import NEEDED, lacking, short
from .wire import Http, service

AUTH_URI, TOKEN_URI = "https://accounts.google.com/o/oauth2/v2/auth", "https://oauth2.googleapis.com/token"
# Ours: Google's page itself does not end. Long enough to find out which colleague has the password.
LIFE = timedelta(hours=1)
# How long an answer counts at most: Google does not say; RFC 6749, 4.1.2 recommends ten minutes.
CODE_LIFE = timedelta(minutes=10)
# A refresh token of a project in testing (developers.google.com/identity/protocols/oauth2#expiration).
TESTING = timedelta(days=7)
UNKNOWN_APP = ("invalid_client", "unauthorized_client", "redirect_uri_mismatch", "deleted_client", "org_internal")
AGAIN = "Begin again, from the first page."


class YouTubeSignIn:
    """See `ports.SignIn`."""

    def __init__(self, wire: Wire, *, clock: Clock) -> None:
        self._clock = clock
        self._gate = Gate(wire, originals=())
        rehearsed = is_loopback(wire.base_url)
        self._auth = f"{wire.base_url}/o/oauth2/v2/auth" if rehearsed else AUTH_URI
        self._token = f"{wire.base_url}/token" if rehearsed else TOKEN_URI

    def begin(self, account: Account, app: Credential, *, callback: str) -> Begun:
        """See `ports.SignIn`. Google shows no number to type: without an address to lead back to there is no way."""
        if not callback:
            raise SignInFailed(
                "Google leads back to a page, and shows no number to type.",
                code="not-here",
                remedy="Connect from a machine with a browser, or over an invitation.",
            )
        _check_app(app)
        # The kind only says where the library looks for the rest; Google itself knows what kind of client it is.
        kind = "installed" if is_loopback(callback) else "web"
        client = {"client_id": app["client_id"], "auth_uri": AUTH_URI, "token_uri": TOKEN_URI}
        flow = Flow.from_client_config({kind: client}, scopes=list(NEEDED), redirect_uri=callback)
        # With `consent` the page is shown to those too who have agreed before: only then a refresh token is given again.
        address, state = flow.authorization_url(access_type="offline", prompt="consent")
        return Begun(
            address=self._auth + str(address).removeprefix(AUTH_URI),
            state=str(state),
            secret={"verifier": str(flow.code_verifier)},
            until=self._clock.now() + LIFE,
        )

    def finish(self, account: Account, app: Credential, begun: Begun, answer: Mapping[str, str], *, callback: str) -> Granted:
        """See `ports.SignIn`."""
        _check_app(app)
        code = self._code(begun, answer)
        secrets = (app["client_secret"], code, *begun.secret.values())
        told = self._exchange(account, app, begun, code, callback, secrets)
        access, refresh = told["access_token"], str(told.get("refresh_token", ""))
        scopes = tuple(str(told.get("scope", " ".join(NEEDED))).split())  # RFC 6749, 5.1: absent where it is all that was asked
        missing = lacking(scopes)
        if missing:
            raise SignInFailed(
                f"A permission that we need was not given: {'; '.join(missing)}.",
                code="missing-scope",
                remedy=f"{AGAIN} Leave every permission ticked.",
            )
        if not refresh:
            raise SignInFailed(
                "Google gave no lasting permission.",
                code="missing-scope",
                remedy=f"Remove the app at myaccount.google.com/permissions. {AGAIN}",
            )
        channel = self._channel(account, access, (*secrets, access, refresh))
        _check_channel(account, channel)
        until = self._end(told)
        return Granted(
            credential=Credential(
                {
                    "client_id": app["client_id"],
                    "client_secret": app["client_secret"],
                    "refresh_token": refresh,
                    "token_uri": self._token,
                    "channel_id": channel["id"],
                }
            ),
            id=channel["id"],
            handle=standing.handle_of(channel),
            name=channel["snippet"].get("title", ""),
            scopes=tuple(short(scope) for scope in scopes),
            until=until,
            warnings=self._warnings(until),
        )

    def accept(self, account: Account, app: Credential, pasted: Mapping[str, str]) -> Granted:
        """See `ports.SignIn`. A channel has no token that an administrator could make."""
        raise SignInFailed(
            "YouTube has no credential that could be pasted.", code="not-here", remedy="Connect the channel by signing in."
        )

    def _code(self, begun: Begun, answer: Mapping[str, str]) -> str:
        """The authorization code that came back. Raises `SignInFailed` where there is none that belongs to this sign-in."""
        if answer.get("state") != begun.state:
            raise SignInFailed("What came back belongs to no sign-in that we began.", code="strange-answer", remedy=AGAIN)
        if self._clock.now() >= begun.until:
            raise SignInFailed("This sign-in was begun too long ago.", code="expired", remedy=AGAIN)
        if answer.get("error") == "access_denied":
            raise SignInFailed("The person did not agree on Google's page.", code="denied", remedy=AGAIN)
        if answer.get("error"):
            code = "not-registered" if answer["error"] in UNKNOWN_APP else "denied"
            raise SignInFailed(f"Google did not allow it ({_word(answer['error'])}).", code=code)
        if not answer.get("code"):
            raise SignInFailed("What came back holds no answer of Google's.", code="strange-answer", remedy=AGAIN)
        return answer["code"]

    def _exchange(
        self, account: Account, app: Credential, begun: Begun, code: str, callback: str, secrets: tuple[str, ...]
    ) -> dict[str, Any]:
        """Google's answer to the code. One request of our own: the library's would write its body, with all secrets, to the log."""
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": callback,
            "client_id": app["client_id"], "client_secret": app["client_secret"],
            "code_verifier": begun.secret.get("verifier", ""),
        }  # fmt: skip
        with errors.translated(clock=self._clock, account=account.name, secrets=secrets):
            answer = self._gate.session().post(self._token, data=form)
        told, status = _understood(answer.content), answer.status_code
        if status == 200 and isinstance(told.get("access_token"), str):
            return told
        word = str(told.get("error", ""))
        if not word or status >= 500 or status in (408, 429):
            raise Unreachable(f"Google's sign-in could not answer (HTTP {status}).", code=f"HTTP {status}", remedy=AGAIN)
        raise self._refused(word, begun)

    def _refused(self, word: str, begun: Begun) -> PlatformError:
        """Google says `invalid_grant` of a code that was used and of one that is too old alike: the time tells which it can be."""
        if word == "invalid_grant" and self._clock.now() - (begun.until - LIFE) < CODE_LIFE:
            return SignInFailed("Google no longer takes this answer: it was used before.", code="code-used", remedy=AGAIN)
        if word == "invalid_grant":
            sentence = "Google no longer takes this answer: it is too old, or was used before."
            return SignInFailed(sentence, code="expired", remedy=AGAIN)
        if word in UNKNOWN_APP:
            return SignInFailed(
                f"Google does not know our app, or our address ({word}).",
                code="not-registered",
                remedy="Compare the client's id, secret and redirect addresses with those in the Google Cloud console.",
            )
        return SignInFailed(f"Google refused the answer ({_word(word)}).", code="strange-answer", remedy=AGAIN)

    def _channel(self, account: Account, access: str, secrets: tuple[str, ...]) -> dict[str, Any]:
        """The channel that was chosen. The token is the one just given: nothing is renewed here."""
        http = google_auth_httplib2.AuthorizedHttp(Credentials(token=access), http=Http(self._gate), max_refresh_attempts=0)
        request = service(self._gate.wire.base_url).channels().list(part=standing.PARTS, mine=True)
        try:
            with errors.translated(clock=self._clock, account=account.name, secrets=secrets):
                answer = request.execute(http=http, num_retries=0)
        except Unauthorized as refused:
            raise _not_for_us(refused) from None
        if not isinstance(answer, dict):
            raise Unreachable("YouTube's answer cannot be read.", code="unreadable")
        items = answer.get("items", [])
        if not items:
            raise _no_channel()
        return dict(items[0])

    def _end(self, told: Mapping[str, Any]) -> datetime | None:
        """When the permission ends by itself; Google says so only where it does."""
        seconds = told.get("refresh_token_expires_in")
        return self._clock.now() + timedelta(seconds=seconds) if isinstance(seconds, int) and seconds > 0 else None

    def _warnings(self, until: datetime | None) -> tuple[str, ...]:
        if until is None:
            return ()
        if until - self._clock.now() <= TESTING:
            return (
                f"The Google project is in testing, so this permission ends on {until:%Y-%m-%d %H:%M} UTC. In the Google Cloud "
                "console, set its publishing status to In production, and connect the channel again.",
            )
        return (f"The permission was given for a time only: it ends on {until:%Y-%m-%d %H:%M} UTC.",)


def _check_app(app: Credential) -> None:
    missing = [name for name in ("client_id", "client_secret") if not app.get(name)]
    if missing:
        raise SignInFailed(
            f"Our app at Google is not known here: {' and '.join(missing)} missing.",
            code="not-registered",
            remedy="Store the OAuth client of the Google project: ministry-social vault app youtube",
        )


def _check_channel(account: Account, channel: Mapping[str, Any]) -> None:
    handle, title = standing.handle_of(channel), channel["snippet"].get("title", "")
    if is_expected(account, id=channel["id"], handle=handle):
        return
    found = f"{title} (@{handle})" if handle else f"{title} ({channel['id']})"
    raise SignInFailed(
        f"The channel that was chosen is {found}; expected was {account.title} (@{account.handle}).",
        code="wrong-account",
        remedy=f"{AGAIN} On Google's page, choose the channel that is to be connected.",
    )


def _no_channel() -> SignInFailed:
    return SignInFailed(
        "Whoever signed in has no YouTube channel.",
        code="wrong-account",
        remedy=f"{AGAIN} Choose the channel on Google's page; its owner must have invited this person.",
    )


def _not_for_us(refused: Unauthorized) -> PlatformError:
    """What YouTube says to a permission that Google has just given."""
    if refused.code == "youtubeSignupRequired":
        return _no_channel()
    if refused.code == "insufficientPermissions":
        return SignInFailed("YouTube says that a permission is missing.", code="missing-scope", remedy=AGAIN)
    if refused.code == "accessNotConfigured":
        return SignInFailed(
            "The YouTube Data API is not switched on in the Google project.",
            code="not-registered",
            remedy="Switch it on in the Google Cloud console.",
        )
    return refused


def _word(said: str) -> str:
    """A word of Google's for people; what came through a browser may be anything."""
    return said if re.fullmatch(r"[a-z_]{1,40}", said) else "for no reason that we know"


def _understood(content: bytes) -> dict[str, Any]:
    try:
        told = json.loads(content)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
