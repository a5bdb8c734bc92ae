"""Costs: what X takes for one delivery, and what missions may spend. All amounts are thousandths of a US dollar."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Charge:
    """What X takes for one delivery, or for taking it down.

    month  the month in which it is billed, in UTC: `2026-12`
    spent  true for what is on the bill already, false for what is planned
    """

    account: str
    mission: str
    message: str
    wave: int
    month: str
    amount: int
    spent: bool


@dataclass(frozen=True, kw_only=True)
class Budgets:
    """What a mission may spend on X in a month: its own amount, else `monthly`. 0 is no limit."""

    monthly: int = 0
    missions: Mapping[str, int] = field(default_factory=dict)

    def of(self, mission: str) -> int:
        """The budget of a mission; 0 where it has none."""
        return self.missions.get(mission, self.monthly)

    @property
    def any(self) -> bool:
        """Whether there is any limit at all."""
        return bool(self.monthly or any(self.missions.values()))
