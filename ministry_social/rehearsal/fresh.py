"""Fresh connections: like a real front end, the rehearsal gives up one on which no request comes."""

import asyncio
import time
import weakref

from aiohttp import web

from .wire import Handler

PATIENCE = 10.0  # seconds of real time. Shorter than [sending] settle_vanished, as with real front ends
_LOOKS = 10  # so many within that time


class Fresh:
    """Knows which connections have brought a request yet, and aborts those that have not for `patience` seconds."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._used: weakref.WeakSet[asyncio.BaseTransport] = weakref.WeakSet()
        self._since: weakref.WeakKeyDictionary[asyncio.BaseTransport, float] = weakref.WeakKeyDictionary()

    @web.middleware
    async def around(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Notes that the connection has brought a request."""
        if request.transport is not None:
            self._used.add(request.transport)
        return await handler(request)

    async def watch(self, server: web.Server) -> None:
        """Look now and then, for ever."""
        while True:
            await asyncio.sleep(self._patience / _LOOKS)
            for transport in transports(server):
                if transport not in self._used and time.monotonic() - self._since.setdefault(transport, time.monotonic()) > (
                    self._patience * (1 - 1 / _LOOKS)
                ):
                    transport.abort()


def transports(server: web.Server | None) -> list[asyncio.Transport]:
    """Every open connection."""
    handlers = [] if server is None else server.connections
    return [handler.transport for handler in handlers if handler.transport is not None]
