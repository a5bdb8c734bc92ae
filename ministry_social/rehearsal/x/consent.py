"""What a person sees who signs in with OAuth 1.0a: which app asks for what, and the PIN."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from aiohttp import web
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from .. import pages
from ..wire import action
from ..world import Profile, World
from . import bodies, oauth
from .signin import forget
from .state import SignIn, State, word

ADDRESS = f"{oauth.PREFIX}/oauth/authorize"
BY_HAND = "oob"

_templates = Environment(
    loader=ChoiceLoader([PackageLoader(__name__.rpartition(".")[0]), PackageLoader(pages.__name__)]),
    autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip


class Consent:
    """The address that the app sends the account's owner to."""

    def __init__(self, world: World, state: State) -> None:
        self._world, self._state = world, state

    def routes(self) -> list[web.RouteDef]:
        """The page, and the answer to it."""

        @action("token")
        async def asked(request: web.Request) -> web.Response:
            return self._ask(request.query.get("oauth_token", ""), request.query.get("screen_name", ""))

        @action("token")
        async def answered(request: web.Request) -> web.Response:
            return self._decide(dict(bodies.form_pairs(request, await request.read())))

        return [web.get(ADDRESS, asked), web.post(ADDRESS, answered)]

    def _ask(self, token: str, handle: str) -> web.Response:
        sign_in = self._open(token)
        if sign_in is None:
            return self._page("gone.html", status=403)
        profiles = [profile for profile in self._world.profiles if profile.platform == "x"]
        return self._page(
            "authorize.html", to=sign_in.callback, action=ADDRESS, token=token, profiles=profiles, handle=handle.lower(),
            access=self._state.settings.access, back=urlsplit(sign_in.callback).netloc, app=self._state.app.id,
        )  # fmt: skip

    def _decide(self, form: dict[str, str]) -> web.Response:
        """Form: oauth_token, account (the ministry's name), decision (authorize | cancel).

        Answers with a page, or leads back. Without a decision a test agrees: then the PIN comes as JSON.
        """
        token, decision = form.get("oauth_token", ""), form.get("decision", "")
        sign_in, profile = self._open(token), self._world.named("x", form.get("account", ""))
        if sign_in is not None and decision == "cancel":
            del self._state.sign_ins[token]
            return self._page("denied.html") if sign_in.callback == BY_HAND else _back(sign_in, denied=token)
        if sign_in is None or profile is None:
            missing = {"error": "no such request token or account"}
            return self._page("gone.html", status=403) if decision else web.json_response(missing, status=404)
        return self._agree(token, sign_in, profile, by_page=bool(decision))

    def _agree(self, token: str, sign_in: SignIn, profile: Profile, *, by_page: bool) -> web.Response:
        sign_in.profile = profile.id
        if sign_in.callback != BY_HAND:
            sign_in.verifier = word(self._world.random, 32)
            return _back(sign_in, oauth_token=token, oauth_verifier=sign_in.verifier)
        sign_in.verifier = f"{self._world.random.randrange(10**7):07}"
        if not by_page:
            return web.json_response({"pin": sign_in.verifier})
        return self._page("pin.html", pin=sign_in.verifier, profile=profile)

    def _open(self, token: str) -> SignIn | None:
        """The sign-in that waits for an answer. One that has its answer is shown to nobody again."""
        forget(self._world, self._state)
        sign_in = self._state.sign_ins.get(token)
        return sign_in if sign_in is not None and not sign_in.verifier else None

    def _page(self, template: str, *, status: int = 200, to: str = "", **values: Any) -> web.Response:
        """`to`: where the page's form may lead in the end; browsers ask the policy for that, too."""
        text = _templates.get_template(template).render(now=self._world.clock.now(), moment=pages.moment, **values)
        target = urlsplit(to)
        allowed = f"form-action 'self' {target.scheme}://{target.netloc}" if target.netloc else "form-action 'self'"
        headers = {
            "Content-Security-Policy": pages.POLICY.replace("form-action 'none'", allowed),
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
        }
        return web.Response(text=text, status=status, content_type="text/html", headers=headers)


def _back(sign_in: SignIn, **query: str) -> web.Response:
    joint = "&" if urlsplit(sign_in.callback).query else "?"
    return web.Response(status=302, headers={"Location": f"{sign_in.callback}{joint}{urlencode(query)}"})
