"""Hostile texts from a seed: each of the named classes gets its equal share."""

import random
import unicodedata
from collections.abc import Callable, Iterator

from ministry_social.rules.x_tables import FLAGS, PRESENTED, TONED, TOP_LEVEL, TOP_LEVEL_OTHER

Draw = random.Random
WORDS = "the minister met partners in Geneva today and signed 3.5 pages U.S. e.g. v2.0 Mr. Smith said: no. Yes...Well".split()
ARABIC = "الوزير يلتقي نظيره في القاهرة اليوم لبحث السلام كوم موقع".split()
HEBREW = "השר נפגש עם עמיתו בירושלים היום קום".split()
CHINESE = "外交部发言人今天表示和平是唯一的出路公司网站中国香港政府"
JAPANESE = "外務大臣は本日ポイントみんなクラウドと会談しました。"
HINDI = "विदेश मंत्री ने आज कहा भारत संगठन".split()
CYRILLIC = "министр встретился сегодня с коллегой рф москва орг".split()
ACCENTS = "é ü ñ Å ß ç ø ł ī ǆ ɐ ʻ ẞ Ÿ ƛ ι Ι ϵ ᲃ K ſ ı İ µ".split()
MARKS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u061c\u2066\u2067\u2068\u2069"
INVALID = "\ufffe\ufeff\uffff"
PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~…“”„«»–—‘’、。，．｡＠＃＄·•"
SPACES = " \t\n\r\x0b\x0c\x85\xa0\u1680\u180e\u2003\u200a\u200b\u200c\u200d\u2028\u2029\u202f\u205f\u2060\u3000"
# The ends of every range that has a rule of its own, and their neighbours.
EDGES = (
    "0 8 9 d e 1f 20 2f 39 40 41 5a 5b 60 7a 7b 7f 80 84 85 86 a0 bf c0 d6 d7 d8 f6 f7 f8 24f 250 253 254 2ba 2bb 2bc 2ff 300 36f "
    "370 399 3b9 3ff 400 4ff 500 61b 61c 61d 10ff 1100 167f 1680 180d 180e 180f 1c7f 1c80 1c87 1c88 1dff 1e00 1eff 1f00 1fbe 1fff "
    "2000 200a 200b 200d 200e 200f 2010 2013 201f 2020 2027 2028 202a 202e 202f 2031 2032 2037 2038 205f 2060 2065 2066 2069 206a "
    "20e3 2c64 2c65 2c66 2c7e 2c7f 2fff 3000 3001 d7ff e000 e50a fdef fe0e fe0f fefe feff ff00 ff03 ff20 fffd fffe ffff 10000 "
    "1f1e5 1f1e6 1f1ff 1f200 1f3fa 1f3fb 1f3ff 1f400 1ffff 20000 e0020 e007f 10ffff"
)
PEOPLE = "👨👩🧑👦👧👶🧔👮🕵💂👷🤴👸👳👲🤵👰🤰🙍🙎🙅🙆💁🙋🙇🤦🤷💆💇🚶🏃💃👯🧖🧗🏇⛷🏂🏌🏄🚣🏊⛹🏋🚴🚵🤸🤼🤽🤾🤹🧘🛀👫💏👪🧞🧟🦸🦹🧙"
NEW = "🧑🥹🫠🫡🫢🪿🫎🩷🦩🥲🫂🪖🧋🪐🦧🫶🫸🛜🪭🫩🪾🫆🧌🥸🫃"  # Emoji 12 to 16: unknown to the reference
THINGS = "❤🏳🏴👁🗨🌈☠♀♂⚕⚖✈🌾🍳🎓🎤🎨🏫🏭💻💼🔧🔬🚀🚒🦰🦱🦲🦳🦯🦼🦽⚧🟩💋🔥🩹⬛🍄"
PROTOCOLS = ["http://", "https://", "HTTP://", "hTTps://", "ftp://", "http:/", "://", "//", "https//:", "xhttps://"]


def _points(ranges: list[str]) -> list[str]:
    ends = [each.partition("-") for each in ranges]
    return [chr(point) for low, _, high in ends for point in range(int(low, 16), int(high or low, 16) + 1)]


TONABLE, SHOWABLE = _points(TONED), _points(PRESENTED)


def _join(draw: Draw, parts: list[str], between: tuple[str, ...] = (" ", " ", " ", "", "\n")) -> str:
    return "".join(part + draw.choice(between) for part in parts)


def _some(draw: Draw, of: str | list[str], low: int, high: int) -> str:
    return "".join(draw.choice(of) for _ in range(draw.randint(low, high)))


def _words(draw: Draw, low: int = 0, high: int = 6) -> list[str]:
    return [draw.choice(WORDS) for _ in range(draw.randint(low, high))]


def _name(draw: Draw) -> str:
    pick = draw.random()
    if pick < 0.6:
        return _some(draw, "abcxyz0189-", 1, 8)
    if pick < 0.7:
        return _some(draw, "ab_-.", 1, 6)
    if pick < 0.78:
        return _some(draw, [*"ab", *ACCENTS], 1, 5)
    if pick < 0.86:
        return _some(draw, CHINESE, 1, 5)
    if pick < 0.9:
        return draw.choice([draw.choice(ARABIC), draw.choice(HEBREW), draw.choice(CYRILLIC)])
    if pick < 0.95:
        return _emoji(draw)
    return draw.choice(["xn--", "xn--90a", "a" * 63, "a" * 64, "日" * 20, "t", "www", _point(draw)])


def _point(draw: Draw) -> str:
    while 0xD800 <= (point := draw.choice([draw.randrange(0x3000), draw.randrange(0x10000), draw.randrange(0x110000)])) <= 0xDFFF:
        pass
    return chr(point)


def _top(draw: Draw) -> str:
    pick = draw.random()
    if pick < 0.35:
        return draw.choice(["com", "org", "co", "de", "us", "io", "COM", "Net"])
    if pick < 0.6:
        return draw.choice(TOP_LEVEL)
    if pick < 0.8:
        name = draw.choice(TOP_LEVEL_OTHER)
        return name.upper() if draw.random() < 0.2 else name
    return draw.choice(["example", "comx", "xn--p1ai", "xn--", "xn--a-b", "c", "1", "comé", "саᲄ", "vermögensberater", "local"])


def _domain(draw: Draw) -> str:
    return ".".join([*(_name(draw) for _ in range(draw.randint(1, 3))), _top(draw)])


def _plain_domain(draw: Draw) -> str:
    return _some(draw, "abcxyz019", 1, 8) + "." + draw.choice(["com", "org", "ch", "museum", "co.uk", "fr"])


def _path(draw: Draw) -> str:
    kinds = [
        "",
        "",
        "/",
        "/" + _some(draw, "abc/-_.~,!", 0, 9),
        "/" + _some(draw, "ab()", 0, 10),
        "/a_(b_(c))d.",
        "/" + _some(draw, "абвÄéü–—&@%#;:'*$|[]+=", 0, 9),
        ":" + _some(draw, "0189a", 0, 6),
        ":80/" + _some(draw, "ab.", 0, 4),
        "?" + _some(draw, "ab=&?.,;!/#()@é", 0, 9),
        "/a?" + _some(draw, "ab=&?.,;!/#~|é", 0, 9),
        "/@" + _some(draw, "ab/.@", 0, 6),
        "#" + _some(draw, "ab!", 0, 4),
        "/" + _some(draw, [*ACCENTS, *"ab."], 0, 6),
        "/" + _emoji(draw),
        "/" + _point(draw) + _some(draw, "ab", 0, 2),
    ]
    return draw.choice(kinds)


def _emoji(draw: Draw) -> str:
    def tone() -> str:
        return chr(0x1F3FB + draw.randrange(5)) if draw.random() < 0.5 else ""

    def show() -> str:
        return draw.choice(["", "\ufe0f", "\ufe0f", "\ufe0e"])

    def flag() -> str:
        pair = draw.choice(FLAGS) if draw.random() < 0.6 else _some(draw, "ABCDEFXYZ", 1, 3)
        return "".join(chr(0x1F1E6 + ord(letter) - ord("A")) for letter in pair)

    pick = draw.randrange(9)
    if pick == 0:
        return draw.choice(TONABLE) + show() + tone()
    if pick == 1:
        return draw.choice(SHOWABLE) + show() + tone()
    if pick == 2:
        return flag()
    if pick == 3:
        return draw.choice("#*0123456789ab") + draw.choice(["", "\ufe0f", "\ufe0e"]) + draw.choice(["\u20e3", "\u20e3", ""])
    if pick == 4:
        return draw.choice(PEOPLE) + tone() + show() + "\u200d" + draw.choice(THINGS) + show() + tone()
    if pick == 5:
        return "\u200d".join(draw.choice("👨👩👦👧❤💋🧑") + draw.choice(["", "", "\ufe0f"]) for _ in range(draw.randint(2, 4)))
    if pick == 6:
        return draw.choice(NEW) + tone() + draw.choice(["", "\u200d" + draw.choice(THINGS)]) + show()
    if pick == 7:
        tags = draw.choice(["gbeng", "gbsct", "gbwls", "ustx", "gbe"])
        return "🏴" + "".join(chr(0xE0000 + ord(letter)) for letter in tags) + draw.choice(["\U000e007f", ""])
    return draw.choice("😀🎉🔥🌍✅⭐☀♟©®™‼⏩⌚\ue50a") + show()


def _mixed(draw: Draw, *makers: Callable[[Draw], str], between: tuple[str, ...] = ("", "", " ", ".", "\u200e")) -> str:
    return _join(draw, [draw.choice(makers)(draw) for _ in range(draw.randint(1, 7))], between)


def plain(draw: Draw) -> str:
    return _join(draw, _words(draw, 1, 40))


def range_edges(draw: Draw) -> str:
    edges = [chr(int(edge, 16)) for edge in EDGES.split()]
    return _mixed(draw, lambda d: _some(d, edges, 1, 6), lambda d: d.choice(["a.com", "http://a.com/", "", "x"]), between=("",))


def combining(draw: Draw) -> str:
    pieces = [*"aeouAcsK.", *"\u0301\u0308\u0323\u0327\u030a\u0345\u3099\u09be\u0bbe", *"한ᄀ\u1161\u11a8", *"ÅΩé", "\u0f71", "\u2126"]
    return _mixed(draw, lambda d: _some(d, pieces, 1, 12), lambda d: _some(d, pieces, 1, 4) + _plain_domain(d), between=("", " "))


def any_character(draw: Draw) -> str:
    return _mixed(draw, _point, _point, _plain_domain, lambda d: _some(d, PUNCTUATION, 0, 2), between=("", "", " "))


def emoji_sequences(draw: Draw) -> str:
    return _mixed(draw, _emoji, _emoji, _emoji, lambda d: _join(d, _words(d, 0, 2)), between=("", "", "", " ", "\u200d", "\ufe0f"))


def addresses_with_protocol(draw: Draw) -> str:
    def address(d: Draw) -> str:
        return d.choice(PROTOCOLS[:4] if d.random() < 0.8 else PROTOCOLS) + _domain(d) + _path(d)

    return _mixed(draw, address, address, lambda d: _join(d, _words(d)), between=(" ", " ", "", "\n", ","))


def domains_without_protocol(draw: Draw) -> str:
    return _mixed(draw, lambda d: _domain(d) + _path(d), lambda d: _join(d, _words(d)), between=(" ", " ", "", ",", "-", "_"))


def domains_beside_emoji(draw: Draw) -> str:
    return _mixed(draw, _emoji, lambda d: _plain_domain(d) + _path(d), _domain, between=("", "", "", " "))


def right_to_left(draw: Draw) -> str:
    words = [*ARABIC, *HEBREW]
    return _mixed(
        draw,
        lambda d: d.choice(words),
        lambda d: d.choice(["", "http://", "https://"]) + _plain_domain(d) + _path(d),
        lambda d: d.choice(words) + "." + d.choice([w for w in TOP_LEVEL_OTHER if "\u0590" <= w[0] <= "\u08ff"]),
        between=(" ", "", "\u200f", ".", "،"),
    )


def glued_to_chinese(draw: Draw) -> str:
    return _mixed(
        draw,
        lambda d: _some(d, CHINESE + JAPANESE, 1, 8),
        lambda d: d.choice(["", "http://", "https://"]) + _plain_domain(d) + _path(d),
        lambda d: _some(d, CHINESE, 1, 3) + "." + _top(d),
        between=("", "", "。", ".", "，"),
    )


def directional_marks(draw: Draw) -> str:
    return _mixed(draw, lambda d: _some(d, MARKS, 1, 3), _domain, lambda d: _plain_domain(d) + _path(d), _emoji, between=("", "", " "))


def invalid_characters(draw: Draw) -> str:
    return _mixed(draw, lambda d: _some(d, INVALID, 0, 2), lambda d: _plain_domain(d) + _path(d), _domain, lambda d: d.choice(WORDS))


def glued_addresses(draw: Draw) -> str:
    def address(d: Draw) -> str:
        return d.choice(["", "http://", "https://", "http://t.co/"]) + _plain_domain(d) + d.choice(["", "", "/", "/a"])

    return _mixed(draw, address, address, _domain, between=("", "", ".", "/", "-", "_", ",", "é", "日", "@", ":", "/http", "\u2019"))


def hostile_paths(draw: Draw) -> str:
    return _mixed(
        draw,
        lambda d: d.choice(["http://", "https://", ""]) + _plain_domain(d) + _path(d) + _path(d) + _path(d),
        lambda d: d.choice(["http", "HTTPS"]) + "://t.co/" + _some(d, "abcXYZ019", 0, 45) + _path(d),
        between=(" ", "", ")", '"', "’"),
    )


def tags_and_mentions(draw: Draw) -> str:
    return _mixed(
        draw,
        lambda d: d.choice("#@$＃＠") + _some(d, [*"abc1_", *ACCENTS, *CHINESE], 0, 6),
        lambda d: d.choice("#@$＃＠!?_-/.") + _plain_domain(d) + _path(d),
        lambda d: _plain_domain(d) + d.choice("#@$＃＠!?_-/.+"),
        between=(" ", "", " "),
    )


def near_the_limit(draw: Draw) -> str:
    makers = [lambda d: d.choice(WORDS), _emoji, lambda d: "http://" + _plain_domain(d), lambda d: d.choice(CHINESE), _plain_domain]
    text = _mixed(draw, *makers, between=(" ",))
    return text + draw.choice(["a", "é", "日", " ", "a "]) * max(0, draw.choice([130, 256, 270, 280]) - len(text) + draw.randint(-30, 3))


def other_scripts(draw: Draw) -> str:
    return _mixed(
        draw,
        lambda d: d.choice([*CYRILLIC, *HINDI]),
        lambda d: d.choice(CYRILLIC) + "." + d.choice(TOP_LEVEL_OTHER),
        lambda d: d.choice(["", "http://"]) + d.choice(HINDI) + "." + _top(d) + _path(d),
        lambda d: unicodedata.normalize("NFD", d.choice(HINDI) + "." + d.choice(TOP_LEVEL_OTHER)),
        between=(" ", "", ".", "-"),
    )


def spaces_and_punctuation(draw: Draw) -> str:
    return _mixed(draw, lambda d: _some(d, SPACES + PUNCTUATION, 1, 4), _domain, lambda d: "http://" + _plain_domain(d) + _path(d), between=("",))


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
    )
}


def hostile(seed: int, count: int) -> Iterator[tuple[str, str]]:
    """`count` texts, each with the name of its class; the same for the same seed."""
    draw = Draw(seed)
    names = list(CLASSES)
    for index in range(count):
        name = names[index % len(names)]
        yield name, CLASSES[name](draw)
