"""A process is killed in the middle of uploading a video: the next one goes on where the platform is, on both engines."""

import os
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from ministry_social.desk.prepare import CLAIM
from ministry_social.rehearsal.youtube.state import State, Upload, state_of
from tests.acceptance.ministry import Ministry, connected, new_ministry
from tests.conftest import Rehearsal
from tests.files.conftest import write_video
from tests.postgres import Postgres

KEY = "film/1/channel/video"
FILM = """\
+++
id = "film"
audience = "account:channel"

[[media]]
file = "film.mp4"
+++

## en
### short
The grain corridor stays open for another year.

## for youtube
### title
Grain corridor: statement of the minister
"""
MIB = 1 << 20
CHUNKS = 5  # the last of them is not whole
AHEAD = timedelta(minutes=10)  # so long before its time it is uploaded
SLOW = 0.5  # seconds of real time between a chunk's arrival and its answer


@dataclass
class Cinema:
    """A ministry that is to publish a film of several chunks, and the YouTube of its rehearsal."""

    ministry: Ministry
    rehearsal: Rehearsal
    film: bytes

    @property
    def youtube(self) -> State:
        return state_of(self.rehearsal.world)

    @property
    def upload(self) -> Upload:
        """The one session that was ever begun."""
        [upload] = self.youtube.uploads.values()
        return upload

    def arrived(self) -> int:
        """How many bytes YouTube has."""
        uploads = list(self.youtube.uploads.values())
        return 0 if not uploads else len(self.film) if uploads[0].answer else len(uploads[0].received)

    def slowed(self) -> int:
        """How many requests have met the fault."""
        return sum(fault.met for fault in self.rehearsal.world.faults.on)

    def is_public(self) -> bool:
        return any(row["public"] for row in self.rehearsal.records(platform="youtube"))

    def move_the_clock(self, duration: timedelta) -> None:
        self.rehearsal.post("/rehearsal/clock", {"advance": duration.total_seconds()})

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[str]]:
        """A worker at its work, as a process of its own."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MINISTRY_SOCIAL_")}
        process = subprocess.Popen(
            [sys.executable, "-m", "ministry_social", "worker"],
            cwd=self.ministry.folder, env=kept | self.ministry.environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        try:
            assert any(line.startswith("Working, ") for line in lines), "it has ended"
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate(timeout=20)

    def kill_a_worker(self, reached: Callable[[], bool], *, slow: str = "delay-after") -> None:
        """Start a worker, and end it by SIGKILL at once when something is reached. YouTube is slow meanwhile."""
        self.rehearsal.fault(slow, "youtube", action="prepare", seconds=SLOW)
        with self.worker() as process:
            until(reached)
            os.kill(process.pid, signal.SIGKILL)
            process.communicate(timeout=20)
        assert process.returncode == -signal.SIGKILL
        self.rehearsal.world.faults.remove()
        time.sleep(1.5 * SLOW)  # what had left is taken, though nobody waits for the answer

    def go_on(self) -> None:
        """Another worker. It waits while the claim of the dead one lasts; when that is over, it brings the film out."""
        before = list(self.upload.pieces)
        with self.worker() as process:
            time.sleep(2 * SLOW)
            assert self.upload.pieces == before, "nobody knows yet that the first is dead"
            self.move_the_clock(CLAIM + timedelta(seconds=1))
            until(lambda: self.ministry.deliveries()["channel"]["state"] == "planned" and self.upload.answer is not None)
            assert not self.is_public(), "its time has not come"
            self.move_the_clock(AHEAD)
            until(lambda: self.ministry.deliveries()["channel"]["state"] == "published")
            process.send_signal(signal.SIGTERM)
            out, _ = process.communicate(timeout=30)
        assert process.returncode == 0, out


def until(condition: Callable[[], bool]) -> None:
    """Wait, not for ever, until something has happened in another process."""
    end = time.monotonic() + 40
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.005)


def film(path: Path) -> bytes:
    """A video of several chunks: most of it is a box that players pass over (ISO/IEC 14496-12, `free`), of bytes by chance."""
    padding = os.urandom((CHUNKS - 1) * MIB)
    with write_video(path).open("ab") as file:
        file.write(struct.pack(">I", 8 + len(padding)) + b"free" + padding)
    return path.read_bytes()


@pytest.fixture(params=["embedded", "distributed"])
def cinema(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rehearsal: Rehearsal
) -> Iterator[Cinema]:
    """The film is planned. The rehearsal's clock runs as real time does."""
    ministry = new_ministry(tmp_path / "ministry", monkeypatch)
    ministry.environment["MINISTRY_SOCIAL_YOUTUBE_CHUNK_MIB"] = "1"
    server: Postgres | None = request.getfixturevalue("postgres") if request.param == "distributed" else None
    if server is not None:
        ministry.environment["MINISTRY_SOCIAL_STORE_URL"] = server.new_database()
    connected(ministry, rehearsal, rate=1)
    made = Cinema(ministry, rehearsal, film(ministry.folder / "messages" / "film.mp4"))
    ministry.write("messages/film.md", FILM)
    at = (rehearsal.world.clock.now() + AHEAD).isoformat()
    said = ministry.say("publish", "messages/film.md", "--yes", "--at", at, "--wait", "1s")
    assert (said.code, rehearsal.records()) == (0, []), said.out + said.err
    yield made
    if server is not None:
        server.drop(ministry.environment["MINISTRY_SOCIAL_STORE_URL"])


def covers(pieces: list[tuple[int, int]], size: int) -> bool:
    """Whether the pieces follow one another from the first byte to the last, none of them twice."""
    return [0, *(last + 1 for _, last in pieces)] == [*(first for first, _ in pieces), size]


def published_once_and_whole(cinema: Cinema) -> None:
    [row] = cinema.rehearsal.records()
    assert (row["account"], row["public"]) == ("channel", True)
    assert row["media"] == [sha256(cinema.film).hexdigest()]
    assert list(cinema.youtube.videos) == [row["id"]]
    assert [len(arrived) for arrived in cinema.youtube.arrivals.values()] == [1], "nor was there another that is gone"
    events = cinema.ministry.story(KEY)
    assert [events.count(event) for event in ("prepared", "started", "accepted")] == [1, 1, 1], events
    assert cinema.ministry.say("store", "verify").code == 0


def test_killed_in_the_middle_the_next_worker_goes_on_at_the_offset(cinema: Cinema) -> None:
    cinema.kill_a_worker(lambda: cinema.arrived() >= 2 * MIB)
    goes_on_from(cinema, cinema.arrived())


def test_killed_while_a_chunk_is_on_the_way_the_next_worker_asks_whether_it_arrived(cinema: Cinema) -> None:
    """It may have arrived whole, to be taken though nobody waits for the answer any more, or not."""
    begun_and_three_chunks = 4
    cinema.kill_a_worker(lambda: cinema.slowed() >= begun_and_three_chunks, slow="delay-before")
    goes_on_from(cinema, cinema.arrived())


def goes_on_from(cinema: Cinema, stored: int) -> None:
    assert 2 * MIB <= stored < len(cinema.film)
    before = list(cinema.upload.pieces)
    cinema.go_on()
    assert cinema.upload.pieces[len(before)][0] == stored
    assert covers(cinema.upload.pieces, len(cinema.film))
    assert len(cinema.upload.pieces) == CHUNKS
    published_once_and_whole(cinema)


def test_killed_while_the_last_answer_is_awaited_the_next_worker_sends_nothing_again(cinema: Cinema) -> None:
    cinema.kill_a_worker(lambda: cinema.arrived() == len(cinema.film))
    assert covers(cinema.upload.pieces, len(cinema.film))
    [video] = cinema.youtube.videos
    assert cinema.ministry.deliveries()["channel"]["state"] == "planned"
    before = list(cinema.upload.pieces)
    cinema.go_on()
    assert cinema.upload.pieces == before
    assert list(cinema.youtube.videos) == [video]
    published_once_and_whole(cinema)
