"""The demo, from end to end, as a newcomer runs it: what the rehearsal holds afterwards is what preview had shown."""

import json
import os
import socket
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import requests

from ministry_social.model.plan import Silence
from ministry_social.model.variant import Reference
from ministry_social.rules.references import stand_in

MESSAGE = "messages/2026-climate-statement.md"
ADDRESS_TO_COME = stand_in(Reference(delivery="", field="url", shape="youtube-url"))


class Demo:
    """A demo in a folder of its own; every command is a process, as in a terminal."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.address = folder, f"http://127.0.0.1:{port}"
        self._port = port
        self.preview: list[dict[str, Any]] = []
        self.first: list[dict[str, Any]] = []
        self.published = subprocess.CompletedProcess[str]([], -1)

    def start(self, *options: str) -> subprocess.CompletedProcess[str]:
        return self.run("demo", str(self.folder), "--port", str(self._port), *options, cwd=self.folder.parent)

    def run(self, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MINISTRY_SOCIAL_")}
        return subprocess.run(
            [sys.executable, "-m", "ministry_social", *arguments],
            cwd=cwd or self.folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=180,
        )  # fmt: skip

    def records(self) -> list[dict[str, Any]]:
        """What really was published (without the photos that only serve a post)."""
        found = requests.get(f"{self.address}/rehearsal/records", timeout=10).json()
        return [record for record in found if record["kind"] != "photo"]

    def deliveries(self) -> dict[str, dict[str, Any]]:
        return {row["account"]: row for row in json.loads(self.run("delivery", "list", "--json").stdout)}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo in pieces: made, previewed, published, its rehearsal still running."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    made = Demo(tmp_path_factory.mktemp("demo") / "ministry", port)
    try:
        started = made.start("--prepare-only")
        assert started.returncode == 0, started.stderr
        made.preview = json.loads(made.run("message", "preview", MESSAGE, "--json").stdout)
        made.published = made.run("publish", MESSAGE, "--yes")
        made.first = made.records()
        yield made
    finally:
        made.run("rehearsal", "stop")


def test_everything_goes_out(demo: Demo) -> None:
    assert demo.published.returncode == 0, demo.published.stderr
    assert {row["state"] for row in demo.deliveries().values()} == {"published"}


def test_the_four_ways_to_carry_a_message_are_all_there(demo: Demo) -> None:
    rows = demo.deliveries().values()
    kinds = Counter(row["kind"] for row in rows)
    assert kinds["original"] == 1
    assert kinds["translation"] >= 7
    assert kinds["local"] >= 22
    assert 1 <= kinds["repost"] <= 5
    assert kinds["page-post"] == kinds["video"] == 1
    languages = {row["language"] for row in demo.preview if row["kind"] == "local"}
    assert len(languages) >= 6, languages


def test_each_silent_account_has_a_documented_reason(demo: Demo) -> None:
    silent = [row for row in demo.preview if row["kind"] is None]
    assert len([row for row in demo.preview if row["platform"] == "x"]) == 44
    assert len(silent) <= 10
    documented = (Path(__file__).parents[2] / "docs" / "accounts.md").read_text(encoding="utf-8")
    for row in silent:
        assert row["silence"] in [silence.value for silence in Silence]
        assert row["silence"] in documented
        assert row["why"]


def test_what_stands_there_is_what_preview_showed(demo: Demo) -> None:
    rows = demo.deliveries()
    shown = {row["account"]: row for row in demo.preview if row["kind"] is not None}
    stands = {record["account"]: record for record in demo.first}
    assert stands.keys() == shown.keys() == rows.keys()
    assert len(demo.first) == len(stands), "an account has two posts"
    video = rows["channel"]["url"]
    for account, row in shown.items():
        record = stands[account]
        assert record["kind"] == {"repost": "repost", "video": "video"}.get(row["kind"], "post"), account
        assert rows[account]["kind"] == row["kind"]
        assert record["text"] == row["text"].replace(ADDRESS_TO_COME, video), account
        assert record["media"] == [one["digest"] for one in row["media"]], account
        assert record["alts"] == [one["alt"] for one in row["media"] if row["platform"] != "youtube"], account
        assert record["public"], account


def test_a_repost_repeats_the_post_that_preview_named(demo: Demo) -> None:
    rows = {row["id"]: row for row in demo.deliveries().values()}
    reposts = [row for row in demo.preview if row["kind"] == "repost"]
    stands = {record["account"]: record for record in demo.first}
    for row in reposts:
        assert stands[row["account"]]["of"] == rows[row["of"]]["remote_id"]


def test_reposts_are_ten_minutes_apart(demo: Demo) -> None:
    times = sorted(datetime.fromisoformat(record["at"]) for record in demo.first if record["kind"] == "repost")
    gaps = [later - earlier for earlier, later in pairwise(times)]
    # The platform's own time of a post is that of its answer: some of it passes on the way.
    assert min(gaps) >= timedelta(minutes=10) - timedelta(seconds=30), gaps


def test_the_video_is_public_with_captions_and_thumbnail(demo: Demo) -> None:
    [video] = [record for record in demo.first if record["kind"] == "video"]
    payload = next(row["payload"] for row in demo.preview if row["account"] == "channel")
    assert video["more"]["privacy"] == "public"
    assert video["more"]["title"] == payload["title"]
    assert sorted(video["more"]["tags"]) == sorted(payload["tags"])
    assert set(video["more"]["captions"]) == {captions["language"] for captions in payload["captions"]}
    assert video["more"]["thumbnail"] == payload["thumbnail"]["digest"]
    assert len(video["more"]["playlists"]) == 1


def test_a_second_publish_adds_nothing(demo: Demo) -> None:
    again = demo.run("publish", MESSAGE)
    assert again.returncode == 0
    assert "nothing new is planned" in again.stdout
    assert demo.records() == demo.first


def test_one_changed_letter_is_refused_with_the_ways_on(demo: Demo) -> None:
    file = demo.folder / MESSAGE
    signed = file.read_bytes()
    file.write_bytes(signed.replace(b"Parliament has made it law", b"Parliament has made it Law", 1))
    try:
        refused = demo.run("publish", MESSAGE, "--yes")
    finally:
        file.write_bytes(signed)
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    for way_on in ("put the file back", "correction", "new message"):
        assert way_on in refused.stderr
    assert demo.records() == demo.first


def test_the_ledger_holds_together(demo: Demo) -> None:
    verified = demo.run("store", "verify")
    assert (verified.returncode, "unbroken" in verified.stdout) == (0, True)


def test_what_holds_secrets_is_its_owners_alone(demo: Demo) -> None:
    for name in ("vault.sealed", "vault.key", "rehearsal.state"):
        assert stat.S_IMODE((demo.folder / "data" / name).stat().st_mode) == 0o600, name


def test_another_folder_is_left_alone(demo: Demo, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("Do not touch.")
    refused = demo.run("demo", str(tmp_path), cwd=tmp_path)
    assert refused.returncode == 1
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


def test_run_again_the_demo_starts_from_scratch(demo: Demo) -> None:
    """The last test: it removes what the others look at."""
    again = demo.start("--stop-after")
    assert again.returncode == 0, again.stderr
    assert f"{len(demo.first)} published, 0 failed, 0 being checked." in again.stdout
    assert len(json.loads(demo.run("account", "list", "--json").stdout)) == 46
    assert demo.run("rehearsal", "stop").stdout == "No rehearsal of this folder is running.\n"
