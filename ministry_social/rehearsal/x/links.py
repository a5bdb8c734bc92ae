"""The text as it stands on X: every address becomes a t.co link, &, < and > are escaped, media links follow at the end."""

import html
from random import Random
from typing import Any

from . import length
from .state import word


def tco(chance: Random) -> str:
    """A new short address: 23 characters, as every address counts."""
    return "https://t.co/" + word(chance, 10)


def render(chance: Random, text: str) -> tuple[str, list[dict[str, Any]]]:
    """The shown text and its `entities.urls`, whose start and end count in the shown text."""
    shown, urls, done = "", [], 0
    for link in length.links(text):
        shown += _escape(text[done : link.start])
        short, whole = tco(chance), link.url if "://" in link.url else f"http://{link.url}"
        urls.append(_entity(len(shown), short, whole, _display(link.url)))
        shown, done = shown + short, link.end
    return shown + _escape(text[done:]), urls


def attach(
    chance: Random, shown: str, urls: list[dict[str, Any]], post_url: str, media: list[tuple[str, str]]
) -> tuple[str, list[dict[str, Any]]]:
    """The same with the link to its media (key, `photo` or `video`) at the end."""
    if not media:
        return shown, urls
    short = tco(chance)
    start = len(shown) + 1 if shown else 0
    whole = f"{post_url}/{media[0][1]}/1"
    entities = [_entity(start, short, whole, f"pic.x.com/{short[-10:]}") | {"media_key": key} for key, _ in media]
    return f"{shown} {short}".strip(), [*urls, *entities]


def _entity(start: int, short: str, whole: str, display: str) -> dict[str, Any]:
    return {"start": start, "end": start + len(short), "url": short, "expanded_url": whole, "display_url": display}


def _escape(text: str) -> str:
    return html.escape(text, quote=False)


def _display(url: str) -> str:
    bare = url.partition("://")[2] or url
    bare = bare.removeprefix("www.")
    return bare if len(bare) <= 27 else bare[:26] + "…"
