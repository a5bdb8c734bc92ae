"""Reporting: what stands where, in rows that a person and a machine can read."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from ..model.delivery import Delivery, State
from ..ports import Reading
from ..rules.lifecycle import IN_FLIGHT, PLAIN
from ..rules.timing import stamp
from ..rules.waiting import waits_for


def rows(
    reading: Reading,
    now: datetime,
    *,
    message: str | None = None,
    wave: int | None = None,
    account: str | None = None,
    states: Collection[State] = (),
) -> list[dict[str, Any]]:
    """One row per delivery, by message, wave and time."""
    found = reading.deliveries(message=message, wave=wave, account=account, states=states)
    busy = {d.account for d in reading.deliveries(states=tuple(IN_FLIGHT))}
    needed = {d.key: d for d in found}
    for key in {key for d in found for key in d.waits_for} - needed.keys():
        other = reading.delivery(key)
        if other is not None:
            needed[key] = other
    return [as_row(d, waits_for(d, needed, busy, now)) for d in sorted(found, key=lambda d: (d.message, d.wave, d.due_at, d.key))]


def as_row(delivery: Delivery, waits: str) -> dict[str, Any]:
    """A delivery as `delivery list --json` gives it."""
    return {
        "id": delivery.key,
        "message": delivery.message,
        "wave": delivery.wave,
        "account": delivery.account,
        "platform": delivery.platform,
        "kind": delivery.kind.value,
        "state": delivery.state.value,
        "says": PLAIN[delivery.state] if not waits else _plain_wait(waits),
        "waits_for": waits,
        "attempts": delivery.attempts,
        "due_at": stamp(delivery.due_at),
        "sent_at": None if delivery.sent_at is None else stamp(delivery.sent_at),
        "remote_id": delivery.remote_id,
        "url": delivery.url,
        "error": delivery.error,
    }


def story(reading: Reading, key: str) -> list[dict[str, Any]]:
    """Everything that the ledger holds about a delivery, oldest first."""
    return [{"position": entry.position, **json.loads(entry.body), "seal": entry.seal} for entry in reading.history(delivery=key)]


def payload_of(reading: Reading, delivery: Delivery) -> dict[str, Any]:
    """The payload as it was signed."""
    return dict(json.loads(reading.blob(delivery.payload) or b"{}"))


def _plain_wait(waits: str) -> str:
    if waits.startswith("delivery "):
        account, part = waits.split("/")[-2:]
        return f"waits for the {'video' if part == 'video' else 'post'} of {account}"
    return {
        "account": "waits: another post of this account is being checked",
        "preparation": "waits for its media",
        "time": "waits for its time",
        "turn": "waits for its turn",
    }[waits]
