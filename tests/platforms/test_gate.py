"""The gate, against a server on loopback that answers what it is told to and remembers every byte."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests
import requests.exceptions
import urllib3.exceptions

from ministry_social.errors import OutcomeUnknown, PlatformError, Unreachable
from ministry_social.platforms.gate import Attempt, Gate, GateAdapter, Wire, authorities, is_loopback, lost, proxies_for, sending
from ministry_social.platforms.redaction import harmless, redact

from .bench import AMPLE, LATE
from .foreign import build, exceptions_of

FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
ORIGINAL = "https://api.platform.example"


@dataclass
class Listener:
    """Answers each request with `reply` (None: never; b"": hangs up), and keeps what it heard."""

    reply: bytes | None = FINE
    address: str = ""
    accepted: threading.Event = field(default_factory=threading.Event)
    connections: int = 0
    heard: list[bytes] = field(default_factory=list)
    first_reads: list[bytes] = field(default_factory=list)

    def serve(self, listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            self.connections += 1
            self.accepted.set()
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection:
            while request := self._request(connection):
                self.heard.append(request)
                if self.reply is None:
                    connection.recv(1)  # until the other side gives up
                    return
                if not self.reply:
                    return
                connection.sendall(self.reply)

    def _request(self, connection: socket.socket) -> bytes:
        data = first = connection.recv(1 << 20)
        while data and not _whole(data):
            data += connection.recv(1 << 20)
        if first:
            self.first_reads.append(first)
        return data


def _whole(data: bytes) -> bool:
    head, found, body = data.partition(b"\r\n\r\n")
    lengths = [line.partition(b":")[2] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return bool(found) and len(body) >= (int(lengths[0]) if lengths else 0)


@contextmanager
def listening(reply: bytes | None = FINE) -> Iterator[Listener]:
    listener = Listener(reply=reply)
    with socket.create_server(("127.0.0.1", 0)) as server:
        listener.address = f"http://127.0.0.1:{server.getsockname()[1]}"
        threading.Thread(target=listener.serve, args=(server,), daemon=True).start()
        yield listener
        server.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as found:
        yield found


def gate_to(address: str, **times: float) -> Gate:
    return Gate(wire=Wire(base_url=address, **times), originals=(ORIGINAL,))


def test_what_a_library_addresses_to_the_platform_goes_to_the_base_address(listener: Listener) -> None:
    gate_to(listener.address + "/api/x").session().get(ORIGINAL + "/2/users/me?a=b", timeout=None)
    assert listener.heard[0].startswith(b"GET /api/x/2/users/me?a=b HTTP/1.1\r\n")


def test_an_address_is_changed_before_signing_only_where_that_is_asked_for(listener: Listener) -> None:
    signed: list[str] = []

    def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
        signed.append(str(request.url))
        return request

    gate = gate_to(listener.address)
    gate.session().get(ORIGINAL + "/a", auth=sign)
    gate.session(readdress=True).get(ORIGINAL + "/a", auth=sign)
    assert signed == [ORIGINAL + "/a", listener.address + "/a"]


def test_a_publishing_request_is_one_write_of_head_and_body(listener: Listener) -> None:
    gate = gate_to(listener.address)
    with sending(AMPLE, gate.wire) as attempt:
        gate.session().post(ORIGINAL + "/posts", json={"text": "déjà vu"})
    assert attempt.written
    assert len(listener.heard) == 1
    assert listener.first_reads == listener.heard


def test_a_deadline_that_is_over_refuses_before_a_byte(listener: Listener) -> None:
    gate = gate_to(listener.address)
    with sending(LATE, gate.wire) as attempt, pytest.raises(Unreachable) as refusal:
        gate.session().post(ORIGINAL + "/posts", json={})
    assert refusal.value.code == "deadline"
    assert not attempt.written
    assert listener.heard == []


def test_the_deadline_is_checked_after_connecting(listener: Listener) -> None:
    class Watching:
        def left(self) -> float:
            assert listener.accepted.wait(5), "not connected yet"
            return 60.0

    gate = gate_to(listener.address)
    with sending(Watching(), gate.wire):
        gate.session().post(ORIGINAL + "/posts", json={})
    assert len(listener.heard) == 1


def test_an_attempt_never_uses_a_kept_connection_nor_leaves_one(listener: Listener) -> None:
    gate = gate_to(listener.address)
    session = gate.session()
    session.get(ORIGINAL + "/a")
    session.get(ORIGINAL + "/b")
    assert listener.connections == 1
    with sending(AMPLE, gate.wire):
        session.post(ORIGINAL + "/posts", json={})
    assert listener.connections == 2
    session.get(ORIGINAL + "/c")
    assert listener.connections == 2
    assert listener.heard[-1].startswith(b"GET /c")


def test_a_second_request_within_one_attempt_is_stopped(listener: Listener) -> None:
    gate = gate_to(listener.address)
    session = gate.session()
    with sending(AMPLE, gate.wire):
        session.post(ORIGINAL + "/posts", json={})
        with pytest.raises(OutcomeUnknown):
            session.post(ORIGINAL + "/posts", json={})
    assert len(listener.heard) == 1


def test_after_an_attempt_the_next_one_may_write(listener: Listener) -> None:
    gate = gate_to(listener.address)
    for _ in range(2):
        with sending(AMPLE, gate.wire):
            gate.session().post(ORIGINAL + "/posts", json={})
    assert len(listener.heard) == 2


@pytest.mark.parametrize("status", [b"301 Moved", b"302 Found", b"307 Temporary Redirect", b"308 Permanent Redirect"])
def test_a_redirect_is_not_followed(status: bytes) -> None:
    with listening(b"HTTP/1.1 " + status + b"\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n") as listener:
        gate = gate_to(listener.address)
        with sending(AMPLE, gate.wire) as attempt, pytest.raises(requests.TooManyRedirects) as stopped:
            gate.session().post(ORIGINAL + "/posts", json={})
        assert len(listener.heard) == 1
    assert isinstance(lost(attempt, stopped.value, platform="X"), OutcomeUnknown)


def test_an_answer_that_never_comes_is_given_up_on() -> None:
    with listening(None) as listener:
        gate = gate_to(listener.address, total=0.2)
        with sending(AMPLE, gate.wire) as attempt, pytest.raises(requests.ReadTimeout) as late:
            gate.session().post(ORIGINAL + "/posts", json={})
    assert isinstance(lost(attempt, late.value, platform="X"), OutcomeUnknown)


def test_a_lost_answer_is_unknown_in_an_attempt_and_unreachable_elsewhere() -> None:
    with listening(b"") as listener:
        gate = gate_to(listener.address)
        with sending(AMPLE, gate.wire) as attempt, pytest.raises(requests.ConnectionError) as dropped:
            gate.session().post(ORIGINAL + "/posts", json={})
        assert len(listener.heard) == 1
    assert isinstance(lost(attempt, dropped.value, platform="X"), OutcomeUnknown)
    assert isinstance(lost(None, dropped.value, platform="X"), Unreachable)


def test_a_refused_connection_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    gate = gate_to(f"http://127.0.0.1:{port}")
    with sending(AMPLE, gate.wire) as attempt, pytest.raises(requests.ConnectionError) as refused:
        gate.session().post(ORIGINAL + "/posts", json={})
    assert not attempt.written
    assert isinstance(lost(attempt, refused.value, platform="X"), Unreachable)


def test_media_get_the_time_of_an_upload_but_a_publishing_request_never() -> None:
    wire = Wire(base_url="http://127.0.0.1:1", total=15, upload=60)
    adapter = GateAdapter(wire, (ORIGINAL,))
    small = requests.Request("POST", ORIGINAL, data=b"x").prepare()
    large = requests.Request("POST", ORIGINAL, data=b"x" * 100_000).prepare()
    assert (adapter.limits(small).total, adapter.limits(large).total) == (15, 60)
    with sending(AMPLE, wire):
        assert adapter.limits(large).total == 15


def test_this_machine_is_never_asked_through_a_proxy(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert gate_to(listener.address).session().get(ORIGINAL + "/a").status_code == 200
    assert proxies_for("http://localhost:8700/api/x") == {}


def test_the_platforms_own_address_is_asked_through_the_environments_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.mfa.example.org:3128")
    assert proxies_for("https://api.x.com/2/tweets")["https"] == "http://proxy.mfa.example.org:3128"
    monkeypatch.setenv("NO_PROXY", "x.com")
    assert proxies_for("https://api.x.com/2/tweets") == {}


def test_a_proxy_that_refuses_means_that_nothing_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n") as proxy:
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.setenv("HTTPS_PROXY", proxy.address)
        monkeypatch.setenv("https_proxy", proxy.address)
        gate = gate_to("https://api.live.example.org")
        with sending(AMPLE, gate.wire) as attempt, pytest.raises(requests.exceptions.ProxyError) as refused:
            gate.session().post(ORIGINAL + "/posts", json={"text": "nobody may read this"})
        assert [request.split()[:2] for request in proxy.heard] == [[b"CONNECT", b"api.live.example.org:443"]]
        assert b"nobody" not in b"".join(proxy.heard)
    assert isinstance(lost(attempt, refused.value, platform="X"), Unreachable)


def test_a_bundle_of_certificates_from_the_environment_counts_for_the_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/ministry/ca.pem")
    assert authorities("https://api.x.com/2/tweets") == "/etc/ministry/ca.pem"
    assert authorities("http://127.0.0.1:8700/api/x") is True


def test_a_netrc_adds_nothing(listener: Listener, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine api.platform.example login clerk password hush\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    gate_to(listener.address).session().get(ORIGINAL + "/a")
    assert b"authorization" not in listener.heard[0].lower()


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1:8700/api/x", True),
        ("http://127.8.9.1", True),
        ("http://[::1]:1/", True),
        ("http://localhost/", True),
        ("https://api.x.com", False),
        ("http://127.0.0.1.example.org", False),
        ("http://localhost.example.org", False),
        ("http://127.0.0.1@api.x.com/", False),
        ("http://10.0.0.1", False),
        ("", False),
    ],
)
def test_only_this_machine_is_loopback(url: str, loopback: bool) -> None:
    assert is_loopback(url) is loopback


def test_redacting_hides_a_secret_also_as_it_stands_in_an_address() -> None:
    assert redact("t=1//ab and 1%2F%2Fab, abc", ("1//ab", "ab", "")) == "t=[secret] and [secret], [secret]c"


def test_a_foreign_error_that_shows_a_secret_is_replaced_by_one_that_does_not() -> None:
    plain = ValueError("nothing")
    assert harmless(plain, ("hush",)) is plain
    telling = ValueError("outer")
    telling.__cause__ = OSError("GET /?access_token=hush")
    shown = harmless(telling, ("hush",))
    assert "hush" not in f"{shown!r} {shown.__cause__!r}"
    assert "OSError" in str(shown)


WALKED = exceptions_of(requests.exceptions) + exceptions_of(urllib3.exceptions) + [OSError, TimeoutError, ValueError, KeyError]


@pytest.mark.parametrize("kind", WALKED, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_every_foreign_transport_error_becomes_one_of_ours(kind: type[Exception]) -> None:
    error = build(kind)
    never, not_yet, gone = None, Attempt(deadline=AMPLE, needs=15), Attempt(deadline=AMPLE, needs=15, written=True)
    assert type(lost(never, error, platform="X")) is Unreachable
    assert type(lost(not_yet, error, platform="X")) is Unreachable
    assert type(lost(gone, error, platform="X")) is OutcomeUnknown


def test_an_error_of_ours_stays_as_it_is() -> None:
    ours: PlatformError = Unreachable("no", code="deadline")
    assert lost(Attempt(deadline=AMPLE, needs=15, written=True), ours, platform="X") is ours
