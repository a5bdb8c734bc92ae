"""Budgets: whether what a message costs still fits into what its missions may spend in that month, and sums of charges."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..model.cost import Budgets, Charge
from ..model.finding import Finding
from ..model.message import Place
from .cost import dollars
from .findings import advises


@dataclass(frozen=True, kw_only=True)
class Sum:
    """What was spent and what is planned, in thousandths of a dollar."""

    spent: int = 0
    planned: int = 0

    @property
    def total(self) -> int:
        """Both together."""
        return self.spent + self.planned


def sums(charges: Iterable[Charge], by: Callable[[Charge], tuple[str, ...]]) -> dict[tuple[str, ...], Sum]:
    """Charges added up by what `by` says of each, in that order."""
    spent: dict[tuple[str, ...], int] = defaultdict(int)
    planned: dict[tuple[str, ...], int] = defaultdict(int)
    for charge in charges:
        (spent if charge.spent else planned)[by(charge)] += charge.amount
    return {key: Sum(spent=spent.get(key, 0), planned=planned.get(key, 0)) for key in sorted(spent.keys() | planned.keys())}


def over_budget(new: Iterable[Charge], standing: Iterable[Charge], budgets: Budgets, place: Place) -> list[Finding]:
    """A finding for each mission and month in which this message would go above the budget. `standing`: all other charges."""
    before = sums(standing, _mission_and_month)
    found = []
    for (mission, month), here in sums(listed := list(new), _mission_and_month).items():
        budget, there = budgets.of(mission), before.get((mission, month), Sum())
        total = here.total + there.total
        if budget and total > budget:
            parts = f"{dollars(there.spent)} spent, {dollars(there.planned)} planned, {dollars(here.total)} for this message"
            sentence = f"{mission} would spend {dollars(total)} on X in {month} ({parts}); its budget is {dollars(budget)}."
            found.append(advises("over-budget", sentence, place, _accounts(listed, mission, month)))
    return found


def _mission_and_month(charge: Charge) -> tuple[str, ...]:
    return charge.mission, charge.month


def _accounts(charges: Iterable[Charge], mission: str, month: str) -> tuple[str, ...]:
    return tuple(c.account for c in charges if (c.mission, c.month) == (mission, month))
