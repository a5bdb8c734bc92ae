"""What several commands share: the ministry at hand, and options."""

import getpass
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from ..app import App, build
from ..files.settings import find_config, load_settings

F = TypeVar("F", bound=Callable[..., Any])


def open_app() -> App:
    """The ministry of the current folder, or of MINISTRY_SOCIAL_CONFIG."""
    config = find_config(os.environ, Path.cwd())
    return build(load_settings(config, os.environ), person=person())


def person() -> str:
    """Who runs the command: the name of the OS user, until people are configured."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid-{os.getuid()}"


def json_option(command: F) -> F:
    """--json: machine-readable output."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def print_json(value: Any) -> None:
    """JSON that a person can read too."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def world_line(app: App) -> str:
    """What every command that publishes prints first."""
    settings = app.settings
    if settings.live:
        return "World     LIVE: what is sent can be seen by everybody."
    return f"World     rehearsal: nothing leaves this machine.  Look at {settings.rehearsal.address}"
