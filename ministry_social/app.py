"""The wiring: the only place that chooses which platforms, store, vault and clock there are."""

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from .clock import RehearsalClock, SystemClock
from .desk.compose import House
from .desk.costs import Purse
from .desk.means import Means
from .desk.policy import Policies
from .desk.timetable import Times
from .errors import InvalidSettings
from .files.accounts import load_accounts
from .files.budgets import budgets_file, load_budgets
from .files.calendar import calendar_file, load_calendar
from .files.media import MediaFolder, mark_world
from .files.people import PolicyFile, people_file
from .files.settings import Settings
from .files.templates import fill
from .files.written import hours, kinds
from .model.account import Account
from .model.cost import Budgets
from .model.finding import Weight
from .model.times import Customs, Rule
from .ports import Clock, Platform, Store
from .rules.adapt import Rules
from .rules.cost import Prices
from .store import PostgresStore, SqlStore, in_file, open_store, store_file
from .vault import KeyringVault, SealedFile, desktop
from .vault.sealed import key_file, key_from

if TYPE_CHECKING:
    from .platforms.gate import Wire


@dataclass(frozen=True)
class App:
    """A ministry, ready to work. Each part is made when it is first needed, so that a small command loads little."""

    settings: Settings
    person: str
    clock: Clock

    @cached_property
    def accounts(self) -> tuple[Account, ...]:
        """Every account of the ministry, in the order of accounts.toml."""
        return load_accounts(self.settings.config / "accounts.toml")

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
        """The secrets. A rehearsal's are always in the sealed file of its own folder, never in a desktop's keyring."""
        vault = self.settings.vault
        if not self.settings.live:
            return KeyringVault(_sealed(vault.file, vault.key_file, make=True), "rehearsal")
        if vault.backend == "desktop":
            return KeyringVault(desktop(), "live")
        if vault.backend == "file":
            return KeyringVault(_sealed(vault.file, vault.key_file, make=False), "live")
        try:
            return KeyringVault(desktop(), "live")
        except InvalidSettings:
            return KeyringVault(_sealed(vault.file, vault.key_file, make=False), "live")

    @cached_property
    def platforms(self) -> Mapping[str, Platform]:
        """The networks, each loaded when it is first asked for."""
        return _Platforms(self)

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
        own = load_budgets(budgets_file(self.settings.config), {account.mission for account in self.accounts})
        budgets = Budgets(
            monthly=_thousandths(self.settings.budget.monthly),
            missions={mission: _thousandths(budget) for mission, budget in own.items()},
        )
        accounts = {account.name: account for account in self.accounts}
        return Purse(prices=self.prices, budgets=budgets, accounts=accounts, weights=self.weights)

    @property
    def prices(self) -> Prices:
        """What X takes, in thousandths of a dollar."""
        x = self.settings.x
        return Prices(
            post=_thousandths(x.price_post),
            post_with_link=_thousandths(x.price_post_with_link),
            alt_text=_thousandths(x.price_alt_text),
            delete=_thousandths(x.price_delete),
        )

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
        times = self.settings.times
        missions = {account.mission for account in self.accounts}
        return Customs(
            window=hours(times.window),
            window_rule=Rule(times.window_rule),
            quiet=hours(times.quiet),
            quiet_rule=Rule(times.quiet_rule),
            holidays=Rule(times.holidays),
            closures=load_calendar(calendar_file(self.settings.config), missions),
            urgent=frozenset(kinds(times.urgent)),
        )

    @cached_property
    def means(self) -> Means:
        """What delivering needs."""
        sending = self.settings.sending
        return Means(
            store=self.store,
            clock=self.clock,
            vault=self.vault,
            platforms=self.platforms,
            accounts={account.name: account for account in self.accounts},
            lease=sending.lease,
            repost_gap=self.repost_gap,
            settle=sending.settle,
            settle_vanished=sending.settle_vanished,
            look_every=sending.look_every,
            unreadable_after=sending.unreadable_after,
            probe_gap=sending.probe_gap,
            prepare_embargoed=sending.prepare_before_embargo,
            policies=self.policies,
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


class _Platforms(Mapping[str, Platform]):
    """PLATFORMS, each made when it is first asked for: their libraries are heavy."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._made: dict[str, Platform] = {}
        self._lock = Lock()

    def __getitem__(self, name: str) -> Platform:
        with self._lock:  # many threads ask at once, and one of them makes it
            if name not in self._made:
                self._made[name] = _MAKERS[name](self._app)
            return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_MAKERS)

    def __len__(self) -> int:
        return len(_MAKERS)


def _x(app: App) -> Platform:
    from .platforms.x import X

    return X(_wire(app, app.settings.x.base_url), app.media, clock=app.clock)


def _facebook(app: App) -> Platform:
    from .platforms.facebook import Facebook

    facebook = app.settings.facebook
    return Facebook(_wire(app, facebook.base_url), app.media, clock=app.clock, version=facebook.version)


def _youtube(app: App) -> Platform:
    from .platforms.youtube import YouTube

    youtube = app.settings.youtube
    return YouTube(
        _wire(app, youtube.base_url), app.media,
        clock=app.clock, chunk=youtube.chunk_mib << 20, category=youtube.category, made_for_kids=youtube.made_for_kids,
    )  # fmt: skip


_MAKERS = {"x": _x, "facebook": _facebook, "youtube": _youtube}


def _public_holidays(countries: Collection[str], years: Collection[int]) -> Mapping[str, Mapping[date, str]]:
    from .files.public_holidays import public_holidays  # the library is heavy

    return public_holidays(countries, years)


def _wire(app: App, base_url: str) -> "Wire":
    from .platforms.gate import Wire

    sending = app.settings.sending
    return Wire(
        base_url=base_url,
        connect=sending.connect_timeout.total_seconds(),
        total=sending.total_timeout.total_seconds(),
        upload=sending.upload_timeout.total_seconds(),
    )


def _sealed(file: Path, key: Path, *, make: bool) -> SealedFile:
    text = os.environ.get("MINISTRY_SOCIAL_VAULT_KEY", "")
    if text:
        return SealedFile(file, key_from(text, source="MINISTRY_SOCIAL_VAULT_KEY"))
    return SealedFile(file, key_file(key, make=make))


def _thousandths(price: Decimal) -> int:
    return int(price * 1000)
