"""`onboard`: the pages on which missions connect their accounts."""

import ipaddress

import click

from ..app import App
from ..errors import InvalidSettings
from .options import open_app, world_line


@click.group()
def onboard() -> None:
    """The pages on which missions connect their accounts."""


@onboard.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen. A proxy gives it https and its name.")
@click.option("--port", type=click.IntRange(1, 65535), help="Default: [onboarding] port.")
def serve(host: str, port: int | None) -> None:
    """Serve the pages behind the links of account invite, until Ctrl-C.

    A mission reads there what it is about to allow, is led to its platform's own sign-in and back, and sees what is connected.

    \b
    Examples:
      ministry-social onboard serve
      ministry-social onboard serve --port 8080
    """
    from ..console.serving import pages
    from ..console.serving import serve as serve_pages

    app = open_app()
    listens = port or app.settings.onboarding.port
    base = _base(app, host, listens)
    found = pages(app, base_url=base, warn=lambda line: click.echo(line, err=True))
    click.echo(world_line(app))
    click.echo(f"Onboarding pages: {base}/   Listening at {host}:{listens}. Ctrl-C stops.")
    _in_use(host, listens)
    serve_pages(found, host=host, port=listens)
    click.echo("Stopped.")


def _base(app: App, host: str, port: int) -> str:
    """Where browsers find the pages. A rehearsal's stay on this machine."""
    settings = app.settings.onboarding
    if not settings.base_url:
        raise InvalidSettings(
            "A live ministry says where missions find these pages: an https address, behind a proxy.",
            remedy="Set [onboarding] base_url in config/ministry.toml.",
        )
    if app.settings.live:
        return settings.base_url
    if not _loopback(host):
        raise InvalidSettings(f"{host} is not this machine, and this ministry is a rehearsal.", remedy="Leave out --host.")
    own = settings.base_url == f"http://127.0.0.1:{settings.port}"
    return f"http://127.0.0.1:{port}" if own else settings.base_url


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _in_use(host: str, port: int) -> None:
    """Say so in a sentence where something else has the port."""
    import socket

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as taken:
            raise InvalidSettings(
                f"The pages cannot be served at {host}:{port}: {taken.strerror}.", remedy="Choose another port: --port NUMBER."
            ) from taken
