"""`delivery`: what was sent, and what became of it."""

import click

from ..desk import deliver, report
from ..errors import MinistryError
from ..model.delivery import State
from . import show
from .options import json_option, open_app, print_json
from .publish import summary, what_to_do


@click.group()
def delivery() -> None:
    """What was sent, and what became of it."""


@delivery.command("list")
@click.option("--message", help="Only of this message.")
@click.option("--account", help="Only of this account.")
@click.option("--state", "states", multiple=True, type=click.Choice([state.value for state in State]), help="Only in this state.")
@click.option("--in-doubt", is_flag=True, help="Only those that are being checked.")
@json_option
def list_(message: str | None, account: str | None, states: tuple[str, ...], in_doubt: bool, as_json: bool) -> None:
    """List deliveries, with what each waits for.

    \b
    Example:
      ministry-social delivery list --state failed
    """
    app = open_app()
    wanted = {State(state) for state in states} | ({State.UNKNOWN} if in_doubt else set())
    with app.store.read() as reading:
        rows = report.rows(reading, app.clock.now(), message=message, account=account, states=tuple(wanted))
    if as_json:
        print_json(rows)
        return
    if not rows:
        click.echo("No deliveries." if not (message or account or wanted) else "No such deliveries.")
        return
    show.delivery_table(rows)
    click.echo("\n" + summary(rows))
    for line in what_to_do(rows):
        click.echo(line)


@delivery.command("show")
@click.argument("key", metavar="ID")
@json_option
def show_(key: str, as_json: bool) -> None:
    """Show one delivery: what was signed, and everything that the ledger holds about it.

    \b
    Example:
      ministry-social delivery show grain-corridor/1/embassy-paris/post
    """
    app = open_app()
    with app.store.read() as reading:
        found = reading.delivery(key)
        if found is None:
            raise MinistryError(f"There is no delivery {key}.", remedy="See: ministry-social delivery list")
        [row] = [r for r in report.rows(reading, app.clock.now(), message=found.message) if r["id"] == key]
        full = row | {"payload": report.payload_of(reading, found), "ledger": report.story(reading, key)}
    if as_json:
        print_json(full)
        return
    for name in ("id", "platform", "kind", "says", "due_at", "sent_at", "url", "error", "attempts"):
        if row[name] not in ("", None):
            click.echo(f"{name:<10} {row[name]}")
    click.echo("\nWhat was signed")
    print_json(full["payload"])
    click.echo("\nOn record")
    show.table(
        [[str(e["position"]), e["at"], e["event"], e["by"], _facts(e["facts"])] for e in full["ledger"]],
        ["entry", "at", "event", "by", "facts"],
    )


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
    for key in keys:
        deliver.ask_again(app.means, key, person=app.person)
        click.echo(f"{key} waits for its turn again.   It goes out when publish runs on its file.")


def _facts(facts: dict[str, object]) -> str:
    short = {name: str(value)[:12] + "…" if len(str(value)) == 64 else value for name, value in facts.items()}
    return ", ".join(f"{name} {value}" for name, value in short.items())
