"""The way out of a ministry: a proxy that tunnels, and behind it the platforms' own addresses, led to a rehearsal."""

import select
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# Where each of the platforms' own hosts is in a rehearsal.
HOMES = {
    "api.x.com": "/api/x",
    "graph.facebook.com": "/api/facebook",
    "graph-video.facebook.com": "/api/facebook",
    "youtube.googleapis.com": "/api/youtube",
    "www.googleapis.com": "/api/youtube",
    "oauth2.googleapis.com": "/api/youtube",
}
_PATIENCE = 30.0  # seconds after which a tunnel on which nothing comes is given up
_HOP_BY_HOP = ("connection", "content-length", "transfer-encoding", "keep-alive")


class Proxy(socketserver.ThreadingTCPServer):
    """Knows CONNECT alone. `front` is where every tunnel really ends; what was asked for is written down."""

    daemon_threads = True

    def __init__(self, front: tuple[str, int]) -> None:
        self.front = front
        self.asked: list[str] = []
        self.credentials: list[str] = []
        self.open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Tunnel)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def hosts(self) -> set[str]:
        """The names of all that was asked for; each at the port of https."""
        assert all(one.endswith(":443") for one in self.asked), self.asked
        return {one.removesuffix(":443") for one in self.asked}

    def cut(self) -> None:
        """Every tunnel breaks, now."""
        for one in list(self.open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


class _Tunnel(socketserver.StreamRequestHandler):
    server: Proxy

    def handle(self) -> None:
        method, target, _ = self.rfile.readline().decode().split()
        while line := self.rfile.readline().strip():
            name, _, value = line.decode().partition(": ")
            if name.lower() == "proxy-authorization":
                self.server.credentials.append(value)
        self.server.asked.append(target)
        if method != "CONNECT" or target.partition(":")[0] not in HOMES:
            self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            return
        with socket.create_connection(self.server.front) as far:
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            self.server.open |= {self.connection, far}
            with suppress(OSError):
                _pump(self.connection, far)
            self.server.open -= {self.connection, far}


def _pump(near: socket.socket, far: socket.socket) -> None:
    """Carry bytes both ways until one side ends."""
    other = {near: far, far: near}
    while ready := select.select([near, far], [], [], _PATIENCE)[0]:
        for one in ready:
            data = one.recv(1 << 16)
            if not data:
                return
            other[one].sendall(data)


@dataclass(frozen=True)
class Heard:
    """A request as it came out of the tunnel."""

    host: str
    method: str
    path: str


class Front(ThreadingHTTPServer):
    """Ends TLS for all of the hosts, and passes each request on to the rehearsal.

    `losing` says what gets lost of the next request, by `lose()`: the `request` itself, or its `answer`; nothing where it is empty.
    """

    daemon_threads = True

    def __init__(self, rehearsal: str, context: ssl.SSLContext) -> None:
        self.rehearsal = rehearsal
        self.context = context
        self.heard: list[Heard] = []
        self.connections = 0
        self.losing = ""
        self.lose: Callable[[], None] = lambda: None
        super().__init__(("127.0.0.1", 0), _Passing)

    def get_request(self) -> tuple[Any, Any]:
        """See `socketserver`: the handshake is left to the connection's own thread."""
        connection, address = super().get_request()
        self.connections += 1
        return self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """See `socketserver`: a client that leaves, or does not trust us, is none of our business."""


class _Passing(BaseHTTPRequestHandler):
    server: Front
    protocol_version = "HTTP/1.1"
    timeout = _PATIENCE

    def pass_on(self) -> None:
        host = self.headers["Host"]
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.heard.append(Heard(host, self.command, self.path.partition("?")[0]))
        if self.server.losing == "request":
            self._break_off()
            return
        status, headers, content = self._asked(host, body)
        if self.server.losing == "answer":
            self._break_off()
            return
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value.replace(f"http://{host}{HOMES[host]}", f"https://{host}"))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = pass_on

    def _break_off(self) -> None:
        self.close_connection = True
        self.server.lose()

    def _asked(self, host: str, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        """What the rehearsal answers. It is told under which host it was meant."""
        rehearsal = HTTPConnection(urlsplit(self.server.rehearsal).netloc, timeout=_PATIENCE)
        try:
            rehearsal.request(self.command, HOMES[host] + self.path, body, dict(self.headers.items()))
            answer = rehearsal.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            rehearsal.close()

    def log_message(self, format: str, *args: Any) -> None:
        """See `http.server`: tests are quiet."""


@contextmanager
def serving(server: Proxy | Front) -> Iterator[None]:
    """Serve in a thread of its own, until the end."""
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
        if isinstance(server, Proxy):
            server.cut()


@dataclass(frozen=True)
class Authority:
    """A certificate authority of the test, and a certificate for all of the hosts. `bundle` is what a client must trust."""

    bundle: Path
    context: ssl.SSLContext


def authority(folder: Path) -> Authority:
    """A new one, whose files lie in this folder."""
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _certificate("The test's authority", root_key, None, root_key, x509.BasicConstraints(ca=True, path_length=0))
    names = x509.SubjectAlternativeName([x509.DNSName(host) for host in HOMES])
    leaf = _certificate("The platforms", key, root, root_key, names)
    bundle, chain = folder / "authority.pem", folder / "platforms.pem"
    bundle.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    kept = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    chain.write_bytes(leaf.public_bytes(serialization.Encoding.PEM) + key.private_bytes(*kept))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return Authority(bundle, context)


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    signer: ec.EllipticCurvePrivateKey,
    about: x509.BasicConstraints | x509.SubjectAlternativeName,
) -> x509.Certificate:
    """A certificate as strict clients want it: what it is for, and whose key is whose, stand in it."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now, root = datetime.now(UTC), isinstance(about, x509.BasicConstraints)
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(about, critical=root)
        .add_extension(x509.KeyUsage(digital_signature=not root, key_cert_sign=root, crl_sign=root, **usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )


@dataclass
class Names:
    """The only names that this process can look up, and where they lead; each look-up of another host is written down too."""

    look_up: Callable[..., Any] = socket.getaddrinfo
    known: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __call__(self, host: Any, port: Any, *more: Any, **options: Any) -> Any:
        """`socket.getaddrinfo`."""
        if host in ("127.0.0.1", "localhost"):
            return self.look_up(host, port, *more, **options)
        self.asked.append(str(host))
        if host not in self.known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return self.look_up("127.0.0.1", self.known[host], *more, **options)
