"""The rehearsed Facebook: the Graph API for Pages, as graph.facebook.com and graph-video.facebook.com speak it."""

import json
import math
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from ..wire import Handler, action
from ..world import Profile, World
from . import errors, insights, photos, posts, reads, schedule, switches, tokens, usage, versions, videos
from .call import NO, Call, arguments, token_in
from .dialog import Dialog
from .errors import GraphError
from .exchange import exchange
from .scopes import FIGURES, POST, READ
from .state import NAME, Grant, random_text, state_of

Answer = Callable[[Call], dict[str, Any]]
Action = str | Callable[[web.Request], Awaitable[str]]

BASE = r"/api/facebook{version:(?:/v\d+\.\d+)?}"
NODE = r"{node:(?!v\d)[^/]+}"  # never a version
LISTS = "{edge:feed|posts|published_posts}"


async def by_form(request: web.Request) -> str:
    """A photo, video or post that nobody will see is preparation; one that is or will be public is not."""
    texts = (await arguments(request)).texts
    unseen = texts.get("published", "").lower() in NO and not texts.get("scheduled_publish_time")
    return "prepare" if unseen or texts.get("upload_phase") in ("start", "transfer") else "publish"


class Facebook:
    """Facebook, as its API speaks."""

    name = NAME

    def __init__(self, world: World) -> None:
        self.world = world
        self._state = state_of(world)

    def routes(self) -> list[web.RouteDef]:
        """See `RehearsedPlatform`."""
        dialog = Dialog(self.world)
        return [
            web.get(f"{BASE}/dialog/oauth", dialog.show),
            web.post(f"{BASE}/dialog/oauth", dialog.answer),
            web.get(f"{BASE}/debug_token", self._answers("token", tokens.debug_token)),
            web.get(f"{BASE}/oauth/access_token", self._answers("token", exchange, open_to_all=True)),
            web.get(f"{BASE}/", self._answers("read", reads.nodes, needs=READ)),
            web.get(f"{BASE}/me/accounts", self._answers("token", tokens.accounts)),
            web.post(f"{BASE}/{NODE}/feed", self._answers(by_form, posts.feed, needs=POST)),
            web.post(f"{BASE}/{NODE}/photos", self._answers(by_form, photos.upload, needs=POST)),
            web.post(f"{BASE}/{NODE}/videos", self._answers(by_form, videos.upload, needs=POST)),
            web.get(f"{BASE}/{NODE}/{LISTS}", self._answers("read", reads.posts, needs=READ)),
            web.get(f"{BASE}/{NODE}/scheduled_posts", self._answers("read", reads.scheduled_posts, needs=READ)),
            web.get(f"{BASE}/{NODE}/photos", self._answers("read", reads.photos, needs=READ)),
            web.get(f"{BASE}/{NODE}/videos", self._answers("read", reads.videos, needs=READ)),
            web.get(f"{BASE}/{NODE}/insights", self._answers("read", insights.insights, needs=FIGURES)),
            web.get(f"{BASE}/{NODE}/{{edge}}", self._answers("read", reads.no_such_edge)),
            web.get(f"{BASE}/{NODE}", self._answers("read", reads.node)),
            web.post(f"{BASE}/{NODE}", self._answers("publish", posts.change, needs=POST)),
            web.delete(f"{BASE}/{NODE}", self._answers("delete", posts.delete, needs=POST)),
            *switches.routes(),
        ]

    def catch_up(self) -> None:
        """See `Punctual`: scheduled posts become public."""
        schedule.catch_up(self.world)

    async def profile_of(self, request: web.Request) -> Profile | None:
        """See `RehearsedPlatform`."""
        try:
            texts = (await arguments(request)).texts
        except GraphError:
            return None
        grant = tokens.grant_of(self.world, token_in(request, texts))
        page = grant.owner if grant is not None and grant.kind == "PAGE" else request.match_info.get("node", "")
        return self.world.profile(NAME, page)

    def refuse(self, request: web.Request, kind: str, seconds: float, status: int) -> web.Response:
        """See `RehearsedPlatform`."""
        now = self.world.clock.now()
        refusals = {
            "throttled": errors.page_throttled(max(1, math.ceil((seconds or 900) / 60))),
            "expired-token": errors.session_expired(now, now),
            "suspended": errors.blocked() if self._blocks() else errors.checkpointed(),
            "no-credit": errors.app_throttled(),
        }
        refusal = refusals.get(kind) or errors.unexpected(status)
        # The Page that the path names: whose token it was does not matter to somebody who must wait.
        page = Grant(token="", kind="PAGE", owner=request.match_info.get("node", "me").partition("_")[0], issued_at=now)
        return self._respond(refusal.body(self._trace()), refusal, page)

    def begin(self, world: World) -> None:
        """See `RehearsedPlatform`. What people have allowed stays: their accounts are connected still."""
        kept, new = self._state, state_of(world)
        new.grants, new.page_tokens = dict(kept.grants), dict(kept.page_tokens)

    def app_credential(self, world: World) -> dict[str, str]:
        """See `RehearsedPlatform`."""
        state = state_of(world)
        return {"app_id": state.app_id, "app_secret": state.app_secret}

    def new_credential(self, world: World, profile_id: str) -> dict[str, str]:
        """See `RehearsedPlatform`."""
        return {"page_id": profile_id, "access_token": tokens.new_token(world)}

    def _answers(self, name: Action, answer: Answer, *, open_to_all: bool = False, needs: str = "") -> Handler:
        """The request handler around one answer: version, token, counted calls and the permission that it `needs` first,
        errors as JSON after."""

        @action(name)
        async def handler(request: web.Request) -> web.StreamResponse:
            grant: Grant | None = None
            version = ""
            try:
                version = self._version(request)
                given = await arguments(request)
                if not open_to_all:
                    grant = tokens.checked(self.world, token_in(request, given.texts))
                    usage.count(state_of(self.world), grant, self.world.clock.now())
                call = Call(
                    world=self.world, state=state_of(self.world), request=request, version=version,
                    texts=given.texts, files=given.files, grant=grant,
                )  # fmt: skip
                call.check_scope(needs)
                return self._respond(answer(call), None, grant, version)
            except GraphError as refusal:
                return self._respond(refusal.body(self._trace()), refusal, grant, version)

        return handler

    def _version(self, request: web.Request) -> str:
        upgrade = state_of(self.world).switches.silent_upgrade
        return versions.settle(request.match_info["version"], self.world.clock.now(), silent_upgrade=upgrade)

    def _respond(self, body: dict[str, Any], refusal: GraphError | None, grant: Grant | None, version: str = "") -> web.Response:
        headers = {
            "Content-Type": "application/json; charset=UTF-8",
            "facebook-api-version": version or f"v{versions.NEWEST}.0",
            "x-fb-trace-id": self._trace(),
            "x-fb-rev": "1000000000",
        } | usage.headers(state_of(self.world), grant, self.world.clock.now(), refusal)
        if refusal is not None:
            headers |= refusal.headers()
        text = json.dumps(body, ensure_ascii=True)
        return web.Response(body=text.encode(), status=refusal.status if refusal else 200, headers=headers)

    def _trace(self) -> str:
        return "A" + random_text(self.world, 22)

    def _blocks(self) -> bool:
        return state_of(self.world).switches.suspended_as == "blocked"
