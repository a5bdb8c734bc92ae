"""A register fetched over HTTP: whole, bounded, and from nowhere else."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from ministry_social.errors import InvalidSettings, RegisterRefused
from ministry_social.files import register_source
from ministry_social.files.register_source import fetched


class Site:
    """A web site on this machine: path -> bytes, or the address that it leads on to."""

    def __init__(self) -> None:
        self.files: dict[str, bytes | str] = {"/a/register.json": b"data", "/a/register.json.sig": b"line"}
        self.address = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        found = self.files.get(handler.path)
        if isinstance(found, str):
            handler.send_response(302)
            handler.send_header("Location", found)
            found = b""
        else:
            handler.send_response(404 if found is None else 200)
        handler.send_header("Content-Length", str(len(found or b"")))
        handler.end_headers()
        handler.wfile.write(found or b"")


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.answer(self)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    made.address = f"http://127.0.0.1:{server.server_port}"
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def refused(source: str) -> RegisterRefused:
    with pytest.raises(RegisterRefused) as caught:
        fetched(source)
    return caught.value


def test_a_folder_a_file_and_a_pointer_lead_to_the_same(site: Site) -> None:
    site.files["/.well-known/ministry-social-register.json"] = b'{"register": "../a/register.json"}'
    for path in ("/a", "/a/", "/a/register.json", "/.well-known/ministry-social-register.json"):
        assert fetched(site.address + path) == (b"data", b"line")


def test_a_redirect_on_the_same_host_is_followed_and_no_other(site: Site) -> None:
    site.files["/b/register.json"] = "/a/register.json"
    site.files["/b/register.json.sig"] = "/a/register.json.sig"
    assert fetched(f"{site.address}/b/") == (b"data", b"line")
    port = site.address.rpartition(":")[2]
    for elsewhere in ("https://mfa.example/register.json", f"http://localhost:{port}/a/register.json"):
        site.files["/b/register.json"] = elsewhere
        assert "another place" in refused(f"{site.address}/b/").sentence
    site.files["/b/register.json"] = "file:///etc/passwd"
    assert refused(f"{site.address}/b/").code == "not-had"
    site.files["/b/register.json"] = "/b/register.json"
    assert refused(f"{site.address}/b/").code == "not-had"


def test_a_pointer_leads_to_the_same_host_only(site: Site) -> None:
    pointer = "/.well-known/ministry-social-register.json"
    for where in (b'{"register": "https://mfa.example/register.json"}', b'{"register": "//mfa.example/register.json"}'):
        site.files[pointer] = where
        assert "another place, mfa.example" in refused(site.address + pointer).sentence
    for nothing in (b"", b"[]", b"{}", b"\xff"):
        site.files[pointer] = nothing
        assert refused(site.address + pointer).code == "no-register"


def test_no_more_is_read_than_a_register_may_hold(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register_source, "MOST", {"": 100, ".sig": 10})
    site.files["/a/register.json"] = b"x" * 101
    assert refused(f"{site.address}/a/").code == "no-register"
    site.files["/a/register.json"] = b"x" * 100
    assert fetched(f"{site.address}/a/")[0] == b"x" * 100
    site.files["/a/register.json.sig"] = b"x" * 11
    assert refused(f"{site.address}/a/").code == "no-register"


def test_what_is_not_there_is_said_not_to_be(site: Site) -> None:
    assert "404" in refused(f"{site.address}/none/").sentence
    assert "ConnectionRefused" in refused("http://127.0.0.1:9/a/").sentence or refused("http://127.0.0.1:9/a/").code == "not-had"


@pytest.mark.parametrize(
    "source",
    [
        "http://mfa.example/", "ftp://mfa.example/", "file:///etc/passwd", "https://a@mfa.example/", "https://mfa.example/?a=b",
        "https://",
    ],
)  # fmt: skip
def test_only_https_is_asked(source: str) -> None:
    with pytest.raises(InvalidSettings):
        fetched(source)
