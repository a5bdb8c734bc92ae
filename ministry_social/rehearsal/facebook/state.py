"""What the rehearsed Facebook keeps for itself: tokens, photos that nobody sees yet, uploads, counted calls, switches."""

import string
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ..world import World
from .scopes import EVERY

NAME = "facebook"


@dataclass
class Switches:
    """Where the sources give two answers: the stricter is the default. Set over HTTP with POST /rehearsal/facebook.

    silent_upgrade    carry out a call to an expired version as the oldest living one, instead of refusing it
    user_token_posts  let a person's token publish on a Page
    suspended_as      `checkpoint` (190/459) or `blocked` (368)
    page_calls        calls in 24 hours per Page: 4800 for each engaged user, and we assume one
    app_calls         calls in one hour for the app: 200 for each of its users, and we assume a hundred
    photo_bytes       the largest photo, in bytes (4 MB)
    queued_posts      scheduled posts that may wait at the same time
    without_task      Pages, by their ids, whose people lack the task CREATE_CONTENT
    people_have_roles whether people have a role in the app, and so may look into tokens with their own
    """

    silent_upgrade: bool = False
    user_token_posts: bool = False
    suspended_as: str = "checkpoint"
    page_calls: int = 4_800
    app_calls: int = 20_000
    photo_bytes: int = 4_000_000
    queued_posts: int = 29
    without_task: Sequence[str] = ()
    people_have_roles: bool = False


@dataclass
class Grant:
    """What a token allows. `owner` is the Page's, the person's or the app's id; `expires_at` None: never.

    kind    USER, SYSTEM_USER, PAGE or APP
    scopes  the permissions that were given
    pages   the Pages that were ticked, by their ids; None: all that there are, with the tokens that the ministry has
    long    whether the tokens of its Pages have no end
    ages    whether access to data ends when no person has signed in for 90 days
    """

    token: str
    kind: str
    owner: str
    issued_at: datetime
    expires_at: datetime | None = None
    scopes: tuple[str, ...] = EVERY
    pages: tuple[str, ...] | None = None
    long: bool = False
    ages: bool = True


@dataclass
class Code:
    """What the login dialog leads back with, until it is exchanged. `redirect_uri` empty: it was made without a dialog."""

    at: datetime
    redirect_uri: str = ""
    scopes: tuple[str, ...] = EVERY
    pages: tuple[str, ...] | None = None
    used: bool = False


@dataclass
class Photo:
    """An uploaded photo. `post` is the post that shows it, empty while nobody sees it."""

    id: str
    page: str
    digest: str
    width: int
    height: int
    at: datetime
    alt: str = ""
    caption: str = ""
    post: str = ""


@dataclass
class Upload:
    """A video that arrives in pieces; sizes in bytes."""

    session: str
    video: str
    page: str
    size: int
    data: bytearray = field(default_factory=bytearray)


@dataclass
class State:
    """Everything of the rehearsed Facebook that is not a post. Plain, so that it can be pickled with the world.

    page_tokens  a person's token and a Page -> the Page's token that it led to
    videos   a video's id -> the id of the post that shows it
    waiting  ids of the posts that become public by themselves
    """

    app_id: str
    app_secret: str
    person: str
    switches: Switches = field(default_factory=Switches)
    grants: dict[str, Grant] = field(default_factory=dict)
    page_tokens: dict[tuple[str, str], str] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    photos: dict[str, Photo] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    videos: dict[str, str] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    calls: dict[str, deque[datetime]] = field(default_factory=dict)


def state_of(world: World) -> State:
    """Facebook's state in this world, made when it is first asked for."""
    if NAME not in world.states:
        world.states[NAME] = State(
            app_id=new_id(world), app_secret=random_text(world, 32, "0123456789abcdef"), person=new_id(world)
        )
    state: State = world.states[NAME]
    return state


def new_id(world: World) -> str:
    """An id as Facebook makes them: 15 digits."""
    return str(world.random.randrange(10**14, 10**15))


def random_text(world: World, length: int, letters: str = string.ascii_letters + string.digits) -> str:
    """Seeded random letters, for tokens and trace ids."""
    return "".join(world.random.choices(letters, k=length))
