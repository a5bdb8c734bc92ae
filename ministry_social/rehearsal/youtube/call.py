"""One call of a method: who calls, what it costs, and how the answer is written."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from ..wire import WORLD, Handler, action
from ..world import Profile, World
from . import quota, scopes
from .errors import Refusal, bad_request, forbidden, not_found, required
from .state import Json, State, Video, state_of
from .tokens import authenticate


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request by the owner of a channel, already authenticated."""

    request: web.Request
    world: World
    state: State
    profile: Profile

    @property
    def now(self) -> datetime:
        """The rehearsal's time."""
        return self.world.clock.now()

    def query(self, name: str) -> str:
        """A query parameter, or an empty text."""
        return self.request.query.get(name, "")

    def need(self, name: str) -> str:
        """A query parameter that must be there."""
        if not self.query(name):
            raise required(name)
        return self.query(name)

    def parts(self, known: Iterable[str]) -> list[str]:
        """The parts that were asked for. Raises `Refusal` where there is none, or an unknown one."""
        names = [name for text in self.request.query.getall("part", []) for name in text.split(",") if name]
        if not names:
            raise required("part")
        for name in names:
            if name not in known:
                raise Refusal(400, "unknownPart", f"'{name}'", "youtube.part", "part")
        return names

    async def body(self) -> Json:
        """The JSON object that was sent."""
        return read_json(await self.request.read())

    def part_of(self, body: Json, name: str) -> Json:
        """A part of what was sent, empty where it is absent. Raises `Refusal` where it is no object."""
        part = body.get(name, {})
        if not isinstance(part, dict):
            raise bad_request(f"Invalid value at '{name}'.")
        return part

    def own_video(self, video_id: str) -> Video:
        """A video of this channel. Raises `Refusal` 404, or 403 where it is somebody else's."""
        video = self.state.videos.get(video_id)
        if video is None:
            raise not_found("video", "The video that you are trying to use cannot be found. Check the value of its id.")
        if video.profile != self.profile.id:
            raise forbidden()
        return video


Method = Callable[[Call], Awaitable[Json | None]]


def served(method: str, marked: str | Callable[[web.Request], Awaitable[str]]) -> Callable[[Method], Handler]:
    """Make an aiohttp handler of a method: authenticate, check the quota, carry out, count."""

    def wrap(run: Method) -> Handler:
        @action(marked)
        async def handler(request: web.Request) -> web.StreamResponse:
            try:
                return answer(await charged(request, method, run))
            except Refusal as refusal:
                return refusal.response()

        return handler

    return wrap


async def charged(request: web.Request, method: str, run: Callable[[Call], Awaitable[Any]]) -> Any:
    """Carry out a call and count what it costs; an invalid one costs a unit too."""
    call, project = caller(request)
    scopes.check(request, call.profile, method)
    quota.check(call.state, project, method, call.now)
    try:
        result = await run(call)
    except Refusal:
        quota.charge(call.state, project, method, call.now, valid=False)
        raise
    quota.charge(call.state, project, method, call.now, valid=True)
    return result


def caller(request: web.Request) -> tuple[Call, str]:
    """The call, and the project that pays for it."""
    world = request.app[WORLD]
    profile, project = authenticate(request)
    return Call(request=request, world=world, state=state_of(world), profile=profile), project


def answer(body: Json | None) -> web.Response:
    """200 with a resource, or 204 where there is nothing to say."""
    return web.Response(status=204) if body is None else web.json_response(with_etag(body))


def with_etag(body: Json) -> Json:
    """The resource with its etag, which changes exactly when it changes."""
    digest = hashlib.sha1(json.dumps(body, sort_keys=True).encode(), usedforsecurity=False).hexdigest()
    return {"kind": body["kind"], "etag": digest[:27], **body}


def read_json(raw: bytes) -> Json:
    """The JSON object in a body; an empty body is an empty object. Raises `Refusal` 400."""
    try:
        value = json.loads(raw or b"{}")
    except ValueError:
        raise bad_request("Invalid JSON payload received. Unexpected token.") from None
    if not isinstance(value, dict):
        raise bad_request("Invalid JSON payload received. An object is expected.")
    return value


def listing(kind: str, items: list[Json], call: Call, *, size: int = 5) -> Json:
    """A page of a list. `size` is used where maxResults is absent (the API's own default is 5, its most 50)."""
    wish = call.query("maxResults") or str(size)
    if not wish.isdigit() or not 0 <= int(wish) <= 50:
        raise bad_request(f"Invalid value '{wish}'. Values must be within the range: [0, 50]", "maxResults")
    start, count = _start(call.query("pageToken")), int(wish)
    page: Json = {"kind": kind, "items": [with_etag(item) for item in items[start : start + count]]}
    if start + count < len(items) and count:
        page["nextPageToken"] = f"CA{start + count:06d}"
    if start:
        page["prevPageToken"] = f"CA{max(start - count, 0):06d}"
    return page | {"pageInfo": {"totalResults": len(items), "resultsPerPage": count}}


def _start(token: str) -> int:
    if not token:
        return 0
    if not token.startswith("CA") or not token[2:].isdigit():
        raise Refusal(400, "invalidPageToken", "The request specifies an invalid page token.", "youtube.parameter", "pageToken")
    return int(token[2:])
