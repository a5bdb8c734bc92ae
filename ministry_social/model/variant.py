"""A variant and its payload: the message as one account will say it, and its exact bytes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """The ways in which an account can carry a message."""

    ORIGINAL = "original"
    TRANSLATION = "translation"
    LOCAL = "local"
    REPOST = "repost"
    PAGE_POST = "page-post"
    VIDEO = "video"


class Counting(StrEnum):
    """What a platform's length limit counts."""

    X_WEIGHTED = "x-weighted"
    CHARACTERS = "characters"
    BYTES = "bytes"


@dataclass(frozen=True, kw_only=True)
class Reference:
    """Stands where an id or address will be that is not known yet: a field of another delivery's receipt.

    delivery  the key of a delivery of the same release
    field     `url` or `id`
    shape     what it will look like; its length is fixed and known when signing (`https://youtu.be/` + 11 characters)
    """

    delivery: str
    field: str
    shape: str


# A text is a row of pieces, so that a reference is a value and never a search in a string.
Text = tuple[str | Reference, ...]


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A picture or video that goes with a post. `digest` is the SHA-256 of its bytes, hex; sizes in bytes."""

    file: str
    digest: str
    type: str
    kind: str
    size: int
    alt: str = ""


@dataclass(frozen=True, kw_only=True)
class Captions:
    """Captions of a video in one language."""

    language: str
    digest: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Variant:
    """The message as one account will say it.

    text           what is posted (X, Facebook), or the description (YouTube)
    own            the words that are the account's own: what the similarity check compares
    otherwise      the text for the case that the video it waits for failed, where the message wants that
    of             for a repost: the delivery whose post is repeated
    localizations  YouTube: language -> (title, description)
    """

    account: str
    kind: Kind
    language: str = ""
    text: Text = ()
    own: str = ""
    otherwise: Text = ()
    attachments: tuple[Attachment, ...] = ()
    link: str = ""
    of: Reference | None = None
    title: str = ""
    tags: tuple[str, ...] = ()
    playlists: tuple[str, ...] = ()
    captions: tuple[Captions, ...] = ()
    thumbnail: Attachment | None = None
    localizations: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Payload:
    """The exact bytes of a variant: canonical JSON, stored and signed under the SHA-256 of `body`.

    Inside, a text is a list of strings and of objects `{"delivery":..., "field":..., "shape":...}` (references),
    which `rules.references.resolve` replaces by plain strings before sending.
    """

    platform: str
    kind: Kind
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a platform takes from an account. Each value names its source where it is set.

    text, counting        the most a text may measure, and in which measure
    reference_length      what an address measures in a text (X: 23); 0: as long as it is
    images                pictures per post; videos: always one at most
    *_bytes, *_types      of one file
    video_seconds         shortest and longest, inclusive
    alt                   characters of an alt text
    title, description_bytes, tags   YouTube
    cashtags              per post; None: no limit
    forbids_similar       true where the platform forbids the same text on several accounts of one owner
    """

    text: int
    counting: Counting
    reference_length: int = 0
    images: int = 4
    image_bytes: int = 0
    image_types: tuple[str, ...] = ()
    gif_bytes: int = 0
    video_bytes: int = 0
    video_types: tuple[str, ...] = ()
    video_codecs: tuple[str, ...] = ()
    video_seconds: tuple[float, float] = (0.0, 0.0)
    alt: int = 0
    title: int = 0
    tags: int = 0
    captions_bytes: int = 0
    thumbnail_bytes: int = 0
    cashtags: int | None = None
    forbids_similar: bool = False
