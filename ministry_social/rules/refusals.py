"""Refusals: which of them go on record, so that a program that tries again and again does not flood it."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

WITHIN = timedelta(hours=1)
MOST = 100  # of one person, within that time


def noted(facts: Mapping[str, Any], before: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """What to write down of a refusal; None where it is on record already.

    `before` holds the facts of the same person's refusals `WITHIN` the time before. The same one is written once in that time;
    the last of the most that are written says that more may follow.
    """
    earlier = [{name: value for name, value in one.items() if name != "more"} for one in before]
    if dict(facts) in earlier or len(earlier) >= MOST:
        return None
    return {**facts, "more": True} if len(earlier) == MOST - 1 else facts
