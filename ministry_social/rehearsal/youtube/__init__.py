"""The rehearsed YouTube: Data API v3, its upload protocols and its token endpoint, below /api/youtube/."""

from aiohttp import web

from ..wire import WORLD
from ..world import Profile, World
from . import captions, channels, consent, playlists, settings, signin, thumbnails, tokens, videos
from .errors import Refusal, backend, invalid_grant, not_authenticated, quota_exceeded, rate_limited, suspended, token_refusal
from .record import catch_up
from .state import state_of
from .upload import post_handler, put_handler

V3 = "/youtube/v3"
UPLOADS = {"/videos": videos.UPLOAD, "/captions": captions.UPLOAD, "/thumbnails/set": thumbnails.UPLOAD}


class YouTube:
    """YouTube, as its API speaks."""

    name = "youtube"

    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[web.RouteDef]:
        """See `RehearsedPlatform`."""
        api = f"/api/youtube{V3}"
        return [
            web.get(consent.PATH, consent.ask),
            web.post(consent.PATH, consent.answer),
            web.post(tokens.TOKEN_PATH, signin.token),
            web.get(signin.INFO_PATH, signin.info),
            web.post(signin.INFO_PATH, signin.info),
            web.post(signin.REVOKE_PATH, signin.revoke),
            web.post(f"{api}/videos", videos.insert_without_media),
            web.get(f"{api}/videos", videos.list_videos),
            web.put(f"{api}/videos", videos.update_video),
            web.delete(f"{api}/videos", videos.delete_video),
            web.get(f"{api}/captions", captions.list_captions),
            web.get(f"{api}/channels", channels.list_channels),
            web.get(f"{api}/playlists", playlists.list_playlists),
            web.post(f"{api}/playlists", playlists.insert_playlist),
            web.get(f"{api}/playlistItems", playlists.list_items),
            web.post(f"{api}/playlistItems", playlists.insert_item),
            *_upload_routes(),
            web.get("/rehearsal/youtube/settings", settings.read),
            web.post("/rehearsal/youtube/settings", settings.change),
        ]

    def catch_up(self) -> None:
        """See `Punctual`: publishAt, the end of processing."""
        catch_up(self.world)

    async def profile_of(self, request: web.Request) -> Profile | None:
        """By the access token, else the upload session, else (at the token endpoint) the refresh token or the code."""
        state = state_of(self.world)
        if request.path == tokens.TOKEN_PATH:
            form = await tokens.form_of(request)
            owner = tokens.owner_of_refresh_token(self.world, form.get("refresh_token", ""))
            return owner or self.world.profile(self.name, signin.owner_of(self.world, form))
        found = state.tokens.get(tokens.bearer(request))
        upload = state.uploads.get(request.query.get("upload_id", ""))
        return self.world.profile(self.name, found.profile if found else upload.profile if upload else "")

    def refuse(self, request: web.Request, kind: str, seconds: float, status: int) -> web.Response:
        """See `RehearsedPlatform`."""
        if request.path == tokens.TOKEN_PATH:
            return self._refuse_token(request, kind, status)
        return self._refusal(kind, status).response()

    def _refusal(self, kind: str, status: int) -> Refusal:
        if kind == "expired-token":
            return not_authenticated()
        if kind == "suspended":
            return suspended()
        if kind == "no-credit":
            return quota_exceeded()
        if kind == "throttled":
            reason = state_of(self.world).settings.throttle_reason
            return quota_exceeded() if reason == "quotaExceeded" else rate_limited(reason)
        return backend(status)

    def _refuse_token(self, request: web.Request, kind: str, status: int) -> web.Response:
        if kind == "expired-token":
            return invalid_grant()
        if kind in ("suspended", "no-credit"):  # YouTube's own states: Google's sign-in knows nothing of them
            form = request[tokens.FORM]  # kept by `profile_of`, which the frame asks first
            return signin.given(request.app[WORLD], form)
        if kind == "throttled":
            return token_refusal(429, "rate_limit_exceeded", "Too many requests.")
        return token_refusal(status, "internal_failure", "Try again later.")

    def begin(self, world: World) -> None:
        """See `RehearsedPlatform`."""
        state_of(world)

    def app_credential(self, world: World) -> dict[str, str]:
        """See `RehearsedPlatform`."""
        return tokens.client_of(world)

    def new_credential(self, world: World, profile_id: str) -> dict[str, str]:
        """See `RehearsedPlatform`."""
        return tokens.new_credential(world, profile_id)


def _upload_routes() -> list[web.RouteDef]:
    """Each upload under both addresses that the discovery document names."""
    routes = []
    for prefix in ("/api/youtube/upload", "/api/youtube/resumable/upload"):
        for path, purpose in UPLOADS.items():
            routes.append(web.post(f"{prefix}{V3}{path}", post_handler(purpose)))
            routes.append(web.put(f"{prefix}{V3}{path}", put_handler(purpose)))
    return routes
