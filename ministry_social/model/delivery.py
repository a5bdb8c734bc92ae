"""A delivery: the promise to publish one variant on one account, once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from .variant import Kind


class State(StrEnum):
    """Where a delivery stands (docs/deliveries.md draws the moves)."""

    PLANNED = "planned"
    SENDING = "sending"
    PUBLISHED = "published"
    FAILED = "failed"
    UNKNOWN = "unknown"
    RECALLED = "recalled"
    CANCELLED = "cancelled"
    MISSED = "missed"


@dataclass(frozen=True, kw_only=True)
class PostRef:
    """Names what stands on a platform. `kind` is post, repost or video; `original` is set for a repost."""

    kind: str
    id: str
    original: str = ""


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """The platform's proof of a post. `answer` is its raw answer, which holds no secret."""

    post: PostRef
    url: str
    at: datetime
    answer: bytes


@dataclass(frozen=True, kw_only=True)
class RemotePost:
    """What stands on a platform, read back.

    text   as an author would have written it: t.co addresses expanded, entities unescaped, NFC
    media  how many pictures or videos it carries
    facts  what helps to recognise it: file name and tags of a private video, story id of a photo ...
    marks  ids of the media that it carries, as `Prepared.marks` has them
    answer the platform's own words about it, which hold no secret
    """

    post: PostRef
    account: str
    text: str
    at: datetime
    url: str
    public: bool = True
    media: int = 0
    alts: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    marks: tuple[str, ...] = ()
    answer: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What preparing has reached, for a later try to go on from: media ids, an upload's session address.

    Opaque to everyone but its platform; kept sealed, because a session address works like a credential.
    """

    complete: bool
    data: Mapping[str, str]

    @property
    def marks(self) -> tuple[str, ...]:
        """Ids by which a post that carries what was prepared is recognised when it is read back: `data["marks"]`, by commas."""
        return tuple(mark for mark in self.data.get("marks", "").split(",") if mark)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One row of the plan.

    key          `message/wave/account/part`: unique for ever
    part         `post` or `video`
    payload      SHA-256 of the payload's bytes, hex
    otherwise    the payload to send where what it waits for has failed ('' : it is called off then)
    release      SHA-256 of the release that it belongs to, hex
    waits_for    keys of deliveries that must be published first
    prepared     true once nothing but the publishing step is left
    fence        token of the running attempt; every later change of that attempt carries it
    lease_until  when the running attempt is given up
    doubt_since  when the first attempt began of which nobody knows the outcome: how far back to look for it
    certain_at   in doubt: from when on not finding it means that it is not there
    look_at      in doubt: when to look for it next
    stuck        in doubt, and a person must decide: it cannot be read for too long, or two things that were read disagree
    look_first   planned: it may be public already (the store was restored from a backup), so look before sending
    """

    key: str
    message: str
    wave: int
    account: str
    platform: str
    part: str
    kind: Kind
    payload: str
    release: str
    due_at: datetime
    stale_at: datetime | None
    waits_for: tuple[str, ...] = ()
    otherwise: str = ""
    state: State = State.PLANNED
    prepared: bool = False
    attempts: int = 0
    fence: str = ""
    started_at: datetime | None = None
    lease_until: datetime | None = None
    sent_at: datetime | None = None
    remote_id: str = ""
    url: str = ""
    error: str = ""
    doubt_since: datetime | None = None
    certain_at: datetime | None = None
    look_at: datetime | None = None
    stuck: bool = False
    look_first: bool = False

    def changed(self, change: Mapping[str, Any]) -> "Delivery":
        """The same with other values, as `dataclasses.replace` makes it, in a tenth of the time: each post changes twice."""
        after = object.__new__(Delivery)
        after.__dict__.update(self.__dict__)
        after.__dict__.update(change)
        return after


@dataclass(frozen=True, kw_only=True)
class Slot:
    """How much of a pace is used: `left` until `next_at`, when a new window begins."""

    key: str
    next_at: datetime
    left: int


def delivery_key(message: str, wave: int, account: str, part: str) -> str:
    """The identity of a delivery (design: message id, wave, account, part)."""
    return f"{message}/{wave}/{account}/{part}"
