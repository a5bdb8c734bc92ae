"""How we speak to YouTube: Google's client library over the gate's connections."""

import json
import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import google_auth_httplib2
import httplib2
from google.auth.credentials import Credentials
from googleapiclient.discovery import build_from_document
from googleapiclient.discovery_cache import DISCOVERY_DOC_DIR

from ...errors import Rejected, Unreachable
from ...model.account import Account, Credential
from ...ports import Clock
from ..gate import Attempt, Gate, is_loopback
from . import errors
from .tokens import Tokens, check


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


class _Signed(Credentials):  # type: ignore[misc]  # the library has no types
    """An access token in Google's form. It carries no time of expiry: the library renews nothing by itself before a request, and
    after a 401 it asks the line."""

    def __init__(self, line: "Line") -> None:
        super().__init__()
        self._line = line

    def refresh(self, request: Any) -> None:
        """The library's hook."""
        self._line.renew()


class Line:
    """One account's line to YouTube for one call of the port. `fetched` tells that its token was renewed for this call."""

    def __init__(self, gate: Gate, tokens: Tokens, clock: Clock, account: Account, credential: Credential) -> None:
        check(gate.wire.base_url, account, credential)
        self.account = account
        self.clock = clock
        self.api = service(gate.wire.base_url)
        self._tokens = tokens
        self._given = credential
        self._hidden: tuple[str, ...] = credential.secrets()
        self._credential = tokens.latest(account, credential)
        self._signed = _Signed(self)
        self.fetched = not tokens.good(account, self._credential)
        if self.fetched:
            self.renew()
        else:
            self._use(self._credential)
        plain = Http(gate)
        # A 401 is answered by one fresh token and the request again; `once` is for the request that makes public.
        self.http = google_auth_httplib2.AuthorizedHttp(self._signed, http=plain, max_refresh_attempts=1)
        self.once = google_auth_httplib2.AuthorizedHttp(self._signed, http=plain, max_refresh_attempts=0)

    def renew(self) -> None:
        """Go on with a newer access token: what was used is at its end, or was refused."""
        self._use(self._tokens.renewed(self.account, self._given, self._credential))

    def _use(self, credential: Credential) -> None:
        self._credential = credential
        self._hidden = (*self._hidden, *credential.secrets())
        self._signed.token = credential["access_token"]

    def ask(self, request: Any) -> dict[str, Any]:
        """One request that may be repeated without harm; its answer as JSON."""
        with self.translated():
            answer = request.execute(http=self.http, num_retries=0)
        return self.understood(answer)

    def understood(self, answer: Any) -> dict[str, Any]:
        """The answer, where it is JSON. The library hands out what it cannot read as it came."""
        if isinstance(answer, dict):
            return answer
        raise Unreachable("YouTube's answer cannot be read.", code="unreadable")

    def translated(self, attempt: Attempt | None = None) -> AbstractContextManager[None]:
        """Around a call of the library (errors.translated), with this line's secrets."""
        return errors.translated(clock=self.clock, account=self.account.name, secrets=self.secrets(), attempt=attempt)

    def secrets(self) -> tuple[str, ...]:
        """What must not be shown: the credential, every token of it, the address of an upload."""
        return self._hidden

    def hide(self, address: str) -> None:
        """The address of an upload works like a credential: it, its path and its id are shown nowhere."""
        parts = urlsplit(address)
        named = parse_qs(parts.query).get("upload_id", [])
        self._hidden = (*self._hidden, address, f"{parts.path}?{parts.query}", *named)

    def refuse_token(self) -> None:
        """YouTube does not accept it: the next line renews it."""
        self._tokens.refuse(self.account, self._credential)
