"""What the rehearsed X keeps for itself: its app, tokens, rate windows, uploads, money. All of it can be pickled."""

import string
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from ..world import World

LETTERS = string.ascii_letters + string.digits
NONCES_KEPT = 100_000  # OAuth time-stamps are not checked here, so old nonces are forgotten by number, not by age
SNOWFLAKE_EPOCH = 1_288_834_974_657  # milliseconds, 4 November 2010: ids begin there (docs.x.com, "X IDs")


@dataclass
class App:
    """The ministry's one developer app, through which all its accounts are reached."""

    id: str
    consumer_key: str
    consumer_secret: str
    client_id: str
    client_secret: str


@dataclass
class Token:
    """An OAuth 1.0a access token that signing in has made. It has no end. `access` is read-write or read."""

    profile: str
    secret: str
    access: str = "read-write"


@dataclass
class Bearer:
    """An OAuth 2 access token; `profile` is empty where it stands for the app alone. `ends` in epoch seconds."""

    profile: str
    scopes: frozenset[str]
    ends: float | None = None


@dataclass
class Window:
    """How much of a limit is used until `reset` (epoch seconds)."""

    reset: int
    used: int = 0


@dataclass
class Upload:
    """A file on its way into a post, under its media id.

    via       v2 or v1.1
    total     bytes announced; chunks by segment
    digest    SHA-256 once it is whole; ready_at when processing ends (None: nothing to process)
    broken    why processing fails; unusable: processing succeeds and a post refuses it all the same
    """

    id: str
    profile: str
    via: str
    type: str
    category: str
    total: int
    made_at: datetime
    expires_at: datetime
    chunks: dict[int, bytes] = field(default_factory=dict)
    digest: str = ""
    width: int = 0
    height: int = 0
    started_at: datetime | None = None
    polls: int = 0
    broken: str = ""
    unusable: bool = False
    alt: str = ""

    @property
    def key(self) -> str:
        """The media key: 3_ image, 13_ video, 16_ animated GIF."""
        return f"{'16' if self.type == 'image/gif' else '13' if self.type.startswith('video/') else '3'}_{self.id}"


@dataclass
class Settings:
    """Where X's behaviour is not certain, the stricter answer is the default and the other a switch.

    credit      thousandths of a dollar left; None: without end
    v1_media    whether a media id of the old v1.1 upload may be used in a post: accept | refuse
    duplicates  whether the same text on the same account is refused: refuse | accept
    access      what the app may do, and so every token that is granted from now on: read-write | read
    callbacks   which addresses the app has registered to lead back to: loopback | none
    """

    credit: int | None = None
    v1_media: str = "refuse"
    duplicates: str = "refuse"
    access: str = "read-write"
    callbacks: str = "loopback"


@dataclass
class Charge:
    """One line of the bill; `price` in thousandths of a dollar."""

    account: str
    what: str
    price: int
    at: datetime


@dataclass
class SignIn:
    """A sign-in on its way: OAuth 1.0a request token or OAuth 2 code. `profile` is set once the account has agreed."""

    secret: str = ""
    callback: str = ""
    profile: str = ""
    verifier: str = ""
    scopes: frozenset[str] = frozenset()
    challenge: str = ""
    method: str = "plain"
    made_at: float = 0.0


@dataclass
class State:
    """Everything of X that is not a profile, a post or a file."""

    app: App
    settings: Settings = field(default_factory=Settings)
    tokens: dict[str, Token] = field(default_factory=dict)
    bearers: dict[str, Bearer] = field(default_factory=dict)
    refreshers: dict[str, Bearer] = field(default_factory=dict)
    sign_ins: dict[str, SignIn] = field(default_factory=dict)
    codes: dict[str, SignIn] = field(default_factory=dict)
    nonces: dict[str, None] = field(default_factory=dict)
    windows: dict[tuple[str, str], Window] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    # profile id -> normalised text -> id of the post that says it
    said: dict[str, dict[str, str]] = field(default_factory=dict)
    # id of an original -> profile id -> id of its repost
    reposts: dict[str, dict[str, str]] = field(default_factory=dict)
    bill: list[Charge] = field(default_factory=list)
    # What was read and paid for today (UTC): it is not charged twice.
    read_on: str = ""
    read: set[str] = field(default_factory=set)
    last_id: int = 0

    def new_id(self, now: datetime) -> str:
        """A snowflake: milliseconds since X's epoch, then a number; always greater than the last."""
        made = (int(now.timestamp() * 1000) - SNOWFLAKE_EPOCH) << 22
        self.last_id = max(self.last_id + 1, made)
        return str(self.last_id)

    def new_nonce(self, nonce: str) -> bool:
        """Whether this nonce comes for the first time."""
        if nonce in self.nonces:
            return False
        self.nonces[nonce] = None
        if len(self.nonces) > NONCES_KEPT:
            del self.nonces[next(iter(self.nonces))]
        return True


def word(chance: Random, length: int) -> str:
    """Letters and digits by the world's seeded chance."""
    return "".join(chance.choices(LETTERS, k=length))


def state_of(world: World) -> State:
    """X's state in this world, made on first use."""
    if "x" not in world.states:
        chance = world.random
        app = App(
            id=str(chance.randrange(10**18, 10**19)),
            consumer_key=word(chance, 25),
            consumer_secret=word(chance, 50),
            client_id=word(chance, 34),
            client_secret=word(chance, 50),
        )
        world.states["x"] = State(app=app)
    state = world.states["x"]
    if not isinstance(state, State):
        raise TypeError("the world's state of x is not X's")
    return state
