"""What was signed: nothing else is sent, and to no other account."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ..errors import LedgerBroken
from ..model.account import Account
from ..model.delivery import Delivery
from ..model.variant import Payload
from ..rules.canonical import digest
from ..rules.references import resolve
from ..rules.timing import unstamp
from .means import Means

Blob = Callable[[str], bytes | None]  # bytes kept under their SHA-256


def checked(
    means: Means, delivery: Delivery, now: datetime, *, blob: Blob, needed: Mapping[str, Delivery]
) -> tuple[Account, Payload]:
    """The account and the resolved payload, after checking that both are what was signed, and for this time.

    `needed` are the deliveries that it waits for, by key.
    """
    account = means.accounts.get(delivery.account)
    if account is None:
        raise LedgerBroken(f"There is no account {delivery.account} in the config any more.")
    found = promise(means, delivery, blob)
    body = blob(delivery.payload)
    if body is None or digest(body) != delivery.payload or delivery.payload not in (found["payload"], found["otherwise"]):
        raise LedgerBroken("What would be sent is not what was approved.")
    if found["account_id"] != account.id or found["platform"] != account.platform:
        raise LedgerBroken(f"{account.name} is another account in the config than the one that was approved.")
    if under_embargo(found, now) is not None:
        raise LedgerBroken(f"It is under embargo until {found['embargo']}.")
    if unstamp(found["due_at"]) > now:
        raise LedgerBroken(f"It was approved for {found['due_at']} and not for an earlier time.")
    receipts = {key: _receipt(needed.get(key)) for key in delivery.waits_for}
    return account, resolve(Payload(platform=delivery.platform, kind=delivery.kind, body=body), receipts)


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


def _receipt(other: Delivery | None) -> dict[str, str]:
    return {} if other is None else {"id": other.remote_id, "url": other.url}
