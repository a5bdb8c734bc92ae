"""Evidence: which entries answer a question, and what entries and contents name by its digest."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..model.evidence import Question
from ..model.ledger import Event
from .timing import stamp

MEDIA = "media"  # what lies in the media folder, and not in the store

# Fact of an entry -> the folder of a bundle in which lies what it names. (`resolved` names what is computed, see `references`.)
_FACTS = {
    "release": "releases", "policy": "policies", "replaces": "policies", "statement": "statements", "payload": "payloads",
    "answer": "answers", "copy": "copies", "revision": "messages",
}  # fmt: skip
# Where a fact means something else than elsewhere.
_OWN = {
    Event.LOCAL_WRITTEN: {"digest": "messages"},
    Event.CAMPAIGN_PLANNED: {"record": "campaigns", "source": "campaigns"},
    Event.REGISTER_PUBLISHED: {"digest": "registers"},
}
_LISTS = {"statements": "statements", "media": MEDIA}

# What approves a release, and what is needed to judge that.
APPROVING = frozenset({Event.RECEIVED, Event.FINDINGS, Event.RELEASED, Event.CONFIRMED, Event.SUBMITTED, Event.SIGNED,
                       Event.DECLINED, Event.WITHDRAWN})  # fmt: skip
JUDGING = frozenset({Event.PROPOSED, Event.ADOPTED, Event.MINISTRY_KEY})

_SUFFIXES = {
    "image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp", "video/mp4": ".mp4",
    "video/quicktime": ".mov", "video/webm": ".webm",
}  # fmt: skip
_HEX = re.compile("[0-9a-f]{64}")
_AT = re.compile(rb'"at":"([^"]+)"')
_EVENT = re.compile(rb'"event":"([a-z-]+)"')


def ending(folder: str, data: bytes) -> str:
    """What the name of a content's file ends in."""
    if folder == "answers":
        return ""  # the platform's own words, whatever they are
    if data.startswith(b"{"):
        return ".json"
    return {"messages": ".md", "campaigns": ".toml"}.get(folder, "")


class Asked:
    """Whether an entry is asked for: told from its bytes, since most of a million are not."""

    def __init__(self, question: Question) -> None:
        self._names = [
            (name, value, f'"{name}":{json.dumps(value, ensure_ascii=False)}'.encode())
            for name, value in (("message", question.message), ("account", question.account))
            if value
        ]
        self._since = stamp(question.since) if question.since else ""
        self._until = stamp(question.until) if question.until else "~"

    def __call__(self, body: bytes) -> bool:
        """Whether all of the question holds of it."""
        if not all(sought in body for _, _, sought in self._names):
            return False
        at = _AT.search(body)
        if at is None or not self._since <= at[1].decode() < self._until:
            return False
        about = json.loads(body)["about"]
        return all(about.get(name) == value for name, value, _ in self._names)


def event_of(body: bytes) -> str:
    """What happened; a quick look at the bytes."""
    found = _EVENT.search(body)
    return found[1].decode() if found else ""


def named(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(folder, digest) of everything that an entry names."""
    facts = body["facts"]
    for name, folder in (_FACTS | _OWN.get(body["event"], {})).items():
        value = facts.get(name)
        if isinstance(value, str) and _HEX.fullmatch(value):
            yield folder, value
    if body["event"] == Event.DISPOSED:
        return  # what it names is gone, that is what it says
    for name, folder in _LISTS.items():
        for value in facts.get(name, ()) if isinstance(facts.get(name), list) else ():
            yield folder, value


def inside(folder: str, data: bytes) -> Iterator[tuple[str, str]]:
    """(folder, digest) of everything that a content names in turn."""
    if folder not in ("messages", "releases", "statements", "payloads", "copies") or not data.startswith(b"{"):
        return
    held = json.loads(data)
    if folder == "messages":
        yield from (("messages", one) for one in (held["message"], *(name for _, name in held["local"])))
    elif folder == "releases":
        yield "messages", held["revision"]
        for one in held["deliveries"]:
            yield from (("payloads", one[name]) for name in ("payload", "otherwise") if one.get(name))
            yield from ((MEDIA, media["digest"]) for media in one["media"])
    elif folder == "statements":
        said = held["statement"]
        folders = {"release": "releases", "policy": "policies", "replaces": "policies"}
        yield from ((folders[name], said[name]) for name in folders if said.get(name))
    elif folder == "payloads":
        yield from ((MEDIA, name) for name, _ in files_of(held))
    else:
        yield "answers", held["answer"]
        yield from ((MEDIA, media["digest"]) for media in held["media"])


def files_of(payload: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(digest, ending) of every file that a payload sends: pictures, videos, thumbnails, captions."""
    single = [payload.get("video"), payload.get("thumbnail")]
    for one in [*payload.get("media", ()), *single, *payload.get("captions", ())]:
        if isinstance(one, Mapping) and "digest" in one:
            yield one["digest"], _SUFFIXES.get(one.get("type", ""), "")
        elif isinstance(one, str) and _HEX.fullmatch(one):
            yield one, ""
