"""Stopping: what a hold or a pause covers, in the rule and in what the query is given."""

from dataclasses import replace
from typing import Any

import pytest

from ministry_social.model.delivery import Delivery
from ministry_social.model.stop import Hold, Pause, Stops
from ministry_social.rules.stopping import SCOPES, allows, covers, covers_account, stopped_by, stops
from tests.factories import NOW, account, delivery, page

PARIS = account(groups=("europe", "francophonie"))
LIMA = account("embassy-lima", country="PE", groups=("americas",))
PAGE = page(country="FR")
ACCOUNTS = (PARIS, LIMA, PAGE)
DELIVERIES = (delivery("embassy-paris"), delivery("embassy-lima"), delivery("page", platform="facebook"))
NOBODY = delivery("embassy-atlantis")

# What a hold stops, of Paris and Lima on X and a Page in France.
COVERED = [
    ("all", "", ["embassy-paris", "embassy-lima", "page"]),
    ("platform", "x", ["embassy-paris", "embassy-lima"]),
    ("platform", "facebook", ["page"]),
    ("country", "FR", ["embassy-paris", "page"]),
    ("group", "europe", ["embassy-paris"]),
    ("group", "eur", []),
    ("mission", "embassy-lima", ["embassy-lima"]),
    ("account", "embassy-lima", ["embassy-lima"]),
    ("message", "grain", ["embassy-paris", "embassy-lima", "page"]),
    ("message", "wheat", []),
]


def hold(scope: str, value: str = "", **more: Any) -> Hold:
    return Hold(id=1, scope=scope, value=value, reason="why", by="ana", at=NOW, **more)


def pause(scope: str, value: str) -> Pause:
    return Pause(scope=scope, value=value, reason="401", remedy="Connect it again.", at=NOW)


def of(one: Delivery) -> Any:
    return next((who for who in ACCOUNTS if who.name == one.account), None)


def test_every_scope_is_tested() -> None:
    assert {scope for scope, _, _ in COVERED} == set(SCOPES)


@pytest.mark.parametrize(("scope", "value", "names"), COVERED)
def test_a_hold_covers_its_scope_and_nothing_else(scope: str, value: str, names: list[str]) -> None:
    assert [one.account for one in DELIVERIES if covers(hold(scope, value), one, of(one))] == names


@pytest.mark.parametrize(("scope", "value", "names"), COVERED)
def test_what_the_query_is_given_stops_the_same(scope: str, value: str, names: list[str]) -> None:
    together = stops([hold(scope, value)], [], ACCOUNTS)
    assert [one.account for one in DELIVERIES if not allows(together, one)] == names


@pytest.mark.parametrize(("scope", "value"), [("country", "FR"), ("group", "europe"), ("mission", "embassy-paris")])
def test_an_account_that_is_gone_from_the_config_belongs_to_no_country_group_or_mission(scope: str, value: str) -> None:
    assert not covers(hold(scope, value), NOBODY, None)


@pytest.mark.parametrize(
    ("scope", "value"), [("all", ""), ("platform", "x"), ("account", "embassy-atlantis"), ("message", "grain")]
)
def test_an_account_that_is_gone_from_the_config_is_stopped_all_the_same(scope: str, value: str) -> None:
    assert covers(hold(scope, value), NOBODY, None)
    assert not allows(stops([hold(scope, value)], [], ACCOUNTS), NOBODY)


def test_a_message_is_not_a_matter_of_accounts() -> None:
    assert not covers_account(hold("message", "grain"), PARIS)
    assert not covers_account(hold("message", "embassy-paris"), PARIS)


def test_a_drill_stops_nothing() -> None:
    drill = hold("all", drill=True)
    assert covers(drill, DELIVERIES[0], PARIS), "what it would stop"
    assert stopped_by([drill], [], DELIVERIES[0], PARIS) is None
    assert stops([drill], [], ACCOUNTS) == Stops()


def test_a_persons_hold_is_named_before_a_pause() -> None:
    ours, theirs = hold("account", "embassy-paris"), pause("platform", "x")
    assert stopped_by([ours], [theirs], DELIVERIES[0], PARIS) == ours
    assert stopped_by([ours], [theirs], DELIVERIES[1], LIMA) == theirs
    assert stopped_by([ours], [theirs], DELIVERIES[2], PAGE) is None


def test_holds_and_pauses_stop_together() -> None:
    together = stops([hold("country", "PE"), hold("message", "wheat")], [pause("platform", "facebook")], ACCOUNTS)
    assert together == Stops(
        platforms=frozenset({"facebook"}), accounts=frozenset({"embassy-lima", "page"}), messages=frozenset({"wheat"})
    )
    assert [allows(together, one) for one in DELIVERIES] == [True, False, False]
    assert not allows(together, replace(DELIVERIES[0], message="wheat"))


def test_nothing_is_stopped_by_nothing() -> None:
    assert stops([], [], ACCOUNTS) == Stops()
    assert all(allows(Stops(), one) for one in DELIVERIES)
