"""The policy in force: two persons adopt it, under the rules before; what differs from it is refused, and nothing is sent."""

from dataclasses import replace

import pytest

from ministry_social.desk import adopt
from ministry_social.errors import LedgerBroken, NotAllowed
from ministry_social.model.delivery import State
from ministry_social.model.policy import Key, Policy, Rule
from ministry_social.vault.keys import new_key

from .bench import NOON, Bench, says
from .office import DAY, TWO, Office


def test_before_it_is_adopted_nothing_is_released_and_nothing_sent(unadopted: Office) -> None:
    with pytest.raises(NotAllowed, match="was not adopted yet"):
        unadopted.submit(says("oslo"))
    unadopted.bench.plan(says("oslo"))  # what was planned when nobody had to sign
    assert unadopted.bench.send() == []
    assert unadopted.bench.delivery("oslo").state is State.PLANNED


def test_the_first_signature_proposes_it_and_the_second_adopts_it(unadopted: Office) -> None:
    unadopted.adopt("boris")
    assert unadopted.house() == ["proposed"]
    unadopted.adopt("boris")  # once more is no second person
    assert unadopted.house() == ["proposed", "proposed"]
    unadopted.adopt("dora")
    assert unadopted.house()[-1] == "adopted"


@pytest.mark.parametrize("name", ["anna", "olga"])
def test_authors_and_auditors_adopt_nothing(unadopted: Office, name: str) -> None:
    with pytest.raises(NotAllowed, match="may not adopt"):
        unadopted.adopt(name)


def test_somebody_elses_key_adopts_nothing(unadopted: Office) -> None:
    with pytest.raises(NotAllowed, match="does not count now"):
        adopt.adopt(unadopted.bench.means, unadopted.keys["clara"], person="boris")


def test_a_policy_with_a_hole_is_not_adopted(unadopted: Office) -> None:
    unadopted.rewrite(rules=(Rule(signatures=1),))
    with pytest.raises(NotAllowed, match="names no role"):
        unadopted.adopt("boris")


def test_a_config_that_differs_is_refused_and_the_difference_named(office: Office) -> None:
    office.submit(says("oslo"))
    office.sign("boris", "clara")
    office.rewrite(rules=(replace(TWO, signatures=1),))
    with pytest.raises(NotAllowed, match="no longer everything: 2 of approver; now everything: 1 of approver"):
        office.submit(says("oslo"), message="wheat")
    assert office.bench.send() == []
    office.rewrite(rules=(TWO,))
    assert [one.state for one in office.bench.send()] == [State.PUBLISHED]


def test_an_empty_config_does_not_bring_back_the_time_before(office: Office) -> None:
    office.written = Policy(world="rehearsal")
    with pytest.raises(NotAllowed, match="is not what was adopted: anna is gone"):
        office.submit(says("oslo"))


def test_a_change_is_adopted_under_the_rules_in_force(office: Office) -> None:
    office.keys["mallory"] = new_key()
    key = Key(public=office.keys["mallory"].public, since=NOON - DAY)
    mallory = replace(office.written.people[1], name="mallory", os_user="mallory", keys=(key,))
    office.rewrite(people=(*office.written.people, mallory))
    with pytest.raises(NotAllowed, match="mallory may not adopt"):
        office.adopt("mallory")
    office.adopt("boris", "clara")
    assert office.house() == ["proposed", "adopted", "proposed", "adopted"]


def test_what_waits_is_looked_at_anew_when_the_policy_changes(office: Office) -> None:
    office.submit(says("oslo"))
    office.sign("boris")
    office.rewrite(rules=(replace(TWO, signatures=1),))
    office.adopt("boris", "clara")
    assert [one.state for one in office.bench.send()] == [State.PUBLISHED]


def test_what_was_confirmed_before_waits_for_signatures_then(unadopted: Office) -> None:
    unadopted.bench.plan(says("oslo"))
    unadopted.adopt("boris", "clara")
    assert unadopted.bench.send() == []
    unadopted.sign("boris", "clara")
    assert [one.state for one in unadopted.bench.send()] == [State.PUBLISHED]


def test_an_adoption_without_its_signatures_counts_for_nothing(office: Office) -> None:
    office.submit(says("oslo"))
    office.sign("boris", "clara")
    office.bench.change("DELETE FROM blob WHERE CAST(bytes AS TEXT) LIKE '%ministry_social/adoption/1%'")
    office.bench.means = replace(office.bench.means, policies=type(office.bench.means.policies)(lambda: office.written))
    with office.bench.store.read() as reading, pytest.raises(LedgerBroken, match="missing or was changed"):
        office.bench.means.policies.in_force(reading)
    assert office.bench.send() == []


def test_in_a_rehearsal_without_people_who_publishes_confirms(bench: Bench) -> None:
    assert not bench.plan(says("oslo")).waits
    assert [one.state for one in bench.send()] == [State.PUBLISHED]


def test_a_live_store_never_goes_without_a_policy(bench: Bench) -> None:
    bench.plan(says("oslo"))
    bench.change("UPDATE about SET value = 'live' WHERE key = 'world'")
    assert bench.send() == []
