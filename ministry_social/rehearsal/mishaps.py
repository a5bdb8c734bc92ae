"""Where faults happen: a middleware around every request to a platform."""

import asyncio
import weakref
from collections.abc import Awaitable, Callable

from aiohttp import web

from .faults import Fault
from .wire import WORLD, Handler, Punctual, RehearsedPlatform, asked_for

HTML = "<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Sorry, something went wrong.</h1></body></html>"


class Mishaps:
    """Meets each request with the fault that is switched on for it, if any."""

    def __init__(self, platforms: dict[str, RehearsedPlatform]) -> None:
        self._platforms = platforms
        self._idle: weakref.WeakKeyDictionary[asyncio.BaseTransport, asyncio.TimerHandle] = weakref.WeakKeyDictionary()

    @web.middleware
    async def around(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """The middleware itself, in aiohttp's form."""
        for each in self._platforms.values():
            if isinstance(each, Punctual):
                each.catch_up()
        platform = asked_for(request, self._platforms)
        if platform is None:
            return await handler(request)
        self._stop_idle(request)
        profile = await platform.profile_of(request)
        account = profile.name if profile else None
        action = await _action(request)
        world = request.app[WORLD]
        fault = world.faults.meet(platform.name, account, action, world.clock.now().timestamp())
        answer = await (handler(request) if fault is None else self._meet(fault, platform, request, handler))
        self._start_idle(request, platform, account)
        return answer

    async def _meet(self, fault: Fault, platform: RehearsedPlatform, request: web.Request, handler: Handler) -> web.StreamResponse:
        await request.read()  # what a real server does before it fails
        if fault.kind == "delay-before":
            await asyncio.sleep(fault.seconds)
            return await handler(request)
        if fault.kind == "drop-before":
            return _cut(request)
        if fault.kind == "html-page":
            return web.Response(status=502, text=HTML, content_type="text/html")
        if fault.kind == "no-content-type":
            return _without_content_type(request)
        if fault.kind in ("error", "throttled", "expired-token", "suspended", "no-credit"):
            return platform.refuse(request, fault.kind, self._seconds(fault, request), fault.status)
        return await self._after(fault, platform, request, await handler(request))

    async def _after(
        self, fault: Fault, platform: RehearsedPlatform, request: web.Request, answer: web.StreamResponse
    ) -> web.StreamResponse:
        """It has been carried out; now the answer goes wrong."""
        if answer.status >= 400:
            return answer
        if fault.kind == "delay-after":
            await asyncio.sleep(fault.seconds)
            return answer
        if fault.kind == "drop-after":
            return _cut(request)
        if fault.kind == "html-page-after":
            return web.Response(status=502, text=HTML, content_type="text/html")
        if fault.kind == "unparsable":
            return web.Response(status=answer.status, text='{"data":{"id":', content_type="application/json")
        return platform.refuse(request, "error", fault.seconds, fault.status)

    @staticmethod
    def _seconds(fault: Fault, request: web.Request) -> float:
        """How long it still lasts: of a throttle, what is left of it."""
        if fault.ends is None:
            return fault.seconds
        return fault.ends - request.app[WORLD].clock.now().timestamp()

    def _stop_idle(self, request: web.Request) -> None:
        timer = self._idle.pop(request.transport, None) if request.transport is not None else None
        if timer is not None:
            timer.cancel()

    def _start_idle(self, request: web.Request, platform: RehearsedPlatform, account: str | None) -> None:
        seconds = request.app[WORLD].faults.seconds("idle-drop", platform.name, account)
        if seconds is not None and request.transport is not None:
            loop = asyncio.get_running_loop()
            self._idle[request.transport] = loop.call_later(seconds, request.transport.close)


async def _action(request: web.Request) -> str:
    marked: str | Callable[[web.Request], Awaitable[str]] = getattr(request.match_info.handler, "action", "read")
    return marked if isinstance(marked, str) else await marked(request)


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


def _without_content_type(request: web.Request) -> web.Response:
    # aiohttp always names a type; write the answer by hand and close.
    if request.transport is not None:
        request.transport.write(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        request.transport.close()
    return web.Response(status=503)
