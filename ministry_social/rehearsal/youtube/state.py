"""What the rehearsed YouTube keeps for itself: tokens, quota, upload sessions, videos, playlists, switches."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..world import World

Json = dict[str, Any]


@dataclass
class Settings:
    """The switches of POST /rehearsal/youtube/settings. Times are seconds of the rehearsal's clock.

    rotate_refresh_tokens  each refresh gives a new refresh token, and the old one stops working
    upload_limit           videos per channel in 24 hours; more are refused with uploadLimitExceeded; None: no limit
    processing_seconds     from the last byte until a video is processed
    processing             what processing ends with, for videos uploaded from now on: processed, failed, rejected
    processing_reason      its failureReason or rejectionReason
    verified_channel       false: thumbnails are refused, as for a channel without a confirmed telephone number
    throttle_reason        what the fault `throttled` answers: quotaExceeded, rateLimitExceeded, userRateLimitExceeded
    inserts_a_day          bucket of videos.insert, calls per project and Pacific day (determine_quota_cost, June 2026)
    units_a_day            bucket of all other methods, units per project and Pacific day (same page)
    publishing_status      of the project's consent screen: `production`, or `testing`, whose refresh tokens end after 7 days
    client_type            of the project's OAuth client: `installed` leads back to this machine, whichever port and path;
                           `web` to nothing but `redirect_uris`
    redirect_uris          see there
    single_check_box       a box to tick, or to leave empty, also where one scope alone is asked for; Google shows boxes from two on
    """

    rotate_refresh_tokens: bool = False
    upload_limit: int | None = None
    processing_seconds: float = 3.0
    processing: str = "processed"
    processing_reason: str = ""
    verified_channel: bool = True
    throttle_reason: str = "quotaExceeded"
    inserts_a_day: int = 100
    units_a_day: int = 10_000
    publishing_status: str = "production"
    client_type: str = "installed"
    redirect_uris: tuple[str, ...] = ()
    single_check_box: bool = False


@dataclass
class Grant:
    """What an owner agreed to on the consent page. `profile` is empty for a person who has no channel.

    refresh_token  changes where refresh tokens rotate; empty: the app did not ask for one
    ends           when a grant to a project in testing ends
    """

    profile: str
    scopes: tuple[str, ...]
    refresh_token: str = ""
    ends: datetime | None = None


@dataclass
class Code:
    """An authorization code. `grant` is what it was exchanged for."""

    profile: str
    scopes: tuple[str, ...]
    redirect_uri: str
    challenge: str
    method: str
    offline: bool
    made_at: datetime
    grant: Grant | None = None


@dataclass
class Token:
    """An access token. `grant` is what it comes from; None: the credential that the profile was made with, which may do all."""

    profile: str
    project: str
    expires_at: datetime
    grant: Grant | None = None


@dataclass
class Upload:
    """A resumable session. `size` is None until the client says it; `gone` the status of an expired one; `answer` the result.

    `pieces` are the first and the last byte of each chunk that was sent, in order, also of one that was not wanted.
    """

    id: str
    purpose: str
    profile: str
    metadata: Json
    content_type: str
    filename: str
    size: int | None
    begun_at: datetime
    received: bytearray = field(default_factory=bytearray)
    gone: int = 0
    answer: Json | None = None
    pieces: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class Caption:
    """One caption track of a video; `digest` is the SHA-256 of its bytes."""

    id: str
    language: str
    name: str
    draft: bool
    digest: str
    at: datetime


@dataclass
class Video:
    """A video as YouTube keeps it. `snippet`, `status` and `localizations` hold what the owner wrote, checked.

    due_at     when something happens by itself: publishAt
    shown      it has been public at some time
    fate       what processing ends with at `processed_at`: processed, failed, rejected
    """

    id: str
    profile: str
    snippet: Json
    status: Json
    localizations: Json
    other: Json
    digest: str
    size: int
    content_type: str
    filename: str
    seconds: float
    uploaded_at: datetime
    processed_at: datetime
    fate: str
    fate_reason: str
    published_at: datetime | None = None
    due_at: datetime | None = None
    shown: bool = False
    thumbnail: str = ""
    captions: list[Caption] = field(default_factory=list)

    def upload_status(self, now: datetime) -> str:
        """uploaded, then processed, failed or rejected."""
        return self.fate if now >= self.processed_at else "uploaded"

    def on_show(self, now: datetime) -> bool:
        """Whether everybody can see it."""
        return self.status["privacyStatus"] == "public" and self.upload_status(now) in ("uploaded", "processed")


@dataclass
class Item:
    """A video in a playlist."""

    id: str
    video: str
    at: datetime


@dataclass
class Playlist:
    """A playlist that the owner made; the list of uploads is not one of these."""

    id: str
    profile: str
    title: str
    description: str
    privacy: str
    made_at: datetime
    items: list[Item] = field(default_factory=list)


@dataclass
class State:
    """All of it.

    used      project -> bucket -> (Pacific day, how much)
    arrivals  channel -> when its videos were complete, deleted ones included
    """

    settings: Settings = field(default_factory=Settings)
    client: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    grants: list[Grant] = field(default_factory=list)
    used: dict[str, dict[str, tuple[str, int]]] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    videos: dict[str, Video] = field(default_factory=dict)
    arrivals: dict[str, list[datetime]] = field(default_factory=dict)
    playlists: dict[str, Playlist] = field(default_factory=dict)


def state_of(world: World) -> State:
    """The state within a world, made when it is first asked for."""
    state = world.states.setdefault("youtube", State())
    assert isinstance(state, State)
    return state


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def chance_id(world: World, length: int) -> str:
    """An id in YouTube's alphabet, from the world's seeded chance (a video's has 11 characters)."""
    return "".join(world.random.choices(_LETTERS, k=length))


def stamp(moment: datetime) -> str:
    """A moment as the API writes it: RFC 3339, UTC, whole seconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
