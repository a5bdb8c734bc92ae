"""Posts, accounts and media as the API shows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..growth import followers, of_post
from ..world import Post, Profile
from .answers import invalid
from .door import Call
from .fields import SHOWING


@dataclass(frozen=True)
class Wish:
    """What a reader asked to see. `new` where it used the new names (post.fields): answers then have new names too."""

    post: frozenset[str]
    user: frozenset[str]
    media: frozenset[str]
    expansions: frozenset[str]
    new: bool


def wish(call: Call, *known: str) -> Wish:
    """The reader's wish; `known` are the endpoint's other parameters. Raises `Refusal` on any other name or value."""
    for name in call.request.query:
        if name not in SHOWING and name not in known:
            raise invalid(f"The query parameter [{name}] is not one of [{','.join(sorted({*SHOWING, *known}))}]", **{name: ""})
    asked = {name: _values(call, name, allowed) for name, allowed in SHOWING.items()}
    new = "post.fields" in call.request.query
    post = asked["post.fields"] if new else asked["tweet.fields"]
    return Wish(post, asked["user.fields"], asked["media.fields"], asked["expansions"], new)


def _values(call: Call, name: str, allowed: frozenset[str] | None) -> frozenset[str]:
    values = [value for value in call.request.query.get(name, "").split(",") if value]
    for value in values:
        if allowed is not None and value not in allowed:
            listed = ",".join(sorted(allowed))
            raise invalid(f"The `{name}` query parameter value [{value}] is not one of [{listed}]", **{name: value})
    return frozenset(values)


def shown_text(call: Call, post: Post) -> str:
    """The text as the API gives it; of a repost, the beginning of the original."""
    if post.kind != "repost":
        return str(post.more["shown"])
    original = call.world.post("x", post.of)
    if original is None:
        return ""
    author = call.world.profile("x", original.profile)
    text = f"RT @{author.handle if author else ''}: {original.more['shown']}"
    return text if len(text) <= 140 else text[:139] + "…"


def post_json(call: Call, post: Post, asked: Wish) -> dict[str, Any]:
    """A post as an object, with the fields that were asked for."""
    history = "edit_history_post_ids" if asked.new else "edit_history_tweet_ids"
    always = {"id": post.id, "text": shown_text(call, post), history: post.more.get("history", [post.id])}
    more = {
        "author_id": post.profile,
        "conversation_id": post.id,
        "created_at": post.at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "lang": "und",
        "possibly_sensitive": False,
        "reply_settings": post.more.get("reply_settings", "everyone"),
        "public_metrics": _post_metrics(call, post, asked),
        "attachments": {"media_keys": post.more["media_keys"]} if post.more.get("media_keys") else None,
        "entities": {"urls": post.more["urls"]} if post.more.get("urls") else None,
        "made_with_ai": post.more.get("made_with_ai"),
        "paid_partnership": post.more.get("paid_partnership"),
        "withheld": post.more.get("withheld"),
    }
    if post.kind == "repost":
        more["referenced_posts" if asked.new else "referenced_tweets"] = [{"type": "retweeted", "id": post.of}]
    return always | {name: value for name, value in more.items() if name in asked.post and value is not None}


def _post_metrics(call: Call, post: Post, asked: Wish) -> dict[str, int]:
    """Of a repost, X shows how often the original was reposted, and nothing else."""
    original = call.world.post("x", post.of or post.id) or post
    grown = of_post(call.world.seed, original.id, original.at, call.world.clock.now())
    reposts = len(call.state.reposts.get(original.id, {})) + grown["reposts"]
    names = {"replies": "reply", "likes": "like", "quotes": "quote", "saves": "bookmark", "views": "impression"}
    rest = {f"{word}_count": 0 if post.of else grown[name] for name, word in names.items()}
    return {"repost_count" if asked.new else "retweet_count": reposts, **rest}


def user_json(call: Call, profile: Profile, asked: Wish) -> dict[str, Any]:
    """An account as an object: id, name and username always, the rest on request."""
    more = {
        "created_at": profile.made_at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "description": profile.bio,
        "profile_image_url": profile.picture or None,
        "protected": False,
        "verified": bool(profile.verified),
        "verified_type": profile.verified or "none",
        "public_metrics": _user_metrics(call, profile, asked) if "public_metrics" in asked.user else None,
    }
    shown = {name: value for name, value in more.items() if name in asked.user and value is not None}
    return {"id": profile.id, "name": profile.title, "username": profile.handle} | shown


def _user_metrics(call: Call, profile: Profile, asked: Wish) -> dict[str, int]:
    posts = len(call.world.timeline("x", profile.id, lag=False))
    many = followers(call.world.seed, profile.id, profile.made_at, call.world.clock.now())
    rest = dict.fromkeys(("following_count", "listed_count", "like_count", "media_count"), 0)
    return {"post_count" if asked.new else "tweet_count": posts, "followers_count": many, **rest}


def includes(call: Call, posts: Iterable[Post], asked: Wish) -> dict[str, Any]:
    """The `includes` of an answer: media and authors, where they were asked for."""
    found: dict[str, list[dict[str, Any]]] = {}
    posts = list(posts)
    if "attachments.media_keys" in asked.expansions:
        found["media"] = [_media_json(medium, asked) for post in posts for medium in post.more.get("media", [])]
    if "author_id" in asked.expansions:
        authors = (call.world.profile("x", profile_id) for profile_id in dict.fromkeys(post.profile for post in posts))
        found["users"] = [user_json(call, author, asked) for author in authors if author]
    kept = {name: rows for name, rows in found.items() if rows}
    return {"includes": kept} if kept else {}


def _media_json(medium: Mapping[str, Any], asked: Wish) -> dict[str, Any]:
    shown = {name: value for name, value in medium.items() if name in asked.media and value}
    return {"media_key": medium["media_key"], "type": medium["type"]} | shown
