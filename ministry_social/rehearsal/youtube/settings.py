"""The switches of the rehearsed YouTube: GET and POST /rehearsal/youtube/settings."""

from dataclasses import asdict, fields, replace
from typing import Any

from aiohttp import web

from ..wire import WORLD
from ..world import World
from . import quota
from .state import Settings, State, state_of

_WORDS = {
    "processing": ("processed", "failed", "rejected"),
    "throttle_reason": ("quotaExceeded", "rateLimitExceeded", "userRateLimitExceeded"),
    "publishing_status": ("production", "testing"),
    "client_type": ("installed", "web"),
}


async def read(request: web.Request) -> web.Response:
    """The switches, and what each project has used of its day's quota."""
    return web.json_response(_as_json(request.app[WORLD]))


async def change(request: web.Request) -> web.Response:
    """Body: some of the fields of `Settings`; besides, `session_expired`: 404 or 410 ends all open upload sessions so."""
    world, wish = request.app[WORLD], await request.json()
    state = state_of(world)
    try:
        gone = wish.pop("session_expired", 0)
        state.settings = _checked(state.settings, wish)
        _expire(state, gone)
    except (TypeError, ValueError, AttributeError) as wrong:
        return web.json_response({"error": str(wrong)}, status=400)
    return web.json_response(_as_json(world))


def _checked(settings: Settings, wish: dict[str, Any]) -> Settings:
    names = [field.name for field in fields(Settings)]
    for name, value in wish.items():
        if name not in names:
            raise ValueError(f"there is no switch {name!r}; there are: {', '.join([*names, 'session_expired'])}")
        if name in _WORDS and value not in _WORDS[name]:
            raise ValueError(f"{name} is one of: {', '.join(_WORDS[name])}")
    return replace(settings, **wish)


def _expire(state: State, gone: int) -> None:
    if gone not in (0, 404, 410):
        raise ValueError("session_expired is 404 or 410")
    for upload in state.uploads.values():
        if gone and upload.answer is None:
            upload.gone = gone


def _as_json(world: World) -> dict[str, Any]:
    state, now = state_of(world), world.clock.now()
    used = {
        project: {bucket: quota.used(state, project, bucket, now) for bucket in ("videos.insert", "units")}
        for project in state.used
    }
    return asdict(state.settings) | {"used": used}
