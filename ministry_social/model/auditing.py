"""Auditing: checkpoints as they are kept, what a place says with one, and where witnesses keep them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A checkpoint that we have signed: how many entries, when, and the signed note itself."""

    size: int
    at: datetime
    note: str


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What a checkpoint says: so many entries have this Merkle root. `where` is who has it, as people name it."""

    size: int
    root: bytes
    where: str
