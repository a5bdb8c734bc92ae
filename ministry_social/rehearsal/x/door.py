"""The door that every request of the API passes: who speaks, may it, is there room, is it paid for."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

from ..wire import action
from ..world import Profile, World
from . import bodies, limits, money, oauth
from .answers import Refusal, read_only, wrong_token_kind
from .state import State

PREFIX = oauth.PREFIX


@dataclass
class Call:
    """One request that has passed the door."""

    request: web.Request
    raw: bytes
    world: World
    state: State
    caller: oauth.Caller
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """The rehearsal's time."""
        return self.world.clock.now()

    @property
    def profile(self) -> Profile:
        """The account that speaks. Only behind an entry that needs one."""
        if self.caller.profile is None:
            raise wrong_token_kind("OAuth 2.0 Application-Only")
        return self.caller.profile

    @property
    def account(self) -> str:
        """The ministry's name of the account that speaks, for the bill; empty for the app alone."""
        return self.caller.profile.name if self.caller.profile else ""

    def part(self, name: str) -> str:
        """A variable part of the address."""
        return self.request.match_info[name]

    def json(self) -> dict[str, Any]:
        """The body as a JSON object, or a refusal."""
        return bodies.as_json(self.request, self.raw)

    def fields(self) -> dict[str, bytes]:
        """The fields of a form or multipart body, and of the query."""
        return bodies.fields(self.request, self.raw)

    def pay(self, what: str) -> None:
        """Charge this account, or refuse."""
        money.pay(self.world, self.state, self.account, what)


@dataclass(frozen=True)
class Answer:
    """What a handler gives back; without a body the answer is empty and of type text/html, as v1.1 does it."""

    body: Mapping[str, Any] | None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One address of the API.

    does     publish, prepare, read, delete or token: which faults meet it
    scope    what an OAuth 2 token must be allowed to do
    app      whether the app's own token will do
    limited  under which name of `limits.LIMITS` a call is counted (v1.1 has several for one address)
    """

    method: str
    path: str
    handler: Callable[[Call], Answer]
    does: str
    scope: str
    app: bool = False
    limited: Callable[[web.Request, bytes], str] | None = None

    def limit(self, request: web.Request, raw: bytes) -> str:
        """The name of its rate limit."""
        if self.limited is not None:
            return self.limited(request, raw)
        parts = (":username" if part == "{username}" else ":id" if part[:1] == "{" else part for part in self.path.split("/"))
        return f"{self.method} {'/'.join(parts)}"


class Door:
    """Leads requests to their handlers."""

    def __init__(self, world: World, state: State) -> None:
        self._world, self._state = world, state

    def route(self, entry: Entry) -> web.RouteDef:
        """The entry as a route of aiohttp. A handler never waits, so each request is carried out in one go."""

        @action(entry.does)
        async def handle(request: web.Request) -> web.Response:
            raw = await request.read()
            call = Call(request, raw, self._world, self._state, oauth.Caller(None))
            try:
                self._admit(call, entry)
                return self._write(call, entry.handler(call))
            except Refusal as refusal:
                answer = refusal.answer()
                answer.headers.extend({k: v for k, v in (_usual(call) | call.headers).items() if k not in answer.headers})
                return answer

        return web.route(entry.method, PREFIX + entry.path, handle)

    def _admit(self, call: Call, entry: Entry) -> None:
        call.caller = oauth.identify(self._world, self._state, call.request, call.raw)
        profile = call.caller.profile
        if profile is None and not entry.app:
            raise wrong_token_kind("OAuth 2.0 Application-Only")
        if call.caller.scopes is not None and profile is not None and entry.scope not in call.caller.scopes:
            raise wrong_token_kind(f"OAuth 2.0 User Context without {entry.scope}")
        if call.caller.access == "read" and entry.does != "read":
            raise read_only()
        limit = entry.limit(call.request, call.raw)
        call.headers = limits.take(self._state, call.now, limit, profile.id if profile else "")
        money.check(self._state)

    @staticmethod
    def _write(call: Call, answer: Answer) -> web.Response:
        headers = {**_usual(call), **call.headers, **answer.headers}
        if answer.body is None:
            return web.Response(status=answer.status, content_type="text/html", headers=headers)
        return web.json_response(answer.body, status=answer.status, headers=headers)


def _usual(call: Call) -> dict[str, str]:
    return {
        "api-version": "2.167",
        "x-access-level": call.caller.access,
        "x-transaction-id": secrets.token_hex(8),
        "content-disposition": "attachment; filename=json.json",
    }
