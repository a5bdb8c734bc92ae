"""What a platform of the rehearsal must give to the server, and what its request handlers are marked with."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol, TypeVar, runtime_checkable

from aiohttp import web

from .world import Profile, World

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
H = TypeVar("H", bound=Callable[..., Awaitable[web.StreamResponse]])

WORLD: web.AppKey[World] = web.AppKey("world", World)


class RehearsedPlatform(Protocol):
    """One platform of the rehearsal: `routes` are complete paths below /api/<name>/."""

    name: str

    def routes(self) -> list[web.RouteDef]:
        """Its HTTP interface. Each handler is marked with `@action(...)`."""

    async def profile_of(self, request: web.Request) -> Profile | None:
        """Whose credential the request carries, without checking it (for faults that concern one account)."""

    def refuse(self, request: web.Request, kind: str, seconds: float, status: int) -> web.Response:
        """The platform's own answer for `error`, `throttled`, `expired-token`, `suspended` or `no-credit`."""

    def begin(self, world: World) -> None:
        """Put a new state of its own into `world.states`."""

    def new_credential(self, world: World, profile_id: str) -> dict[str, str]:
        """A credential in the form of `account connect`, made from the world's seeded chance; it also begins to count."""

    def app_credential(self, world: World) -> dict[str, str]:
        """What proves the ministry's app to the platform, in the form of `vault app`: all accounts of a rehearsal share it."""


@runtime_checkable
class Punctual(Protocol):
    """A platform where something happens at a time of its own, such as a scheduled post that becomes public."""

    def catch_up(self) -> None:
        """Let everything happen that is due by the world's clock. Called before every request, also for pages and records."""


def asked_for(request: web.Request, platforms: Mapping[str, RehearsedPlatform]) -> RehearsedPlatform | None:
    """The platform that a request is for, by its path; None where it is for the control interface or the pages."""
    return platforms.get(request.path.split("/")[2] if request.path.startswith("/api/") else "")


def action(name: str | Callable[[web.Request], Awaitable[str]]) -> Callable[[H], H]:
    """Mark a handler as publish, prepare, read, delete or token, so that faults can meet it.

    Where the address alone does not tell (a PUT that makes a video public or not), `name` is a coroutine that looks.
    """

    def mark(handler: H) -> H:
        handler.action = name  # type: ignore[attr-defined]  # a mark on a function, which has no such attribute
        return handler

    return mark
