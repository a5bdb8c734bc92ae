"""OAuth 2 of the rehearsed YouTube: the token endpoint, access tokens, credentials.

Sources: RFC 6749 sections 5 and 6; developers.google.com/identity/protocols/oauth2 (expiry, invalid_grant).
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from aiohttp import web

from ..wire import WORLD
from ..world import Profile, World
from . import grants
from .errors import invalid_grant, not_authenticated, token_refusal
from .state import Grant, Token, chance_id, state_of

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
    grant = grants.found(world, form["refresh_token"])
    answer = access(world, profile, grant)
    if state_of(world).settings.rotate_refresh_tokens:
        answer["refresh_token"] = "1//0" + chance_id(world, 60)
        if grant is None:
            profile.credential["refresh_token"] = answer["refresh_token"]
        else:
            grant.refresh_token = answer["refresh_token"]
    return web.json_response(answer)


def access(world: World, profile: Profile, grant: Grant | None) -> dict[str, Any]:
    """A new access token, in Google's words: for what was agreed to on the consent page, or with the profile's own credential."""
    text, now = "ya29." + chance_id(world, 80), world.clock.now()
    state_of(world).tokens[text] = Token(profile.id, profile.credential["client_id"], now + LIFE, grant)
    answer: dict[str, Any] = {
        "access_token": text,
        "expires_in": int(LIFE.total_seconds()) - 1,
        "scope": " ".join(grant.scopes) if grant else SCOPE,
        "token_type": "Bearer",
    }
    if grant is not None and grant.ends is not None:
        answer["refresh_token_expires_in"] = int((grant.ends - now).total_seconds()) - 1
    return answer


def owner_of_refresh_token(world: World, text: str) -> Profile | None:
    """The channel that this refresh token stands for now."""
    if not text:
        return None
    grant = grants.found(world, text)
    if grant is not None:
        return owner(world, grant.profile)
    rows = (p for p in world.profiles if p.platform == "youtube")
    return next((p for p in rows if p.credential.get("refresh_token") == text), None)


def owner(world: World, profile_id: str) -> Profile | None:
    """The channel; where the id is empty, a person who has none."""
    if profile_id:
        return world.profile("youtube", profile_id)
    return Profile("youtube", "", "", "", "", credential=client_of(world), made_at=world.clock.now())


def disown(world: World, profile: Profile) -> None:
    """The channel's own credential counts no more; nobody is told the new one."""
    profile.credential["refresh_token"] = "1//0" + chance_id(world, 60)
    kept = state_of(world).tokens
    for text in [text for text, token in kept.items() if token.profile == profile.id and token.grant is None]:
        del kept[text]


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
    profile = owner(world, found.profile)
    if profile is None:
        raise not_authenticated()
    return profile, found.project
