"""`demo`: the main job, seen from end to end on this machine alone."""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import click

from ..app import App, build
from ..errors import MinistryError, NotAllowed
from ..files.settings import load_settings
from .options import os_user
from .serving import alive, running_here, stop_running

_MARK = ".ministry-social-demo"
_RATE = 300.0  # five minutes pass in a second, so that reposts ten minutes apart take seconds
_STAYS = 1800  # seconds without a visitor, after which the demo's rehearsal ends by itself
MESSAGE = "2026-climate-statement.md"


@click.command()
@click.argument("directory", type=click.Path(path_type=Path), default=Path("demo"))
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8700,
    show_default=True,
    help="Where the rehearsal serves; the next free one is taken.",
)
@click.option("--prepare-only", is_flag=True, help="Make the folder and start the rehearsal, but publish nothing.")
@click.option("--stop-after", is_flag=True, help="Stop the rehearsal at the end, instead of leaving it to look at.")
def demo(directory: Path, port: int, prepare_only: bool, stop_after: bool) -> None:
    """See the main job done: one message, some forty accounts, a page and a channel, all on this machine.

    Makes a ministry in DIRECTORY (default: demo), starts its rehearsal, and publishes a message with pictures and a video.
    Run again, it starts from scratch.

    \b
    Example:
      ministry-social demo
    """
    _clear(directory)
    app = _make(directory, _free(port))
    click.echo("Making the pictures and the video ...", err=True)
    _write_message(directory)
    server = _start(directory)
    try:
        _wait(app, server)
        code = 0 if prepare_only else _publish(directory)
    finally:
        if stop_after:
            stop_running(app)
            server.wait(20)
    _say_how_to_go_on(directory, app.settings.rehearsal.address if not stop_after else "", published=not prepare_only)
    click.get_current_context().exit(code)


def _clear(directory: Path) -> None:
    """Remove an earlier demo, and nothing else."""
    if not directory.exists() or not any(directory.iterdir()):
        return
    if not (directory / _MARK).exists():
        raise NotAllowed(
            f"{directory} is not a demo's folder; it is left alone.", remedy="Name another: ministry-social demo DIRECTORY"
        )
    if (directory / "config" / "ministry.toml").exists():
        stop_running(_open(directory))
    shutil.rmtree(directory)


def _make(directory: Path, port: int) -> App:
    from ..files.ready import write_ready

    directory.mkdir(parents=True, exist_ok=True)
    (directory / _MARK).write_text("This folder was made by `ministry-social demo`, which removes it when it runs again.\n")
    write_ready(directory)
    config = directory / "config" / "ministry.toml"
    text = config.read_text(encoding="utf-8")
    text = text.replace("http://127.0.0.1:8700", f"http://127.0.0.1:{port}")
    # Small pieces, so that the demo's small video shows how an upload advances.
    config.write_text(text.replace("chunk_mib = 8", "chunk_mib = 1"), encoding="utf-8")
    return _open(directory)


def _open(directory: Path) -> App:
    return build(load_settings(directory / "config", _environment()), person=os_user(live=False))


def _environment() -> dict[str, str]:
    """The environment without our own settings: the demo is the same everywhere."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MINISTRY_SOCIAL_")}


def _write_message(directory: Path) -> None:
    from ..files.demo_media import write_demo

    write_demo(directory / "messages")


def _start(directory: Path) -> subprocess.Popen[bytes]:
    """The rehearsal in a process of its own, which outlives this one and ends when nobody looks any more."""
    (directory / "data").mkdir(exist_ok=True)
    with (directory / "data" / "rehearsal.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "ministry_social", "rehearsal", "serve", "--rate", str(_RATE), "--idle-exit", str(_STAYS)],
            cwd=directory, env=_environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip


def _wait(app: App, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if running_here(app) and alive(app):
            return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    log = (app.settings.folder / "data" / "rehearsal.log").read_text(errors="replace").strip().splitlines()
    raise MinistryError(f"The rehearsal did not start: {log[-1] if log else 'no word from it'}")


def _publish(directory: Path) -> int:
    """Just what a press officer types, in a process of its own; returns its exit code."""
    command = [sys.executable, "-m", "ministry_social", "publish", f"messages/{MESSAGE}", "--yes"]
    with subprocess.Popen(command, cwd=directory, env=_environment(), stdin=subprocess.DEVNULL) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue  # it has heard Ctrl-C too, and comes to its own end


def _free(port: int) -> int:
    """The first free port from this one on."""
    for candidate in range(port, port + 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", candidate))
            except OSError:
                continue
            return candidate
    raise MinistryError(f"No port from {port} to {port + 99} is free.", remedy="Name another: --port N")


def _say_how_to_go_on(directory: Path, address: str, *, published: bool) -> None:
    click.echo("")
    if address:
        click.echo(f"Look      {address}   (until: ministry-social rehearsal stop, or half an hour without a visitor)")
    else:
        click.echo("The rehearsal has ended.   ministry-social rehearsal serve")
    click.echo(f"Go on     {_on_the_path()}cd {directory}")
    click.echo(f"          ministry-social message preview messages/{MESSAGE}")
    click.echo("          ministry-social delivery list")
    if published:
        click.echo(f"Again     ministry-social publish messages/{MESSAGE}   (sends nothing, and says so)")
    else:
        click.echo(f"Publish   ministry-social publish messages/{MESSAGE}")


def _on_the_path() -> str:
    """What makes `ministry-social` a word that the shell knows, where it is not one yet (after `make demo`)."""
    if shutil.which("ministry-social") is not None:
        return ""
    return f". {os.path.relpath(Path(sys.executable).parent / 'activate')} && "
