"""`audit`, as a person types it; and the worker, which signs checkpoints beside its work."""

import json
import re
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ministry_social.files.verifier import verify as verifier
from ministry_social.model.ledger import Event
from ministry_social.rules import dump
from tests.acceptance.ministry import Ministry

Changes = tuple[str, ...]


@pytest.fixture(autouse=True)
def own_signals() -> Iterator[None]:
    """The worker takes the signals; the tests' own way with them comes back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def write(ministry: Ministry, count: int = 1) -> None:
    with closing(ministry.app()) as app, app.store.begin() as tx:
        for number in range(count):
            tx.record(Event.RECEIVED, by="ana", at=app.clock.now(), message="grain", facts={"n": number})


def change(ministry: Ministry, *statements: str) -> None:
    """Somebody who has the database."""
    with closing(sqlite3.connect(ministry.folder / "data" / "ledger.sqlite")) as connection:
        connection.execute("DROP TRIGGER entry_no_update")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def key_of(ministry: Ministry) -> str:
    return str(ministry.say("register", "key", "--json").json[-1]["public"])


def test_verify_says_how_much_nobody_else_has_seen(ministry: Ministry) -> None:
    write(ministry, 3)
    said = ministry.say("audit", "verify")
    assert said.code == 0
    assert re.fullmatch(
        r"Unbroken  4 entries, since \d{4}-\d\d-\d\d \d\d:\d\d UTC\. Last seal [0-9a-f]{64}\n"
        r"Signed    nothing yet: ministry-social audit checkpoint\n"
        r"Unseen    4 entries that no witness has seen: whoever has the database could still change them unnoticed\n",
        said.out,
    )


def test_a_checkpoint_is_laid_at_witnesses_and_verify_holds_the_ledger_against_them(ministry: Ministry) -> None:
    write(ministry, 3)
    (ministry.folder / "archive").mkdir()
    said = ministry.say("audit", "checkpoint", "--publish", "archive")
    assert (said.code, said.err) == (0, "")
    assert re.fullmatch(
        r"Signed    5 entries\nKey       www\.mfa-tavoria\.example\.org/rehearsal\+[0-9a-f]{8}\+\S+\nLaid      archive\n", said.out
    ), "the fifth is that the rehearsal has made the key"
    assert sorted(path.name for path in (ministry.folder / "archive").iterdir()) == ["checkpoint-5.txt", "latest.txt"]
    write(ministry)
    found = ministry.say("audit", "verify", "--against", "archive", "--json").json
    assert (found["entries"], found["unseen"], found["checkpoint"]["size"]) == (7, 2, 5)
    assert found["witnesses"] == [{"name": "archive", "size": 5, "trouble": ""}]
    again = ministry.say("audit", "verify", "--against", "archive/latest.txt", "--key", key_of(ministry)).out
    assert "Witness   archive/latest.txt has seen 5 entries, and agrees\n" in again


def test_witnesses_of_the_settings_are_always_asked(ministry: Ministry) -> None:
    (ministry.folder / "archive").mkdir()
    ministry.environment["MINISTRY_SOCIAL_AUDIT_PUBLISH"] = "archive, http://127.0.0.1:9/away"
    said = ministry.say("audit", "checkpoint")
    assert said.code == 1, "a witness did not get it"
    assert f"Laid      {ministry.folder / 'archive'}\n" in said.out
    assert "Failed    http://127.0.0.1:9/away: It could not be reached" in said.out
    seen = ministry.say("audit", "verify")
    assert seen.code == 0, "nobody has asked for that one just now"
    assert "Not asked http://127.0.0.1:9/away" in seen.out
    assert ministry.say("audit", "verify", "--against", "http://127.0.0.1:9/away").code == 1
    assert ministry.say("audit", "checkpoint", "--json").json["new"] is False


def test_what_somebody_has_changed_is_named(ministry: Ministry) -> None:
    write(ministry, 5)
    change(ministry, "UPDATE entry SET body = replace(body, 'ana', 'bob') WHERE position = 3")
    for command in ("verify", "checkpoint"):
        said = ministry.say("audit", command)
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith("Error: Entry 3 is not what was sealed: its seal should be")


def test_an_entry_is_proved_to_somebody_who_has_nothing_else(
    ministry: Ministry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(ministry, 6)
    assert ministry.say("audit", "prove", "3").err.startswith("Error: Entry 3 is in no checkpoint yet: 0 entries are.")
    ministry.say("audit", "checkpoint")
    proof = ministry.write("entry-3.json", ministry.say("audit", "prove", "3").out)
    said = ministry.say("audit", "check-proof", "entry-3.json")
    assert said.out.startswith(
        "Proved    entry 3 of the ledger www.mfa-tavoria.example.org/rehearsal, in the checkpoint of 8 entries\n"
    )
    assert '"event": "received"' in said.out
    elsewhere = Ministry(tmp_path, ministry.monkeypatch)
    found = elsewhere.say("audit", "check-proof", str(proof), "--key", key_of(ministry), "--json").json
    assert (found["position"], found["entry"]["by"]) == (3, "ana")
    assert verifier.main(["--proof", str(proof), "--key", key_of(ministry)]) == 0
    assert "entry 3 is among the 8 that were signed" in capsys.readouterr().out
    proof.write_text(proof.read_text().replace("ana", "bob"))
    refused = elsewhere.say("audit", "check-proof", str(proof), "--key", key_of(ministry))
    assert (refused.code, "This proves nothing: it does not lead to the signed checkpoint" in refused.err) == (1, True)


def test_a_word_that_is_no_key_is_refused(ministry: Ministry) -> None:
    said = ministry.say("audit", "verify", "--key", "secret")
    assert (said.code, "This is no key." in said.err) == (2, True)


def test_the_verifier_that_is_given_away_agrees(ministry: Ministry, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(ministry, 9)
    (tmp_path / "archive").mkdir()
    ministry.say("audit", "checkpoint", "--publish", str(tmp_path / "archive"))
    with closing(ministry.app()) as app, app.store.read() as reading:
        text = b"".join(dump.line(one.position, one.body, one.seal) for one in reading.entries())
    (tmp_path / "ledger.jsonl").write_bytes(text)
    arguments = [str(tmp_path / "ledger.jsonl"), "--checkpoints", str(tmp_path / "archive"), "--key", key_of(ministry)]
    assert verifier.main([*arguments, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)["facts"]
    ours = ministry.say("audit", "verify", "--json").json
    assert (facts["entries"], facts["root"]) == (ours["entries"], ours["root"])


def worker(ministry: Ministry, every: str = "1h") -> tuple[int, str]:
    ministry.environment["MINISTRY_SOCIAL_AUDIT_EVERY"] = every
    said = ministry.say("worker", "--until-idle")
    return said.code, said.err


def checkpoints(ministry: Ministry) -> list[int]:
    with closing(ministry.app()) as app, app.store.read() as reading:
        return [one.size for one in reading.checkpoints()]


def test_the_worker_signs_what_is_new_and_lays_it_at_witnesses(ministry: Ministry) -> None:
    (ministry.folder / "archive").mkdir()
    ministry.environment["MINISTRY_SOCIAL_AUDIT_PUBLISH"] = "archive, gone"
    write(ministry, 2)
    assert worker(ministry) == (0, "")
    assert checkpoints(ministry) == [], "the ministry has no key yet"
    ministry.say("register", "key", "--new")
    code, told = worker(ministry)
    assert (code, checkpoints(ministry)) == (0, [4])
    assert re.search(r"A witness did not get the checkpoint, and is given it the next time\. .*gone: There is no such folder", told)
    assert (ministry.folder / "archive" / "checkpoint-4.txt").exists()
    write(ministry)
    worker(ministry)
    assert checkpoints(ministry) == [4], "the hour is not over"
    worker(ministry, "0.01s")
    assert checkpoints(ministry) == [4, 6]


def test_with_0s_it_signs_nothing(ministry: Ministry) -> None:
    ministry.say("register", "key", "--new")
    assert worker(ministry, "0s") == (0, "")
    assert checkpoints(ministry) == []


def test_on_a_broken_ledger_no_worker_starts(ministry: Ministry) -> None:
    ministry.say("register", "key", "--new")
    write(ministry, 3)
    change(ministry, "UPDATE entry SET body = replace(body, 'ana', 'bob') WHERE position = 3")
    for _ in range(2):
        code, told = worker(ministry)
        assert (code, told.startswith("Error: Entry 3 is not what was sealed")) == (1, True)


def test_a_worker_that_is_working_ends_when_the_ledger_is_broken(ministry: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ministry_social.cli.checkpointing._BEAT", 0.05)
    ministry.environment["MINISTRY_SOCIAL_AUDIT_EVERY"] = "0.2s"
    ministry.say("register", "key", "--new")
    write(ministry, 3)
    broken = []

    def enough(app: object) -> bool:
        if not broken:
            change(ministry, "UPDATE entry SET body = replace(body, 'ana', 'bob') WHERE position = 3")
        broken.append(True)
        return len(broken) > 200

    monkeypatch.setattr("ministry_social.cli.working._idle", enough)
    said = ministry.say("worker", "--until-idle")
    assert (said.code, "Entry 3 is not what was sealed" in said.err) == (1, True)
    assert len(broken) < 200
