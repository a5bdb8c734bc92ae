"""What an owner can agree to, and which of it each method needs.

Source: discovery document youtube.v3, revision 20261104: `auth.oauth2.scopes`, and `scopes` of each method.
"""

from aiohttp import web

from ..wire import WORLD
from ..world import Profile
from .errors import insufficient_scope, no_channel
from .state import state_of
from .tokens import bearer

_AUTH = "https://www.googleapis.com/auth/"
FULL, SSL, UPLOAD, READ = (f"{_AUTH}{name}" for name in ("youtube", "youtube.force-ssl", "youtube.upload", "youtube.readonly"))

# In the words of the consent page.
WORDS = {
    FULL: "Manage your YouTube account",
    SSL: "See, edit, and permanently delete your YouTube videos, ratings, comments and captions",
    UPLOAD: "Manage your YouTube videos",
    READ: "View your YouTube account",
}

# One of these is enough; scopes of YouTube's partners are left out.
NEEDED = {
    "videos.insert": (FULL, SSL, UPLOAD),
    "videos.list": (FULL, SSL, READ),
    "videos.update": (FULL, SSL),
    "videos.delete": (FULL, SSL),
    "captions.insert": (SSL,),
    "captions.list": (SSL,),
    "thumbnails.set": (FULL, SSL, UPLOAD),
    "playlists.list": (FULL, SSL, READ),
    "playlists.insert": (FULL, SSL),
    "playlistItems.list": (FULL, SSL, READ),
    "playlistItems.insert": (FULL, SSL),
    "channels.list": (FULL, SSL, READ),
}


def check(request: web.Request, caller: Profile, method: str) -> None:
    """Refuse a call that its owner did not agree to, and one for a channel that there is not."""
    grant = state_of(request.app[WORLD]).tokens[bearer(request)].grant
    if grant is not None and not set(grant.scopes) & set(NEEDED[method]):
        raise insufficient_scope(NEEDED[method])
    if not caller.id and method != "channels.list":
        raise no_channel()
