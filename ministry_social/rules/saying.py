"""Saying: numbers of a report as people read them. What is not known is said so, and never as 0."""

UNKNOWN = "–"
_TIED = "\u00a0"  # a space at which no line breaks


def whole(number: int | None) -> str:
    """`12,345`."""
    return UNKNOWN if number is None else f"{number:,}"


def decimal(number: float | None, digits: int = 1) -> str:
    """`12.3`."""
    return UNKNOWN if number is None else f"{number:,.{digits}f}"


def share(number: float | None) -> str:
    """`12 %`."""
    return UNKNOWN if number is None else f"{number:.0%}".replace("%", f"{_TIED}%")


def change(number: float | None) -> str:
    """`+1.2 %`."""
    return UNKNOWN if number is None else f"{round(number, 3) + 0.0:+,.1%}".replace("%", f"{_TIED}%")
