"""The gate: what all platforms share when they speak HTTP (time-outs, base address, the deadline).

The three client libraries all end in a requests session made here: tweepy and facebook-sdk use it as it is,
google-api-python-client through an httplib2-like face (youtube/wire.py). One connection class sees every byte that leaves.
"""

import ipaddress
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies, super_len
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import Timeout

from ..errors import OutcomeUnknown, PlatformError, Unreachable
from ..ports import Deadline

# A body larger than this many bytes gets the upload's time-out; outside an attempt, only media are that large.
_LARGE = 65536


@dataclass(frozen=True, kw_only=True)
class Wire:
    """How to reach one platform. `base_url` has no slash at its end; times in seconds.

    connect  for the connection alone
    total    for one request and its answer
    upload   the same, for a request that carries media
    """

    base_url: str
    connect: float = 5.0
    total: float = 15.0
    upload: float = 60.0


@dataclass
class Attempt:
    """One call of `publish`: when it must not begin any more, and whether a byte may have left."""

    deadline: Deadline
    needs: float
    written: bool = False


_attempt: ContextVar[Attempt | None] = ContextVar("attempt", default=None)


@contextmanager
def sending(deadline: Deadline, wire: Wire) -> Iterator[Attempt]:
    """Around the one request that makes something public.

    Inside, the connection is a fresh one; it connects, checks the deadline, and writes head and body at once. A frozen
    process wakes up before the check, or its write meets a deadline that was good a moment ago: never in between.
    A second request inside is refused: some library would be sending again.
    Foreign errors are to be translated inside by `lost(attempt, error)`.
    """
    attempt = Attempt(deadline=deadline, needs=wire.total)
    token = _attempt.set(attempt)
    try:
        yield attempt
    finally:
        _attempt.reset(token)


def lost(attempt: Attempt | None, error: Exception, *, platform: str) -> PlatformError:
    """What a transport error means: outside an attempt, and before a byte has left, nothing happened (`Unreachable`)."""
    if isinstance(error, PlatformError):
        return error
    kind = type(error).__name__
    if attempt is None or not attempt.written:
        return Unreachable(f"{platform} could not be reached ({kind}).", code=kind)
    return OutcomeUnknown(f"The answer of {platform} was lost ({kind}); it may have been published.", code=kind)


def frozen(deadline: Deadline, needs: float) -> Unreachable | None:
    """The refusal to start a request that could end after its lease, or None."""
    if deadline.left() > needs:
        return None
    return Unreachable("This process was held up too long to send in time; it will be tried again.", code="deadline")


class _OneWrite:
    """Mixed into urllib3's connections: within an attempt, connect, check the deadline, write once."""

    sock: Any
    _held: list[bytes] | None = None

    def request(self, *args: Any, **kwargs: Any) -> None:
        attempt = _attempt.get()
        if attempt is None:
            super().request(*args, **kwargs)  # type: ignore[misc]  # the class it is mixed into has it
            return
        if attempt.written:
            raise OutcomeUnknown("A second request within one attempt was stopped; the first may be public.", code="second")
        if self.sock is None:
            self.connect()  # type: ignore[attr-defined]  # the class it is mixed into has it
        self._held = []
        try:
            super().request(*args, **kwargs)  # type: ignore[misc]  # the class it is mixed into has it
            message = b"".join(self._held)
        finally:
            self._held = None
        late = frozen(attempt.deadline, attempt.needs)
        if late is not None:
            raise late
        attempt.written = True
        self.sock.sendall(message)

    def send(self, data: Any) -> None:
        if self._held is None:
            super().send(data)  # type: ignore[misc]  # the class it is mixed into has it
        else:
            self._held.append(bytes(data))


class _Connection(_OneWrite, HTTPConnection):
    pass


class _SecureConnection(_OneWrite, HTTPSConnection):
    pass


class _FreshInAttempt:
    """Mixed into urllib3's pools: an attempt never uses a kept connection, which may be dead without our knowing."""

    def _get_conn(self, timeout: float | None = None) -> Any:
        if _attempt.get() is not None:
            return self._new_conn()  # type: ignore[attr-defined]  # the class it is mixed into has it
        return super()._get_conn(timeout)  # type: ignore[misc]  # the class it is mixed into has it

    def _put_conn(self, conn: Any) -> None:
        if _attempt.get() is not None:
            if conn is not None:
                conn.close()
            return
        super()._put_conn(conn)  # type: ignore[misc]  # the class it is mixed into has it


class _Pool(_FreshInAttempt, HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(_FreshInAttempt, HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


_POOLS = {"http": _Pool, "https": _SecurePool}


class GateAdapter(HTTPAdapter):
    """Sends what a library addressed to `originals` to the wire's base address instead, always with time-outs, never twice.

    A signature (OAuth 1.0a) is made over the address that the library used, before this adapter changes it; where it must
    be made over the address that is called, ask the gate for a session with `readdress`.
    """

    def __init__(self, wire: Wire, originals: tuple[str, ...], *, connections: int = 64) -> None:
        self._wire = wire
        self._originals = originals
        super().__init__(pool_connections=4, pool_maxsize=connections, max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any) -> None:
        """requests' hook: the same pool manager with our connection classes."""
        self.poolmanager = PoolManager(num_pools=connections, maxsize=maxsize, block=block, **pool_kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        """requests' hook: a proxy's pools have our connection classes too."""
        manager = super().proxy_manager_for(proxy, **proxy_kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,  # the libraries' own: none at all, or minutes
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """requests' hook."""
        request.url = self.address(str(request.url))
        limits: Any = self.limits(request)  # requests hands urllib3's own Timeout on; its types do not say so
        return super().send(
            request, stream=stream, timeout=limits, verify=authorities(request.url), cert=cert,
            proxies=proxies_for(request.url),
        )  # fmt: skip

    def address(self, url: str) -> str:
        """Where a request really goes that a library addresses to `url`."""
        for original in self._originals:
            if url.startswith(original + "/"):
                return self._wire.base_url + url.removeprefix(original)
        return url

    def limits(self, request: requests.PreparedRequest) -> Timeout:
        """The time-outs of a request: those of an upload where its body is large, but never in an attempt."""
        upload = _attempt.get() is None and request.body is not None and _length(request.body) > _LARGE
        return Timeout(connect=self._wire.connect, total=self._wire.upload if upload else self._wire.total)


def _length(body: Any) -> int:
    return int(super_len(body))  # type: ignore[no-untyped-call]  # its stubs have no types


class _Session(requests.Session):
    """Sends each request once, as it is given: no redirect, no cookie, nothing from the environment (.netrc adds a header).

    What requests' own session merges and looks up besides costs as much as a signature.
    """

    def __init__(self, adapter: GateAdapter, *, readdress: bool) -> None:
        super().__init__()
        self._adapter = adapter
        self._readdress = adapter.address if readdress else None

    def request(self, method: str | bytes, url: str | bytes, **asked: Any) -> requests.Response:  # type: ignore[override]
        """requests' hook. The libraries' own time-outs and proxies count for nothing: the gate has its own."""
        parts = {name: asked.get(name) for name in ("params", "data", "json", "headers", "files", "auth")}
        answer = self._adapter.send(self.prepare_request(requests.Request(method, url, **parts)))
        for hook in self.hooks["response"]:
            hook(answer)
        _ = answer.content  # read now, so that a cut answer is an error of this request
        if answer.is_redirect:  # a second request would follow
            raise requests.TooManyRedirects("the platform wants us to ask elsewhere", response=answer)
        return answer

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """requests' hook."""
        url = str(request.url)
        prepared = requests.PreparedRequest()
        prepared.prepare(
            method=str(request.method).upper(), url=self._readdress(url) if self._readdress else url,
            headers={**self.headers, **request.headers}, params=request.params, data=request.data, json=request.json,
            files=request.files, auth=request.auth,
        )  # fmt: skip
        return prepared


@dataclass
class Gate:
    """One platform's door to the network. Thread-safe: the pool is shared, a session is made per call or thread."""

    wire: Wire
    originals: tuple[str, ...]
    _adapter: GateAdapter = field(init=False)

    def __post_init__(self) -> None:
        self._adapter = GateAdapter(self.wire, self.originals)

    def session(self, *, readdress: bool = False) -> requests.Session:
        """A session that follows no redirect: a redirected POST would be a second request.

        `readdress`: change the address before a request is signed, not after.
        """
        return _Session(self._adapter, readdress=readdress)


def proxies_for(url: str) -> dict[str, str]:
    """The proxies of the environment (HTTPS_PROXY, NO_PROXY ...) for an address; none for this machine."""
    return {} if is_loopback(url) else dict(get_environ_proxies(url))


def authorities(url: str) -> bool | str:
    """Whose certificates count: a bundle that the environment names (as requests itself would), else the usual ones."""
    if is_loopback(url):
        return True
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True


def is_loopback(url: str) -> bool:
    """Whether an address can only be this machine."""
    return _is_loopback(urlsplit(url).hostname or "")


@lru_cache(256)
def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
