"""The delivery report: what the record says of deliveries, and what they cost."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from ..model.account import Account
from ..model.delivery import Delivery
from ..model.searching import Wanted
from ..ports import Reading
from ..rules.delivery_report import DeliveryReport, delivery_report
from .costs import Purse, charges
from .questions import read_courses


def report(reading: Reading, wanted: Wanted, purse: Purse, accounts: Mapping[str, Account], now: datetime) -> DeliveryReport:
    """The report over these deliveries."""
    found = read_courses(reading, wanted)
    return delivery_report(found, _costs(reading, purse, [one.delivery for one in found]), accounts, now)


def _costs(reading: Reading, purse: Purse, found: Sequence[Delivery]) -> Mapping[str, int]:
    """What X has billed for each: at most one delivery of an account on X is in a wave."""
    keys = {(one.account, one.message, one.wave): one.key for one in found if one.platform == "x"}
    amounts: dict[str, int] = defaultdict(int)
    for charge in charges(reading, purse) if keys else ():
        key = keys.get((charge.account, charge.message, charge.wave))
        if key is not None and charge.spent:
            amounts[key] += charge.amount
    return amounts
