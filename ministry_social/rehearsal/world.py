"""The world of the rehearsal: who has an account, what stands there, and every file that was uploaded."""

import hashlib
import random as chance
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .clock import Clock
from .faults import Faults


@dataclass
class Profile:
    """An account as the platform keeps it. `name` is the ministry's name for it; `credential` what proves its owner.

    bio, picture, verified  what the public sees of it: a text, a picture's address, the platform's own mark
    """

    platform: str
    id: str
    name: str
    handle: str
    title: str
    credential: dict[str, str]
    made_at: datetime
    bio: str = ""
    picture: str = ""
    verified: str = ""


@dataclass
class Post:
    """What really was published: the record that a test compares with. `at` is the rehearsal's time.

    kind   post, repost, video, photo
    text   as the author sent it
    media  SHA-256 of the bytes of each picture or video, in order; alts in the same order
    of     for a repost: the id of the original
    shown  whether the public could ever see it
    more   what else the platform keeps: title, tags, captions, entities ...
    """

    platform: str
    profile: str
    id: str
    kind: str
    text: str
    at: datetime
    media: list[str] = field(default_factory=list)
    alts: list[str] = field(default_factory=list)
    of: str = ""
    shown: bool = field(default=False, init=False)
    public: bool = True
    deleted_at: datetime | None = None
    more: dict[str, Any] = field(default_factory=dict)

    def __setattr__(self, name: str, value: Any) -> None:
        """What was public once is remembered, however short it was."""
        super().__setattr__(name, value)
        if name == "public" and value:
            self.shown = True


@dataclass
class Index:
    """Finds profiles and posts without a walk through all of them; it catches up with the lists, which only ever grow."""

    profiles: dict[tuple[str, str], Profile] = field(default_factory=dict)
    names: dict[tuple[str, str], Profile] = field(default_factory=dict)
    posts: dict[tuple[str, str], Post] = field(default_factory=dict)
    timelines: dict[tuple[str, str], list[Post]] = field(default_factory=dict)
    profiles_seen: int = 0
    posts_seen: int = 0

    def catch_up(self, profiles: list[Profile], posts: list[Post]) -> None:
        """Take in what was appended since the last time; where a list was emptied, begin anew."""
        if len(profiles) < self.profiles_seen or len(posts) < self.posts_seen:
            for found in (self.profiles, self.names, self.posts, self.timelines):
                found.clear()
            self.profiles_seen = self.posts_seen = 0
        for profile in profiles[self.profiles_seen :]:
            self.profiles.setdefault((profile.platform, profile.id), profile)
            self.names.setdefault((profile.platform, profile.name), profile)
        for post in posts[self.posts_seen :]:
            self.posts[post.platform, post.id] = post
            self.timelines.setdefault((post.platform, post.profile), []).append(post)
        self.profiles_seen, self.posts_seen = len(profiles), len(posts)


@dataclass
class World:
    """Everything. One thread (the server's event loop) changes it."""

    seed: int = 1
    clock: Clock = field(default_factory=Clock)
    faults: Faults = field(default_factory=Faults)
    profiles: list[Profile] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    # What each platform keeps for itself (rate windows, uploads, tokens): platform name -> its own State.
    states: dict[str, Any] = field(default_factory=dict)
    random: chance.Random = field(default_factory=chance.Random)
    _index: Index = field(default_factory=Index, repr=False)

    def __post_init__(self) -> None:
        self.random.seed(self.seed)

    def profile(self, platform: str, profile_id: str) -> Profile | None:
        """The profile with this id of the platform."""
        return self._found().profiles.get((platform, profile_id))

    def named(self, platform: str, name: str) -> Profile | None:
        """The profile that the ministry calls so."""
        return self._found().names.get((platform, name))

    def keep_file(self, data: bytes, content_type: str) -> str:
        """Keep uploaded bytes; returns their SHA-256, hex."""
        digest = hashlib.sha256(data).hexdigest()
        self.files[digest] = (data, content_type)
        return digest

    def post(self, platform: str, post_id: str) -> Post | None:
        """What stands under this id, deleted or not."""
        return self._found().posts.get((platform, post_id))

    def timeline(self, platform: str, profile_id: str, *, lag: bool = True) -> list[Post]:
        """What stands on a profile now, newest first; with `lag`, a post appears only after the read lag."""
        profile = self.profile(platform, profile_id)
        seconds = self.faults.seconds("read-lag", platform, profile.name if profile else None) if lag else None
        now = self.clock.now()
        return [
            post
            for post in reversed(self._found().timelines.get((platform, profile_id), []))
            if post.deleted_at is None and (seconds is None or (now - post.at).total_seconds() >= seconds)
        ]

    def empty(self) -> None:
        """Begin anew, with the same profiles and the same chance; platforms make their states anew themselves."""
        self.posts.clear()
        self.files.clear()
        self.faults.remove()
        self.states = {}
        self._index = Index()
        self.random.seed(self.seed)

    def _found(self) -> Index:
        self._index.catch_up(self.profiles, self.posts)
        return self._index
