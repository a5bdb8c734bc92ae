"""Fitting: the longest prepared text that a platform takes. Nothing is ever cut."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..model.variant import Limits, Text
from .length import measure
from .references import plain


@dataclass(frozen=True, kw_only=True)
class Fit:
    """One of several texts, by its index, what it measures, and by how much it is too long: 0 where it fits."""

    index: int
    measured: int
    excess: int = 0


def longest_that_fits(texts: Sequence[Text], limits: Limits) -> Fit:
    """The longest of several texts that say the same, within the limit; where none fits, the shortest, with its excess.

    `texts` has one at least.
    """
    measured = [measure(plain(text), limits.counting) for text in texts]
    fitting = [index for index, length in enumerate(measured) if length <= limits.text]
    if fitting:
        longest = max(fitting, key=lambda index: measured[index])
        return Fit(index=longest, measured=measured[longest])
    shortest = min(range(len(texts)), key=lambda index: measured[index])
    return Fit(index=shortest, measured=measured[shortest], excess=measured[shortest] - limits.text)
