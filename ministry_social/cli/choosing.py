"""Choosing: the options with which several commands name accounts, messages and a time; and what they come to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import click

from ..app import App
from ..errors import InvalidSettings
from ..model.account import Account
from ..model.searching import Wanted
from .account_rows import find, records
from .options import PLATFORMS, did_you_mean
from .when import since, until

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What was chosen. `accounts` is None where no option says anything of accounts; `waves` where none names a campaign."""

    account: str | None
    platform: str | None
    country: str | None
    message: str | None
    campaign: str | None
    since: datetime | None
    until: datetime | None
    accounts: tuple[Account, ...] | None = None
    waves: frozenset[tuple[str, int]] | None = None

    @property
    def messages(self) -> tuple[str, ...]:
        """The messages that are named."""
        named = {self.message} if self.message else {message for message, _ in self.waves or ()}
        return tuple(sorted(named))

    @property
    def scopes(self) -> frozenset[tuple[str, str]]:
        """As what an account or message can be meant besides by its name: of a hold of its country, for one."""
        found = {("message", one) for one in self.messages} | ({("campaign", self.campaign)} if self.campaign else set())
        for one in self.accounts or ():
            found |= {("account", one.name), ("mission", one.mission), ("country", one.country), ("platform", one.platform)}
            found |= {("group", group) for group in one.groups}
        return frozenset(found)

    @property
    def wanted(self) -> Wanted:
        """The deliveries that are meant. A platform is asked of the delivery: its account may be gone."""
        by_account = self.account is not None or self.country is not None
        names = frozenset(one.name for one in self.accounts or ()) if by_account else None
        return Wanted(
            message=self.message, waves=self.waves, accounts=names, platform=self.platform, since=self.since, until=self.until,
        )  # fmt: skip


def choice_options(command: F) -> F:
    """--account, --platform, --country, --message, --campaign, --from, --to: see `choice`."""
    named = (
        click.option("--account", help="Only of this account."),
        click.option("--platform", type=click.Choice(list(PLATFORMS)), help="Only of this platform."),
        click.option("--country", metavar="CODE", help="Only of accounts in this country, such as TR."),
        click.option("--message", help="Only of this message."),
        click.option("--campaign", help="Only of the messages of this campaign."),
        click.option("--from", "since", type=since, metavar="WHEN", help="From this day on (UTC), or from a moment with its zone."),
        click.option("--to", "until", type=until, metavar="WHEN", help="To the end of this day (UTC), or before a moment."),
    )
    for option in reversed(named):
        command = option(command)
    return command


def choice(app: App, **given: Any) -> Choice:
    """What the options mean here. Raises `InvalidSettings` where nobody knows what they name."""
    made = Choice(**given)
    if made.since is not None and made.until is not None and made.since >= made.until:
        raise click.UsageError("--from is not before --to.")
    accounts = _accounts(app, made)
    return Choice(**given, accounts=accounts, waves=_waves(app, made.campaign) if made.campaign else None)


def _accounts(app: App, asked: Choice) -> tuple[Account, ...] | None:
    """The accounts, retired ones too."""
    if asked.account is None and asked.platform is None and asked.country is None:
        return None
    known = [one.account for one in records(app)]
    found = known if asked.account is None else [find(known, asked.account)]
    if asked.country is not None:
        country = asked.country.upper()
        if country not in {one.country for one in known}:
            raise InvalidSettings(f"No account is in {asked.country}.", remedy="See: ministry-social account list")
        found = [one for one in found if one.country == country]
    return tuple(one for one in found if asked.platform in (None, one.platform))


def _waves(app: App, campaign: str) -> frozenset[tuple[str, int]]:
    with app.store.read() as reading:
        known = {one.id: one for one in reading.campaigns()}
    if campaign not in known:
        near = did_you_mean(campaign, list(known))
        raise InvalidSettings(f"There is no campaign {campaign}.{near}", remedy="See: ministry-social campaign list")
    return frozenset((one.message, one.wave) for one in known[campaign].waves)
