"""Addresses of accounts: which account one names, whatever form it has, and whether it leads to the platform at all."""

import ipaddress
import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from ..model.register import Asked
from .look_alikes import looks

# The platforms' own sites. Their subdomains are theirs, but some only lead on: those are no address of an account.
_SITES = {"x.com": "x", "twitter.com": "x", "facebook.com": "facebook", "fb.com": "facebook", "youtube.com": "youtube"}
_SHORT = {"youtu.be": "youtube", "t.co": "x", "fb.me": "facebook", "fb.watch": "facebook"}
_SUBDOMAINS = re.compile(r"(?:www|m|mobile|mbasic|touch|web|music|[a-z]{2}-[a-z]{2})\.")

_NOT_X = frozenset(
    {"explore", "hashtag", "home", "intent", "jobs", "login", "messages", "notifications", "privacy", "search", "settings", "share"}
)
_NOT_FACEBOOK = frozenset(
    {
        *("ads", "business", "dialog", "events", "gaming", "groups", "hashtag", "help", "l.php", "login", "marketplace", "media"),
        *("photo", "plugins", "reel", "share", "sharer", "stories", "watch"),
    }
)
_POSTS = frozenset({"status", "statuses", "posts", "videos", "photos", "reel", "permalink"})

_A_POST = "This is the address of a post, which does not say whose it is. Open it, and ask for the account that it shows."
_NOBODY = "This address names no account."


def read_address(text: str) -> Asked:
    """The account that an address or a handle names; where it names none, `Asked.trouble` says why."""
    text = text.strip()
    if not text or any(unicodedata.category(sign)[0] in "CZ" for sign in text) or "\\" in text:
        return Asked(trouble="This is no address: it is empty, or holds spaces or signs that cannot be seen.")
    if "/" not in text and text.lower() not in _SITES:
        return Asked(handle=text.removeprefix("@"))
    try:
        parts = urlsplit(text if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text) else f"https://{text.lstrip('/')}")
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return Asked(trouble="This is no address.")
    if parts.scheme not in ("http", "https") or not host:
        return Asked(trouble="This is no address of a web page.")
    if _loopback(host):
        return _rehearsed(parts, f"{parts.scheme}://{parts.netloc}")
    site = _SUBDOMAINS.sub("", host, count=1)
    if port not in (None, 80, 443) or parts.username is not None or site not in _SITES:
        return _elsewhere(parts, site)
    steps = _steps(parts.path)
    if any(step in (".", "..") for step in steps):  # a browser would go elsewhere than it seems
        return Asked(platform=_SITES[site], trouble=_NOBODY)
    # What stands there twice is read by one as the first, by another as the last.
    return _READ[_SITES[site]](steps, {name: values[0] for name, values in parse_qs(parts.query).items() if len(values) == 1})


def _steps(path: str) -> list[str]:
    return [unquote(step) for step in path.split("/") if step]


def _elsewhere(parts: SplitResult, site: str) -> Asked:
    if site in _SHORT:
        return Asked(trouble=f"{site} only leads on to somewhere else. Open it, and ask for the address where it ends.")
    near = next((own for own in _SITES if _pretends(parts.netloc.lower(), own) or looks(_unicode(site)) == looks(own)), "")
    there = parts.netloc.rpartition("@")[2]
    return Asked(
        trouble=f"This leads to {there}, which is no platform on which we have accounts.", near="" if near == there else near
    )


def _pretends(place: str, own: str) -> bool:
    """`x.com.example.org`, `x.com@example.org`, `facebook-login.example.org`"""
    name = own.split(".")[0]
    return re.search(rf"(^|[.-]){re.escape(own)}([.:@-]|$)", place) is not None or (len(name) > 2 and name in place)


def _unicode(host: str) -> str:
    """A host's name as it looks, where it is written in the ASCII form of IDNA."""
    try:
        return ".".join(
            label[4:].encode().decode("punycode") if label.startswith("xn--") else label for label in host.lower().split(".")
        )
    except UnicodeError:
        return host


def _rehearsed(parts: SplitResult, base: str) -> Asked:
    """`/x/EmbassyParis/status/...`, as the rehearsal has it."""
    steps = _steps(parts.path)
    if len(steps) < 2 or steps[0] not in _READ:
        return Asked(base=base, trouble=_NOBODY)
    if steps[:2] == ["youtube", "watch"]:
        return Asked(base=base, post=True, trouble=_A_POST)
    return Asked(platform=steps[0], handle=steps[1].removeprefix("@"), base=base, post=len(steps) > 2)


def _x(steps: list[str], query: Mapping[str, str]) -> Asked:
    if steps[:2] == ["i", "user"] and len(steps) > 2:
        return Asked(platform="x", id=steps[2])
    if steps[:1] == ["intent"] and ("screen_name" in query or "user_id" in query):
        return Asked(platform="x", handle=query.get("screen_name", ""), id=query.get("user_id", ""))
    if steps[:1] == ["i"] and "status" in steps:
        return Asked(platform="x", post=True, trouble=_A_POST)
    if not steps or steps[0].lower() in _NOT_X or steps[0] == "i":
        return Asked(platform="x", trouble=_NOBODY)
    # X shows the post of that number whatever name stands before it.
    return Asked(platform="x", handle=steps[0].removeprefix("@"), post=len(steps) > 2 and steps[1].lower() in _POSTS)


def _facebook(steps: list[str], query: Mapping[str, str]) -> Asked:
    first = steps[0].lower() if steps else ""
    if first in ("profile.php", "permalink.php", "story.php") and "id" in query:
        return Asked(platform="facebook", id=query["id"], post=first != "profile.php")
    if first in ("pages", "people") and len(steps) > 2:
        return Asked(platform="facebook", id=steps[2])
    if first == "p" and len(steps) > 1:
        return Asked(platform="facebook", id=steps[1].rpartition("-")[2])
    if first == "pg" and len(steps) > 1:
        return Asked(platform="facebook", handle=steps[1])
    if first in _NOT_FACEBOOK or not first or first.endswith(".php") or first in ("p", "pg", "pages", "people"):
        return Asked(platform="facebook", trouble=_NOBODY)
    post = len(steps) > 2 and steps[1].lower() in _POSTS
    if re.fullmatch("[0-9]+", first):
        return Asked(platform="facebook", id=first, post=post)
    return Asked(platform="facebook", handle=steps[0], post=post)


def _youtube(steps: list[str], query: Mapping[str, str]) -> Asked:
    if steps and steps[0].startswith("@"):
        return Asked(platform="youtube", handle=steps[0][1:])
    if steps[:1] == ["channel"] and len(steps) > 1:
        return Asked(platform="youtube", id=steps[1])
    if steps[:1] in (["watch"], ["shorts"], ["live"], ["embed"], ["playlist"]):
        return Asked(platform="youtube", post=True, trouble=_A_POST)
    if steps and steps[0] not in ("feed", "results"):
        return Asked(
            platform="youtube",
            trouble="This is a channel's old form of address. Open it, and ask for the one with @ or /channel/ that it shows.",
        )
    return Asked(platform="youtube", trouble=_NOBODY)


_READ = {"x": _x, "facebook": _facebook, "youtube": _youtube}


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
