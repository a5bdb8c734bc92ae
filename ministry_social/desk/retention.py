"""Retention: what is due is disposed of, so that its digests stay and the record still verifies; a legal hold keeps it."""

import json
from collections.abc import Callable, Collection
from typing import Protocol

from ..errors import NotAllowed
from ..model.ledger import Event
from ..model.recall import Step
from ..model.retention import LegalHold, Outlook, Schedule
from ..ports import Clock, Reading, Store, Transaction
from ..rules.evidence import MEDIA, event_of, files_of, inside
from ..rules.retention import UNSETTLED, Shelf, due, held
from ..rules.timing import whole_milliseconds

# After one of these, what was found due may be needed again.
_NEEDS_AGAIN = frozenset({Event.RECEIVED, Event.RELEASED, Event.LEGAL_HOLD, Event.LOCAL_WRITTEN, Event.ASKED_AGAIN})
_MANY = 500  # blobs in the memory at a time


class Folder(Protocol):
    """Where media lie."""

    def has(self, digest: str) -> bool:
        """Whether the file is there."""

    def remove(self, digest: str) -> None:
        """Delete it; where there is none, nothing happens."""


def outlook(store: Store, clock: Clock, schedule: Schedule, media: Folder) -> Outlook:
    """What a schedule means now. Walks the whole ledger."""
    now = clock.now()
    with store.read() as reading:
        shelf = Shelf()
        for page in reading.pages():
            shelf.take(page)
        present = _expand(reading, shelf)
        unsettled = {one.message for one in reading.deliveries(states=tuple(UNSETTLED))}
        unsettled |= _to_be_taken_down(reading)
    present |= {
        digest for one in shelf.by_message.values() for folder, digest in one.names if folder == MEDIA and media.has(digest)
    }
    return Outlook(
        due=due(shelf, schedule, unsettled, now, present), holds=tuple(shelf.holds.values()),
        held=tuple(sorted(held(shelf))), entry=shelf.entry,
    )  # fmt: skip


def dispose(store: Store, clock: Clock, media: Folder, found: Outlook, *, schedule: Callable[[str], str], person: str) -> int:
    """Remove what is due, and say so; returns how many files and texts went. `schedule` names the rule of a class.

    Raises `NotAllowed` where anything has happened since that may need them.
    """
    now = whole_milliseconds(clock.now())
    with store.begin() as tx:
        _refuse_if_needed_again(tx, found)
        for one in found.due:
            facts = {"class": one.record.value, "schedule": schedule(one.record.value), "digests": list(one.digests)}
            tx.record(Event.DISPOSED, by=person, at=now, message=one.message, facts=facts)
            tx.discard(one.blobs)
    for one in found.due:
        for digest in one.media:
            media.remove(digest)
    return sum(len(one.digests) for one in found.due)


def hold(store: Store, clock: Clock, scope: str, value: str, *, reason: str, person: str) -> None:
    """From here on nothing of a message or account goes."""
    with store.begin() as tx:
        _note(tx, clock, Event.LEGAL_HOLD, scope, value, reason, person)


def lift(store: Store, clock: Clock, found: Collection[LegalHold], scope: str, value: str, *, reason: str, person: str) -> None:
    """It may go again. Raises `NotAllowed` where nothing holds it."""
    if not any((one.scope, one.value) == (scope, value) for one in found):
        raise NotAllowed(f"There is no legal hold on the {scope} {value}.", remedy="See: ministry-social retention show")
    with store.begin() as tx:
        _note(tx, clock, Event.LEGAL_HOLD_LIFTED, scope, value, reason, person)


def _note(tx: Transaction, clock: Clock, event: Event, scope: str, value: str, reason: str, person: str) -> None:
    facts = {"scope": scope, "value": value, "reason": reason}
    message, account = (value, "") if scope == "message" else ("", value)
    tx.record(event, by=person, at=whole_milliseconds(clock.now()), facts=facts, message=message, account=account)


def _expand(reading: Reading, shelf: Shelf) -> set[str]:
    """Add what the contents name in turn; returns what there is of all that."""
    present: set[str] = set()
    for one in shelf.by_message.values():
        coming = list(one.names)
        while coming:
            some, coming = coming[:_MANY], coming[_MANY:]
            kept = reading.blobs([digest for folder, digest in some if folder != MEDIA])
            present |= kept.keys()
            for folder, digest in some:
                if digest not in kept:
                    continue
                new = {name for name in _within(folder, kept[digest]) if name not in one.names}
                one.names |= dict.fromkeys(new, folder)
                coming += new
    return present


def _within(folder: str, data: bytes) -> set[tuple[str, str]]:
    found = set(inside(folder, data))
    if folder == "payloads":
        found |= {(MEDIA, digest) for digest, _ in files_of(json.loads(data))}
    return found


def _to_be_taken_down(reading: Reading) -> set[str]:
    """Messages with a recall that is not done."""
    open_ = [one.delivery for one in reading.recalls() if one.step is not Step.DONE]
    return {one.message for one in reading.deliveries(keys=open_)} if open_ else set()


def _refuse_if_needed_again(tx: Transaction, found: Outlook) -> None:
    messages = {one.message for one in found.due}
    for page in tx.pages(found.entry):
        for _, body, _ in page:
            about = json.loads(body)["about"]
            if event_of(body) in _NEEDS_AGAIN or about.get("message") in messages:
                raise NotAllowed("Something has happened meanwhile that may need them.", remedy="Run the command again.")
