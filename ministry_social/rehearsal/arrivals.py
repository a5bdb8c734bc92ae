"""Arrivals: when each request to a platform came in, so that anybody can tell what left before a moment and what after it."""

import time
from collections import deque
from typing import Any

from aiohttp import ClientPayloadError, web

from .wire import Handler, RehearsedPlatform, asked_for

_KEPT = 10_000  # the last so many


class Arrivals:
    """Notes every request to a platform at the moment that its head is there, before anything else happens to it."""

    def __init__(self, platforms: dict[str, RehearsedPlatform]) -> None:
        self._platforms = platforms
        self._kept: deque[dict[str, Any]] = deque(maxlen=_KEPT)

    @web.middleware
    async def around(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """The middleware itself, in aiohttp's form."""
        arrived = time.time()  # real time, which whoever sent it can read too, whatever the rehearsal's clock says
        platform = asked_for(request, self._platforms)
        if platform is None:
            return await handler(request)
        row = {"arrived": arrived, "platform": platform.name, "method": request.method, "path": request.path, "account": None}
        self._kept.append(row)
        try:
            profile = await platform.profile_of(request)
            row["account"] = profile.name if profile else None
            return await handler(request)
        except (ConnectionError, ClientPayloadError):  # whoever asked was killed in the middle of it: nobody reads an answer
            return web.Response(status=400)

    async def listed(self, request: web.Request) -> web.Response:
        """What has come in, in its order. Query: platform, account (the ministry's name for it)."""
        wanted = {field: request.query[field] for field in ("platform", "account") if request.query.get(field)}
        return web.json_response([row for row in self._kept if all(row[field] == value for field, value in wanted.items())])
