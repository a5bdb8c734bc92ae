"""A message: what the ministry wants said, once, before any platform."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

KINDS = ("statement", "press-briefing", "travel-advice", "national-day", "correction")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where something stands in a file that a person wrote; `line` counts from 1."""

    file: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Prose:
    """A text that somebody wrote, and where."""

    text: str
    place: Place


@dataclass(frozen=True, kw_only=True)
class Wording:
    """One way to say the message in one language: section `## ar`, or `## ar, wording 2`, with `### headline`, `### short`,
    `### long`, `### alt FILE`.

    Texts are templates (Jinja2) until they are adapted to an account. `number` counts from 1.
    """

    language: str
    place: Place
    number: int = 1
    headline: Prose | None = None
    short: Prose | None = None
    long: Prose | None = None
    alts: Mapping[str, Prose] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class LocalText:
    """What a mission says in its own words: the file `local/<message>/<mission>.md`; `more` are its further wordings."""

    mission: str
    wording: Wording
    more: tuple[Wording, ...] = ()

    @property
    def said(self) -> tuple[Wording, ...]:
        """All its wordings, in the order of their numbers."""
        return (self.wording, *self.more)


@dataclass(frozen=True, kw_only=True)
class Override:
    """A section `## for youtube` or `## for account NAME`: its parts by name (`title`, `tags`, `short` ...).

    `language` is that of a section `## for youtube in fr`; empty where it is the source's.
    """

    target: str
    place: Place
    parts: Mapping[str, Prose]
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class MediaFacts:
    """What a media file is, looked up once. Sizes in bytes and pixels, durations in milliseconds.

    digest  SHA-256 of the bytes, hex
    type    MIME type read from the bytes, not from the name
    kind    `image`, `gif`, `video` or `captions`
    codecs  of a video: video codec, then audio codec where there is one (`h264`, `aac`)
    """

    digest: str
    type: str
    kind: str
    size: int
    width: int = 0
    height: int = 0
    duration: int = 0
    frames: int = 0
    frame_rate: float = 0.0
    codecs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Media:
    """A picture or a video of a message: `[[media]]` in the front matter."""

    file: str
    facts: MediaFacts
    place: Place
    captions: Mapping[str, tuple[str, MediaFacts]] = field(default_factory=dict)
    thumbnail: tuple[str, MediaFacts] | None = None


@dataclass(frozen=True, kw_only=True)
class Term:
    """One term: `sign` + or -; `kind` all, officials, group, country, platform, account, mission, language."""

    sign: str
    kind: str
    value: str = ""


@dataclass(frozen=True, kw_only=True)
class Message:
    """One revision of a message file, with the local texts beside it, as a frozen value.

    id                   chosen by the author, unique for ever
    kind                 one of `KINDS`
    source               the language that the others are translated from
    audience             applied from left to right
    missing_translation  `fallback` (the source language) or `skip`
    without_video        `post` or `cancel`: what becomes of posts that wait for a video that failed
    playlists            names of YouTube playlists
    link                 an address that posts carry where a text says `{{ link }}`
    variables            the author's own, from `[variables]`
    wordings             language -> the first wording in it: what a message says that is published once
    more                 language -> its further wordings, which the waves of a campaign take in their order
    translated           language -> the digest of the source text that somebody has confirmed its section to say
    """

    id: str
    kind: str
    source: str
    place: Place
    audience: tuple[Term, ...] = (Term(sign="+", kind="all"),)
    missing_translation: str = "fallback"
    without_video: str = "cancel"
    embargo: datetime | None = None
    stale_after: timedelta | None = None
    link: str = ""
    corrects: str = ""
    playlists: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    wordings: Mapping[str, Wording] = field(default_factory=dict)
    more: Mapping[str, tuple[Wording, ...]] = field(default_factory=dict)
    overrides: tuple[Override, ...] = ()
    locals: Mapping[str, LocalText] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    translated: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)

    def said(self, language: str) -> tuple[Wording, ...]:
        """Every wording in a language, in the order of their numbers; none where the message does not have the language."""
        first = self.wordings.get(language)
        return () if first is None else (first, *self.more.get(language, ()))
