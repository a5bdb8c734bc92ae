"""References: how an address that is not known when signing gets into a payload before sending."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from ..errors import LedgerBroken
from ..model.variant import Payload, Reference, Text
from .canonical import canonical

# What each shape may become. A receipt that does not fit is refused: it would make the signed length a lie.
SHAPES = {
    "youtube-url": re.compile(r"https://youtu\.be/[A-Za-z0-9_-]{11}"),
    "youtube-id": re.compile(r"[A-Za-z0-9_-]{11}"),
    "x-id": re.compile(r"[0-9]{1,19}"),
}
_LENGTHS = {"youtube-url": len("https://youtu.be/") + 11, "youtube-id": 11, "x-id": 19}


def stand_in(reference: Reference) -> str:
    """A text of the very shape and length that the reference will have, for counting and previews."""
    if reference.shape == "youtube-url":
        return "https://youtu.be/" + "x" * 11
    return "0" * _LENGTHS[reference.shape]


def plain(text: Text) -> str:
    """A text for counting and reading, references by their stand-ins."""
    return "".join(piece if isinstance(piece, str) else stand_in(piece) for piece in text)


def as_json(text: Text) -> str | list[str | dict[str, str]]:
    """A text as it stands in a payload: one string, or strings with one object per reference."""
    if all(isinstance(piece, str) for piece in text):
        return plain(text)
    return [piece if isinstance(piece, str) else as_object(piece) for piece in text]


def as_object(reference: Reference) -> dict[str, str]:
    """A reference as it stands in a payload."""
    return {"delivery": reference.delivery, "field": reference.field, "shape": reference.shape}


def references(payload: Payload) -> tuple[Reference, ...]:
    """The references that a payload holds, in reading order, each once."""
    found: dict[Reference, None] = {}

    def note(reference: Reference) -> str:
        found[reference] = None
        return ""

    _walk(json.loads(payload.body), note)
    return tuple(found)


def resolve(payload: Payload, receipts: Mapping[str, Mapping[str, str]]) -> Payload:
    """The payload with each reference replaced from `receipts`: delivery key -> field -> value.

    A row of pieces becomes one string. Raises `LedgerBroken` where a receipt is missing or has another shape.
    """

    def fill(reference: Reference) -> str:
        value = receipts.get(reference.delivery, {}).get(reference.field, "")
        if reference.shape not in SHAPES or not SHAPES[reference.shape].fullmatch(value):
            raise LedgerBroken(f"The {reference.field} of {reference.delivery} is {value!r}, which is no {reference.shape}.")
        return value

    body = _walk(json.loads(payload.body), fill)
    return Payload(platform=payload.platform, kind=payload.kind, body=canonical(body))


def _walk(value: Any, fill: Callable[[Reference], str]) -> Any:
    if isinstance(value, dict):
        if _is_reference(value):
            return fill(Reference(**value))
        return {key: _walk(inner, fill) for key, inner in value.items()}
    if isinstance(value, list):
        inner = [_walk(item, fill) for item in value]
        # Only a text is a list that holds a reference itself: join it. Tags stay a list.
        return "".join(inner) if any(_is_reference(item) for item in value) else inner
    return value


def _is_reference(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"delivery", "field", "shape"}
