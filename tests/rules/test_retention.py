"""What is due to go, and what must stay."""

from datetime import UTC, datetime, timedelta
from typing import Any

from ministry_social.model.ledger import Event
from ministry_social.model.retention import Record, Schedule
from ministry_social.rules import chain
from ministry_social.rules.retention import Shelf, due, held

THEN = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
PICTURE, TEXT, OTHER = "a" * 64, "b" * 64, "c" * 64
MONTH = Schedule(keep={Record.MEDIA: 30 * DAY, Record.WORDS: 60 * DAY})


def shelf(*said: tuple[Event, str, dict[str, Any]], at: datetime = THEN) -> Shelf:
    made = Shelf()
    for position, (event, message, facts) in enumerate(said, 1):
        body = chain.body(event, by="ana", at=at, about={"message": message} if message else {}, facts=facts)
        made.take([(position, body.encode(), b"")])
    return made


def published(message: str, *media: str) -> list[tuple[Event, str, dict[str, Any]]]:
    return [
        (Event.RELEASED, message, {"release": OTHER}), (Event.PLANNED, message, {"payload": TEXT}),
        (Event.COPIED, message, {"media": list(media)}),
    ]  # fmt: skip


def going(made: Shelf, days: int, *unsettled: str, present: tuple[str, ...] = (PICTURE, TEXT, OTHER)) -> list[str]:
    return [name for one in due(made, MONTH, unsettled, THEN + days * DAY, present) for name in one.digests]


def test_each_class_goes_in_its_own_time() -> None:
    made = shelf(*published("grain", PICTURE))
    assert going(made, 29) == []
    assert going(made, 30) == [PICTURE]
    assert going(made, 60) == [PICTURE, TEXT], "a release never goes"
    assert going(made, 60, present=(TEXT,)) == [TEXT], "what is gone does not go again"


def test_what_is_not_settled_or_never_released_stays() -> None:
    assert going(shelf(*published("grain", PICTURE)), 900, "grain") == []
    assert going(shelf((Event.COPIED, "grain", {"media": [PICTURE]})), 900) == []


def test_what_a_younger_message_or_the_house_needs_stays() -> None:
    made = shelf(*published("grain", PICTURE))
    other = shelf(*published("harvest", PICTURE), at=THEN + 20 * DAY)
    made.by_message |= other.by_message
    assert going(made, 40) == []
    assert going(made, 50) == [PICTURE]
    made = shelf(*published("grain", PICTURE), (Event.COPIED, "", {"media": [PICTURE]}))
    assert going(made, 900) == [TEXT]


def test_a_legal_hold_keeps_a_message_until_it_is_lifted() -> None:
    on = (Event.LEGAL_HOLD, "grain", {"scope": "message", "value": "grain", "reason": "inquiry"})
    off = (Event.LEGAL_HOLD_LIFTED, "grain", {"scope": "message", "value": "grain", "reason": "closed"})
    made = shelf(*published("grain", PICTURE), on)
    assert (held(made), going(made, 900)) == ({"grain"}, [])
    assert made.holds["message", "grain"].reason == "inquiry"
    assert going(shelf(*published("grain", PICTURE), on, off), 900) == [PICTURE, TEXT]
