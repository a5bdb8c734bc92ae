"""The page of a delivery report: one HTML file that needs nothing else, neither a network nor a script."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ...rules.cost import dollars
from ...rules.courses import long
from ...rules.delivery_report import HOURS, DeliveryReport, Row

if TYPE_CHECKING:
    from jinja2 import Environment

PLATFORMS = {"x": "X", "facebook": "Facebook", "youtube": "YouTube"}
TITLES = (
    "deliveries", "went out", "p50", "p95", "p99", "latest", "tries failed", "failed", "in doubt", "missed", "called off",
    "taken down", "cost on X",
)  # fmt: skip
ENDED = {
    "found": "found on the platform", "absent": "certainly not there", "decided": "decided by a person", "open": "still in doubt",
}  # fmt: skip
_SHADES = 4


def delivery_page(*, ministry: str, report: DeliveryReport, about: Sequence[str], made: datetime) -> str:
    """The page, whole. `about` says in sentences which deliveries it is about."""
    html: str = (
        _environment()
        .get_template("page.html")
        .render(ministry=ministry, report=report, about=about, made=made, titles=TITLES, ended=ENDED, hours=HOURS, shade=_shade,
                most=max((count for one in report.hours for count in one.posts), default=0))
    )  # fmt: skip
    return html


def cells(row: Row) -> list[str]:
    """A row of numbers, under `TITLES`."""
    times = [lasted(one) for one in (row.p50, row.p95, row.p99, row.longest)]
    counts = (row.failures, row.failed, row.doubts, row.missed, row.cancelled, row.recalled)
    return [f"{row.deliveries:,}", f"{row.sent:,}", *times, *(f"{one:,}" for one in counts), dollars(row.cost)]


def lasted(duration: timedelta | None) -> str:
    """A length of time in words, or that there is none."""
    return "–" if duration is None else long(duration)


def _shade(count: int, most: int) -> int:
    """How dark a cell is, from 0 for none to 4: by quarters of the most in any cell."""
    return 0 if count == 0 else min((count * _SHADES + most - 1) // most, _SHADES)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined,
                       trim_blocks=True, lstrip_blocks=True)  # fmt: skip
    made.filters |= {"time": lasted, "count": "{:,}".format, "cells": cells, "platform": lambda name: PLATFORMS.get(name, name)}
    return made
