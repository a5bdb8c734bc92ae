"""The rehearsed YouTube."""

from aiohttp import web

from ..wire import action
from ..world import Profile, World


class YouTube:
    """YouTube, as its API speaks."""

    name = "youtube"

    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[web.RouteDef]:
        """See `RehearsedPlatform`."""

        @action("read")
        async def nothing(request: web.Request) -> web.Response:
            return web.json_response({})

        return [web.get("/api/youtube/nothing", nothing)]

    async def profile_of(self, request: web.Request) -> Profile | None:
        """See `RehearsedPlatform`."""
        return None

    def refuse(self, request: web.Request, kind: str, seconds: float, status: int) -> web.Response:
        """See `RehearsedPlatform`."""
        return web.Response(status=status)

    def new_credential(self, world: World, profile_id: str) -> dict[str, str]:
        """See `RehearsedPlatform`."""
        return {}
