"""What several commands share: the ministry at hand, and options."""

import getpass
import json
import os
import pwd
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

from ..app import App, build
from ..files import messages, written
from ..files.settings import find_config, load_settings
from .allowed import check, name_of, refusals

F = TypeVar("F", bound=Callable[..., Any])

PLATFORMS = {"x": "X", "facebook": "Facebook", "youtube": "YouTube"}  # as config names them, and as people do


def message_file(value: str) -> Path:
    """A parameter's type: a message's file, which must be there; else the nearest is suggested."""
    path = Path(value)
    if path.is_dir():
        raise click.UsageError(f"{path} is a folder, not a message's file.")
    if not path.is_file():
        beside = path.parent.glob("*.md") if path.parent.is_dir() else ()
        raise click.UsageError(f"There is no file {path}.{did_you_mean(str(path), [str(one) for one in beside])}")
    return path


def message_named(app: App, named: str, *, by_id: bool = False) -> Path:
    """A message's file, by its path or by its id among the ministry's messages; as short as it can be typed here."""
    path = Path(named)
    if by_id or not path.is_file():
        path = messages.find(named, app.settings.folder / "messages")
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def moment(value: str) -> datetime:
    """A parameter's type: a date and time with its zone."""
    right = "Write date, time and zone: 2026-12-01T09:00:00Z or 2026-12-01T10:00:00+01:00."
    try:
        found = datetime.fromisoformat(value)
        if found.tzinfo is not None:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise click.BadParameter(f'"{value}" is not a moment. {right}') from None
    raise click.BadParameter(f'"{value}" says no time zone. {right}')


def duration(value: str | timedelta) -> timedelta:
    """A parameter's type: a length of time, as config writes it."""
    try:
        return value if isinstance(value, timedelta) else written.duration(value)
    except (ValueError, OverflowError) as wrong:
        raise click.BadParameter(str(wrong)) from wrong


def open_app(*, looks: bool = False) -> App:
    """The ministry of the current folder, or of MINISTRY_SOCIAL_CONFIG, for whoever may run the command that is running.

    It is closed when the command ends, however it ends. `looks` tells that a command which may change something only looks
    this time.
    """
    config = find_config(os.environ, Path.cwd())
    settings = load_settings(config, os.environ)
    user = os_user(live=settings.live)
    app = build(settings, person=name_of(settings, user))
    context = click.get_current_context()
    context.call_on_close(app.close)
    if not looks:
        command = context.command_path.removeprefix("ministry-social ")
        context.with_resource(refusals(app, command, _typed(context)))
        check(app, user, command)
    return app


def _typed(context: click.Context) -> list[str]:
    """What stands behind the command: names and files; no option, whose value may be long."""
    arguments = [one.name for one in context.command.params if isinstance(one, click.Argument)]
    values = [context.params.get(name or "") for name in arguments]
    flat = [one for value in values for one in (value if isinstance(value, tuple) else (value,))]
    return [str(one) for one in flat if one is not None]


def os_user(*, live: bool) -> str:
    """The name under which the system knows who runs the command.

    In a rehearsal LOGNAME may say another one, so that one person can play several; live, only the system is asked.
    """
    try:
        return pwd.getpwuid(os.getuid()).pw_name if live else getpass.getuser()
    except (KeyError, OSError):
        return f"uid-{os.getuid()}"


def json_option(command: F) -> F:
    """--json: machine-readable output."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def print_json(value: Any) -> None:
    """JSON that a person can read too."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def did_you_mean(name: str, known: Collection[str]) -> str:
    """` Did you mean embassy-paris?`, or nothing."""
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=1)
    return f" Did you mean {near[0]}?" if near else ""


def world_line(app: App) -> str:
    """What every command that publishes prints first."""
    settings = app.settings
    if settings.live:
        return "World     LIVE: what is sent can be seen by everybody."
    return f"World     rehearsal: nothing leaves this machine.  Look at {settings.rehearsal.address}"
