"""Retention: from everything that the ledger names, what is due to go and what must stay."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..model.delivery import State
from ..model.ledger import Event, Row
from ..model.retention import Due, LegalHold, Record, Schedule
from .evidence import MEDIA, named
from .timing import unstamp

RECORDS = {
    MEDIA: Record.MEDIA, "payloads": Record.WORDS, "answers": Record.ANSWERS, "copies": Record.COPIES, "messages": Record.MESSAGES,
}  # fmt: skip
# A delivery in one of these states is still to be sent, or may have to be looked for.
UNSETTLED = frozenset({State.PLANNED, State.SENDING, State.UNKNOWN})
_OF_RETENTION = frozenset({Event.DISPOSED, Event.LEGAL_HOLD, Event.LEGAL_HOLD_LIFTED})

# Whoever keeps something: a message, or the house ('').
Names = dict[tuple[str, str], str]  # (folder, digest) -> the folder of what names it


@dataclass(kw_only=True)
class Kept:
    """What a message keeps, where it has spoken, and when something last happened to it."""

    names: Names = field(default_factory=dict)
    accounts: set[str] = field(default_factory=set)
    last: str = ""
    released: bool = False


@dataclass(kw_only=True)
class Shelf:
    """Everything that the ledger names, by message; what names no message belongs to the house, and stays."""

    by_message: dict[str, Kept] = field(default_factory=dict)
    holds: dict[tuple[str, str], LegalHold] = field(default_factory=dict)
    entry: int = 0

    def take(self, page: Sequence[Row]) -> None:
        """Take in a page of the ledger."""
        for position, body, _ in page:
            self._take(position, json.loads(body))
            self.entry = position

    def _take(self, position: int, body: Mapping[str, Any]) -> None:
        about, event, facts = body["about"], body["event"], body["facts"]
        if event in (Event.LEGAL_HOLD, Event.LEGAL_HOLD_LIFTED):
            key = (facts["scope"], facts["value"])
            self.holds.pop(key, None)
            if event == Event.LEGAL_HOLD:
                self.holds[key] = LegalHold(
                    scope=key[0], value=key[1], reason=facts["reason"], by=body["by"], at=unstamp(body["at"]), entry=position
                )
        one = self.by_message.setdefault(about.get("message", ""), Kept())
        one.names |= {name: "" for name in named(body) if name not in one.names}
        if event not in _OF_RETENTION:
            one.last = max(one.last, body["at"])
        if "account" in about:
            one.accounts.add(about["account"])
        one.released = one.released or event == Event.RELEASED


def held(shelf: Shelf) -> frozenset[str]:
    """The messages that a legal hold covers: itself, or an account on which they have spoken."""
    return frozenset(
        message
        for message, one in shelf.by_message.items()
        if ("message", message) in shelf.holds or any(("account", account) in shelf.holds for account in one.accounts)
    )


def due(shelf: Shelf, schedule: Schedule, unsettled: Collection[str], now: datetime, present: Collection[str]) -> tuple[Due, ...]:
    """What is due to go by now. A file goes only when it is due for every message that names it.

    `unsettled` are messages of which something is still to be sent, in doubt or to be taken down; `present` what is there at all.
    """
    stays = held(shelf) | frozenset(unsettled) | {""}
    wanted: dict[tuple[str, Record], list[tuple[str, str]]] = {}
    needed: set[str] = set()
    for message, one in shelf.by_message.items():
        for (folder, digest), parent in one.names.items():
            record = RECORDS.get("copies" if parent == "copies" and folder == "answers" else folder)
            keep = schedule.keep.get(record) if record is not None else None
            old = keep is not None and one.released and now - unstamp(one.last) >= keep
            if record is not None and old and message not in stays:
                wanted.setdefault((message, record), []).append((folder, digest))
            else:
                needed.add(digest)
    return tuple(_dues(shelf, wanted, needed, present))


def _dues(
    shelf: Shelf, wanted: Mapping[tuple[str, Record], list[tuple[str, str]]], needed: Collection[str], present: Collection[str]
) -> Iterable[Due]:
    seen: set[str] = set()
    for (message, record), names in sorted(wanted.items()):
        going = sorted((folder, one) for folder, one in names if one in present and one not in needed and one not in seen)
        seen |= {digest for _, digest in going}
        if going:
            yield Due(
                message=message, record=record, since=unstamp(shelf.by_message[message].last),
                blobs=tuple(digest for folder, digest in going if folder != MEDIA),
                media=tuple(digest for folder, digest in going if folder == MEDIA),
            )  # fmt: skip
