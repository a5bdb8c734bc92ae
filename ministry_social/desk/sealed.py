"""What preparing has left: sealed, and bound to its delivery, so that one's pictures never go out with another's text."""

import json
from collections.abc import Mapping

from ..model.delivery import Delivery, Prepared
from .means import Means


def seal(means: Means, delivery: Delivery, prepared: Prepared) -> bytes:
    """For the store."""
    return means.vault.seal(json.dumps({**_owner(delivery), "data": dict(prepared.data)}).encode())


def unseal(means: Means, delivery: Delivery, sealed: bytes | None) -> Mapping[str, str] | None:
    """What was kept of this very delivery, as its release has it; None where nothing was, or where it belongs to another."""
    if sealed is None:
        return None
    held = json.loads(means.vault.unseal(sealed))
    data = held.pop("data", None)
    return data if isinstance(data, dict) and held == _owner(delivery) else None


def _owner(delivery: Delivery) -> dict[str, str]:
    return {"delivery": delivery.key, "release": delivery.release}
