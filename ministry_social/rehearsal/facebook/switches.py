"""The rehearsed Facebook's own switches, over HTTP below /rehearsal/facebook."""

from dataclasses import asdict, fields
from typing import Any

from aiohttp import web

from ..wire import WORLD
from .scopes import EVERY
from .state import Code, State, Switches, random_text, state_of
from .tokens import LONG_LIVED, person_token, system_token


def routes() -> list[web.RouteDef]:
    """GET and POST /rehearsal/facebook; POST /rehearsal/facebook/tokens."""
    return [
        web.get("/rehearsal/facebook", _read),
        web.post("/rehearsal/facebook", _set),
        web.post("/rehearsal/facebook/tokens", _token),
    ]


async def _read(request: web.Request) -> web.Response:
    return web.json_response(_shown(state_of(request.app[WORLD])))


async def _set(request: web.Request) -> web.Response:
    """Body: {switch: value, ...}."""
    state, wish = state_of(request.app[WORLD]), await request.json()
    known = [each.name for each in fields(Switches)]
    if set(wish) - set(known):
        return web.json_response({"error": f"there are these switches: {', '.join(known)}"}, status=400)
    for name, value in wish.items():
        setattr(state.switches, name, value)
    return web.json_response(_shown(state))


async def _token(request: web.Request) -> web.Response:
    """Body: {"kind": "user", "expires_in": seconds} answers a person's token, {"kind": "code"} one for the exchange,
    {"kind": "system-user", "pages": [ids], "scopes": [...]} the token of a system user."""
    world, wish = request.app[WORLD], await request.json()
    scopes = wish.get("scopes", EVERY)
    if wish["kind"] == "code":
        code = random_text(world, 40)
        state_of(world).codes[code] = Code(at=world.clock.now())
        return web.json_response({"code": code})
    if wish["kind"] == "system-user":
        return web.json_response({"access_token": system_token(world, scopes=scopes, pages=wish["pages"]).token})
    lives = wish.get("expires_in", LONG_LIVED)
    person = person_token(world, lives, scopes=scopes, pages=wish.get("pages"), long=lives >= LONG_LIVED)
    return web.json_response({"access_token": person.token})


def _shown(state: State) -> dict[str, Any]:
    return {"app_id": state.app_id, "app_secret": state.app_secret, "switches": asdict(state.switches)}
