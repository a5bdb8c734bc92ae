"""Google's consent page: which app asks for what, for which channel; and the way back.

Sources: developers.google.com/identity/protocols/oauth2/web-server (parameters, errors), .../oauth2/native-app (loopback
addresses), .../oauth2/resources/granular-permissions (boxes to tick from two scopes on).
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from aiohttp import web
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from .. import pages
from ..wire import WORLD, action
from ..world import World
from . import signin, tokens
from .scopes import WORDS
from .state import Code, Settings, state_of

PATH = "/api/youtube/o/oauth2/v2/auth"
APP = "ministry_social"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
NO_CHANNEL = "-"

_templates = Environment(
    loader=ChoiceLoader([PackageLoader(__package__), PackageLoader(pages.__name__)]),
    autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip


@action("read")
async def ask(request: web.Request) -> web.Response:
    """GET: the page."""
    world, query = request.app[WORLD], request.query
    blocked = _blocked(world, query)
    if blocked is not None:
        return blocked
    settings, back = state_of(world).settings, urlsplit(query["redirect_uri"])
    wanted = _scopes(query)
    return _page(
        world, "consent.html", to=query["redirect_uri"], app=APP, action=request.path_qs, back=back.netloc,
        channels=[one for one in world.profiles if one.platform == "youtube"],
        scopes={scope: (scope.rpartition("/")[2], WORDS[scope]) for scope in wanted},
        boxes=_has_boxes(settings, wanted), testing=settings.publishing_status == "testing",
    )  # fmt: skip


@action("token")
async def answer(request: web.Request) -> web.Response:
    """POST, the page's buttons: lead back. Form: answer (allow or cancel), channel (its id), scope (several times)."""
    world, query = request.app[WORLD], request.query
    blocked = _blocked(world, query)
    if blocked is not None:
        return blocked
    form = await request.post()
    wanted, channel = _scopes(query), str(form.get("channel", ""))
    ticked = [str(scope) for scope in form.getall("scope", [])]
    boxes = _has_boxes(state_of(world).settings, wanted)
    given = tuple(scope for scope in wanted if scope in ticked or not boxes)
    if form.get("answer") != "allow":
        return _back(query, error="access_denied")
    if channel != NO_CHANNEL and world.profile("youtube", channel) is None:
        return _block(world, 400, "invalid_request", "There is no such channel.")
    owner = "" if channel == NO_CHANNEL else channel
    code = Code(
        profile=owner, scopes=given, redirect_uri=query["redirect_uri"], challenge=query.get("code_challenge", ""),
        method=query.get("code_challenge_method", "plain"), offline=_offline(world, query, owner), made_at=world.clock.now(),
    )  # fmt: skip
    return _back(query, code=signin.new_code(world, code), scope=" ".join(given))


def _offline(world: World, query: Mapping[str, str], owner: str) -> bool:
    """Whether a refresh token is given: asked for, and the first time or after the page was asked for again."""
    again = any(grant.profile == owner and grant.refresh_token for grant in state_of(world).grants)
    return query.get("access_type") == "offline" and (not again or "consent" in query.get("prompt", "").split())


def _scopes(query: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(query.get("scope", "").split()))


def _has_boxes(settings: Settings, scopes: tuple[str, ...]) -> bool:
    return len(scopes) > 1 or settings.single_check_box


def _blocked(world: World, query: Mapping[str, str]) -> web.Response | None:
    """Google's own page where a request is wrong: it leads nobody to an address that it does not trust."""
    if query.get("client_id") != tokens.client_of(world)["client_id"]:
        return _block(world, 401, "invalid_client", "The OAuth client was not found.")
    if not _is_registered(state_of(world).settings, query.get("redirect_uri", "")):
        return _block(world, 400, "redirect_uri_mismatch", "The address to lead back to is not one of this client's.")
    if query.get("response_type") != "code":
        return _block(world, 400, "unsupported_response_type", "The response_type must be code.")
    if not _scopes(query) or set(_scopes(query)) - set(WORDS):
        return _block(world, 400, "invalid_scope", "Some requested scopes are missing or unknown.")
    if query.get("code_challenge_method", "plain") not in ("S256", "plain"):
        return _block(world, 400, "invalid_request", "The code_challenge_method must be S256 or plain.")
    return None


def _is_registered(settings: Settings, address: str) -> bool:
    """A web client's addresses are compared letter by letter; an installed app may listen on this machine where it likes."""
    if settings.client_type == "web":
        return address in settings.redirect_uris
    parts = urlsplit(address)
    return parts.scheme == "http" and parts.hostname in LOOPBACK


def _back(query: Mapping[str, str], **said: str) -> web.Response:
    if query.get("state"):
        said = {"state": query["state"], **said}
    joint = "&" if urlsplit(query["redirect_uri"]).query else "?"
    return web.Response(status=302, headers={"Location": f"{query['redirect_uri']}{joint}{urlencode(said)}"})


def _block(world: World, status: int, error: str, why: str) -> web.Response:
    return _page(world, "blocked.html", status=status, code=status, error=error, why=why)


def _page(world: World, template: str, *, status: int = 200, to: str = "", **values: Any) -> web.Response:
    """`to`: where the page's form leads in the end; browsers ask the policy for that, too."""
    text = _templates.get_template(template).render(now=world.clock.now(), moment=pages.moment, **values)
    target = urlsplit(to)
    allowed = f"form-action 'self' {target.scheme}://{target.netloc}" if target.netloc else "form-action 'none'"
    headers = {
        "Content-Security-Policy": pages.POLICY.replace("form-action 'none'", allowed),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
    }
    return web.Response(text=text, status=status, content_type="text/html", headers=headers)
