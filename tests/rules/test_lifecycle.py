"""The life of a delivery: every pair of states, and every event that moves one."""

import pytest

from ministry_social.errors import LedgerBroken
from ministry_social.model.delivery import State
from ministry_social.model.ledger import Event
from ministry_social.rules.lifecycle import IN_FLIGHT, IN_VAIN, NEXT, PLAIN, SETTLED, check_move

# The moves, written down a second time: docs/deliveries.md, and the design that it follows.
MOVES = {
    "planned": "planned sending failed cancelled missed unknown",
    "sending": "published planned failed unknown",
    "unknown": "unknown published planned failed",
    "failed": "failed planned",
    "published": "recalled",
    "recalled": "",
    "cancelled": "",
    "missed": "",
}

# What each event of a delivery does: from which states, to which.
EVENTS = {
    Event.PREPARED: ("planned", "planned"),
    Event.NOT_PREPARED: ("planned", "planned"),
    Event.PREPARATION_LOST: ("sending", "planned"),
    Event.PACED: ("planned", "planned"),
    Event.STARTED: ("planned", "sending"),
    Event.ACCEPTED: ("sending unknown", "published"),
    Event.NOT_SENT: ("sending unknown", "planned"),
    Event.THROTTLED: ("sending unknown", "planned"),
    Event.REFUSED: ("sending unknown planned", "failed"),
    Event.LOST: ("sending", "unknown"),
    Event.EXPIRED: ("sending", "unknown"),
    Event.WITHOUT_VIDEO: ("planned", "planned"),
    Event.CANCELLED: ("planned", "cancelled"),
    Event.MISSED: ("planned", "missed"),
    Event.ASKED_AGAIN: ("failed", "planned"),
    Event.DUPLICATE: ("sending", "unknown"),
    Event.DOUBTED: ("planned", "unknown"),
    Event.FOUND: ("unknown", "published"),
    Event.ABSENT: ("unknown", "planned"),
    Event.STUCK: ("unknown", "unknown"),
    Event.DECIDED: ("unknown", "planned"),
    Event.RECALLED: ("published", "recalled"),
}
# These are about a message or the house, or make a delivery.
ELSEWHERE = {
    *(Event.RECEIVED, Event.FINDINGS, Event.RELEASED, Event.CONFIRMED, Event.REPLACED, Event.PLANNED),
    *(Event.TAKEN_IN, Event.ACCOUNT_CHANGED, Event.ACCOUNT_APPROVED, Event.INVITED, Event.INVITATION_OPENED),
    *(Event.INVITATION_REFUSED, Event.NOT_CONNECTED, Event.VERIFIED, Event.ACTIVATED, Event.CERTIFICATION_PROPOSED),
    Event.INVITATION_WITHDRAWN,
    *(Event.CERTIFIED, Event.RETIRED, Event.NOT_VERIFIED),
    *(Event.STANDING, Event.STANDING_ACCEPTED, Event.PROVED, Event.ALERTED, Event.NOT_ALERTED),
    *(Event.MINISTRY_KEY, Event.REGISTER_PUBLISHED, Event.CHECKPOINTED),
    *(Event.DEVIATION, Event.DEVIATION_OVER, Event.EXPLAINED),
    *(Event.DISPOSED, Event.LEGAL_HOLD, Event.LEGAL_HOLD_LIFTED),
    *(Event.OPENED, Event.CONNECTED, Event.HOLD, Event.HOLD_LIFTED, Event.PAUSED, Event.PROBED, Event.RESUMED, Event.MOVED),
    *(Event.CAMPAIGN_PLANNED, Event.CAMPAIGN_STOPPED),
    # These mark a delivery, or tell of it, and move none.
    *(Event.RESTORED, Event.RECALL_ASKED, Event.COPIED, Event.NOT_RECALLED),
    *(Event.SUBMITTED, Event.SIGNED, Event.DECLINED, Event.WITHDRAWN, Event.PROPOSED, Event.ADOPTED, Event.NOT_ALLOWED),
    Event.FIGURES_COLLECTED,
    *(Event.LOCAL_ASKED, Event.LOCAL_WRITTEN),
    *(Event.ALERT_SECRET, Event.ALERT_TESTED),
    *(Event.UPGRADED, Event.APP_KEPT, Event.VAULT_KEY, Event.VAULT_ROTATED, Event.VAULT_COPIED, Event.REHEARSAL_EMPTIED),
}


@pytest.mark.parametrize("after", State)
@pytest.mark.parametrize("before", State)
def test_a_move_is_allowed_or_refused_as_the_table_says(before: State, after: State) -> None:
    if after.value in MOVES[before.value].split():
        check_move(before, after)
    else:
        with pytest.raises(LedgerBroken, match=f"A delivery cannot go from {before} to {after}."):
            check_move(before, after)


@pytest.mark.parametrize("event", EVENTS)
def test_each_event_makes_moves_of_the_table(event: Event) -> None:
    befores, after = EVENTS[event]
    for before in befores.split():
        check_move(State(before), State(after))


def test_every_event_is_about_a_delivery_or_said_not_to_be() -> None:
    assert set(EVENTS) | ELSEWHERE == set(Event)
    assert not set(EVENTS) & ELSEWHERE


def test_the_table_has_every_state() -> None:
    assert set(NEXT) == set(State) == set(PLAIN)


def test_a_post_that_may_be_public_is_never_sent_again_but_through_planned() -> None:
    assert [state for state in State if State.SENDING in NEXT[state]] == [State.PLANNED]


def test_what_was_published_is_never_planned_again() -> None:
    assert NEXT[State.PUBLISHED] == {State.RECALLED}
    assert not NEXT[State.RECALLED]


def test_what_is_settled_does_not_move_by_itself() -> None:
    by_a_person = {State.PUBLISHED: {State.RECALLED}, State.FAILED: {State.FAILED, State.PLANNED}}
    for state in SETTLED:
        assert NEXT[state] == by_a_person.get(state, set())
    assert set(State) - SETTLED == {State.PLANNED, State.SENDING, State.UNKNOWN}


def test_in_flight_is_what_may_be_public_any_moment() -> None:
    assert {State.SENDING, State.UNKNOWN} == IN_FLIGHT


def test_in_vain_is_all_that_is_settled_but_published() -> None:
    assert SETTLED - {State.PUBLISHED} == IN_VAIN


def test_every_state_can_be_reached() -> None:
    reached = {State.PLANNED}
    for _ in State:
        reached |= {after for before in reached for after in NEXT[before]}
    assert reached == set(State)


def test_the_words_on_the_screen_are_not_the_names_of_states_where_those_would_puzzle() -> None:
    assert PLAIN[State.UNKNOWN] == "being checked"
    assert len(set(PLAIN.values())) == len(PLAIN)
