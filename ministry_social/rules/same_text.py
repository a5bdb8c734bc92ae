"""Sameness of words: whether a text that stands on a platform is the one that was signed, whatever platforms do to texts."""

import html
import re
from urllib.parse import unquote

from .matching import normal

# Signs that platforms, keyboards and other people's programs put for one another.
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4\u0060\uff07", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02", '"'),
        **dict.fromkeys("\u2010\u2011\u00ad", "-"),
        "\u2026": "...",
    }
)
# Not seen at all: the space of no width, the mark at the beginning of a file, and which way an emoji is drawn.
_UNSEEN = re.compile("[\u200b\u2060\ufeff\ufe0e\ufe0f]")
_SOFT = "\u00ad"  # a soft hyphen is seen at the end of a line only
_HOST = re.compile(r"(?<![^\s(\[\"'])[\w-]+(?:\.[\w-]+)+(?=[/?#:\s]|$)")
_ESCAPED = re.compile(r"\S*%[0-9A-Fa-f]{2}\S*")
_SHORT_LINK = re.compile(r"\bt\.co/\w+")
_ADDRESS = r"[^\s./]+\.\S+"
# The last word of a text that was cut in the middle of an address or of an entity: what is left of it is like nothing.
_CUT_WORD = re.compile(r"(?<=\s)(?:h|ht|htt|http\S*|\S*[./&%]\S*)$")
_LAST_LINK = re.compile(r"https?://t\.co/\w+\s*$")
_CUT_FROM = 100  # characters: no platform that we know shows less of a text that it cuts (X has shown 140, then 280)


def same(signed: str, stands: str) -> bool:
    """Whether both say the same to a reader: quotes, white space, entities, addresses and cuts at the end aside."""
    wanted, seen = fold(signed), fold(stands)
    return wanted == seen or _with_short_links(wanted, seen) or _is_cut(wanted, stands)


def fold(text: str) -> str:
    """A text without all that platforms change in it."""
    plain = _UNSEEN.sub("", html.unescape(text).replace(_SOFT, "")).translate(_SIGNS)
    plain = _ESCAPED.sub(lambda found: _unescaped(found[0]), normal(plain))
    return normal(_HOST.sub(lambda found: _host(found[0]), plain))


def _unescaped(address: str) -> str:
    """An address as people write it; one that is no UTF-8 stays."""
    try:
        return unquote(address, errors="strict")
    except UnicodeDecodeError:
        return address


def _host(name: str) -> str:
    """A host in small letters, and as people write it."""
    small = name.lower()
    if "xn--" not in small:
        return small
    try:
        return small.encode("ascii").decode("idna")
    except UnicodeError:
        return small


def _with_short_links(wanted: str, seen: str) -> bool:
    """Whether they are the same but for addresses that X gives in its own short form, without saying what they stand for."""
    ours, theirs = wanted.split(), seen.split()
    return len(ours) == len(theirs) and all(map(_is_word, ours, theirs))


def _is_cut(wanted: str, stands: str) -> bool:
    """Whether a platform has given the beginning only: a long one, with dots behind it, and perhaps a link to the rest."""
    text = _LAST_LINK.sub("", html.unescape(stands)).rstrip()
    if not text.endswith(("\u2026", "...")):
        return False
    head = text.rstrip(".\u2026").rstrip()
    heads = {fold(one).rstrip(" /") for one in (head, _CUT_WORD.sub("", head))}
    return any(len(one) >= _CUT_FROM and (wanted.startswith(one) or _begins(wanted, one)) for one in heads)


def _begins(wanted: str, head: str) -> bool:
    """The same word by word; the last may be cut."""
    ours, theirs = wanted.split(), head.split()
    last = len(theirs) - 1
    if len(ours) <= last or not all(map(_is_word, ours[:last], theirs[:last])):
        return False
    return ours[last].startswith(theirs[last]) or _is_word(ours[last], theirs[last])


def _is_word(wanted: str, seen: str) -> bool:
    """One word; a short link in it stands for any address. (More than one in a word is nothing that X makes.)"""
    if wanted == seen:
        return True
    pieces = _SHORT_LINK.split(seen)
    return len(pieces) == 2 and re.fullmatch(_ADDRESS.join(map(re.escape, pieces)), wanted) is not None
