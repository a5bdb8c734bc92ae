"""Stories: from the entries and contents of some evidence, what became of each delivery, as a person wants to read it."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..model.evidence import Content, Evidence, Said, Story
from ..model.ledger import Event

# What says how a delivery stands from then on; other entries of it leave that as it was.
OUTCOMES = {
    Event.PLANNED: "planned", Event.STARTED: "being sent", Event.ACCEPTED: "published", Event.FOUND: "published",
    Event.NOT_SENT: "planned", Event.THROTTLED: "planned", Event.REFUSED: "refused", Event.LOST: "in doubt",
    Event.EXPIRED: "in doubt", Event.DUPLICATE: "in doubt", Event.DOUBTED: "in doubt", Event.ABSENT: "planned",
    Event.CANCELLED: "called off", Event.MISSED: "too late", Event.ASKED_AGAIN: "planned", Event.RECALLED: "taken down",
    Event.REPLACED: "replaced before it went out",
}  # fmt: skip
_RECEIPTS = (Event.ACCEPTED, Event.FOUND, Event.DECIDED)
_HEADING = re.compile(r"^## (?:.* in )?([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\s*$", re.MULTILINE)
_ADDRESS = {"youtube-url": "https://youtu.be/...", "youtube-id": "...", "x-id": "..."}


def stories(evidence: Evidence) -> tuple[Story, ...]:
    """One for each delivery that the question asks for, in the order of their keys."""
    bodies = [(one.position, one.asked, json.loads(one.body)) for one in evidence.entries]
    keys = sorted({body["about"]["delivery"] for _, asked, body in bodies if asked and "delivery" in body["about"]})
    about: dict[str, list[tuple[int, dict[str, Any]]]] = {key: [] for key in keys}
    for position, _, body in bodies:
        if body["about"].get("delivery") in about:
            about[body["about"]["delivery"]].append((position, body))
    urls = {key: _last(found, "url") for key, found in about.items()}
    ids = {key: _last(found, "id") for key, found in about.items()}
    approvals = [body for _, _, body in bodies if body["event"] in (Event.SIGNED, Event.WITHDRAWN, Event.CONFIRMED)]
    sections = list(_sections(evidence.contents))
    return tuple(_story(evidence, key, about[key], approvals, (urls, ids), sections) for key in keys)


def _story(
    evidence: Evidence, key: str, found: Sequence[tuple[int, dict[str, Any]]], approvals: Sequence[Mapping[str, Any]],
    receipts: tuple[Mapping[str, str], Mapping[str, str]], sections: Sequence[tuple[str, str]],
) -> Story:  # fmt: skip
    about = found[0][1]["about"]
    facts = [(body["event"], body["at"], body["by"], body["facts"]) for _, body in found]
    release = next((one["release"] for _, _, _, one in reversed(facts) if "release" in one), "")
    promise = _promise(evidence.contents, release, key)
    sent = next((one["payload"] for event, _, _, one in reversed(facts) if event == Event.STARTED), promise.get("payload", ""))
    payload = json.loads(evidence.contents[sent].data) if sent in evidence.contents else {}
    went = next((at for event, at, _, _ in reversed(facts) if event in _RECEIPTS), "")
    wanted = next(((by, one["reason"]) for event, _, by, one in reversed(facts) if event == Event.RECALL_ASKED), ("", ""))
    return Story(
        key=key, account=about.get("account", ""), message=about.get("message", ""), platform=promise.get("platform", ""),
        kind=promise.get("kind", ""), outcome=_outcome(facts), due_at=promise.get("due_at", ""), at=went,
        url=receipts[0][key], id=receipts[1][key], release=release,
        texts=tuple(_texts(payload, receipts, sections)), repost_of=_filled(payload.get("repost", ""), receipts),
        media=tuple(_media(evidence, payload)),
        signed=tuple(_signed(approvals, release, evidence.contents)),
        confirmed=next(
            ((one["by"], one["at"]) for one in approvals if one["event"] == Event.CONFIRMED and one["facts"]["release"] == release),
            ("", ""),
        ),
        recalled_at=next((at for event, at, _, _ in facts if event == Event.RECALLED), ""), recall_asked=wanted,
        events=tuple((position, body["at"], body["event"], body["by"]) for position, body in found),
    )  # fmt: skip


def _outcome(facts: Sequence[tuple[str, str, str, Mapping[str, Any]]]) -> str:
    for event, _, _, one in reversed(facts):
        if event == Event.DECIDED:
            return "planned" if one["absent"] else "published"
        if event in OUTCOMES:
            return OUTCOMES[Event(event)]
    return ""


def _last(found: Sequence[tuple[int, Mapping[str, Any]]], name: str) -> str:
    """What a receipt says, the last one."""
    for _, body in reversed(found):
        if body["event"] in _RECEIPTS and body["facts"].get(name):
            return str(body["facts"][name])
    return ""


def _promise(contents: Mapping[str, Content], release: str, key: str) -> dict[str, Any]:
    if release not in contents:
        return {}
    return next((dict(one) for one in json.loads(contents[release].data)["deliveries"] if one["key"] == key), {})


def _signed(
    approvals: Sequence[Mapping[str, Any]], release: str, contents: Mapping[str, Content]
) -> Iterator[tuple[str, str, str]]:
    """Who has signed a release and has not withdrawn that."""
    found: dict[str, tuple[str, str, str]] = {}
    for one in approvals:
        if one["facts"]["release"] != release:
            continue
        if one["event"] == Event.SIGNED:
            kept = contents.get(one["facts"]["statement"])
            urgent = json.loads(kept.data)["statement"]["emergency"] if kept is not None else ""
            found[one["by"]] = (one["by"], one["at"], urgent)
        elif one["event"] == Event.WITHDRAWN:
            found.pop(one["by"], None)
    yield from found.values()


def _media(evidence: Evidence, payload: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(name of the file, type, alt text); the name is empty where the file is gone."""
    for one in [payload.get("video"), *payload.get("media", ())]:
        if isinstance(one, Mapping):
            name = one["digest"]
            there = f"media/{name}{evidence.media[name]}" if name in evidence.media else ""
            yield there, one.get("type", ""), one.get("alt", "")


def _texts(
    payload: Mapping[str, Any], receipts: tuple[Mapping[str, str], Mapping[str, str]], sections: Sequence[tuple[str, str]]
) -> Iterator[Said]:
    for name in ("text", "message", "title", "description"):
        text = _filled(payload.get(name, ""), receipts)
        if text:
            yield Said(text=text, language=payload.get("language") or _language(text, sections))


def _filled(text: Any, receipts: tuple[Mapping[str, str], Mapping[str, str]]) -> str:
    """A text with the addresses that were not known when it was signed; dots where nobody knows them."""
    pieces = text if isinstance(text, list) else [text]
    said = []
    for one in pieces:
        if isinstance(one, Mapping):
            found = receipts[0 if one["field"] == "url" else 1].get(one["delivery"], "")
            one = found or _ADDRESS.get(one["shape"], "...")
        said.append(str(one))
    return "".join(said)


def _sections(contents: Mapping[str, Content]) -> Iterator[tuple[str, str]]:
    """(language, text) of every section of the message's files: a payload does not say in which language it is."""
    for one in contents.values():
        if one.folder == "messages":
            text = one.data.decode(errors="replace")
            marks = list(_HEADING.finditer(text))
            ends = [*(mark.start() for mark in marks[1:]), len(text)]
            yield from ((mark[1], text[mark.end() : end]) for mark, end in zip(marks, ends, strict=False))


def _language(text: str, sections: Sequence[tuple[str, str]]) -> str:
    """The language of the section in which the longest line stands; empty where none has it."""
    for line in sorted((one.strip() for one in text.splitlines()), key=len, reverse=True)[:2]:
        found = {language for language, section in sections if line and line in section}
        if len(found) == 1:
            return found.pop()
    return ""
