"""A store of its own for each test, and deliveries to put into it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ministry_social.model.delivery import Delivery, State
from ministry_social.model.ledger import Event
from ministry_social.model.variant import Kind
from ministry_social.ports import Transaction
from ministry_social.store import SqliteStore, open_store

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
WAYS = {
    State.SENDING: (State.SENDING,),
    State.UNKNOWN: (State.SENDING, State.UNKNOWN),
    State.PUBLISHED: (State.SENDING, State.PUBLISHED),
    State.FAILED: (State.FAILED,),
    State.CANCELLED: (State.CANCELLED,),
    State.MISSED: (State.MISSED,),
    State.PLANNED: (),
}


class Noon:
    """A clock that stands still at noon."""

    def now(self) -> datetime:
        return NOON


def planned(account: str = "embassy-paris", *, message: str = "grain", part: str = "post", **more: Any) -> Delivery:
    values: dict[str, Any] = {
        "key": f"{message}/1/{account}/{part}", "message": message, "wave": 1, "account": account, "platform": "x", "part": part,
        "kind": Kind.LOCAL, "payload": "0" * 64, "release": "1" * 64, "due_at": NOON, "stale_at": NOON + timedelta(hours=12),
        "prepared": True,
    }  # fmt: skip
    return Delivery(**values | more)


def put(tx: Transaction, delivery: Delivery, state: State = State.PLANNED) -> Delivery:
    """Plan a delivery and bring it, by moves that are allowed, to a state."""
    tx.plan(delivery, by="ana", at=NOON)
    now: Delivery | None = delivery
    for step in WAYS[state]:
        assert now is not None
        now = tx.record(Event.STARTED, by="engine", at=NOON, delivery=now, change={"state": step, "fence": "f"})
    assert now is not None
    return now


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    made = open_store(f"sqlite:///{tmp_path}/ledger.sqlite", "rehearsal", Noon(), by="ana")
    yield made
    made.close()
