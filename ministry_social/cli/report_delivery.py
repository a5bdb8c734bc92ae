"""`report delivery`: how late posts went out, what failed, what was in doubt, what was missed, and what it cost."""

from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from ..app import App
from ..desk.delivery_report import report as read
from ..files.delivery_page import ENDED, TITLES, cells, delivery_page, lasted
from ..rules.delivery_report import DeliveryReport, Row
from ..rules.timing import stamp
from . import show
from .choosing import Choice, choice, choice_options
from .exporting import csv_file, write
from .options import PLATFORMS, json_option, open_app, print_json

_FEW = (0, 1, 2, 3, 4, 5, 6, 8, 9, 12)  # of the columns, those that a terminal shows
_COLUMNS = (
    "by", "name", "deliveries", "sent", "p50", "p95", "p99", "longest", "failures", "failed", "doubts", "missed", "cancelled",
    "recalled", "cost",
)  # fmt: skip


@click.command()
@choice_options
@click.option("--by", type=click.Choice(["platform", "wave", "account"]), default="wave", show_default=True,
              help="What a row of the terminal's table stands for; files have all.")  # fmt: skip
@click.option("--csv", "csv_to", type=click.Path(path_type=Path), metavar="FILE", help="Write every row as CSV into this file.")
@click.option("--html", "html_to", type=click.Path(path_type=Path), metavar="FILE", help="Write a page into this file.")
@json_option
def delivery(by: str, csv_to: Path | None, html_to: Path | None, as_json: bool, **chosen: Any) -> None:
    """Report how late posts went out, what failed and why, and what was in doubt.

    Also what was missed and what X billed. --from and --to are of the time for which a delivery was approved. The page has a
    map of hours by mission.

    \b
    Examples:
      ministry-social report delivery --message grain-corridor
      ministry-social report delivery --from 2026-12-01 --to 2026-12-31 --html december.html
    """
    app = open_app()
    picked, now = choice(app, **chosen), app.clock.now()
    with app.store.read() as reading:
        found = read(reading, picked.wanted, app.purse, app.means.accounts, now)
    if csv_to is not None:
        csv_file(csv_to, _COLUMNS, _rows(found))
    if html_to is not None:
        write(html_to, delivery_page(ministry=app.settings.ministry.name, report=found, about=_about(app, picked, found), made=now))
    if as_json:
        print_json(_plain(asdict(found)) | {"from": _stamp(picked.since), "to": _stamp(picked.until)})
    elif csv_to is None and html_to is None:
        _tell(found, by)


def _tell(found: DeliveryReport, by: str) -> None:
    if not found.together.deliveries:
        click.echo("No deliveries of that.   All: ministry-social report delivery")
        return
    rows: dict[str, tuple[Row, ...]] = {"platform": found.platforms, "wave": found.waves, "account": found.accounts}
    shown = [[row.name, *(cells(row)[column] for column in _FEW)] for row in (*rows[by], found.together)]
    show.table(shown, [by, *(TITLES[column] for column in _FEW)])
    if found.causes:
        click.echo("")
        show.table([[c.code, str(c.tries), str(c.deliveries), str(c.out)] for c in found.causes],
                   ["failed because", "tries", "deliveries", "of these went out"])  # fmt: skip
    if found.settled:
        click.echo("")
        show.table([[ENDED[s.how], str(s.doubts), str(s.stuck), lasted(s.p50), lasted(s.longest)] for s in found.settled],
                   ["in doubt, then", "times", "needed a person", "half at most", "longest"])  # fmt: skip
    if found.missed:
        click.echo("")
        show.table([[why, str(count)] for why, count in found.missed], ["missed because", "deliveries"])


def _rows(found: DeliveryReport) -> list[list[Any]]:
    """Every row: times in seconds, amounts in thousandths of a dollar; an empty cell where nothing can be said."""
    groups = (("platform", found.platforms), ("wave", found.waves), ("account", found.accounts), ("together", (found.together,)))
    return [[by, *_plain(asdict(row)).values()] for by, rows in groups for row in rows]


def _about(app: App, picked: Choice, found: DeliveryReport) -> list[str]:
    """Which deliveries these are, in sentences."""
    world = "" if app.settings.live else " This was a rehearsal: nothing of it was public."
    parts = [
        f"approved for {picked.since:%Y-%m-%d %H:%M} UTC or later" if picked.since else "",
        f"before {picked.until:%Y-%m-%d %H:%M} UTC" if picked.until else "",
        f"of the message {picked.message}" if picked.message else "",
        f"of the campaign {picked.campaign}" if picked.campaign else "",
        f"of the account {picked.account}" if picked.account else "",
        f"on {PLATFORMS[picked.platform]}" if picked.platform else "",
        f"in {picked.country.upper()}" if picked.country else "",
    ]
    which = ", ".join(part for part in parts if part) or "all that there are"
    row = found.together
    return [f"Deliveries: {which}.{world}", f"{row.deliveries:,} deliveries; {row.sent:,} went out, {row.failed:,} failed, "
            f"{row.missed:,} were missed, {row.cancelled:,} were called off, {row.recalled:,} were taken down again."]  # fmt: skip


def _stamp(at: datetime | None) -> str | None:
    return None if at is None else stamp(at)


def _plain(value: Any) -> Any:
    """As JSON has it: times in seconds."""
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
