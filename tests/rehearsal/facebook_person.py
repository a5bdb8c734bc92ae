"""A person before the rehearsed Facebook's login dialog."""

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlsplit

import requests

SCOPES = ("pages_show_list", "pages_read_engagement", "pages_manage_posts")


def agree(address: str, pages: Sequence[str], *, without: Sequence[str] = ()) -> dict[str, str]:
    """Tick these Pages, leave these permissions out, press "Continue"; returns what the browser brings back."""
    scopes = [scope for scope in SCOPES if scope not in without]
    return _brought_back(address, [("answer", "allow"), *(("page", p) for p in pages), *(("scope", s) for s in scopes)])


def deny(address: str) -> dict[str, str]:
    """Press "Not now"."""
    return _brought_back(address, [("answer", "deny")])


def _brought_back(address: str, form: list[tuple[str, str]]) -> dict[str, str]:
    answer = requests.post(address, data=form, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
