"""Costs: what the plan and the ledger say was spent, will be, and whether a draft fits into the budgets."""

from dataclasses import replace

import pytest

from ministry_social.desk.costs import Purse, charges, priced
from ministry_social.errors import OutcomeUnknown, Rejected
from ministry_social.model.cost import Budgets, Charge
from ministry_social.model.finding import Weight
from ministry_social.rules.cost import Prices

from .bench import HOUR, NOON, Bench, says, video, with_video
from .wall import Walled

LINK = "See https://a.example.org"


def purse(bench: Bench, **more: object) -> Purse:
    values = {"prices": Prices(), "budgets": Budgets(), "accounts": bench.accounts}
    return Purse(**{**values, **more})  # type: ignore[arg-type]


def booked(bench: Bench) -> list[tuple[str, str, int, bool]]:
    with bench.store.read() as reading:
        return [(one.account, one.month, one.amount, one.spent) for one in charges(reading, purse(bench))]


def test_what_is_out_was_spent_and_the_rest_is_planned(bench: Bench) -> None:
    bench.plan(says("bern"), says("oslo", LINK))
    bench.send()
    bench.plan(says("lima"), message="wheat", at=NOON + 31 * 24 * HOUR)
    assert booked(bench) == [
        ("bern", "2026-12", 15, True), ("oslo", "2026-12", 200, True), ("lima", "2027-01", 15, False)
    ]  # fmt: skip


def test_what_was_refused_costs_nothing_and_what_is_in_doubt_may_cost(bench: Bench) -> None:
    bench.plan(says("bern"), says("oslo"))
    bench.stage.next.extend([Rejected("Twice.", code="duplicate"), OutcomeUnknown("Lost.")])
    bench.send()
    assert booked(bench) == [("oslo", "2026-12", 15, False)]


def test_other_platforms_cost_nothing_and_a_videos_address_is_a_link(bench: Bench) -> None:
    bench.plan(video(), with_video("oslo"), says("page", platform="facebook"))
    assert booked(bench) == [("oslo", "2026-12", 200, False)]


def test_taking_down_costs_besides(walled: Walled) -> None:
    walled.plan(says("oslo"))
    walled.send()
    walled.order("oslo")
    for _ in range(3):
        walled.take_down()
        walled.clock.pass_by(HOUR)
    assert booked(walled) == [("oslo", "2026-12", 15, True), ("oslo", "2026-12", 10, True)]


def test_an_account_that_is_not_in_the_config_any_more_is_its_own_mission(bench: Bench) -> None:
    bench.plan(says("oslo"))
    with bench.store.read() as reading:
        [found] = charges(reading, purse(bench, accounts={}))
        [known] = charges(reading, purse(bench, accounts={"oslo": replace(bench.accounts["oslo"], mission="embassy-oslo")}))
    assert found == Charge(account="oslo", mission="oslo", message="grain", wave=1, month="2026-12", amount=15, spent=False)
    assert known.mission == "embassy-oslo"


class TestBudgets:
    def said(self, bench: Bench, months_ahead: int = 0, **more: object) -> list[tuple[str, Weight]]:
        drafted = bench.draft(says("oslo"))
        due = {"oslo": NOON + months_ahead * 31 * 24 * HOUR}
        with bench.store.read() as reading:
            found = priced(reading, drafted, due, NOON, 1, purse(bench, **more)).findings
        return [(one.sentence, one.weight) for one in found if one.name == "over-budget"]

    def test_count_what_others_said_in_that_month(self, bench: Bench) -> None:
        bench.plan(says("oslo", LINK), message="wheat")
        bench.send()
        budgets = Budgets(monthly=210)
        [(sentence, weight)] = self.said(bench, budgets=budgets)
        assert sentence.startswith("oslo would spend $0.215 on X in 2026-12 ($0.20 spent, $0.00 planned, $0.015 for this message)")
        assert weight is Weight.ADVISORY
        assert self.said(bench, months_ahead=1, budgets=budgets) == []

    def test_do_not_count_this_message_twice(self, bench: Bench) -> None:
        bench.plan(says("oslo"))
        assert self.said(bench, budgets=Budgets(monthly=20)) == []

    def test_block_where_the_ministry_says_so(self, bench: Bench) -> None:
        own = {"over-budget": Weight.BLOCKING}
        [(_, weight)] = self.said(bench, budgets=Budgets(monthly=10), weights=own)
        assert weight is Weight.BLOCKING

    def test_that_are_none_ask_nothing(self, bench: Bench) -> None:
        assert self.said(bench) == []

    @pytest.mark.parametrize("months", [0, 1])
    def test_are_asked_anew_when_times_are_known(self, bench: Bench, months: int) -> None:
        drafted, limit = bench.draft(says("oslo")), purse(bench, budgets=Budgets(monthly=10))
        with bench.store.read() as reading:
            first = priced(reading, drafted, {}, NOON, 1, limit)
            again = priced(reading, first, {"oslo": NOON + months * 31 * 24 * HOUR}, NOON, 1, limit)
        assert len(again.findings) == len(first.findings) == 1
        assert ("2027-01" if months else "2026-12") in again.findings[0].sentence
