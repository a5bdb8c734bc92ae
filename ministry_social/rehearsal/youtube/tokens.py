"""OAuth 2 of the rehearsed YouTube: the token endpoint, access tokens, credentials.

Sources: RFC 6749 sections 5 and 6; developers.google.com/identity/protocols/oauth2 (expiry, invalid_grant).
"""

from collections.abc import Mapping
from datetime import timedelta

from aiohttp import web

from ..wire import WORLD, action
from ..world import Profile, World
from .errors import invalid_grant, not_authenticated, token_refusal
from .state import Token, chance_id, state_of

# An access token lives an hour; Google's answer says a second less.
LIFE = timedelta(seconds=3600)
FORM: web.RequestKey[dict[str, str]] = web.RequestKey("form", dict)
TOKEN_PATH = "/api/youtube/token"
SCOPE = "https://www.googleapis.com/auth/youtube https://www.googleapis.com/auth/youtube.force-ssl"


def new_credential(world: World, profile_id: str) -> dict[str, str]:
    """A credential for one channel. All channels share one project, as a ministry's do.

    `token_uri` is a path only: the world does not know under which address it is served.
    """
    return {
        **client_of(world),
        "refresh_token": "1//0" + chance_id(world, 60),
        "token_uri": TOKEN_PATH,
        "channel_id": profile_id,
    }


def client_of(world: World) -> dict[str, str]:
    """The project's OAuth client, made when it is first asked for."""
    client = state_of(world).client
    if not client:
        number = "".join(world.random.choices("0123456789", k=12))
        client["client_id"] = f"{number}-{chance_id(world, 16).lower()}.apps.example.org"
        client["client_secret"] = "GOCSPX-" + chance_id(world, 28)
    return dict(client)


@action("token")
async def token(request: web.Request) -> web.Response:
    """POST /token with grant_type=refresh_token."""
    return issue(request.app[WORLD], await form_of(request))


async def form_of(request: web.Request) -> dict[str, str]:
    """The fields of a form that was posted."""
    form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    request[FORM] = form
    return form


def issue(world: World, form: Mapping[str, str]) -> web.Response:
    """A new access token for a refresh token that counts."""
    if form.get("grant_type") != "refresh_token":
        return token_refusal(400, "unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type', '')}")
    profile = owner_of_refresh_token(world, form.get("refresh_token", ""))
    if profile is None:
        return invalid_grant()
    if any(form.get(name) != profile.credential.get(name) for name in ("client_id", "client_secret")):
        return token_refusal(401, "invalid_client", "The OAuth client was not found.")
    answer: dict[str, object] = {
        "access_token": _new_access_token(world, profile),
        "expires_in": int(LIFE.total_seconds()) - 1,
        "scope": SCOPE,
        "token_type": "Bearer",
    }
    if state_of(world).settings.rotate_refresh_tokens:
        profile.credential["refresh_token"] = answer["refresh_token"] = "1//0" + chance_id(world, 60)
    return web.json_response(answer)


def _new_access_token(world: World, profile: Profile) -> str:
    text = "ya29." + chance_id(world, 80)
    expires_at = world.clock.now() + LIFE
    state_of(world).tokens[text] = Token(profile.id, profile.credential["client_id"], expires_at)
    return text


def owner_of_refresh_token(world: World, text: str) -> Profile | None:
    """The channel that this refresh token stands for now."""
    if not text:
        return None
    rows = (p for p in world.profiles if p.platform == "youtube")
    return next((p for p in rows if p.credential.get("refresh_token") == text), None)


def bearer(request: web.Request) -> str:
    """The access token of a request, or an empty text."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else ""


def authenticate(request: web.Request) -> tuple[Profile, str]:
    """The channel and the project (client id) of a request. Raises `Refusal` 401."""
    world = request.app[WORLD]
    found = state_of(world).tokens.get(bearer(request))
    if found is None or world.clock.now() >= found.expires_at:
        raise not_authenticated()
    profile = world.profile("youtube", found.profile)
    if profile is None:
        raise not_authenticated()
    return profile, found.project
