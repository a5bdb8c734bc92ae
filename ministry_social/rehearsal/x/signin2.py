"""Signing in with OAuth 2: authorization code with PKCE (RFC 7636), refresh tokens, the app's own token."""

import base64
import binascii
import hashlib
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from ..wire import action
from ..world import World
from . import bodies, oauth
from .answers import Refusal
from .state import Bearer, SignIn, State, word

CODE_SECONDS = 30  # docs.x.com, OAuth 2.0 authorization code flow
ACCESS_SECONDS = 7_200


class SignInDoor2:
    """The addresses of OAuth 2."""

    def __init__(self, world: World, state: State) -> None:
        self._world, self._state = world, state

    def routes(self) -> list[web.RouteDef]:
        """Consent, tokens, and the app's own token."""

        @action("token")
        async def approve(request: web.Request) -> web.Response:
            return self._approve(dict(bodies.form_pairs(request, await request.read())))

        @action("token")
        async def token(request: web.Request) -> web.Response:
            try:
                return web.json_response(self._token(request, dict(bodies.form_pairs(request, await request.read()))))
            except Refusal as refusal:
                return refusal.answer()

        @action("token")
        async def app_token(request: web.Request) -> web.Response:
            try:
                return web.json_response(self._app_token(request, dict(bodies.form_pairs(request, await request.read()))))
            except Refusal as refusal:
                return refusal.answer()

        return [
            web.post(f"{oauth.PREFIX}/i/oauth2/authorize", approve),
            web.post(f"{oauth.PREFIX}/2/oauth2/token", token),
            web.post(f"{oauth.PREFIX}/oauth2/token", app_token),
        ]

    def _approve(self, form: dict[str, str]) -> web.Response:
        """The account's owner agrees. Form: the address's parameters and account (the ministry's name). Leads back."""
        profile = self._world.named("x", form.get("account", ""))
        if profile is None or form.get("client_id") != self._state.app.client_id or not form.get("code_challenge"):
            return web.json_response({"error": "no such account or client, or no code_challenge"}, status=400)
        self._forget()
        code = word(self._world.random, 64)
        self._state.codes[code] = SignIn(
            profile=profile.id, callback=form.get("redirect_uri", ""), scopes=frozenset(form.get("scope", "").split()),
            challenge=form["code_challenge"], method=form.get("code_challenge_method", "plain"), made_at=self._time(),
        )  # fmt: skip
        back = urlencode({"state": form.get("state", ""), "code": code})
        return web.Response(status=302, headers={"Location": f"{form.get('redirect_uri', '')}?{back}"})

    def _token(self, request: web.Request, form: dict[str, str]) -> dict[str, Any]:
        self._check_client(request, self._state.app.client_id, self._state.app.client_secret)
        if form.get("grant_type") == "refresh_token":
            kept = self._state.refreshers.pop(form.get("refresh_token", ""), None)
            if kept is None:
                raise _refused("invalid_request", "Value passed for the token was invalid.")
            return self._grant(kept.profile, kept.scopes)
        sign_in = self._state.codes.pop(form.get("code", ""), None)
        if form.get("grant_type") != "authorization_code" or sign_in is None or not self._in_time(sign_in):
            raise _refused("invalid_request", "Value passed for the authorization code was invalid.")
        if form.get("redirect_uri") != sign_in.callback or not _verified(sign_in, form.get("code_verifier", "")):
            raise _refused("invalid_request", "Value passed for the code verifier or redirect uri was invalid.")
        return self._grant(sign_in.profile, sign_in.scopes)

    def _grant(self, profile_id: str, scopes: frozenset[str]) -> dict[str, Any]:
        self._forget()
        access = word(self._world.random, 91)
        self._state.bearers[access] = Bearer(profile_id, scopes, self._time() + ACCESS_SECONDS)
        answer: dict[str, Any] = {
            "token_type": "bearer",
            "expires_in": ACCESS_SECONDS,
            "access_token": access,
            "scope": " ".join(sorted(scopes)),
        }
        if "offline.access" in scopes:
            answer["refresh_token"] = word(self._world.random, 91)
            self._state.refreshers[answer["refresh_token"]] = Bearer(profile_id, scopes)
        return answer

    def _app_token(self, request: web.Request, form: dict[str, str]) -> dict[str, str]:
        """The app's own token, which reads and never writes. It has no end."""
        self._check_client(request, self._state.app.consumer_key, self._state.app.consumer_secret)
        if form.get("grant_type") != "client_credentials":
            raise _refused("invalid_request", "grant_type must be client_credentials.")
        kept = next((token for token, bearer in self._state.bearers.items() if not bearer.profile), None)
        token = kept or "A" * 22 + word(self._world.random, 80)
        self._state.bearers[token] = Bearer("", frozenset())
        return {"token_type": "bearer", "access_token": token}

    def _check_client(self, request: web.Request, client: str, secret: str) -> None:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        try:
            pair = base64.b64decode(given).decode() if scheme.lower() == "basic" else ""
        except (binascii.Error, UnicodeDecodeError):
            pair = ""
        if pair != f"{client}:{secret}":
            raise _refused("unauthorized_client", "Missing valid authorization header", 401)

    def _in_time(self, sign_in: SignIn) -> bool:
        return self._time() - sign_in.made_at <= CODE_SECONDS

    def _forget(self) -> None:
        for code in [code for code, one in self._state.codes.items() if not self._in_time(one)]:
            del self._state.codes[code]
        for token in [t for t, one in self._state.bearers.items() if one.ends is not None and one.ends < self._time()]:
            del self._state.bearers[token]

    def _time(self) -> float:
        return self._world.clock.now().timestamp()


def _verified(sign_in: SignIn, verifier: str) -> bool:
    if sign_in.method != "S256":
        return verifier == sign_in.challenge
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == sign_in.challenge


def _refused(error: str, description: str, status: int = 400) -> Refusal:
    return Refusal(status, {"error": error, "error_description": description})
