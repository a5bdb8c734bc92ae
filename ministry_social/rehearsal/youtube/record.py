"""What the public sees of a video: its post in the world's records, and what happens to it with time."""

from datetime import datetime

from ..world import Post, World
from .state import Video, state_of


def record(world: World, video: Video) -> None:
    """Bring the world's post up to date with the video; the first time, make it."""
    now = world.clock.now()
    post = world.post("youtube", video.id)
    if post is None:
        post = Post(
            platform="youtube", profile=video.profile, id=video.id, kind="video", text="", at=video.uploaded_at, public=False
        )  # fmt: skip
        world.posts.append(post)
    post.text = video.snippet["description"]
    post.media = [video.digest]
    post.public = video.on_show(now)
    post.at = video.published_at or video.uploaded_at
    post.more = _more(world, video, now)


def _more(world: World, video: Video, now: datetime) -> dict[str, object]:
    return {
        "title": video.snippet["title"],
        "tags": list(video.snippet.get("tags", [])),
        "categoryId": video.snippet["categoryId"],
        "defaultLanguage": video.snippet.get("defaultLanguage", ""),
        "localizations": dict(video.localizations),
        "privacy": video.status["privacyStatus"],
        "publishAt": video.status.get("publishAt", ""),
        "madeForKids": video.status.get("selfDeclaredMadeForKids", False),
        "uploadStatus": video.upload_status(now),
        "filename": video.filename,
        "captions": {caption.language: caption.digest for caption in video.captions},
        "thumbnail": video.thumbnail,
        "playlists": [
            playlist.title for playlist in state_of(world).playlists.values() for item in playlist.items if item.video == video.id
        ],
    }


def show(video: Video, moment: datetime) -> None:
    """Note that the video is public from `moment` on."""
    video.published_at, video.shown = moment, True


def catch_up(world: World) -> None:
    """Publish what is due (publishAt) and note what processing has come to, by the world's clock."""
    now = world.clock.now()
    for video in state_of(world).videos.values():
        if video.due_at is None or video.due_at > now:
            continue
        if "publishAt" in video.status and now >= datetime.fromisoformat(video.status["publishAt"]):
            moment = datetime.fromisoformat(video.status.pop("publishAt"))
            video.status["privacyStatus"] = "public"
            show(video, moment)
        plan(video, now)
        record(world, video)


def plan(video: Video, now: datetime) -> None:
    """Set when something happens to the video by itself the next time."""
    moments = [datetime.fromisoformat(video.status["publishAt"])] if "publishAt" in video.status else []
    if now < video.processed_at:
        moments.append(video.processed_at)
    video.due_at = min(moments, default=None)


def remove(world: World, video: Video) -> None:
    """Take the video down, also out of playlists; the record says when."""
    post = world.post("youtube", video.id)
    if post is not None:
        post.deleted_at, post.public = world.clock.now(), False
    state = state_of(world)
    del state.videos[video.id]
    for playlist in state.playlists.values():
        playlist.items = [item for item in playlist.items if item.video != video.id]
