"""Stopping: what a hold or a pause covers."""

from collections.abc import Iterable

from ..model.account import Account
from ..model.delivery import Delivery
from ..model.stop import Hold, Pause, Stops

SCOPES = ("platform", "country", "group", "mission", "account", "message", "all")


def covers(stop: Hold | Pause, delivery: Delivery, account: Account | None) -> bool:
    """Whether a hold or a pause stops a delivery. A drill covers what it would stop, too. `account` is None where it is gone."""
    if stop.scope == "all":
        return True
    if stop.scope == "message":
        return stop.value == delivery.message
    if stop.scope == "platform":
        return stop.value == delivery.platform
    return stop.value == delivery.account if account is None else covers_account(stop, account)


def covers_account(stop: Hold | Pause, account: Account) -> bool:
    """Whether a hold or a pause stops everything of an account."""
    if stop.scope == "group":
        return stop.value in account.groups
    values = {
        "all": stop.value,
        "platform": account.platform,
        "country": account.country,
        "mission": account.mission,
        "account": account.name,
    }
    return values.get(stop.scope) == stop.value


def stopped_by(holds: Iterable[Hold], pauses: Iterable[Pause], delivery: Delivery, account: Account | None) -> Hold | Pause | None:
    """The hold, or else the pause, that keeps a delivery from going out."""
    found: list[Hold | Pause] = [hold for hold in holds if not hold.drill and covers(hold, delivery, account)]
    found += [pause for pause in pauses if covers(pause, delivery, account)]
    return found[0] if found else None


def stops(
    holds: Iterable[Hold], pauses: Iterable[Pause], accounts: Iterable[Account], releases: frozenset[str] = frozenset()
) -> Stops:
    """What all holds (drills stop nothing) and pauses cover together, with the releases that wait for approval."""
    real: list[Hold | Pause] = [hold for hold in holds if not hold.drill]
    real += pauses
    if not real:
        return Stops(releases=releases)
    named = {(stop.scope, stop.value) for stop in real}
    return Stops(
        releases=releases,
        everything=any(stop.scope == "all" for stop in real),
        platforms=frozenset(value for scope, value in named if scope == "platform"),
        messages=frozenset(value for scope, value in named if scope == "message"),
        accounts=frozenset(value for scope, value in named if scope == "account")
        | {account.name for account in accounts if any(covers_account(stop, account) for stop in real)},
    )


def allows(stopped: Stops, delivery: Delivery) -> bool:
    """Whether nothing of it is stopped."""
    if stopped.everything or delivery.platform in stopped.platforms or delivery.release in stopped.releases:
        return False
    return delivery.account not in stopped.accounts and delivery.message not in stopped.messages
