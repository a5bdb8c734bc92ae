"""A person's own key at the front door: the passphrase, and opening the key with it."""

import os
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from ..app import App
from ..errors import InvalidSettings, NotAllowed
from ..vault import desktop
from ..vault.keys import OpenKey, kept_key, key_file, open_key

F = TypeVar("F", bound=Callable[..., Any])
_VARIABLE = "MINISTRY_SOCIAL_PASSPHRASE"


def passphrase_option(command: F) -> F:
    """--passphrase-fd: for machines. Never an argument: everybody on the machine can read those."""
    said = f"Read the passphrase from this file descriptor. Else from {_VARIABLE}, else it is asked for."
    return click.option("--passphrase-fd", type=click.IntRange(0), metavar="N", help=said)(command)


def passphrase(fd: int | None, *, new: bool = False) -> str:
    """The passphrase of a person's key; a new one is asked for twice."""
    if fd is not None:
        try:
            with os.fdopen(os.dup(fd), encoding="utf-8") as source:
                return source.readline().removesuffix("\n")
        except (OSError, ValueError) as wrong:
            raise click.UsageError(f"File descriptor {fd} cannot be read.") from wrong
    if os.environ.get(_VARIABLE):
        return os.environ[_VARIABLE]
    if not sys.stdin.isatty():
        raise click.UsageError(f"Nobody can be asked for a passphrase here. Set {_VARIABLE}, or say --passphrase-fd.")
    return str(click.prompt("Passphrase of your key", hide_input=True, confirmation_prompt=new))


def open_own(app: App, fd: int | None) -> OpenKey:
    """The key of whoever runs the command: from its file, else from the desktop's keyring."""
    file = key_file(app.settings.signing.keys, app.person)
    if file.exists():
        return open_key(file, passphrase(fd))
    try:
        kept = kept_key(desktop(), app.person)
    except InvalidSettings:
        kept = None
    if kept is None:
        raise NotAllowed(f"{app.person} has no key here: there is no {file}.", remedy="Make one: ministry-social person enrol")
    return kept


def confirm(question: str, *, yes: bool) -> None:
    """Ask; where nobody can be asked, --yes must have been said."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError("Nobody can be asked here. Say --yes.")
    click.confirm(question, abort=True)
