"""Google's sign-in: authorization codes and what they are exchanged for, what a token may do, and revoking it.

Sources: RFC 6749, 4.1; RFC 7636 (PKCE); developers.google.com/identity/protocols/oauth2/web-server and .../native-app.
"""

import base64
import hashlib
from collections.abc import Mapping
from datetime import timedelta

from aiohttp import web

from ..wire import WORLD, action
from ..world import World
from . import grants, tokens
from .errors import invalid_grant, token_refusal
from .state import Code, Token, chance_id, state_of

# Google does not say how long; RFC 6749, 4.1.2 recommends ten minutes at most.
CODE_LIFE = timedelta(minutes=10)
INFO_PATH, REVOKE_PATH = "/api/youtube/tokeninfo", "/api/youtube/revoke"


def new_code(world: World, code: Code) -> str:
    """The code that is led back with."""
    text = "4/0A" + chance_id(world, 69)
    state_of(world).codes[text] = code
    return text


@action("token")
async def token(request: web.Request) -> web.Response:
    """POST /token."""
    return given(request.app[WORLD], await tokens.form_of(request))


def given(world: World, form: Mapping[str, str]) -> web.Response:
    """Tokens for an authorization code, or for a refresh token."""
    return _exchanged(world, form) if form.get("grant_type") == "authorization_code" else tokens.issue(world, form)


def owner_of(world: World, form: Mapping[str, str]) -> str:
    """The id of the channel that the form's code was given for, without looking whether it still counts."""
    code = state_of(world).codes.get(form.get("code", ""))
    return code.profile if code else ""


def _exchanged(world: World, form: Mapping[str, str]) -> web.Response:
    client, code = tokens.client_of(world), state_of(world).codes.get(form.get("code", ""))
    if form.get("client_id") != client["client_id"]:
        return token_refusal(401, "invalid_client", "The OAuth client was not found.")
    if form.get("client_secret") != client["client_secret"]:
        return token_refusal(401, "invalid_client", "The provided client secret is invalid.")
    if code is None:
        return token_refusal(400, "invalid_grant", "Malformed auth code.")
    if code.grant is not None:  # RFC 6749, 4.1.2: what it was exchanged for should be revoked
        grants.revoke(world, code.grant)
        return token_refusal(400, "invalid_grant", "Bad Request")
    if world.clock.now() - code.made_at > CODE_LIFE:
        return token_refusal(400, "invalid_grant", "Bad Request")
    if form.get("redirect_uri") != code.redirect_uri:
        return token_refusal(400, "redirect_uri_mismatch", "Bad Request")
    if not _verified(code, form.get("code_verifier", "")):
        return token_refusal(400, "invalid_grant", "Invalid code verifier.")
    owner = tokens.owner(world, code.profile)
    if owner is None:
        return invalid_grant()
    code.grant = grants.made(world, code)
    answer = tokens.access(world, owner, code.grant)
    if code.grant.refresh_token:
        answer["refresh_token"] = code.grant.refresh_token
    else:
        answer.pop("refresh_token_expires_in", None)
    return web.json_response(answer)


def _verified(code: Code, verifier: str) -> bool:
    """RFC 7636, 4.6."""
    if not code.challenge:
        return True
    if code.method != "S256":
        return verifier == code.challenge
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == code.challenge


@action("read")
async def info(request: web.Request) -> web.Response:
    """GET /tokeninfo?access_token=, or POST with it in the form."""
    world, form = request.app[WORLD], await tokens.form_of(request)
    found = _good(world, form.get("access_token", "") or request.query.get("access_token", ""))
    if found is None:
        return token_refusal(400, "invalid_token", "Invalid Value")
    return web.json_response(
        {
            "azp": found.project,
            "aud": found.project,
            "scope": " ".join(found.grant.scopes) if found.grant else tokens.SCOPE,
            "exp": str(int(found.expires_at.timestamp())),
            "expires_in": str(int((found.expires_at - world.clock.now()).total_seconds())),
            "access_type": "offline" if found.grant is None or found.grant.refresh_token else "online",
        }
    )


@action("token")
async def revoke(request: web.Request) -> web.Response:
    """POST /revoke: an access token or a refresh token; the other one of the two goes with it."""
    world = request.app[WORLD]
    form = await tokens.form_of(request)
    text = form.get("token", "") or request.query.get("token", "")
    access = _good(world, text)
    grant = access.grant if access else grants.found(world, text)
    owner = tokens.owner(world, access.profile) if access else tokens.owner_of_refresh_token(world, text)
    if owner is None:
        return token_refusal(400, "invalid_token", "Token expired or revoked")
    if grant is not None:
        grants.revoke(world, grant)
    else:
        tokens.disown(world, owner)
    return web.json_response({})


def _good(world: World, text: str) -> Token | None:
    found = state_of(world).tokens.get(text)
    return found if found is not None and world.clock.now() < found.expires_at else None
