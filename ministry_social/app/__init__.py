"""The wiring: the only place that chooses which platforms, store, vault and clock there are."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ..clock import RehearsalClock, SystemClock
from ..desk.compose import House
from ..desk.connecting import Reception
from ..desk.costs import Purse
from ..desk.means import Means
from ..desk.policy import Policies
from ..desk.register import Imprint, listed
from ..desk.renewing import Renewals
from ..desk.roster import Roster
from ..desk.timetable import Times
from ..files.accounts import accounts_file, load_accounts
from ..files.budgets import budgets_file, load_budgets
from ..files.media import MediaFolder, mark_world
from ..files.people import PolicyFile, people_file
from ..files.settings import Settings
from ..files.templates import fill
from ..model.account import Account
from ..model.cost import Budgets
from ..model.finding import Weight
from ..model.life import AccountRecord
from ..model.register import Listed
from ..model.times import Customs
from ..ports import Clock, Figures, Platform, Proving, SignIn, Store
from ..rules.adapt import Rules
from ..rules.collecting import Habit
from ..rules.cost import Prices
from ..store import PostgresStore, SqlStore, in_file, open_store, store_file, there
from ..vault import KeyringVault
from .alerting import bell
from .habits import customs, prices, thousandths
from .networks import FIGURES, PROOFS, SIGN_INS, PerNetwork, Platforms
from .secrets import choose_vault, renewals

if TYPE_CHECKING:
    from ..vault.ministry_key import MinistryKey


@dataclass(frozen=True)
class App:
    """A ministry, ready to work. Each part is made when it is first needed, so that a small command loads little."""

    settings: Settings
    person: str
    clock: Clock

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The accounts that can be given something to publish, in order: the store's; accounts.toml's where none was imported."""
        return tuple(self.roster.values())

    @cached_property
    def roster(self) -> Roster:
        """The same by name, looked at anew where the store says that one has changed."""
        return Roster(lambda: self.store if self._has_store else None, lambda: self.written_accounts)

    @property
    def records(self) -> tuple[AccountRecord, ...]:
        """Every account, whatever its stage; nothing as long as accounts.toml is the truth."""
        if not self._has_store:
            return ()
        with self.store.read() as reading:
            return reading.accounts()

    @property
    def missions(self) -> set[str]:
        """Every mission that a file of the config may name: those of retired accounts, too, so that retiring breaks no file."""
        return {one.account.mission for one in self.records} | {one.mission for one in self.accounts}

    @cached_property
    def written_accounts(self) -> tuple[Account, ...]:
        """What accounts.toml says: the truth as long as nothing was imported."""
        return load_accounts(accounts_file(self.settings.config))

    @property
    def _has_store(self) -> bool:
        """Whether there is a store: a command that only looks makes none."""
        return "store" in self.__dict__ or there(self.settings.store.url)

    @cached_property
    def policies(self) -> Policies:
        """People and approval rules: as they are written, and as they were adopted."""
        return Policies(PolicyFile(people_file(self.settings.config), self.settings.ministry.world))

    @cached_property
    def media(self) -> MediaFolder:
        """Where media lie under their digest. Refused where they are another world's."""
        directory = self.settings.media.directory
        mark_world(directory, self.settings.ministry.world)
        return MediaFolder(directory)

    @cached_property
    def store(self) -> Store:
        """The ledger and the plan."""
        return open_store(self.settings.store.url, self.settings.ministry.world, self.clock, by=self.person)

    @cached_property
    def vault(self) -> KeyringVault:
        """The secrets."""
        return choose_vault(self)

    @cached_property
    def ministry_key(self) -> "MinistryKey":
        """The ministry's own key, in the vault."""
        from ..vault.ministry_key import MinistryKey

        return MinistryKey(self.vault)

    @cached_property
    def imprint(self) -> Imprint:
        """Who publishes the register."""
        ministry, rehearsal = self.settings.ministry, self.settings.rehearsal.address
        return Imprint(
            world=ministry.world, ministry=ministry.name, website=ministry.website, valid=self.settings.register.valid,
            rehearsal="" if self.settings.live else rehearsal,
        )  # fmt: skip

    def listed(self, now: datetime) -> tuple[Listed, ...]:
        """The accounts that stand in the register, and those that did."""
        if not self._has_store:
            return listed(None, self.written_accounts, self.imprint, now)
        with self.store.read() as reading:
            imported = reading.account_changes()
            return listed(reading, () if imported else self.written_accounts, self.imprint, now)

    @cached_property
    def renewals(self) -> Renewals:
        """The one place where credentials are renewed."""
        return renewals(self)

    @cached_property
    def platforms(self) -> Mapping[str, Platform]:
        """The networks, each loaded when it is first asked for."""
        return Platforms(self)

    @cached_property
    def sign_ins(self) -> Mapping[str, SignIn]:
        """How an account of each network is connected."""
        return PerNetwork(self, SIGN_INS)

    @cached_property
    def reception(self) -> Reception:
        """What connecting and inviting need."""
        return Reception(
            store=self.store, clock=self.clock, vault=self.vault, sign_ins=self.sign_ins, written=lambda: self.written_accounts
        )

    @cached_property
    def proofs(self) -> Mapping[str, Proving]:
        """How an account of a network is proved by a test post that nobody sees, where the network knows such posts."""
        return PerNetwork(self, PROOFS)

    @cached_property
    def figures(self) -> Mapping[str, Figures]:
        """What each network says of accounts and posts."""
        return PerNetwork(self, FIGURES)

    @property
    def habit(self) -> Habit:
        """How figures are collected. X only where a setting says so: it bills reading, and has a clause about governments."""
        reach = self.settings.reach
        platforms = frozenset(self.figures) - (frozenset() if reach.x else frozenset({"x"}))
        return Habit(every=reach.every, days=reach.days, platforms=platforms)

    def close(self) -> None:
        """Give back what was opened. A store that nobody has asked for is not opened for this."""
        opened: SqlStore | None = self.__dict__.get("store")
        if opened is not None:
            opened.close()

    def house(self, *, wave: int = 1) -> House:
        """What composing needs."""
        x, ministry = self.settings.x, self.settings.ministry
        return House(
            accounts=self.accounts,
            platforms=self.platforms,
            fill=fill,
            rules=Rules(
                fallback=ministry.fallback_language,
                reposts=x.reposts_per_post,
                wave=wave,
                variables={"ministry": ministry.name, "website": ministry.website},
            ),
            prices=self.prices,
            threshold=self.settings.similarity.threshold,
            weights=self.weights,
        )

    @property
    def weights(self) -> Mapping[str, Weight]:
        """How much findings weigh here, by name."""
        return {name.replace("_", "-"): Weight(value) for name, value in vars(self.settings.findings).items()}

    @property
    def purse(self) -> Purse:
        """What things cost, and what may be spent."""
        own = load_budgets(budgets_file(self.settings.config), self.missions)
        budgets = Budgets(
            monthly=thousandths(self.settings.budget.monthly),
            missions={mission: thousandths(budget) for mission, budget in own.items()},
        )
        accounts = {account.name: account for account in self.accounts}
        return Purse(prices=self.prices, budgets=budgets, accounts=accounts, weights=self.weights)

    @property
    def prices(self) -> Prices:
        """What X takes, in thousandths of a dollar."""
        return prices(self)

    @property
    def repost_gap(self) -> timedelta:
        """Between two of our reposts of one post, at least."""
        return timedelta(minutes=self.settings.x.repost_gap_minutes)

    @property
    def times(self) -> Times:
        """What scheduling needs."""
        stale = self.settings.sending.stale_after
        return Times(repost_gap=self.repost_gap, stale_after=stale, customs=self.customs, holidays=_public_holidays)

    @cached_property
    def customs(self) -> Customs:
        """When accounts post, and when they rather do not."""
        return customs(self)

    @cached_property
    def means(self) -> Means:
        """What delivering needs."""
        sending = self.settings.sending
        return Means(
            store=self.store,
            clock=self.clock,
            vault=self.vault,
            platforms=self.platforms,
            figures=self.figures,
            accounts=self.roster,
            lease=sending.lease,
            repost_gap=self.repost_gap,
            settle=sending.settle,
            settle_vanished=sending.settle_vanished,
            look_every=sending.look_every,
            unreadable_after=sending.unreadable_after,
            probe_gap=sending.probe_gap,
            prepare_embargoed=sending.prepare_before_embargo,
            policies=self.policies,
            bell=bell(self),
            watch_back=timedelta(days=self.settings.watch.days),
            unwatched=frozenset() if self.settings.watch.x else frozenset({"x"}),
        )

    @property
    def distributed(self) -> bool:
        """Whether the store is one that workers on several machines share; else one process at a time is the engine."""
        return not in_file(self.settings.store.url)

    def drift(self) -> timedelta:
        """How far this machine's clock is ahead of the database's; nothing where the database is a file."""
        store = self.store
        return SystemClock().now() - store.now() if isinstance(store, PostgresStore) else timedelta()

    @property
    def engine_lock(self) -> Path:
        """The embedded engine's lock, beside the store: whoever opens the same store finds the same lock."""
        return store_file(self.settings.store.url).with_suffix(".engine")


def build(settings: Settings, *, person: str, clock: Clock | None = None) -> App:
    """A ministry from its settings. `clock` is given by tests; else the world's own."""
    chosen = clock or (SystemClock() if settings.live else RehearsalClock(settings.rehearsal.address))
    return App(settings, person, chosen)


def _public_holidays(countries: Collection[str], years: Collection[int]) -> Mapping[str, Mapping[date, str]]:
    from ..files.public_holidays import public_holidays  # the library is heavy

    return public_holidays(countries, years)
