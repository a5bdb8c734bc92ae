"""The rehearsed X: API v2 as its clients see it, media and sign-in included."""

from http import HTTPStatus

from aiohttp import web

from ..wire import WORLD, action
from ..world import Profile, World
from . import answers, limits, media, media_old, money, oauth, posts, reads
from .consent import Consent
from .door import Door
from .signin import SignInDoor
from .signin2 import SignInDoor2
from .state import state_of, word

BROKEN = "Something is broken. This is usually a temporary error."


class X:
    """X, as its API speaks. Its addresses are X's own behind /api/x."""

    name = "x"

    def __init__(self, world: World) -> None:
        self.world = world
        self.state = state_of(world)

    def routes(self) -> list[web.RouteDef]:
        """See `RehearsedPlatform`."""
        door = Door(self.world, self.state)
        entries = [*reads.entries(), *posts.entries(), *media.entries(), *media_old.entries()]
        return [
            *(door.route(entry) for entry in entries),
            *SignInDoor(self.world, self.state).routes(),
            *Consent(self.world, self.state).routes(),
            *SignInDoor2(self.world, self.state).routes(),
            *money.routes(),
            web.get("/rehearsal/x/app", _app),
            web.route("*", oauth.PREFIX + "/{unknown:.*}", _unknown),
        ]

    async def profile_of(self, request: web.Request) -> Profile | None:
        """See `RehearsedPlatform`."""
        return oauth.profile_of(self.world, self.state, request)

    def refuse(self, request: web.Request, kind: str, seconds: float, status: int) -> web.Response:
        """See `RehearsedPlatform`."""
        if kind == "throttled":
            reset = int(self.world.clock.now().timestamp() + (seconds or limits.QUARTER)) + 1
            return answers.too_many(limits.headers(100, 0, reset)).answer()
        if kind == "error":
            return _error(status).answer()
        if kind == "suspended":
            return answers.suspended().answer()
        if kind == "no-credit":
            return answers.no_credit(self.state.app.id).answer()
        return answers.unauthorized().answer()

    def begin(self, world: World) -> None:
        """See `RehearsedPlatform`."""
        state_of(world)

    def app_credential(self, world: World) -> dict[str, str]:
        """See `RehearsedPlatform`."""
        return {"consumer_key": self.state.app.consumer_key, "consumer_secret": self.state.app.consumer_secret}

    def new_credential(self, world: World, profile_id: str) -> dict[str, str]:
        """See `RehearsedPlatform`."""
        return {
            "consumer_key": self.state.app.consumer_key,
            "consumer_secret": self.state.app.consumer_secret,
            "access_token": f"{profile_id}-{word(world.random, 40)}",
            "access_token_secret": word(world.random, 45),
        }


def _error(status: int) -> answers.Refusal:
    if status == 500:
        return answers.blank(500, BROKEN)
    if status in set(HTTPStatus):
        return answers.blank(status)
    return answers.Refusal(status, {"title": "Error", "detail": "Error", "type": "about:blank", "status": status})


async def _app(request: web.Request) -> web.Response:
    """The ministry's app in the rehearsal, with its secrets: what a person would copy from X's developer console."""
    return web.json_response(vars(state_of(request.app[WORLD]).app))


@action("read")
async def _unknown(request: web.Request) -> web.Response:
    return answers.blank(404).answer()
