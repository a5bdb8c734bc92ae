"""`delivery`: what was sent, and what became of it."""

from typing import Any

import click

from ..desk import decide, report
from ..errors import InvalidSettings
from ..model.delivery import Delivery, State
from ..ports import Reading
from . import results, show
from .account_rows import find, records
from .options import did_you_mean, json_option, open_app, print_json
from .recalling import recall
from .scheduling import schedule
from .settling import settle


@click.group()
def delivery() -> None:
    """What is sent, and what became of it: schedule, list, show, retry, settle, recall."""


@delivery.command("list")
@click.option("--message", help="Only of this message.")
@click.option("--account", help="Only of this account.")
@click.option("--state", "states", multiple=True, type=click.Choice([state.value for state in State]), help="Only in this state.")
@click.option("--in-doubt", is_flag=True, help="Only those that are being checked.")
@click.option("--limit", type=click.IntRange(1), default=200, show_default=True, help="Show so many at most.")
@json_option
def list_(message: str | None, account: str | None, states: tuple[str, ...], in_doubt: bool, limit: int, as_json: bool) -> None:
    """List deliveries, with what each waits for.

    \b
    Example:
      ministry-social delivery list --state failed
    """
    app = open_app()
    if account is not None:
        find([one.account for one in records(app)], account)
    wanted = {State(state) for state in states} | ({State.UNKNOWN} if in_doubt else set())
    with app.store.read() as reading:
        rows = report.rows(
            reading, app.clock.now(), app.means.accounts, message=message, account=account, states=tuple(wanted), limit=limit
        )
    if rows or as_json:
        results.tell(rows, as_json=as_json)
        if len(rows) == limit and not as_json:
            click.echo(f"  There may be more than these {limit}: --limit, or narrow it with --message, --account, --state.")
    elif message or account or wanted:
        click.echo("No such deliveries.   All: ministry-social delivery list")
    else:
        click.echo("No deliveries yet.   ministry-social publish FILE")


@delivery.command("show")
@click.argument("key", metavar="ID")
@json_option
def show_(key: str, as_json: bool) -> None:
    """Show one delivery: what was signed, and its whole record.

    \b
    Example:
      ministry-social delivery show grain-corridor/1/embassy-paris/post
    """
    app = open_app()
    with app.store.read() as reading:
        found = _find(reading, key)
        [row] = [r for r in report.rows(reading, app.clock.now(), app.means.accounts, message=found.message) if r["id"] == key]
        payload, ledger = report.payload_of(reading, found), report.story(reading, key)
        recalled = report.recall_of(reading, key)
    if as_json:
        print_json(results.machine(row) | {"payload": payload, "ledger": ledger, "recall": recalled})
    else:
        _tell(row, payload, ledger)
        if recalled is not None:
            click.echo(f"\nRecall: {recalled['step']}, asked by {recalled['by']}: {recalled['reason']}")
            click.echo(f"The copy that was kept: {recalled['copy'] or 'none'}")


@delivery.command()
@click.argument("keys", metavar="ID...", nargs=-1, required=True)
def retry(keys: tuple[str, ...]) -> None:
    """Try a failed delivery again, after what was wrong has been mended.

    Only what has certainly not gone out can be retried; what is in doubt never is.

    \b
    Example:
      ministry-social delivery retry grain-corridor/1/embassy-lima/post
    """
    app = open_app()
    with app.store.read() as reading:
        for key in keys:
            _find(reading, key)
    for key in keys:
        decide.ask_again(app.means, key, person=app.person)
        click.echo(f"{key} waits for its turn again.   It goes out when publish runs on its file.")


delivery.add_command(recall)
delivery.add_command(schedule)
delivery.add_command(settle)


def _find(reading: Reading, key: str) -> Delivery:
    found = reading.delivery(key)
    if found is None:
        near = did_you_mean(key, [one.key for one in reading.deliveries()])
        raise InvalidSettings(f"There is no delivery {key}.{near}", remedy="See: ministry-social delivery list")
    return found


def _tell(row: dict[str, Any], payload: dict[str, Any], ledger: list[dict[str, Any]]) -> None:
    named = {"id": "id", "platform": "platform", "kind": "kind", "says": "state", "due_at": "due", "sent_at": "sent"}
    for field, name in (named | {"url": "address", "why": "why not", "attempts": "attempts"}).items():
        if row[field] not in ("", None):
            click.echo(f"{name:<10}{row[field]}")
    click.echo("\nWhat was signed")
    print_json(payload)
    click.echo("\nOn record")
    show.entries(ledger)
