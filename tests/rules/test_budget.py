"""Budgets: what is spent, planned and asked for in a month, against what a mission may spend."""

from typing import Any

from ministry_social.model.cost import Budgets, Charge
from ministry_social.model.finding import Weight
from ministry_social.rules.budget import Sum, over_budget, sums
from tests.factories import place


def charge(amount: int, **more: Any) -> Charge:
    values = {"account": "paris-x", "mission": "embassy-paris", "message": "grain", "wave": 1, "month": "2026-12", "spent": False}
    return Charge(amount=amount, **{**values, **more})


TEN = Budgets(monthly=10_000)


def test_charges_are_added_up_by_whatever_is_asked() -> None:
    several = [charge(15), charge(200, spent=True), charge(20, mission="embassy-oslo"), charge(5, month="2027-01")]
    assert sums(several, lambda one: (one.month, one.mission)) == {
        ("2026-12", "embassy-oslo"): Sum(planned=20),
        ("2026-12", "embassy-paris"): Sum(spent=200, planned=15),
        ("2027-01", "embassy-paris"): Sum(planned=5),
    }
    assert sums([], lambda one: (one.month,)) == {}


def test_what_was_spent_and_is_planned_counts_and_is_named() -> None:
    standing = [charge(9_000, spent=True, message="wheat"), charge(985, message="rice")]
    [found] = over_budget([charge(200)], standing, TEN, place())
    assert found.sentence == (
        "embassy-paris would spend $10.185 on X in 2026-12 ($9.00 spent, $0.985 planned, $0.20 for this message); "
        "its budget is $10.00."
    )
    assert (found.name, found.weight, found.accounts) == ("over-budget", Weight.ADVISORY, ("paris-x",))


def test_just_the_budget_is_within_it() -> None:
    assert over_budget([charge(15)], [charge(9_985, spent=True)], TEN, place()) == []


def test_each_month_and_each_mission_has_its_own() -> None:
    elsewhere = [charge(9_999, month="2026-11", spent=True), charge(9_999, mission="embassy-oslo", spent=True)]
    assert over_budget([charge(15)], elsewhere, TEN, place()) == []


def test_all_accounts_of_a_mission_share_its_budget() -> None:
    [found] = over_budget([charge(6_000), charge(6_000, account="consulate-lyon")], [], TEN, place())
    assert found.accounts == ("paris-x", "consulate-lyon")


def test_a_mission_may_have_a_budget_of_its_own_or_none() -> None:
    assert over_budget([charge(15_000)], [], Budgets(monthly=10_000, missions={"embassy-paris": 20_000}), place()) == []
    assert over_budget([charge(15_000)], [], Budgets(monthly=10_000, missions={"embassy-paris": 0}), place()) == []
    assert over_budget([charge(15_000)], [], Budgets(), place()) == []
    assert len(over_budget([charge(15)], [], Budgets(missions={"embassy-paris": 10}), place())) == 1


def test_a_mission_to_which_the_message_costs_nothing_is_not_blamed() -> None:
    assert over_budget([], [charge(11_000, spent=True)], TEN, place()) == []


def test_budgets_know_whether_there_are_any() -> None:
    assert not Budgets().any
    assert not Budgets(missions={"embassy-paris": 0}).any
    assert TEN.any
    assert Budgets(missions={"embassy-paris": 1}).any
