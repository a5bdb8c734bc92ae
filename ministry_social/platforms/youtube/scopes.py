"""What we must be allowed on a channel."""

from collections.abc import Collection

# The one scope with which every method that we call is allowed, uploads and thumbnails included; captions take no smaller one
# (discovery document youtube.v3, `scopes` of each method). In Google's own words for it.
NEEDED = {
    "https://www.googleapis.com/auth/youtube.force-ssl": (
        "see, edit, and permanently delete your YouTube videos, ratings, comments and captions"
    )
}


def lacking(scopes: Collection[str]) -> list[str]:
    """What we need and were not given: Google's words, and its name for it."""
    return [f"{words} ({short(scope)})" for scope, words in NEEDED.items() if scope not in scopes]


def short(scope: str) -> str:
    """`youtube.upload` for https://www.googleapis.com/auth/youtube.upload."""
    return scope.removeprefix("https://www.googleapis.com/auth/")
