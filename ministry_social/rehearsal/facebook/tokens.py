"""Tokens: who may do what, and the calls that tell about them.

developers.facebook.com/docs/facebook-login/guides/access-tokens and .../docs/graph-api/reference/debug_token.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from ..world import Profile, World
from .call import Call
from .errors import GraphError, invalid, nonexisting, session_expired
from .fields import parse, pick
from .listing import Row, listing
from .scopes import CREATE_CONTENT, EVERY, SHOW_LIST, TASKS
from .state import NAME, Grant, new_id, random_text, state_of

LONG_LIVED = 5_183_944  # seconds, about 60 days: what the exchange of a person's token answers
SHORT_LIVED = 5_400  # seconds: "about an hour or two"
DATA_ACCESS = timedelta(days=90)
PEOPLE = ("USER", "SYSTEM_USER")
PLAIN = "access_token,category,name,tasks"  # what /me/accounts answers when `fields` is not given


def new_token(world: World) -> str:
    """A token that looks like Facebook's, and is nobody's yet."""
    while True:
        token = "EAA" + random_text(world, 61)
        if token not in state_of(world).grants:
            return token


def person_token(
    world: World, seconds: float, *, scopes: Sequence[str] = EVERY, pages: Sequence[str] | None = None, long: bool = False
) -> Grant:
    """A token of the person who runs all Pages of this rehearsal."""
    state, now = state_of(world), world.clock.now()
    return _keep(
        world,
        Grant(
            token=new_token(world), kind="USER", owner=state.person, issued_at=now, expires_at=now + timedelta(seconds=seconds),
            scopes=tuple(scopes), pages=None if pages is None else tuple(pages), long=long,
        ),
    )  # fmt: skip


def system_token(world: World, *, scopes: Sequence[str], pages: Sequence[str]) -> Grant:
    """A token of a system user of the ministry's business, which has no end."""
    return _keep(
        world,
        Grant(
            token=new_token(world), kind="SYSTEM_USER", owner=new_id(world), issued_at=world.clock.now(),
            scopes=tuple(scopes), pages=tuple(pages), long=True, ages=False,
        ),
    )  # fmt: skip


def page_token(world: World, person: Grant, page: Profile) -> str | None:
    """The token of a Page that a person's token leads to, the same each time; None where the Page was not ticked."""
    if person.pages is None:
        return page.credential.get("access_token")
    if page.id not in person.pages:
        return None
    known = state_of(world).page_tokens
    if (person.token, page.id) not in known:
        ends = None if person.long else person.expires_at
        grant = Grant(
            token=new_token(world), kind="PAGE", owner=page.id, issued_at=world.clock.now(), expires_at=ends,
            scopes=person.scopes, pages=(page.id,), ages=person.ages,
        )  # fmt: skip
        known[person.token, page.id] = _keep(world, grant).token
    return known[person.token, page.id]


def _keep(world: World, grant: Grant) -> Grant:
    state_of(world).grants[grant.token] = grant
    return grant


def grant_of(world: World, token: str) -> Grant | None:
    """What a token allows, expired or not; None: nobody has such a token."""
    state = state_of(world)
    if token == f"{state.app_id}|{state.app_secret}":
        return Grant(token=token, kind="APP", owner=state.app_id, issued_at=world.clock.now())
    if token in state.grants:
        return state.grants[token]
    for profile in world.profiles:
        if profile.platform == NAME and token and profile.credential.get("access_token") == token:
            return Grant(token=token, kind="PAGE", owner=profile.id, issued_at=profile.made_at)
    return None


def checked(world: World, token: str) -> Grant:
    """What a token allows now. Raises `GraphError`: none (104), unknown (190), expired (190/463)."""
    if not token:
        raise GraphError("An access token is required to request this resource.", 104)
    grant, now = grant_of(world, token), world.clock.now()
    if grant is None:
        raise GraphError("Invalid OAuth access token - Cannot parse access token", 190)
    if grant.expires_at is not None and grant.expires_at <= now:
        raise session_expired(grant.expires_at, now)
    return grant


def debug_token(call: Call) -> dict[str, Any]:
    """GET /debug_token?input_token=..., for the app itself and for people who have a role in it (GitHub nyaruka/rapidpro #3734)."""
    if call.grant is None or (call.grant.kind != "APP" and not call.state.switches.people_have_roles):
        raise invalid("You must provide an app access token, or a user access token that is an owner or developer of the app")
    token = call.get("input_token")
    if not token:
        raise invalid("The parameter input_token is required")
    grant = grant_of(call.world, token)
    if grant is None:
        error = {"code": 190, "message": "Invalid OAuth access token."}
        return {"data": {"error": error, "is_valid": False, "scopes": []}}
    return {"data": _describe(call, grant)}


def _describe(call: Call, grant: Grant) -> dict[str, Any]:
    data: dict[str, Any] = {
        "app_id": call.state.app_id,
        "type": grant.kind,
        "application": "ministry_social",
        "data_access_expires_at": _epoch(grant.issued_at + DATA_ACCESS) if grant.ages else 0,
        "expires_at": _epoch(grant.expires_at) if grant.expires_at else 0,
        "is_valid": True,
        "issued_at": _epoch(grant.issued_at),
        "scopes": list(grant.scopes),
        "granular_scopes": [_granular(scope, grant) for scope in grant.scopes if scope.startswith("pages_")],
        "user_id": grant.owner if grant.kind in PEOPLE else call.state.person,
    }
    if grant.kind == "PAGE":
        data["profile_id"] = grant.owner
    if _ended(call.world, grant):
        data |= {"is_valid": False, "error": {"code": 190, "message": "Error validating access token", "subcode": 463}}
    return data


def _granular(scope: str, grant: Grant) -> dict[str, Any]:
    """For which Pages a permission was given; without `target_ids` for all."""
    return {"scope": scope} if grant.pages is None else {"scope": scope, "target_ids": list(grant.pages)}


def _ended(world: World, grant: Grant) -> bool:
    """By its time, or because the switch `expired-token` is on for its Page."""
    if grant.expires_at is not None and grant.expires_at <= world.clock.now():
        return True
    profile = world.profile(NAME, grant.owner)
    return profile is not None and any(
        fault.kind == "expired-token" and fault.platform == NAME and fault.account in (None, profile.name)
        for fault in world.faults.on
    )


def accounts(call: Call) -> dict[str, Any]:
    """GET /me/accounts: the Pages that a person has ticked, with their tokens; none without the permission for it."""
    grant = call.grant
    if grant is None or grant.kind not in PEOPLE:
        raise nonexisting("accounts", "Page")
    pages = [one for one in call.world.profiles if one.platform == NAME and (grant.pages is None or one.id in grant.pages)]
    wanted = parse(call.get("fields") or PLAIN)
    rows = [
        Row(id=page.id, at=page.made_at, node=partial(pick, _account(call, grant, page), wanted, "Page"))
        for page in pages
        if SHOW_LIST in grant.scopes
    ]
    return listing(call, rows)


def _account(call: Call, grant: Grant, page: Profile) -> dict[str, Any]:
    lacks = page.id in call.state.switches.without_task
    return {
        "access_token": page_token(call.world, grant, page),
        "category": "Government organization",
        "name": page.title,
        "username": page.handle or None,
        "id": page.id,
        "tasks": [task for task in TASKS if task != CREATE_CONTENT or not lacks],
    }


def _epoch(moment: datetime) -> int:
    return int(moment.timestamp())
