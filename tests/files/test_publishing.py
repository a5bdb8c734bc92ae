"""A published folder: old or new, never half; and nothing of others is touched."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ministry_social.errors import InvalidSettings, NotAllowed, RegisterRefused
from ministry_social.files.publishing import publish
from ministry_social.files.register_source import fetched
from ministry_social.rules.register_check import believed
from tests.factories import NOW
from tests.rules.test_register import of, of_the_demo, record, signed


def files(*, demo: bool, **more: bytes) -> dict[str, bytes]:
    data, line = signed(of_the_demo() if demo else of(record()))
    pages = {"index.html": b"new" if demo else b"old", "account/a.html" if demo else "account/b.html": b"a page"}
    return pages | {"register.json": data, "register.json.sig": line} | more


def put(folder: Path, found: Mapping[str, bytes], ready: Any = lambda: None) -> tuple[int, int]:
    return publish(folder, found, ready=ready)


def held(folder: Path) -> int:
    """How many accounts the register in a folder has, if it may be believed."""
    return len(believed(*fetched(str(folder)), now=NOW).accounts)


def test_a_new_register_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    folder = tmp_path / "web" / "accounts"
    assert put(folder, files(demo=False)) == (4, 0)
    assert put(folder, files(demo=True)) == (4, 1)
    assert (folder / "index.html").read_bytes() == b"new"
    assert not (folder / "account" / "b.html").exists()
    assert (folder / "register.json.sig").read_bytes() == files(demo=True)["register.json.sig"]
    assert held(folder) == 46
    assert sorted(path.name for path in folder.iterdir()) == [
        ".ministry-social-register",
        "account",
        "index.html",
        "register.json",
        "register.json.sig",
    ]
    assert (folder / "index.html").stat().st_mode & 0o044  # a web server can read it


class Crash(Exception):
    """The process ends here."""


def test_wherever_it_crashes_the_register_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Old or new; and publishing again mends the rest."""
    folder = tmp_path / "web"
    put(folder, files(demo=False))
    replace, seen = os.replace, []
    for number in range(1, 8):
        steps = iter(range(1, 100))

        def crashing(source: Any, target: Any, steps: Any = steps, number: int = number) -> None:
            if next(steps) == number:
                raise Crash
            replace(source, target)

        with monkeypatch.context() as patch:
            patch.setattr(os, "replace", crashing)
            with pytest.raises(Crash):
                put(folder, files(demo=True))
        seen.append(held(folder))
        put(folder, files(demo=False))
        assert held(folder) == 1
        assert not (folder / "account" / "a.html").exists()
    assert seen == [1] * 5 + [46] * 2


def test_nothing_is_shown_before_it_is_on_record(tmp_path: Path) -> None:
    put(tmp_path, files(demo=False))

    def refuse() -> None:
        raise Crash

    with pytest.raises(Crash):
        put(tmp_path, files(demo=True), ready=refuse)
    assert held(tmp_path) == 1
    assert (tmp_path / "index.html").read_bytes() == b"old"


def test_what_others_put_there_stays(tmp_path: Path) -> None:
    (tmp_path / ".well-known").mkdir()
    (tmp_path / ".well-known" / "security.txt").write_text("Contact: mailto:a@a.example")
    (tmp_path / "robots.txt").write_text("User-agent: *")
    put(tmp_path, files(demo=False, **{".well-known/trust.txt": b"social=x"}))
    put(tmp_path, files(demo=True))
    assert (tmp_path / ".well-known" / "security.txt").exists()
    assert (tmp_path / "robots.txt").exists()
    assert not (tmp_path / ".well-known" / "trust.txt").exists()


def test_a_file_of_somebody_else_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("our home page")
    with pytest.raises(NotAllowed, match=r"index\.html is there already"):
        put(tmp_path, files(demo=True))
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]
    assert (tmp_path / "index.html").read_text() == "our home page"


def test_a_folder_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "account").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NotAllowed, match="leads somewhere else"):
        put(tmp_path / "web", files(demo=True))
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_list_of_files_that_somebody_has_changed_removes_nothing_of_theirs(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("x")
    put(tmp_path / "web", files(demo=False))
    listing = tmp_path / "web" / ".ministry-social-register"
    listing.write_text(listing.read_text().replace('"index.html"', '"../precious.txt", "/etc/hosts", "index.html"'))
    put(tmp_path / "web", files(demo=True))
    assert (tmp_path / "precious.txt").exists()
    listing.write_text("not JSON")
    with pytest.raises(NotAllowed, match="no list of ours"):
        put(tmp_path / "web", files(demo=True))


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InvalidSettings, match="cannot be written"):
        put(tmp_path / "file" / "web", files(demo=True))


def test_a_folder_without_a_register_holds_none(tmp_path: Path) -> None:
    with pytest.raises(RegisterRefused, match="cannot be read") as caught:
        fetched(str(tmp_path))
    assert caught.value.code == "not-had"
