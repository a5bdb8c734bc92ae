"""Lines: where a value of a TOML text stands."""

from pathlib import Path

import pytest

from ministry_social.errors import InvalidSettings
from ministry_social.files.lines import Toml, nearest, read_text

TEXT = '''\
a = 1
# a note
[b]
x = """
[c]
a = 2
"""
list = [1,
  2, # [not a table]
]
"quoted key" = true
dotted.inner = 1
[[row]]
n = 1
[row.more]
k = 2
[[row]]
n = { w = 1 }
[[row.leaf]]
z = 1
[[row.leaf]]
z = 2
[d.e]
f = 1
'''

PLACES = {
    ("a",): 1,
    ("b",): 3,
    ("b", "x"): 4,
    ("b", "list"): 8,
    ("b", "list", 1): 8,
    ("b", "quoted key"): 11,
    ("b", "dotted", "inner"): 12,
    ("row",): 13,
    ("row", 0): 13,
    ("row", 0, "n"): 14,
    ("row", 0, "more", "k"): 16,
    ("row", 1): 17,
    ("row", 1, "n", "w"): 18,
    ("row", 1, "leaf", 0, "z"): 20,
    ("row", 1, "leaf", 1, "z"): 22,
    ("d", "e", "f"): 24,
}


@pytest.mark.parametrize(("path", "line"), PLACES.items(), ids=str)
def test_every_value_knows_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert Toml(TEXT, "f", InvalidSettings).place(*path).line == line


def test_an_absent_value_stands_where_its_surroundings_begin() -> None:
    toml = Toml(TEXT, "f", InvalidSettings)
    assert toml.place("row", 1, "missing").line == 17
    assert toml.place("nowhere").line == 1


def test_lines_count_from_where_the_text_begins_in_its_file() -> None:
    assert Toml("\na = 1\n", "f", InvalidSettings, first=10).place("a").line == 11


@pytest.mark.parametrize(
    ("text", "line", "remedy"),
    [
        ("a = 1\nb = two\n", 2, "double quotes"),
        ("a = 1\nb\n", 2, "one setting per line"),
        ("a = 1\na = 2\n", 2, "remove one"),
        ("a = [\n1,\n\n\nb = 2\n", 5, "double quotes"),
        ("a = [\n1,\n2\n\n", 1, "Close the list"),
        ('a = 1\nb = """\nnever\nclosed\n', 2, ""),
        ('a = "never closed\n', 1, "double quote"),
        ('a = "C:\\path"\n', 1, "one backslash"),
        ("[a]\n[a]\n", 2, ""),
    ],
)
def test_a_mistake_in_the_grammar_is_reported_with_its_line(text: str, line: int, remedy: str) -> None:
    with pytest.raises(InvalidSettings, match="not valid TOML") as caught:
        Toml(text, "f.toml", InvalidSettings)
    assert caught.value.file == "f.toml"
    assert caught.value.line == line
    assert remedy in caught.value.remedy


def test_the_nearest_name_is_proposed_and_else_all() -> None:
    assert nearest("adress", ("address", "rate")) == "Did you mean address?"
    assert nearest("qqq", ("address", "rate")) == "Possible: address, rate."


def test_a_text_may_have_a_bom_and_any_line_ends(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"\xef\xbb\xbfa\r\nb\rc\n")
    assert read_text(tmp_path / "f", InvalidSettings) == "a\nb\nc\n"


def test_what_is_no_utf8_text_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes("a\nb\ncaf\u00e9\n".encode("latin-1"))
    with pytest.raises(InvalidSettings, match="not UTF-8") as caught:
        read_text(tmp_path / "f", InvalidSettings)
    assert caught.value.line == 3


@pytest.mark.parametrize(("make", "sentence"), [(False, "cannot be read"), (True, "larger than")])
def test_a_file_that_is_absent_or_huge_is_refused(tmp_path: Path, make: bool, sentence: str) -> None:
    if make:
        (tmp_path / "f").write_bytes(b"x" * 2000)
    with pytest.raises(InvalidSettings, match=sentence):
        read_text(tmp_path / "f", InvalidSettings, most=1000)
