"""A release: the list of all deliveries of a message that is signed as one."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Promise:
    """One delivery as it is signed: everything that will be public, or that decides whether and when it is.

    account_id  the platform's own id of the account, so that a changed config cannot redirect a signed text
    payload     SHA-256 of the payload's bytes, hex
    media       (SHA-256, alt text) of each picture or video, in order
    groups      those of the account: they decide which rules of the policy hold
    """

    key: str
    platform: str
    account: str
    account_id: str
    kind: str
    payload: str
    media: tuple[tuple[str, str], ...]
    due_at: datetime
    stale_at: datetime | None
    waits_for: tuple[str, ...]
    otherwise: str = ""
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Release:
    """All promises of one wave of one message.

    revision  the digest of the message file's state
    kind      the message's: it decides which rules of the policy hold
    authors   who has submitted it, in this or an earlier state: they do not approve it
    """

    message: str
    wave: int
    revision: str
    embargo: datetime | None
    promises: tuple[Promise, ...]
    kind: str = ""
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Revision:
    """One state of a message file that was taken in. `digest` is SHA-256, hex."""

    message: str
    number: int
    digest: str
    file: str
    at: datetime
