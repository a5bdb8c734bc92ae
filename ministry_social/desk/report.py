"""Reporting: what stands where, in rows that a person and a machine can read."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from ..model.account import Account
from ..model.delivery import Delivery, State
from ..model.stop import Hold, Pause
from ..ports import Reading
from ..rules.lifecycle import PLAIN
from ..rules.stopping import stopped_by
from ..rules.timing import stamp
from ..rules.waiting import waits_for


def rows(
    reading: Reading,
    now: datetime,
    accounts: Mapping[str, Account],
    *,
    message: str | None = None,
    wave: int | None = None,
    account: str | None = None,
    states: Collection[State] = (),
    limit: int | None = None,
) -> list[dict[str, Any]]:
    """One row per delivery, by message, wave and time; of the first `limit` of them. `accounts` by name, for what holds cover."""
    found = reading.deliveries(message=message, wave=wave, account=account, states=states, limit=limit)
    busy = reading.in_flight({d.account for d in found})
    holds, pauses, unapproved = reading.holds(), reading.pauses(), reading.unapproved()
    needed = {d.key: d for d in found}
    others = {key for d in found for key in d.waits_for} - needed.keys()
    if others:
        needed |= {d.key: d for d in reading.deliveries(keys=others)}
    shown = []
    for d in sorted(found, key=lambda d: (d.message, d.wave, d.due_at, d.key)):
        stop = stopped_by(holds, pauses, d, accounts.get(d.account))
        shown.append(as_row(d, waits_for(d, needed, busy, now, stop, unapproved), stop))
    return shown


def as_row(delivery: Delivery, waits: str, stop: Hold | Pause | None = None) -> dict[str, Any]:
    """A delivery as `delivery list` shows it: `says` how it stands, `why` it is not out; the rest is for machines too."""
    return {
        "id": delivery.key,
        "message": delivery.message,
        "wave": delivery.wave,
        "account": delivery.account,
        "platform": delivery.platform,
        "kind": delivery.kind.value,
        "state": delivery.state.value,
        "says": _plain_state(delivery) if not waits else _plain_wait(waits, stop),
        "waits_for": waits,
        "attempts": delivery.attempts,
        "due_at": stamp(delivery.due_at),
        "sent_at": None if delivery.sent_at is None else stamp(delivery.sent_at),
        "remote_id": delivery.remote_id,
        "url": delivery.url,
        "error": delivery.error,
        "why": _why(delivery, stop, waits),
    }


def story(reading: Reading, key: str) -> list[dict[str, Any]]:
    """Everything that the ledger holds about a delivery, oldest first."""
    return [{"position": entry.position, **json.loads(entry.body), "seal": entry.seal} for entry in reading.history(delivery=key)]


def recall_of(reading: Reading, key: str) -> dict[str, Any] | None:
    """How far a recall has come, with the copy that was kept of what stood there; None where none was asked for."""
    found = next(iter(reading.recalls(keys=[key])), None)
    if found is None:
        return None
    kept = reading.blob(found.copy) if found.copy else None
    return {
        "step": found.step.value, "reason": found.reason, "by": found.by, "at": stamp(found.at), "tries": found.tries,
        "error": found.error, "copy": found.copy, "stood_there": None if kept is None else json.loads(kept),
    }  # fmt: skip


def payload_of(reading: Reading, delivery: Delivery) -> dict[str, Any]:
    """The payload as it was signed."""
    return dict(json.loads(reading.blob(delivery.payload) or b"{}"))


def _plain_state(delivery: Delivery) -> str:
    return "in doubt: a person must decide" if delivery.state is State.UNKNOWN and delivery.stuck else PLAIN[delivery.state]


def _why(delivery: Delivery, stop: Hold | Pause | None, waits: str) -> str:
    """Why it is not out, in a sentence; empty where there is nothing to say."""
    if waits == "approval":
        wave = f" --wave {delivery.wave}" if delivery.wave > 1 else ""
        return f"what is missing: ministry-social approval show {delivery.message}{wave}"
    if delivery.state is not State.PLANNED or stop is None:
        return delivery.error
    if isinstance(stop, Hold):
        return f"{stop.by} has stopped {stop.scope} {stop.value}".rstrip() + (f": {stop.reason}" if stop.reason else ".")
    return f"{stop.reason} {stop.remedy}".rstrip()


def _plain_wait(waits: str, stop: Hold | Pause | None) -> str:
    if isinstance(stop, Hold):
        return "held"
    if stop is not None:
        return "paused"
    if waits.startswith("delivery "):
        account, part = waits.split("/")[-2:]
        return f"waits for the {'video' if part == 'video' else 'post'} of {account}"
    return {
        "account": "waits: another post of this account is being checked",
        "approval": "waits for approval",
        "preparation": "waits for its media",
        "time": "waits for its time",
        "turn": "waits for its turn",
    }[waits]
