"""A finding: what a check has to say."""

from dataclasses import dataclass
from enum import StrEnum

from .message import Place


class Weight(StrEnum):
    """Whether a finding stops the message."""

    BLOCKING = "blocking"
    ADVISORY = "advisory"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing a check found. `name` is the one in docs/findings.md; `accounts` are those that it concerns.

    `remedy` says what to do, where the sentence does not.
    """

    name: str
    weight: Weight
    sentence: str
    place: Place | None = None
    accounts: tuple[str, ...] = ()
    remedy: str = ""
