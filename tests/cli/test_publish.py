"""`publish` as a careless press officer uses it."""

import os
import signal
import subprocess
import sys
import time

import pytest

from ministry_social.engine.embedded import alone
from tests.acceptance.ministry import Ministry, stopped
from tests.conftest import Rehearsal

FIELDS = [
    "id", "message", "wave", "account", "platform", "kind", "state", "waits_for", "attempts", "due_at", "sent_at", "remote_id",
    "url", "error",
]  # fmt: skip


def test_a_delivery_has_exactly_the_promised_fields(ministry: Ministry) -> None:
    published = ministry.say("publish", "messages/grain.md", "--yes", "--json")
    listed = ministry.say("delivery", "list", "--json")
    assert published.json == listed.json
    assert [list(row) for row in listed.json] == [FIELDS] * 4
    assert published.err == ""


def test_without_a_terminal_and_without_yes_nothing_is_sent(ministry: Ministry, rehearsal: Rehearsal) -> None:
    said = ministry.say("publish", "messages/grain.md")
    assert said.code == 2
    assert "Plan      44 X accounts: 1 original, 1 translation, 1 local text;" in said.out
    assert said.err.startswith("Error: Nobody can be asked here. Say --yes.")
    assert rehearsal.records() == []
    assert ministry.deliveries() == {}


def test_live_is_never_published_without_saying_live(ministry: Ministry, rehearsal: Rehearsal) -> None:
    config = ministry.folder / "config" / "ministry.toml"
    config.write_text(config.read_text().replace('world = "rehearsal"', 'world = "live"').replace('"auto"', '"file"'))
    said = ministry.say("publish", "messages/grain.md", "--yes")
    assert said.code != 0
    assert "Traceback" not in said.err
    assert rehearsal.records() == []


def test_a_live_ministry_says_so_first_and_asks_for_both_words(ministry: Ministry) -> None:
    config = ministry.folder / "config" / "ministry.toml"
    config.write_text(config.read_text().replace('world = "rehearsal"', 'world = "live"').replace('"auto"', '"file"'))
    for name in ("ledger.sqlite", "vault.sealed"):
        (ministry.folder / "data" / name).unlink(missing_ok=True)
    said = ministry.say("publish", "messages/grain.md", "--yes")
    assert said.code == 2, said
    assert said.out.startswith("World     LIVE: what is sent can be seen by everybody.")
    assert said.err.startswith("Error: This ministry is live. To publish without being asked, say --yes --live.")


def test_published_twice_it_is_sent_once(ministry: Ministry, rehearsal: Rehearsal) -> None:
    assert ministry.say("publish", "messages/grain.md", "--yes").code == 0
    before = rehearsal.records()
    again = ministry.say("publish", "messages/grain.md")
    assert again.code == 0
    assert "was released in this very form before: nothing new is planned." in again.out
    assert rehearsal.records() == before


def test_one_changed_letter_is_refused_with_the_ways_on(ministry: Ministry, rehearsal: Rehearsal) -> None:
    ministry.say("publish", "messages/grain.md", "--yes")
    before = rehearsal.records()
    file = ministry.folder / "messages" / "grain.md"
    file.write_text(file.read_text().replace("another year", "another Year"))
    said = ministry.say("publish", "messages/grain.md", "--yes")
    assert said.code == 1
    for way_on in ("put the file back as it was", "message new --from correction --set corrects=grain-corridor", "new message"):
        assert way_on in said.err
    assert rehearsal.records() == before


def test_a_plan_of_which_nothing_has_left_is_replaced(ministry: Ministry, rehearsal: Rehearsal) -> None:
    said = ministry.say("publish", "messages/grain.md", "--yes", "--at", "2027-12-01T09:00:00Z")
    assert "4 waiting." in said.out
    assert "when its time has come: with ministry-social worker, or when publish runs on its file" in said.out
    file = ministry.folder / "messages" / "grain.md"
    file.write_text(file.read_text().replace("another year", "two years more"))
    assert ministry.say("publish", "messages/grain.md", "--yes").code == 0
    assert {record["text"] for record in rehearsal.records(account="mfa")} == {"The grain corridor stays open for two years more."}


def test_a_blocking_finding_stops_everything(ministry: Ministry, rehearsal: Rehearsal) -> None:
    file = ministry.folder / "messages" / "grain.md"
    file.write_text(file.read_text().replace("another year", "another year" + " and longer" * 30))
    said = ministry.say("publish", "messages/grain.md", "--yes")
    assert said.code == 1
    assert "blocking  too-long" in said.out
    assert (
        said.err
        == "Error: Nothing was sent: what blocks it has to be mended first. See: ministry-social message check messages/grain.md\n"
    )
    assert rehearsal.records() == []
    checked = ministry.say("message", "check", "messages/grain.md")
    assert (checked.code, "1 blocking" in checked.out) == (1, True)


def test_an_audience_of_nobody_is_said(ministry: Ministry) -> None:
    file = ministry.folder / "messages" / "grain.md"
    file.write_text(
        file.read_text().replace("account:mfa + account:embassy-paris + account:embassy-ankara + account:page", "account:channel")
    )
    said = ministry.say("publish", "messages/grain.md", "--yes")
    assert said.code == 1
    assert "No account would say anything." in said.err


def test_whoever_says_no_sends_nothing(ministry: Ministry, rehearsal: Rehearsal) -> None:
    master, slave = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "ministry_social", "publish", "messages/grain.md"],
        cwd=ministry.folder, stdin=slave, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    os.close(slave)
    with stopped(process):
        os.write(master, b"n\n")
        out, err = process.communicate(timeout=30)
    os.close(master)
    assert process.returncode == 1
    assert "Publish on 4 accounts of the rehearsal? [y/N]" in out
    assert err.strip().endswith("Stopped. Nothing was sent.")
    assert rehearsal.records() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_cleanly_and_a_second_publish_goes_on(ministry: Ministry, rehearsal: Rehearsal, number: signal.Signals) -> None:
    rehearsal.post("/rehearsal/x/settings", {"duplicates": "accept"})
    rehearsal.fault("delay-after", "x", account="mfa", action="publish", seconds=1.5)
    config = ministry.folder / "config" / "ministry.toml"
    config.write_text(config.read_text().replace("workers = 16", "workers = 1"))
    process = subprocess.Popen(
        [sys.executable, "-m", "ministry_social", "publish", "messages/grain.md", "--yes"],
        cwd=ministry.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with stopped(process):
        wait_for(rehearsal, "mfa")
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "Traceback" not in err
    assert "Stopping. What has left already is waited for; nothing more starts." in err
    assert err.endswith("Stopped. Still under way: nothing. Publish the same file again to go on.\n")
    assert " waiting." in out
    states = {name: row["state"] for name, row in ministry.deliveries().items()}
    assert states["mfa"] == "published", "its answer was waited for"
    assert "planned" in states.values()

    rehearsal.world.faults.remove()
    assert ministry.say("publish", "messages/grain.md").code == 0
    assert sorted(record["account"] for record in rehearsal.records()) == ["embassy-ankara", "embassy-paris", "mfa", "page"]


def test_a_reader_who_leaves_early_causes_no_noise(ministry: Ministry) -> None:
    line = f"{sys.executable} -m ministry_social message preview messages/grain.md | head -1"
    done = subprocess.run(["/bin/sh", "-c", line], cwd=ministry.folder, capture_output=True, text=True, timeout=30, check=False)
    assert done.stdout.startswith("account ")
    assert done.stderr == ""


def test_another_engine_is_watched_instead_of_doubled(ministry: Ministry, rehearsal: Rehearsal) -> None:
    rehearsal.fault("delay-after", "x", account="mfa", action="publish", seconds=1.0)
    command = [sys.executable, "-m", "ministry_social", "publish", "messages/grain.md", "--yes"]
    process = subprocess.Popen(
        command, cwd=ministry.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with stopped(process):
        wait_for(rehearsal, "mfa")
        second = ministry.say("publish", "messages/grain.md")
        process.communicate(timeout=30)
    assert (process.returncode, second.code) == (0, 0)
    assert "Another engine runs on this store; watching it." in second.err
    assert len(rehearsal.records()) == 4


def test_whoever_watches_takes_over_when_the_other_engine_is_gone(ministry: Ministry, rehearsal: Rehearsal) -> None:
    command = [sys.executable, "-m", "ministry_social", "publish", "messages/grain.md", "--yes"]
    with alone(ministry.folder / "data" / "ledger.engine"):
        process = subprocess.Popen(
            command, cwd=ministry.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert process.stderr is not None
        assert process.stderr.readline() == "Another engine runs on this store; watching it.\n"
        assert rehearsal.records() == []
    with stopped(process):
        _, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "watching" not in err, "said once"
    assert len(rehearsal.records()) == 4


def wait_for(rehearsal: Rehearsal, account: str) -> None:
    """Until the platform has an account's post; its answer may still be on the way."""
    for _ in range(300):
        if rehearsal.records(account=account):
            return
        time.sleep(0.05)
    raise AssertionError(f"{account} has posted nothing")
