"""The register: the public list of the ministry's official accounts, and what it answers when it is asked."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .policy import Key


class Certification(StrEnum):
    """Whether two persons have said lately that an account is ours and well kept."""

    CERTIFIED = "certified"
    DUE = "due"  # they have, but a year ago or longer
    NEVER = "never"


@dataclass(frozen=True, kw_only=True)
class Listed:
    """An account as the public may know it.

    url           where it stands on its platform
    since         when it began to speak for the ministry; None: not on record
    certified_at  when two persons last said that it is ours; None: never
    links         pages of the ministry that link to it with rel="me"
    verified      the platform's own mark, as it names it; empty: none that we know of
    retired_since when it ceased to be ours; None: it is
    """

    name: str
    platform: str
    handle: str
    id: str
    url: str
    title: str
    mission: str
    country: str
    city: str
    languages: tuple[str, ...]
    official: bool
    since: datetime | None
    certified_at: datetime | None
    certification: Certification
    links: tuple[str, ...] = ()
    verified: str = ""
    retired_since: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Register:
    """The public list.

    world        `live`, or `rehearsal`: then nothing in it is meant for the public
    valid_until  nobody should believe this copy from then on
    keys         the ministry's keys: those of before with their end, the one that signs last
    accounts     those that are ours
    retired      those that were: so that "was this ours?" has an answer
    """

    world: str
    ministry: str
    website: str
    issued_at: datetime
    valid_until: datetime
    keys: tuple[Key, ...]
    accounts: tuple[Listed, ...]
    retired: tuple[Listed, ...] = ()


class Word(StrEnum):
    """What is answered to "is this account ours?"."""

    YES = "yes"
    NO = "no"
    WAS = "was"  # it was ours; whose it is now we cannot say


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The account that an address or a handle names.

    platform  empty: a handle alone, which may be on any
    handle    as it was written, without @; empty where the address has an id instead
    base      `http://127.0.0.1:8700` for an address of a rehearsal
    post      whether the address is that of a post
    trouble   why it names no account, as a sentence
    near      a site of ours that the address's own resembles
    """

    platform: str = ""
    handle: str = ""
    id: str = ""
    base: str = ""
    post: bool = False
    trouble: str = ""
    near: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the register says.

    accounts   those that were meant: several where a handle alone is ours on more than one platform
    resembles  ours that look much like what was asked for
    """

    word: Word
    asked: Asked
    accounts: tuple[Listed, ...] = ()
    resembles: tuple[Listed, ...] = ()
