"""The control interface: /rehearsal/... for tests and for the commands of `rehearsal`."""

import string
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from .faults import KINDS
from .wire import WORLD, RehearsedPlatform
from .world import Post, Profile, World


def routes(platforms: dict[str, RehearsedPlatform]) -> list[web.RouteDef]:
    """The control interface's routes."""

    async def health(request: web.Request) -> web.Response:
        return web.json_response({"rehearsal": "ministry_social", "platforms": sorted(platforms)})

    async def accounts(request: web.Request) -> web.Response:
        """Make profiles. Body: [{platform, id, name, handle, title, credential?}]; answers their credentials, in order."""
        world = request.app[WORLD]
        rows: list[dict[str, Any]] = await request.json()
        return web.json_response([_enrol(world, platforms, row) for row in rows])

    async def apps(request: web.Request) -> web.Response:
        """What proves the ministry's app to each platform."""
        world = request.app[WORLD]
        return web.json_response({name: platform.app_credential(world) for name, platform in platforms.items()})

    async def reset(request: web.Request) -> web.Response:
        """Empty the platforms; profiles and their credentials stay."""
        _empty(request.app[WORLD], platforms)
        return web.json_response({"reset": True})

    return [
        web.get("/rehearsal/health", health),
        web.post("/rehearsal/reset", reset),
        web.post("/rehearsal/accounts", accounts),
        web.get("/rehearsal/accounts", _list_accounts),
        web.post("/rehearsal/accounts/{platform}/{name}", _change_account),
        web.get("/rehearsal/apps", apps),
        web.get("/rehearsal/clock", _read_clock),
        web.post("/rehearsal/clock", _set_clock),
        web.get("/rehearsal/faults", _list_faults),
        web.post("/rehearsal/faults", _add_fault),
        web.delete("/rehearsal/faults", _remove_faults),
        web.delete("/rehearsal/faults/{id}", _remove_faults),
        web.get("/rehearsal/records", _records),
        web.get("/rehearsal/files/{digest}", _file),
    ]


def _enrol(world: World, platforms: dict[str, RehearsedPlatform], row: dict[str, Any]) -> dict[str, str]:
    platform = platforms[row["platform"]]
    # Without an id it is the profile of that name; where there is none yet, the platform gives it one.
    profile = world.profile(platform.name, row["id"]) if row["id"] else world.named(platform.name, row["name"])
    if profile is None:
        profile = Profile(
            platform=platform.name, id=row["id"] or _new_id(world, platform.name), name=row["name"], handle=row["handle"],
            title=row["title"], credential={}, made_at=world.clock.now(),
        )  # fmt: skip
        world.profiles.append(profile)
    if row.get("credential"):
        profile.credential = dict(row["credential"])
    elif not profile.credential:
        profile.credential = platform.new_credential(world, profile.id)
    return profile.credential


def _new_id(world: World, platform: str) -> str:
    """An id as the platform gives it to somebody who opens an account."""
    if platform == "youtube":
        return "UC" + "".join(world.random.choice(string.ascii_letters + string.digits) for _ in range(22))
    return str(world.random.randrange(10**17, 10**18))


def _empty(world: World, platforms: dict[str, RehearsedPlatform]) -> None:
    kept = world.states
    world.empty()
    for platform in platforms.values():
        platform.begin(world)
    for name, state in kept.items():
        # Handlers hold on to the old object: give it the new one's contents.
        vars(state).clear()
        vars(state).update(vars(world.states[name]))
        world.states[name] = state


async def _list_accounts(request: web.Request) -> web.Response:
    """Profiles without their credentials."""
    rows = [
        {"platform": p.platform, "id": p.id, "name": p.name, "handle": p.handle, "title": p.title}
        for p in request.app[WORLD].profiles
    ]
    return web.json_response(rows)


async def _change_account(request: web.Request) -> web.Response:
    """Change what the public sees of a profile. Body: {handle?, title?, bio?, picture?, verified?}."""
    profile = request.app[WORLD].named(request.match_info["platform"], request.match_info["name"])
    wish = await request.json()
    if profile is None or set(wish) - {"handle", "title", "bio", "picture", "verified"}:
        return web.json_response({"error": "no such profile, or nothing of it that can be changed"}, status=400)
    for name, value in wish.items():
        setattr(profile, name, value)
    return web.json_response({"changed": sorted(wish)})


def _clock_json(world: World) -> dict[str, Any]:
    return {"now": world.clock.now().isoformat(), "rate": world.clock.rate, "moved": world.clock.moved}


async def _read_clock(request: web.Request) -> web.Response:
    return web.json_response(_clock_json(request.app[WORLD]))


async def _set_clock(request: web.Request) -> web.Response:
    """Body: {now?: ISO time with zone, advance?: seconds, rate?: number}."""
    world, wish = request.app[WORLD], await request.json()
    now = datetime.fromisoformat(wish["now"]).astimezone(UTC) if wish.get("now") else None
    if wish.get("advance"):
        now = (now or world.clock.now()) + timedelta(seconds=wish["advance"])
    world.clock.set(now=now, rate=wish.get("rate"))
    return web.json_response(_clock_json(world))


async def _list_faults(request: web.Request) -> web.Response:
    rows = [fault.as_json() for fault in request.app[WORLD].faults.on]
    return web.json_response({"on": rows, "kinds": KINDS})


async def _add_fault(request: web.Request) -> web.Response:
    """Body: {kind, platform, account?, action?, times?, seconds?, status?}."""
    world, wish = request.app[WORLD], await request.json()
    try:
        fault = world.faults.add(**wish)
    except (TypeError, ValueError) as wrong:
        return web.json_response({"error": str(wrong)}, status=400)
    return web.json_response(fault.as_json())


async def _remove_faults(request: web.Request) -> web.Response:
    number = request.match_info.get("id")
    removed = request.app[WORLD].faults.remove(int(number) if number else None)
    return web.json_response({"removed": removed})


async def _records(request: web.Request) -> web.Response:
    """What really was published, oldest first. Query: platform, account (the ministry's name for it)."""
    world = request.app[WORLD]
    names = {(p.platform, p.id): p for p in world.profiles}
    rows = [_record(post, names[(post.platform, post.profile)]) for post in world.posts]
    for field in ("platform", "account"):
        if request.query.get(field):
            rows = [row for row in rows if row[field] == request.query[field]]
    return web.json_response(rows)


def _record(post: Post, profile: Profile) -> dict[str, Any]:
    return {
        "platform": post.platform,
        "account": profile.name,
        "profile": profile.id,
        "id": post.id,
        "kind": post.kind,
        "text": post.text,
        "media": post.media,
        "alts": post.alts,
        "of": post.of,
        "public": post.public,
        "shown": post.shown,
        "at": post.at.isoformat(),
        "deleted_at": post.deleted_at.isoformat() if post.deleted_at else None,
        "more": post.more,
    }


async def _file(request: web.Request) -> web.Response:
    found = request.app[WORLD].files.get(request.match_info["digest"])
    if found is None:
        raise web.HTTPNotFound
    return web.Response(body=found[0], content_type=found[1])
