"""Tokens: who may do what, and the calls that tell about them or exchange them.

developers.facebook.com/docs/facebook-login/guides/access-tokens and .../docs/graph-api/reference/debug_token.
"""

from datetime import timedelta
from typing import Any

from ..world import Profile, World
from .call import Call
from .errors import GraphError, invalid, nonexisting, session_expired
from .state import NAME, Grant, State, random_text, state_of

LONG_LIVED = 5_183_944  # seconds, about 60 days: what the exchange of a person's token answers
DATA_ACCESS = timedelta(days=90)
SCOPES = ["pages_show_list", "pages_read_engagement", "pages_manage_posts", "pages_manage_engagement", "read_insights"]
TASKS = ["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE", "MANAGE"]


def new_token(world: World) -> str:
    """A token that looks like Facebook's."""
    return "EAA" + random_text(world, 61)


def person_token(world: World, seconds: float) -> Grant:
    """A token of the person who runs all Pages of this rehearsal."""
    state, now = state_of(world), world.clock.now()
    grant = Grant(
        token=new_token(world), kind="USER", owner=state.person, issued_at=now, expires_at=now + timedelta(seconds=seconds)
    )
    state.grants[grant.token] = grant
    return grant


def grant_of(world: World, token: str) -> Grant | None:
    """What a token allows, expired or not; None: nobody has such a token."""
    state = state_of(world)
    if token == f"{state.app_id}|{state.app_secret}":
        return Grant(token=token, kind="APP", owner=state.app_id, issued_at=world.clock.now())
    for profile in world.profiles:
        if profile.platform == NAME and token and profile.credential.get("access_token") == token:
            return Grant(token=token, kind="PAGE", owner=profile.id, issued_at=profile.made_at)
    return state.grants.get(token)


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
    """GET /debug_token?input_token=..."""
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
        "data_access_expires_at": _epoch(grant.issued_at + DATA_ACCESS),
        "expires_at": _epoch(grant.expires_at) if grant.expires_at else 0,
        "is_valid": True,
        "issued_at": _epoch(grant.issued_at),
        "scopes": SCOPES,
        "user_id": call.state.person,
    }
    if grant.kind == "PAGE":
        data["profile_id"] = grant.owner
    if _ended(call.world, grant):
        data |= {"is_valid": False, "error": {"code": 190, "message": "Error validating access token", "subcode": 463}}
    return data


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
    """GET /me/accounts: the Pages of a person, with their tokens."""
    if call.grant is None or call.grant.kind != "USER":
        raise nonexisting("accounts", "Page")
    rows = [_account(profile) for profile in call.world.profiles if profile.platform == NAME]
    cursors = {"before": rows[0]["id"], "after": rows[-1]["id"]} if rows else {}
    return {"data": rows, "paging": {"cursors": cursors}} if rows else {"data": []}


def _account(profile: Profile) -> dict[str, Any]:
    return {
        "access_token": profile.credential.get("access_token", ""),
        "category": "Government organization",
        "name": profile.title,
        "id": profile.id,
        "tasks": TASKS,
    }


def exchange(call: Call) -> dict[str, Any]:
    """GET /oauth/access_token: an app's token, a longer-lived token, or the token for a code."""
    state = call.state
    _check_app(call, state)
    if call.get("grant_type") == "client_credentials":
        return {"access_token": f"{state.app_id}|{state.app_secret}", "token_type": "bearer"}
    if call.get("grant_type") == "fb_exchange_token":
        if checked(call.world, call.get("fb_exchange_token")).kind != "USER":
            raise invalid("The parameter fb_exchange_token must be a token of a person")
    elif state.codes.pop(call.get("code"), None) is None:
        raise invalid("This authorization code has been used or has expired.", 36009)
    grant = person_token(call.world, LONG_LIVED)
    return {"access_token": grant.token, "token_type": "bearer", "expires_in": LONG_LIVED}


def _check_app(call: Call, state: State) -> None:
    if call.get("client_id") != state.app_id:
        raise GraphError("Error validating application. Cannot get application info due to a system error.", 101)
    if call.get("client_secret") != state.app_secret:
        raise GraphError("Error validating client secret.", 1)


def _epoch(moment: Any) -> int:
    return int(moment.timestamp())
