"""The guard before every page: how large, how often, for which host; and what each answer forbids the browser."""

from collections.abc import Mapping
from datetime import timedelta
from threading import Lock
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..ports import Clock, Deadline

MOST_BYTES = 4_096  # of a request's body: our forms have three short fields
MOST_ADDRESS = 4_096  # of its path and query: platforms come back with long codes
EACH, ALL = 300, 3_000  # requests in a minute: from one address, and together
MINUTE = timedelta(minutes=1)


def headers(base_url: str) -> Mapping[str, str]:
    """What every answer says. Nothing runs, nothing is loaded from elsewhere, nothing is kept, no other site learns the link."""
    live = base_url.startswith("https:")
    # A form of ours is answered by leading on to the platform, which browsers count as the form's own target.
    onward = "https:" if live else "http://127.0.0.1:* http://localhost:*"
    policy = f"default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' {onward}"
    said = {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }
    return said | ({"Strict-Transport-Security": "max-age=31536000"} if live else {})


class Guard:
    """Stands before the pages. A request that it refuses reaches none of them."""

    def __init__(self, pages: ASGIApp, *, base_url: str, clock: Clock) -> None:
        self._pages = pages
        self._host = urlsplit(base_url).netloc
        self._headers = headers(base_url)
        self._pace = Pace(clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._pages(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        refusal = self._refusal(scope)
        body = b"" if refusal else await _read(receive)
        if body is None:
            refusal = PlainTextResponse("Too large.", 413)
        if refusal is not None:
            await refusal(scope, receive, answer)
            return

        unread = [body]

        async def again() -> Message:
            """The body that was read, and then whatever comes: that the browser is gone."""
            return {"type": "http.request", "body": unread.pop(), "more_body": False} if unread else await receive()

        await self._pages(scope, again, answer)

    def _refusal(self, scope: Scope) -> Response | None:
        client = scope.get("client") or ("", 0)
        if Headers(scope=scope).get("host", "") != self._host:
            return PlainTextResponse("These pages have another address.", 421)
        if len(scope["raw_path"]) + len(scope["query_string"]) > MOST_ADDRESS:
            return PlainTextResponse("Too long.", 414)
        if not self._pace.one_more(client[0]):
            return PlainTextResponse("Too many requests. Wait a minute.", 429, {"Retry-After": "60"})
        if scope["method"] == "HEAD":  # who only looks whether there is something, such as a preview of a link, learns nothing
            return Response()
        return None if scope["method"] in ("GET", "POST") else PlainTextResponse("Not here.", 405)


class Pace:
    """How many requests came in this minute of real time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._end: Deadline = clock.deadline(MINUTE)
        self._counts: dict[str, int] = {}
        self._all = 0

    def one_more(self, address: str) -> bool:
        """Whether one more may come from there."""
        with self._lock:
            if self._end.left() <= 0:
                self._end, self._counts, self._all = self._clock.deadline(MINUTE), {}, 0
            if self._all >= ALL or self._counts.get(address, 0) >= EACH:
                return False
            self._all += 1
            self._counts[address] = self._counts.get(address, 0) + 1
            return True


async def _read(receive: Receive) -> bytes | None:
    """The body; None where it is too large."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MOST_BYTES:
            return None
    return body
