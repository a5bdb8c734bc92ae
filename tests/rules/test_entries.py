"""Entries in words: every event has its own, and each question is answered by what answers it."""

import json
from typing import Any

import pytest

from ministry_social.model.delivery import State
from ministry_social.model.ledger import Entry, Event
from ministry_social.rules.entries import MOVES, QUESTIONS, SAYS, Told, answers, brings_to, events_for, told, touches

from .test_lifecycle import EVENTS


def entry(event: Event, subject: dict[str, str] | None = None, by: str = "anna", **facts: Any) -> Told:
    body = {"about": subject or {}, "at": "2026-12-01T12:00:00.000Z", "by": by, "event": event.value, "facts": facts}
    return told(Entry(position=7, body=json.dumps(body), seal="s"))


def test_every_event_has_words() -> None:
    assert {event.value for event in Event} <= SAYS.keys()


def test_every_event_that_moves_a_delivery_is_among_those_that_bring_it_there() -> None:
    for event, (befores, after) in EVENTS.items():
        if befores != after:
            assert event in MOVES[State(after)], event


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (entry(Event.SIGNED, {"message": "grain"}, emergency="storm"), ("signed the release, for an emergency", "grain", "storm")),
        (entry(Event.DECIDED, {"delivery": "grain/1/mfa/post", "account": "mfa"}, absent=True, reason="looked"),
         ("decided that it is not there", "grain/1/mfa/post", "looked")),
        (entry(Event.HOLD, scope="country", value="TR", reason="mourning", drill=False), ("stopped", "country TR", "mourning")),
        (entry(Event.HOLD, scope="all", value="", reason="practice", drill=True), ("stopped (drill)", "all", "practice")),
        (entry(Event.NOT_ALLOWED, {"message": "grain"}, command="approval sign", about=["grain"], why="No."),
         ("was not allowed", "grain (approval sign)", "No.")),
        (entry(Event.THROTTLED, {"account": "mfa"}, code="429"), ("was told by the platform to wait", "mfa", "429")),
        (entry(Event.CAMPAIGN_STOPPED, campaign="harbours", reason="over"), ("stopped a campaign", "harbours", "over")),
    ],
)  # fmt: skip
def test_an_entry_says_what_about_what_and_why(one: Told, words: tuple[str, str, str]) -> None:
    assert (one.what, one.about, one.why) == words


@pytest.mark.parametrize(
    ("word", "one", "yes"),
    [
        ("emergencies", entry(Event.SIGNED, emergency="storm"), True),
        ("emergencies", entry(Event.SIGNED), False),
        ("overrides", entry(Event.RESUMED), True),
        ("overrides", entry(Event.RESUMED, by="engine"), False),
        ("overrides", entry(Event.HOLD_LIFTED), True),
        ("published", entry(Event.DECIDED, absent=True), False),
        ("published", entry(Event.FOUND), True),
        ("recalls", entry(Event.ACCEPTED), False),
    ],
)
def test_a_question_is_answered_by_what_answers_it(word: str, one: Told, yes: bool) -> None:
    assert answers(one, [word]) is yes


def test_what_is_asked_for_twice_must_be_both() -> None:
    assert events_for((), (), ()) == ()
    assert events_for((), ["recalls"], [State.RECALLED]) == (Event.RECALLED,)
    assert events_for([Event.HOLD], ["recalls"], ()) is None
    assert set(events_for((), list(QUESTIONS), ()) or ()) <= set(Event)


def test_a_persons_word_brings_a_delivery_into_the_state_that_they_say() -> None:
    assert brings_to(entry(Event.DECIDED, absent=True), [State.PLANNED])
    assert not brings_to(entry(Event.DECIDED, absent=True), [State.PUBLISHED])
    assert brings_to(entry(Event.DECIDED, absent=False), [State.PUBLISHED])
    assert not brings_to(entry(Event.MISSED), [State.PUBLISHED])


def test_what_stops_a_country_touches_its_accounts_and_what_stops_all_touches_everybody() -> None:
    scopes = {("account", "embassy-ankara"), ("country", "TR"), ("campaign", "harbours")}
    assert touches(entry(Event.HOLD, scope="country", value="TR"), scopes)
    assert not touches(entry(Event.HOLD, scope="country", value="FR"), scopes)
    assert touches(entry(Event.HOLD, scope="all", value=""), scopes)
    assert touches(entry(Event.CAMPAIGN_STOPPED, campaign="harbours"), scopes)
