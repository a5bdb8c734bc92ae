"""Approving: every rule that holds must be satisfied, by others than the authors, with keys that count."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ministry_social.model.approval import Standing, Statement
from ministry_social.model.policy import Key, Person, Policy, Role, Rule
from ministry_social.rules.approving import lacks, required, stands
from ministry_social.rules.permissions import may_run, not_their_own
from ministry_social.rules.signing import key_id
from tests.factories import NOW

DAY = timedelta(days=1)


def person(name: str, *roles: Role, **more: Any) -> Person:
    key = Key(public=f"{name:A<43}=", since=NOW - DAY, until=NOW + DAY)
    return Person(**{"name": name, "os_user": name, "roles": roles or (Role.APPROVER,), "keys": (key,)} | more)


ANNA, BORIS, CLARA = person("anna", Role.AUTHOR, Role.APPROVER), person("boris"), person("clara", groups=("duty-officers",))
DORA, OLGA = person("dora", Role.OPERATOR), person("olga", Role.AUDITOR)
TWO = Rule(signatures=2, by=("approver",))
DUTY = Rule(signatures=1, by=("duty-officers",), message="travel-advice")
POLICY = Policy(world="live", people=(ANNA, BORIS, CLARA, DORA, OLGA), rules=(TWO, DUTY))
RELEASE: dict[str, Any] = {
    "kind": "statement", "authors": ["anna"],
    "deliveries": [
        {"key": "g/1/oslo/post", "account": "oslo", "platform": "x", "kind": "local", "groups": ["nordic"]},
        {"key": "g/1/channel/video", "account": "channel", "platform": "youtube", "kind": "video", "groups": []},
    ],
}  # fmt: skip


def signed(who: Person, **more: Any) -> Statement:
    said = Statement(release="r", policy="p", person=who.name, key=key_id(who.keys[0].public), at=NOW)
    return replace(said, **more)


def look(*said: Statement, policy: Policy = POLICY, genuine: bool = True, now: Any = NOW, **more: Any) -> Standing:
    release = RELEASE | more.pop("release", {})
    return stands(policy, frozenset({"p"}), "r", release, [(one, genuine) for one in said], more.pop("declined", {}), now)


def test_two_of_the_approvers_are_enough_and_one_is_not() -> None:
    assert not look(signed(BORIS)).complete
    assert look(signed(BORIS), signed(CLARA)).complete
    assert lacks(look(signed(BORIS)).missing) == "Needs 1 more signature for everything, of clara."


def test_one_person_signs_once_however_often() -> None:
    assert not look(signed(BORIS), signed(BORIS, at=NOW + timedelta(seconds=1))).complete


def test_an_author_never_counts() -> None:
    standing = look(signed(ANNA), signed(BORIS))
    assert not standing.complete
    assert [one.why for one in standing.ignored] == ["anna is an author of it."]


def test_every_rule_that_holds_must_be_satisfied() -> None:
    dora = replace(DORA, roles=(Role.OPERATOR, Role.APPROVER))
    policy = replace(POLICY, people=(ANNA, BORIS, CLARA, dora))
    advice = {"kind": "travel-advice"}
    assert look(signed(BORIS), signed(dora), policy=policy).complete
    standing = look(signed(BORIS), signed(dora), policy=policy, release=advice)
    assert [one.rule for one in standing.missing] == [DUTY]
    assert look(signed(BORIS), signed(CLARA), policy=policy, release=advice).complete


@pytest.mark.parametrize(
    ("named", "holds"),
    [
        ({}, True),
        ({"group": "nordic"}, True),
        ({"group": "sahel"}, False),
        ({"platform": "youtube"}, True),
        ({"platform": "facebook"}, False),
        ({"delivery": "video", "platform": "youtube"}, True),
        ({"delivery": "video", "platform": "x"}, False),
        ({"message": "statement", "group": "nordic"}, True),
    ],
)
def test_a_rule_holds_where_one_delivery_fits_all_that_it_names(named: dict[str, str], holds: bool) -> None:
    rule = Rule(signatures=1, by=("approver",), **named)
    assert required(replace(POLICY, rules=(rule,)), RELEASE) == ((rule,) if holds else ())


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"release": "s"}, "not over this release"),
        ({"policy": "q"}, "never adopted"),
        ({"at": NOW - 2 * DAY}, "did not count when it signed"),
        ({"key": "0" * 16}, "was withdrawn"),
    ],
)
def test_a_signature_that_is_not_over_this_under_that_with_a_key_that_counts_is_ignored(change: dict[str, Any], why: str) -> None:
    standing = look(signed(BORIS, **change), signed(CLARA))
    assert not standing.complete
    assert why in standing.ignored[0].why


def test_a_key_that_has_ended_since_counts_no_more() -> None:
    standing = look(signed(BORIS), signed(CLARA))
    assert (standing.complete, standing.until) == (True, NOW + DAY)
    after = look(signed(BORIS), signed(CLARA), now=NOW + DAY)
    assert not after.complete
    assert "has expired" in after.ignored[0].why


def test_a_person_who_has_left_counts_no_more() -> None:
    standing = look(signed(BORIS), signed(CLARA), policy=replace(POLICY, people=(ANNA, CLARA)))
    assert [one.why for one in standing.ignored] == ["boris is not in the policy."]


def test_a_signature_that_is_not_genuine_never_counts() -> None:
    assert not look(signed(BORIS), signed(CLARA), genuine=False).complete


def test_a_refusal_holds_what_is_signed() -> None:
    assert not look(signed(BORIS), signed(CLARA), declined={"clara": "wrong figure"}).complete


def test_in_an_emergency_two_persons_take_the_place_of_the_rules() -> None:
    three = replace(POLICY, rules=(replace(TWO, signatures=3),))
    hurry = {"emergency": "airport closed"}
    assert not look(signed(BORIS, **hurry), policy=three).complete
    assert not look(signed(BORIS, **hurry), signed(DORA), policy=three).complete
    standing = look(signed(BORIS, **hurry), signed(DORA, **hurry), policy=three)
    assert (standing.complete, standing.urgent) == (True, True)
    assert not look(signed(ANNA, **hurry), signed(DORA, **hurry), policy=three).complete


def test_what_no_rule_holds_for_goes_nowhere_but_in_a_rehearsal() -> None:
    nothing = replace(POLICY, rules=(DUTY,))
    assert lacks(look(policy=nothing).missing) == "No rule of the policy says who may approve it."
    assert look(policy=replace(nothing, world="rehearsal")).complete


def test_a_mission_editor_submits_local_texts_of_their_own_accounts_only() -> None:
    editor = person("emil", Role.MISSION_EDITOR, accounts=("oslo",))
    own = {"deliveries": RELEASE["deliveries"][:1]}
    assert not_their_own(editor, own) == ""
    assert "not for channel" in not_their_own(editor, RELEASE)
    assert "local texts only" in not_their_own(editor, {"deliveries": [RELEASE["deliveries"][0] | {"kind": "repost"}]})
    assert not_their_own(ANNA, RELEASE) == ""


def test_an_auditor_and_a_stranger_only_look() -> None:
    for who in (OLGA, None):
        assert may_run(who, "delivery list")
        assert not may_run(who, "hold")
        assert not may_run(who, "approval sign")
    assert may_run(DORA, "worker")
    assert not may_run(BORIS, "worker")
