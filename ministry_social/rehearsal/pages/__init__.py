"""The web pages on which a press officer sees what the public would see."""

from datetime import datetime
from functools import partial
from typing import Any

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from ..faults import KINDS
from ..wire import WORLD
from ..world import Post, Profile, World
from .files import media, style
from .shown import Shown, find, hue, open_to_all, show, standing, target

PLATFORMS = {"x": "X", "facebook": "Facebook", "youtube": "YouTube"}
# Nothing from elsewhere, no script: a page of the rehearsal shows only what the rehearsal has.
POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'"

_templates = Environment(
    loader=PackageLoader(__name__), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def routes() -> list[web.RouteDef]:
    """The pages' routes."""
    return [
        web.get("/", _index),
        web.get("/style.css", style),
        web.get("/media/{digest}", media),
        web.get("/x/{handle}", partial(_timeline, "x")),
        web.get("/x/{handle}/status/{id}", _status),
        web.get("/facebook/{handle}", partial(_timeline, "facebook")),
        web.get("/facebook/{handle}/posts/{id}", _page_post),
        web.get("/youtube/watch/{id}", _watch),
        web.get("/youtube/{handle}", _channel),
    ]


async def _index(request: web.Request) -> web.Response:
    world = request.app[WORLD]
    platforms = {name: [_account(world, one) for one in world.profiles if one.platform == name] for name in PLATFORMS}
    faults = [(fault, KINDS[fault.kind]) for fault in world.faults.on]
    return _page(world, "index.html", platforms=platforms, names=PLATFORMS, faults=faults, clock=world.clock)


def _account(world: World, profile: Profile) -> dict[str, Any]:
    posts = standing(world, profile)
    return {"profile": profile, "count": len(posts), "newest": posts[0].at if posts else None}


async def _timeline(platform: str, request: web.Request) -> web.Response:
    world = request.app[WORLD]
    profile = find(world, platform, request.match_info["handle"])
    if profile is None:
        return _missing(world)
    found = [show(world, post) for post in standing(world, profile)]
    posts = [post for post in found if post is not None]
    return _page(world, "timeline.html", profile=profile, posts=posts, platform=PLATFORMS[platform])


async def _status(request: web.Request) -> web.Response:
    """One post of X; the address of a repost shows its original, as on X."""
    world = request.app[WORLD]
    profile = find(world, "x", request.match_info["handle"])
    return _one(world, profile, world.post("x", request.match_info["id"]))


async def _page_post(request: web.Request) -> web.Response:
    world = request.app[WORLD]
    profile = find(world, "facebook", request.match_info["handle"])
    if profile is None:
        return _missing(world)
    story = request.match_info["id"].rpartition("_")[2]
    return _one(world, profile, world.post("facebook", f"{profile.id}_{story}"))


def _one(world: World, profile: Profile | None, post: Post | None) -> web.Response:
    found = show(world, post) if post is not None and open_to_all(post) else None
    if profile is None or post is None or post.profile != profile.id or found is None:
        return _missing(world)
    return _page(world, "post.html", profile=profile, post=found, platform=PLATFORMS[profile.platform])


async def _channel(request: web.Request) -> web.Response:
    world = request.app[WORLD]
    profile = find(world, "youtube", request.match_info["handle"].removeprefix("@"))
    if profile is None:
        return _missing(world)
    videos = [video for post in standing(world, profile) if (video := show(world, post)) is not None]
    return _page(world, "channel.html", profile=profile, videos=videos)


async def _watch(request: web.Request) -> web.Response:
    """One video; with `?hl=fr` as those see it whose YouTube speaks French."""
    world, language = request.app[WORLD], request.query.get("hl", "")
    post = world.post("youtube", request.match_info["id"])
    found: Shown | None = show(world, post, language) if post is not None and open_to_all(post) else None
    if post is None or found is None:
        return _missing(world)
    return _page(world, "watch.html", video=found, more=post.more, language=language)


def _missing(world: World) -> web.Response:
    return _page(world, "missing.html", status=404)


def _page(world: World, template: str, *, status: int = 200, **values: Any) -> web.Response:
    text = _templates.get_template(template).render(
        now=world.clock.now(), target=partial(target, world), hue=hue, moment=moment, **values
    )
    return web.Response(text=text, status=status, content_type="text/html", headers={"Content-Security-Policy": POLICY})


def moment(time: datetime) -> str:
    """For people, with the zone."""
    return f"{time.day} {time:%B %Y, %H:%M} UTC"
