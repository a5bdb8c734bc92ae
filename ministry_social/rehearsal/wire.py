"""What a platform of the rehearsal must give to the server, and what its request handlers are marked with."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

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

    def new_credential(self, world: World, profile_id: str) -> dict[str, str]:
        """A credential in the form of `account connect`, made from the world's seeded chance; it also begins to count."""


def action(name: str) -> Callable[[H], H]:
    """Mark a handler as publish, prepare, read, delete or token, so that faults can meet it."""

    def mark(handler: H) -> H:
        handler.action = name  # type: ignore[attr-defined]
        return handler

    return mark
