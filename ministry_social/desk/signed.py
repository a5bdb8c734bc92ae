"""What was signed: nothing else is sent, to no other account, and at no other time."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ..errors import LedgerBroken
from ..model.account import Account
from ..model.delivery import Delivery, delivery_key
from ..model.ledger import Event
from ..model.variant import Payload
from ..ports import Reading
from ..rules.canonical import digest
from ..rules.references import resolve
from ..rules.timing import unstamp
from .means import Means

Blob = Callable[[str], bytes | None]  # bytes kept under their SHA-256

# What says under which id and address a delivery stands on its platform.
_RECEIPTS = frozenset({Event.ACCEPTED, Event.FOUND, Event.DECIDED})


def checked(
    means: Means,
    delivery: Delivery,
    now: datetime,
    *,
    blob: Blob,
    receipts: Mapping[str, Mapping[str, str]],
    late: Callable[[], bool],
) -> tuple[Account, Payload]:
    """The account and the resolved payload, after checking that both are what was signed, and for this time.

    `receipts` are of the deliveries that it waits for, by key; `late` tells whether a person has asked for it once more, so that
    it may go after the time until which it was signed.
    """
    account, body = matched(means, delivery, blob=blob)
    found = promise(means, delivery, blob)
    if under_embargo(found, now) is not None:
        raise LedgerBroken(f"It is under embargo until {found['embargo']}.")
    if unstamp(found["due_at"]) > now:
        raise LedgerBroken(f"It was approved for {found['due_at']} and not for an earlier time.")
    if found["stale_at"] is not None and unstamp(found["stale_at"]) <= now and not late():
        raise LedgerBroken(f"It was approved for the time before {found['stale_at']}.")
    return account, resolve(Payload(platform=delivery.platform, kind=delivery.kind, body=body), receipts)


def matched(means: Means, delivery: Delivery, *, blob: Blob) -> tuple[Account, bytes]:
    """The account and the payload as it was signed, after checking that both are in the release, and the delivery is, too."""
    account = means.accounts.get(delivery.account)
    if account is None:
        raise LedgerBroken(f"There is no account {delivery.account} in the config any more.")
    found = promise(means, delivery, blob)
    body = blob(delivery.payload)
    if body is None or digest(body) != delivery.payload or delivery.payload not in (found["payload"], found["otherwise"]):
        raise LedgerBroken("What would be sent is not what was approved.")
    if found["account_id"] != account.id or found["platform"] != account.platform:
        raise LedgerBroken(f"{account.name} is another account in the config than the one that was approved.")
    waits = found["waits_for"] if delivery.payload == found["payload"] else []
    key = delivery_key(delivery.message, delivery.wave, delivery.account, delivery.part)
    row = (key, delivery.account, delivery.platform, delivery.kind.value, list(delivery.waits_for))
    if row != (delivery.key, found["account"], found["platform"], found["kind"], waits):
        raise LedgerBroken("Its row in the plan is not what was approved.")
    return account, body


def promise(means: Means, delivery: Delivery, blob: Blob) -> Mapping[str, Any]:
    """The promise that a delivery keeps, as it stands in its release, with the release's embargo. Raises `LedgerBroken` where
    that is not whole."""
    if delivery.release not in means.releases:
        release = blob(delivery.release)
        if release is None or digest(release) != delivery.release:
            raise LedgerBroken("Its release is missing or was changed.")
        signed = json.loads(release)
        means.releases[delivery.release] = {one["key"]: one | {"embargo": signed["embargo"]} for one in signed["deliveries"]}
    found = means.releases[delivery.release].get(delivery.key)
    if found is None:
        raise LedgerBroken("It is not part of its release.")
    return found


def under_embargo(promised: Mapping[str, Any], now: datetime) -> datetime | None:
    """Until when nothing of it may leave; None where it may by now."""
    ends = None if promised["embargo"] is None else unstamp(promised["embargo"])
    return ends if ends is not None and ends > now else None


def receipt(reading: Reading, other: Delivery) -> dict[str, str]:
    """Id and address of a published delivery, as the ledger has them; nothing where its row says something else."""
    for entry in reversed(reading.history(delivery=other.key)):
        body = json.loads(entry.body)
        facts = body["facts"]
        if body["event"] in _RECEIPTS and facts.get("id"):
            same = (facts["id"], facts.get("url") or facts.get("published")) == (other.remote_id, other.url)
            return {"id": other.remote_id, "url": other.url} if same else {}
    return {}


def asked_again(reading: Reading, delivery: Delivery) -> bool:
    """Whether a person wanted another try of it, which gives it time anew."""
    return any(json.loads(entry.body)["event"] == Event.ASKED_AGAIN for entry in reading.history(delivery=delivery.key))
