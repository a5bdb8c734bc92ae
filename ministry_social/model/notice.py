"""A notice: what a person, or a program of the ministry's, should hear of without asking."""

from dataclasses import dataclass

from .finding import Weight


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One notice.

    lines     each a sentence, or empty between two paragraphs
    about     the accounts that it concerns
    findings  the names of what was found, for programs
    severity  blocking: something does not work; advisory: somebody should know
    """

    subject: str
    lines: tuple[str, ...]
    about: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    severity: Weight = Weight.ADVISORY
