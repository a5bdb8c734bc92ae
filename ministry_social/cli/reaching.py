"""How reach looks in a terminal, as JSON, as CSV and as a page."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from ..desk.reach import Report
from ..files.reach_page import TITLES, cells, goal_said, lead, reach_page
from ..model.reach import Measures, Wave
from ..rules.saying import decimal, whole
from ..rules.timing import stamp
from . import show
from .exporting import csv_text

_FEW = ("posts", "with figures", "followers", "growth", "interactions", "per post", "views", "replied to", "momentum")
_WAVES = ("message", "wave", "first (UTC)", "posts", "with figures", "addressed", "views", "interactions", "views so far")
_COLUMNS = (
    "accounts", "posts", "counted", "known", "reach", "growth", "vocality", "interactions", "efficiency", "views", "viewers",
    "clicks", "proficiency", "languages", "diversity", "response", "momentum",
)  # fmt: skip


def tell(found: Report) -> None:
    """Sentences, the waves, the rows, the ranking."""
    for sentence in (*lead(found.whole, found.start, found.end), *found.remarks):
        click.echo(sentence)
    if found.goal is not None:
        click.echo(goal_said(found.goal))
    if found.waves:
        click.echo("")
        show.table([_wave(one) for one in found.waves], _WAVES)
    if found.rows:
        click.echo("")
        show.table([[row.name, *_few(row)] for row in found.rows], [found.question.by, *_FEW])
    if found.ranking:
        click.echo("")
        rows = [
            [
                one.rival.name,
                decimal(one.mean),
                whole(one.rival.followers),
                decimal(one.rival.vocality, 2),
                decimal(one.rival.efficiency),
            ]
            for one in found.ranking
        ]
        show.table(rows, ["ministry", "mean place", "followers", "posts per account and day", "per post"])
    if not found.whole.counted:
        click.echo("\nNo figures of these posts were read yet: ministry-social report collect")


def _few(row: Measures) -> list[str]:
    named = dict(zip(TITLES, cells(row), strict=True))
    return [named[title] for title in _FEW]


def _wave(one: Wave) -> list[str]:
    numbers = (one.posts, one.counted, one.addressed, one.views, one.interactions, one.views_so_far)
    return [one.message, str(one.wave), f"{one.at:%Y-%m-%d %H:%M}", *(whole(number) for number in numbers)]


def as_json(found: Report) -> dict[str, Any]:
    """All of it; null where nothing can be said."""
    question = found.question
    return {
        "from": stamp(found.start), "to": stamp(found.end), "by": question.by,
        "account": question.account, "message": question.message, "campaign": question.campaign,
        "goal": None if found.goal is None else asdict(found.goal) | {"share": found.goal.share},
        "together": asdict(found.whole), "rows": [asdict(row) for row in found.rows],
        "waves": [asdict(one) | {"at": stamp(one.at)} for one in found.waves],
        "ranking": [asdict(one) for one in found.ranking], "remarks": list(found.remarks),
    }  # fmt: skip


def as_csv(found: Report) -> str:
    """The rows; an empty cell where nothing can be said."""
    return csv_text([found.question.by, *_COLUMNS], [[row.name, *(getattr(row, name) for name in _COLUMNS)] for row in found.rows])


def as_html(ministry: str, found: Report, made: datetime) -> str:
    """The page."""
    question = found.question
    about = question.campaign or question.message or question.account
    return reach_page(
        title=f"Reach of {about}" if about else f"Reach: {ministry}", by=question.by, start=found.start, end=found.end,
        all=found.whole, rows=found.rows, waves=found.waves, goal=found.goal, audiences=found.audiences, remarks=found.remarks,
        ranking=found.ranking, made=made,
    )  # fmt: skip
