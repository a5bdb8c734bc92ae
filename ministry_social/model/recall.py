"""A recall: the order to take a delivery down, and how far it has come."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Step(StrEnum):
    """How far a recall has come."""

    ASKED = "asked"  # nothing was done yet
    COPIED = "copied"  # a copy of what stood there is kept
    DONE = "done"  # read back: nothing stands there any more; or it had never gone out and was called off
    GIVEN_UP = "given up"  # the platform will not do it: a person must


@dataclass(frozen=True, kw_only=True)
class Recall:
    """The order to take one delivery down.

    next_at  when to try (again)
    tries    how often deleting was tried
    copy     SHA-256 of the copy kept of what stood there, hex
    error    why it is not done yet, for people
    """

    delivery: str
    reason: str
    by: str
    at: datetime
    step: Step
    next_at: datetime
    tries: int = 0
    copy: str = ""
    error: str = ""
