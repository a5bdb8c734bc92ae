"""Evidence: what somebody asks to have proved, and all that is known of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .auditing import Kept


@dataclass(frozen=True, kw_only=True)
class Question:
    """What entries are asked for: all that is said must hold of an entry. `since` is within, `until` is not."""

    message: str = ""
    account: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.message or self.account or self.since or self.until)


@dataclass(frozen=True, kw_only=True)
class Proved:
    """An entry as it is kept, and what proves it.

    before  the seal of the entry before, from which its own follows
    asked   whether the question asks for it; else another entry needs it
    proof   the hashes from its leaf to the root of the checkpoint; None: no checkpoint has it yet
    """

    position: int
    before: str
    body: str
    seal: str
    asked: bool
    proof: tuple[bytes, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Content:
    """What an entry names by its SHA-256: in which folder of a bundle it lies, and the bytes."""

    folder: str
    data: bytes


@dataclass(frozen=True, kw_only=True)
class Lacking:
    """Content that an entry names and that is not kept any more. `entry`: where its disposal is on record; 0: nowhere."""

    digest: str
    folder: str
    entry: int = 0


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The answer to a question: entries with their proofs, and everything that they name.

    ledger       how the ledger is named in its checkpoints
    checkpoint   the one that the proofs lead to; None where there is none
    earlier      those by which entries were signed first, each with the hashes that prove it to be the beginning of that one
    media        the digests of the media, each with the ending that its file gets
    """

    question: Question
    ministry: str
    ledger: str
    keys: tuple[str, ...]
    entries: tuple[Proved, ...]
    checkpoint: Kept | None
    earlier: tuple[tuple[Kept, tuple[bytes, ...]], ...] = ()
    contents: Mapping[str, Content] = field(default_factory=dict)
    media: Mapping[str, str] = field(default_factory=dict)
    lacking: tuple[Lacking, ...] = ()

    @property
    def only_sealed(self) -> int:
        """How many entries no checkpoint has."""
        return sum(1 for one in self.entries if one.proof is None)


@dataclass(frozen=True, kw_only=True)
class Said:
    """One text as somebody reads it. `language` is empty where nobody knows."""

    text: str
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class Story:
    """What became of one delivery, for readers.

    outcome  published, recalled, failed, unknown ...: what its last entry says
    texts    what was said: the post's text; a title and a description
    media    (name of the file in the bundle, type, alt text)
    signed   (person, when, whether for an emergency)
    events   (position, when, what, by whom)
    """

    key: str
    account: str
    platform: str
    message: str
    kind: str
    outcome: str
    due_at: str = ""
    at: str = ""
    url: str = ""
    id: str = ""
    texts: tuple[Said, ...] = ()
    repost_of: str = ""
    media: tuple[tuple[str, str, str], ...] = ()
    release: str = ""
    signed: tuple[tuple[str, str, str], ...] = ()
    confirmed: tuple[str, str] = ("", "")
    recalled_at: str = ""
    recall_asked: tuple[str, str] = ("", "")
    events: tuple[tuple[int, str, str, str], ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
