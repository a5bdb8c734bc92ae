"""`audit log`, `audit posts`, `audit late`: each question about what was done is answered by one command."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import click

from ..desk import questions
from ..desk.questions import Late, Question, Signers, Stands
from ..model.delivery import State
from ..model.ledger import Event
from ..model.searching import Search
from ..rules.courses import long
from ..rules.entries import QUESTIONS, Told
from ..rules.timing import stamp
from . import show
from .choosing import Choice, choice, choice_options
from .exporting import csv_file
from .options import duration, json_option, moment, open_app, print_json

_SHOWN = 100  # entries in a terminal, where nobody says how many
_csv_option = click.option("--csv", "csv_to", type=click.Path(path_type=Path), metavar="FILE", help="Write CSV into this file.")


@click.command()
@choice_options
@click.option("--person", "persons", multiple=True, help="Only what this person did; engine: what no person did.")
@click.option("--only", "words", multiple=True, type=click.Choice(list(QUESTIONS)), help="Only what answers this.")
@click.option("--event", "events", multiple=True, type=click.Choice([one.value for one in Event]), metavar="EVENT",
              help="Only this event: docs/ledger.md lists them.")  # fmt: skip
@click.option("--state", "states", multiple=True, type=click.Choice([one.value for one in State]),
              help="Only what brought a delivery into this state.")  # fmt: skip
@click.option("--newest-first", is_flag=True, help="The last entry first.")
@click.option("--limit", type=click.IntRange(1), help=f"Show so many at most. In a terminal: {_SHOWN}, else all.")
@_csv_option
@json_option
def log(
    persons: tuple[str, ...], words: tuple[str, ...], events: tuple[str, ...], states: tuple[str, ...], newest_first: bool,
    limit: int | None, csv_to: Path | None, as_json: bool, **chosen: Any,
) -> None:  # fmt: skip
    """Show the record in words: who did what, when, about what and why. Several options narrow it together.

    What stops a country, platform or campaign is shown with each account and message that it touches.

    \b
    Examples:
      ministry-social audit log --person anna --newest-first
      ministry-social audit log --only published --country TR --from 2026-12-01T09:00Z --to 2026-12-01T10:00Z
      ministry-social audit log --only recalls --csv recalls.csv
    """
    app = open_app()
    picked = choice(app, **chosen)
    asked = Question(search=_search(picked, persons, events, newest_first), words=words, scopes=picked.scopes,
                     states=tuple(State(one) for one in states))  # fmt: skip
    most = limit or (None if as_json or csv_to else _SHOWN)
    with app.store.read() as reading:
        found = list(islice(questions.entries(reading, asked), None if most is None else most + 1))
    shown = found[:most]
    if csv_to is not None:
        csv_file(csv_to, ("entry", "at", "who", "what", "about", "why", "event"), map(_cells, shown))
    if as_json:
        print_json([_as_json(one) for one in shown])
    elif csv_to is None:
        _tell(shown, more=len(found) > len(shown))


@click.command()
@choice_options
@click.option("--at", type=moment, metavar="WHEN", help="What stood there at this moment, with its zone. Else: now.")
@_csv_option
@json_option
def posts(at: datetime | None, csv_to: Path | None, as_json: bool, **chosen: Any) -> None:
    """Show what stands on the accounts by our record, since when, and who signed it.

    --from and --to are of the time for which it was approved. Whether it really stands there, the platform alone knows.

    \b
    Examples:
      ministry-social audit posts --account embassy-ankara
      ministry-social audit posts --country TR --at 2026-12-01T12:00Z
    """
    app = open_app()
    with app.store.read() as reading:
        found = questions.posts(reading, choice(app, **chosen).wanted, at=at)
    rows = [_post(one) for one in found]
    _give(rows, csv_to, as_json, ("account", "since", "address", "message", "signed by"), _POST, "Nothing of ours stands there.")


@click.command()
@choice_options
@click.option("--than", type=duration, default="60s", show_default=True, metavar="TIME", help="Only what was later than that.")
@_csv_option
@json_option
def late(than: timedelta, csv_to: Path | None, as_json: bool, **chosen: Any) -> None:
    """Show what was late, missed or is overdue, by how much, and why; the latest first.

    Late is counted from the time for which it was approved. --from and --to are of that time.

    \b
    Example:
      ministry-social audit late --from 2026-12-01 --to 2026-12-31
    """
    app = open_app()
    with app.store.read() as reading:
        accounts = app.means.accounts
        found = questions.late(reading, choice(app, **chosen).wanted, accounts, app.clock.now(), than)
    _give([_late(one) for one in found], csv_to, as_json, ("delivery", "due", "late", "state", "why"), _LATE, "Nothing was late.")


def _search(picked: Choice, persons: tuple[str, ...], events: tuple[str, ...], newest_first: bool) -> Search:
    return Search(
        persons=persons, messages=picked.messages, events=tuple(Event(one) for one in events), since=picked.since,
        until=picked.until, newest_first=newest_first,
        accounts=None if picked.accounts is None else tuple(one.name for one in picked.accounts),
    )  # fmt: skip


def _tell(shown: list[Told], *, more: bool) -> None:
    if not shown:
        click.echo("Nothing of that is on record.")
        return
    show.table([_cells(one)[:6] for one in shown], ("entry", "at", "who", "what", "about", "why"))
    if more:
        click.echo(f"\nThere are more than these {len(shown)}: --limit, --newest-first, or narrow it.")


def _cells(one: Told) -> list[str]:
    return [str(one.position), one.at, one.who, one.what, one.about, one.why, one.event]


def _as_json(one: Told) -> dict[str, Any]:
    """The entry whole, with the words."""
    words = asdict(one)
    return {
        "position": one.position,
        **words.pop("body"),
        "seal": one.seal,
        "words": {n: words[n] for n in ("what", "about", "why")},
    }


# What --json gives of each row, in the order of the columns; the rest is for machines alone.
_POST = ("account", "since", "url", "message", "signed")
_LATE = ("id", "due_at", "late", "state", "why")


def _post(one: Stands) -> dict[str, Any]:
    of, by = one.delivery, one.signers
    return {
        "account": of.account, "since": stamp(of.sent_at) if of.sent_at else "", "url": of.url,
        "message": f"{of.message}/{of.wave}", "signed": _signed(by), "id": of.key,
        "platform": of.platform, "remote_id": of.remote_id, "release": of.release, "payload": of.payload,
        "signers": list(by.persons), "emergency": by.emergency,
    }  # fmt: skip


def _signed(by: Signers) -> str:
    return ", ".join(by.persons) + (f" (emergency: {by.emergency})" if by.emergency else "")


def _late(one: Late) -> dict[str, Any]:
    of = one.course.delivery
    return {
        "id": of.key, "due_at": stamp(one.course.promised), "late": "never sent" if one.by is None else long(one.by),
        "state": of.state.value, "why": one.why, "sent_at": stamp(one.course.sent) if one.course.sent else None,
        "seconds": None if one.by is None else one.by.total_seconds(), "account": of.account, "platform": of.platform,
    }  # fmt: skip


def _give(
    rows: list[dict[str, Any]], csv_to: Path | None, as_json: bool, titles: tuple[str, ...], fields: Iterable[str], nothing: str
) -> None:
    """Rows in a terminal, as CSV or as JSON."""
    names = tuple(fields)
    if csv_to is not None:
        csv_file(csv_to, titles, [[row[name] for name in names] for row in rows])
    if as_json:
        print_json(rows)
    elif csv_to is None and rows:
        show.table([[str(row[name]) for name in names] for row in rows], titles)
    elif csv_to is None:
        click.echo(nothing)
