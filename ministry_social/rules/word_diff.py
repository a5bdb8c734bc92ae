"""Differences between two texts, word by word, so that a person sees at a glance what somebody has changed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

# A word, a space, a sign; of scripts that put no space between words, each letter.
_TOKEN = re.compile(
    r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]+|\s+|[^\w\s]"
)
_MOST = 4_000_000  # comparisons: two texts of a thousand words; more would take seconds
_ALIKE = 0.6  # below it a difference word by word is a riddle
_UNSAFE = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Part of a difference: `sign` is `=` for both texts, `-` for the one that was signed only, `+` for the other only."""

    sign: str
    text: str


def diff(signed: str, stands: str) -> tuple[Piece, ...]:
    """What the two have in common and what not, in order. Texts that have little in common are shown one after the other."""
    old, new = _TOKEN.findall(signed), _TOKEN.findall(stands)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if len(old) * len(new) > _MOST or matcher.ratio() < _ALIKE:
        return tuple(Piece(sign=sign, text=text) for sign, text in (("-", signed), ("+", stands)) if text)
    pieces: list[Piece] = []
    gone, come = "", ""
    for how, start, end, other_start, other_end in matcher.get_opcodes():
        before, after = "".join(old[start:end]), "".join(new[other_start:other_end])
        if how == "equal" and (before.strip() or not (gone or come)):
            pieces += [*_changed(gone, come), Piece(sign="=", text=before)]
            gone, come = "", ""
        else:  # a space between two changes is no common ground
            gone, come = gone + before, come + after
    return (*pieces, *_changed(gone, come))


def _changed(gone: str, come: str) -> list[Piece]:
    return [Piece(sign=sign, text=text) for sign, text in (("-", gone), ("+", come)) if text]


def shown(pieces: Sequence[Piece]) -> str:
    """A difference on a screen without colours: [-signed-] and {+stands there+}."""
    form = {"=": "{}", "-": "[-{}-]", "+": "{{+{}+}}"}
    return "".join(form[piece.sign].format(harmless(piece.text)) for piece in pieces)


def harmless(text: str) -> str:
    """Somebody else's text without what could play tricks with a terminal: control characters and unseen marks are named."""
    return _UNSAFE.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)
