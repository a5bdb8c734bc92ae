"""Everything that the demo published is taken down: with refusals, killed in the middle, and run again."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from ministry_social.files.demo_media import write_demo
from ministry_social.rehearsal.server import Server
from tests.acceptance.ministry import Ministry, Said, connected, new_ministry, stopped
from tests.acceptance.parcel import bare_python, unpacked
from tests.conftest import Rehearsal

MESSAGE = "2026-climate-statement"
RATE = 900.0  # fifteen minutes of the rehearsal pass in a second: the reposts, ten minutes apart, are soon out
REFUSING = {"embassy-rome": "x", "page": "facebook"}
REASON = "a figure was wrong"


@dataclass
class Recalled:
    """What stood there, and what each of the three commands said: killed in the middle; with two refusing; once they were mended.

    `left` is what still stood there after each.
    """

    ministry: Ministry
    rehearsal: Rehearsal
    published: dict[str, dict[str, Any]] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    left: list[dict[str, dict[str, Any]]] = field(default_factory=list)

    def standing(self) -> dict[str, dict[str, Any]]:
        """What the public sees, by account, by the rehearsal's own records. (Photos that only serve a post are not seen.)"""
        records = self.rehearsal.records()
        shown = [one for one in records if one["public"] and one["deleted_at"] is None and one["kind"] != "photo"]
        assert len({one["account"] for one in shown}) == len(shown), "an account has two posts"
        return {one["account"]: one for one in shown}

    def recall(self) -> None:
        self.said.append(self.ministry.say("delivery", "recall", "--message", MESSAGE, "--reason", REASON, "--yes"))
        self.left.append(self.standing())

    @cached_property
    def receipts(self) -> dict[str, dict[str, Any]]:
        """By delivery, once all is done: its whole record, and the copy that was kept."""
        keys = [row["id"] for row in self.ministry.say("delivery", "list", "--json").json]
        return {key: self.ministry.say("delivery", "show", key, "--json").json for key in keys}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recalled]:
    """The demo's message, published on the demo's accounts; then recalled three times."""
    server = Server()
    with server.running() as address, pytest.MonkeyPatch.context() as monkeypatch:
        rehearsal = Rehearsal(address=address, world=server.world)
        ministry = new_ministry(tmp_path_factory.mktemp("recall") / "ministry", monkeypatch)
        write_demo(ministry.folder / "messages")
        made = Recalled(connected(ministry, rehearsal, rate=RATE), rehearsal)
        said = ministry.say("publish", f"messages/{MESSAGE}.md", "--yes")
        assert said.code == 0, said.out + said.err
        made.published = made.standing()
        for account, platform in REFUSING.items():
            rehearsal.fault("suspended", platform, account=account, action="delete")
        kill_in_the_middle(made)
        made.recall()
        rehearsal.world.faults.remove()
        made.recall()
        yield made


def kill_in_the_middle(made: Recalled) -> None:
    """Start the command as a process of its own, and kill it when some are gone and most are not."""
    made.rehearsal.fault("delay-before", "x", action="delete", seconds=0.2)
    command = ["delivery", "recall", "--message", MESSAGE, "--reason", REASON, "--yes"]
    process = subprocess.Popen(
        [sys.executable, "-m", "ministry_social", *command],
        cwd=made.ministry.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with stopped(process):
        for _ in range(600):
            if len(made.standing()) <= len(made.published) - 5 or process.poll() is not None:
                break
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGKILL)
        out, err = process.communicate(timeout=20)
    assert process.returncode == -signal.SIGKILL, out + err
    made.said.append(Said(process.returncode, out, err))
    made.left.append(made.standing())
    [*others, slow] = made.rehearsal.world.faults.on
    assert (slow.kind, len(others)) == ("delay-before", 2)
    made.rehearsal.world.faults.remove(slow.id)


def test_the_demo_stood_on_every_account_that_speaks(demo: Recalled) -> None:
    assert len(demo.published) >= 36
    assert {record["kind"] for record in demo.published.values()} == {"post", "repost", "video"}


def test_killed_in_the_middle_it_had_taken_down_some(demo: Recalled) -> None:
    assert 0 < len(demo.left[0]) < len(demo.published)


def test_with_two_accounts_refusing_all_others_are_gone_and_the_two_are_named(demo: Recalled) -> None:
    said = demo.said[1]
    assert demo.left[1].keys() == REFUSING.keys()
    assert said.code == 1
    assert f"{len(demo.published) - 2} done, 2 not." in said.out
    named = [line.split(":")[0].strip() for line in said.out.splitlines() if line.startswith("  ")]
    assert set(REFUSING) <= set(named)
    assert "Once mended, run the same command again." in said.out
    assert "Traceback" not in said.out + said.err


def test_once_they_are_mended_nothing_stands_any_more(demo: Recalled) -> None:
    assert (demo.said[2].code, demo.left[2]) == (0, {}), demo.said[2].out
    assert f"{len(demo.published)} done, 0 not." in demo.said[2].out
    rows = demo.ministry.deliveries()
    assert {row["state"] for row in rows.values()} == {"recalled"}


def test_each_account_has_a_receipt(demo: Recalled) -> None:
    for account in demo.published:
        [line] = [line for line in demo.said[2].out.splitlines() if line.startswith(f"{account} ")]
        assert "taken down" in line


def test_a_copy_with_the_medias_digests_was_kept_before_each_deletion(demo: Recalled) -> None:
    for key, shown in demo.receipts.items():
        account = key.split("/")[-2]
        stood = demo.published[account]
        events = [entry["event"] for entry in shown["ledger"]]
        assert events.count("copied") == events.count("recalled") == 1, key
        assert events.index("copied") < events.index("recalled") == len(events) - 1, key
        copied, recalled = (shown["ledger"][events.index(event)] for event in ("copied", "recalled"))
        assert recalled["facts"]["copy"] == copied["facts"]["copy"] == shown["recall"]["copy"]
        assert (recalled["facts"]["reason"], recalled["facts"]["gone_before"]) == (REASON, False)
        assert copied["facts"]["media"] == stood["media"], key
        copy = shown["recall"]["stood_there"]
        assert [one["digest"] for one in copy["media"]] == stood["media"]
        assert copy["url"] == shown["url"]
        with demo.ministry.app().store.read() as reading:
            answer = reading.blob(copy["answer"])
        assert answer is not None
        assert stood["id"] in json.dumps(json.loads(answer)) or stood["kind"] == "repost"


def test_the_copy_was_on_record_before_the_platform_was_asked_to_delete(demo: Recalled) -> None:
    deleted = {one["account"]: one["deleted_at"] for one in demo.rehearsal.records() if one["kind"] != "photo"}
    for key, shown in demo.receipts.items():
        [copied] = [entry for entry in shown["ledger"] if entry["event"] == "copied"]
        assert datetime.fromisoformat(copied["at"]) < datetime.fromisoformat(deleted[key.split("/")[-2]]), key


def test_a_repost_was_undone_before_its_original(demo: Recalled) -> None:
    deleted = {one["id"]: one["deleted_at"] for one in demo.rehearsal.records()}
    reposts = [one for one in demo.published.values() if one["kind"] == "repost"]
    assert reposts
    for one in reposts:
        assert deleted[one["id"]] < deleted[one["of"]]


def test_nothing_went_out_again(demo: Recalled) -> None:
    published = [one for one in demo.rehearsal.records() if one["kind"] != "photo"]
    assert len(published) == len(demo.published)
    again = demo.ministry.say("publish", f"messages/{MESSAGE}.md", "--yes")
    assert "nothing new is planned" in again.out
    assert demo.standing() == {}


def test_the_ledger_holds_together(demo: Recalled) -> None:
    verified = demo.ministry.say("store", "verify")
    assert (verified.code, "unbroken" in verified.out) == (0, True)


def test_recalled_once_more_there_is_nothing_to_do(demo: Recalled) -> None:
    before = demo.rehearsal.records()
    demo.recall()
    assert demo.said[-1].code == 0
    assert f"{len(demo.published)} taken down before" in demo.said[-1].out
    assert demo.rehearsal.records() == before


def test_the_evidence_of_all_this_verifies_where_there_is_only_python_and_cryptography(demo: Recalled, tmp_path: Path) -> None:
    said = demo.ministry.say("audit", "export", "--message", MESSAGE, "-o", "evidence.zip")
    assert said.code == 0, said
    key = demo.ministry.say("register", "key", "--json").json[-1]["public"]
    verifier = tmp_path / "verify.py"
    verifier.write_bytes(unpacked(demo.ministry.folder / "evidence.zip")["verify.py"])
    done = subprocess.run(
        [bare_python(tmp_path / "bare"), "-I", verifier, demo.ministry.folder / "evidence.zip", "--key", key],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout.startswith("HOLDS\nThe list of files is signed by the ministry.\n")
