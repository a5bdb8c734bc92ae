"""Meddling: what others do on our accounts, played: they edit, delete, post in our name; platforms take down and withhold."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from .facebook.state import Photo, new_id
from .facebook.state import state_of as facebook_of
from .world import Post, Profile, World
from .x import links
from .x.state import state_of as x_of
from .youtube.record import record, remove, show
from .youtube.state import Video, chance_id
from .youtube.state import state_of as youtube_of

# What can be played -> what it does. docs/rehearsal.md has a line for each, which a test holds.
MEDDLING = {
    "edit": "somebody edits a post's text, or a video's description (on X the post gets another id)",
    "title": "somebody gives a video another title",
    "tags": "somebody gives a video another tag",
    "captions": "somebody takes a video's captions away",
    "media": "somebody takes a picture out of a post",
    "alt": "somebody changes a picture's alt text",
    "remove": "somebody who may sign in takes a post down",
    "block": "the platform takes a post down",
    "withhold": "X shows a post in one country no more",
    "hide": "somebody hides a post on a page",
    "private": "somebody makes a post or video private",
    "unlist": "somebody takes a video off the lists",
    "restore": "what was taken down stands there again",
    "copy": "a post stands there a second time",
    "post": "somebody posts in our name",
    "repost": "somebody reposts in our name",
    "video": "somebody puts a video on our channel",
}
TEXT = "This was not written by the ministry."


class Impossible(ValueError):
    """It cannot be played there."""


def meddle(world: World, kind: str, profile: Profile, *, post: str = "", text: str = "") -> str:
    """Play it on a profile: on this post, or the newest that stands there. Returns the id of what is now otherwise."""
    play = _PLAYS.get((profile.platform, kind))
    if play is None:
        where = sorted({platform for platform, name in _PLAYS if name == kind})
        raise Impossible(f"{kind} cannot be played on {profile.platform}" + (f", only on {', '.join(where)}" if where else ""))
    chosen = None if kind in ("post", "video") else _chosen(world, kind, profile, post)
    return play(world, profile, chosen, text)


def _chosen(world: World, kind: str, profile: Profile, post: str) -> Post:
    if post:
        found = world.post(profile.platform, post)
        if found is None or (found.profile != profile.id and kind != "repost"):
            raise Impossible(f"there is no post {post} of {profile.name}")
        return found
    if kind == "restore":
        gone = [one for one in world.posts if (one.platform, one.profile) == (profile.platform, profile.id) and one.deleted_at]
        newest = max(gone, key=lambda one: one.deleted_at or one.at, default=None)
    elif kind == "repost":
        newest = next((one for one in reversed(world.posts) if _stands(one, "x") and one.profile != profile.id), None)
    else:
        timeline = world.timeline(profile.platform, profile.id, lag=False)
        newest = next((one for one in timeline if one.public and (one.kind != "repost" or kind == "remove")), None)
    if newest is None:
        raise Impossible(f"nothing of {profile.name} stands there for that")
    return newest


def _stands(post: Post, platform: str) -> bool:
    return post.platform == platform and post.kind != "repost" and post.deleted_at is None and not post.more.get("newer")


def _edit_x(world: World, profile: Profile, post: Post | None, text: str) -> str:
    """Each version of a post has an id of its own (docs.x.com, edit posts); lists show the newest."""
    assert post is not None
    state, now = x_of(world), world.clock.now()
    shown, urls = links.render(world.random, text or TEXT)
    name = state.new_id(now)
    history = [*post.more.get("history", [post.id]), name]
    more = post.more | {"shown": shown, "urls": urls}
    world.posts.append(_post(profile, name, text or TEXT, now, media=post.media, alts=post.alts, more=more))
    for version in history:
        found = world.post("x", version)
        if found is not None:
            found.more |= {"history": history} | ({"newer": name} if version != name else {})
    return name


def _edit_facebook(world: World, profile: Profile, post: Post | None, text: str) -> str:
    assert post is not None
    post.text = text or TEXT
    return post.id


def _media(world: World, profile: Profile, post: Post | None, text: str) -> str:
    assert post is not None
    if not post.media:
        raise Impossible(f"{post.id} has no picture")
    post.media, post.alts = post.media[:-1], post.alts[:-1]
    for name in ("media", "media_keys", "photos"):
        if post.more.get(name):
            post.more[name] = post.more[name][:-1]
    return post.id


def _alt(world: World, profile: Profile, post: Post | None, text: str) -> str:
    assert post is not None
    if not post.alts:
        raise Impossible(f"{post.id} has no picture")
    post.alts = [text or TEXT, *post.alts[1:]]
    if profile.platform == "facebook":
        photo: Photo = facebook_of(world).photos[post.more["photos"][0]]
        photo.alt = text or TEXT
    else:
        post.more["media"] = [{**post.more["media"][0], "alt_text": text or TEXT}, *post.more["media"][1:]]
    return post.id


def _remove(world: World, profile: Profile, post: Post | None, text: str) -> str:
    assert post is not None
    for name in {post.id, *post.more.get("history", ())}:
        version = world.post(post.platform, name)
        if version is not None:
            version.deleted_at = world.clock.now()
    if post.platform == "x":
        x_of(world).reposts.get(post.of, {}).pop(profile.id, None)
    return post.id


def _block_x(world: World, profile: Profile, post: Post | None, text: str) -> str:
    assert post is not None
    post.more["blocked"] = True
    return _remove(world, profile, post, text)


def _withhold(world: World, profile: Profile, post: Post | None, text: str) -> str:
    assert post is not None
    post.more["withheld"] = {"copyright": False, "country_codes": [(text or "XT").upper()]}
    return post.id


def _hide(world: World, profile: Profile, post: Post | None, text: str) -> str:
    assert post is not None
    post.more["hidden"] = True
    return post.id


def _unpublish(world: World, profile: Profile, post: Post | None, text: str) -> str:
    assert post is not None
    post.public = False
    return post.id


def _restore(world: World, profile: Profile, post: Post | None, text: str) -> str:
    assert post is not None
    post.deleted_at = None
    return post.id


def _copy(world: World, profile: Profile, post: Post | None, text: str) -> str:
    assert post is not None
    return _foreign(world, profile, None, post.text)


def _foreign(world: World, profile: Profile, post: Post | None, text: str) -> str:
    now, said = world.clock.now(), text or TEXT
    if profile.platform == "facebook":
        made = _post(profile, f"{profile.id}_{new_id(world)}", said, now, more={})
    else:
        shown, urls = links.render(world.random, said)
        made = _post(profile, x_of(world).new_id(now), said, now, more={"shown": shown, "urls": urls})
    world.posts.append(made)
    return made.id


def _repost(world: World, profile: Profile, post: Post | None, text: str) -> str:
    assert post is not None
    name = x_of(world).new_id(world.clock.now())
    world.posts.append(
        Post(platform="x", profile=profile.id, id=name, kind="repost", text="", at=world.clock.now(), of=post.id)
    )  # fmt: skip
    x_of(world).reposts.setdefault(post.id, {})[profile.id] = name
    return name


def _post(profile: Profile, name: str, text: str, at: datetime, *, more: dict[str, Any], **media: list[str]) -> Post:
    return Post(platform=profile.platform, profile=profile.id, id=name, kind="post", text=text, at=at, more=more, **media)  # type: ignore[arg-type]


def _changing(change: Callable[[Video, str], None]) -> "_Play":
    """A play that changes a video, and what the public sees of it."""

    def play(world: World, profile: Profile, post: Post | None, text: str) -> str:
        assert post is not None
        video = youtube_of(world).videos.get(post.id)
        if video is None:
            raise Impossible(f"{post.id} is gone for good")
        change(video, text or TEXT)
        if video.status["privacyStatus"] != "public":
            video.published_at = None
        record(world, video)
        return video.id

    return play


def _describe(video: Video, text: str) -> None:
    video.snippet = video.snippet | {"description": text}


def _entitle(video: Video, text: str) -> None:
    video.snippet = video.snippet | {"title": text}


def _tag(video: Video, text: str) -> None:
    video.snippet = video.snippet | {"tags": [*video.snippet.get("tags", []), text[:30]]}


def _uncaption(video: Video, text: str) -> None:
    video.captions = []


def _close(video: Video, text: str) -> None:
    video.status = video.status | {"privacyStatus": "private"}


def _unlist(video: Video, text: str) -> None:
    video.status = video.status | {"privacyStatus": "unlisted"}


def _reject(video: Video, text: str) -> None:
    video.fate, video.fate_reason, video.processed_at = "rejected", "termsOfUse", video.uploaded_at


def _remove_video(world: World, profile: Profile, post: Post | None, text: str) -> str:
    assert post is not None
    remove(world, youtube_of(world).videos[post.id])
    return post.id


def _copy_video(world: World, profile: Profile, post: Post | None, text: str) -> str:
    assert post is not None
    twin = youtube_of(world).videos[post.id]
    return _put(world, profile, dict(twin.snippet))


def _foreign_video(world: World, profile: Profile, post: Post | None, text: str) -> str:
    return _put(world, profile, {"title": text or TEXT, "description": "", "categoryId": "22"})


def _put(world: World, profile: Profile, snippet: dict[str, Any]) -> str:
    now = world.clock.now()
    video = Video(
        id=chance_id(world, 11), profile=profile.id, snippet=snippet, status={"privacyStatus": "public"}, localizations={},
        other={}, digest=world.keep_file(b"", "video/mp4"), size=0, content_type="video/mp4", filename="clip.mp4", seconds=1.0,
        uploaded_at=now, processed_at=now, fate="processed", fate_reason="",
    )  # fmt: skip
    youtube_of(world).videos[video.id] = video
    show(video, now)
    record(world, video)
    return video.id


_Play = Callable[[World, Profile, Post | None, str], str]
_PLAYS: dict[tuple[str, str], _Play] = {
    ("x", "edit"): _edit_x, ("facebook", "edit"): _edit_facebook, ("youtube", "edit"): _changing(_describe),
    ("youtube", "title"): _changing(_entitle), ("youtube", "tags"): _changing(_tag), ("youtube", "captions"): _changing(_uncaption),
    ("x", "media"): _media, ("facebook", "media"): _media, ("x", "alt"): _alt, ("facebook", "alt"): _alt,
    ("x", "remove"): _remove, ("facebook", "remove"): _remove, ("youtube", "remove"): _remove_video,
    ("x", "block"): _block_x, ("facebook", "block"): _remove, ("youtube", "block"): _changing(_reject),
    ("x", "withhold"): _withhold, ("facebook", "hide"): _hide, ("facebook", "private"): _unpublish,
    ("youtube", "private"): _changing(_close), ("youtube", "unlist"): _changing(_unlist),
    ("x", "restore"): _restore, ("facebook", "restore"): _restore,
    ("x", "copy"): _copy, ("facebook", "copy"): _copy, ("youtube", "copy"): _copy_video,
    ("x", "post"): _foreign, ("facebook", "post"): _foreign, ("x", "repost"): _repost, ("youtube", "video"): _foreign_video,
}  # fmt: skip
