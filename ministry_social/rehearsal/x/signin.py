"""Signing in with OAuth 1.0a: request token and access token. What lies between them a person sees: `consent`."""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from ..wire import action
from ..world import Profile, World
from . import oauth
from .answers import Refusal, callback_refused, old_error, verifier_refused
from .state import SignIn, State, Token, word

# How long an unfinished sign-in is kept: a guess. A person takes real time over it, so a fast clock does not shorten it.
REQUEST_SECONDS = 3_600
LOOPBACK = ("127.0.0.1", "localhost", "::1")  # call-backs that the rehearsed app has registered

Step = Callable[[web.Request, bytes], dict[str, str]]


class SignInDoor:
    """The addresses below /oauth/."""

    def __init__(self, world: World, state: State) -> None:
        self._world, self._state = world, state

    def routes(self) -> list[web.RouteDef]:
        """The app's two steps of a sign-in."""

        @action("token")
        async def request_token(request: web.Request) -> web.Response:
            return self._answer(request, await request.read(), self._request_token)

        @action("token")
        async def access_token(request: web.Request) -> web.Response:
            return self._answer(request, await request.read(), self._access_token)

        return [
            web.post(f"{oauth.PREFIX}/oauth/request_token", request_token),
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
        if callback != "oob" and not self._registered(callback):
            raise callback_refused()
        forget(self._world, self._state)
        token, secret = word(self._world.random, 27), word(self._world.random, 32)
        self._state.sign_ins[token] = SignIn(secret=secret, callback=callback, made_at=self._time())
        return {"oauth_token": token, "oauth_token_secret": secret, "oauth_callback_confirmed": "true"}

    def _access_token(self, request: web.Request, raw: bytes) -> dict[str, str]:
        given = oauth.header(request)
        forget(self._world, self._state)
        sign_in = self._state.sign_ins.get(given.get("oauth_token", ""))
        if sign_in is None:
            raise old_error(401, 89, "Invalid or expired token.")
        self._check(request, raw, given, sign_in.secret)
        if not sign_in.verifier or given.get("oauth_verifier") != sign_in.verifier:
            raise verifier_refused()
        del self._state.sign_ins[given["oauth_token"]]
        return self._grant(sign_in.profile)

    def _grant(self, profile_id: str) -> dict[str, str]:
        token, secret = f"{profile_id}-{word(self._world.random, 40)}", word(self._world.random, 45)
        self._state.tokens[token] = Token(profile_id, secret, self._state.settings.access)
        profile = self._world.profile("x", profile_id)
        if profile is not None:
            self._keep(profile, token, secret)
        name = profile.handle if profile else ""
        return {"oauth_token": token, "oauth_token_secret": secret, "user_id": profile_id, "screen_name": name}

    def _keep(self, profile: Profile, token: str, secret: str) -> None:
        """What was granted last is the credential that a reset leaves; the one before counts on until then."""
        before = profile.credential
        if before.get("access_token"):
            self._state.tokens.setdefault(before["access_token"], Token(profile.id, before["access_token_secret"]))
        app = self._state.app
        profile.credential = {
            "consumer_key": app.consumer_key, "consumer_secret": app.consumer_secret,
            "access_token": token, "access_token_secret": secret,
        }  # fmt: skip

    def _registered(self, callback: str) -> bool:
        return self._state.settings.callbacks == "loopback" and urlsplit(callback).hostname in LOOPBACK

    def _check(self, request: web.Request, raw: bytes, given: dict[str, str], token_secret: str) -> None:
        secret = oauth.consumer_secret(self._world, self._state, given.get("oauth_consumer_key", ""))
        signed = secret is not None and oauth.is_signed(request, raw, given, oauth.Keys(secret, token_secret))
        if not signed or not self._state.new_nonce(given["oauth_nonce"]):
            raise old_error(401, 32, "Could not authenticate you.")

    def _time(self) -> float:
        return self._world.clock.now().timestamp()


def forget(world: World, state: State) -> None:
    """Drop what nobody has finished in time."""
    now, life = world.clock.now().timestamp(), REQUEST_SECONDS * max(world.clock.rate, 1.0)
    for token in [token for token, one in state.sign_ins.items() if now - one.made_at > life]:
        del state.sign_ins[token]
