"""An account: one profile, page or channel that the ministry owns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .message import Place


@dataclass(frozen=True, kw_only=True)
class Account:
    """One profile, page or channel that the ministry owns and names in its register.

    name        ours, unique: `embassy-paris`; the key in config, ledger and credentials
    platform    `x`, `facebook` or `youtube`
    handle      as the public sees it, without @
    id          the platform's own id of the account (X: the numeric user id; Facebook: the page; YouTube: the channel)
    mission     whose account it is; a local text is named after it
    title       the official name, for people
    languages   its own languages in order, BCP 47 (`ar`, `zh-Hans`)
    leads       the languages whose translation this account carries for the ministry
    zone        IANA time zone
    country     ISO 3166-1 alpha-2, where it speaks
    groups      names that an audience can use (`europe`, `un`)
    official    true for a person in office (a minister, an ambassador), who speaks only when addressed
    central     true for the ministry's own main account of the platform: it carries the original
    variables   what a text may use of it: `hashtags`, `website` ...
    links       pages of the ministry that link to it with rel="me"
    responsible e-mail address of the person who looks after it; not public

    `id` is empty while an account that a mission asks for is not connected: nothing is ever sent to such a one.
    """

    name: str
    platform: str
    handle: str
    id: str
    mission: str
    title: str
    languages: tuple[str, ...]
    zone: str
    country: str
    city: str
    groups: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    official: bool = False
    central: bool = False
    variables: Mapping[str, str] = field(default_factory=dict)
    links: tuple[str, ...] = ()
    responsible: str = ""
    place: Place | None = None


class Credential:
    """What proves to a platform that we may act for an account. Never printed: `repr` shows only names of fields.

    X: consumer_key, consumer_secret, access_token, access_token_secret. Facebook: page_id, access_token.
    YouTube: client_id, client_secret, refresh_token, token_uri, channel_id; after a renewal access_token and access_until, too.
    Our own app's at a platform, too: see `ports.SignIn`.
    """

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = dict(fields)

    def __getitem__(self, name: str) -> str:
        return self._fields[name]

    def get(self, name: str, default: str = "") -> str:
        """The field, or `default` where it is absent."""
        return self._fields.get(name, default)

    def fields(self) -> dict[str, str]:
        """A copy in clear, for the vault and nobody else."""
        return dict(self._fields)

    def secrets(self) -> tuple[str, ...]:
        """Every value that must not be shown anywhere, for redaction."""
        public = {"page_id", "channel_id", "client_id", "app_id", "token_uri", "access_until"}
        return tuple(value for name, value in self._fields.items() if name not in public and value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Credential) and self._fields == other._fields

    def __hash__(self) -> int:
        return hash(tuple(sorted(self._fields.items())))

    def __repr__(self) -> str:
        return f"Credential({', '.join(sorted(self._fields))})"

    def __reduce__(self) -> Any:
        raise TypeError("a credential is not pickled")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the platform says about an account now.

    detail    why we may not post, or what is to be known, as a sentence
    bio, picture, verified  the profile as the public sees it: its text, the picture's address, the platform's own mark
              (X: `government`, `business`, `blue`; Facebook and YouTube: as they name it; empty: none)
    until     when our permission ends; None: not by itself
    scopes    what we are allowed
    tier      the access that the platform grants our app, as it names it; empty: it does not say
    limits    what may be done in a time, each as a short text: `100 posts in 15 minutes`
    """

    id: str
    handle: str
    name: str
    may_post: bool
    detail: str = ""
    bio: str = ""
    picture: str = ""
    verified: str = ""
    until: datetime | None = None
    scopes: tuple[str, ...] = ()
    tier: str = ""
    limits: tuple[str, ...] = ()
