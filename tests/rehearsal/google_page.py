"""Google's consent page as the rehearsal shows it, and somebody who answers it."""

import base64
import hashlib
import re
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests

from tests.conftest import Rehearsal

SCOPE = "https://www.googleapis.com/auth/"
SSL, UPLOAD, READ = (SCOPE + name for name in ("youtube.force-ssl", "youtube.upload", "youtube.readonly"))
CALLBACK = "http://127.0.0.1:8765/callback"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
NO_CHANNEL = "-"


def client(rehearsal: Rehearsal) -> dict[str, str]:
    """The ministry's OAuth client."""
    return dict(rehearsal.get("/rehearsal/apps")["youtube"])


def address(rehearsal: Rehearsal, **changed: str) -> str:
    """Where an app sends the owner of a channel. An empty value leaves a parameter out."""
    query = {
        "client_id": client(rehearsal)["client_id"], "redirect_uri": CALLBACK, "response_type": "code", "scope": SSL,
        "state": "a state", "access_type": "offline", "prompt": "consent", "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }  # fmt: skip
    kept = {name: value for name, value in (query | changed).items() if value}
    return f"{rehearsal.address}/api/youtube/o/oauth2/v2/auth?{urlencode(kept)}"


def page(at: str) -> str:
    """The page's HTML."""
    shown = requests.get(at, timeout=10)
    assert shown.status_code == 200, shown.text
    return shown.text


def answer(at: str, channel: str, *ticked: str, button: str = "allow") -> dict[str, str]:
    """Choose a channel, tick scopes, press a button: the query of the address that one is led back to."""
    action = re.search(r'<form class="consent" method="post" action="([^"]+)"', page(at))
    assert action is not None
    base = "{0.scheme}://{0.netloc}".format(urlsplit(at))
    form: list[tuple[str, Any]] = [("channel", channel), ("answer", button), *(("scope", scope) for scope in ticked)]
    back = requests.post(base + action[1].replace("&amp;", "&"), data=form, timeout=10, allow_redirects=False)
    assert back.status_code == 302, back.text
    return dict(parse_qsl(urlsplit(back.headers["Location"]).query))


def exchange(rehearsal: Rehearsal, code: str, **changed: str) -> requests.Response:
    """What the app gets for a code."""
    form = client(rehearsal) | {
        "grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER,
    }  # fmt: skip
    return requests.post(f"{rehearsal.address}/api/youtube/token", data=form | changed, timeout=10)
