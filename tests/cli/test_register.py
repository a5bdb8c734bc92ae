"""`register`: published, verified, asked; and the ministry's key."""

import json
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ministry_social.files.register_pages import snippet
from ministry_social.model.account import Account
from ministry_social.model.life import AccountRecord, Stage
from tests.acceptance.ministry import Ministry
from tests.docs.pages import blocks, page
from tests.factories import NOW, account


def published(ministry: Ministry) -> Path:
    said = ministry.say("register", "publish", "public")
    assert said.code == 0, said.err
    return ministry.folder / "public"


def events(ministry: Ministry) -> list[dict[str, Any]]:
    with closing(ministry.app()) as app, app.store.read() as reading:
        return [json.loads(entry.body) for entry in reading.entries()]


def keep(ministry: Ministry, *records: AccountRecord) -> None:
    with closing(ministry.app()) as app, app.store.begin() as tx:
        for one in records:
            tx.keep_account(one)


def record(one: Account, stage: Stage = Stage.ACTIVE, **more: Any) -> AccountRecord:
    return AccountRecord(**{"account": one, "order": 1, "stage": stage, "since": NOW, "requested_by": "anna"} | more)


def checked(folder: Path, public: str) -> subprocess.CompletedProcess[str]:
    """The ten lines of docs/register.md, run in the published folder as anybody would."""
    return subprocess.run(
        [sys.executable, "-I", "-c", snippet(), public], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_ten_documented_lines_check_the_demos_register_and_find_a_changed_byte(ministry: Ministry) -> None:
    folder = published(ministry)
    [key] = ministry.say("register", "key", "--json").json
    assert checked(folder, key["public"]).stdout == "genuine\n"
    data = (folder / "register.json").read_bytes()
    assert len(json.loads(data)["accounts"]) == 46
    for position in (0, data.index(b"TAV_Paris"), len(data) - 1):
        (folder / "register.json").write_bytes(data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :])
        assert checked(folder, key["public"]).returncode == 1
        said = ministry.say("register", "verify", "public")
        assert (said.code, "changed" in said.err) == (1, True)
    (folder / "register.json").write_bytes(data)
    line = (folder / "register.json.sig").read_bytes()
    (folder / "register.json.sig").write_bytes(line[:100] + bytes([line[100] ^ 1]) + line[101:])
    assert checked(folder, key["public"]).returncode == 1
    other = ministry.say("register", "key", "--new", "--replace", "--yes", "--json").json[-1]["public"]
    (folder / "register.json.sig").write_bytes(line)
    assert checked(folder, other).returncode == 1


def test_the_lines_on_the_page_are_those_that_are_tested() -> None:
    [shown] = [block.text for block in blocks(page("register.md")) if block.file == "check.py"]
    assert shown == snippet()
    assert len([line for line in shown.splitlines() if line]) == 10


def test_what_is_published_is_on_record_and_kept(ministry: Ministry) -> None:
    folder = published(ministry)
    *_, made, out = events(ministry)
    assert (made["event"], out["event"]) == ("ministry-key", "register-published")
    assert out["facts"]["accounts"] == 46
    assert out["facts"]["key"] == made["facts"]["key"]
    with closing(ministry.app()) as app, app.store.read() as reading:
        assert reading.blob(out["facts"]["digest"]) == (folder / "register.json").read_bytes()


def test_verify_says_by_which_key_how_old_and_how_many(ministry: Ministry) -> None:
    folder = published(ministry)
    said = ministry.say("register", "verify", str(folder / "register.json"), "--json").json
    [key] = ministry.say("register", "key", "--json").json
    assert (said["accounts"], said["key"], said["key_known"], said["world"]) == (46, key["id"], True, "rehearsal")
    assert "Genuine" in ministry.say("register", "verify", "public").out
    public = ministry.write("ministry.pub", key["public"] + "\n")
    for given in (key["public"], key["fingerprint"], " ".join(key["fingerprint"]), str(public)):
        assert ministry.say("register", "verify", "public", "--key", given).code == 0
    other = "A" * 43 + "="
    said = ministry.say("register", "verify", "public", "--key", other)
    assert (said.code, "another key" in said.err) == (1, True)
    for nonsense in ("", "key", key["id"], "A" * 40 + "="):
        assert ministry.say("register", "verify", "public", "--key", nonsense).code == 2


def test_an_expired_copy_is_refused(ministry: Ministry) -> None:
    ministry.environment["MINISTRY_SOCIAL_REGISTER_VALID"] = "1s"
    published(ministry)
    with closing(ministry.app()) as app:
        app.clock.sleep_until(app.clock.now() + timedelta(seconds=5), 1.0)
    said = ministry.say("register", "verify", "public")
    assert (said.code, "has expired" in said.err) == (1, True)


def test_anybody_can_verify_and_ask_without_a_ministry(ministry: Ministry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = published(ministry)
    [key] = ministry.say("register", "key", "--json").json
    (tmp_path / "reader").mkdir()
    reader = Ministry(tmp_path / "reader", monkeypatch)
    # The rehearsal's clock is ahead of this machine's by less than an hour.
    said = reader.say("register", "verify", str(folder))
    assert (said.code, "whose key that is, nobody has said" in said.out) == (0, True)
    assert "Genuine" in reader.say("register", "verify", str(folder), "--key", key["public"]).out
    asked = reader.say("register", "ask", "@TAV_Paris", "--register", str(folder), "--key", key["public"], "--json")
    assert (asked.code, asked.json["answer"], asked.json["key_known"]) == (0, "yes", True)
    assert "BUT" in reader.say("register", "ask", "@TAV_Paris", "--register", str(folder)).out
    assert reader.say("register", "ask", "@TAV_Paris").code == 2


def test_ask_answers_from_the_config_and_needs_no_rehearsal(offline: Ministry) -> None:
    for address in ("https://x.com/TAV_Paris", "http://127.0.0.1:9/x/TAV_Paris", "@tav_paris", "https://facebook.com/tavoria.mfa"):
        said = offline.say("register", "ask", address)
        assert (said.code, "YES" in said.out) == (0, True), address
    said = offline.say("register", "ask", "https://x.com/TAV_Pariis")
    assert said.code == 1
    assert "It resembles @TAV_Paris on X, which is ours: beware." in said.out
    said = offline.say("register", "ask", "https://x.com.evil.example/TAV_Paris", "--json")
    assert (said.code, said.json["answer"], said.json["near"]) == (1, "no", "x.com")
    said = offline.say("register", "ask", "https://x.com/TAV_Paris/status/7")
    assert "Whose the post is, the platform shows" in said.out
    assert offline.say("register", "ask", "@TAV_Paris", "--key", "x").code == 2


def test_from_the_first_import_on_the_store_says_what_is_ours(ministry: Ministry) -> None:
    keep(
        ministry,
        record(account("embassy-paris", handle="TAV_Paris"), certified_at=NOW - timedelta(days=400), certified_by=("a", "b")),
        record(account("embassy-oslo", handle="TAV_Oslo"), Stage.RETIRED, order=2),
        record(account("embassy-rome", handle="TAV_Rome"), Stage.CONNECTED, order=3),
    )
    rows = {row["name"]: row for row in ministry.say("register", "show", "--json").json}
    assert set(rows) == {"embassy-paris", "embassy-oslo"}
    assert rows["embassy-paris"]["since"] == "2026-12-01T09:00:00.000Z"
    shown = ministry.say("register", "show").out
    assert "1 account" in shown
    assert "retired 2026-12-01" in shown
    said = ministry.say("register", "ask", "@TAV_Oslo")
    assert (said.code, "was ours until 2026-12-01" in said.out) == (1, True)
    assert ministry.say("register", "ask", "@TAV_Rome").code == 1
    folder = published(ministry)
    held = json.loads((folder / "register.json").read_bytes())
    assert [one["name"] for one in held["accounts"]] == ["embassy-paris"]
    assert [one["name"] for one in held["retired"]] == ["embassy-oslo"]


def test_a_ministry_without_an_active_account_publishes_nothing(ministry: Ministry) -> None:
    keep(ministry, record(account(), Stage.REQUESTED))
    said = ministry.say("register", "publish", "public")
    assert (said.code, "nothing to publish" in said.err) == (1, True)
    assert not (ministry.folder / "public").exists()


def test_a_rehearsals_key_is_made_when_it_is_first_needed_and_followed_by_command(ministry: Ministry) -> None:
    assert "no key yet" in ministry.say("register", "key").err
    published(ministry)
    [first] = ministry.say("register", "key", "--json").json
    said = ministry.say("register", "key", "--new")
    assert (said.code, "has a key since" in said.err) == (1, True)
    assert ministry.say("register", "key", "--new", "--replace").code == 2  # nobody can be asked here
    assert ministry.say("register", "key", "--replace").code == 2
    said = ministry.say("register", "key", "--new", "--replace", "--yes")
    assert said.code == 0
    assert f"Before       {first['id']}" in said.out
    assert events(ministry)[-1]["facts"]["replaces"] == first["id"]
    assert "another key" in ministry.say("register", "verify", "public").err
    published(ministry)
    said = ministry.say("register", "verify", "public", "--key", first["public"])
    assert (said.code, "It claims that yours was replaced" in said.err) == (1, True)
    assert ministry.say("register", "verify", "public").code == 0


def test_live_the_key_is_made_by_command_and_with_a_yes_only(offline: Ministry) -> None:
    config = offline.folder / "config" / "ministry.toml"
    config.write_text(config.read_text().replace('world = "rehearsal"', 'world = "live"').replace('"auto"', '"file"'))
    offline.write("config/people.toml", "")
    offline.environment["MINISTRY_SOCIAL_VAULT_KEY"] = "A" * 43 + "="
    for command in (["register", "publish", "public"], ["register", "key"]):
        assert "The ministry has no key yet." in offline.say(*command).err
    assert "Nobody can be asked here. Say --yes." in offline.say("register", "key", "--new").err
    assert not (offline.folder / "data" / "vault.sealed").exists()
    assert offline.say("register", "ask", "https://x.com/TAV_Paris").code == 0
    assert offline.say("register", "ask", "http://127.0.0.1:9/x/TAV_Paris").code == 1
    assert offline.say("register", "key", "--new", "--yes").code == 0
    folder = published(offline)
    assert b"Rehearsal" not in (folder / "index.html").read_bytes()
    assert "https://www.youtube.com/@TavoriaMFA" in {
        one["url"] for one in json.loads((folder / "register.json").read_bytes())["accounts"]
    }
    assert "Genuine" in offline.say("register", "verify", "public").out


def test_it_is_not_published_over_somebody_elses_files(ministry: Ministry) -> None:
    ministry.write("public/index.html", "our home page")
    said = ministry.say("register", "publish", "public")
    assert (said.code, "is there already" in said.err) == (1, True)
    assert "register-published" not in [one["event"] for one in events(ministry)]
