"""Exchange with translators: what they are told of each text, and what is wrong with what comes back."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from ..model.message import Message
from ..model.translation import Unit
from ..model.variant import Counting, Limits
from .x_text import has_address

__all__ = ["changed_variables", "notes", "variables_of"]

# What a template holds besides text: {{ variables }}, {% statements %}, {# notes #}.
_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_NAMES = {"x": "X", "facebook": "Facebook", "youtube": "YouTube"}


def notes(message: Message, unit: Unit, limits: Mapping[str, Limits]) -> tuple[str, ...]:
    """What a translator is told of a text: where it goes, how long it may be there, what stays as it is. `limits` by platform."""
    found = list(_lengths(message, unit, limits))
    kept = variables_of(unit.source.text)
    if kept:
        found.append(f"Keep as it is, wherever your language puts it: {', '.join(dict.fromkeys(kept))}")
    return tuple(found)


def variables_of(text: str) -> Sequence[str]:
    """The places of a text that are filled in, in their order, with single spaces."""
    return [" ".join(found.split()) for found in _TEMPLATE.findall(text) if not found.startswith("{#")]


def changed_variables(source: str, translation: str) -> str:
    """What is wrong with the places that are filled in; empty where the translation has the source's own."""
    wanted, found = Counter(variables_of(source)), Counter(variables_of(translation))
    lacks, adds = ", ".join((wanted - found).elements()), ", ".join((found - wanted).elements())
    said = [f"lacks {lacks}"] * bool(lacks) + [f"has {adds}, which the source has not"] * bool(adds)
    return " and ".join(said)


def _lengths(message: Message, unit: Unit, limits: Mapping[str, Limits]) -> Iterator[str]:
    filmed = any(media.facts.kind == "video" for media in message.media)
    if unit.path.startswith("alt "):
        most = [f"{_NAMES[platform]}: at most {one.alt:,} characters." for platform, one in limits.items() if one.alt]
        yield from [f"Describes {unit.path.removeprefix('alt ')} for those who cannot see it.", *most]
        return
    if not unit.path.startswith("for youtube"):
        yield "The longest of headline, short and long that fits is taken; nothing is ever cut."
        yield from (_post(unit, platform, one, filmed) for platform, one in limits.items() if platform != "youtube")
        filmed = filmed and "youtube" in limits
    if unit.path.startswith("for youtube") or filmed:
        yield from _video(unit, limits)


def _post(unit: Unit, platform: str, limits: Limits, filmed: bool) -> str:
    if limits.counting is not Counting.X_WEIGHTED:
        return f"{_NAMES[platform]}: at most {limits.text:,} characters."
    taken = []
    if _links(unit):
        taken.append(f"each address takes {limits.reference_length}")
    if filmed and "{{ video }}" not in variables_of(unit.source.text):
        taken.append(f"the video's address at the end takes {limits.reference_length + 1}")
    said = f", of which {' and '.join(taken)}" if taken else ""
    return f"{_NAMES[platform]}: at most {limits.text} weighted characters{said}. Emoji and letters of East Asia count 2."


def _links(unit: Unit) -> bool:
    text = unit.source.text
    return has_address(text) or any(name in text for name in ("link", "website", "video"))


def _video(unit: Unit, limits: Mapping[str, Limits]) -> Iterator[str]:
    youtube = limits.get("youtube")
    if youtube is None:
        return
    if unit.path in ("headline", "for youtube title"):
        yield f"YouTube, as the video's title: at most {youtube.title} characters."
    else:
        yield f"YouTube, as the video's description: at most {youtube.text:,} bytes; a letter beyond ASCII takes 2 to 4."
