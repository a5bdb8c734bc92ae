"""`delivery recall`: take down what stands there, with a copy kept first and a receipt for each account."""

import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import click

from ..app import App
from ..desk import recall as recalling
from ..errors import InvalidSettings
from ..model.delivery import Delivery, State
from ..model.recall import Step
from ..model.variant import Kind
from . import show
from .following import follow_recall
from .options import did_you_mean, duration, json_option, open_app, print_json, world_line


@click.command()
@click.option("--message", help="Everything of this message.")
@click.option("--wave", type=int, help="With --message: only of this wave.")
@click.option("--delivery", "keys", multiple=True, metavar="ID", help="One delivery; may be given more than once.")
@click.option("--reason", default="", help="Why; it goes on record.")
@click.option("--wait", "patience", type=duration, default="1h", show_default=True, help="Stay for what has to be tried again.")
@click.option("--yes", is_flag=True, help="Do not ask. In the live world --live besides.")
@click.option("--live", is_flag=True, help="With --yes: yes, before the public.")
@json_option
def recall(
    message: str | None, wave: int | None, keys: tuple[str, ...], reason: str,
    patience: timedelta, yes: bool, live: bool, as_json: bool,
) -> None:  # fmt: skip
    """Take down what stands there, and call off what is not out yet.

    A copy of each post is kept first; then it is deleted, tried again until it is gone, and read back. Reposts go before
    their original. What cannot be deleted is listed at the end, with what to do. Run it again to try again.

    \b
    Examples:
      ministry-social delivery recall --message grain-corridor --reason "wrong figure"
      ministry-social delivery recall --delivery grain-corridor/1/embassy-lima/post --reason "wrong name"
    """
    app = open_app()
    if bool(message) == bool(keys):
        raise click.UsageError("Say what: --message ID, or --delivery ID.")
    if not reason.strip():
        raise click.UsageError("Say why: --reason TEXT. It goes on record.")
    chosen = _chosen(app, message, wave, keys)
    with app.store.read() as reading:
        asked = recalling.covered(reading, chosen)
    if not as_json:
        click.echo(world_line(app))
        _tell_plan(asked)
    everything = (*asked.keys, *(one.key for one in asked.nothing if one.state is State.RECALLED))
    finished = True
    if asked.keys:
        _confirm(app, asked, yes=yes, live=live)
        asked = recalling.order(app.means, chosen, reason=reason.strip(), person=app.person)
        finished = follow_recall(app, chosen[0].message, asked.keys, patience, quiet=as_json)
    _tell_receipts(app, everything, finished=finished, as_json=as_json)


def _chosen(app: App, message: str | None, wave: int | None, keys: Sequence[str]) -> tuple[Delivery, ...]:
    with app.store.read() as reading:
        if message is not None:
            found = reading.deliveries(message=message, wave=wave)
            known = [row[0] for row in reading.releases()]
            if not found:
                raise InvalidSettings(f"There is nothing of {message}.{did_you_mean(message, known)}")
            return found
        found = reading.deliveries(keys=keys)
        missing = sorted(set(keys) - {one.key for one in found})
        if missing:
            near = did_you_mean(missing[0], [one.key for one in reading.deliveries()])
            raise InvalidSettings(f"There is no delivery {missing[0]}.{near}", remedy="See: ministry-social delivery list")
        return found


def _tell_plan(asked: recalling.Asked) -> None:
    reposts = sum(1 for one in asked.down if one.kind is Kind.REPOST)
    said = [f"{show.number(len(asked.down), 'post')} to take down" + (f" ({reposts} of them reposts)" if reposts else "")]
    if asked.off:
        said.append(f"{len(asked.off)} not out yet to call off")
    if asked.doubtful:
        said.append(f"{len(asked.doubtful)} on the way or in doubt, which is settled first")
    recalled = sum(1 for one in asked.nothing if one.state is State.RECALLED)
    if recalled:
        said.append(f"{recalled} taken down before")
    if len(asked.nothing) > recalled:
        said.append(f"{len(asked.nothing) - recalled} never went out")
    click.echo(f"Recall    {', '.join(said)}.")
    if any(one.kind is Kind.VIDEO for one in asked.down):
        click.echo("          Posts that carry the video's address stay, unless they are recalled too.")
    if asked.down:
        click.echo("          What people have seen, copied or quoted cannot be taken back.")


def _confirm(app: App, asked: recalling.Asked, *, yes: bool, live: bool) -> None:
    number = len(asked.keys)
    if yes and (live or not app.settings.live):
        return
    if yes:
        raise click.UsageError("This ministry is live. To recall without being asked, say --yes --live.")
    if not sys.stdin.isatty():
        raise click.UsageError(f"Nobody can be asked here. Say {'--yes --live' if app.settings.live else '--yes'}.")
    if app.settings.live:
        agreed = click.prompt(f"To recall {number}, type that number", default="", show_default=False).strip() == str(number)
    else:
        agreed = click.confirm(f"Recall {number} in the rehearsal?", default=False)
    if not agreed:
        raise click.Abort


def _tell_receipts(app: App, keys: Sequence[str], *, finished: bool, as_json: bool) -> None:
    with app.store.read() as reading:
        rows = recalling.receipts(reading, keys)
    left = [row for row in rows if row["step"] != Step.DONE]
    if as_json:
        print_json(rows)
    elif rows:
        click.echo("")
        show.table(
            [_receipt(row) for row in rows],
            ["account", "platform", "state", "when (UTC)", "copy", "stood at"],
        )  # fmt: skip
        click.echo(f"\n{len(rows) - len(left)} done, {len(left)} not.   Each copy: ministry-social delivery show ID --json")
        for row in left:
            click.echo(f"  {row['account']}: {row['error'] or 'not yet tried'}")
        if left:
            click.echo("  Once mended, run the same command again.")
    else:
        click.echo("There was nothing to take down.")
    if left or not finished:
        click.get_current_context().exit(1)


def _receipt(row: dict[str, Any]) -> list[str]:
    words = {State.RECALLED.value: "taken down", State.CANCELLED.value: "called off", State.PUBLISHED.value: "still there"}
    says = words.get(row["state"], str(row["state"]))
    return [row["account"], row["platform"], says, row["gone_at"][:19].replace("T", " "), row["copy"][:12], row["url"]]
