"""Reading: timelines, posts by id, accounts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..world import Post, Profile
from . import money
from .answers import invalid, missing, unavailable
from .door import Answer, Call, Entry
from .objects import Wish, includes, post_json, user_json, wish

MOST_IDS = 100
FAR = 1 << 70  # beyond every id
NEWEST = 3_200  # a timeline reaches back no further


def entries() -> list[Entry]:
    """The addresses of this module. /me and /by come before /{id}: the first that fits is taken."""
    rows: list[tuple[str, Callable[[Call], Answer], str]] = [
        ("/2/users/me", me, "users.read"),
        ("/2/users/by/username/{username}", user_by_name, "users.read"),
        ("/2/users/by", users_by_name, "users.read"),
        ("/2/users", users, "users.read"),
        ("/2/users/{id}", user, "users.read"),
        ("/2/users/{id}/tweets", timeline, "tweet.read"),
        ("/2/tweets", posts, "tweet.read"),
        ("/2/tweets/{id}", post, "tweet.read"),
    ]
    return [
        Entry(method="GET", path=path, handler=handler, does="read", scope=scope, app=path != "/2/users/me")
        for path, handler, scope in rows
    ]


def me(call: Call) -> Answer:
    """GET /2/users/me."""
    asked = wish(call)
    money.pay_reads(call.world, call.state, call.account, "user read", [call.profile.id])
    return Answer({"data": user_json(call, call.profile, asked)})


def user(call: Call) -> Answer:
    """GET /2/users/{id}."""
    return _one_user(call, "id", call.part("id"), call.world.profile("x", call.part("id")))


def user_by_name(call: Call) -> Answer:
    """GET /2/users/by/username/{username}."""
    return _one_user(call, "username", call.part("username"), _called(call, call.part("username")))


def _one_user(call: Call, parameter: str, value: str, profile: Profile | None) -> Answer:
    asked = wish(call)
    if profile is None:
        return Answer({"errors": [missing("user", parameter, value)]})
    money.pay_reads(call.world, call.state, call.account, "user read", [profile.id])
    return Answer({"data": user_json(call, profile, asked)})


def users(call: Call) -> Answer:
    """GET /2/users?ids=..."""
    ids = _ids(call, "ids")
    return _many_users(call, "ids", [(one, call.world.profile("x", one)) for one in ids])


def users_by_name(call: Call) -> Answer:
    """GET /2/users/by?usernames=..."""
    return _many_users(call, "usernames", [(name, _called(call, name)) for name in _ids(call, "usernames")])


def _many_users(call: Call, parameter: str, found: list[tuple[str, Profile | None]]) -> Answer:
    asked = wish(call, parameter)
    there = [profile for _, profile in found if profile]
    money.pay_reads(call.world, call.state, call.account, "user read", [profile.id for profile in there])
    data = [user_json(call, profile, asked) for profile in there]
    errors = [missing("user", parameter, value) for value, profile in found if profile is None]
    return Answer(_filled({"data": data, "errors": errors}))


def _called(call: Call, handle: str) -> Profile | None:
    handles = (p for p in call.world.profiles if p.platform == "x")
    return next((p for p in handles if p.handle.lower() == handle.lower()), None)


def posts(call: Call) -> Answer:
    """GET /2/tweets?ids=...: what is there, and an error for each that is not."""
    ids = _ids(call, "ids")
    asked = wish(call, "ids")
    found = [(one, _standing(call, one)) for one in ids]
    there = [found_post for _, found_post in found if found_post]
    _pay_posts(call, there)
    errors = [_not_shown(call, "ids", value) for value, found_post in found if found_post is None]
    data = [post_json(call, found_post, asked) for found_post in there]
    return Answer(_filled({"data": data, "errors": errors}) | includes(call, there, asked))


def post(call: Call) -> Answer:
    """GET /2/tweets/{id}."""
    asked = wish(call)
    found = _standing(call, call.part("id"))
    if found is None:
        return Answer({"errors": [_not_shown(call, "id", call.part("id"))]})
    _pay_posts(call, [found])
    return Answer({"data": post_json(call, found, asked)} | includes(call, [found], asked))


def _standing(call: Call, post_id: str) -> Post | None:
    found = call.world.post("x", post_id)
    return found if found is not None and found.deleted_at is None else None


def _not_shown(call: Call, parameter: str, post_id: str) -> dict[str, Any]:
    """Why a post is not there: nobody knows it (any more), or X shows it to nobody."""
    found = call.world.post("x", post_id)
    return (unavailable if found is not None and found.more.get("blocked") else missing)("tweet", parameter, post_id)


def _pay_posts(call: Call, read: list[Post]) -> None:
    # The lower price is for the owner of the app and his own posts; the ministry is taken to be that for its accounts.
    own = call.caller.profile.id if call.caller.profile else ""
    for what, ids in (
        ("own read", [found.id for found in read if found.profile == own]),
        ("post read", [found.id for found in read if found.profile != own]),
    ):
        money.pay_reads(call.world, call.state, call.account, what, ids)


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """Which part of a timeline is wanted; ids are exclusive, `start` is not."""

    newer_than: int
    older_than: int
    start: datetime | None
    end: datetime | None
    reposts: bool

    def hold(self, row: Post) -> bool:
        """Whether a post lies within."""
        if (row.kind == "repost" and not self.reposts) or not self.newer_than < int(row.id) < self.older_than:
            return False
        return (self.start is None or row.at >= self.start) and (self.end is None or row.at < self.end)


TIMELINE = ("max_results", "since_id", "until_id", "start_time", "end_time", "exclude", "pagination_token")


def timeline(call: Call) -> Answer:
    """GET /2/users/{id}/tweets, newest first."""
    asked = wish(call, *TIMELINE)
    most = _number(call, "max_results", 10)
    if not 5 <= most <= 100:
        message = f"The `max_results` query parameter value [{most}] is not between 5 and 100"
        raise invalid(message, max_results=str(most))
    if call.world.profile("x", call.part("id")) is None:
        return Answer({"errors": [missing("user", "id", call.part("id"))]})
    bounds = Bounds(
        newer_than=_number(call, "since_id", 0),
        older_than=min(_number(call, "until_id", FAR), _token(call)),
        start=_moment(call, "start_time"),
        end=_moment(call, "end_time"),
        reposts=not {"retweets", "reposts"} & set(call.request.query.get("exclude", "").split(",")),
    )
    rows = [row for row in call.world.timeline("x", call.part("id"), lag=True)[:NEWEST] if bounds.hold(row)]
    page, rest = rows[:most], rows[most:]
    _pay_posts(call, page)
    return Answer(_page(call, page, asked, more=bool(rest)))


def _page(call: Call, page: list[Post], asked: Wish, *, more: bool) -> dict[str, Any]:
    if not page:
        return {"meta": {"result_count": 0}}
    meta: dict[str, Any] = {"result_count": len(page), "newest_id": page[0].id, "oldest_id": page[-1].id}
    if more:
        meta["next_token"] = f"{int(page[-1].id):x}"
    data = [post_json(call, row, asked) for row in page]
    return {"data": data, **includes(call, page, asked), "meta": meta}


def _ids(call: Call, name: str) -> list[str]:
    values = [value for value in call.request.query.get(name, "").split(",") if value]
    if not values or len(values) > MOST_IDS:
        raise invalid(f"The `{name}` query parameter can not be empty and has at most {MOST_IDS} values", **{name: values})
    for value in values:
        if name == "ids" and not (value.isascii() and value.isdigit()):
            raise invalid(f"The `ids` query parameter value [{value}] is not valid", ids=value)
    return values


def _number(call: Call, name: str, default: int) -> int:
    value = call.request.query.get(name, str(default))
    if not (value.isascii() and value.isdigit()):
        raise invalid(f"The `{name}` query parameter value [{value}] is not valid", **{name: value})
    return int(value)


def _moment(call: Call, name: str) -> datetime | None:
    value = call.request.query.get(name)
    if not value:
        return None
    try:
        return datetime.strptime(value.replace(".000Z", "Z"), "%Y-%m-%dT%H:%M:%S%z")
    except ValueError as error:
        raise invalid(f"The `{name}` query parameter value [{value}] is not a valid RFC3339 date-time", **{name: value}) from error


def _token(call: Call) -> int:
    value = call.request.query.get("pagination_token")
    try:
        return int(value, 16) if value else FAR
    except ValueError as error:
        raise invalid(f"The `pagination_token` query parameter value [{value}] is not valid") from error


def _filled(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value}
