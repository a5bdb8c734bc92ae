"""Chores: what a person did to the house's own things, where no delivery and no account changes, goes on record too."""

from collections.abc import Mapping
from typing import Any

from ..model.ledger import Event
from ..ports import Clock, Store


def note(store: Store, clock: Clock, event: Event, facts: Mapping[str, Any], *, person: str) -> None:
    """One entry of the house, after it was done. Never a secret: names and numbers."""
    with store.begin() as tx:
        tx.record(event, by=person, at=clock.now(), facts=facts)
