"""Changes in a message file: the lines that are meant, and no other byte."""

import difflib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from ministry_social.errors import InvalidMessage
from ministry_social.files.editing import rewrite, with_confirmed, with_section
from ministry_social.files.messages import load_message

OLD, NEW = "sha256:000000000000", "sha256:0123456789ab"
FRONT = '+++\nid = "grain"\n{}+++\n\nNotes.\n\n## en\n### short\nOpen.\n\n## fr\n### short\nOuvert.\n\n## zh-Hans\n### short\n開\n'


def lines_changed(before: str, after: str) -> list[str]:
    """The lines of a difference, with + or - before them."""
    found = difflib.unified_diff(before.split("\n"), after.split("\n"), n=0, lineterm="")
    return [line for line in found if not line.startswith(("---", "+++", "@@")) or line == "++++"]


@pytest.mark.parametrize(
    ("front", "added"),
    [
        ("", ["+", "+[translated]", f'+fr = "{NEW}"']),
        ("[translated]\n", [f'+fr = "{NEW}"']),
        (f'[translated]\nar = "{OLD}"\n', [f'+fr = "{NEW}"']),
        (f'[translated]\nfr = "{OLD}"  # by Anna\n', [f'-fr = "{OLD}"  # by Anna', f'+fr = "{NEW}"  # by Anna']),
        (f'[translated]\n"fr" = "{OLD}"\n', [f'-"fr" = "{OLD}"', f'+"fr" = "{NEW}"']),
        (f'translated = {{ fr = "{OLD}" }}\n', [f'-translated = {{ fr = "{OLD}" }}', f'+translated = {{ fr = "{NEW}" }}']),
        ('[variables]\nfr = "x"\n', ["+", "+[translated]", f'+fr = "{NEW}"']),
    ],
)
def test_confirming_changes_its_own_line_only(front: str, added: list[str]) -> None:
    before = FRONT.format(front)
    assert lines_changed(before, with_confirmed(before, "grain.md", "fr", NEW)) == added


def test_a_language_with_a_script_is_confirmed_too(write: Callable[..., Path]) -> None:
    path = write(FRONT.format(f'[translated]\nfr = "{OLD}"\n\n[variables]\nyear = "2026"\n'))
    rewrite(path, partial(with_confirmed, file=str(path), language="zh-Hans", digest=NEW))
    assert load_message(path).translated == {"fr": OLD, "zh-Hans": NEW}
    assert load_message(path).variables == {"year": "2026"}


def test_a_table_written_on_one_line_is_left_to_the_author() -> None:
    with pytest.raises(InvalidMessage, match=r"grain\.md:3: .*Write \[translated\] on a line of its own"):
        with_confirmed(FRONT.format(f'translated = {{ ar = "{OLD}" }}\n'), "grain.md", "fr", NEW)


@pytest.mark.parametrize("ends", ["\r\n", "\n", "\r"])
def test_line_ends_and_the_mark_at_the_beginning_stay(write: Callable[..., Path], ends: str) -> None:
    before = b"\xef\xbb\xbf" + FRONT.format("").replace("\n", ends).encode()
    path = write(before)
    path.chmod(0o640)
    rewrite(path, partial(with_confirmed, file=str(path), language="fr", digest=NEW))
    added = f'{ends}[translated]{ends}fr = "{NEW}"{ends}+++'.encode()
    assert path.read_bytes() == before.replace(f"{ends}+++".encode(), ends.encode() + added, 1).replace(
        ends.encode() * 2, ends.encode() * 2
    )
    assert path.stat().st_mode & 0o777 == 0o640
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_mixed_line_ends_stay_where_they_are(write: Callable[..., Path]) -> None:
    path = write(b'+++\r\nid = "grain"\n+++\r\n## en\n### short\r\nOpen.')
    rewrite(path, partial(with_section, name="fr", section="### short\nOuvert."))
    assert path.read_bytes() == b'+++\r\nid = "grain"\n+++\r\n## en\n### short\r\nOpen.\r\n\r\n## fr\r\n### short\r\nOuvert.\r\n'


def test_nothing_is_written_where_nothing_changes(write: Callable[..., Path]) -> None:
    path = write(FRONT.format(""))
    before = path.stat()
    rewrite(path, lambda text: text)
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert path.stat().st_ino == before.st_ino


def test_a_file_that_cannot_be_written_is_named(write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = write(FRONT.format(""))
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(InvalidMessage, match=r"grain\.md: It cannot be written: No space left on device\."):
        rewrite(path, partial(with_section, name="fr", section="### short\nX."))
    assert path.read_text() == FRONT.format("")
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_section_takes_the_place_of_its_own_and_of_no_other() -> None:
    before = FRONT.format("").replace("## fr", "##  fr  ")
    assert lines_changed(before, with_section(before, "fr", "### short\nToujours ouvert.")) == ["-Ouvert.", "+Toujours ouvert."]


def test_a_new_section_stands_at_the_end() -> None:
    before = FRONT.format("")
    assert with_section(before, "ar", "### short\nX") == f"{before}\n## ar\n### short\nX\n"
    assert with_section(f"{before}\n", "ar", "### short\nX") == f"{before}\n## ar\n### short\nX\n"


def test_the_last_section_is_replaced_to_the_end_of_the_file() -> None:
    after = with_section(FRONT.format(""), "zh-Hans", "### short\n开放")
    assert after.endswith("Ouvert.\n\n## zh-Hans\n### short\n开放\n")
