"""Texts as X reads them: weighted length, addresses, cashtags. Counted by PyPI's `twitter-text-parser`, not by our own rules."""

import re
from dataclasses import dataclass
from functools import lru_cache

# A cashtag of twitter-text: $ and one to six letters, at most one part after . or _, alone between spaces or punctuation.
CASHTAG = re.compile(r"(?:^|(?<=\s))\$[a-z]{1,6}(?:[._][a-z]{1,2})?(?=$|\s|[!-/:-@\[-`{-~])", re.IGNORECASE)

# No text longer than this can be valid: 280 are 12 addresses of 4,096 characters at 23 each, and a little more.
LONGEST = 60_000


@dataclass(frozen=True)
class Link:
    """An address in a text, `start` and `end` in code points."""

    start: int
    end: int
    url: str


def fits(text: str) -> bool:
    """Whether a text is valid: 280 at most (twitter-text config v3), no invalid characters."""
    if len(text) > LONGEST:
        return False
    from twitter_text import parse_tweet  # heavy: its expressions take a third of a second to compile

    return bool(parse_tweet(text).valid)


@lru_cache(maxsize=256)  # a post's price and its shown text both ask
def links(text: str) -> tuple[Link, ...]:
    """The addresses in a text, in order; one without https:// counts where its domain is known."""
    if "." not in text:
        return ()
    from twitter_text import extract_urls_with_indices

    found = [Link(e["indices"][0], e["indices"][1], e["url"]) for e in extract_urls_with_indices(text)]
    return tuple(link for number, link in enumerate(found) if not number or link.start >= found[number - 1].end)


def cashtags(text: str) -> int:
    """How many cashtags a text has."""
    return len(CASHTAG.findall(text))
