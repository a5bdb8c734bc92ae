"""The table of settings: one class per section, one field per setting, with its default and its help.

Everything else about settings is made from these fields: the reading (settings.py), config/ministry.toml, docs/settings.md
and their tests. A default stands here as a person would write it in the file.
"""

# ruff: noqa: RUF009  (setting() makes a dataclasses.field, evaluated once on purpose)

import dataclasses
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from .alert_sections import Alerts, Inspecting
from .sections_accounts import Onboarding, Register
from .setting import setting


@dataclass(frozen=True, kw_only=True)
class Ministry:
    """Who speaks."""

    world: str = setting(
        "rehearsal",
        "rehearsal: local platforms, nothing leaves this machine. live: the real ones.",
        choices=("rehearsal", "live"),
    )
    name: str = setting(
        "Ministry of Foreign Affairs of Tavoria", "The ministry's name, as its accounts show it; in texts: `{{ ministry }}`."
    )
    fallback_language: str = setting(
        "en", "What an account says where a translation is missing and the message allows a fallback.", form="language"
    )
    website: str = setting(
        "https://www.mfa-tavoria.example.org",
        "The ministry's own address; in texts `{{ website }}`, where an account has none of its own.",
        form="url",
    )


@dataclass(frozen=True, kw_only=True)
class Store:
    """Where the ledger lies."""

    url: str = setting(
        "sqlite:///data/ledger.sqlite", "The ledger's database (SQLAlchemy URL); a relative file lies in the ministry's folder."
    )


@dataclass(frozen=True, kw_only=True)
class MediaStore:
    """Where pictures and videos are kept under their digest."""

    directory: Path = setting("data/media", "Folder of pictures and videos, shared by all workers.")


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """The local platforms."""

    address: str = setting("http://127.0.0.1:8700", "Where the rehearsal serves: this machine only.", form="url")
    rate: float = setting(60.0, "How many seconds pass on the rehearsal's clock in one real second.", least=1)
    seed: int = setting(1, "What the rehearsal's chance begins with: the same seed, the same ids.")


@dataclass(frozen=True, kw_only=True)
class X:
    """X. Prices in US dollars (docs.x.com, pricing)."""

    base_url: str = setting("", "Address of the API. Empty: the world's own.", form="url")
    reposts_per_post: int = setting(5, "How many of our accounts may repost one post; X forbids doing it in bulk.")
    repost_gap_minutes: int = setting(10, "Minutes between two of our reposts of one post, at least.")
    price_post: Decimal = setting("0.015", "What X takes for a post without a link, or for a repost.")
    price_post_with_link: Decimal = setting("0.200", "What X takes for a post with a link.")
    price_alt_text: Decimal = setting("0.005", "What X takes for the alt text of one picture.")
    price_delete: Decimal = setting("0.010", "What X takes for taking a post or a repost down.")
    prices_date: date = setting(date(2026, 4, 16), "The day of these prices; shown with every estimate.")


@dataclass(frozen=True, kw_only=True)
class Facebook:
    """The Facebook page."""

    base_url: str = setting("", "Address of the Graph API. Empty: the world's own.", form="url")
    version: str = setting("v26.0", "Version of the Graph API; Facebook ends each after about two years.")


@dataclass(frozen=True, kw_only=True)
class YouTube:
    """The YouTube channel."""

    base_url: str = setting("", "Address of the API. Empty: the world's own.", form="url")
    chunk_mib: int = setting(
        8, "A video is uploaded in pieces of so many MiB; an interrupted upload goes on after the last.", least=1
    )
    category: str = setting("25", "YouTube's category of our videos: 25 is News & Politics.")
    made_for_kids: bool = setting(False, "What we declare to YouTube about all our videos.")


@dataclass(frozen=True, kw_only=True)
class Sending:
    """How deliveries are sent, and how long everything may take."""

    workers: int = setting(16, "How many deliveries are sent at the same time.", least=1)
    connect_timeout: timedelta = setting("5s", "For a connection to a platform.")
    total_timeout: timedelta = setting("15s", "For one request and its answer; must be shorter than the lease.")
    upload_timeout: timedelta = setting("60s", "For one request that carries a piece of media.")
    lease: timedelta = setting("60s", "After this time a running attempt is given up, and its outcome counts as unknown.")
    settle: timedelta = setting(
        "2m", "A post whose answer was lost, and that is not found so long after its attempt, was not published."
    )
    settle_vanished: timedelta = setting(
        "15m", "The same where the process that sent it is gone; longer than a platform keeps a connection open."
    )
    look_every: timedelta = setting("2s", "How soon a post in doubt is looked for; then less and less often.")
    unreadable_after: timedelta = setting("1h", "A post in doubt that can't be looked for so long: a person must decide.")
    probe_gap: timedelta = setting("5m", "Between two questions whether an account is really shut out.")
    stale_after: timedelta = setting("12h", "Not worth sending so long after its time; a message may say otherwise.")
    prepare_before_embargo: bool = setting(
        False, "Whether media may be uploaded, seen by nobody, before the embargo ends. false: nothing leaves before it."
    )


_RULES = ("move", "skip", "warn", "ignore")


@dataclass(frozen=True, kw_only=True)
class Times:
    """When accounts post, each in its own zone. Closures and mourning stand in calendar.toml."""

    window: str = setting("", 'Hours in which accounts post, such as "08:00-20:00". Empty: any.', form="hours")
    window_rule: str = setting("move", "What becomes of a time outside them: move, skip, warn or ignore.", choices=_RULES)
    quiet: str = setting("", 'Hours in which accounts do not post, such as "21:00-07:00". Empty: none.', form="hours")
    quiet_rule: str = setting("move", "What becomes of a time within them: move, skip, warn or ignore.", choices=_RULES)
    holidays: str = setting("warn", "What becomes of a time on a public holiday of the account's country.", choices=_RULES)
    urgent: str = setting("travel-advice", "Kinds of messages that wait for none of it, with commas between.", form="kinds")


@dataclass(frozen=True, kw_only=True)
class Similarity:
    """When two texts are nearly the same."""

    threshold: float = setting(0.45, "From this likeness on (0 to 1) two texts count as nearly the same, which X forbids.")
    days: int = setting(7, "How many days back the ministry's own posts are compared, too.")


@dataclass(frozen=True, kw_only=True)
class Budget:
    """What may be spent. Above it a message has the finding over-budget."""

    monthly: Decimal = setting(
        "0", 'What a mission may spend on X in a month (UTC), in US dollars. "0": no limit. Single missions: budgets.toml.'
    )


def weight(default: str, help: str) -> Any:
    """A setting that says how much a finding weighs; its name is the finding's, with _ for -."""
    return setting(default, help, choices=("advisory", "blocking"))


@dataclass(frozen=True, kw_only=True)
class Findings:
    """How much a finding weighs: advisory, or blocking. The others weigh what docs/findings.md says."""

    missing_translation: str = weight("advisory", "An account speaks no language that the message has.")
    owes_local_text: str = weight("advisory", "Missions have not written their own text.")
    unused_local_text: str = weight("advisory", "A local text will not be used.")
    alt_in_another_language: str = weight("advisory", "A picture goes out with the alt text of another language.")
    no_captions: str = weight("advisory", "A video has no captions in a language of the message.")
    hashtag_case: str = weight("advisory", "A hashtag of several words has no capitals to tell them apart.")
    emoji_wall: str = weight("advisory", "So many emoji that nobody wants to hear their names.")
    styled_letters: str = weight("blocking", "Characters that only look like letters.")
    over_budget: str = weight("advisory", "A mission would spend more on X in a month than its budget.")


@dataclass(frozen=True, kw_only=True)
class Vault:
    """Where credentials lie. A rehearsal never uses a desktop's keyring."""

    backend: str = setting(
        "auto",
        "desktop: the desktop's keyring. file: a sealed file. database: sealed, in the store. auto: desktop or file.",
        choices=("auto", "desktop", "file", "database"),
    )
    file: Path = setting("data/vault.sealed", "The sealed file.")
    key_file: Path = setting(
        "data/vault.key", "Keys of file or database, one on a line: the first seals, all open. Or: MINISTRY_SOCIAL_VAULT_KEY."
    )


@dataclass(frozen=True, kw_only=True)
class Signing:
    """Where each person's own key lies."""

    keys: Path = setting(
        "~/.config/ministry-social", "Folder of the key with which a person signs; theirs alone, never a server's."
    )


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every setting, checked. Paths and the store's address are absolute; base addresses are those of the world.

    folder   the ministry's folder, which holds everything the ministry writes
    config   the folder of ministry.toml and accounts.toml
    origins  `section.name` -> where its value comes from: `FILE:LINE`, `environment variable NAME` or `default`
    """

    folder: Path
    config: Path
    origins: Mapping[str, str]
    ministry: Ministry
    store: Store
    media: MediaStore
    rehearsal: Rehearsal
    x: X
    facebook: Facebook
    youtube: YouTube
    sending: Sending
    times: Times
    similarity: Similarity
    budget: Budget
    findings: Findings
    vault: Vault
    signing: Signing
    onboarding: Onboarding
    register: Register
    standing: Inspecting
    alerts: Alerts

    @property
    def live(self) -> bool:
        """Whether what is published can be seen by the public."""
        return self.ministry.world == "live"


SECTIONS: Mapping[str, type[Any]] = {
    "ministry": Ministry,
    "store": Store,
    "media": MediaStore,
    "rehearsal": Rehearsal,
    "x": X,
    "facebook": Facebook,
    "youtube": YouTube,
    "sending": Sending,
    "times": Times,
    "similarity": Similarity,
    "budget": Budget,
    "findings": Findings,
    "vault": Vault,
    "signing": Signing,
    "onboarding": Onboarding,
    "register": Register,
    "standing": Inspecting,
    "alerts": Alerts,
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One setting of the table. `default` is as written in the file; `type` is what it becomes."""

    section: str
    name: str
    type: type[Any]
    default: Any
    help: str
    choices: tuple[str, ...]
    form: str
    least: int

    @property
    def variable(self) -> str:
        """The environment variable that overrides it."""
        return f"MINISTRY_SOCIAL_{self.section}_{self.name}".upper()


def rows() -> Iterator[Row]:
    """All settings, in the order of the file."""
    for section, kind in SECTIONS.items():
        types = typing.get_type_hints(kind)
        for one in dataclasses.fields(kind):
            yield Row(section=section, name=one.name, type=types[one.name], **one.metadata)
