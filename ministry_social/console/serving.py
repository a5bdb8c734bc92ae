"""Serving the pages: one process, no log of addresses, since a link is a secret."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from ..app import App
from .site import site


def pages(app: App, *, base_url: str, warn: Callable[[str], None]) -> ASGIApp:
    """The pages of a ministry."""
    settings = app.settings
    return site(app.reception, ministry=settings.ministry.name, live=settings.live, base_url=base_url, warn=warn)


def serve(found: ASGIApp, *, host: str, port: int) -> None:
    """Serve until Ctrl-C or SIGTERM; what is being answered is answered first."""
    server = _server(found, host, port)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: setattr(server, "should_exit", True))
    server.run()


@contextmanager
def serving(found: ASGIApp, *, host: str, port: int) -> Iterator[None]:
    """Serve in a thread."""
    server = _server(found, host, port)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    started = threading.Event()
    while not server.started and thread.is_alive():
        started.wait(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs it: uvicorn would raise them once more at its end."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing."""
        yield


def _server(found: ASGIApp, host: str, port: int) -> uvicorn.Server:
    config = uvicorn.Config(
        found, host=host, port=port,
        access_log=False,  # a link is a secret, and stands in the address
        log_level="critical", server_header=False, date_header=False, lifespan="off", ws="none",
        proxy_headers=True, forwarded_allow_ips="127.0.0.1",  # a proxy on this machine says who asks
        limit_concurrency=100, timeout_keep_alive=5, timeout_graceful_shutdown=5, h11_max_incomplete_event_size=16_384,
    )  # fmt: skip
    return _Server(config)
