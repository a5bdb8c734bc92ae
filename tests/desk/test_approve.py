"""Approving: who signs what, and what goes out then: exactly that, or nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ministry_social.desk import approve, approved, deliver
from ministry_social.desk.report import rows
from ministry_social.errors import NotAllowed
from ministry_social.model.delivery import State
from ministry_social.model.ledger import Event
from ministry_social.model.policy import Key
from ministry_social.vault.keys import new_key

from .bench import HOUR, NOON, says, video, with_video
from .office import DAY, TWO, Office


def test_nothing_goes_out_before_the_last_signature(office: Office) -> None:
    assert office.submit(says("oslo"), says("bern")).waits
    assert office.bench.send() == []
    assert not office.sign("boris").standing.complete
    assert office.bench.send() == []
    assert office.sign("clara").standing.complete
    assert {one.state for one in office.bench.send()} == {State.PUBLISHED}
    assert office.said() == ["released", "signed", "signed"]


def test_what_waits_says_so_in_plain_words(office: Office) -> None:
    office.submit(says("oslo"))
    with office.bench.store.read() as reading:
        [row] = rows(reading, NOON, office.bench.accounts)
    assert (row["waits_for"], row["says"]) == ("approval", "waits for approval")
    assert "ministry-social approval show grain" in row["why"]


def test_what_nobody_approves_in_time_is_missed_with_that_reason(office: Office) -> None:
    office.submit(says("oslo"))
    office.bench.clock.pass_by(13 * HOUR)
    [missed] = office.bench.tidy()
    assert missed.state is State.MISSED
    assert "It was not approved in time." in missed.error


def test_nothing_is_uploaded_before_it_is_approved(office: Office) -> None:
    office.submit(video(), with_video("oslo"))
    assert office.bench.waiting() == []
    assert office.bench.stage.prepared == []
    office.sign("boris", "clara")
    assert [one.prepared for one in office.bench.prepare()] == [True]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("anna", "an author of it"),
        ("dora", "No rule asks for a signature of dora"),
        ("olga", "No rule asks"),
        ("nobody", "not in the"),
    ],
)
def test_only_those_sign_whom_a_rule_asks_for(office: Office, name: str, why: str) -> None:
    office.submit(says("oslo"))
    office.keys["nobody"] = new_key()
    with pytest.raises(NotAllowed, match=why):
        office.sign(name)


def test_an_approver_who_submits_it_is_an_author_for_ever(office: Office) -> None:
    office.submit(says("oslo"), by="boris")
    office.submit(says("oslo", "better"), source=b"two", by="anna")
    with pytest.raises(NotAllowed, match="boris is an author of it"):
        office.sign("boris")


def test_nobody_signs_twice_or_with_another_key(office: Office) -> None:
    office.submit(says("oslo"))
    office.sign("boris")
    with pytest.raises(NotAllowed, match="has signed it already"):
        office.sign("boris")
    office.keys["clara"] = new_key()
    with pytest.raises(NotAllowed, match="does not count now"):
        office.sign("clara")


def test_who_has_seen_another_state_does_not_sign_this_one(office: Office) -> None:
    office.submit(says("oslo"))
    seen = office.found().release
    office.submit(says("oslo", "better"), source=b"two")
    with pytest.raises(NotAllowed, match="submitted anew meanwhile"):
        approve.sign(office.bench.means, office.keys["boris"], "grain", 1, release=seen, person="boris")


def test_a_new_revision_needs_new_signatures(office: Office) -> None:
    office.submit(says("oslo"), at=NOON + HOUR)
    office.sign("boris", "clara")
    office.submit(says("oslo"), says("bern"), source=b"two", at=NOON + HOUR)
    office.bench.clock.pass_by(HOUR)
    assert office.bench.send() == []
    office.sign("boris", "clara")
    assert len(office.bench.send()) == 2


def test_new_times_need_new_signatures(office: Office) -> None:
    office.submit(says("oslo"), at=NOON + HOUR)
    assert office.sign("boris", "clara").standing.complete
    moved = office.submit(says("oslo"), at=NOON + 2 * HOUR, anew=True)
    assert (moved.replaced, moved.waits, office.found().standing.complete) == (True, True, False)
    office.bench.clock.pass_by(2 * HOUR)
    assert office.bench.send() == []
    assert office.sign("boris", "clara").standing.complete
    assert [one.state for one in office.bench.send()] == [State.PUBLISHED]


def test_times_that_go_back_do_not_bring_the_signatures_back(office: Office) -> None:
    first = office.submit(says("oslo"), at=NOON + HOUR)
    office.sign("boris", "clara")
    office.submit(says("oslo"), at=NOON + 2 * HOUR, anew=True)
    again = office.submit(says("oslo"), at=NOON + HOUR, anew=True)
    assert (again.release, again.waits) == (first.release, True)
    assert not office.found().standing.complete
    office.bench.clock.pass_by(HOUR)
    assert office.bench.send() == []
    assert office.sign("boris", "clara").standing.complete


def test_the_same_times_again_keep_the_signatures_whoever_asks(office: Office) -> None:
    office.submit(says("oslo"), at=NOON + HOUR)
    office.sign("boris", "clara")
    assert office.submit(says("oslo"), at=NOON + HOUR, anew=True, by="dora").new == 0
    assert (office.found().standing.authors, office.found().standing.complete) == (("anna",), True)


def test_what_is_under_embargo_is_not_uploaded_though_it_is_approved(office: Office) -> None:
    office.submit(video(), embargo=NOON + HOUR)
    office.sign("boris", "clara")
    assert office.bench.prepare() == []
    office.bench.clock.pass_by(HOUR)
    assert [one.prepared for one in office.bench.prepare()] == [True]


def test_what_is_not_approved_is_not_uploaded_though_its_embargo_is_over(office: Office) -> None:
    office.submit(video(), embargo=NOON + HOUR)
    with office.bench.store.begin() as tx:
        tx.approve(office.found().release, approved=True)  # as if the plan knew more than the ledger
    assert office.bench.waiting() == []
    with office.bench.store.read() as reading:
        assert reading.unapproved() == frozenset(), "the wall comes first: nobody looks at the signatures before it ends"
    office.bench.clock.pass_by(HOUR)
    assert office.bench.waiting() == []
    with office.bench.store.read() as reading:
        assert reading.unapproved() == {office.found().release}
    assert office.bench.stage.prepared == []
    office.sign("boris", "clara")
    assert [one.prepared for one in office.bench.prepare()] == [True]


def test_a_withdrawn_signature_stops_what_has_not_started(office: Office) -> None:
    office.submit(says("oslo"), at=NOON + HOUR)
    office.sign("boris", "clara")
    assert not approve.withdraw(office.bench.means, "grain", 1, person="boris", reason="talks").standing.complete
    office.bench.clock.pass_by(HOUR)
    assert office.bench.send() == []
    office.sign("boris")
    assert len(office.bench.send()) == 1


def test_a_claim_does_not_trust_what_the_plan_says(office: Office) -> None:
    office.submit(says("oslo"))
    office.bench.change("UPDATE release SET confirmed = 1")
    assert office.bench.send() == []
    with office.bench.store.read() as reading:
        assert reading.unapproved() == {office.found().release}  # and it is not looked at again and again


def test_a_refusal_holds_it_until_it_is_withdrawn(office: Office) -> None:
    office.submit(says("oslo"))
    office.sign("boris", "clara")
    approve.refuse(office.bench.means, "grain", 1, person="clara", reason="wrong figure")
    assert office.bench.send() == []
    assert approve.says(office.found()) == "clara has refused it: wrong figure"
    approve.withdraw(office.bench.means, "grain", 1, person="clara", reason="right after all")
    office.sign("clara")
    assert len(office.bench.send()) == 1


def test_an_author_cannot_refuse_and_a_stranger_cannot_withdraw(office: Office) -> None:
    office.submit(says("oslo"))
    with pytest.raises(NotAllowed, match="no say"):
        approve.refuse(office.bench.means, "grain", 1, person="anna", reason="x")
    with pytest.raises(NotAllowed, match="neither signed nor refused"):
        approve.withdraw(office.bench.means, "grain", 1, person="boris", reason="x")


def test_a_key_that_ends_before_the_time_does_not_count_then(office: Office) -> None:
    office.rewrite(people=office.with_key("boris", Key(public=office.keys["boris"].public, since=NOON - DAY, until=NOON + HOUR)))
    office.adopt("boris", "clara")
    office.submit(says("oslo"), at=NOON + HOUR)
    assert office.sign("boris", "clara").standing.complete
    office.bench.clock.pass_by(HOUR)
    assert office.bench.send() == []
    assert "has expired" in office.found().standing.ignored[0].why


def test_a_key_that_was_taken_out_of_the_policy_counts_no_more(office: Office) -> None:
    office.submit(says("oslo"), at=NOON + HOUR)
    office.sign("boris", "clara")
    fresh = new_key()
    office.rewrite(people=office.with_key("boris", Key(public=fresh.public, since=NOON - DAY)))
    office.adopt("clara", "dora")
    office.bench.clock.pass_by(HOUR)
    assert office.bench.send() == []
    office.keys["boris"] = fresh
    office.sign("boris")
    assert len(office.bench.send()) == 1


def test_in_an_emergency_two_persons_are_enough_and_it_stays_marked(office: Office) -> None:
    office.rewrite(rules=(replace(TWO, signatures=2, by=("approver",)), replace(TWO, signatures=1, by=("operator",), platform="x")))
    office.adopt("boris", "clara")
    office.submit(says("oslo"))
    office.sign("clara", emergency="airport closed")
    assert office.bench.send() == []
    found = office.sign("dora", emergency="airport closed")
    assert (found.standing.complete, found.standing.urgent) == (True, True)
    assert len(office.bench.send()) == 1
    with office.bench.store.read() as reading:
        assert [(message, who) for message, _, who, _ in approve.emergencies(reading)] == [("grain", "clara"), ("grain", "dora")]


def test_a_whole_wave_verifies_each_signature_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.submit(*[says(f"a{number}", f"text {number}") for number in range(60)])
    office.sign("boris", "clara")
    office.bench.means.standings.clear()
    calls = []
    real = approved.verified
    monkeypatch.setattr(approved, "verified", lambda *given: calls.append(1) or real(*given))
    sent = 0
    while sent < 60:
        with office.bench.store.begin() as tx:
            claims = deliver.claim(tx, office.bench.means, tx.due(office.bench.means.now(), 8))
        sent += len(office.bench.settle(*[deliver.send(office.bench.means, one) for one in claims]))
    assert len(calls) == 2


def test_a_release_of_the_time_before_has_nobody_to_sign_it(office: Office) -> None:
    """One that stood in the store before there were approvals says neither its kind nor its authors."""
    with office.bench.store.begin() as tx:
        name = tx.keep(b'{"deliveries":[],"format":"ministry_social/release/1","message":"old","wave":1}')
        tx.keep_release("old", 1, name, "r", confirmed=True)
        tx.record(Event.RELEASED, by="anna", at=NOON, message="old", facts={"release": name, "wave": 1})
    assert not office.found("old").standing.complete


def test_what_is_due_stays_due_for_others(office: Office) -> None:
    """A release that waits takes nobody's place in the line."""
    for number in range(5):
        office.submit(says(f"a{number}"), message=f"m{number}")
    office.submit(says("oslo"), at=NOON + timedelta(seconds=1))
    office.sign("boris", "clara")
    office.bench.clock.pass_by(HOUR)
    with office.bench.store.read() as reading:
        assert [one.account for one in reading.due(office.bench.means.now(), 1, office.bench.means.stops(reading))] == ["oslo"]
