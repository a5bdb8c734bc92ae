"""The login dialog, as www.facebook.com shows it: which app asks for what, and which Pages it may see.

developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

from aiohttp import web
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from ..wire import action
from ..world import World
from . import versions
from .errors import GraphError
from .scopes import SCOPES
from .state import NAME, Code, random_text, state_of

APP = "ministry_social"  # its name, as `debug_token` has it
LOOPBACK = ("127.0.0.1", "localhost", "::1")  # addresses to lead back to that the rehearsed app has registered

_templates = Environment(
    loader=ChoiceLoader([PackageLoader(__name__), PackageLoader(f"{__package__.rpartition('.')[0]}.pages")]),
    autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip


class Dialog:
    """GET shows the dialog, POST is its button."""

    def __init__(self, world: World) -> None:
        self._world = world

    @action("token")
    async def show(self, request: web.Request) -> web.Response:
        """What the person is asked."""
        wrong = self._wrong(request)
        if wrong:
            return self._refuse(wrong)
        pages = [one for one in self._world.profiles if one.platform == NAME]
        return self._page(
            "dialog.html", back=request.query["redirect_uri"], app=APP, pages=pages, action=request.path_qs,
            scopes={scope: SCOPES[scope] for scope in _scopes(request.query)},
        )  # fmt: skip

    @action("token")
    async def answer(self, request: web.Request) -> web.Response:
        """Lead back with a code, or with what the person said instead. Form: answer, page and scope (each several times)."""
        wrong = self._wrong(request)
        if wrong:
            return self._refuse(wrong)
        form = await request.post()
        if form.get("answer") != "allow":
            return _back(
                request.query, error="access_denied", error_code="200", error_description="Permissions error",
                error_reason="user_denied",
            )  # fmt: skip
        given = [str(scope) for scope in form.getall("scope", [])]
        code = random_text(self._world, 120)
        state_of(self._world).codes[code] = Code(
            at=self._world.clock.now(), redirect_uri=request.query["redirect_uri"],
            scopes=tuple(scope for scope in _scopes(request.query) if scope in given),
            pages=tuple(str(page) for page in form.getall("page", [])),
        )  # fmt: skip
        return _back(request.query, code=code)

    def _wrong(self, request: web.Request) -> str:
        """Why Facebook would not even ask the person; "" where it would."""
        query, state = request.query, state_of(self._world)
        unknown = [scope for scope in _scopes(query) if scope not in SCOPES]
        try:
            upgrade = state.switches.silent_upgrade
            versions.settle(request.match_info["version"], self._world.clock.now(), silent_upgrade=upgrade)
        except GraphError as refusal:
            return refusal.message
        if query.get("client_id") != state.app_id:
            return "Invalid App ID: The provided app ID does not look like a valid app ID."
        if urlsplit(query.get("redirect_uri", "")).hostname not in LOOPBACK:
            return (
                "URL Blocked: This redirect failed because the redirect URI is not whitelisted in the app's Client OAuth Settings. "
                "Make sure Client and Web OAuth Login are on and add all your app domains as Valid OAuth Redirect URIs."
            )
        if query.get("response_type", "code") != "code":
            return "The rehearsal offers response_type=code only."
        return f"Invalid Scopes: {', '.join(unknown)}." if unknown else ""

    def _refuse(self, why: str) -> web.Response:
        return self._page("refused.html", status=400, back="", why=why)

    def _page(self, template: str, *, back: str, status: int = 200, **values: Any) -> web.Response:
        text = _templates.get_template(template).render(now=self._world.clock.now(), moment=_moment, **values)
        headers = {"Content-Security-Policy": _policy(back), "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
        return web.Response(text=text, status=status, content_type="text/html", headers=headers)


def _scopes(query: Mapping[str, str]) -> Sequence[str]:
    """What the app asks for: names between commas (or spaces)."""
    return query.get("scope", "").replace(",", " ").split()


def _back(query: Mapping[str, str], **words: str) -> web.Response:
    """To the app, with its own `state`; and with the empty fragment that Facebook is known for."""
    address, said = query["redirect_uri"], urlencode(words | {"state": query.get("state", "")})
    between = "&" if urlsplit(address).query else "?"
    return web.Response(status=302, headers={"Location": f"{address}{between}{said}#_=_"})


def _policy(back: str) -> str:
    """Nothing from elsewhere, no script; a browser must let the form lead back to the app."""
    parts = urlsplit(back)
    forms = f"'self' {parts.scheme}://{parts.netloc}" if back else "'none'"
    return f"default-src 'none'; style-src 'self'; base-uri 'none'; form-action {forms}"


def _moment(time: Any) -> str:
    """For people, with the zone."""
    return f"{time.day} {time:%B %Y, %H:%M} UTC"
