"""Signing in with OAuth 1.0a: request token, the account's consent with a PIN, access token."""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from ..wire import action
from ..world import World
from . import bodies, oauth
from .answers import Refusal, old_error
from .state import SignIn, State, Token, word

REQUEST_SECONDS = 3_600  # how long an unfinished sign-in is kept
LOOPBACK = ("127.0.0.1", "localhost", "::1")  # call-backs that the rehearsed app has registered

Step = Callable[[web.Request, bytes], dict[str, str]]


class SignInDoor:
    """The addresses below /oauth/."""

    def __init__(self, world: World, state: State) -> None:
        self._world, self._state = world, state

    def routes(self) -> list[web.RouteDef]:
        """The three steps of a sign-in."""

        @action("token")
        async def request_token(request: web.Request) -> web.Response:
            return self._answer(request, await request.read(), self._request_token)

        @action("token")
        async def approve(request: web.Request) -> web.Response:
            return self._approve(request, await request.read())

        @action("token")
        async def access_token(request: web.Request) -> web.Response:
            return self._answer(request, await request.read(), self._access_token)

        return [
            web.post(f"{oauth.PREFIX}/oauth/request_token", request_token),
            web.post(f"{oauth.PREFIX}/oauth/authorize", approve),
            web.post(f"{oauth.PREFIX}/oauth/access_token", access_token),
        ]

    @staticmethod
    def _answer(request: web.Request, raw: bytes, step: Step) -> web.Response:
        try:
            # X sends this form as text/html.
            return web.Response(text=urlencode(step(request, raw)), content_type="text/html")
        except Refusal as refusal:
            return refusal.answer()

    def _request_token(self, request: web.Request, raw: bytes) -> dict[str, str]:
        given = oauth.header(request)
        self._check(request, raw, given, "")
        callback = given.get("oauth_callback", "")
        if callback != "oob" and urlsplit(callback).hostname not in LOOPBACK:
            raise old_error(403, 415, "Callback URL not approved for this client application.")
        self._forget()
        token, secret = word(self._world.random, 27), word(self._world.random, 32)
        self._state.sign_ins[token] = SignIn(secret=secret, callback=callback, made_at=self._time())
        return {"oauth_token": token, "oauth_token_secret": secret, "oauth_callback_confirmed": "true"}

    def _approve(self, request: web.Request, raw: bytes) -> web.Response:
        """The account's owner agrees. Form: oauth_token, account (the ministry's name). Answers the PIN, or leads back."""
        form = dict(bodies.form_pairs(request, raw))
        sign_in = self._state.sign_ins.get(form.get("oauth_token", ""))
        profile = self._world.named("x", form.get("account", ""))
        if sign_in is None or profile is None:
            return web.json_response({"error": "no such request token or account"}, status=404)
        sign_in.profile = profile.id
        if sign_in.callback == "oob":
            sign_in.verifier = f"{self._world.random.randrange(10**7):07}"
            return web.json_response({"pin": sign_in.verifier})
        sign_in.verifier = word(self._world.random, 32)
        back = urlencode({"oauth_token": form["oauth_token"], "oauth_verifier": sign_in.verifier})
        return web.Response(status=302, headers={"Location": f"{sign_in.callback}?{back}"})

    def _access_token(self, request: web.Request, raw: bytes) -> dict[str, str]:
        given = oauth.header(request)
        sign_in = self._state.sign_ins.get(given.get("oauth_token", ""))
        if sign_in is None:
            raise old_error(401, 89, "Invalid or expired token.")
        self._check(request, raw, given, sign_in.secret)
        if not sign_in.verifier or given.get("oauth_verifier") != sign_in.verifier:
            raise old_error(401, 32, "Error processing your OAuth request: Invalid oauth_verifier parameter")
        del self._state.sign_ins[given["oauth_token"]]
        return self._grant(sign_in.profile)

    def _grant(self, profile_id: str) -> dict[str, str]:
        token, secret = f"{profile_id}-{word(self._world.random, 40)}", word(self._world.random, 45)
        self._state.tokens[token] = Token(profile_id, secret)
        profile = self._world.profile("x", profile_id)
        name = profile.handle if profile else ""
        return {"oauth_token": token, "oauth_token_secret": secret, "user_id": profile_id, "screen_name": name}

    def _check(self, request: web.Request, raw: bytes, given: dict[str, str], token_secret: str) -> None:
        secret = oauth.consumer_secret(self._world, self._state, given.get("oauth_consumer_key", ""))
        signed = secret is not None and oauth.is_signed(request, raw, given, oauth.Keys(secret, token_secret))
        if not signed or not self._state.new_nonce(given["oauth_nonce"]):
            raise old_error(401, 32, "Could not authenticate you.")

    def _forget(self) -> None:
        late = [token for token, one in self._state.sign_ins.items() if self._time() - one.made_at > REQUEST_SECONDS]
        for token in late:
            del self._state.sign_ins[token]

    def _time(self) -> float:
        return self._world.clock.now().timestamp()
