"""Hostile texts from a seed: each of the named classes gets its equal share."""

import unicodedata
from collections.abc import Callable, Iterator

from ministry_social.rules.x_tables import TOP_LEVEL_OTHER

from .pieces import (
    ACCENTS,
    ALPHABETS,
    ARABIC,
    CHINESE,
    CYRILLIC,
    EDGES,
    HEBREW,
    HINDI,
    INVALID,
    JAPANESE,
    MARKS,
    PROTOCOLS,
    PUNCTUATION,
    SPACES,
    WORDS,
    Draw,
    character,
    domain,
    emoji,
    join,
    mixed,
    path,
    plain_domain,
    some,
    speech,
    top,
)


def plain(draw: Draw) -> str:
    return join(draw, speech(draw, 1, 40))


def range_edges(draw: Draw) -> str:
    edges = [chr(int(edge, 16)) for edge in EDGES.split()]
    return mixed(draw, lambda d: some(d, edges, 1, 6), lambda d: d.choice(["a.com", "http://a.com/", "", "x"]), between=("",))


def combining(draw: Draw) -> str:
    pieces = "aeouAcsK.\u0301\u0308\u0323\u0327\u030a\u0345\u3099\u09be\u0bbe한ᄀ\u1161\u11a8ÅΩé\u0f71\u2126"
    return mixed(draw, lambda d: some(d, pieces, 1, 12), lambda d: some(d, pieces, 1, 4) + plain_domain(d), between=("", " "))


def any_character(draw: Draw) -> str:
    return mixed(draw, character, character, plain_domain, lambda d: some(d, PUNCTUATION, 0, 2), between=("", "", " "))


def emoji_sequences(draw: Draw) -> str:
    return mixed(draw, emoji, emoji, emoji, lambda d: join(d, speech(d, 0, 2)), between=("", "", "", " ", "\u200d", "\ufe0f"))


def addresses_with_protocol(draw: Draw) -> str:
    def address(d: Draw) -> str:
        return d.choice(PROTOCOLS[:4] if d.random() < 0.8 else PROTOCOLS) + domain(d) + path(d)

    return mixed(draw, address, address, lambda d: join(d, speech(d)), between=(" ", " ", "", "\n", ","))


def domains_without_protocol(draw: Draw) -> str:
    return mixed(draw, lambda d: domain(d) + path(d), lambda d: join(d, speech(d)), between=(" ", " ", "", ",", "-", "_"))


def domains_beside_emoji(draw: Draw) -> str:
    return mixed(draw, emoji, lambda d: plain_domain(d) + path(d), domain, between=("", "", "", " "))


def right_to_left(draw: Draw) -> str:
    words = [*ARABIC, *HEBREW]
    return mixed(
        draw,
        lambda d: d.choice(words),
        lambda d: d.choice(["", "http://", "https://"]) + plain_domain(d) + path(d),
        lambda d: d.choice(words) + "." + d.choice([w for w in TOP_LEVEL_OTHER if "\u0590" <= w[0] <= "\u08ff"]),
        between=(" ", "", "\u200f", ".", "،"),
    )


def glued_to_chinese(draw: Draw) -> str:
    return mixed(
        draw,
        lambda d: some(d, CHINESE + JAPANESE, 1, 8),
        lambda d: d.choice(["", "http://", "https://"]) + plain_domain(d) + path(d),
        lambda d: some(d, CHINESE, 1, 3) + "." + top(d),
        between=("", "", "。", ".", "，"),
    )


def directional_marks(draw: Draw) -> str:
    return mixed(draw, lambda d: some(d, MARKS, 1, 3), domain, lambda d: plain_domain(d) + path(d), emoji, between=("", "", " "))


def invalid_characters(draw: Draw) -> str:
    return mixed(draw, lambda d: some(d, INVALID, 0, 2), lambda d: plain_domain(d) + path(d), domain, lambda d: d.choice(WORDS))


def glued_addresses(draw: Draw) -> str:
    def address(d: Draw) -> str:
        return d.choice(["", "http://", "https://", "http://t.co/"]) + plain_domain(d) + d.choice(["", "", "/", "/a"])

    return mixed(draw, address, address, domain, between=("", "", ".", "/", "-", "_", ",", "é", "日", "@", ":", "/http", "\u2019"))


def hostile_paths(draw: Draw) -> str:
    return mixed(
        draw,
        lambda d: d.choice(["http://", "https://", ""]) + plain_domain(d) + path(d) + path(d) + path(d),
        lambda d: d.choice(["http", "HTTPS"]) + "://t.co/" + some(d, "abcXYZ019", 0, 45) + path(d),
        between=(" ", "", ")", '"', "’"),
    )


def tags_and_mentions(draw: Draw) -> str:
    return mixed(
        draw,
        lambda d: d.choice("#@$＃＠") + some(d, [*"abc1_", *ACCENTS, *CHINESE], 0, 6),
        lambda d: d.choice("#@$＃＠!?_-/.") + plain_domain(d) + path(d),
        lambda d: plain_domain(d) + d.choice("#@$＃＠!?_-/.+"),
        between=(" ", "", " "),
    )


def near_the_limit(draw: Draw) -> str:
    makers = [lambda d: d.choice(WORDS), emoji, lambda d: "http://" + plain_domain(d), lambda d: d.choice(CHINESE), plain_domain]
    text = mixed(draw, *makers, between=(" ",))
    missing = draw.choice([130, 256, 270, 280]) - len(text) + draw.randint(-30, 3)
    return text + draw.choice(["a", "é", "日", " ", "a "]) * max(0, missing)


def other_scripts(draw: Draw) -> str:
    return mixed(
        draw,
        lambda d: d.choice([*CYRILLIC, *HINDI]),
        lambda d: d.choice(CYRILLIC) + "." + d.choice(TOP_LEVEL_OTHER),
        lambda d: d.choice(["", "http://"]) + d.choice(HINDI) + "." + top(d) + path(d),
        lambda d: unicodedata.normalize("NFD", d.choice(HINDI) + "." + d.choice(TOP_LEVEL_OTHER)),
        between=(" ", "", ".", "-"),
    )


def token_soup(draw: Draw) -> str:
    return some(draw, draw.choice(ALPHABETS), 1, 25)


def spaces_and_punctuation(draw: Draw) -> str:
    return mixed(
        draw,
        lambda d: some(d, SPACES + PUNCTUATION, 1, 4),
        domain,
        lambda d: "http://" + plain_domain(d) + path(d),
        between=("",),
    )


CLASSES: dict[str, Callable[[Draw], str]] = {
    made.__name__.replace("_", "-"): made
    for made in (
        plain,
        range_edges,
        combining,
        any_character,
        emoji_sequences,
        addresses_with_protocol,
        domains_without_protocol,
        domains_beside_emoji,
        right_to_left,
        glued_to_chinese,
        directional_marks,
        invalid_characters,
        glued_addresses,
        hostile_paths,
        tags_and_mentions,
        near_the_limit,
        other_scripts,
        spaces_and_punctuation,
        token_soup,
    )
}


def hostile(seed: int, count: int) -> Iterator[tuple[str, str]]:
    """`count` texts, each with the name of its class; the same for the same seed."""
    draw = Draw(seed)
    names = list(CLASSES)
    for index in range(count):
        name = names[index % len(names)]
        yield name, CLASSES[name](draw)
