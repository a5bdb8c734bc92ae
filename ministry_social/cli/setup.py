"""`init` and `doctor`: a ministry's folder, and whether everything in it is in place."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from ..app import App
from ..errors import MinistryError
from . import show
from .account_files import drift
from .options import json_option, open_app, print_json


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
def init(directory: Path) -> None:
    """Write a ministry's folder, ready to edit. It is a rehearsal.

    In it: config, forms, and a place for messages.

    \b
    Example:
      ministry-social init our-ministry
    """
    from ..files.ready import write_ready

    written = write_ready(directory)
    click.echo(f"{directory} is ready: {len(written)} files. It is a rehearsal: nothing can leave this machine.")
    click.echo(f"Next:  cd {directory} && ministry-social rehearsal serve      (in a second terminal)")
    click.echo('       ministry-social message new --from statement --set topic="..." > messages/first.md')


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """Look whether everything is in place, and what to do if not.

    \b
    Example:
      ministry-social doctor
    """
    app = open_app()
    rows = [_look(name, look) for name, look in _checks(app)]
    if as_json:
        print_json(rows)
    else:
        for row in rows:
            click.echo(f"{'ok ' if row['ok'] else 'BAD'}  {row['what']:<12} {row['says']}")
    if not all(row["ok"] for row in rows):
        click.get_current_context().exit(1)


def _checks(app: App) -> Iterator[tuple[str, Callable[[], str]]]:
    yield "python", _python
    yield "config", lambda: f"{app.settings.config}, world {app.settings.ministry.world}"
    yield "addresses", lambda: _addresses(app)
    yield "accounts", lambda: _accounts(app)
    yield "calendar", lambda: f"{show.number(len(app.customs.closures), 'closure')}, public holidays: {app.customs.holidays.value}"
    yield "clock", lambda: f"{app.clock.now():%Y-%m-%d %H:%M:%S %Z}"
    yield "vault", lambda: _vault(app)
    yield "store", lambda: _store(app)
    yield "media", lambda: _media(app)


def _look(name: str, look: Callable[[], str]) -> dict[str, object]:
    try:
        return {"what": name, "ok": True, "says": look()}
    except MinistryError as error:
        return {"what": name, "ok": False, "says": str(error)}
    except OSError as error:
        return {"what": name, "ok": False, "says": f"{error.strerror}: {error.filename}"}


def _python() -> str:
    return ".".join(str(part) for part in sys.version_info[:3])


def _addresses(app: App) -> str:
    from ..files.settings import foreign_addresses

    settings = app.settings
    foreign = foreign_addresses(settings)
    said = ", ".join((settings.x.base_url, settings.facebook.base_url, settings.youtube.base_url))
    return said + (f"   NOT the platform's own: {', '.join(foreign)}" if foreign else "")


def _accounts(app: App) -> str:
    """How many speak; a file that says something else is no mistake, but somebody should know."""
    return f"{len(app.accounts)} accounts" + (f"   {line}" if (line := drift(app)) else "")


def _vault(app: App) -> str:
    missing = [account.name for account in app.accounts if not app.vault.has(account.name)]
    if missing:
        raise MinistryError(
            f"Not connected: {show.some(missing, 3)}.",
            remedy="Run: ministry-social " + ("account connect NAME" if app.settings.live else "rehearsal serve"),
        )
    return "every account is connected"


def _store(app: App) -> str:
    with app.store.read() as reading:
        waiting = reading.next_due()
    return f"{app.settings.store.url}" + (f", next delivery due {waiting:%Y-%m-%d %H:%M %Z}" if waiting else ", nothing waits")


def _media(app: App) -> str:
    folder = app.settings.media.directory
    folder.mkdir(parents=True, exist_ok=True)
    probe = folder / ".probe"
    probe.write_bytes(b"")
    probe.unlink()
    return str(folder)
