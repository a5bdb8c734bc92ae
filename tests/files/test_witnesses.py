"""Witnesses: folders, sites and files that keep checkpoints."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ministry_social.errors import InvalidSettings, LedgerBroken, WitnessFailed
from ministry_social.files.witnesses import MOST, Folder, OneFile, Site, witness

NOTE = "origin\n3\nroot\n\n— origin sig\n"
LATER = "origin\n5\nroot\n\n— origin sig\n"


@dataclass
class Archive:
    """A site that keeps what is put there."""

    address: str
    kept: dict[str, bytes] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)
    answer: int = 0  # instead of its own


@pytest.fixture
def archive() -> Iterator[Archive]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            data = held.kept.get(self.path)
            self.reply(held.answer or (404 if data is None else 200), data or b"")

        def do_PUT(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            held.kinds.add(self.headers["Content-Type"])
            if not held.answer:
                held.kept[self.path] = data
            self.reply(held.answer or 201, b"")

        def reply(self, status: int, data: bytes) -> None:
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/other/latest.txt")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    held = Archive(f"http://127.0.0.1:{server.server_port}/tavoria")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield held
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_folder_keeps_each_and_says_which_is_the_latest(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    assert folder.notes() == ()
    folder.lay(3, NOTE)
    folder.lay(5, LATER)
    folder.lay(5, LATER)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "checkpoint-3.txt": NOTE, "checkpoint-5.txt": LATER, "latest.txt": LATER,
    }  # fmt: skip
    assert set(folder.notes()) == {NOTE, LATER}


def test_another_content_of_the_same_size_is_an_alarm_and_stays(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.lay(3, NOTE)
    with pytest.raises(LedgerBroken, match=r"checkpoint-3.txt: Another checkpoint of the same size is there"):
        folder.lay(3, NOTE.replace("root", "soot"))
    assert set(folder.notes()) == {NOTE}


def test_the_signature_of_a_witness_below_ours_is_no_other_content(tmp_path: Path) -> None:
    (tmp_path / "checkpoint-3.txt").write_text(f"{NOTE}— archive cosig\n")
    Folder(tmp_path).lay(3, NOTE)
    assert (tmp_path / "checkpoint-3.txt").read_text() == f"{NOTE}— archive cosig\n"


def test_a_folder_that_is_not_mounted_is_not_made(tmp_path: Path) -> None:
    away = Folder(tmp_path / "share")
    for action in (away.notes, lambda: away.lay(3, NOTE)):
        with pytest.raises(WitnessFailed, match="There is no such folder"):
            action()
    assert not (tmp_path / "share").exists()


def test_a_file_that_somebody_has_kept_is_read_and_nothing_is_laid_there(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text(NOTE)
    kept = witness(str(tmp_path / "kept.txt"), live=True)
    assert isinstance(kept, OneFile)
    assert kept.notes() == (NOTE,)
    with pytest.raises(WitnessFailed, match="into a folder"):
        kept.lay(3, NOTE)


def test_a_file_that_is_longer_than_any_checkpoint_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "checkpoint-1.txt").write_bytes(b"x" * (MOST + 1))
    with pytest.raises(WitnessFailed, match="longer than a checkpoint"):
        Folder(tmp_path).notes()


def test_a_site_keeps_each_too(archive: Archive) -> None:
    site = witness(f"{archive.address}/", live=False)
    assert site.notes() == ()
    site.lay(3, NOTE)
    site.lay(5, LATER)
    site.lay(5, LATER)
    assert archive.kept == {
        "/tavoria/checkpoint-3.txt": NOTE.encode(), "/tavoria/checkpoint-5.txt": LATER.encode(),
        "/tavoria/latest.txt": LATER.encode(),
    }  # fmt: skip
    assert archive.kinds == {"text/plain; charset=utf-8"}
    assert site.notes() == (LATER,)
    assert witness(f"{archive.address}/checkpoint-3.txt", live=False).notes() == (NOTE,)
    with pytest.raises(LedgerBroken, match="Another checkpoint of the same size"):
        site.lay(5, LATER.replace("root", "soot"))
    assert archive.kept["/tavoria/checkpoint-5.txt"] == LATER.encode()


@pytest.mark.parametrize(("answer", "says"), [(500, "The answer is 500"), (302, "The answer is 302"), (403, "The answer is 403")])
def test_a_site_that_does_not_answer_well_is_said(archive: Archive, answer: int, says: str) -> None:
    archive.answer = answer
    archive.kept["/other/latest.txt"] = NOTE.encode()  # no redirect is followed
    site = witness(archive.address, live=False)
    with pytest.raises(WitnessFailed, match=says):
        site.notes()


def test_a_site_that_takes_nothing_is_said(archive: Archive) -> None:
    archive.answer = 404
    with pytest.raises(WitnessFailed, match="does not take the checkpoint: the answer is 404"):
        witness(archive.address, live=False).lay(3, NOTE)


def test_a_site_that_is_not_there_is_said() -> None:
    with pytest.raises(WitnessFailed, match="could not be reached"):
        witness("http://127.0.0.1:9/x", live=False).notes()


@pytest.mark.parametrize(
    ("address", "live"),
    [
        ("http://archive.example.org", True), ("https://127.0.0.1/x", True), ("https://archive.example.org", False),
        ("ftp://archive.example.org", True), ("https://me@archive.example.org", True), ("https://archive.example.org/?a=b", True),
    ],
)  # fmt: skip
def test_an_address_that_does_not_belong_to_the_world_is_refused(address: str, live: bool) -> None:
    with pytest.raises(InvalidSettings):
        Site(address, live=live)
