"""Costs: what the plan and the ledger say was spent on X and will be, and whether a draft fits into the budgets."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ..model.account import Account
from ..model.cost import Budgets, Charge
from ..model.delivery import Delivery, State
from ..model.finding import Finding, Weight
from ..model.message import Place
from ..model.recall import Recall
from ..ports import Reading
from ..rules.budget import over_budget
from ..rules.cost import Prices, account_cost, month_of, payload_alt_cost, payload_cost
from ..rules.findings import in_order, weighed
from .compose import Draft

_OUT = (State.PUBLISHED, State.RECALLED)
_COMING = (State.PLANNED, State.SENDING, State.UNKNOWN)  # of what is in doubt nobody knows yet whether it is on the bill


@dataclass(frozen=True, kw_only=True)
class Purse:
    """What the settings and the config say about money. `accounts` by name; `weights` by the name of a finding."""

    prices: Prices
    budgets: Budgets
    accounts: Mapping[str, Account]
    weights: Mapping[str, Weight] = field(default_factory=dict)


def charges(reading: Reading, purse: Purse) -> tuple[Charge, ...]:
    """Everything on X that was billed or will be, reading excepted, at today's prices."""
    found = [d for d in reading.deliveries() if d.platform == "x"]
    bodies = {digest: json.loads(body) for digest, body in reading.blobs({d.payload for d in found}).items()}
    recalls = {one.delivery: one for one in reading.recalls()}
    made = []
    for delivery in found:
        amount = _amount(delivery, bodies.get(delivery.payload, {}), purse.prices)
        made.append(_charge(purse, delivery, delivery.sent_at or delivery.due_at, amount, spent=delivery.state not in _COMING))
        if delivery.state is State.RECALLED:
            made.append(_taken_down(purse, delivery, recalls.get(delivery.key)))
    return tuple(charge for charge in made if charge.amount)


def priced(reading: Reading, draft: Draft, due: Mapping[str, datetime], now: datetime, wave: int, purse: Purse) -> Draft:
    """The draft with what there is to say about budgets, by the month of each account's time; `now` where it has none yet."""
    if not purse.budgets.any:
        return draft
    new = _forecast(draft, due, now, wave, purse)
    standing = [one for one in charges(reading, purse) if (one.message, one.wave) != (draft.message.id, wave)]
    said = weighed(over_budget(new, standing, purse.budgets, draft.message.place), purse.weights)
    others = [finding for finding in draft.findings if finding.name != "over-budget"]
    return replace(draft, findings=in_order((*others, *said)))


def of_waves(
    reading: Reading, waves: Iterable[tuple[Draft, Mapping[str, datetime], int]], now: datetime, place: Place, purse: Purse
) -> tuple[Finding, ...]:
    """What there is to say about budgets where all these waves, each with its times and its number, go out besides what stands."""
    if not purse.budgets.any:
        return ()
    new = [charge for draft, due, wave in waves for charge in _forecast(draft, due, now, wave, purse)]
    return tuple(weighed(over_budget(new, charges(reading, purse), purse.budgets, place), purse.weights))


def _forecast(draft: Draft, due: Mapping[str, datetime], now: datetime, wave: int, purse: Purse) -> list[Charge]:
    made = [
        Charge(
            account=one.account.name,
            mission=one.account.mission,
            message=draft.message.id,
            wave=wave,
            month=month_of(due.get(one.account.name, now)),
            amount=account_cost(one, purse.prices),
            spent=False,
        )
        for one in draft.assignments
    ]
    return [charge for charge in made if charge.amount]


def _amount(delivery: Delivery, body: Mapping[str, Any], prices: Prices) -> int:
    if delivery.state in _OUT or delivery.state in _COMING:
        return payload_cost(delivery.kind, body, prices)
    # It was refused, called off or missed: X has billed the alt texts of what was uploaded, and no post.
    return payload_alt_cost(body, prices) if delivery.prepared else 0


def _taken_down(purse: Purse, delivery: Delivery, recall: Recall | None) -> Charge:
    at = delivery.sent_at or delivery.due_at if recall is None else recall.at
    return _charge(purse, delivery, at, purse.prices.delete, spent=True)


def _charge(purse: Purse, delivery: Delivery, at: datetime, amount: int, *, spent: bool) -> Charge:
    account = purse.accounts.get(delivery.account)
    return Charge(
        account=delivery.account,
        mission=account.mission if account is not None else delivery.account,
        message=delivery.message,
        wave=delivery.wave,
        month=month_of(at),
        amount=amount,
        spent=spent,
    )
