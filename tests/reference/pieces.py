"""What hostile texts are made of: letters, domains, paths, emoji, drawn at random."""

import random
from collections.abc import Callable

from ministry_social.rules.x_tables import FLAGS, PRESENTED, TONED, TOP_LEVEL, TOP_LEVEL_OTHER

Draw = random.Random


def _words(text: str) -> list[str]:
    return text.split()


WORDS = _words("the minister met partners in Geneva today and signed 3.5 pages U.S. e.g. v2.0 Mr. Smith said: no. Yes...Well")
ARABIC = _words("الوزير يلتقي نظيره في القاهرة اليوم لبحث السلام كوم موقع")
HEBREW = _words("השר נפגש עם עמיתו בירושלים היום קום")
CHINESE = "外交部发言人今天表示和平是唯一的出路公司网站中国香港政府"
JAPANESE = "外務大臣は本日ポイントみんなクラウドと会談しました。"
HINDI = _words("विदेश मंत्री ने आज कहा भारत संगठन")
CYRILLIC = _words("министр встретился сегодня с коллегой рф москва орг")
ACCENTS = _words("é ü ñ Å ß ç ø ł ī ǆ ɐ ʻ ẞ Ÿ ƛ ι Ι ϵ ᲃ K ſ ı İ µ")
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


# What the rules turn on, each alone: everything, and what matters in a path, in a domain and in an emoji.
ALPHABETS: tuple[list[str], ...] = (
    [
        *'a1.-_/:@#$?!()&=, "é日ι\u0301\u200d\ufe0f\ufe0e\u20e3\u200f\u2013\u3002\ufeff😀👩👨🏽❤♂🇫🇷☝©',
        *("com", "co", ".com", "http://", "https://", "t.co/", "www.", "みんな", "рф", "كوم", "xn--", "vermögensberater"),
    ],
    ["http://a.com/", "a.com/", "日a.com/", "a.com?", "t.co/", "http://t.co/a", *"aab1!*';:=+,.$/%#[]-–_~@|&?()()éа\""],
    [
        *'ab...-_é日😀/@#1A,(" \u200e\u3002ι\u0345',
        *("com", "co", "uk", "рф", "みんな", "भारत", "भारतम्", "http://", "https://", "xn--", ":80", "?a", "\ud83d", "\ude00"),
    ],
    [*"👨👩👧👦❤💋🏻🏽\u200d\u200d\ufe0f\ufe0f\ufe0e♂♀⚕✈🌈🏳🏴☠👁🗨🇦🇫🇷🇨1#\u20e3🕵⛹🏋🤷👯🤼🧞🦰🎓☝🖐⛷©™♟a", "a.com", "http://a.co/"],
)


def _points(ranges: tuple[str, ...]) -> list[str]:
    ends = [each.partition("-") for each in ranges]
    return [chr(point) for low, _, high in ends for point in range(int(low, 16), int(high or low, 16) + 1)]


TONABLE, SHOWABLE = _points(TONED), _points(PRESENTED)


def join(draw: Draw, parts: list[str], between: tuple[str, ...] = (" ", " ", " ", "", "\n")) -> str:
    return "".join(part + draw.choice(between) for part in parts)


def some(draw: Draw, of: str | list[str], low: int, high: int) -> str:
    return "".join(draw.choice(of) for _ in range(draw.randint(low, high)))


def speech(draw: Draw, low: int = 0, high: int = 6) -> list[str]:
    return [draw.choice(WORDS) for _ in range(draw.randint(low, high))]


def name(draw: Draw) -> str:
    pick = draw.random()
    if pick < 0.6:
        return some(draw, "abcxyz0189-", 1, 8)
    if pick < 0.7:
        return some(draw, "ab_-.", 1, 6)
    if pick < 0.78:
        return some(draw, [*"ab", *ACCENTS], 1, 5)
    if pick < 0.86:
        return some(draw, CHINESE, 1, 5)
    if pick < 0.9:
        return draw.choice([draw.choice(ARABIC), draw.choice(HEBREW), draw.choice(CYRILLIC)])
    if pick < 0.95:
        return emoji(draw)
    return draw.choice(["xn--", "xn--90a", "a" * 63, "a" * 64, "日" * 20, "t", "www", character(draw)])


def character(draw: Draw) -> str:
    while 0xD800 <= (point := draw.choice([draw.randrange(0x3000), draw.randrange(0x10000), draw.randrange(0x110000)])) <= 0xDFFF:
        pass
    return chr(point)


def top(draw: Draw) -> str:
    pick = draw.random()
    if pick < 0.35:
        return draw.choice(["com", "org", "co", "de", "us", "io", "COM", "Net"])
    if pick < 0.6:
        return draw.choice(TOP_LEVEL)
    if pick < 0.8:
        name = draw.choice(TOP_LEVEL_OTHER)
        return name.upper() if draw.random() < 0.2 else name
    return draw.choice(["example", "comx", "xn--p1ai", "xn--", "xn--a-b", "c", "1", "comé", "саᲄ", "vermögensberater", "local"])


def domain(draw: Draw) -> str:
    return ".".join([*(name(draw) for _ in range(draw.randint(1, 3))), top(draw)])


def plain_domain(draw: Draw) -> str:
    return some(draw, "abcxyz019", 1, 8) + "." + draw.choice(["com", "org", "ch", "museum", "co.uk", "fr"])


def path(draw: Draw) -> str:
    kinds = [
        "",
        "",
        "/",
        "/" + some(draw, "abc/-_.~,!", 0, 9),
        "/" + some(draw, "ab()", 0, 10),
        "/a_(b_(c))d.",
        "/" + some(draw, "абвÄéü–—&@%#;:'*$|[]+=", 0, 9),
        ":" + some(draw, "0189a", 0, 6),
        ":80/" + some(draw, "ab.", 0, 4),
        "?" + some(draw, "ab=&?.,;!/#()@é", 0, 9),
        "/a?" + some(draw, "ab=&?.,;!/#~|é", 0, 9),
        "/@" + some(draw, "ab/.@", 0, 6),
        "#" + some(draw, "ab!", 0, 4),
        "/" + some(draw, [*ACCENTS, *"ab."], 0, 6),
        "/" + emoji(draw),
        "/" + character(draw) + some(draw, "ab", 0, 2),
    ]
    return draw.choice(kinds)


def emoji(draw: Draw) -> str:
    def tone() -> str:
        return chr(0x1F3FB + draw.randrange(5)) if draw.random() < 0.5 else ""

    def show() -> str:
        return draw.choice(["", "\ufe0f", "\ufe0f", "\ufe0e"])

    def flag() -> str:
        pair = draw.choice(FLAGS) if draw.random() < 0.6 else some(draw, "ABCDEFXYZ", 1, 3)
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


def mixed(draw: Draw, *makers: Callable[[Draw], str], between: tuple[str, ...] = ("", "", " ", ".", "\u200e")) -> str:
    return join(draw, [draw.choice(makers)(draw) for _ in range(draw.randint(1, 7))], between)
