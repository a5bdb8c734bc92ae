"""The delivery report: which deliveries it is about, what the record says of them, and what they cost."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ..model.account import Account
from ..model.delivery import Delivery
from ..ports import Reading
from ..rules.delivery_report import DeliveryReport, delivery_report
from .costs import Purse, charges
from .questions import read_courses


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which deliveries. `waves`: (message, wave), None for all; `since` and `until` by the time for which each was approved."""

    waves: frozenset[tuple[str, int]] | None = None
    message: str | None = None
    account: str | None = None
    platform: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def takes(self, one: Delivery) -> bool:
        """Whether a delivery is meant, but for its time."""
        if self.waves is not None and (one.message, one.wave) not in self.waves:
            return False
        return self.platform in (None, one.platform)

    def covers(self, promised: datetime) -> bool:
        """Whether it is of this time."""
        return (self.since is None or self.since <= promised) and (self.until is None or promised < self.until)


def report(reading: Reading, wanted: Wanted, purse: Purse, accounts: Mapping[str, Account], now: datetime) -> DeliveryReport:
    """The report over these deliveries."""
    chosen = [one for one in reading.deliveries(message=wanted.message, account=wanted.account) if wanted.takes(one)]
    found = [one for one in read_courses(reading, chosen) if wanted.covers(one.promised)]
    return delivery_report(found, _costs(reading, purse, [one.delivery for one in found]), accounts, now)


def _costs(reading: Reading, purse: Purse, found: list[Delivery]) -> Mapping[str, int]:
    """What X has billed for each: at most one delivery of an account on X is in a wave."""
    keys = {(one.account, one.message, one.wave): one.key for one in found if one.platform == "x"}
    amounts: dict[str, int] = defaultdict(int)
    for charge in charges(reading, purse) if keys else ():
        key = keys.get((charge.account, charge.message, charge.wave))
        if key is not None and charge.spent:
            amounts[key] += charge.amount
    return amounts
