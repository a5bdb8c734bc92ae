"""`delivery schedule`: plan a message for its time, without sending anything."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click

from ..desk import schedule as scheduling
from ..files import messages
from ..model.times import Wish
from .options import duration, json_option, message_file, open_app, print_json, world_line
from .publish import WAVE, confirm, put_in_force, silent, tell_approval
from .when import tell_planned, wish


@click.command()
@click.argument("file", type=message_file)
@click.option(
    "--at",
    type=wish,
    default=None,
    metavar="TIME",
    help='"2026-12-01 09:00 local" (each account\'s own hour), a moment (2026-12-01T09:00:00Z), or embargo. Default: at once.',
)
@click.option("--spread", type=duration, default="0s", metavar="TIME", help="Over how long a time the accounts are spread: 30m.")
@click.option("--yes", is_flag=True, help="Do not ask. Going live needs --live besides.")
@click.option("--live", is_flag=True, help="With --yes: yes, to the public.")
@json_option
def schedule(file: Path, at: Wish | None, spread: timedelta, yes: bool, live: bool, as_json: bool) -> None:
    """Plan a message for its time on every account that it addresses. Nothing is sent by this command.

    A worker sends what is due (or publish, run on the same file). What was planned and has not started gets the new times.
    Where the policy asks for signatures, it waits for them: they cover the times, too, so that new times are signed anew.

    \b
    Examples:
      ministry-social delivery schedule grain.md --at "2026-12-01 09:00 local"
      ministry-social delivery schedule grain.md --at embargo --spread 30m
    """
    app = open_app()
    say = silent if as_json else click.echo
    say(world_line(app))
    loaded = messages.load(file)
    scheduling.refuse_if_started(app.store, loaded.message.id, WAVE, loaded.revision, anew=True)
    wished = replace(at or Wish(), spread=spread)
    timed = put_in_force(app, loaded, file, wished, lambda drafted: confirm(app, drafted, yes=yes, live=live), say, anew=True)
    lacks = tell_approval(app, loaded.message.id, say)
    if as_json:
        said = [finding.sentence for finding in timed.said]
        print_json(
            {
                "message": loaded.message.id,
                "due": {name: f"{at:%Y-%m-%dT%H:%M:%SZ}" for name, at in timed.due.items()},
                "says": said,
                "approval": lacks,
            }
        )
        return
    click.echo("")
    tell_planned(timed.due, timed.said, click.echo)
    condition = "it is approved and their time has come" if lacks else "their time has come"
    click.echo(f"They go out when {condition}: with ministry-social worker, or when publish runs on this file.")
    click.echo(f"See: ministry-social schedule show   Stop: ministry-social hold --message {loaded.message.id}")
