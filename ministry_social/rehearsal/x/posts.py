"""Writing: posts, reposts, and taking both down."""

import unicodedata
from typing import Any

from ..world import Post
from . import length, links
from .answers import DUPLICATE, INVALID_MEDIA, NOT_PERMITTED, ONE_CASHTAG, forbidden, invalid, not_found
from .door import Answer, Call, Entry
from .media import ready
from .state import Upload

# docs.x.com, POST /2/tweets (openapi.json): no other property is allowed.
TEXT_PROPERTIES = ("text", "media", "reply_settings", "made_with_ai", "paid_partnership", "nullcast")
# Known, but not what a self-serve app may do, or not what this rehearsal carries out: refused, never passed over in silence.
CLOSED_PROPERTIES = (
    "card_uri",
    "community_id",
    "direct_message_deep_link",
    "edit_options",
    "for_super_followers_only",
    "geo",
    "poll",
    "quote_tweet_id",
    "quote_post_id",
    "reply",
    "share_with_followers",
)
REPLY_SETTINGS = ("everyone", "following", "mentionedUsers", "subscribers", "verified")
MOST_MEDIA = 4


def entries() -> list[Entry]:
    """The addresses of this module."""
    return [
        Entry(method="POST", path="/2/tweets", handler=create, does="publish", scope="tweet.write"),
        Entry(method="DELETE", path="/2/tweets/{id}", handler=delete, does="delete", scope="tweet.write"),
        Entry(method="POST", path="/2/users/{id}/retweets", handler=repost, does="publish", scope="tweet.write"),
        Entry(method="DELETE", path="/2/users/{id}/retweets/{of}", handler=undo_repost, does="delete", scope="tweet.write"),
    ]


def create(call: Call) -> Answer:
    """POST /2/tweets."""
    body = call.json()
    _check_schema(body)
    text = body.get("text") or ""
    _check_rules(text, body)
    uploads = _media_of(call, body)
    key = _said_key(text)
    if call.state.settings.duplicates == "refuse" and key and key in call.state.said.get(call.profile.id, {}):
        raise forbidden(DUPLICATE)
    call.pay("post with link" if length.links(text) else "post")
    post = _commit(call, text, uploads, body)
    if key:
        call.state.said.setdefault(call.profile.id, {})[key] = post.id
    data = {"id": post.id, "text": post.more["shown"], "edit_history_tweet_ids": [post.id]}
    return Answer({"data": data}, 201, {"location": f"https://api.twitter.com/2/tweets/{post.id}"})


def _commit(call: Call, text: str, uploads: list[Upload], body: dict[str, Any]) -> Post:
    post_id = call.state.new_id(call.now)
    shown, urls = links.render(call.world.random, text)
    media = [(upload.key, "video" if upload.type.startswith("video/") else "photo") for upload in uploads]
    address = f"https://x.com/{call.profile.handle}/status/{post_id}"
    shown, urls = links.attach(call.world.random, shown, urls, address, media)
    kept = ("reply_settings", "made_with_ai", "paid_partnership")
    post = Post(
        platform="x", profile=call.profile.id, id=post_id, kind="post", text=text, at=call.now,
        media=[upload.digest for upload in uploads], alts=[upload.alt for upload in uploads],
        more={
            "shown": shown, "urls": urls, "media_keys": [key for key, _ in media],
            "media": [_medium(upload) for upload in uploads], **{name: body[name] for name in kept if name in body},
        },
    )  # fmt: skip
    call.world.posts.append(post)
    return post


def _medium(upload: Upload) -> dict[str, Any]:
    type_ = "animated_gif" if upload.type == "image/gif" else "video" if upload.type.startswith("video/") else "photo"
    row = {"media_key": upload.key, "type": type_, "width": upload.width, "height": upload.height}
    return row | ({"alt_text": upload.alt} if upload.alt else {})


def _check_schema(body: dict[str, Any]) -> None:
    for name in body:
        if name not in TEXT_PROPERTIES and name not in CLOSED_PROPERTIES:
            no_more = "is not defined in the schema and the schema does not allow additional properties"
            raise invalid(f"$.{name}: {no_more}", **{f"$.{name}": str(body[name])})
    if not isinstance(body.get("text", ""), str | None):
        raise invalid("$.text: string expected", **{"$.text": str(body["text"])})
    if body.get("reply_settings", "everyone") not in REPLY_SETTINGS:
        raise invalid("$.reply_settings: does not have a value in the enumeration")
    for name in ("made_with_ai", "paid_partnership", "nullcast"):
        if not isinstance(body.get(name, False), bool):
            raise invalid(f"$.{name}: boolean expected")
    _check_media_schema(body.get("media"))
    if not (body.get("text") or "").strip() and not body.get("media") and not any(name in body for name in CLOSED_PROPERTIES):
        raise invalid("One of text or media must be given.", text="")


def _check_media_schema(media: Any) -> None:
    if media is None:
        return
    if not isinstance(media, dict) or set(media) - {"media_ids", "tagged_user_ids"} or "media_ids" not in media:
        raise invalid("$.media: object with media_ids expected")
    ids = media["media_ids"]
    where = {"$.media.media_ids": str(ids)}
    if not isinstance(ids, list):
        raise invalid("$.media.media_ids: array expected", **where)
    if not ids:
        raise invalid("$.media.media_ids: there must be a minimum of 1 items in the array", **where)
    if len(ids) > MOST_MEDIA:
        raise invalid(f"$.media.media_ids: there must be a maximum of {MOST_MEDIA} items in the array", **where)
    if not all(isinstance(one, str) and one.isascii() and one.isdigit() and len(one) <= 19 for one in ids):
        raise invalid("$.media.media_ids[0]: does not match the regex pattern ^[0-9]{1,19}$", **where)


def _check_rules(text: str, body: dict[str, Any]) -> None:
    if any(body.get(name) for name in CLOSED_PROPERTIES) or body.get("nullcast"):
        raise forbidden(NOT_PERMITTED)
    if text and not length.fits(text):
        raise forbidden(NOT_PERMITTED)
    if length.cashtags(text) > 1:
        raise forbidden(ONE_CASHTAG)


def _media_of(call: Call, body: dict[str, Any]) -> list[Upload]:
    ids: list[str] = (body.get("media") or {}).get("media_ids", [])
    found = [call.state.uploads.get(one) for one in ids]
    uploads = [upload for upload in found if upload is not None and ready(call, upload)]
    # Four pictures, or one animated GIF, or one video.
    alone = any(upload.type == "image/gif" or upload.type.startswith("video/") for upload in uploads)
    if len(uploads) < len(ids) or len(set(ids)) < len(ids) or (alone and len(uploads) > 1):
        raise invalid(INVALID_MEDIA, media__media_ids=ids)
    return uploads


def _said_key(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def delete(call: Call) -> Answer:
    """DELETE /2/tweets/{id}: an own post, or an own repost by its own id."""
    post = call.world.post("x", call.part("id"))
    if post is None or post.deleted_at is not None:
        raise not_found("tweet", "id", call.part("id"))
    if post.profile != call.profile.id:
        raise forbidden("You are not authorized to delete this Tweet.")
    call.pay("delete")
    _take_down(call, post)
    return Answer({"data": {"deleted": True}})


def _take_down(call: Call, post: Post) -> None:
    post.deleted_at = call.now
    for version in post.more.get("history", ()):  # whoever deletes one version of an edited post deletes all
        other = call.world.post("x", version)
        if other is not None:
            other.deleted_at = call.now
    said = call.state.said.get(post.profile, {})
    if said.get(_said_key(post.text)) == post.id:
        del said[_said_key(post.text)]
    if post.kind == "repost":
        call.state.reposts.get(post.of, {}).pop(post.profile, None)
    for repost_id in call.state.reposts.pop(post.id, {}).values():  # the original takes its reposts along
        gone = call.world.post("x", repost_id)
        if gone is not None:
            gone.deleted_at = call.now


def repost(call: Call) -> Answer:
    """POST /2/users/{id}/retweets. A second time changes nothing."""
    _own_address(call)
    body = call.json()
    of = body.get("tweet_id", body.get("post_id"))
    if not isinstance(of, str) or set(body) - {"tweet_id", "post_id"}:
        raise invalid("$.tweet_id: is missing but it is required", **{"$.tweet_id": str(of)})
    original = call.world.post("x", of)
    if original is not None and original.kind == "repost":
        original = call.world.post("x", original.of)  # a repost of a repost is one of the original
    if original is None or original.deleted_at is not None:
        raise not_found("tweet", "tweet_id", of)
    standing = call.state.reposts.setdefault(original.id, {})
    if call.profile.id not in standing:
        call.pay("repost")
        standing[call.profile.id] = _commit_repost(call, original)
    return Answer({"data": {"retweeted": True, "rest_id": standing[call.profile.id]}})


def _commit_repost(call: Call, original: Post) -> str:
    repost_id = call.state.new_id(call.now)
    post = Post(
        platform="x", profile=call.profile.id, id=repost_id, kind="repost", text="", at=call.now, of=original.id
    )  # fmt: skip
    call.world.posts.append(post)
    return repost_id


def undo_repost(call: Call) -> Answer:
    """DELETE /2/users/{id}/retweets/{id of the original}. Done already is done."""
    _own_address(call)
    repost_id = call.state.reposts.get(call.part("of"), {}).get(call.profile.id)
    post = call.world.post("x", repost_id) if repost_id else None
    if post is not None:
        call.pay("delete")
        _take_down(call, post)
    return Answer({"data": {"retweeted": False}})


def _own_address(call: Call) -> None:
    named, own = call.part("id"), call.profile.id
    if named != own:
        message = f"The `id` query parameter value [{named}] must be the same as the authenticating user [{own}]"
        raise invalid(message, id=named)
