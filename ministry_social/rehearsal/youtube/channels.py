"""channels.list (developers.google.com/youtube/v3/docs/channels/list)."""

from ..growth import followers, of_post
from ..world import Profile
from .call import Call, listing, served
from .errors import Refusal
from .playlists import uploads_of
from .state import Json, Video, stamp

PARTS = (
    "auditDetails", "brandingSettings", "contentDetails", "contentOwnerDetails", "id", "localizations", "snippet",
    "statistics", "status", "topicDetails",
)  # fmt: skip

# docs/channels, snippet.thumbnails: the sides of a channel's picture, in pixels
PICTURES = {"default": 88, "medium": 240, "high": 800}


@served("channels.list", "read")
async def list_channels(call: Call) -> Json:
    """By mine=true, id or forHandle."""
    parts = call.parts(PARTS)
    rows = [profile for profile in call.world.profiles if profile.platform == "youtube"]
    if call.query("mine") == "true":
        rows = [call.profile] if call.profile.id else []
    elif call.query("id"):
        rows = [row for row in rows if row.id in call.query("id").split(",")]
    elif call.query("forHandle"):
        rows = [row for row in rows if row.handle.lower() == call.query("forHandle").removeprefix("@").lower()]
    else:
        raise Refusal(400, "missingRequiredParameter", "No filter selected.", "youtube.parameter", "parameters.")
    return listing("youtube#channelListResponse", [_channel(call, row, parts) for row in rows], call)


def _channel(call: Call, row: Profile, parts: list[str]) -> Json:
    shown = [v for v in call.state.videos.values() if v.profile == row.id and v.on_show(call.now)]
    views: Json = {
        "snippet": {
            "title": row.title,
            "description": row.bio,
            "customUrl": f"@{row.handle}",
            "publishedAt": stamp(row.made_at),
            "thumbnails": {
                name: {"url": row.picture, "width": pixels, "height": pixels} for name, pixels in PICTURES.items() if row.picture
            },
            "localized": {"title": row.title, "description": row.bio},
        },
        "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": uploads_of(row.id)}},
        "status": {"privacyStatus": "public", "isLinked": True, "longUploadsStatus": _long_uploads(call)},
        "statistics": _statistics(call, row, shown),
    }
    return {"kind": "youtube#channel", "id": row.id} | {part: views[part] for part in parts if part in views}


def _statistics(call: Call, row: Profile, shown: list[Video]) -> Json:
    """Of subscribers YouTube tells three significant figures, rounded down (docs/channels, statistics.subscriberCount)."""
    many = followers(call.world.seed, row.id, row.made_at, call.now)
    step = 10 ** max(0, len(str(many)) - 3)
    views = sum(of_post(call.world.seed, one.id, one.published_at or call.now, call.now)["views"] for one in shown)
    return {
        "viewCount": str(views),
        "subscriberCount": str(many // step * step),
        "hiddenSubscriberCount": False,
        "videoCount": str(len(shown)),
    }


def _long_uploads(call: Call) -> str:
    return "allowed" if call.state.settings.verified_channel else "eligible"
