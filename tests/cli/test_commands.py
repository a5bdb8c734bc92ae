"""What the other commands say when all is well."""

import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from ministry_social.rehearsal.faults import KINDS
from tests.acceptance.ministry import Ministry, stopped
from tests.conftest import Rehearsal


def test_init_writes_a_rehearsal_and_says_what_is_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = Ministry(tmp_path, monkeypatch).say("init", "ours")
    assert said.code == 0
    assert "It is a rehearsal: nothing can leave this machine." in said.out
    assert "cd ours && ministry-social rehearsal serve" in said.out
    assert 'world = "rehearsal"' in (tmp_path / "ours" / "config" / "ministry.toml").read_text()


def test_a_new_message_from_each_form_passes_the_check_or_says_what_is_missing(ministry: Ministry) -> None:
    said = ministry.say("message", "new", "--from", "statement", "--set", "topic=Grain corridor")
    ministry.write("messages/new.md", said.out)
    checked = ministry.say("message", "check", "messages/new.md")
    assert checked.code == 0
    assert checked.out.endswith("0 blocking, 1 advisory.   Explained: ministry-social help findings\n")


def test_findings_answer_machines_too(ministry: Ministry) -> None:
    text = (ministry.folder / "messages/grain.md").read_text().replace("account:page", "account:embassy-rome")
    ministry.write("messages/grain.md", text)
    [finding] = ministry.say("message", "check", "messages/grain.md", "--json").json
    assert (finding["name"], finding["weight"], finding["accounts"]) == ("owes-local-text", "advisory", ["embassy-rome"])


def test_preview_says_for_every_account_what_and_why(ministry: Ministry) -> None:
    said = ministry.say("message", "preview", "messages/grain.md")
    assert said.code == 0
    lines = said.out.splitlines()
    assert re.match(r"mfa +x +original +en +47 of 280 +\$0\.015 +carries the original$", lines[1])
    assert len([line for line in lines if re.match(r"[a-z-]+ +(x|facebook|youtube) ", line)]) == 46
    assert any(line.startswith("Cost      about $0.045 on X (0 posts with a link") for line in lines)
    assert not any(line != line.rstrip() for line in lines)


def test_preview_of_one_account_shows_exactly_what_will_be_sent(ministry: Ministry) -> None:
    said = ministry.say("message", "preview", "messages/grain.md", "--account", "embassy-ankara")
    assert said.out.startswith("embassy-ankara on X: local (has its own local text)")
    assert "\nTahıl koridoru açık kalıyor; teşekkürler Türkiye, limanlarınız dünyayı besliyor.\n" in said.out


def test_delivery_show_tells_the_whole_story(ministry: Ministry) -> None:
    ministry.say("publish", "messages/grain.md", "--yes")
    said = ministry.say("delivery", "show", "grain-corridor/1/mfa/post")
    assert [word for word in ("planned", "started", "accepted") if word in said.out] == ["planned", "started", "accepted"]
    assert '"text": "The grain corridor stays open for another year."' in said.out
    full = ministry.say("delivery", "show", "grain-corridor/1/mfa/post", "--json").json
    assert full["payload"]["text"] == "The grain corridor stays open for another year."
    assert [entry["event"] for entry in full["ledger"]] == ["planned", "started", "accepted"]


def test_message_list_and_show_tell_what_is_on_record(ministry: Ministry) -> None:
    assert ministry.say("message", "list").out == "No message was released yet.   ministry-social publish FILE\n"
    assert ministry.say("delivery", "list").out == "No deliveries yet.   ministry-social publish FILE\n"
    ministry.say("publish", "messages/grain.md", "--yes")
    assert "4 published" in ministry.say("message", "list").out
    assert [entry["event"] for entry in ministry.say("message", "show", "grain-corridor", "--json").json] == [
        "received", "findings", "released", "confirmed",
    ]  # fmt: skip


def test_accounts_are_listed_with_what_is_missing(ministry: Ministry) -> None:
    said = ministry.say("account", "list")
    assert said.out.endswith("46 accounts, 0 not connected.\n")
    assert len(ministry.say("account", "list", "--platform", "youtube", "--json").json) == 1
    assert ministry.say("account", "show", "embassy-paris", "--json").json["connected"] is True


def test_accounts_that_are_not_connected_are_counted(offline: Ministry) -> None:
    assert "46 accounts, 46 not connected.   ministry-social account connect NAME" in offline.say("account", "list").out


def test_doctor_says_what_is_wrong_and_exits_1(offline: Ministry) -> None:
    said = offline.say("doctor")
    assert said.code == 1
    assert re.search(r"^BAD  clock +There is no rehearsal at .* Start it with: ministry-social rehearsal serve$", said.out, re.M)
    assert re.search(r"^BAD  vault +Not connected: mfa, spokesperson, minister and 43 more\.", said.out, re.M)
    assert re.search(r"^ok   accounts +46 accounts$", said.out, re.M)


def test_doctor_is_content_where_all_is_well(ministry: Ministry) -> None:
    said = ministry.say("doctor", "--json")
    assert (said.code, [row["what"] for row in said.json if not row["ok"]]) == (0, [])


def test_the_ledger_can_be_verified_and_copied(ministry: Ministry) -> None:
    ministry.say("publish", "messages/grain.md", "--yes")
    assert re.match(r"\d+ entries, unbroken\. Last seal [0-9a-f]{64}\.", ministry.say("store", "verify").out)
    assert "Copied to copy.sqlite." in ministry.say("store", "backup", "copy.sqlite").out
    assert "up to date" in ministry.say("store", "upgrade").out


def test_every_topic_of_help_is_a_table(offline: Ministry) -> None:
    assert "too-long" in offline.say("help", "findings").out
    assert "owes a local text" in offline.say("help", "reasons").out
    assert all(kind in offline.say("help", "faults").out for kind in KINDS)
    assert "Topics: " in offline.say("help").out


def test_an_address_that_something_else_has_is_named(offline: Ministry) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        offline.serve_at(address)
        said = offline.say("rehearsal", "serve")
    assert said.err == (
        f"Error: The rehearsal cannot serve at {address}: Address already in use. "
        "Choose another port: [rehearsal] address in config/ministry.toml.\n"
    )
    assert said.code == 2


def test_faults_are_turned_on_listed_and_off(ministry: Ministry, rehearsal: Rehearsal) -> None:
    said = ministry.say("rehearsal", "fault", "drop-after", "--account", "embassy-paris", "--times", "1")
    assert said.out == "Fault 1 is on: drop-after on X.   ministry-social rehearsal fault --clear\n"
    assert re.search(r"^1 +drop-after +x +embassy-paris +publish +0$", ministry.say("rehearsal", "fault").out, re.M)
    assert [one["kind"] for one in ministry.say("rehearsal", "fault", "--json").json["on"]] == ["drop-after"]
    assert ministry.say("rehearsal", "fault", "--clear").out == "1 fault turned off.\n"
    assert rehearsal.world.faults.on == []


def test_the_rehearsals_clock_can_be_moved(ministry: Ministry, rehearsal: Rehearsal) -> None:
    before = rehearsal.world.clock.now()
    said = ministry.say("rehearsal", "clock", "--advance", "2h", "--rate", "60")
    assert said.out.endswith(" UTC, 60 seconds pass in one.\n")
    assert (rehearsal.world.clock.now() - before).total_seconds() > 7200


def test_reset_empties_the_platforms_but_not_the_ledger(ministry: Ministry, rehearsal: Rehearsal) -> None:
    ministry.say("publish", "messages/grain.md", "--yes")
    assert ministry.say("rehearsal", "reset").code == 0
    assert rehearsal.records() == []
    assert len(ministry.deliveries()) == 4


def test_a_port_that_is_taken_is_said(offline: Ministry, rehearsal: Rehearsal) -> None:
    offline.serve_at(rehearsal.address)
    busy = offline.say("rehearsal", "serve")
    assert busy.code == 2
    assert "cannot serve" in busy.err
    assert "[rehearsal] address" in busy.err
    assert offline.say("rehearsal", "stop").out == "No rehearsal of this folder is running.\n"


def test_a_rehearsal_is_served_once_kept_and_stopped(offline: Ministry) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        offline.serve_at(f"http://127.0.0.1:{probe.getsockname()[1]}")
    command = [sys.executable, "-m", "ministry_social", "rehearsal", "serve", "--rate", "300"]
    for posts in (4, 4):
        with stopped(subprocess.Popen(command, cwd=offline.folder, stdout=subprocess.PIPE, text=True)) as process:
            assert "46 accounts   Ctrl-C stops it." in process.stdout.readline()
            second = offline.say("rehearsal", "serve")
            assert (second.code, "This rehearsal runs already" in second.err) == (1, True)
            assert offline.say("publish", "messages/grain.md", "--yes").code == 0
            assert offline.say("doctor").code == 0
            assert len(records(offline)) == posts, "what stood there was kept"
            assert offline.say("rehearsal", "stop").out == "Stopped.\n"
            assert "kept for the next time" in process.communicate(timeout=20)[0]
            assert process.returncode == 0


def records(ministry: Ministry) -> list[object]:
    found: list[object] = requests.get(f"{ministry.app().settings.rehearsal.address}/rehearsal/records", timeout=10).json()
    return found


def test_a_number_that_a_crash_left_behind_stops_nobody(offline: Ministry) -> None:
    with stopped(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])) as bystander:
        offline.write("data/rehearsal.pid", str(bystander.pid))
        assert offline.say("rehearsal", "stop").out == "No rehearsal of this folder is running.\n"
        time.sleep(0.1)
        assert bystander.poll() is None
