"""Fitting: the longest prepared text that a platform takes. Nothing is ever cut."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..model.variant import Limits, Text
from .length import measure
from .references import plain


@dataclass(frozen=True, kw_only=True)
class Excess:
    """None of the texts fits: the shortest of them, by its index, and what it measures."""

    index: int
    measured: int


def longest_that_fits(texts: Sequence[Text], limits: Limits) -> Text | Excess:
    """The longest of several texts that say the same, within the limit; `texts` has one at least."""
    measured = [measure(plain(text), limits.counting) for text in texts]
    fitting = [index for index, length in enumerate(measured) if length <= limits.text]
    if fitting:
        return texts[max(fitting, key=lambda index: measured[index])]
    shortest = min(range(len(texts)), key=lambda index: measured[index])
    return Excess(index=shortest, measured=measured[shortest])
