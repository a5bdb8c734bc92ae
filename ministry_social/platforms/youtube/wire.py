"""How we speak to YouTube: Google's client library over the gate's connections."""

import json
import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import google_auth_httplib2
import httplib2
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build_from_document
from googleapiclient.discovery_cache import DISCOVERY_DOC_DIR

from ...errors import Rejected, Unauthorized, Unreachable
from ...model.account import Account, Credential
from ...ports import Clock
from ..gate import Attempt, Gate, is_loopback
from . import errors

# Google's access tokens last an hour (`expires_in` 3599: developers.google.com/identity/protocols/oauth2);
# a tenth of that is kept in reserve, so that a token does not end under way.
FRESH = timedelta(minutes=54)
NEEDED = ("client_id", "client_secret", "refresh_token", "token_uri")


class Http:
    """httplib2's face over the gate: one request, no redirect followed (308 is a word of the upload protocol), no retry."""

    def __init__(self, gate: Gate, token_uri: str = "") -> None:
        self._session = gate.session()
        self._token_uri = token_uri
        self._rehearsed = is_loopback(gate.wire.base_url)

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        redirections: int = 0,
        connection_type: Any = None,
    ) -> tuple[httplib2.Response, bytes]:
        """One request and its whole answer. Raises what requests raises."""
        self._keep_to_our_world(uri)
        data = body.encode("utf-8") if isinstance(body, str) else body
        answer = self._session.request(method, uri, data=data or None, headers=dict(headers or {}), allow_redirects=False)
        if uri == self._token_uri and (answer.status_code >= 500 or answer.status_code in (408, 429)):
            # google-auth would sleep and ask again; the desk decides when to try again.
            raise Unreachable(f"Google's sign-in could not answer (HTTP {answer.status_code}).", code=f"HTTP {answer.status_code}")
        response = httplib2.Response({**answer.headers, "status": str(answer.status_code)})
        response.reason = answer.reason
        return response, answer.content

    def close(self) -> None:
        """The library's hook. The connections are the gate's and stay open for others."""

    def _keep_to_our_world(self, uri: str) -> None:
        """An address that YouTube named (an upload's) leads neither from the rehearsal to the public nor back."""
        if is_loopback(uri) != self._rehearsed or not (self._rehearsed or uri.startswith("https://")):
            raise Rejected(f"YouTube named an address that we do not follow: {urlsplit(uri).hostname}", code="address")


@cache
def _document() -> str:
    """Google's own description of YouTube Data API v3, which the library brings along: building asks no network."""
    return (Path(DISCOVERY_DOC_DIR) / "youtube.v3.json").read_text(encoding="utf-8")


_built = threading.local()


def service(base_url: str) -> Any:
    """The library's YouTube with another root (uploads follow it too), one per thread."""
    services: dict[str, Any] = _built.__dict__.setdefault("services", {})
    if base_url not in services:
        document = json.loads(_document())
        document["rootUrl"] = document["baseUrl"] = document["mtlsRootUrl"] = base_url + "/"
        services[base_url] = build_from_document(document, http=_Unused())
    return services[base_url]


class _Unused:
    """Each request names the connection that it is sent through; there is none to fall back on."""

    def close(self) -> None:
        """The library's hook."""


class Tokens:
    """Access tokens by account, in memory only. Safe for threads."""

    def __init__(self, gate: Gate, clock: Clock) -> None:
        self._gate = gate
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[Credential, str, datetime]] = {}

    def sign_in(self, account: Account, credential: Credential) -> tuple[Credentials, bool]:
        """Google's form of the credential with a token that is good now, and whether it was fetched just now.

        It carries no time of expiry, so that the library never renews it by itself before a request.
        """
        signed = self._check(account, credential)
        with self._lock:
            kept = self._kept.get(account.name)
        if kept is not None and kept[0] == credential and self._clock.now() - kept[2] < FRESH:
            signed.token = kept[1]
            return signed, False
        with errors.translated(clock=self._clock, account=account.name, secrets=credential.secrets()):
            signed.refresh(google_auth_httplib2.Request(Http(self._gate, credential["token_uri"])))
        self.keep(account, credential, str(signed.token))
        signed.expiry = None
        return signed, True

    def keep(self, account: Account, credential: Credential, token: str) -> None:
        """Remember a token that was fetched now."""
        with self._lock:
            if self._kept.get(account.name, (None, ""))[1] != token:
                self._kept[account.name] = (credential, token, self._clock.now())

    def forget(self, account: Account) -> None:
        """The next sign-in fetches a new token."""
        with self._lock:
            self._kept.pop(account.name, None)

    def _check(self, account: Account, credential: Credential) -> Credentials:
        missing = [name for name in NEEDED if not credential.get(name)]
        remedy = f"Connect it again: ministry-social account connect {account.name}"
        if missing:
            raise Unauthorized(f"The credential of {account.name} lacks {', '.join(missing)}.", remedy=remedy)
        uri = credential["token_uri"]
        if is_loopback(self._gate.wire.base_url):
            if not is_loopback(uri):
                raise Unauthorized(f"The token_uri of {account.name} leads out of the rehearsal.", remedy=remedy)
        elif is_loopback(uri) or not uri.startswith("https://"):
            raise Unauthorized(f"The token_uri of {account.name} is not an https address.", remedy=remedy)
        fields = {name: credential[name] for name in NEEDED}
        return Credentials(token=None, **fields)


class Line:
    """One account's line to YouTube for one call of the port."""

    def __init__(self, gate: Gate, tokens: Tokens, clock: Clock, account: Account, credential: Credential) -> None:
        self.account = account
        self.clock = clock
        self.api = service(gate.wire.base_url)
        self._tokens = tokens
        self._credential = credential
        self._hidden: tuple[str, ...] = credential.secrets()
        self._signed, self.fetched = tokens.sign_in(account, credential)
        plain = Http(gate, credential["token_uri"])
        # A 401 is answered by one fresh token and the request again; `once` is for the request that makes public.
        self.http = google_auth_httplib2.AuthorizedHttp(self._signed, http=plain, max_refresh_attempts=1)
        self.once = google_auth_httplib2.AuthorizedHttp(self._signed, http=plain, max_refresh_attempts=0)

    def ask(self, request: Any) -> dict[str, Any]:
        """One request that may be repeated without harm; its answer as JSON."""
        with self.translated():
            answer = request.execute(http=self.http, num_retries=0)
        return self.understood(answer)

    def understood(self, answer: Any) -> dict[str, Any]:
        """The answer, where it is JSON. The library hands out what it cannot read as it came."""
        self._note_token()
        if isinstance(answer, dict):
            return answer
        raise Unreachable("YouTube's answer cannot be read.", code="unreadable")

    def translated(self, attempt: Attempt | None = None) -> AbstractContextManager[None]:
        """Around a call of the library (errors.translated), with this line's secrets."""
        return errors.translated(clock=self.clock, account=self.account.name, secrets=self.secrets(), attempt=attempt)

    def secrets(self) -> tuple[str, ...]:
        """What must not be shown: the credential, the token, the address of an upload."""
        return tuple(secret for secret in (*self._hidden, str(self._signed.token or "")) if secret)

    def hide(self, address: str) -> None:
        """The address of an upload works like a credential: it, its path and its id are shown nowhere."""
        parts = urlsplit(address)
        named = parse_qs(parts.query).get("upload_id", [])
        self._hidden = (*self._hidden, address, f"{parts.path}?{parts.query}", *named)

    def forget_token(self) -> None:
        """The next line fetches a new token."""
        self._tokens.forget(self.account)

    def _note_token(self) -> None:
        """The library fetches a new token after a 401: keep it for others."""
        self._tokens.keep(self.account, self._credential, str(self._signed.token))
