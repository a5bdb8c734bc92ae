"""Careless input: one clear sentence, the right exit code, and never a traceback."""

import json
from pathlib import Path

import pytest

from ministry_social.cli.main import run
from tests.acceptance.ministry import Ministry, Said

WRONG_USAGE = [
    (["publsh"], "There is no command publsh. Did you mean publish?"),
    (["message", "check", "messages/gran.md"], "There is no file messages/gran.md. Did you mean messages/grain.md?"),
    (["message", "check", "messages"], "messages is a folder, not a message's file."),
    (["publish", "nowhere/grain.md"], "There is no file nowhere/grain.md."),
    (["publish", "messages/grain.md", "--at", "tomorrow"], '"tomorrow" is not a moment. Write date, time and zone: 2026-12-01T'),
    (["publish", "messages/grain.md", "--at", "2026-12-01T09:00:00"], "says no time zone"),
    (["publish", "messages/grain.md", "--wait", "long"], '"long" is not a duration.'),
    (["message", "new"], "Missing option '--from'"),
    (["message", "new", "--from", "statement", "--set", "topic"], "'topic' is not NAME=TEXT."),
    (["account", "show", "embasy-paris"], "There is no account embasy-paris. Did you mean embassy-paris?"),
    (["account", "show", "zzz"], "There is no account zzz. See: ministry-social account list"),
    (["account", "list", "--platform", "myspace"], "'myspace' is not one of 'x', 'facebook', 'youtube'"),
    (["account", "connect", "mfa", "--credential", "nowhere.json"], "'nowhere.json': No such file or directory"),
    (["account", "connect", "mfa", "--credential", "messages"], "'messages': Is a directory"),
    (["delivery", "list", "--state", "lost"], "'lost' is not one of 'planned'"),
    (["delivery", "list", "--account", "embassy-pari"], "Did you mean embassy-paris?"),
    (["delivery", "retry"], "Missing argument 'ID...'"),
    (["rehearsal", "fault", "explosion", "--platform", "x"], "'explosion' is not one of 'delay-before'"),
    (["rehearsal", "fault", "drop-after"], "Say on which platform"),
    (["rehearsal", "fault", "drop-after", "--account", "nobody"], "There is no account nobody."),
    (["rehearsal", "fault", "drop-after", "--account", "page", "--platform", "x"], "page is on Facebook, not on X."),
    (["rehearsal", "clock", "--advance", "1 fortnight"], "is not a duration"),
    (["rehearsal", "clock"], "There is no rehearsal at http://127.0.0.1:9. Start it with: ministry-social rehearsal serve"),
    (["store", "backup", "/nowhere/ledger.sqlite"], "There is no folder /nowhere."),
    (["help", "everything"], "'everything' is not one of 'findings', 'reasons', 'faults'"),
    (["init", "."], "holds a ministry already"),
]  # fmt: skip


def one_sentence(said: Said, code: int) -> str:
    """What standard error says: one line, and nothing else anywhere."""
    assert (said.code, said.out) == (code, ""), said
    assert "Traceback" not in said.err
    [line] = said.err.splitlines()
    assert line.startswith("Error: ")
    return line


@pytest.mark.parametrize(
    ("arguments", "sentence"), WRONG_USAGE, ids=lambda value: " ".join(value) if isinstance(value, list) else ""
)
def test_wrong_usage_is_said_in_one_sentence(offline: Ministry, arguments: list[str], sentence: str) -> None:
    assert sentence in one_sentence(offline.say(*arguments), 2)


@pytest.mark.parametrize("arguments", [["doctor"], ["account", "list"], ["publish", "grain.md"], ["rehearsal", "serve"]])
def test_outside_a_ministrys_folder_the_way_in_is_named(
    tmp_path: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = Ministry(tmp_path, monkeypatch)
    stranger.write("grain.md", "")
    line = one_sentence(stranger.say(*arguments), 2)
    assert "there is no config/ministry.toml" in line
    assert "ministry-social init DIR" in line


def test_a_config_that_is_no_toml_is_named_with_its_line(offline: Ministry) -> None:
    config = offline.folder / "config" / "ministry.toml"
    config.write_text(config.read_text().replace('name = "Ministry', "name = Ministry"))
    number = config.read_text().splitlines().index('name = Ministry of Foreign Affairs of Tavoria"') + 1
    assert f"config/ministry.toml:{number}:" in one_sentence(offline.say("account", "list"), 2)


def test_an_account_that_is_no_toml_is_named_with_its_line(offline: Ministry) -> None:
    config = offline.folder / "config" / "accounts.toml"
    config.write_text(config.read_text() + "\n[[account]\n")
    assert f"config/accounts.toml:{len(config.read_text().splitlines())}:" in one_sentence(offline.say("account", "list"), 2)


def test_an_unknown_setting_is_named_with_the_nearest(offline: Ministry) -> None:
    offline.environment["MINISTRY_SOCIAL_SENDING_WORKER"] = "3"
    assert "MINISTRY_SOCIAL_SENDING_WORKERS" in one_sentence(offline.say("account", "list"), 2)


def test_the_file_of_another_program_is_no_message(ministry: Ministry) -> None:
    (ministry.folder / "messages/photo.md").write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff")
    assert "messages/photo.md" in one_sentence(ministry.say("message", "check", "messages/photo.md"), 1)


@pytest.mark.parametrize(
    "text",
    ['{"consumer_key": "TELLTALE', '["TELLTALE"]', '"TELLTALE"', "TELLTALE", '{"consumer_key": "TELLTALE", "x": 1}', "[" * 50_000],
)
def test_a_credential_that_is_not_right_is_never_shown(ministry: Ministry, text: str) -> None:
    ministry.write("mfa.json", text)
    for debug in ([], ["--debug"]):
        line = one_sentence(ministry.say(*debug, "account", "connect", "mfa", "--credential", "mfa.json"), 2)
        assert "TELLTALE" not in line
        assert "consumer_key, consumer_secret, access_token, access_token_secret" in line


def test_the_credential_of_another_account_is_refused(ministry: Ministry) -> None:
    other = ministry.app().vault.get("embassy-paris").fields()
    ministry.write("paris.json", json.dumps(dict(other)))
    line = one_sentence(ministry.say("account", "connect", "mfa", "--credential", "paris.json"), 2)
    assert "This credential does not belong to mfa" in line
    assert other["access_token"] not in line


def test_a_right_credential_is_stored_and_its_file_named(ministry: Ministry) -> None:
    fields = dict(ministry.app().vault.get("mfa").fields())
    ministry.write("mfa.json", json.dumps(fields | {"access_token_secret": "new"}))
    said = ministry.say("account", "connect", "mfa", "--credential", "mfa.json")
    assert (said.code, said.out) == (0, "mfa is connected.   mfa.json is no longer needed: delete it.\n")
    assert ministry.app().vault.get("mfa")["access_token_secret"] == "new"


@pytest.mark.parametrize(("command", "nearest"), [("show", "Did you mean grain-corridor/1/mfa/post?"), ("retry", "")])
def test_a_delivery_that_is_not_there_is_said(ministry: Ministry, command: str, nearest: str) -> None:
    ministry.say("publish", "messages/grain.md", "--yes")
    line = one_sentence(ministry.say("delivery", command, "grain-corridor/1/mfa"), 2)
    assert "There is no delivery grain-corridor/1/mfa." in line
    assert nearest in line


def test_what_is_published_cannot_be_retried(ministry: Ministry) -> None:
    ministry.say("publish", "messages/grain.md", "--yes")
    line = one_sentence(ministry.say("delivery", "retry", "grain-corridor/1/mfa/post"), 1)
    assert "has not failed: it is published." in line


def test_a_message_that_was_never_released_is_said(ministry: Ministry) -> None:
    assert "No message nothing was ever released here." in one_sentence(ministry.say("message", "show", "nothing"), 1)


def test_a_backup_never_overwrites(ministry: Ministry) -> None:
    assert ministry.say("store", "verify").code == 0
    assert ministry.say("store", "backup", "copy.sqlite").code == 0
    assert "copy.sqlite exists already" in one_sentence(ministry.say("store", "backup", "copy.sqlite"), 1)


def test_there_is_no_backup_of_a_store_that_is_not_there(ministry: Ministry) -> None:
    assert "There is no store at" in one_sentence(ministry.say("store", "backup", "copy.sqlite"), 2)
    assert not (ministry.folder / "copy.sqlite").exists()


def test_an_unforeseen_error_is_a_sentence_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    deleted = tmp_path / "deleted"
    deleted.mkdir()
    monkeypatch.chdir(deleted)
    deleted.rmdir()
    assert run(["doctor"]) == 1
    said = capsys.readouterr()
    assert said.err == "Error: something failed that was not foreseen (FileNotFoundError).   More: ministry-social --debug ...\n"
    assert run(["--debug", "doctor"]) == 1
    assert "Traceback" in capsys.readouterr().err
