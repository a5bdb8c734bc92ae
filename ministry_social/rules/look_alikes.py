"""Look-alikes: handles that a hurried reader takes for another."""

import unicodedata

# Letters of other scripts that look like a Latin one, from Unicode's confusables (UTS #39), those of scripts that people type; what
# falls apart in normal form KD is not listed. Below a letter stands what is read as it.
_ALIKE = {
    "a": "ɑαа", "b": "ƅβвьꞵ", "c": "ϲсᴄ", "d": "ԁ", "e": "εеҽ", "f": "ϝքẝꞙ", "g": "ƍɡԍցᶃ", "h": "ηнһհ", "i": "ıɩɪιіӏ", "j": "ʝϳј",
    "k": "κк", "l": "ǀ", "m": "μϻм", "n": "νոռ", "o": "οσоօᴏ", "p": "ρр", "q": "ԛգզ", "r": "ʀг", "s": "ƽѕտꜱ", "t": "τт",
    "u": "ʋυսᴜ", "v": "ѵᴠ", "w": "ɯѡԝաᴡ", "x": "χх", "y": "ɣʏγуүᶌ", "z": "ζᴢ", "3": "ȝɜʒз", "8": "ȣ",
}  # fmt: skip
_LETTER = {sign: letter for letter, signs in _ALIKE.items() for sign in signs}
# What is told apart badly within ASCII; only for comparing, so that both sides lose the same.
_ASCII = (("0", "o"), ("1", "l"), ("i", "l"), ("5", "s"), ("8", "b"), ("rn", "m"), ("vv", "w"), ("_", ""), (".", ""), ("-", ""))


def looks(name: str) -> str:
    """How a name looks: two with the same looks are taken for one another."""
    apart = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(_LETTER.get(sign, sign) for sign in apart if not unicodedata.combining(sign) and sign.isprintable())
    for sign, taken_for in _ASCII:
        plain = plain.replace(sign, taken_for)
    return plain


def distance(one: str, other: str) -> int:
    """How many letters must be put in, left out, changed or swapped with the next to get from one to the other.

    Optimal string alignment (Damerau 1964): each place is touched once.
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, wanted in enumerate(other, 1):
            steps = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != wanted))
            if row > 1 and column > 1 and (letter, one[row - 2]) == (other[column - 2], wanted):
                steps = min(steps, before[column - 2] + 1)
            now.append(steps)
        before, last = last, now
    return last[-1]


def likeness(asked: str, ours: str) -> int | None:
    """How far a handle is from one of ours, 0 for the same looks; None where nobody takes one for the other."""
    one, other = looks(asked), looks(ours)
    if one == other:
        return 0
    apart = distance(one, other)
    if apart <= (2 if len(other) >= 9 else 1 if len(other) >= 5 else 0):
        return apart
    # `TavoriaMFA_help`, `RealTavoriaMFA`
    return 3 if len(other) >= 6 and other in one else None
