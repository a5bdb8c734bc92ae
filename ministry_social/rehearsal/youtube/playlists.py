"""playlists.list and insert, playlistItems.list and insert (developers.google.com/youtube/v3/docs)."""

from .call import Call, listing, served
from .errors import Refusal, bad_request, forbidden, not_found, required
from .record import record
from .resources import thumbnails
from .state import Item, Json, Playlist, Video, chance_id, stamp

PLAYLIST_PARTS = ("contentDetails", "id", "localizations", "player", "snippet", "status")
ITEM_PARTS = ("contentDetails", "id", "snippet", "status")
TITLE = 150  # characters


def uploads_of(channel: str) -> str:
    """The id of the list of a channel's uploads: UU in place of UC."""
    return "UU" + channel.removeprefix("UC")


@served("playlists.list", "read")
async def list_playlists(call: Call) -> Json:
    """By mine=true, channelId or id. Others' private playlists are left out."""
    parts = call.parts(PLAYLIST_PARTS)
    rows = list(call.state.playlists.values())
    if call.query("id"):
        rows = [row for row in rows if row.id in call.query("id").split(",")]
    elif call.query("channelId") or call.query("mine") == "true":
        channel = call.query("channelId") or call.profile.id
        rows = [row for row in rows if row.profile == channel]
    else:
        raise Refusal(400, "missingRequiredParameter", "No filter selected.", "youtube.parameter", "parameters.")
    seen = [row for row in rows if row.profile == call.profile.id or row.privacy != "private"]
    items = [_playlist(call, row, parts) for row in seen]
    return listing("youtube#playlistListResponse", items, call)


@served("playlists.insert", "prepare")
async def insert_playlist(call: Call) -> Json:
    """A new playlist; privacyStatus is public where nothing is said."""
    parts, body = call.parts(PLAYLIST_PARTS), await call.body()
    snippet, status = call.part_of(body, "snippet"), call.part_of(body, "status")
    title = snippet.get("title", "")
    if not isinstance(title, str) or not title or len(title) > TITLE:
        raise Refusal(400, "playlistTitleRequired", "The request must specify a playlist title.", "youtube.playlist")
    privacy = status.get("privacyStatus", "public")
    if privacy not in ("public", "unlisted", "private"):
        raise bad_request(f"Invalid value at 'playlist.status.privacy_status': \"{privacy}\"")
    row = Playlist(
        id="PL" + chance_id(call.world, 32),
        profile=call.profile.id,
        title=title,
        description=snippet.get("description", ""),
        privacy=privacy,
        made_at=call.now,
    )
    call.state.playlists[row.id] = row
    return _playlist(call, row, parts)


def _playlist(call: Call, row: Playlist, parts: list[str]) -> Json:
    views: Json = {
        "snippet": {
            "publishedAt": stamp(row.made_at),
            "channelId": row.profile,
            "title": row.title,
            "description": row.description,
            "channelTitle": _channel_title(call, row.profile),
            "localized": {"title": row.title, "description": row.description},
        },
        "status": {"privacyStatus": row.privacy},
        "contentDetails": {"itemCount": len(row.items)},
    }
    return {"kind": "youtube#playlist", "id": row.id} | {part: views[part] for part in parts if part in views}


def _channel_title(call: Call, channel: str) -> str:
    profile = call.world.profile("youtube", channel)
    return profile.title if profile else ""


@served("playlistItems.list", "read")
async def list_items(call: Call) -> Json:
    """What a playlist holds; a channel's uploads, newest first, private ones for the owner only, after the read lag."""
    parts = call.parts(ITEM_PARTS)
    if not call.query("playlistId"):
        raise Refusal(400, "missingRequiredParameter", "No filter selected.", "youtube.parameter", "parameters.")
    playlist = call.query("playlistId")
    rows = _uploads(call, playlist) if playlist.startswith("UU") else _playlist_of(call, playlist).items
    rows = [row for row in rows if _visible(call, row.video) and call.query("videoId") in ("", row.video)]
    items = [_item(call, playlist, row, place, parts) for place, row in enumerate(rows)]
    return listing("youtube#playlistItemListResponse", items, call)


def _uploads(call: Call, playlist: str) -> list[Item]:
    channel = next((p for p in call.world.profiles if p.platform == "youtube" and uploads_of(p.id) == playlist), None)
    if channel is None:
        raise _no_playlist()
    lag = call.world.faults.seconds("read-lag", "youtube", channel.name) or 0.0
    videos = [v for v in call.state.videos.values() if v.profile == channel.id]
    seen = [v for v in videos if (call.now - v.uploaded_at).total_seconds() >= lag]
    # The state keeps them in the order in which they came.
    return [Item(id=f"{playlist}.{v.id}", video=v.id, at=v.uploaded_at) for v in reversed(seen)]


def _playlist_of(call: Call, playlist: str) -> Playlist:
    row = call.state.playlists.get(playlist)
    if row is None or (row.privacy == "private" and row.profile != call.profile.id):
        raise _no_playlist()
    return row


def _no_playlist() -> Refusal:
    return not_found("playlist", "The playlist identified with the request's playlistId parameter cannot be found.")


def _visible(call: Call, video_id: str) -> bool:
    video = call.state.videos.get(video_id)
    return video is not None and (video.profile == call.profile.id or video.status["privacyStatus"] == "public")


@served("playlistItems.insert", "prepare")
async def insert_item(call: Call) -> Json:
    """Put a video at the end of a playlist of the channel's own. The same video twice stands there twice."""
    parts, body = call.parts(ITEM_PARTS), await call.body()
    snippet = call.part_of(body, "snippet")
    if not snippet.get("playlistId"):
        raise required("snippet.playlistId")
    playlist = _playlist_of(call, str(snippet["playlistId"]))
    if playlist.profile != call.profile.id:
        raise forbidden("The playlist does not belong to the authenticated user.", "youtube.playlistItem")
    resource = call.part_of(snippet, "resourceId")
    video_id = str(resource.get("videoId", ""))
    if not video_id or resource.get("kind") != "youtube#video":
        raise Refusal(400, "resourceIdRequired", "The snippet.resourceId must name a video, with its kind.", "youtube.playlistItem")
    if not _visible(call, video_id):
        raise not_found("video", "The video that you are trying to add to the playlist cannot be found.")
    row = Item(id=chance_id(call.world, 48), video=video_id, at=call.now)
    playlist.items.append(row)
    record(call.world, call.state.videos[video_id])
    return _item(call, playlist.id, row, len(playlist.items) - 1, parts)


def _item(call: Call, playlist: str, row: Item, place: int, parts: list[str]) -> Json:
    video = call.state.videos[row.video]
    views: Json = {
        "snippet": _item_snippet(call, playlist, row, place, video),
        "contentDetails": {"videoId": video.id},
        "status": {"privacyStatus": video.status["privacyStatus"]},
    }
    if video.published_at is not None:
        views["contentDetails"]["videoPublishedAt"] = stamp(video.published_at)
    return {"kind": "youtube#playlistItem", "id": row.id} | {part: views[part] for part in parts if part in views}


def _item_snippet(call: Call, playlist: str, row: Item, place: int, video: Video) -> Json:
    return {
        "publishedAt": stamp(row.at),
        "channelId": video.profile,
        "title": video.snippet["title"],
        "description": video.snippet["description"],
        "thumbnails": thumbnails(video.id),
        "channelTitle": _channel_title(call, video.profile),
        "videoOwnerChannelId": video.profile,
        "videoOwnerChannelTitle": _channel_title(call, video.profile),
        "playlistId": playlist,
        "position": place,
        "resourceId": {"kind": "youtube#video", "videoId": video.id},
    }
