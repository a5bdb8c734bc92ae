"""The addresses that X finds in a text, as its reference implementation finds them.

Source of the behaviour: npm `twitter-text` 3.1.0 (GitHub twitter/twitter-text); docs/lengths.md says how it was compared.
The reference works on UTF-16 code units, so a text is a row of units here: a character beyond U+FFFF is two.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from .x_tables import LETTER_CASES, TOP_LEVEL, TOP_LEVEL_OTHER

LONGEST_ADDRESS = 4096  # units, the protocol counted once more: what is longer is no address
LONGEST_LABEL = 63  # characters of one name of a domain, in Punycode
LONGEST_SLUG = 40  # characters of the last part of a t.co address

# Insides of character classes. Where the reference ignores case, a letter stands for all that share its upper case.
_INVALID = "\ufffe\ufeff\uffff"
_MARKS = "\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069"  # they set the direction of writing
_SPACES = "\t-\r \x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_LATIN = (
    "\xc0-\xd6\xd8-\xf6\xf8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0260\u0263\u0268\u0269\u026f\u0272\u0275\u0280\u0283"
    "\u0288-\u028c\u0292\u02bb\u0300-\u036f\u0399\u03b9\u1e00-\u1eff\u1fbe\u2c65\u2c66\u2c7e\u2c7f\ua7dc"
)
_LETTERS = "A-Za-z0-9" + _LATIN + "\u0400-\u04ff\u1c80-\u1c87"
# Whole classes and what is made of them.
_OUTSIDE = r"!#%&'()*+,/:;<=>?@\[\]\\^{|}~$" + _SPACES + _INVALID + _MARKS
_REGION = f"[^{_OUTSIDE}]"
_NAME = rf"[^{_OUTSIDE}\-._]"
_IN_PATH = rf"[{_LETTERS}!*';:=+,.$/%#\[\]\-\u2013_~@|&]"
_ENDS_PATH = rf"[{_LETTERS}+\-=_#/]"
_BRACKETS = rf"\((?:{_IN_PATH}+|{_IN_PATH}*\({_IN_PATH}+\){_IN_PATH}*)\)"
# Brackets at the end belong to a path only where they follow what could end it.
_PATH = rf"/(?:{_IN_PATH}*(?:{_BRACKETS}{_IN_PATH}*)*{_ENDS_PATH})?(?:{_BRACKETS})*"
_QUERY = r"\?[A-Za-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[A-Za-z0-9\-_&=#/]"
_PROTOCOL = "[Hh][Tt][Tt][Pp][Ss]?://"

_TOP_LEVEL = frozenset(TOP_LEVEL)


@dataclass(frozen=True, kw_only=True)
class _Patterns:
    """The compiled patterns.

    inner_dot    a dot inside what could be a domain
    region       characters of domains, as far as they go, with a dot among them
    begins       a character with which a domain may begin, after one that allows it
    names        names with their dots, before a top-level domain
    ascii_names  the same for domains that need no protocol
    word, other, punycode   the three kinds of top-level domain
    rest         what may follow a domain: port, path (group 1), query
    short        an address of X's own shortener; group 1 is its last part
    """

    inner_dot: re.Pattern[str]
    region: re.Pattern[str]
    begins: re.Pattern[str]
    names: re.Pattern[str]
    ascii_names: re.Pattern[str]
    word: re.Pattern[str]
    other: re.Pattern[str]
    punycode: re.Pattern[str]
    protocol: re.Pattern[str]
    rest: re.Pattern[str]
    short: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    """Compiled when first needed: that takes milliseconds."""
    return _Patterns(
        inner_dot=re.compile(rf"\.(?<={_NAME}\.)(?={_NAME})"),
        region=re.compile(rf"(?<!{_REGION})[^{_OUTSIDE}.]*+\.{_REGION}*+"),
        begins=re.compile(rf"(?<=[^A-Za-z0-9@＠$#＃{_INVALID}]){_NAME}"),
        names=re.compile(rf"(?:{_NAME}++(?:[-_]++{_NAME}++)*+\.)++"),
        ascii_names=re.compile(rf"(?:[-A-Za-z0-9{_LATIN}]++\.)++"),
        word=re.compile(r"[0-9A-Za-z]++(?![@+\-])"),
        other=re.compile(rf"(?=[^\x00-\x7f]|[vV])(?:{_other_names()})(?![0-9A-Za-z@+\-])"),
        punycode=re.compile(r"[Xx][Nn]--[-0-9A-Za-z]+"),
        protocol=re.compile(_PROTOCOL),
        rest=re.compile(rf"(?::[0-9]+)?({_PATH})?(?:{_QUERY})?"),
        short=re.compile(rf"{_PROTOCOL}[Tt]\.[Cc][Oo]/([A-Za-z0-9]+)(?:{_QUERY})?"),
    )


def _other_names() -> str:
    cases = {letter: f"[{same}]" for same in LETTER_CASES for letter in same}
    cases |= {small: f"[{small}{small.upper()}]" for small in "abcdefghijklmnopqrstuvwxyz"}
    return "|".join("".join(cases.get(letter, letter) for letter in name) for name in TOP_LEVEL_OTHER)


class _Match(NamedTuple):
    """What has the form of an address, by positions: `start` to `end`, its domain, and whether a path follows it."""

    start: int
    domain: int
    domain_end: int
    end: int
    path: bool


def addresses(text: str) -> list[tuple[int, int]]:
    """Where addresses begin in a row of UTF-16 units, and how many units the reference then takes as read."""
    first = _patterns().inner_dot.search(text)
    if first is None:
        return []
    found: list[tuple[int, int]] = []
    done = 0
    # No region reaches across a space: what lies before the last one needs no second look.
    for region in _patterns().region.finditer(text, text.rfind(" ", 0, first.start()) + 1):
        tops = _tops(text, region.start(), region.end())
        while tops and (match := _next(text, done, region.start(), tops)) is not None:
            done = match.end
            found.extend(_accepted(text, match))
    return found


def _tops(text: str, start: int, end: int) -> dict[int, int]:
    """The top-level domains of a region, each after a dot: where they begin and end."""
    tops: dict[int, int] = {}
    dot = text.find(".", start, end)
    while dot >= 0:
        if (stop := _top_end(text, dot + 1)) is not None:
            tops[dot + 1] = stop
        dot = text.find(".", dot + 1, end)
    return tops


def _top_end(text: str, at: int) -> int | None:
    """Where the top-level domain ends that begins here; None where none does."""
    word = _patterns().word.match(text, at)
    if word is not None and word[0].lower() in _TOP_LEVEL:
        return word.end()
    match = _patterns().other.match(text, at) or _patterns().punycode.match(text, at)
    return match.end() if match is not None else None


def _next(text: str, done: int, low: int, tops: dict[int, int]) -> _Match | None:
    """The first match after `done` whose domain lies in the region that begins at `low`."""
    start = _protocol_start(text, done, low)
    if start is not None and (end := _domain_end(text, low, tops)) is not None:
        return _match(text, start, low, end)
    for domain in _starts(text, done, low, max(tops)):
        if (end := _domain_end(text, domain, tops)) is not None:
            return _match(text, domain, domain, end)
    return None


def _match(text: str, start: int, domain: int, domain_end: int) -> _Match:
    rest = _patterns().rest.match(text, domain_end)
    assert rest is not None  # it may be empty, but always matches
    return _Match(start, domain, domain_end, rest.end(), rest[1] is not None)


def _protocol_start(text: str, done: int, at: int) -> int | None:
    """Where the protocol begins that ends here, if it may begin there."""
    for length in (len("https://"), len("http://")):
        start = at - length
        if start >= done and _patterns().protocol.fullmatch(text, start, at):
            # Every match takes one character before it along, except at the very start of the text.
            allowed = start == 0 or (start > done and _patterns().begins.match(text, start))
            return start if allowed else None
    return None


def _starts(text: str, done: int, low: int, high: int) -> Iterator[int]:
    """Where a domain without protocol may begin, in the order in which the reference tries."""
    if low == done == 0:
        if _patterns().begins.match(text, 1):
            yield 1
        yield 0
    for match in _patterns().begins.finditer(text, max(low, done + 1), high):
        yield match.start()


def _domain_end(text: str, start: int, tops: dict[int, int]) -> int | None:
    """Where the domain ends that begins here; the one with the most names, if there are several."""
    names = _patterns().names.match(text, start)
    stop = names.end() if names is not None else start
    while stop > start:
        name = max(start, text.rfind(".", start, stop - 1) + 1)
        # The name beside the top-level domain has no underscore.
        if stop in tops and text.find("_", name, stop) < 0:
            return tops[stop]
        stop = name
    return None


def _accepted(text: str, match: _Match) -> list[tuple[int, int]]:
    """What the reference makes of a match: no address, one, or (without protocol) one for each ASCII domain in it."""
    domain = text[match.domain : match.domain_end]
    protocol = match.domain - match.start
    if match.end - match.start + (protocol or len("https://")) > LONGEST_ADDRESS or not _possible(domain):
        return []
    if protocol:
        return _with_protocol(text, match)
    if match.start > 0 and text[match.start - 1] in "-_./":
        return []
    found = [(match.start + start, length) for start, length in _ascii_domains(domain)]
    if found and match.path:
        # The path belongs to the last one. What lies between is lost to the reference: it takes the length of
        # domain and path, although a part of the domain that is not ASCII may stand between them.
        start, length = found[-1]
        found[-1] = (start, length + match.end - match.domain_end)
    return found


def _with_protocol(text: str, match: _Match) -> list[tuple[int, int]]:
    short = _patterns().short.match(text, match.start, match.end)
    if short is None:
        return [(match.start, match.end - match.start)]
    return [(match.start, short.end() - match.start)] if len(short[1]) <= LONGEST_SLUG else []


def _ascii_domains(domain: str) -> list[tuple[int, int]]:
    """The domains in Latin letters inside a domain: where each begins and how long it is."""
    found: list[tuple[int, int]] = []
    told = at = 0
    while (names := _patterns().ascii_names.search(domain, at)) is not None:
        end = _ascii_end(domain, names.start(), names.end())
        at = end if end is not None else names.end()
        if end is not None:
            # The reference looks for the text again, from where the last one ended, instead of asking where it was.
            told = domain.index(domain[names.start() : end], told)
            found.append((told, end - names.start()))
            told += end - names.start()
    return found


def _ascii_end(domain: str, start: int, stop: int) -> int | None:
    while stop > start:
        if (end := _top_end(domain, stop)) is not None:
            return end
        stop = domain.rfind(".", start, stop - 1) + 1
    return None


def _possible(domain: str) -> bool:
    """Whether the domain name system could hold it."""
    if domain.startswith("xn--") and not _ascii_domains(domain):
        return False
    if domain.isascii() and domain.isprintable():
        return all(len(name) <= LONGEST_LABEL for name in domain.split("."))
    return all(_encoded_length(name) <= LONGEST_LABEL for name in domain.split("."))


def _encoded_length(name: str) -> int:
    """Characters of a name in Punycode. The other full stops of RFC 3490 divide it, but into one name still."""
    if re.fullmatch(r"[ -~]*", name):
        return len(name)
    whole = name.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    if len(whole) > LONGEST_LABEL:  # each character takes one at least
        return len(whole)
    parts = re.split("[\u3002\uff0e\uff61]", whole)
    return sum(len(_encoded(part)) for part in parts) + len(parts) - 1


def _encoded(part: str) -> bytes:
    return part.encode("ascii") if re.fullmatch(r"[ -~]*", part) else b"xn--" + part.encode("punycode")
