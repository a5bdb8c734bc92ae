"""A delivery: the promise to publish one variant on one account, once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

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
    HELD = "held"
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


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What preparing has reached, for a later try to go on from: media ids, an upload's session address.

    Opaque to everyone but its platform; kept sealed, because a session address works like a credential.
    """

    complete: bool
    data: Mapping[str, str]


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


@dataclass(frozen=True, kw_only=True)
class Slot:
    """How much of a pace is used: `left` until `next_at`, when a new window begins."""

    key: str
    next_at: datetime
    left: int


def delivery_key(message: str, wave: int, account: str, part: str) -> str:
    """The identity of a delivery (design: message id, wave, account, part)."""
    return f"{message}/{wave}/{account}/{part}"
