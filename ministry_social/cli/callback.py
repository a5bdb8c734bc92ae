"""Waiting on this machine for the answer of a sign-in: one address, one answer, for a time."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qsl, urlsplit

from ..errors import InvalidSettings
from ..ports import Deadline

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title></head>
<body style="font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 3rem auto; padding: 0 1rem">
<h1>{title}</h1><p>{text}</p></body></html>
"""
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Callback:
    """Listens at http://127.0.0.1:PORT/ until the platform leads the person's browser there."""

    def __init__(self, port: int) -> None:
        try:
            self._server = _Server(("127.0.0.1", port), _Handler)
        except OSError as taken:
            raise InvalidSettings(
                f"Port {port} of this machine is taken ({taken.strerror}).", remedy="Choose another with --port NUMBER."
            ) from taken

    @property
    def address(self) -> str:
        """What the platform is told to lead back to."""
        return f"http://127.0.0.1:{self._server.server_port}/"

    def wait(self, state: str, deadline: Deadline) -> Mapping[str, str] | None:
        """What came back with this state; None where nothing did in time. What belongs to another sign-in is told so."""
        self._server.state = state
        while self._server.answer is None and (left := deadline.left()) > 0:
            self._server.timeout = min(left, 1.0)
            self._server.handle_request()
        return self._server.answer

    def close(self) -> None:
        """Listen no more."""
        self._server.server_close()


@contextmanager
def callback(port: int) -> Iterator[Callback]:
    """Listen for a while."""
    found = Callback(port)
    try:
        yield found
    finally:
        found.close()


class _Server(HTTPServer):
    """Keeps the one answer."""

    state = ""
    answer: Mapping[str, str] | None = None


class _Handler(BaseHTTPRequestHandler):
    """Answers one request. It writes no log: codes stand in the addresses."""

    server: _Server
    timeout = 5  # seconds for a whole request: whoever is slow holds nobody up
    server_version, sys_version = "ministry-social", ""

    def do_GET(self) -> None:
        """The person is led back."""
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query))
        if parts.path != "/":
            self._say(404, "Not here", "There is no such page.")
        elif not self.server.state or self.server.state not in query.values():
            self._say(400, "Not this one", "This answer belongs to no sign-in that waits here. Use the address in the terminal.")
        else:
            self.server.answer = query
            self._say(200, "Thank you", "You can close this page. The terminal says what came of it.")

    def _say(self, status: int, title: str, text: str) -> None:
        body = _PAGE.format(title=title, text=text).encode()
        self.send_response(status)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""
