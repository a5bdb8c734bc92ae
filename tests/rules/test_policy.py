"""The policy: written down so that no word of it can change unseen, and refused where it would let something slip."""

from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ministry_social.model.policy import Key, Person, Policy, Role, Rule
from ministry_social.rules.policy import about, differences, may_adopt, policy_bytes, policy_digest, policy_from, problems

SINCE = datetime(2026, 12, 1, tzinfo=UTC)
KEY = Key(public="A" * 43 + "=", since=SINCE)
BORIS = Person(name="boris", os_user="b", roles=(Role.APPROVER,), groups=("duty-officers",), keys=(KEY,))
CLARA = Person(name="clara", os_user="c", roles=(Role.APPROVER, Role.OPERATOR))
OLGA = Person(name="olga", os_user="o", roles=(Role.AUDITOR,))
TWO = Rule(signatures=2, by=("approver",))
POLICY = Policy(world="live", people=(BORIS, CLARA, OLGA), rules=(TWO,))


@pytest.mark.parametrize("field", [field.name for field in fields(Person)])
def test_a_change_of_any_field_of_a_person_changes_the_digest(field: str) -> None:
    other = {"roles": (Role.OPERATOR,), "groups": ("x",), "accounts": ("x",), "keys": ()}.get(field, "other")
    changed = replace(POLICY, people=(replace(BORIS, **{field: other}), CLARA, OLGA))
    assert policy_digest(changed) != policy_digest(POLICY)
    assert differences(POLICY, changed) != ""


@pytest.mark.parametrize("field", [field.name for field in fields(Rule)])
def test_a_change_of_any_field_of_a_rule_changes_the_digest(field: str) -> None:
    other = {"signatures": 1, "by": ("operator",)}.get(field, "x")
    assert policy_digest(replace(POLICY, rules=(replace(TWO, **{field: other}),))) != policy_digest(POLICY)


def test_a_rehearsals_policy_is_never_a_live_one() -> None:
    assert policy_digest(replace(POLICY, world="rehearsal")) != policy_digest(POLICY)


NAMES = st.text("abc-", min_size=1, max_size=4)
MOMENTS = st.datetimes(timezones=st.just(UTC)).map(lambda one: one.replace(year=2026, microsecond=0))
KEYS = st.builds(Key, public=NAMES, since=MOMENTS, until=st.none() | MOMENTS)
PEOPLE = st.builds(
    Person, name=NAMES, os_user=NAMES, title=st.text("ä x", max_size=4),
    roles=st.lists(st.sampled_from(Role), min_size=1, unique=True).map(lambda found: tuple(sorted(found))),
    groups=st.lists(NAMES, max_size=2, unique=True).map(lambda found: tuple(sorted(found))),
    accounts=st.just(()), keys=st.lists(KEYS, max_size=2).map(tuple),
)  # fmt: skip
RULES = st.builds(Rule, signatures=st.integers(0, 3), by=st.lists(NAMES, max_size=2).map(tuple), message=st.just("") | NAMES)
POLICIES = st.builds(
    Policy, world=st.sampled_from(["live", "rehearsal"]), rules=st.lists(RULES, max_size=2).map(tuple),
    people=st.lists(PEOPLE, max_size=3, unique_by=lambda one: one.name).map(lambda all: tuple(sorted(all, key=lambda p: p.name))),
)  # fmt: skip


@given(POLICIES)
def test_what_was_written_down_is_read_back_as_it_was(policy: Policy) -> None:
    assert policy_from(policy_bytes(policy)) == policy


@given(st.data())
def test_one_changed_byte_of_a_policy_is_another_policy_or_none(data: st.DataObject) -> None:
    body = bytearray(policy_bytes(POLICY))
    place = data.draw(st.integers(0, len(body) - 1))
    body[place] ^= data.draw(st.integers(1, 255))
    try:
        found = policy_from(bytes(body))
    except ValueError:
        return
    assert found != POLICY


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"rules": ()}, "There is no rule"),
        ({"rules": (Rule(signatures=0), TWO)}, "needs nobody"),
        ({"rules": (Rule(signatures=2),)}, "names no role"),
        ({"rules": (Rule(signatures=2, by=("approver",), message="travel-advice"),)}, "No rule holds for every release"),
        ({"rules": (Rule(signatures=3, by=("approver",)),)}, "asks for 3 persons, and there are 2"),
        ({"rules": (Rule(signatures=1, by=("nobody",)),)}, "asks for nobody, which nobody is"),
        ({"people": (BORIS, OLGA), "rules": (Rule(signatures=1, by=("approver",)),)}, "could never be changed"),
    ],
)
def test_a_policy_that_would_let_something_slip_is_named_so(change: dict[str, object], why: str) -> None:
    assert any(why in said for said in problems(replace(POLICY, **change)))


def test_a_sound_policy_has_no_problem_and_in_a_rehearsal_nobody_may_be_needed() -> None:
    assert list(problems(POLICY)) == []
    assert list(problems(replace(POLICY, world="rehearsal", rules=(Rule(signatures=0),)))) == []


def test_two_persons_adopt_and_one_of_them_is_an_approver() -> None:
    operator = replace(CLARA, name="dora", roles=(Role.OPERATOR,))
    assert may_adopt([BORIS, operator])
    assert not may_adopt([BORIS, BORIS])
    assert not may_adopt([operator, replace(operator, name="emil")])
    assert not may_adopt([BORIS, OLGA])


def test_a_difference_is_named() -> None:
    changed = replace(POLICY, people=(BORIS, OLGA), rules=(replace(TWO, signatures=1),))
    assert differences(POLICY, changed) == "clara is gone; no longer everything: 2 of approver; now everything: 1 of approver"
    assert about(Rule(signatures=1, message="travel-advice", platform="x")) == "travel-advice messages, platform x"
